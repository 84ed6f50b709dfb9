import { columns } from "./literals-letters.js";

/** What a text is laid out for. */
export interface Page {
  /** Columns of a line. */
  readonly width: number;
  /** Whether the shell takes a command on several lines, each but the last with a backslash at its end. */
  readonly joinsLines: boolean;
}

/**
 * Breaks the lines of a text that are wider than the page, between words: prose keeps its indent, rows of a table keep their column or put
 * the second one beneath, commands can still be pasted. A word that is wider than the page stays whole.
 */
export function layOut(text: string, page: Page): string {
  const lines = text.split("\n");
  return partsOf(lines)
    .flatMap((part) => (part.isCommand ? command(part.lines, page) : table(part.lines, page)))
    .join("\n");
}

interface Part {
  readonly isCommand: boolean;
  readonly lines: readonly string[];
}

/** Lines that are laid out alike: a command, or neighbours whose second column begins at the same place. */
function partsOf(lines: readonly string[]): readonly Part[] {
  const parts: { readonly isCommand: boolean; readonly lines: string[] }[] = [];
  let last: string | undefined;
  for (const line of lines) {
    const goesOn = last?.endsWith(" \\") === true && parts.at(-1)?.isCommand === true;
    const isCommand = goesOn || COMMAND.test(line);
    const isRow = !isCommand && last !== undefined && parts.at(-1)?.isCommand === false;
    if (goesOn || (isRow && secondColumn(line) === secondColumn(last ?? "")))
      parts.at(-1)?.lines.push(line);
    else parts.push({ isCommand, lines: [line] });
    last = line;
  }
  return parts;
}

const COMMAND = /^ {2,}(?:npx|npm|pnpm|yarn|bun|cd) /u;

/** A row of a table: what stands first, the gap included, and what stands second. */
function rowOf(line: string): readonly [first: string, second: string] | undefined {
  const first = /^ *\S+(?: \S+)* {2,}(?=\S)/u.exec(line)?.[0];
  return first === undefined ? undefined : [first, line.slice(first.length)];
}

/** Where the second column of a row begins; 0 where there is one only. */
function secondColumn(line: string): number {
  return columns(rowOf(line)?.[0] ?? "");
}

/** The least that a second column has, in columns. */
const LEAST = 20;

function table(lines: readonly string[], { width }: Page): readonly string[] {
  const at = secondColumn(lines[0] ?? "");
  const canBreak = (line: string): boolean =>
    columns(line) > width && rowOf(line)?.[1].includes(" ") !== false;
  if (!lines.some(canBreak)) return lines;
  return lines.flatMap((line) => {
    const [first, second] = rowOf(line) ?? ["", ""];
    if (at === 0) return prose(line, width);
    if (width - at >= LEAST) return filled(words(second), first, " ".repeat(at), width);
    const beneath = indentOf(line) + BENEATH;
    return [...prose(first.trimEnd(), width), ...filled(words(second), beneath, beneath, width)];
  });
}

/** How much further in stands what goes on, and what stands beneath. */
const STEP = "  ";
const BENEATH = "    ";

function prose(line: string, width: number): readonly string[] {
  if (columns(line) <= width) return [line];
  const indent = indentOf(line);
  return filled(words(line), indent, indent === "" ? "" : indent + BENEATH, width);
}

function command(lines: readonly string[], { width, joinsLines }: Page): readonly string[] {
  if (!joinsLines || lines.every((line) => columns(line) <= width)) return lines;
  const indent = indentOf(lines[0] ?? "");
  const whole = lines.map((line) => line.trim().replace(/ \\$/u, "")).join(" ");
  const room = width - END.length;
  const pieces = flagsOf(whole).flatMap((flag) =>
    columns(indent + STEP + flag) <= room ? [flag] : shellWords(flag),
  );
  const broken = filled(pieces, indent, indent + STEP, room);
  return broken.map((line, index) => (index < broken.length - 1 ? line + END : line));
}

/** What ends a line of a command that goes on. */
const END = " \\";

/** The pieces of a command that stay together as long as they can: a flag with its value. */
function flagsOf(line: string): readonly string[] {
  const pieces: string[] = [];
  for (const word of shellWords(line)) {
    const flag = pieces.at(-1);
    if (flag?.startsWith("--") && !flag.includes(" ") && !word.startsWith("--"))
      pieces.splice(-1, 1, `${flag} ${word}`);
    else pieces.push(word);
  }
  return pieces;
}

function shellWords(line: string): readonly string[] {
  return line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/gu) ?? [];
}

function words(text: string): readonly string[] {
  return text.trim().split(/ +/u);
}

/** Pieces in lines, as many in each as fit; at least one. */
function filled(
  pieces: readonly string[],
  first: string,
  others: string,
  width: number,
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const piece of pieces) {
    if (!isEmpty && columns(`${line} ${piece}`) > width) {
      lines.push(line);
      line = others;
      isEmpty = true;
    }
    line += isEmpty ? piece : ` ${piece}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function indentOf(line: string): string {
  return /^ */u.exec(line)?.[0] ?? "";
}
