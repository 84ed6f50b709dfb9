import type { Request } from "../cli.js";
import { type Conflict, sameJson } from "../core/merge/conflicts.js";
import { duration } from "../core/duration.js";
import { ExitCode } from "../core/errors.js";
import { type ProjectPath, sameEntry } from "../core/files.js";
import { shellWord } from "../core/literals.js";
import type { Plan } from "../core/plan.js";
import {
  formatConflicts,
  formatFiles,
  type Report,
  type ReportedConflict,
  reportedConflict,
  reportedFiles,
} from "../core/report.js";
import type { Notice, Specification } from "../core/spec.js";
import { packageManagerOf } from "../io/surroundings.js";
import type { Context, Outcome } from "./context.js";
import type { Project } from "./open-project.js";
import type { UpdatePlan } from "./plan-update.js";

/** The report of an update that was planned; nothing was written yet. */
export function draftReport(
  { target, state, set }: Project,
  { spec, stored, notices }: Specification,
  plan: UpdatePlan,
  { directory, dryRun }: Request,
  { version, surroundings }: Context,
): Report {
  const { files, conflicts } = plan;
  const place = directory === undefined ? "" : ` ${shellWord(directory)}`;
  const install = `${packageManagerOf(surroundings.environment)} install`;
  const needsInstall = files.some(
    ({ path: file, before, after }) => file === set.installs && !sameEntry(before, after),
  );
  return {
    schema: 1,
    command: "update",
    exitCode: conflicts.length > 0 ? ExitCode.conflicts : ExitCode.done,
    directory: target,
    templateSet: spec.templateSet,
    generator: { from: state.generator, to: version },
    dryRun,
    written: false,
    files: reportedFiles(files),
    conflicts: conflictsIn(plan),
    notices: [...notices, ...noticesOf(plan)],
    answers: stored,
    nextSteps: [
      ...(conflicts.length > 0 ? [`npx create-oauth2-integration update${place}`] : []),
      ...(needsInstall && directory !== undefined ? [`cd${place}`] : []),
      ...(needsInstall ? [install] : []),
    ],
  };
}

/** What an update leaves to decide, with the lines where it stands. */
export function conflictsIn({ files, conflicts, disk }: UpdatePlan): readonly ReportedConflict[] {
  const texts = new Map(files.map(({ path: file, after }) => [file, after?.content]));
  const textOf = (file: ProjectPath): string | undefined => {
    const found = disk.get(file);
    const content = texts.get(file) ?? (found === "other" ? undefined : found?.content);
    return typeof content === "string" ? content : undefined;
  };
  return conflicts.map((conflict) => reportedConflict(conflict, textOf(conflict.path)));
}

/** What is worth saying about the files of an update. */
export function noticesOf({ files, ties }: UpdatePlan): readonly Notice[] {
  const tied = ties.map(({ path: file, candidates }): Notice => ({
    code: "ambiguous-move",
    path: file,
    message: `${file} is gone, and several files are equally like it (${candidates.join(", ")}): none was changed.`,
  }));
  const kept = files.flatMap(({ path: file, reason }): readonly Notice[] => {
    if (reason === "no-longer-generated")
      return [
        {
          code: "no-longer-generated",
          path: file,
          message: `${file} is no longer part of the template; yours was kept.`,
        },
      ];
    if (reason === "changed-but-deleted")
      return [
        {
          code: "kept-deleted",
          path: file,
          message: `You deleted ${file}, and the template changed it; --restore ${shellWord(file)} brings it back.`,
        },
      ];
    return [];
  });
  return [...tied, ...kept];
}

/** `--check`: whether an update would change a file or an answer, and what was changed by hand. */
export function checked(
  draft: Report,
  { state }: Project,
  { stored }: Specification,
  { files, conflicts }: UpdatePlan,
  mode: "plain" | "strict",
): Outcome {
  const isNew = (conflict: Conflict): boolean =>
    !state.conflicts.some((known) => sameJson(known, conflict));
  const outdated =
    files.some(({ before, after, from }) => from !== undefined || !sameEntry(before, after)) ||
    conflicts.some(isNew) ||
    !sameJson(stored, state.answers);
  const drift = files.filter(({ reason }) => DRIFT.has(reason)).map(({ path: file }) => file);
  const isStale = outdated || (mode === "strict" && drift.length > 0);
  const isOpen = state.conflicts.length > 0 && conflicts.length > 0;
  const exitCode = isStale ? ExitCode.outdated : isOpen ? ExitCode.conflicts : ExitCode.done;
  const words = [
    outdated ? "Outdated: run npx create-oauth2-integration update." : "Up to date.",
    ...(conflicts.length > 0 ? [`${conflicts.length} to resolve.`] : []),
    ...(drift.length > 0 ? [`Changed by hand: ${drift.join(", ")}.`] : []),
  ];
  return {
    report: { ...draft, exitCode, check: { outdated, drift } },
    text: `${words.join("\n")}\n${outdated ? formatFiles(draft.files ?? []) : ""}`,
  };
}

const DRIFT: ReadonlySet<Plan[number]["reason"]> = new Set([
  "kept-yours",
  "same-change",
  "merged",
  "both-changed",
  "kept-deleted",
  "changed-but-deleted",
  "no-longer-generated",
  "open-conflict",
]);

/** Other answers change files of the same version, too. */
function versions(generator: Report["generator"] | undefined): string {
  if (generator?.from === undefined || generator.from === generator.to) return "";
  return `, from version ${generator.from} to ${generator.to}`;
}

/** What an update did, in words: what changed, what was kept, what is left to decide, and how much that was. */
export function summary(
  report: Report,
  verb: "Changed" | "Would change",
  milliseconds?: number,
): string {
  const { files = [], conflicts = [], notices = [], nextSteps = [], generator } = report;
  const isChange = ({ action, reason }: (typeof files)[number]) =>
    action !== "keep" && reason !== "open-conflict" && reason !== "another-type";
  const changed = files.filter(isChange);
  const kept = files.filter((file) => !isChange(file));
  const time = milliseconds === undefined ? "" : ` in ${duration(milliseconds)}`;
  const counts = [
    `${changed.length} ${changed.length === 1 ? "file" : "files"} ${verb === "Changed" ? "changed" : "would change"}${time}`,
    ...(kept.length === 0 ? [] : [`${kept.length} kept as yours`]),
    ...(conflicts.length === 0 ? [] : [`${conflicts.length} to resolve`]),
  ];
  const total = changed.length + kept.length === 0 ? "" : `\n${counts.join(", ")}.\n`;
  const head =
    changed.length === 0
      ? `Nothing to change: this is what version ${generator?.to} makes of the answers.\n`
      : `${verb}${versions(generator)}:\n${formatFiles(changed)}`;
  const yours = kept.length === 0 ? "" : `Kept as yours:\n${formatFiles(kept)}`;
  const open =
    conflicts.length === 0
      ? ""
      : `\nTo resolve:\n${formatConflicts(conflicts)}Then run npx create-oauth2-integration update again; for what has no markers, with --resolved <path>.\n`;
  const said = notices.map(({ message }) => `Note: ${message}\n`).join("");
  const next =
    nextSteps.length === 0 ? "" : `\nNext:\n${nextSteps.map((step) => `  ${step}\n`).join("")}`;
  return head + yours + said + open + total + next;
}
