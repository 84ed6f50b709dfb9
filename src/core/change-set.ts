import { type FileEntry, type ProjectPath, sameEntry } from "./files.js";
import type { Plan } from "./plan.js";

/** One write: the file as it must be found, and as it is left. `undefined` is an absent file. */
export interface Change {
  /** Where. */
  readonly path: ProjectPath;
  /** What has to be found there. */
  readonly before: FileEntry | undefined;
  /** What is left there. */
  readonly after: FileEntry | undefined;
  /** Where it lay: it keeps the mode that it had there. */
  readonly movedFrom?: ProjectPath;
}

/** Everything that one run writes, in order: what goes makes room for what comes, and the state file is last. */
export type ChangeSet = readonly Change[];

/** What a plan writes: the files that it changes, then the state file. */
export function toChangeSet(plan: Plan, state: Change): ChangeSet {
  const files = plan.flatMap(({ path, from, before, after }): ChangeSet => {
    if (from !== undefined)
      return [
        { path: from, before, after: undefined },
        { path, before: undefined, after, movedFrom: from },
      ];
    return sameEntry(before, after) ? [] : [{ path, before, after }];
  });
  const deletions = files.filter(({ after }) => after === undefined);
  const writes = files.filter(({ after }) => after !== undefined);
  return [...deletions, ...writes, ...(sameEntry(state.before, state.after) ? [] : [state])];
}
