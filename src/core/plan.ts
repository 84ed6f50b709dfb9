import {
  type FileEntry,
  type FileTree,
  type ProjectPath,
  sameEntry,
  sortedPaths,
} from "./files.js";

/** What happens to one file. */
export type Action = "create" | "keep" | "conflict";

/** Why: one word for each row of the decision table. A closed set. */
export type Reason = "created" | "identical" | "both-added";

/** The decision about one file, as a value. */
export interface PlannedFile {
  readonly path: ProjectPath;
  readonly action: Action;
  readonly reason: Reason;
  readonly before: FileEntry | undefined;
  readonly after: FileEntry | undefined;
}

export type Plan = readonly PlannedFile[];

/** Compares what lies on the disk with what was rendered, file by file, sorted by path. Nothing was generated here before. */
export function planCreate(disk: FileTree, rendered: FileTree): Plan {
  return sortedPaths(rendered).map((path) => {
    const before = disk.get(path);
    const after = rendered.get(path);
    return { path, before, ...decide(before, after) };
  });
}

function decide(
  yours: FileEntry | undefined,
  template: FileEntry | undefined,
): Pick<PlannedFile, "action" | "reason" | "after"> {
  if (yours === undefined) return { action: "create", reason: "created", after: template };
  if (sameEntry(yours, template)) return { action: "keep", reason: "identical", after: yours };
  return { action: "conflict", reason: "both-added", after: yours };
}
