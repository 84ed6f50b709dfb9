import type { Request } from "../cli.js";
import { type Change, toChangeSet } from "../core/change-set.js";
import { UserError } from "../core/errors.js";
import type { FileEntry } from "../core/files.js";
import { plainText } from "../core/merge/line-ends.js";
import { STATE_FILE } from "../core/state.js";
import { repositoryAround } from "../io/repository.js";
import { writeProject } from "../io/write-project.js";
import { adopt } from "./adopt.js";
import { type Context, type Outcome, stopIfInterrupted } from "./context.js";
import { openProject, targetOf } from "./open-project.js";
import { planUpdate } from "./plan-update.js";
import { renderProject, stateFor } from "./render-project.js";
import { checked, draftReport, summary } from "./report-update.js";
import { specifyProject } from "./specify-project.js";

/** Brings a project to today's templates, or to other answers: what was generated, what is there and what is rendered → plan → disk. */
export async function update(request: Request, context: Context): Promise<Outcome> {
  const target = targetOf(request.directory, context);
  if (request.adopt) return adopt(target, request, context);
  const project = await openProject(target, context.version);
  const specification = await specifyProject(project, request.set, context);
  const rendered = await renderProject(specification);
  const merge = await planUpdate(project, specification, rendered, request);
  const draft = draftReport(project, specification, merge, request, context);
  if (request.check !== undefined)
    return checked(draft, project, specification, merge, request.check);

  const after = stateFor(specification, merge.baseline, merge.conflicts, context.version, {
    tree: project.baseline,
    packed: project.state.baseline,
  });
  const changes = toChangeSet(merge.files, stateChange(project.stateText, after));
  if (!request.allowDirty) await refuseUncommitted(target, changes);
  if (request.dryRun) return { report: draft, text: summary(draft, "Would change") };
  await stopIfInterrupted(context);
  if (changes.length > 0) writeProject(target, changes);
  const report = { ...draft, written: changes.length > 0 };
  return { report, text: summary(report, "Changed") };
}

function stateChange(before: string, after: string): Change {
  const entry = (content: string): FileEntry => ({ content, executable: false });
  // A checkout with other line ends is the same state.
  const isSame = plainText(before) === after;
  return { path: STATE_FILE, before: entry(before), after: entry(isSame ? before : after) };
}

/** Changes that nobody committed could not be told from ours afterwards, nor be taken back. */
async function refuseUncommitted(target: string, changes: readonly Change[]): Promise<void> {
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
