import { readFileSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../../src/core/files.js";
import { render, type TemplateFile } from "../../src/core/render.js";
import type { IntegrationSpec } from "../../src/core/spec.js";
import { templateSetFor } from "../../src/template-sets/index.js";
import { filesFor } from "../../src/template-sets/template-set.js";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The compiled files of a template set, as the built program loads them. */
export async function compiledTemplates(folder: string): Promise<readonly TemplateFile[]> {
  const module = (await import(path.join(ROOT, "dist/templates", `${folder}.js`))) as {
    readonly files: readonly TemplateFile[];
  };
  return module.files;
}

/** The files that a spec gives, without the state file. */
export async function renderSpec(spec: IntegrationSpec): Promise<FileTree> {
  const set = templateSetFor(spec);
  return render(filesFor(set, await compiledTemplates(set.folder), spec), set.view(spec));
}

export function readRoot(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
