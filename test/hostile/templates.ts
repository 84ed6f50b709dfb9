import type { TemplateFile } from "../../src/core/render.js";
import { templateSetFor } from "../../src/template-sets/index.js";
import { projectTree } from "../../src/template-sets/project-tree.js";
import { featuresFor } from "../../src/template-sets/template-set.js";
import { compiledTemplates, featuresOf } from "../support/project.js";
import type { RenderSpec } from "./check.js";

/** A document for those who name one: what it says is not what is looked at here. */
const OPENAPI = JSON.stringify({ openapi: "3.0.0", info: { title: "A", version: "1" }, paths: {} });

/** Renders without looking at the disk again: every template is loaded once. */
export async function loadRenderer(): Promise<RenderSpec> {
  const names = ["typescript", "home-assistant", "common"].flatMap(featuresOf);
  const byFeature = new Map<string, readonly TemplateFile[]>(
    await Promise.all(names.map(async (name) => [name, await compiledTemplates([name])] as const)),
  );
  return async (spec) => {
    const features = featuresFor(templateSetFor(spec), spec);
    const files = features.flatMap((feature) => byFeature.get(feature) ?? []);
    return projectTree({ spec, openapi: OPENAPI }, files);
  };
}
