import { UserError } from "./errors.js";
import { isDeviceName, nameFault } from "./file-names.js";

declare const projectPathBrand: unique symbol;

/** A path inside the project: relative, with `/`, and one that every file system can hold. */
export type ProjectPath = string & {
  /** Only a path that was checked is one. */
  readonly [projectPathBrand]: true;
};

/** One file of a project: text (UTF-8) or bytes. */
export interface FileEntry {
  /** What it holds. */
  readonly content: string | Uint8Array;
  /** Whether it is a program; always false on Windows. */
  readonly executable: boolean;
}

/** A project as a value: what is rendered, what lies on the disk, what was rendered last time. */
export type FileTree = ReadonlyMap<ProjectPath, FileEntry>;

/**
 * Gives `text` as a path inside the project.
 * @throws {UserError} `unsafe-path` for one that leaves the project or that some file system cannot hold
 */
export function projectPath(text: string): ProjectPath {
  if (!isProjectPath(text)) throw unsafePath(text);
  return text;
}

function isProjectPath(text: string): text is ProjectPath {
  return isInside(text) && text.split("/").every((name) => nameFault(name) === undefined);
}

/**
 * Gives `text` as a path that the project's owner chose: it has to stay inside, and need not fit every other file system.
 * @throws {UserError} `unsafe-path`
 */
export function ownersPath(text: string): ProjectPath {
  if (!isInside(text)) throw unsafePath(text);
  return text as ProjectPath;
}

/** A step, or the folder of git; Windows takes dots and spaces at the end away, and has a short name for each file. */
const NO_NAME = /^(?:[. ]*|\.git[. ]*|git~\d+)$/iu;

/** Whether a path cannot leave the project, nor reach what git keeps, nor a device, on any system. */
export function isInside(text: string): boolean {
  return (
    !/^[A-Za-z]:|\0/u.test(text) &&
    text.split(/[/\\]/u).every((name) => !NO_NAME.test(name) && !isDeviceName(name))
  );
}

/** A path of the project as somebody typed it, as the reports write it: with `/`, and without a step to where one is. */
export function asReported(typed: string, separator: "/" | "\\"): string {
  return typed.replaceAll(separator, "/").replace(/^(?:\.\/+)+/u, "");
}

function unsafePath(text: string): UserError {
  return new UserError(
    "unsafe-path",
    `${JSON.stringify(text)} is not a path inside the project.`,
    "Use names without device names, control characters or `..`.",
  );
}

/** Whether two files are the same, byte for byte and in mode; two absent files are the same. */
export function sameEntry(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.executable === b.executable && sameContent(a.content, b.content);
}

function sameContent(a: FileEntry["content"], b: FileEntry["content"]): boolean {
  if (typeof a === "string" && typeof b === "string") return a === b;
  const x = bytesOf(a);
  const y = bytesOf(b);
  return x.length === y.length && x.every((byte, index) => byte === y[index]);
}

/** Whether two trees hold the same files. */
export function sameTree(a: FileTree, b: FileTree): boolean {
  return a.size === b.size && [...a].every(([path, entry]) => sameEntry(entry, b.get(path)));
}

/** The bytes of a file's content: text is UTF-8. */
export function bytesOf(content: FileEntry["content"]): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Sorts paths as every machine sorts them: by UTF-16 code unit, with no locale. */
export function sortedPaths(tree: FileTree): readonly ProjectPath[] {
  return [...tree.keys()].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/** Whether a path lies below a folder. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

/** The folders above a path, outermost first. */
export function foldersAbove(path: string): readonly string[] {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_segment, index) => segments.slice(0, index + 1).join("/"));
}
