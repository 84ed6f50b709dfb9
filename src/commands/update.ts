import type { Request } from "../cli.js";
import { writeProject } from "../io/write-project.js";
import { adopt } from "./adopt.js";
import { type Context, type Outcome, stopIfInterrupted } from "./context.js";
import { openProject, targetOf } from "./open-project.js";
import { planUpdate, readFound } from "./plan-update.js";
import { renderProject } from "./render-project.js";
import { checked, draftReport, summary } from "./report-update.js";
import { specifyProject } from "./specify-project.js";
import { changesOfUpdate, refuseUncommitted } from "./update-changes.js";

/** Brings a project to today's templates, or to other answers: what was generated, what is there and what is rendered → plan → disk. */
export async function update(request: Request, context: Context): Promise<Outcome> {
  const target = targetOf(request.directory, context);
  if (request.adopt) return adopt(target, request, context);
  const project = await openProject(target, context.version);
  const specification = await specifyProject(project, request.set, context);
  const rendered = await renderProject(specification);
  const found = readFound(project, rendered);
  const merge = await planUpdate(project, specification, rendered, found, request);
  const draft = draftReport(project, specification, merge, request, context);
  if (request.check !== undefined)
    return checked(draft, project, specification, merge, request.check);

  const changes = changesOfUpdate(project, specification, merge, context.version);
  if (!request.allowDirty)
    await context.during("git status", () => refuseUncommitted(target, changes));
  if (request.dryRun) return { report: draft, text: summary(draft, "Would change") };
  await stopIfInterrupted(context);
  if (changes.length > 0) writeProject(target, changes);
  const report = { ...draft, written: changes.length > 0 };
  return { report, text: summary(report, "Changed", performance.now()) };
}
