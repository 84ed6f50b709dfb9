import { readFileSync } from "node:fs";
import path from "node:path";
import type { TemplateFile } from "../core/render.js";

/** Files of a feature as the build left them: what is copied as it is, and the names of what its module renders. */
type StoredFile = Omit<TemplateFile, "body"> & {
  readonly body: Exclude<TemplateFile["body"], { readonly template: unknown }> | "compiled";
};

/** Templates by the target of the file that they render. */
type CompiledTemplates = Readonly<Record<string, TemplateSpecification>>;

/**
 * Loads the files of some features (`<set>/<feature>`), each for itself, so that a run reads only what it needs. Text is kept apart from
 * the compiled templates: JSON is read several times as fast as a program.
 */
export async function loadTemplates(
  features: readonly string[],
  folder = path.join(import.meta.dirname, "templates"),
): Promise<readonly TemplateFile[]> {
  const files = await Promise.all(
    features.map((feature) => loadFeature(path.join(folder, feature))),
  );
  return files.flat();
}

async function loadFeature(place: string): Promise<readonly TemplateFile[]> {
  const files = JSON.parse(readFileSync(`${place}.json`, "utf8")) as readonly StoredFile[];
  if (files.every(({ body }) => body !== "compiled")) return files as readonly TemplateFile[];
  const { default: templates } = (await import(`${place}.js`)) as {
    readonly default: CompiledTemplates;
  };
  return files.map(({ body, ...file }) => {
    if (body !== "compiled") return { ...file, body };
    const template = templates[file.target];
    if (template === undefined) throw new Error(`${place}.js has no template of ${file.target}`);
    return { ...file, body: { template } };
  });
}
