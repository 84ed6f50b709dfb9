import fs from "node:fs";
import path from "node:path";
import { UserError } from "../core/errors.js";
import { nameFault } from "../core/file-names.js";
import { bytesOf, type FileEntry, sameEntry } from "../core/files.js";
import type { ChangeSet } from "../core/change-set.js";
import { errnoOf, isAbsent, readFailed, writeFailed } from "./errors.js";
import { foldersOver, lastName, namesBelow } from "./folders.js";
import { changed, commit, type Journal, recoverJournals, stage, undo } from "./journal.js";
import { isAlive } from "./processes.js";
import { removeQuietly } from "./remove.js";

/**
 * Writes all of a change set, or none of it: synchronously, so that no signal handler runs in between.
 * An absent target is built beside its place and renamed; an existing one is changed under a journal that can be undone.
 * @throws {UserError} `write-failed`, `changed-meanwhile`, `target-unusable`; the target is then as it was
 */
export function writeProject(target: string, changes: ChangeSet): void {
  const stats = lstat(target);
  if (stats === undefined) return writeAbsent(target, changes);
  requireFolder(target, stats);
  writeExisting(target, changes);
}

/**
 * A target must be a folder or nothing at all.
 * @throws {UserError} `target-unusable` for a file or a link
 */
export function requireFolder(target: string, stats: fs.Stats | undefined = lstat(target)): void {
  if (stats === undefined || stats.isDirectory()) return;
  if (stats.isSymbolicLink())
    throw new UserError(
      "target-unusable",
      `${target} is a symbolic link.`,
      "Name the folder that it leads to, or another directory.",
      { paths: [target] },
    );
  throw new UserError(
    "target-unusable",
    `${target} is not a folder.`,
    "Choose another directory.",
    { paths: [target] },
  );
}

/**
 * What is made has a name that every system takes, and so has what somebody named.
 * @throws {UserError} `unsafe-path`
 */
export function requireNames(directory: string, target: string): void {
  const made = lstat(target) === undefined ? namesBelow(existingFolderAbove(target), target) : [];
  for (const name of [lastName(directory) ?? "", ...made]) {
    const fault = nameFault(name);
    if (fault === undefined) continue;
    throw new UserError(
      "unsafe-path",
      `The directory ${directory} has the name ${JSON.stringify(name)}, which ${fault}.`,
      "Choose another directory.",
      { paths: [target] },
    );
  }
}

function writeAbsent(target: string, changes: ChangeSet): void {
  const anchor = existingFolderAbove(target);
  const [top = "", ...rest] = namesBelow(anchor, target);
  const staging = path.join(anchor, stagingName(top, process.pid));
  try {
    fs.rmSync(staging, { recursive: true, force: true });
    fs.mkdirSync(staging);
    let folder = staging;
    for (const segment of rest) {
      folder = path.join(folder, segment);
      fs.mkdirSync(folder);
    }
    for (const { path: file, after } of changes) if (after) writeNew(folder, file, after);
    if (lstat(path.join(anchor, top)) !== undefined)
      throw Object.assign(new Error("appeared"), { code: "EEXIST" });
    fs.renameSync(staging, path.join(anchor, top));
  } catch (error) {
    removeQuietly(staging);
    throw error instanceof UserError ? error : writeFailed(target, error);
  }
}

/**
 * The nearest folder above that exists: nothing above it is ever made again.
 * @throws {UserError} `target-unusable` where a file stands there, or nothing at all
 */
function existingFolderAbove(target: string): string {
  const above = foldersOver(target);
  const folder = above.find((one) => lstat(one) !== undefined) ?? above.at(-1) ?? target;
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new UserError(
    "target-unusable",
    `${folder} is not a folder.`,
    "Choose another directory.",
    { paths: [folder] },
  );
}

/** Writes one new file below a folder that exists, making the folders between one level at a time. */
function writeNew(root: string, file: string, entry: FileEntry): void {
  const segments = file.split("/");
  let folder = root;
  for (const segment of segments.slice(0, -1)) {
    folder = path.join(folder, segment);
    if (lstat(folder) === undefined) fs.mkdirSync(folder);
  }
  fs.writeFileSync(path.join(root, ...segments), bytesOf(entry.content), {
    flag: "wx",
    mode: entry.executable ? 0o777 : 0o666,
  });
}

function writeExisting(target: string, changes: ChangeSet): void {
  let journal: Journal | undefined;
  try {
    journal = stage(target, changes);
    requireUnchanged(target, changes, new Set(journal.emptied.map((folder) => folder.path)));
    commit(journal);
  } catch (error) {
    if (journal) putBack(target, journal);
    throw error instanceof UserError ? error : writeFailed(target, error);
  }
  removeQuietly(journal.folder);
}

function requireUnchanged(target: string, changes: ChangeSet, emptied: ReadonlySet<string>): void {
  for (const { path: file, before } of changes) {
    // A folder stands there until its last file went.
    if (emptied.has(file)) continue;
    if (sameEntry(readEntry(path.join(target, ...file.split("/"))), before)) continue;
    throw changed(file);
  }
}

function putBack(target: string, journal: Journal): void {
  try {
    undo(journal);
  } catch (cause) {
    const why =
      cause instanceof UserError
        ? cause.message
        : `the system answered ${errnoOf(cause) ?? String(cause)}.`;
    throw new UserError(
      "write-failed",
      `${target} could not be written, and could not be put back as it was: ${why}`,
      "Mend that, then run the command again: first of all it puts everything back.",
      { cause, paths: [target, journal.folder] },
    );
  }
  removeQuietly(journal.folder);
}

const SUFFIX = "create-oauth2-integration";
/** Of any target: whoever was killed may never be run again for the same one. */
const STAGING_NAME = new RegExp(`^\\..+\\.(\\d+)\\.${SUFFIX}$`, "u");

function stagingName(name: string, processId: number): string {
  return `.${name}.${processId}.${SUFFIX}`;
}

/**
 * Finishes what a killed run left behind, before anything else is done: its journal in the target is undone, its half-made
 * folders beside the target are removed.
 * @throws {UserError} `changed-meanwhile` when another run is at work in the target
 */
export function recover(target: string): void {
  if (lstat(target)?.isDirectory()) recoverJournals(target);
  let anchor: string;
  try {
    anchor = existingFolderAbove(target);
  } catch {
    return;
  }
  for (const name of namesIn(anchor)) {
    const processId = STAGING_NAME.exec(name)?.[1];
    if (processId !== undefined && !isAlive(Number(processId)))
      removeQuietly(path.join(anchor, name));
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

/** The file at a path, or `undefined` where there is none. Never follows a link: a link is not a file of ours. */
export function readEntry(file: string): FileEntry | undefined {
  const stats = lstat(file);
  if (stats === undefined) return undefined;
  if (!stats.isFile())
    throw new UserError(
      "unsafe-path",
      `${file} is not a plain file.`,
      "Move it away, then run the command again.",
      { paths: [file] },
    );
  return {
    content: textOrBytes(readBytes(file)),
    executable: process.platform !== "win32" && (stats.mode & 0o100) !== 0,
  };
}

function readBytes(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw readFailed(file, error);
  }
}

function textOrBytes(bytes: Uint8Array): FileEntry["content"] {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/** What lies at a path, a link itself, or `undefined` where there is nothing. */
export function lstat(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw writeFailed(file, error);
  }
}
