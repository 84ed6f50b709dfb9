import type { TemplateFile } from "../core/render.js";

/** Loads the compiled files of some features (`<set>/<feature>`): a module for each, so that a run reads only what it needs. */
export async function loadTemplates(features: readonly string[]): Promise<readonly TemplateFile[]> {
  const modules = await Promise.all(
    features.map(
      (feature): Promise<{ readonly files: readonly TemplateFile[] }> =>
        import(new URL(`./templates/${feature}.js`, import.meta.url).href),
    ),
  );
  return modules.flatMap(({ files }) => files);
}
