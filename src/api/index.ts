import path from "node:path";
import type { Context } from "../commands/context.js";
import { openProject as openGenerated, type Project as Opened } from "../commands/open-project.js";
import { changesOfCreation, planCreation, wholeProject } from "../commands/plan-creation.js";
import { type FoundFiles, planUpdate as planFound, readFound } from "../commands/plan-update.js";
import { bareWorld, readWorld } from "../commands/read-world.js";
import { type Rendered, renderProject as renderSpec } from "../commands/render-project.js";
import { conflictsIn, noticesOf } from "../commands/report-update.js";
import { specifyProject } from "../commands/specify-project.js";
import { changesOfUpdate, refuseUncommitted } from "../commands/update-changes.js";
import { saidByFile } from "../core/answers.js";
import type { ChangeSet } from "../core/change-set.js";
import type { FileEntry, FileTree } from "../core/files.js";
import type { Plan } from "../core/plan.js";
import type { ReportedConflict } from "../core/report.js";
import type { Notice, Specification as Settled } from "../core/spec.js";
import { readTarget as readFiles, type TargetContent } from "../io/read-target.js";
import { surroundingsNow } from "../io/surroundings.js";
import { recover, requireFolder, requireNames, writeProject } from "../io/write-project.js";
import { loadSaidTemplateSet, loadTemplateSet, templateSetFor } from "../template-sets/index.js";
import { parseAnswers } from "../template-sets/parse-answers.js";
import type { Answers } from "./answers.js";

export { UserError } from "../core/errors.js";
export { reportedError } from "../core/report.js";
export type { Answers };

/*
 * The way of the data, as functions for other programs: the same that `create` and `update` go, one function for each arrow. What is
 * handed from one to the next is the program's own value; its type here names what is of use outside.
 */

/** Put in by the build, from package.json. */
declare const VERSION: string;

/** Answers that were read, completed and checked against each other. `readAnswers` and `changeAnswers` make it. */
export interface Specification {
  /** Every answer, with the defaults of those that nobody gave. */
  readonly spec: Answers;
  /** The answers that the project keeps, for later updates. */
  readonly stored: Answers;
  /** What is worth saying, and is no error. */
  readonly notices: readonly Notice[];
}

/** What the templates give for a specification. `renderProject` makes it. */
export interface RenderedProject {
  /** The specification that it was rendered from. */
  readonly specification: Specification;
  /** Every generated file, without the state file. */
  readonly tree: ReadonlyMap<string, FileEntry>;
}

/** What lies in a folder that a new project goes into. `readTarget` reads it. */
export interface Target {
  /** The folder, as an absolute path. It need not exist. */
  readonly directory: string;
  /** The files at generated paths. */
  readonly files: ReadonlyMap<string, FileEntry>;
  /** What else lies there, and is in the way. */
  readonly strangers: readonly string[];
}

/** A generated project: what its state file remembers. `openProject` reads it. */
export interface Project {
  /** The project's folder, as an absolute path. */
  readonly directory: string;
  /** The version that generated it last. */
  readonly generator: string;
  /** Its answers as the state file has them; a later version may read them otherwise. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Every file as it was generated last. */
  readonly baseline: ReadonlyMap<string, FileEntry>;
}

/** What lies in a generated project. `readProject` reads it. */
export interface ProjectFiles {
  /** What is at each path that is or was generated: a file, or something else. */
  readonly disk: ReadonlyMap<string, FileEntry | "other">;
}

/** What will happen to a folder, as a value: to look at, and to apply. */
export interface ProjectPlan {
  /** The folder, as an absolute path. */
  readonly directory: string;
  /** The decision about each file, in the order of paths. */
  readonly files: Plan;
  /** What is left to decide; the files hold it as conflict markers where they are text. */
  readonly conflicts: readonly ReportedConflict[];
  /** What is worth saying, and is no error. */
  readonly notices: readonly Notice[];
  /** What `applyPlan` writes; nothing where the project is as it should be. */
  readonly changes: ChangeSet;
}

/** Where answers may be looked up. */
export interface LookUp {
  /** Reads the documents that answers name (`issuer`, `resource`, `openapi`), and asks git for author and repository. Default: false. */
  readonly lookUp?: boolean;
  /** The folder that relative paths in answers count from. Default: the current one. */
  readonly cwd?: string;
  /** Ends a look-up. */
  readonly signal?: AbortSignal;
  /** Is told what was looked up. */
  readonly say?: (text: string) => void;
}

/** Wishes for an update, as the flags of that name. */
export interface UpdateWishes {
  /** Paths of deleted files that are wanted back. */
  readonly restore?: readonly string[];
  /** Paths whose open conflicts are settled. */
  readonly resolved?: readonly string[];
}

/** Wishes for applying a plan, as the flags of that name. */
export interface ApplyWishes {
  /** Also changes files with changes that nobody committed. Default: false. */
  readonly allowDirty?: boolean;
}

/**
 * Reads and checks answers, with all defaults. Touches nothing, unless it is to look something up.
 * @throws {UserError} `invalid-answers` with all problems at once; where it looks up, `discovery-failed` and `openapi-unreadable` too
 */
export async function readAnswers(answers: Answers, options: LookUp = {}): Promise<Specification> {
  const said = saidByFile(answers, "the answers");
  await loadSaidTemplateSet(said);
  const request = { directory: undefined, discovery: true };
  const world = options.lookUp
    ? await readWorld(said, request, contextOf(options))
    : bareWorld(said);
  return parseAnswers(said, world) as Specification;
}

/** Renders every file of a project. Touches nothing. */
export async function renderProject(specification: Specification): Promise<RenderedProject> {
  const settled = specification as Settled;
  await loadTemplateSet(settled.spec.templateSet);
  return { ...(await renderSpec(settled)), specification };
}

/**
 * Reads what lies where a new project goes, and changes nothing.
 * @throws {UserError} `target-unusable`, `unsafe-path`
 */
export function readTarget(directory: string, rendered: RenderedProject): Target {
  const target = path.resolve(directory);
  requireNames(directory, target);
  requireFolder(target);
  return { directory: target, ...readFiles(target, new Set(wholeOf(rendered).keys())) };
}

/**
 * Plans a new project. Touches nothing.
 * @throws {UserError} `target-not-empty` with everything that is in the way
 */
export function planProject(rendered: RenderedProject, target: Target): ProjectPlan {
  const { spec, notices } = rendered.specification as Settled;
  const files = planCreation(target.directory, wholeOf(rendered), target as Target & TargetContent);
  return {
    directory: target.directory,
    files,
    conflicts: [],
    notices: [...notices, ...templateSetFor(spec).notices(spec)],
    changes: changesOfCreation(files),
  };
}

function wholeOf(rendered: RenderedProject): FileTree {
  const { tree } = rendered as RenderedProject & Rendered;
  return wholeProject(rendered.specification as Settled, tree, VERSION);
}

/**
 * Reads the state file of a generated project, and changes nothing.
 * @throws {UserError} `state-unreadable`, `newer-generator`, `target-unusable`, `unsafe-path`
 */
export async function openProject(directory: string): Promise<Project> {
  const target = path.resolve(directory);
  requireFolder(target);
  const project = await openGenerated(target, VERSION);
  const { generator, answers } = project.state;
  return { ...project, directory: target, generator, answers };
}

/**
 * The answers of a project with some changed, read by the rules of today; `undefined` or an empty text takes an answer back. Touches nothing, unless an
 * OpenAPI document is to be read anew.
 * @throws {UserError} `invalid-answers` with all problems at once, `openapi-unreadable`
 */
export async function changeAnswers(
  project: Project,
  changes: { readonly [Key in keyof Answers]?: Answers[Key] | undefined } = {},
  options: Omit<LookUp, "lookUp"> = {},
): Promise<Specification> {
  const said = Object.entries(changes).map(([key, value]) => `${key}=${textOf(value)}`);
  return (await specifyProject(
    project as Project & Opened,
    said,
    contextOf(options),
  )) as Specification;
}

/** Reads what lies in a generated project, and changes nothing. */
export function readProject(project: Project, rendered: RenderedProject): ProjectFiles {
  const { disk, others } = readFound(
    project as Project & Opened,
    rendered as RenderedProject & Rendered,
  );
  const all = others();
  return { disk, others: () => all } as ProjectFiles;
}

/**
 * Plans an update: merges what was generated last, what lies there, and what is rendered now. Touches nothing.
 * @throws {UserError} `no-such-path` for a wish that cannot be granted, `state-unreadable` for the state of another project
 */
export async function planUpdate(
  project: Project,
  rendered: RenderedProject,
  found: ProjectFiles,
  wishes: UpdateWishes = {},
): Promise<ProjectPlan> {
  const settled = rendered.specification as Settled;
  const opened = project as Project & Opened;
  const files = rendered as RenderedProject & Rendered;
  const { restore = [], resolved = [] } = wishes;
  const all = { restore, resolved };
  const merge = await planFound(opened, settled, files, found as ProjectFiles & FoundFiles, all);
  return {
    directory: project.directory,
    files: merge.files,
    conflicts: conflictsIn(merge),
    notices: [...settled.notices, ...noticesOf(merge)],
    changes: changesOfUpdate(opened, settled, merge, VERSION),
  };
}

/**
 * Puts in order what a run left there that was killed while it wrote. Only this and `applyPlan` change files.
 * @throws {UserError} `changed-meanwhile` when another run is at work there
 */
export function recoverTarget(directory: string): void {
  recover(path.resolve(directory));
}

/**
 * Carries a plan out: all of it, or nothing. What lies there has to be as it was when it was read.
 * @throws {UserError} `changed-meanwhile`, `uncommitted-changes`, `write-failed`, `target-unusable`; the folder is then as it was
 */
export async function applyPlan(plan: ProjectPlan, wishes: ApplyWishes = {}): Promise<void> {
  const { directory, changes } = plan;
  requireFolder(directory);
  recover(directory);
  if (!wishes.allowDirty) await refuseUncommitted(directory, changes);
  if (changes.length > 0) writeProject(directory, changes);
}

/** What the commands get of the process, without a person to ask. */
function contextOf({ cwd = ".", signal, say = () => undefined }: LookUp): Context {
  return {
    version: VERSION,
    cwd: path.resolve(cwd),
    surroundings: surroundingsNow(),
    ask: undefined,
    signal: signal ?? new AbortController().signal,
    say,
    during: (_what, work) => work(),
  };
}

/** An answer as `--set` takes it. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
