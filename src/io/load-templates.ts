import type { TemplateFile } from "../core/render.js";

/** Loads the compiled files of a template set: one module beside the program, read only when it is needed. */
export async function loadTemplates(folder: string): Promise<readonly TemplateFile[]> {
  const module: { readonly files: readonly TemplateFile[] } = await import(
    new URL(`./templates/${folder}.js`, import.meta.url).href
  );
  return module.files;
}
