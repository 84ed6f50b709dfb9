import type { Needs } from "../core/merge/orphans.js";
import { valueAt } from "../core/merge/merge-json.js";
import { isRecord } from "../core/readers.js";

/** What files of a TypeScript package need of each other. */
export const typescriptNeeds: Needs = {
  references: relativeImports,
  provides: (path, text) => (path === "package.json" ? packages(text) : addedMembers(path, text)),
  uses(path, text, name) {
    if (!isCode(path)) return false;
    const word = name.replaceAll(/[^\w@/-]/gu, String.raw`\$&`);
    const isImported = new RegExp(String.raw`\b(?:from|import)\s*\(?\s*["']${word}["'/]`, "u");
    const isRead = new RegExp(String.raw`(?:[.{,]\s*|\["|^\s*)${word}(?![\w$-])`, "mu");
    return isImported.test(text) || (/^\w+$/u.test(name) && isRead.test(text));
  },
};

function isCode(path: string): boolean {
  return /\.[cm]?[jt]sx?$/u.test(path);
}

/** Relative imports; `./errors.js` is the file `errors.ts`. */
function relativeImports(path: string, text: string): readonly string[] {
  if (!isCode(path)) return [];
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/gu);
  return [...specifiers].flatMap(([, specifier = ""]) => {
    const target = resolveFrom(path, specifier);
    return [target, target.replace(/js(x?)$/u, "ts$1")];
  });
}

/** The path that a relative specifier means in a file. */
function resolveFrom(file: string, specifier: string): string {
  const segments = file.split("/").slice(0, -1);
  for (const segment of specifier.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== ".") segments.push(segment);
  }
  return segments.join("/");
}

/** Members that a file adds to the types of another one, at the depth where our own files have them. */
function addedMembers(path: string, text: string): readonly string[] {
  if (!isCode(path)) return [];
  const blocks = text.matchAll(/^declare module [^{\n]*\{\r?\n([\s\S]*?)^\}/gmu);
  return [...blocks].flatMap(([, block = ""]) =>
    Array.from(block.matchAll(/^ {4}(?:readonly )?(\w+)\??[:(]/gmu), ([, name = ""]) => name),
  );
}

function packages(text: string): readonly string[] {
  const lists = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
  return lists.flatMap((list) => {
    const asked = valueAt(text, `/${list}`);
    return isRecord(asked) ? Object.keys(asked) : [];
  });
}
