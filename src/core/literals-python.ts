import { codePointEscape, columns, isReadable, quoteFor } from "./literals-letters.js";

/** Columns of a line of Python, as the generated project's formatter counts them. */
const LINE_WIDTH = 88;
const INDENT = 4;

/** Signs and letters that look like others. The linter (RUF001) takes a letter for one where nothing in its word says what it is. */
const AMBIGUOUS_SIGN = /[\u00b4\u00b8\u00d7]/gu;
const AMBIGUOUS =
  /[\u00b5\u0131\u017f\u0184\u018d\u01a6\u01a7\u01b7\u01bc\u01bd\u01c0\u01c3\u021c\u0222\u0223\u0241\u0251\u0261\u0263\u0269\u026a\u026f\u028b\u028f\u0294\u037f\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1\u03b3\u03b9\u03bd\u03bf\u03c1\u03c3\u03c5\u03d2\u03dc\u03e8\u03f1-\u03f3\u03f9\u03fa\u0405\u0406\u0408\u0410\u0412\u0415\u0417\u041a\u041c-\u041e\u0420-\u0423\u0425\u042c\u0430\u0431\u0433\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0461\u0474\u0475\u04ae\u04af\u04bb\u04bd\u04c0\u04cf\u04e0\u0501\u050c\u051b-\u051d\u30ce\u4e36\u4e3f]/gu;
const WORD = /[\p{Alphabetic}\p{N}]+/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

/** A Python string with the quotes that the formatter would choose. Letters stay readable, unless they pass for others. */
export function pythonString(text: string): string {
  const quote = quoteFor(text);
  const body = Array.from(text, (letter) => {
    if (letter === quote) return `\\${quote}`;
    if (/[ -[\]-~]/u.test(letter) || isReadable(letter)) return letter;
    return SHORT_ESCAPES[letter] ?? codePointEscape(letter);
  }).join("");
  return quote + withoutLookAlikes(body) + quote;
}

/** The linter reads the source: the last letter of an escape begins a word. */
function withoutLookAlikes(body: string): string {
  return body
    .replaceAll(AMBIGUOUS_SIGN, codePointEscape)
    .replaceAll(WORD, (word) =>
      /[ -~]/u.test(word) || word.replaceAll(AMBIGUOUS, "") === ""
        ? word.replaceAll(AMBIGUOUS, codePointEscape)
        : word,
    );
}

/** Marks around a value and around names, as JSON: their layout depends on the line that they stand in. */
const VALUE = "\ufdd4";
const NAMES = "\ufdd5";
const END = "\ufdd6";
const MARKED = new RegExp(`[${VALUE}${NAMES}]([^${END}]*)${END}`, "gu");

/**
 * A Python literal: text, number, boolean, `None` for what is missing, a tuple for a list, a dict for an object. It is the value of an
 * assignment, of a keyword argument or of a member of a dict, or an item, and the last on its line.
 */
export function pythonLiteral(value: unknown): string {
  return VALUE + marked(value) + END;
}

/** The names of an import, in the order of the linter: what follows `from module import `. */
export function pythonNames(names: readonly string[]): string {
  if (names.length === 0) throw new TypeError("a template imports no name");
  return NAMES + marked(names.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))) + END;
}

/** Constants, classes, then the others; numbers in names by their size. */
function orderOf(name: string): string {
  const kind = /^[A-Z\d_]{2,}$/u.test(name) ? 0 : /^[A-Z]/u.test(name) ? 1 : 2;
  return `${kind}${name.toLowerCase().replaceAll(/\d+/gu, (digits) => digits.padStart(9, "0"))} ${name}`;
}

function marked(value: unknown): string {
  const json = JSON.stringify(value, (_key, member: unknown) => {
    if (member === undefined) return null;
    if (typeof member === "function" || (typeof member === "number" && !Number.isFinite(member)))
      throw new TypeError(`a template wants a Python literal and got ${String(member)}`);
    return member;
  });
  return json.replaceAll(/[\ufdd0-\ufdef]/gu, codePointEscape);
}

/** Whether a line holds marks of this module. */
export function holdsPython(text: string): boolean {
  return text.includes(END);
}

/** A line of Python, with its literals as the formatter would lay them out. */
export function layOutPython(line: string): string {
  const indent = columns(/^ */u.exec(line)?.[0] ?? "");
  const last = [...line.matchAll(MARKED)].at(-1);
  if (!last) return line;
  const [mark, json = ""] = last;
  const before = line
    .slice(0, last.index)
    .replaceAll(MARKED, (_all, earlier: string) => written(JSON.parse(earlier), indent, Infinity));
  const after = line.slice(last.index + mark.length);
  const value: unknown = JSON.parse(json);
  const room = LINE_WIDTH - columns(before) - columns(after);
  const text = mark.startsWith(NAMES)
    ? writtenNames(value, indent, room)
    : written(value, indent, room);
  return before + (isWrapped(before, text, room) ? wrapped(text, indent) : text) + after;
}

/**
 * A value in parentheses of its own: only after `=` and `return`, and only where it fits then. Where the annotation could be broken
 * instead (`Final[str]`, `str | None`) the formatter does not look whether it fits.
 */
function isWrapped(before: string, text: string, room: number): boolean {
  const statement = /^( *)(?:return|[^ ]+(: .*)? =) $/u.exec(before);
  if (!statement || columns(text) <= room || /[\n]|^\(\)$|^\{\}$/u.test(text)) return false;
  const [, indent = "", annotation = ""] = statement;
  if (columns(before) + 1 > LINE_WIDTH) return false;
  return /[[|]/u.test(annotation) || columns(indent) + INDENT + columns(text) <= LINE_WIDTH;
}

function wrapped(text: string, indent: number): string {
  return `(\n${" ".repeat(indent + INDENT)}${text}\n${" ".repeat(indent)})`;
}

function writtenNames(value: unknown, indent: number, room: number): string {
  const names = Array.isArray(value) ? value.map(String) : [];
  const flat = names.join(", ");
  return columns(flat) <= room ? flat : exploded("(", names, ")", indent);
}

/** A value on one line if it has room there; objects have a line for each member always. */
function written(value: unknown, indent: number, room: number): string {
  const flat = onOneLine(value);
  if (flat !== undefined && columns(flat) <= room) return flat;
  const inner = indent + INDENT;
  const rowRoom = LINE_WIDTH - inner - 1;
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly unknown[] = value;
    const rows = items.map((item) => written(item, inner, rowRoom));
    return exploded("(", rows, ")", indent);
  }
  if (flat !== undefined || typeof value !== "object" || value === null) return flat ?? "None";
  const rows = Object.entries(value).map(([name, member]) => {
    const key = `${pythonString(name)}: `;
    return key + written(member, inner, rowRoom - columns(key));
  });
  return exploded("{", rows, "}", indent);
}

function exploded(open: string, rows: readonly string[], close: string, indent: number): string {
  const margin = " ".repeat(indent);
  const lines = rows.map((row) => `${margin}${" ".repeat(INDENT)}${row},\n`);
  return `${open}\n${lines.join("")}${margin}${close}`;
}

/** A value on one line, or nothing where it holds an object with members. */
function onOneLine(value: unknown): string | undefined {
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value).replace("e+", "e");
  if (Array.isArray(value)) {
    const items = value.map(onOneLine);
    if (items.includes(undefined)) return undefined;
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  }
  if (typeof value !== "object" || value === null) return "None";
  return Object.keys(value).length === 0 ? "{}" : undefined;
}
