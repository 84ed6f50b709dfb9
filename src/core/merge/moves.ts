import type { FileEntry, FileTree, ProjectPath } from "../files.js";
import { plainText } from "./line-ends.js";

/** Where missing files are now, found by content. */
export interface Moves {
  /** Old path → new path. */
  readonly followed: ReadonlyMap<ProjectPath, ProjectPath>;
  /** Missing files that several others are equally like: nobody guesses. */
  readonly ties: readonly {
    readonly path: ProjectPath;
    readonly candidates: readonly ProjectPath[];
  }[];
}

/** The share of a file that must be the same, as git has it for renames. */
const SIMILAR = 0.5;
/** Shorter files are like many others by chance. */
const SHORTEST = 64;

/**
 * Finds where the owner moved files that are missing, by content: the file with the most in common, at least half, and with the same
 * extension. Each file can be the new place of one missing file only.
 */
export function findMoves(missing: FileTree, candidates: FileTree): Moves {
  const pairs = [...missing].flatMap(([path, file]) => {
    const measure = measureOf(file);
    return [...candidates].flatMap(([candidate, other]) => {
      const likeness =
        extensionOf(path) === extensionOf(candidate) ? measure(path, candidate, other) : 0;
      return likeness >= SIMILAR ? [{ path, candidate, likeness }] : [];
    });
  });
  const followed = new Map<ProjectPath, ProjectPath>();
  const ties: { path: ProjectPath; candidates: readonly ProjectPath[] }[] = [];
  const taken = new Set<ProjectPath>();
  const settled = new Set<ProjectPath>();
  for (const { path, candidate, likeness } of pairs.toSorted((a, b) => b.likeness - a.likeness)) {
    if (settled.has(path) || taken.has(candidate)) continue;
    settled.add(path);
    const rivals = pairs.filter(
      (pair) => pair.path === path && pair.likeness === likeness && !taken.has(pair.candidate),
    );
    const claims = pairs.filter(
      (pair) =>
        pair.candidate === candidate &&
        pair.likeness === likeness &&
        pair.path !== path &&
        !followed.has(pair.path),
    );
    if (rivals.length > 1 || claims.length > 0)
      ties.push({ path, candidates: rivals.map((rival) => rival.candidate).toSorted() });
    else {
      followed.set(path, candidate);
      taken.add(candidate);
    }
  }
  return { followed, ties };
}

type Measure = (path: ProjectPath, candidate: ProjectPath, other: FileEntry) => number;

/** How much of two files is the same, from 0 to 1: the share of bytes in equal lines. A file of the same name wins among equals. */
function measureOf({ content }: FileEntry): Measure {
  if (typeof content !== "string")
    return (_path, _candidate, other) => Number(String(other.content) === String(content));
  if (content.length < SHORTEST) return () => 0;
  const lines = linesOf(content);
  const size = weightOf(lines);
  return (path, candidate, other) => {
    if (typeof other.content !== "string" || !isNear(content.length, other.content.length))
      return 0;
    const others = linesOf(other.content);
    let common = 0;
    for (const [line, count] of lines)
      common += Math.min(count, others.get(line) ?? 0) * (line.length + 1);
    const likeness = common / Math.max(size, weightOf(others), 1);
    return likeness >= SIMILAR && nameOf(path) === nameOf(candidate) ? likeness + 1e-6 : likeness;
  };
}

/** Texts that differ more in size cannot have half in common. Line ends may add to one. */
function isNear(a: number, b: number): boolean {
  return Math.min(a, b) * 2.5 >= Math.max(a, b);
}

function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const line of plainText(text).split("\n")) lines.set(line, (lines.get(line) ?? 0) + 1);
  return lines;
}

function weightOf(lines: ReadonlyMap<string, number>): number {
  return [...lines].reduce((sum, [line, count]) => sum + (line.length + 1) * count, 0);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function extensionOf(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot < 1 ? "" : name.slice(dot).toLowerCase();
}
