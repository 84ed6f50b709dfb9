import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FileTree } from "../../src/core/files.js";
import { render, type TemplateFile } from "../../src/core/render.js";
import type { IntegrationSpec } from "../../src/core/spec.js";
import { templateSetFor } from "../../src/template-sets/index.js";
import { featuresFor } from "../../src/template-sets/template-set.js";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The compiled files of some features of a set, or of all, as the built program loads them. */
export async function compiledTemplates(
  folder: string,
  features?: readonly string[],
): Promise<readonly TemplateFile[]> {
  const compiled = path.join(ROOT, "dist/templates", folder);
  const names = features ?? readdirSync(compiled).map((name) => path.basename(name, ".js"));
  const modules = await Promise.all(
    names.map(
      (name): Promise<{ readonly files: readonly TemplateFile[] }> =>
        import(path.join(compiled, `${name}.js`)),
    ),
  );
  return modules.flatMap(({ files }) => files);
}

/** The files that a spec gives, without the state file. */
export async function renderSpec(spec: IntegrationSpec): Promise<FileTree> {
  const set = templateSetFor(spec);
  const files = await compiledTemplates(set.folder, featuresFor(set, spec));
  return render(files, set.view(spec));
}

export function readRoot(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
