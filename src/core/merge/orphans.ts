import type { Conflict } from "./conflicts.js";
import type { FileTree, ProjectPath } from "../files.js";

/** The paths inside the project that a file may mean by what it imports. */
export type References = (path: string, text: string) => readonly string[];

/** The files that import a path that is gone: they would break the build, and only their owner knows what they want instead. */
export function findOrphans(
  files: FileTree,
  gone: ReadonlySet<string>,
  references: References,
): readonly Conflict[] {
  return [...files].flatMap(([path, { content }]) => {
    if (typeof content !== "string") return [];
    const missing = new Set(references(path, content).filter((target) => gone.has(target)));
    return [...missing].map((target) => ({
      path,
      kind: "orphan" as const,
      missing: target as ProjectPath,
    }));
  });
}
