import { UserError } from "../core/errors.js";

/** The error code of a failed system call (`ENOENT`), or `undefined`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Whether a system call failed because there is nothing at that path. */
export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** A failed read of the target, in words that name the path and the next step. */
export function readFailed(path: string, cause: unknown): UserError {
  return new UserError(
    "target-unusable",
    `${path} cannot be read: the system answered ${errnoOf(cause) ?? String(cause)}.`,
    "Nothing was changed. Change its permissions or choose another directory.",
    { cause, paths: [path] },
  );
}

const CAUSES: Readonly<Record<string, readonly [what: string, next: string]>> = {
  ENOSPC: ["the disk is full", "Make room, then run the command again."],
  EDQUOT: ["the disk quota is used up", "Make room, then run the command again."],
  EACCES: ["the folder may not be written", "Change its permissions or choose another directory."],
  EPERM: ["the folder may not be written", "Change its permissions or choose another directory."],
  EROFS: ["the file system is read-only", "Choose another directory."],
  ENOENT: [
    "a folder above it vanished while this command ran",
    "Make the folder again, then run the command again.",
  ],
  ENOTDIR: ["a folder above it is a file", "Choose another directory."],
  ENAMETOOLONG: [
    "its path is too long for this file system",
    "Choose a directory with a shorter path.",
  ],
  EEXIST: [
    "something appeared there while this command ran",
    "Look at what it is, then run the command again.",
  ],
  ENOTEMPTY: [
    "something appeared there while this command ran",
    "Look at what it is, then run the command again.",
  ],
  EMFILE: ["too many files are open", "Close some programs, then run the command again."],
};

/** A failed write in words that name the path, the reason and the next step. */
export function writeFailed(path: string, cause: unknown): UserError {
  const code = errnoOf(cause);
  const [what, next] = (code === undefined ? undefined : CAUSES[code]) ?? [
    `the system answered ${code ?? String(cause)}`,
    "Mend that, then run the command again.",
  ];
  return new UserError(
    "write-failed",
    `${path} could not be written: ${what}.`,
    `Nothing was changed. ${next}`,
    { cause, paths: [path] },
  );
}
