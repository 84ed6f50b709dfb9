import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../core/errors.js";
import { bytesOf, foldersAbove, isBelow, isInside } from "../core/files.js";
import type { ChangeSet } from "../core/change-set.js";
import { isRecord } from "../core/readers.js";
import { errnoOf, isAbsent, readFailed, writeFailed } from "./errors.js";
import { isAlive } from "./processes.js";
import { removeQuietly } from "./remove.js";

/** One change as the journal keeps it: enough to undo it after any kill. */
interface Step {
  readonly path: string;
  /** There was a file before; once moved away it is `old/<index>`. */
  readonly replaces: boolean;
  /** SHA-256 of the old file, as it was read. */
  readonly was?: string;
  /** SHA-256 of the new file, which is `new/<index>` too until the journal is closed; absent for a deletion. */
  readonly sha256?: string;
}

interface EmptiedFolder {
  readonly path: string;
  readonly mode: number;
}

/** The journal of one run in an existing project: a folder inside it, named after the process. */
export interface Journal {
  readonly target: string;
  readonly folder: string;
  readonly steps: readonly Step[];
  /** Folders that the run makes, outermost first, relative to the target. */
  readonly folders: readonly string[];
  /** Folders that the run empties and removes, innermost first. */
  readonly emptied: readonly EmptiedFolder[];
}

const PREFIX = ".create-oauth2-integration.";
const JOURNAL_NAME = /^\.create-oauth2-integration\.(\d+)$/u;
/** A process id that no system gives. */
const NOBODY = 999_999_999;
const FILE = "journal.json";
const COMMITTED = "committed";

/**
 * Writes the new files and then the journal. Everything that needs room on the disk happens here, before a file of the project
 * moves; from then on files are only linked and renamed, so that a full disk stops nothing half-way and undoing works.
 * @throws {UserError} `changed-meanwhile` when another run is at work in the target; or the error of the failed write
 */
export function stage(target: string, changes: ChangeSet): Journal {
  const folder = path.join(target, ownName());
  const steps = changes.map(({ path: file, before, after }) => ({
    path: file,
    replaces: before !== undefined,
    ...(before && { was: sha256(bytesOf(before.content)) }),
    ...(after && { sha256: sha256(bytesOf(after.content)) }),
  }));
  const folders = missingFolders(target, changes);
  const emptied = emptiedFolders(target, changes);
  const journal: Journal = { target, folder, steps, folders, emptied };
  try {
    fs.mkdirSync(folder);
    requireAlone(target);
    for (const made of ["new", "old"]) fs.mkdirSync(path.join(folder, made));
    for (const [index, { path: file, before, after, movedFrom }] of changes.entries()) {
      if (after === undefined) continue;
      const staged = kept(journal, "new", index);
      fs.writeFileSync(staged, bytesOf(after.content), {
        flag: "wx",
        mode: after.executable ? 0o777 : 0o666,
      });
      const like = before ? file : movedFrom;
      if (like !== undefined) keepMode(path.join(target, like), staged, after.executable);
    }
    fs.writeFileSync(path.join(folder, FILE), JSON.stringify({ steps, folders, emptied }), {
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
  const { target, folder, steps, folders, emptied } = journal;
  const carryOut = (step: Step, index: number): void => {
    const file = path.join(target, step.path);
    requireNoLink(target, step.path);
    const old = kept(journal, "old", index);
    if (step.replaces && !exists(file)) throw changed(step.path);
    if (step.replaces) fs.renameSync(file, old);
    if (step.replaces && sha256(fs.readFileSync(old)) !== step.was) throw changed(step.path);
    if (step.sha256 !== undefined) putWithoutReplacing(kept(journal, "new", index), file);
  };
  // What goes makes room for what comes: a folder where a file was, another case of a name.
  for (const [index, step] of steps.entries()) if (isDeletion(step)) carryOut(step, index);
  for (const { path: going } of emptied) {
    requireNoLink(target, going);
    removeIfEmpty(path.join(target, going));
  }
  for (const made of folders) {
    requireNoLink(target, made);
    fs.mkdirSync(path.join(target, made));
  }
  for (const [index, step] of steps.entries()) if (!isDeletion(step)) carryOut(step, index);
  fs.renameSync(path.join(folder, FILE), path.join(folder, COMMITTED));
}

/** Puts everything back, newest first. A file that somebody changed since is left to them, and what it replaced stands beside it as `.orig`. */
export function undo(journal: Journal, isCopied = false): void {
  const { target, steps, folders, emptied } = journal;
  const putBack = (step: Step, index: number): void => {
    const file = path.join(target, step.path);
    const old = kept(journal, "old", index);
    refuseLinks(target, step.path);
    if (step.replaces && !exists(old)) return;
    const staged = isCopied ? file : kept(journal, "new", index);
    if (isOurs(file, staged, step)) fs.rmSync(file);
    if (!step.replaces) return;
    // Taken back from a repository meanwhile: it is there already.
    const isFile = statsOf(old)?.isFile() === true;
    if (isFile && isFileWith(file, sha256(fs.readFileSync(old)))) fs.rmSync(old);
    else fs.renameSync(old, freeName(file));
  };
  const newestFirst = [...steps.entries()].toReversed();
  for (const [index, step] of newestFirst) if (!isDeletion(step)) putBack(step, index);
  for (const made of folders.toReversed()) {
    refuseLinks(target, made);
    removeIfEmpty(path.join(target, made));
  }
  const isMissed = (folder: string): boolean =>
    steps.some(
      (step, index) =>
        isDeletion(step) && isBelow(step.path, folder) && exists(kept(journal, "old", index)),
    );
  for (const folder of emptied.toReversed()) if (isMissed(folder.path)) makeAgain(target, folder);
  for (const [index, step] of newestFirst) if (isDeletion(step)) putBack(step, index);
}

/** Edited after it was read: undoing gives it back as it is now. */
export function changed(file: string): UserError {
  return new UserError(
    "changed-meanwhile",
    `${file} changed while this command ran.`,
    "Nothing was written. Run the command again.",
    { paths: [file] },
  );
}

function isDeletion({ sha256: written }: Step): boolean {
  return written === undefined;
}

function exists(file: string): boolean {
  return statsOf(file) !== undefined;
}

/** Nothing lies below a file. */
function statsOf(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Where the old file goes back to: beside the one that somebody put into its place meanwhile. */
function freeName(file: string): string {
  let name = file;
  for (let count = 0; exists(name); count += 1)
    name = count === 0 ? `${file}.orig` : `${file}.${count}.orig`;
  return name;
}

/** Throws `unsafe-path` where somebody put something else in its place: that has to go first. */
function makeAgain(target: string, { path: folder, mode }: EmptiedFolder): void {
  requireNoLink(target, folder);
  const place = path.join(target, folder);
  if (!exists(place)) {
    fs.mkdirSync(place);
    fs.chmodSync(place, mode & 0o777);
  }
  requireNoLink(target, `${folder}/file`);
}

/** The new file is as readable, and as private, as the old one was. */
function keepMode(file: string, staged: string, executable: boolean): void {
  const mode = (statsOf(file)?.mode ?? 0o666) & 0o666;
  fs.chmodSync(staged, executable ? mode | ((mode & 0o444) >> 2) : mode);
}

/**
 * Undoes what killed runs left in a project, or removes their journal where they had come to the end. A journal is first renamed to our
 * own: of two runs that find it one gets it, and to the other it is then the journal of a run at work.
 * @throws {UserError} `changed-meanwhile` when such a run is still at work, `write-failed`
 */
export function recoverJournals(target: string): void {
  const folder = path.join(target, ownName());
  for (const name of journalsAlone(target)) {
    try {
      if (!movedAway(path.join(target, name), folder)) {
        requireAlone(target);
        continue;
      }
      // Nobody else is at work, and links are gone where the folder was copied: the content alone tells.
      undo(readJournal(target, folder), true);
      fs.rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      throw error instanceof UserError ? error : writeFailed(target, error);
    }
  }
}

/** Gives a folder another name, unless somebody else took it away. */
function movedAway(folder: string, to: string): boolean {
  try {
    fs.renameSync(folder, to);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** Of two runs at once, one that sees the other's journal gives way: both may, but never do both write. */
function requireAlone(target: string): void {
  journalsAlone(target);
}

/**
 * The journals in a target, from one look at it: in a second look there may be one of a run that began meanwhile. The one with our own
 * process id, which a run that was killed may have had, is the first.
 * @throws {UserError} `changed-meanwhile` when another run is at work
 */
function journalsAlone(target: string): readonly string[] {
  const own = ownName();
  const names = namesIn(target).filter((name) => JOURNAL_NAME.test(name));
  for (const name of names) {
    const processId = Number(JOURNAL_NAME.exec(name)?.[1]);
    if (name !== own && isAlive(processId)) throw busy(name, processId);
  }
  return names.toSorted((a, b) => Number(b === own) - Number(a === own));
}

function ownName(): string {
  return PREFIX + String(process.pid);
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
  const nothing: Journal = { target, folder, steps: [], folders: [], emptied: [] };
  const file = path.join(folder, FILE);
  const isFolder = (place: string): boolean => statsOf(place)?.isDirectory() === true;
  const isWhole = [folder, path.join(folder, "old"), path.join(folder, "new")].every(isFolder);
  if (!isWhole || statsOf(file)?.isFile() !== true) return nothing;
  let stored: unknown;
  try {
    stored = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return nothing;
    throw error;
  }
  return isJournal(stored) ? { ...nothing, ...stored } : nothing;
}

/** A repository can hold a folder that looks like ours: nothing outside the project is ever touched for it. */
function isJournal(stored: unknown): stored is Pick<Journal, "steps" | "folders" | "emptied"> {
  const isOwn = (place: unknown): boolean => typeof place === "string" && isInside(place);
  return (
    isRecord(stored) &&
    Array.isArray(stored["folders"]) &&
    stored["folders"].every(isOwn) &&
    [stored["steps"], stored["emptied"]].every(
      (list) => Array.isArray(list) && list.every((item) => isRecord(item) && isOwn(item["path"])),
    )
  );
}

function busy(name: string, processId: number): UserError {
  return new UserError(
    "changed-meanwhile",
    `Another run (process ${processId}) is at work in this directory.`,
    `Wait for it to end. If there is no such run, rename the folder ${name}, which holds your files, to ${PREFIX}${NOBODY}: then the next command puts everything back.`,
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
  const found = statsOf(file);
  const ours = statsOf(staged) ?? found;
  return expected !== undefined && ours?.ino === found?.ino && isFileWith(file, expected);
}

function isFileWith(file: string, hash: string): boolean {
  return statsOf(file)?.isFile() === true && sha256(fs.readFileSync(file)) === hash;
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

/** The same while undoing: a file may stand there still, or again. */
function refuseLinks(target: string, file: string): void {
  const isLink = (folder: string): boolean =>
    statsOf(path.join(target, folder))?.isSymbolicLink() === true;
  if (foldersAbove(file).some(isLink)) requireNoLink(target, file);
}

function missingFolders(target: string, changes: ChangeSet): readonly string[] {
  const needed = changes
    .filter(({ after }) => after)
    .flatMap(({ path: file }) => foldersAbove(file));
  const isFolder = (folder: string): boolean =>
    statsOf(path.join(target, folder))?.isDirectory() ?? false;
  return [...new Set(needed)].filter((folder) => !isFolder(folder));
}

/** Folders that hold nothing but files that go. */
function emptiedFolders(target: string, changes: ChangeSet): readonly EmptiedFolder[] {
  const going = changes.filter(({ after }) => after === undefined).map(({ path: file }) => file);
  const needed = new Set<string>(
    changes.filter(({ after }) => after).flatMap(({ path: file }) => foldersAbove(file)),
  );
  const gone = new Set<string>(going);
  const innermostFirst = [...new Set(going.flatMap(foldersAbove))].toSorted(
    (a, b) => b.split("/").length - a.split("/").length,
  );
  for (const folder of innermostFirst) {
    const holds = (name: string): boolean => !gone.has(`${folder}/${name}`);
    if (!needed.has(folder) && !namesIn(path.join(target, folder)).some(holds)) gone.add(folder);
  }
  return innermostFirst
    .filter((folder) => gone.has(folder))
    .map((folder) => ({ path: folder, mode: statsOf(path.join(target, folder))?.mode ?? 0o777 }));
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
