/** What CommonMark and GitHub's tables make of a text, as far as our README files use them. */
export interface Markdown {
  /** One entry for each line: what it shows, code spans in «». */
  readonly lines: readonly string[];
  /** Everything in it that is markup, in its order: two texts of one structure have the same. */
  readonly markup: string;
  readonly codeSpans: readonly string[];
  readonly links: readonly string[];
}

const PUNCTUATION = /[!-/:-@[-`{-~]/u;
const AUTOLINK = /^<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/iu;
const ENTITY = /^&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]*);/iu;
const MARKUP = /[*_[\]()!~#|<>&`]/u;

interface Inline {
  shown: string;
  markup: string;
  readonly codeSpans: string[];
  readonly links: string[];
}

export function readMarkdown(text: string): Markdown {
  const all: Inline = { shown: "", markup: "", codeSpans: [], links: [] };
  const lines: string[] = [];
  let isFenced = false;
  let before = "";
  for (const line of text.split("\n")) {
    all.shown = "";
    if (/^ {0,3}(?:```|~~~)/u.test(line)) {
      isFenced = !isFenced;
      all.markup += "F";
    } else if (!isFenced) {
      // A line of = makes a heading of the paragraph above it, and is text where there is none.
      if (before !== "" && /^ {0,3}=+ *$/u.test(line)) all.markup += "=";
      readLine(line, all);
    }
    before = line;
    all.markup += "\n";
    lines.push(isFenced ? line : all.shown);
  }
  return { lines, markup: all.markup, codeSpans: all.codeSpans, links: all.links };
}

function readLine(line: string, into: Inline): void {
  const [start] = /^(?: {4,}| {0,3}(?:#{1,6} |[-+*] |\d{1,9}[.)] |>|-+ *$|\[[^\]]*\]:))/u.exec(
    line,
  ) ?? [""];
  into.markup += start.trim();
  const rest = line.slice(start.length);
  if (!rest.startsWith("| ")) return readInline(rest, into);
  // GitHub takes \| for a bar before it looks at anything else, code spans too.
  for (const cell of rest.split(/(?<!\\)\|/u)) {
    into.markup += "|";
    into.shown += "|";
    readInline(cell.replaceAll(String.raw`\|`, "|").trim(), into, /[*_[\]()!~#<>&`]/u);
  }
}

function readInline(text: string, into: Inline, markup = MARKUP): void {
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const [ticks] = /^`+/u.exec(rest) ?? [""];
    const code = ticks === "" ? undefined : codeSpan(rest, ticks.length);
    const [link, address] = AUTOLINK.exec(rest) ?? [];
    const [entity] = ENTITY.exec(rest) ?? [];
    const letter = rest.charAt(0);
    const next = rest.charAt(1);
    if (code !== undefined) {
      into.codeSpans.push(code.text);
      into.shown += `«${code.text}»`;
      into.markup += "C";
      at += code.length;
    } else if (letter === "\\" && PUNCTUATION.test(next)) {
      into.shown += next;
      at += 2;
    } else if (link !== undefined) {
      into.links.push(address ?? "");
      into.shown += address ?? "";
      into.markup += "A";
      at += link.length;
    } else {
      const taken = entity ?? (ticks === "" ? letter : ticks);
      if (markup.test(letter)) into.markup += entity === undefined ? taken : "E";
      into.shown += taken;
      at += taken.length;
    }
  }
}

/** CommonMark, section 6.1: it ends at the next run of as many backticks; a space inside both ends is no part of it. */
function codeSpan(text: string, ticks: number): { text: string; length: number } | undefined {
  for (const run of text.slice(ticks).matchAll(/`+/gu)) {
    if (run[0].length !== ticks) continue;
    const inside = text.slice(ticks, ticks + run.index);
    const isPadded = inside.startsWith(" ") && inside.endsWith(" ") && inside.trim() !== "";
    return { text: isPadded ? inside.slice(1, -1) : inside, length: ticks * 2 + run.index };
  }
  return undefined;
}
