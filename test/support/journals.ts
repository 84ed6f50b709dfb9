import fs from "node:fs";
import path from "node:path";
import type { ChangeSet } from "../../src/core/change-set.js";
import { UserError } from "../../src/core/errors.js";
import { type FileEntry, ownersPath } from "../../src/core/files.js";
import { commit, type Journal, stage } from "../../src/io/journal.js";
import { type Texts, textsIn } from "./folder.js";

/** Path → what it holds before and after; `undefined`: there is no file. */
export type Changes = Readonly<
  Record<string, readonly [before: string | undefined, after?: FileEntry["content"]]>
>;

export const entryOf = (
  content: FileEntry["content"] | undefined,
  executable = false,
): FileEntry | undefined => (content === undefined ? undefined : { content, executable });

/** What ends with `.sh` becomes a program. */
export const changesOf = (texts: Changes): ChangeSet =>
  Object.entries(texts).map(([file, [before, after]]) => ({
    path: ownersPath(file),
    before: entryOf(before),
    after: entryOf(after, file.endsWith(".sh")),
  }));

export const PREFIX = ".create-oauth2-integration.";
/** The journal of this process, and the one of a process that was killed. */
export const OWN = `${PREFIX}${process.pid}`;
export const DEAD = `${PREFIX}999999999`;

/** The project without journals. */
export function projectIn(target: string): Texts {
  return Object.fromEntries(
    Object.entries(textsIn(target)).filter(([file]) => !file.startsWith(PREFIX)),
  );
}

/** All in place, but the journal not yet closed. */
export function killedLate(target: string, changes: Changes): Journal {
  const journal = stage(target, changesOf(changes));
  commit(journal);
  fs.renameSync(path.join(journal.folder, "committed"), path.join(journal.folder, "journal.json"));
  return journal;
}

/** The same by a process that is gone. */
export function leftBehind(target: string, changes: Changes): void {
  fs.renameSync(killedLate(target, changes).folder, path.join(target, DEAD));
}

/** The code of what an action throws; `undefined`: nothing. */
export const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
  return undefined;
};
