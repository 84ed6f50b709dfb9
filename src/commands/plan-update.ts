import path from "node:path";
import type { UpdateRequest } from "../cli.js";
import { saidByFile } from "../core/answers.js";
import { type Conflict, sameJson } from "../core/merge/conflicts.js";
import { UserError } from "../core/errors.js";
import {
  asReported,
  type FileEntry,
  type FileTree,
  type ProjectPath,
  projectPath,
} from "../core/files.js";
import { sameFile } from "../core/merge/line-ends.js";
import { disputeText } from "../core/merge/merge-text.js";
import { findMoves, type Moves } from "../core/merge/moves.js";
import { findOrphans, goneFor, goneNames } from "../core/merge/orphans.js";
import { type Disk, type MergePlan, type Plan, planMerge, type PlannedFile } from "../core/plan.js";
import { type Specification } from "../core/spec.js";
import { STATE_FILE } from "../core/state.js";
import { readOthers, readProject } from "../io/read-project.js";
import { movedByAnswers, seedsAmong, type TemplateSet } from "../template-sets/template-set.js";
import { parseAnswers } from "../template-sets/parse-answers.js";
import type { Project } from "./open-project.js";
import type { Rendered } from "./render-project.js";
import { bareWorld } from "./read-world.js";

/** What an update will do, and what it could not decide. */
export interface UpdatePlan extends MergePlan {
  readonly ties: Moves["ties"];
  /** What lay on the disk, at every path that was looked at. */
  readonly disk: Disk;
}

/** What lies in a project. */
export interface FoundFiles {
  /** At every path that the template has or had, and where a conflict is open. */
  readonly disk: Disk;
  /** Everything else that may have been generated; few updates look at it. */
  readonly others: () => FileTree;
}

/** Reads what the merge depends on. */
export function readFound({ target, state, baseline }: Project, { tree }: Rendered): FoundFiles {
  const conflicts = state.conflicts.map(({ path: file }) => file);
  const known = new Set([...baseline.keys(), ...tree.keys(), ...conflicts]);
  const own = new Set<string>([...baseline.keys(), ...tree.keys(), STATE_FILE]);
  return {
    disk: readProject(target, known, baseline),
    others: lazily(() => readOthers(target, own)),
  };
}

/** Plans an update: what was generated, what is there and what is rendered → what will happen to each file. */
export async function planUpdate(
  project: Project,
  specification: Specification,
  { tree, files }: Rendered,
  { disk, others }: FoundFiles,
  wishes: Pick<UpdateRequest, "restore" | "resolved">,
): Promise<UpdatePlan> {
  const restore = wishes.restore.map((typed) => asReported(typed, path.sep));
  const resolved = wishes.resolved.map((typed) => asReported(typed, path.sep));
  const { state, baseline, set } = project;
  const unresolved = withoutResolved(state.conflicts, resolved);
  requireOwnFiles(project, disk);
  requireRestorable(restore, tree, disk);
  const moved = movesOfTemplate(project, specification, set, files);
  const restored = new Set(restore);
  const missing = missingFiles(baseline, tree, disk, moved, restored);
  const { followed, ties } =
    missing.size === 0 ? { followed: new Map(), ties: [] } : findMoves(missing, others());
  const places = [...followed.values()].map((file) => [file, others().get(file)] as const);
  const planned = planMerge({
    baseline,
    disk: new Map([...disk, ...places] as [ProjectPath, FileEntry][]),
    rendered: tree,
    seeds: seedsAmong(set, [...baseline.keys(), ...tree.keys()]),
    moved,
    followed,
    open: unresolved.filter(({ kind }) => kind !== "orphan"),
    restored,
  });
  const merge = await withReadableYaml(planned, baseline, tree);
  const orphans = orphansAfter(merge, unresolved, others, set, tree);
  // What was said to be resolved is settled; what only this run leaves behind is not.
  const isUnsettled = (orphan: Conflict): boolean =>
    !resolved.includes(orphan.path) || !state.conflicts.some((before) => sameJson(before, orphan));
  return {
    ...merge,
    conflicts: [...merge.conflicts, ...orphans.filter(isUnsettled)],
    ties: ties.filter(({ path: file }) => isChanged(baseline.get(file), tree.get(file))),
    disk,
  };
}

/** What the update leaves behind: files that need what it takes away, or what an earlier one took. */
function orphansAfter(
  { files }: MergePlan,
  open: readonly Conflict[],
  others: () => FileTree,
  { needs }: TemplateSet,
  rendered: FileTree,
): readonly Conflict[] {
  const gone = [
    ...goneIn(files).map((missing) => ({ missing })),
    ...files.flatMap((file) => goneNames(file, needs)),
    ...open.flatMap((one) => (one.kind === "orphan" ? [goneFor(one)] : [])),
  ];
  if (gone.length === 0) return [];
  const template = new Map(
    files.map((file) => [file.path, rendered.get(file.trackedAs ?? file.path)]),
  );
  return findOrphans(resultOf(files, others()), gone, template, needs);
}

/** Lines that merge well can still be no YAML together: then they are a conflict. */
async function withReadableYaml(
  merge: MergePlan,
  baseline: FileTree,
  rendered: FileTree,
): Promise<MergePlan> {
  const isMergedYaml = ({ path: file, reason }: PlannedFile): boolean =>
    reason === "merged" && /\.ya?ml$/iu.test(file);
  if (!merge.files.some(isMergedYaml)) return merge;
  const { isYaml } = await import("../io/parse-yaml.js");
  const conflicts: Conflict[] = [];
  const files = merge.files.map((file): PlannedFile => {
    const template = file.trackedAs ?? file.path;
    const versions = [baseline.get(file.from ?? template), file.before, rendered.get(template)];
    const [last, yours, now] = versions.map((entry) => String(entry?.content ?? ""));
    const isReadable = isYaml(String(file.after?.content ?? "")) || !isYaml(yours ?? "");
    if (!isMergedYaml(file) || isReadable || !file.after) return file;
    const { text, markerSize } = disputeText(last ?? "", yours ?? "", now ?? "");
    conflicts.push({ path: file.path, kind: "text", markerSize });
    const after = { ...file.after, content: text };
    return { ...file, action: "conflict", reason: "both-changed", after };
  });
  return { ...merge, files, conflicts: [...merge.conflicts, ...conflicts] };
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function withoutResolved(
  conflicts: readonly Conflict[],
  resolved: readonly string[],
): readonly Conflict[] {
  const open = new Set<string>(conflicts.map(({ path: file }) => file));
  const unknown = resolved.filter((file) => !open.has(file));
  if (unknown.length > 0)
    throw new UserError(
      "no-such-path",
      `No conflict is open in ${unknown.join(", ")}.`,
      open.size === 0
        ? "Run npx create-oauth2-integration update without --resolved: no conflict is open at all."
        : `Give --resolved a path with an open conflict: ${[...open].join(", ")}.`,
      { paths: unknown },
    );
  return conflicts.filter(({ path: file }) => !resolved.includes(file));
}

/** A state file that was copied here from elsewhere would have everything merged with nothing. */
function requireOwnFiles({ target, baseline }: Project, disk: Disk): void {
  if (baseline.size === 0 || [...baseline.keys()].some((file) => disk.has(file))) return;
  throw new UserError(
    "state-unreadable",
    `${STATE_FILE} belongs to another project: not one of its ${baseline.size} files is in ${target}.`,
    "Nothing was written. Put the state file of this project there, or run the command in the right folder.",
    { paths: [path.join(target, STATE_FILE)] },
  );
}

function requireRestorable(restore: readonly string[], tree: FileTree, disk: Disk): void {
  const unknown = restore.filter((file) => !tree.has(file as ProjectPath));
  const present = restore.filter((file) => disk.has(file as ProjectPath));
  if (unknown.length > 0)
    throw new UserError(
      "no-such-path",
      `The template has no ${unknown.join(", ")}.`,
      "Give --restore a path as the reports have it, relative to the project.",
      { paths: unknown },
    );
  if (present.length > 0)
    throw new UserError(
      "no-such-path",
      `Still there: ${present.join(", ")}.`,
      "Delete or move it first: an update never replaces what is yours.",
      { paths: present },
    );
}

function movesOfTemplate(
  { state }: Project,
  { spec, stored }: Specification,
  set: TemplateSet,
  files: Rendered["files"],
): ReadonlyMap<ProjectPath, ProjectPath> {
  const now = set.view(spec);
  const before = sameJson(state.answers, stored) ? now : (viewOf(state.answers, set) ?? now);
  const pairs = new Map([...Object.entries(set.moved), ...movedByAnswers(files, before, now)]);
  const lastOf = (to: string): string => {
    const next = pairs.get(to);
    return next === undefined ? to : lastOf(next);
  };
  return new Map([...pairs].map(([from, to]) => [projectPath(from), projectPath(lastOf(to))]));
}

/** Answers that today's rules refuse have no view: their paths cannot be known. */
function viewOf(answers: Readonly<Record<string, unknown>>, set: TemplateSet) {
  try {
    const said = saidByFile(answers, STATE_FILE);
    const { spec } = parseAnswers(said, bareWorld(said));
    return set.view(spec);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Files that are gone from their place: their owner may have moved them. */
function missingFiles(
  baseline: FileTree,
  rendered: FileTree,
  disk: Disk,
  moved: ReadonlyMap<ProjectPath, ProjectPath>,
  restored: ReadonlySet<string>,
): FileTree {
  return new Map(
    [...baseline].filter(([file]) => {
      const now = moved.get(file) ?? file;
      return rendered.has(now) && !disk.has(file) && !disk.has(now) && !restored.has(now);
    }),
  );
}

function goneIn(plan: Plan): readonly ProjectPath[] {
  return plan.flatMap(({ path: file, from, before, after }) => {
    if (from !== undefined) return [from];
    return before !== undefined && after === undefined ? [file] : [];
  });
}

/** The project as the plan leaves it. */
function resultOf(plan: Plan, others: FileTree): FileTree {
  const planned = plan.flatMap(({ path: file, after }) => (after ? [[file, after] as const] : []));
  const gone = new Set<ProjectPath>(goneIn(plan));
  return new Map([...[...others].filter(([file]) => !gone.has(file)), ...planned]);
}

function isChanged(baseline: FileEntry | undefined, template: FileEntry | undefined): boolean {
  return template !== undefined && !sameFile(baseline, template);
}
