import fs from "node:fs";
import path from "node:path";
import type { Found } from "../core/merge/conflicts.js";
import { UserError } from "../core/errors.js";
import {
  type FileEntry,
  type FileTree,
  foldersAbove,
  isInside,
  ownersPath,
  type ProjectPath,
} from "../core/files.js";
import type { Disk } from "../core/plan.js";
import { STATE_FILE } from "../core/state.js";
import { readFailed } from "./errors.js";
import { lstat, readEntry } from "./write-project.js";

/**
 * What lies at some paths of a project. Links are never followed: at one, and below one, lies something else than a file.
 * A folder that holds nothing but files at these paths does not count: it goes when they go.
 */
export function readProject(
  project: string,
  paths: Iterable<ProjectPath>,
  baseline: FileTree,
): Disk {
  const asked = new Set<string>(paths);
  const folders = new Map<string, "folder" | "file" | "other" | "absent">();
  const kindOf = (folder: string) => {
    const known = folders.get(folder);
    if (known) return known;
    const stats = lstat(path.join(project, folder));
    const kind = stats?.isDirectory() ? "folder" : stats?.isFile() ? "file" : "other";
    folders.set(folder, stats ? kind : "absent");
    return stats ? kind : "absent";
  };
  const find = (file: string): Found => {
    const above = foldersAbove(file).find((folder) => kindOf(folder) !== "folder");
    if (above !== undefined) {
      const isAway = kindOf(above) === "absent" || (kindOf(above) === "file" && asked.has(above));
      return isAway ? undefined : "other";
    }
    const place = path.join(project, file);
    const stats = lstat(place);
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) return holdsOnly(place, file, asked) ? undefined : "other";
    return stats.isFile()
      ? withKnownMode(readEntry(place), baseline.get(file as ProjectPath))
      : "other";
  };
  return new Map(
    [...asked].toSorted().flatMap((file) => {
      const found = find(file);
      return found === undefined ? [] : [[file as ProjectPath, found] as const];
    }),
  );
}

/** Windows has no executable bit: it is what it was. */
function withKnownMode(entry: Found, baseline: FileEntry | undefined): Found {
  if (process.platform !== "win32" || entry === undefined || entry === "other") return entry;
  return { ...entry, executable: baseline?.executable ?? false };
}

function holdsOnly(folder: string, relative: string, asked: ReadonlySet<string>): boolean {
  return entriesOf(folder).every((entry) => {
    const below = `${relative}/${entry.name}`;
    return entry.isDirectory()
      ? holdsOnly(path.join(folder, entry.name), below, asked)
      : asked.has(below);
  });
}

/** Folders that hold what was installed or made, and no file that somebody wrote. */
const NOT_WRITTEN = new Set([".git", "node_modules", "dist", "coverage", "__pycache__", ".venv"]);
/** Bytes. What is larger was not generated. */
const LARGEST = 1024 * 1024;
/** More files than this are no project that was made from a template. */
const MOST = 20_000;

/**
 * Every other file of a project that is small enough to have been generated, without what was installed or built, other repositories
 * and other generated projects. What cannot be read is none of ours.
 */
export function readOthers(project: string, known: ReadonlySet<string>): FileTree {
  const others = new Map<ProjectPath, FileEntry>();
  const visit = (folder: string): void => {
    const entries = readable(() => entriesOf(path.join(project, folder))) ?? [];
    const isForeign = entries.some(({ name }) => name === ".git" || name === STATE_FILE);
    if (folder !== "" && isForeign) return;
    for (const entry of entries) {
      const below = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !NOT_WRITTEN.has(entry.name)) visit(below);
      if (!entry.isFile() || known.has(below) || others.size >= MOST || !isInside(below)) continue;
      const file = path.join(project, below);
      const isSmall = (): boolean => (lstat(file)?.size ?? 0) <= LARGEST;
      const found = readable(() => (isSmall() ? readEntry(file) : undefined));
      if (found) others.set(ownersPath(below), found);
    }
  };
  visit("");
  return others;
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw readFailed(folder, error);
  }
}
