import type { IntegrationSpec } from "../core/spec.js";
import type { TemplateSet } from "./template-set.js";
import { typescript } from "./typescript.js";

/** Every kind of project that we generate. To add one, write its file and list it here. */
const templateSets: Readonly<Record<IntegrationSpec["templateSet"], TemplateSet>> = { typescript };

/** The template set that a spec asks for. */
export function templateSetFor(spec: IntegrationSpec): TemplateSet {
  return templateSets[spec.templateSet];
}
