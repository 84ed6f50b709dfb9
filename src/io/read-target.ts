import fs from "node:fs";
import path from "node:path";
import {
  type FileEntry,
  type FileTree,
  foldersAbove,
  type ProjectPath,
  projectPath,
} from "../core/files.js";
import { readFailed } from "./errors.js";
import { lstat, readEntry } from "./write-project.js";

/** What lies in a target: the files at planned paths, and everything else that stands in the way. */
export interface TargetContent {
  readonly files: FileTree;
  /** Relative paths; a folder ends with `/`. `.git` is never in the way. */
  readonly strangers: readonly string[];
}

/** Reads what lies in a target folder. An absent one is empty. Links are never followed. */
export function readTarget(target: string, planned: ReadonlySet<string>): TargetContent {
  const files = new Map<ProjectPath, FileEntry>();
  const strangers: string[] = [];
  const folders = new Set([...planned].flatMap(foldersAbove));
  const visit = (relative: string): void => {
    for (const entry of entriesOf(path.join(target, relative))) {
      const below = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (below === ".git") continue;
      if (entry.isDirectory() && folders.has(below)) {
        visit(below);
        continue;
      }
      const file =
        entry.isFile() && planned.has(below) ? readEntry(path.join(target, below)) : undefined;
      if (file) files.set(projectPath(below), file);
      else strangers.push(entry.isDirectory() ? `${below}/` : below);
    }
  };
  if (lstat(target)?.isDirectory()) visit("");
  return { files, strangers: strangers.toSorted() };
}

function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw readFailed(folder, error);
  }
}
