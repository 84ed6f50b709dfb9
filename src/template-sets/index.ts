import { UserError } from "../core/errors.js";
import type { IntegrationSpec } from "../core/spec.js";
import type { EarlierAnswers } from "../core/questions/question.js";
import { STATE_FILE } from "../core/state.js";
import type { SetRules, TemplateSetName } from "../core/template-sets.js";
import { homeAssistant } from "./home-assistant.js";
import type { TemplateSet } from "./template-set.js";
import { typescript } from "./typescript.js";

/** Every kind of project that we generate. To add one, write its file, list it here, and its name in `core/template-sets.ts`. */
const templateSets: Readonly<Record<TemplateSetName, TemplateSet>> = {
  typescript,
  "home-assistant": homeAssistant,
};

/** A domain made from a name, changed where the chosen set has it taken. One that was said is never changed. */
export function freeDomain(domain: string, { templateSet }: EarlierAnswers): string {
  const { takes } = templateSets[templateSet as TemplateSetName];
  return takes(domain) ? `${domain}_custom` : domain;
}

/** What a template set demands of the answers. */
export function rulesOf(name: TemplateSetName): SetRules {
  return templateSets[name];
}

/**
 * The template set of a state file.
 * @throws {UserError} `state-unreadable` for one that this version does not have
 */
export function templateSetNamed(name: string): TemplateSet {
  const set = Object.entries(templateSets).find(([known]) => known === name)?.[1];
  if (set) return set;
  throw new UserError(
    "state-unreadable",
    `${STATE_FILE} names the template set ${JSON.stringify(name)}, which this version does not have.`,
    "Run npx create-oauth2-integration@latest, or take the file back from your repository's history.",
    { paths: [STATE_FILE] },
  );
}

/** The template set that a spec asks for. */
export function templateSetFor(spec: IntegrationSpec): TemplateSet {
  return templateSets[spec.templateSet];
}
