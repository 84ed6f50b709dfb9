import Handlebars from "handlebars/runtime.js";
import { type FileEntry, type FileTree, type ProjectPath, projectPath } from "./files.js";
import {
  identifierList,
  jsonList,
  jsonString,
  layOut,
  markdownCode,
  markdownText,
  pythonLiteral,
  pythonNames,
  typescriptLiteral,
  unmarked,
} from "./literals.js";

/** What templates read: plain data, worked out beforehand, so that templates hold no logic. */
export type TemplateView = Readonly<Record<string, unknown>>;

/** One file of a template set, compiled at build time. */
export interface TemplateFile {
  /** Where it lies under `templates/<set>/`, for error messages. */
  readonly source: string;
  /** `base`, or the feature that it belongs to. */
  readonly feature: string;
  /** Where it goes in the project; may hold `{{name}}` of the view. */
  readonly target: string;
  readonly executable: boolean;
  /** Text to copy, bytes to copy (base64), or a precompiled template. */
  readonly body:
    | { readonly text: string }
    | { readonly base64: string }
    | { readonly template: TemplateSpecification };
}

/** The helpers that templates may call. Each gives a whole literal of its language. */
export const templateHelpers = {
  /** A TypeScript literal of any value. */
  literal: (value: unknown) => typescriptLiteral(value, 1),
  /** A JSON string. */
  json: (value: unknown) => jsonString(textOf(value)),
  /** A JSON list of strings. */
  jsonList: (value: unknown) => jsonList(Array.isArray(value) ? value.map(textOf) : []),
  /** A list of names in TypeScript. */
  identifiers: (value: unknown) =>
    identifierList(Array.isArray(value) ? value.map((item) => textOf(item)) : []),
  /** A Python literal of any value; the last on its line. */
  python: (value: unknown) => pythonLiteral(value),
  /** The names of an import in Python: lists or single ones. Handlebars adds its own argument. */
  pythonNames: (...values: readonly unknown[]) =>
    pythonNames(values.slice(0, -1).flat().map(textOf)),
  /** Text in Markdown. */
  markdown: (value: unknown) => markdownText(textOf(value)),
  /** A code span in Markdown. */
  code: (value: unknown) => markdownCode(textOf(value)),
} as const;

/** Options of Handlebars, at build time and at run time: no HTML escaping (it breaks URLs in code), no silent misspelling. */
export const compileOptions = {
  noEscape: true,
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries(Object.keys(templateHelpers).map((name) => [name, true])),
  preventIndent: true,
};

/**
 * Renders the files of a template set; a feature's file takes the place of the one that the base has there. Throws where two features
 * have the same target, or a template reads what the view does not hold.
 */
export function render(files: readonly TemplateFile[], view: TemplateView): FileTree {
  const tree = new Map<ProjectPath, FileEntry>();
  const places = files.map((file) => [projectPath(targetOf(file, view)), file] as const);
  const own = new Set(places.filter(([, { feature }]) => feature !== "base").map(([path]) => path));
  for (const [path, file] of places) {
    if (file.feature === "base" && own.has(path)) continue;
    if (tree.has(path)) throw new Error(`templates/${file.source}: ${path} is rendered twice`);
    tree.set(path, { content: contentOf(file, view), executable: file.executable });
  }
  return tree;
}

function contentOf(file: TemplateFile, view: TemplateView): FileEntry["content"] {
  if ("text" in file.body) return file.body.text;
  if ("base64" in file.body)
    return Uint8Array.from(atob(file.body.base64), (letter) => letter.charCodeAt(0));
  try {
    return unmarked(
      layOut(Handlebars.template(file.body.template)(view, { helpers: templateHelpers })),
    );
  } catch (cause) {
    throw new Error(
      `templates/${file.source}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Where a file goes in the project of a view. */
export function targetOf(file: TemplateFile, view: TemplateView): string {
  return file.target.replaceAll(/\{\{(\w+)\}\}/gu, (_all, name: string) => textOf(view[name]));
}

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError(`a template wants text and got ${typeof value}`);
}
