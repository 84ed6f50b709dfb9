import { type FileEntry, sameEntry } from "../files.js";

/** A text with `\n` only, and without byte order mark. */
export function plainText(text: string): string {
  return text.replace(/^\uFEFF/u, "").replaceAll("\r\n", "\n");
}

/** Whether two files are the same for a merge: line ends and byte order marks do not count. Two absent files are the same. */
export function sameFile(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.executable === b.executable && sameContent(a, b);
}

/** The same without the executable bit. */
export function sameContent({ content: a }: FileEntry, { content: b }: FileEntry): boolean {
  if (typeof a === "string" && typeof b === "string")
    return a === b || plainText(a) === plainText(b);
  return sameEntry({ content: a, executable: false }, { content: b, executable: false });
}
