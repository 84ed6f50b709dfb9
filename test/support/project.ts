import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../../src/core/files.js";
import type { TemplateFile } from "../../src/core/render.js";
import type { IntegrationSpec } from "../../src/core/spec.js";
import { loadTemplates } from "../../src/io/load-templates.js";
import { readOpenApiDocument } from "../../src/io/read-openapi.js";
import { templateSetFor } from "../../src/template-sets/index.js";
import { projectTree } from "../../src/template-sets/project-tree.js";
import { featuresFor } from "../../src/template-sets/template-set.js";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The names of all compiled features of a set, as `<set>/<feature>`. */
export function featuresOf(set: string): readonly string[] {
  return readdirSync(path.join(ROOT, "dist/templates", set))
    .filter((file) => file.endsWith(".json"))
    .map((file) => `${set}/${path.basename(file, ".json")}`);
}

/** The compiled files of some features, as the built program loads them. */
export async function compiledTemplates(
  features: readonly string[],
): Promise<readonly TemplateFile[]> {
  return loadTemplates(features, path.join(ROOT, "dist/templates"));
}

/** The OpenAPI document that a spec names, relative to the repository. */
async function documentOf({ openapi }: IntegrationSpec): Promise<{ readonly openapi?: string }> {
  if (openapi === undefined) return {};
  const { signal } = new AbortController();
  const { text } = await readOpenApiDocument(openapi, { said: new Set() }, ROOT, signal);
  return { openapi: text };
}

/** The files that a spec gives, without the state file. */
export async function renderSpec(spec: IntegrationSpec): Promise<FileTree> {
  const set = templateSetFor(spec);
  const files = await compiledTemplates(featuresFor(set, spec));
  return projectTree({ spec, ...(await documentOf(spec)) }, files);
}

export function readRoot(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
