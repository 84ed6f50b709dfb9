import type { Request } from "../cli.js";
import { ExitCode } from "../core/errors.js";
import { type FileEntry, type ProjectPath, sortedPaths } from "../core/files.js";
import { sameFile } from "../core/merge/line-ends.js";
import { findMoves } from "../core/merge/moves.js";
import { STATE_FILE } from "../core/state.js";
import { unifiedDiff } from "../core/merge/unified-diff.js";
import { readOthers, readProject } from "../io/read-project.js";
import { seedsAmong } from "../template-sets/template-set.js";
import type { Context, Outcome } from "./context.js";
import { openProject, targetOf } from "./open-project.js";

/** Shows what was changed by hand since the last generation, as a unified diff. */
export async function diff(request: Request, context: Context): Promise<Outcome> {
  const target = targetOf(request.directory, context);
  const { state, baseline, set } = await openProject(target, context.version);
  const disk = readProject(target, baseline.keys(), baseline);
  const missing = new Map([...baseline].filter(([path]) => !disk.has(path)));
  const others =
    missing.size === 0
      ? new Map<ProjectPath, FileEntry>()
      : readOthers(target, new Set([...baseline.keys(), STATE_FILE]));
  const { followed } = findMoves(missing, others);
  const seeds = seedsAmong(set, baseline.keys());
  const patch = sortedPaths(baseline)
    .filter((path) => !seeds.has(path))
    .map((path) => {
      const before = baseline.get(path);
      const to = followed.get(path);
      const found = to === undefined ? disk.get(path) : others.get(to);
      // A link or a folder in its place: the file itself is gone.
      const after = found === "other" ? undefined : found;
      if (to === undefined && sameFile(before, after)) return "";
      return to === undefined
        ? unifiedDiff(path, before, after)
        : unifiedDiff(to, before, after, { from: path });
    })
    .join("");
  return {
    report: {
      schema: 1,
      command: "diff",
      exitCode: ExitCode.done,
      directory: target,
      templateSet: state.templateSet,
      generator: { from: state.generator, to: context.version },
      patch,
    },
    text: patch,
    form: "patch",
  };
}
