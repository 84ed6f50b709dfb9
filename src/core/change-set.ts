import { type FileEntry, type ProjectPath, sameEntry } from "./files.js";
import type { Plan } from "./plan.js";

/** One write: the file as it must be found, and as it is left. `undefined` is an absent file. */
export interface Change {
  readonly path: ProjectPath;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

/** Everything that one run writes, in order; the state file is last. */
export type ChangeSet = readonly Change[];

/** What a plan writes: the files that it changes, then the state file. */
export function toChangeSet(plan: Plan, state: Change): ChangeSet {
  const files = plan
    .filter(({ before, after }) => !sameEntry(before, after))
    .map(({ path, before, after }) => ({ path, before, after }));
  return sameEntry(state.before, state.after) ? files : [...files, state];
}
