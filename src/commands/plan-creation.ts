import { type ChangeSet, toChangeSet } from "../core/change-set.js";
import { UserError } from "../core/errors.js";
import type { FileTree } from "../core/files.js";
import { type Plan, planMerge } from "../core/plan.js";
import type { Specification } from "../core/spec.js";
import { STATE_FILE } from "../core/state.js";
import type { TargetContent } from "../io/read-target.js";
import { stateFor } from "./render-project.js";

/** What was generated here before, and what its owner did since: nothing. */
const NOTHING = {
  baseline: new Map(),
  seeds: new Set<string>(),
  moved: new Map(),
  followed: new Map(),
  open: [],
  restored: new Set<string>(),
};

/** The whole project as a value, the state file included. */
export function wholeProject(
  specification: Specification,
  tree: FileTree,
  version: string,
): FileTree {
  const state = stateFor(specification, tree, [], version);
  return new Map([...tree, [STATE_FILE, { content: state, executable: false }]]);
}

/**
 * Compares a whole project with what lies in the target.
 * @throws {UserError} `target-not-empty` with everything that is in the way
 */
export function planCreation(
  target: string,
  rendered: FileTree,
  { files, strangers }: TargetContent,
): Plan {
  const { files: plan } = planMerge({ ...NOTHING, disk: files, rendered });
  refuseWhatIsInTheWay(target, plan, strangers);
  return plan;
}

/** What a creation writes. */
export function changesOfCreation(plan: Plan): ChangeSet {
  const state = plan.find(({ path: file }) => file === STATE_FILE);
  return toChangeSet(
    plan.filter((file) => file !== state),
    { path: STATE_FILE, before: state?.before, after: state?.after },
  );
}

function refuseWhatIsInTheWay(target: string, plan: Plan, strangers: readonly string[]): void {
  const paths = [
    ...strangers,
    ...plan.filter(({ action }) => action === "conflict").map(({ path: file }) => file),
  ].toSorted();
  if (paths.length === 0) return;
  const shown = paths.slice(0, 20).map((file) => `  ${file}\n`);
  const more = paths.length > shown.length ? `  … and ${paths.length - shown.length} more\n` : "";
  throw new UserError(
    "target-not-empty",
    `${target} is not empty. In the way:\n${shown.join("")}${more}`.trimEnd(),
    "Nothing was written. Choose another directory, or move these files away.",
    { paths },
  );
}
