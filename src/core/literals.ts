/**
 * How text of a user enters a file: one function for each language, each gives a whole literal.
 * No template puts a quote around a value itself.
 */

import { codePointEscape, columns, isReadable, quoteFor, unitEscape } from "./literals-letters.js";
import { holdsPython, layOutPython } from "./literals-python.js";

export { columns } from "./literals-letters.js";
export { pythonLiteral, pythonNames, pythonString } from "./literals-python.js";

/** Columns of a line of generated code, as the generated project's own formatter counts them. */
const LINE_WIDTH = 100;

/** `JSON.stringify` with every UTF-16 unit from U+007F on escaped. */
function asciiString(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, (unit) =>
    unitEscape(unit.charCodeAt(0)),
  );
}

/** What JSON may hold raw and some readers of it stumble over: controls, separators, marks, noncharacters. */
const AWKWARD = /[\u007f-\u009f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffe\uffff]/gu;

/** A JSON string. Letters stay readable: formatters of package.json write them so. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replaceAll(AWKWARD, (letter) => codePointEscape(letter));
}

/**
 * A TypeScript string with the quotes that the formatter would choose: double, or single where that needs fewer escapes.
 * Letters stay readable; marks, controls, bidirectional characters, symbols and lone surrogates are escaped.
 */
export function typescriptString(text: string): string {
  const quote = quoteFor(text);
  const body = Array.from(text, (letter) => {
    if (letter === quote) return `\\${quote}`;
    if (letter === '"' || letter === "'") return letter;
    if (isReadable(letter)) return letter;
    return asciiString(letter).slice(1, -1);
  }).join("");
  return quote + body + quote;
}

/*
 * A literal cannot know at which column it stands, and the formatter breaks a line by its width. So literals carry marks
 * (noncharacters: no answer can hold them) that `layOut` resolves once the whole line is known.
 */
const STRING = "\ufdd0";
const LIST = "\ufdd1";
const ITEM = "\ufdd2";
const END = "\ufdd3";

/**
 * A TypeScript literal: text, number, boolean, a list of texts, a list of objects, or an object of these, whose braces stand
 * `depth` levels deep. Objects, and lists of them, have a line for each member: the formatter leaves them so.
 */
export function typescriptLiteral(value: unknown, depth: number): string {
  if (typeof value === "string") return STRING + typescriptString(value) + END;
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => typeof item === "string"))
      return LIST + items.map(typescriptString).join(ITEM) + END;
    const rows = items.map((item) => `${indent}  ${typescriptLiteral(item, depth + 1)},\n`);
    return `[\n${rows.join("")}${indent}]`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const lines = Object.entries(value).map(
    ([key, item]) => `${indent}  ${propertyName(key)}: ${typescriptLiteral(item, depth + 1)},\n`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/u.test(key) ? key : typescriptString(key);
}

/** A list of strings in JSON. */
export function jsonList(items: readonly string[]): string {
  return LIST + items.map(jsonString).join(ITEM) + END;
}

/** A list of names in TypeScript. */
export function identifierList(names: readonly string[]): string {
  return LIST + names.join(ITEM) + END;
}

/** Breaks each line that is too long as the formatter would: a list into its items, a string after its `=` or `:`. */
export function layOut(text: string): string {
  if (holdsPython(text)) return text.split("\n").map(layOutPython).join("\n");
  return text.includes(END) ? text.split("\n").map(layOutLine).join("\n") : text;
}

function layOutLine(line: string): string {
  const flat = unmarked(line);
  if (flat === line || columns(flat) <= LINE_WIDTH) return flat;
  const indent = /^ */u.exec(line)?.[0] ?? "";
  const list = new RegExp(`^(.*)${LIST}(.*)${END}(.*)$`, "u").exec(line);
  if (list) {
    const [, before = "", items = "", after = ""] = list;
    const comma = before.trimStart().startsWith('"') ? "" : ",";
    const rows = items.split(ITEM).map((item) => `${indent}  ${item}`);
    return `${before}[\n${rows.join(",\n")}${comma}\n${indent}]${after}`;
  }
  const string = new RegExp(`^(.*[=:]) ${STRING}(.*)${END}(.*)$`, "u").exec(line);
  if (!string) return flat;
  const [, before = "", literal = "", after = ""] = string;
  return isShortProperty(before) ? flat : `${before}\n${indent}  ${literal}${after}`;
}

/** A property whose name is too short for a break to gain anything keeps its value on the line, as the formatter does. */
function isShortProperty(before: string): boolean {
  return before.endsWith(":") && columns(before.trim()) - 1 < 5;
}

/** The text without marks, every literal on one line. */
export function unmarked(text: string): string {
  return text
    .replaceAll(
      new RegExp(`${LIST}([^${END}]*)${END}`, "gu"),
      (_all, items: string) => `[${items.replaceAll(ITEM, ", ")}]`,
    )
    .replaceAll(new RegExp(`[${STRING}${END}]`, "gu"), "");
}

/** Text in Markdown: every character that Markdown or HTML could take for itself is escaped. */
export function markdownText(text: string): string {
  return flatten(text)
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\\`*_{}[\]<>#|~&!()]/gu, String.raw`\$&`)
    .replace(/^(?=[-+])|(?<=^\d+)(?=\.)/u, "\\");
}

/** A code span in Markdown, with a fence longer than any run of backticks in the text. */
export function markdownCode(text: string): string {
  const flat = flatten(text);
  const longest = Math.max(0, ...[...flat.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || flat === "" ? " " : "";
  return fence + pad + flat + pad + fence;
}

function flatten(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
