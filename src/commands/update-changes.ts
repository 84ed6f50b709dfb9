import { type Change, type ChangeSet, toChangeSet } from "../core/change-set.js";
import { UserError } from "../core/errors.js";
import type { FileEntry } from "../core/files.js";
import { plainText } from "../core/merge/line-ends.js";
import type { MergePlan } from "../core/plan.js";
import type { Specification } from "../core/spec.js";
import { STATE_FILE } from "../core/state.js";
import { repositoryAround } from "../io/repository.js";
import type { Project } from "./open-project.js";
import { stateFor } from "./render-project.js";

/** What an update writes, the new state included. */
export function changesOfUpdate(
  { stateText, state, baseline }: Project,
  specification: Specification,
  merge: MergePlan,
  version: string,
): ChangeSet {
  const before = { tree: baseline, packed: state.baseline };
  const after = stateFor(specification, merge.baseline, merge.conflicts, version, before);
  return toChangeSet(merge.files, stateChange(stateText, after));
}

function stateChange(before: string, after: string): Change {
  const entry = (content: string): FileEntry => ({ content, executable: false });
  // A checkout with other line ends is the same state.
  const isSame = plainText(before) === after;
  return { path: STATE_FILE, before: entry(before), after: entry(isSame ? before : after) };
}

/**
 * Changes that nobody committed could not be told from ours afterwards, nor be taken back.
 * @throws {UserError} `uncommitted-changes`
 */
export async function refuseUncommitted(target: string, changes: readonly Change[]): Promise<void> {
  const paths = changes.flatMap(({ path: file, before }) =>
    before && file !== STATE_FILE ? [file] : [],
  );
  if (paths.length === 0) return;
  const repository = repositoryAround(target);
  if (repository === undefined) return;
  const { uncommitted } = await import("../io/git.js");
  const found = await uncommitted(repository, target, paths);
  if (typeof found === "string") return;
  if ("failed" in found)
    throw new UserError(
      "uncommitted-changes",
      `git could not say whether there are uncommitted changes: ${found.failed}`,
      "Nothing was written. Mend that, or add --allow-dirty.",
      { paths: [target] },
    );
  if (found.paths.length === 0) return;
  throw new UserError(
    "uncommitted-changes",
    `These files have changes that are not committed, and the update would touch them:\n${found.paths.map((file) => `  ${file}`).join("\n")}`,
    "Nothing was written. Commit or stash them, or add --allow-dirty.",
    { paths: found.paths },
  );
}
