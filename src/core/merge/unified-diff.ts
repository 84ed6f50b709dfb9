import { diffLines, type LineChange, lineNumbering, splitLines } from "./diff-lines.js";
import { bytesOf, type FileEntry, sameEntry } from "../files.js";

/** Equal lines around a change. */
const CONTEXT = 3;

export interface DiffOptions {
  /** Where the file lay before. */
  readonly from?: string;
}

/** One file's part of a diff as `git apply` reads it; empty when nothing differs. Bytes are only said to differ. */
export function unifiedDiff(
  path: string,
  before: FileEntry | undefined,
  after: FileEntry | undefined,
  { from = path }: DiffOptions = {},
): string {
  const isRenamed = before !== undefined && after !== undefined && from !== path;
  if (sameEntry(before, after) && !isRenamed) return "";
  const names = {
    before: quoted(`a/${isRenamed ? from : path}`),
    after: quoted(`b/${path}`),
  };
  const header = [`diff --git ${names.before} ${names.after}`, ...modeLines(before, after)];
  if (isRenamed) header.push(`rename from ${quoted(from)}`, `rename to ${quoted(path)}`);
  const oldName = before ? names.before : "/dev/null";
  const newName = after ? names.after : "/dev/null";
  return `${header.join("\n")}\n${bodyOf(before, after, oldName, newName)}`;
}

function modeLines(before: FileEntry | undefined, after: FileEntry | undefined): readonly string[] {
  if (before && after) {
    if (before.executable === after.executable) return [];
    return [`old mode ${modeOf(before)}`, `new mode ${modeOf(after)}`];
  }
  if (after) return [`new file mode ${modeOf(after)}`];
  return before ? [`deleted file mode ${modeOf(before)}`] : [];
}

function modeOf({ executable }: FileEntry): string {
  return executable ? "100755" : "100644";
}

function bodyOf(
  before: FileEntry | undefined,
  after: FileEntry | undefined,
  oldName: string,
  newName: string,
): string {
  const old = textOf(before);
  const now = textOf(after);
  if (old === undefined || now === undefined) {
    const isSame =
      before && after && sameEntry(before, { ...after, executable: before.executable });
    return isSame ? "" : `Binary files ${oldName} and ${newName} differ\n`;
  }
  if (old === now) return "";
  return `--- ${labelled(oldName)}\n+++ ${labelled(newName)}\n${hunksOf(splitLines(old), splitLines(now))}`;
}

/** A file as text; an absent file is empty. None for bytes that are no UTF-8, or that hold a NUL: what git takes for binary. */
function textOf(file: FileEntry | undefined): string | undefined {
  const text = file === undefined ? "" : decoded(file.content);
  return text?.includes("\0") ? undefined : text;
}

function decoded(content: FileEntry["content"]): string | undefined {
  if (typeof content === "string") return content;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/* ---- names ---- */

/** In the lines before a hunk, a tab ends a name that has a space in it. */
function labelled(name: string): string {
  return name.includes(" ") ? `${name}\t` : name;
}

const SHORT_ESCAPES = new Map(
  Array.from(
    '\u0007a\bb\tt\nn\vv\ff\rr""\\\\'.matchAll(/(.)(.)/gsu),
    ([, letter = "", name = ""]) => [letter, `\\${name}`],
  ),
);

/** A name as git writes it: between quotes, with the escapes of C, when it holds more than printable ASCII. */
function quoted(name: string): string {
  const escaped = Array.from(bytesOf(name), (byte) => {
    const letter = String.fromCharCode(byte);
    const short = SHORT_ESCAPES.get(letter);
    if (short) return short;
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, "0")}` : letter;
  }).join("");
  return escaped === name ? name : `"${escaped}"`;
}

/* ---- hunks ---- */

function hunksOf(old: readonly string[], now: readonly string[]): string {
  const numbersOf = lineNumbering();
  const changes = diffLines(numbersOf(old), numbersOf(now));
  return nearChanges(changes)
    .map((near) => hunkOf(near, old, now))
    .join("");
}

/** Changes whose context would touch share a hunk. */
function nearChanges(changes: readonly LineChange[]): readonly (readonly LineChange[])[] {
  const groups: LineChange[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && change.oldStart - last.oldEnd <= 2 * CONTEXT) group.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunkOf(
  changes: readonly LineChange[],
  old: readonly string[],
  now: readonly string[],
): string {
  const [first, last] = [changes.at(0), changes.at(-1)];
  if (!first || !last) return "";
  const lead = Math.min(CONTEXT, first.oldStart);
  const trail = Math.min(CONTEXT, old.length - last.oldEnd);
  const [oldStart, oldEnd] = [first.oldStart - lead, last.oldEnd + trail];
  const [newStart, newEnd] = [first.newStart - lead, last.newEnd + trail];
  let lines = "";
  let next = oldStart;
  for (const change of changes) {
    lines += marked(" ", old.slice(next, change.oldStart));
    lines += marked("-", old.slice(change.oldStart, change.oldEnd));
    lines += marked("+", now.slice(change.newStart, change.newEnd));
    next = change.oldEnd;
  }
  lines += marked(" ", old.slice(next, oldEnd));
  return `@@ -${rangeOf(oldStart, oldEnd)} +${rangeOf(newStart, newEnd)} @@\n${lines}`;
}

/** Where a hunk begins, from 1 (an empty one: the line before it), and how many lines it has when not one. */
function rangeOf(start: number, end: number): string {
  const count = end - start;
  if (count === 1) return `${start + 1}`;
  return `${count === 0 ? start : start + 1},${count}`;
}

function marked(sign: string, lines: readonly string[]): string {
  const ended = lines.map((line) =>
    line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`,
  );
  return ended.map((line) => sign + line).join("");
}
