import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../core/errors.js";
import { bytesOf } from "../core/files.js";
import type { ChangeSet } from "../core/change-set.js";
import { isRecord } from "../core/readers.js";
import { errnoOf, readFailed, writeFailed } from "./errors.js";
import { isAlive } from "./processes.js";
import { removeQuietly } from "./remove.js";

/** One change as the journal keeps it: enough to undo it after any kill. */
interface Step {
  readonly path: string;
  /** There was a file before; once moved away it is `old/<index>`. */
  readonly replaces: boolean;
  /** SHA-256 of the new file, which is `new/<index>` too until the journal is closed; absent for a deletion. */
  readonly sha256?: string;
}

/** The journal of one run in an existing project: a folder inside it, named after the process. */
export interface Journal {
  readonly target: string;
  readonly folder: string;
  readonly steps: readonly Step[];
  /** Folders that the run makes, outermost first, relative to the target. */
  readonly folders: readonly string[];
}

const PREFIX = ".create-oauth2-integration.";
const JOURNAL_NAME = /^\.create-oauth2-integration\.(\d+)$/u;
const FILE = "journal.json";
const COMMITTED = "committed";

/**
 * Writes the new files and then the journal. Everything that needs room on the disk happens here, before a file of the project
 * moves; from then on files are only linked and renamed, so that a full disk stops nothing half-way and undoing works.
 * @throws {UserError} `changed-meanwhile` when another run is at work in the target; or the error of the failed write
 */
export function stage(target: string, changes: ChangeSet): Journal {
  const folder = path.join(target, PREFIX + String(process.pid));
  const steps = changes.map(({ path: file, before, after }) => ({
    path: file,
    replaces: before !== undefined,
    ...(after && { sha256: sha256(bytesOf(after.content)) }),
  }));
  const journal: Journal = { target, folder, steps, folders: missingFolders(target, changes) };
  try {
    fs.mkdirSync(folder);
    requireAlone(target);
    for (const made of ["new", "old"]) fs.mkdirSync(path.join(folder, made));
    for (const [index, { after }] of changes.entries()) {
      if (after)
        fs.writeFileSync(kept(journal, "new", index), bytesOf(after.content), {
          flag: "wx",
          mode: after.executable ? 0o777 : 0o666,
        });
    }
    fs.writeFileSync(path.join(folder, FILE), JSON.stringify({ steps, folders: journal.folders }), {
      flag: "wx",
    });
  } catch (error) {
    removeQuietly(folder);
    throw error;
  }
  return journal;
}

/** Moves every file into place. When it throws, `undo` puts everything back. */
export function commit(journal: Journal): void {
  const { target, folder, steps, folders } = journal;
  for (const made of folders) fs.mkdirSync(path.join(target, made));
  for (const [index, step] of steps.entries()) {
    const file = path.join(target, step.path);
    requireNoLink(target, step.path);
    if (step.replaces) fs.renameSync(file, kept(journal, "old", index));
    if (step.sha256 !== undefined) putWithoutReplacing(kept(journal, "new", index), file);
  }
  fs.renameSync(path.join(folder, FILE), path.join(folder, COMMITTED));
}

/** Puts everything back, newest first. A file that somebody changed since is left to them, and what it replaced stands beside it as `.orig`. */
export function undo(journal: Journal): void {
  for (const [index, step] of [...journal.steps.entries()].toReversed()) {
    const file = path.join(journal.target, step.path);
    const old = kept(journal, "old", index);
    if (step.replaces && !fs.existsSync(old)) continue;
    if (isOurs(file, kept(journal, "new", index), step)) fs.rmSync(file);
    if (step.replaces) fs.renameSync(old, fs.existsSync(file) ? `${file}.orig` : file);
  }
  for (const made of journal.folders.toReversed()) removeIfEmpty(path.join(journal.target, made));
}

/**
 * Undoes what killed runs left in a project, or removes their journal where they had come to the end.
 * @throws {UserError} `changed-meanwhile` when such a run is still at work, `write-failed`
 */
export function recoverJournals(target: string): void {
  requireAlone(target);
  for (const [name] of journalsIn(target)) {
    const folder = path.join(target, name);
    try {
      undo(readJournal(target, folder));
      fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      throw writeFailed(target, error);
    }
  }
}

/** Of two runs at once, one that sees the other's journal gives way: both may, but never do both write. */
function requireAlone(target: string): void {
  for (const [name, processId] of journalsIn(target)) {
    if (processId !== process.pid && isAlive(processId)) throw busy(name, processId);
  }
}

function journalsIn(target: string): readonly (readonly [name: string, processId: number])[] {
  return namesIn(target)
    .map((name) => [name, JOURNAL_NAME.exec(name)?.[1]] as const)
    .flatMap(([name, processId]) => (processId === undefined ? [] : [[name, Number(processId)]]));
}

function namesIn(target: string): readonly string[] {
  try {
    return fs.readdirSync(target);
  } catch (error) {
    throw readFailed(target, error);
  }
}

/** A folder without `journal.json` had moved nothing yet, or everything: there is nothing to undo. */
function readJournal(target: string, folder: string): Journal {
  const nothing: Journal = { target, folder, steps: [], folders: [] };
  const file = path.join(folder, FILE);
  if (!fs.existsSync(file)) return nothing;
  let stored: unknown;
  try {
    stored = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return nothing;
    throw error;
  }
  return isRecord(stored)
    ? {
        ...nothing,
        steps: stored["steps"] as readonly Step[],
        folders: stored["folders"] as readonly string[],
      }
    : nothing;
}

function busy(name: string, processId: number): UserError {
  return new UserError(
    "changed-meanwhile",
    `Another run (process ${processId}) is at work in this directory.`,
    `Wait for it to end. If there is no such run, remove the folder ${name}.`,
    { paths: [name] },
  );
}

function kept({ folder }: Journal, kind: "new" | "old", index: number): string {
  return path.join(folder, kind, String(index));
}

/** A link never replaces what appeared there meanwhile; where the file system has no links, a rename after a look. */
function putWithoutReplacing(staged: string, file: string): void {
  try {
    fs.linkSync(staged, file);
  } catch (error) {
    if (
      !["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(errnoOf(error) ?? "") ||
      fs.existsSync(file)
    )
      throw error;
    fs.renameSync(staged, file);
  }
}

/**
 * Whether the file in place is what this run put there, unchanged. While the staged file is there, ours is a link to it: the same
 * content alone may be another run's.
 */
function isOurs(file: string, staged: string, { sha256: expected }: Step): boolean {
  const found = fs.lstatSync(file, { throwIfNoEntry: false });
  if (expected === undefined || !found?.isFile()) return false;
  const ours = fs.lstatSync(staged, { throwIfNoEntry: false }) ?? found;
  return ours.ino === found.ino && sha256(fs.readFileSync(file)) === expected;
}

/** No folder between the target and the file may be a link: it could lead out of the project. */
function requireNoLink(target: string, file: string): void {
  let folder = target;
  for (const segment of file.split("/").slice(0, -1)) {
    folder = path.join(folder, segment);
    if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== false) continue;
    throw new UserError(
      "unsafe-path",
      `${folder} is a link or a file where the project has a folder.`,
      "Move it away, then run the command again.",
      {
        paths: [folder],
      },
    );
  }
}

function missingFolders(target: string, changes: ChangeSet): readonly string[] {
  const folders = new Set<string>();
  for (const { path: file, after } of changes) {
    const segments = after ? file.split("/").slice(0, -1) : [];
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = segments.slice(0, depth).join("/");
      if (!fs.existsSync(path.join(target, folder))) folders.add(folder);
    }
  }
  return [...folders];
}

function removeIfEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch (error) {
    // Not made yet, or somebody put a file into it, or something in its place: it is theirs now.
    if (!["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errnoOf(error) ?? "")) throw error;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
