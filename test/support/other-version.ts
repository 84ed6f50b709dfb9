import path from "node:path";
import fs from "fs-extra";
import { compileTemplates } from "../../src/build/compile-templates.js";
import { compileOptions } from "../../src/core/render.js";
import { ROOT } from "./program.js";

/** A change of the templates, made in a copy of `templates/<set>`. */
export type TemplateChange = (templates: TemplateFolder) => void;

/** Files of a made-up template set: path in the project (`.hbs` is rendered, `{{name}}` filled in) → text, bytes, or an executable. */
export type TemplateFiles = Readonly<
  Record<string, string | Uint8Array | { readonly executable: string }>
>;

/** A copy of a template set that may be changed. Paths are as in the repository: `base/src/api.ts`. */
export interface TemplateFolder {
  readonly folder: string;
  /** Replaces text that stands there exactly once. */
  readonly replace: (file: string, search: string, replacement: string) => void;
  readonly write: (file: string, text: string | Uint8Array) => void;
  readonly remove: (file: string) => void;
  readonly move: (from: string, to: string) => void;
  /** Takes every file away, those of every set too, and puts these into `base`. */
  readonly only: (files: TemplateFiles) => void;
}

function templateFolder(folder: string): TemplateFolder {
  const at = (file: string): string => path.join(folder, file);
  return {
    folder,
    replace: (file, search, replacement) => {
      const text = fs.readFileSync(at(file), "utf8");
      if (text.split(search).length !== 2)
        throw new Error(`${file} does not hold this once: ${search}`);
      fs.writeFileSync(
        at(file),
        text.replace(search, () => replacement),
      );
    },
    write: (file, text) => fs.outputFileSync(at(file), text),
    remove: (file) => fs.rmSync(at(file)),
    move: (from, to) => fs.moveSync(at(from), at(to)),
    only: (files) => {
      fs.emptyDirSync(folder);
      fs.emptyDirSync(path.join(folder, "../common"));
      for (const [file, content] of Object.entries(files)) {
        const isPlain = typeof content === "string" || content instanceof Uint8Array;
        fs.outputFileSync(at(`base/${file}`), isPlain ? content : content.executable);
        if (!isPlain) fs.chmodSync(at(`base/${file}`), 0o755);
      }
    },
  };
}

/**
 * Makes a copy of the built program that has another version and other templates. Gives its `bin` file.
 * `moved` are files that the set says it moved; `set` is the set whose templates change.
 */
export function makeVersion(
  folder: string,
  version: string,
  change: TemplateChange = () => undefined,
  moved: Readonly<Record<string, string>> = {},
  set = "typescript",
): string {
  for (const part of ["bin", "dist", "package.json"])
    fs.copySync(path.join(ROOT, part), path.join(folder, part));
  const isSource = (file: string): boolean => !/\/(?:node_modules|dist)(?:\/|$)/u.test(file);
  const at = (name: string): string => path.join(folder, "templates", name);
  for (const name of [set, "common"])
    fs.copySync(path.join(ROOT, "templates", name), at(name), { filter: isSource });
  change(templateFolder(at(set)));
  for (const name of [set, "common"]) {
    const compiled = path.join(folder, "dist/templates", name);
    // A feature without files is a list all the same.
    for (const file of fs.readdirSync(compiled))
      fs.writeFileSync(path.join(compiled, file), "[]\n");
    for (const [file, text] of compileTemplates(name, at(name), compileOptions))
      fs.writeFileSync(path.join(compiled, file), text);
  }
  const { version: own } = fs.readJsonSync(path.join(ROOT, "package.json"));
  replaceInProgram(folder, JSON.stringify(own), JSON.stringify(version));
  if (Object.keys(moved).length > 0)
    replaceInProgram(folder, "moved:{}", `moved:${JSON.stringify(moved)}`);
  return path.join(folder, "bin/create-oauth2-integration.js");
}

function replaceInProgram(folder: string, search: string, replacement: string): void {
  const dist = path.join(folder, "dist");
  const files = fs.readdirSync(dist).filter((name) => name.endsWith(".js"));
  let count = 0;
  for (const name of files) {
    const file = path.join(dist, name);
    const text = fs.readFileSync(file, "utf8");
    if (!text.includes(search)) continue;
    count += 1;
    fs.writeFileSync(
      file,
      text.replaceAll(search, () => replacement),
    );
  }
  if (count === 0) throw new Error(`The program holds no ${search}.`);
}
