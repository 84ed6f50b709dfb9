import path from "node:path";
import type { Request } from "../cli.js";
import { toChangeSet } from "../core/change-set.js";
import { ExitCode, UserError } from "../core/errors.js";
import type { FileTree } from "../core/files.js";
import { shellWord } from "../core/literals.js";
import { type Plan, planCreate } from "../core/plan.js";
import { render } from "../core/render.js";
import { formatFiles, type Report, reportedFiles } from "../core/report.js";
import { replayCommand, type Specification } from "../core/spec.js";
import { formatState, STATE_FILE, STATE_SCHEMA } from "../core/state.js";
import { loadTemplates } from "../io/load-templates.js";
import { readTarget } from "../io/read-target.js";
import { packBaseline } from "../io/state-file.js";
import { packageManagerOf } from "../io/surroundings.js";
import { recover, requireFolder, writeProject } from "../io/write-project.js";
import { templateSetFor } from "../template-sets/index.js";
import { filesFor } from "../template-sets/template-set.js";
import { askForAnswers, saidAnswers, settle } from "./collect-answers.js";
import type { Context, Outcome } from "./context.js";
import { readWorld } from "./read-world.js";

/** Makes a new project: answers → spec → files → plan → disk. Asks only what is missing, and only a person. */
export async function create(request: Request, context: Context): Promise<Outcome> {
  const said = await saidAnswers(request, context);
  const world = await readWorld(said, request.directory, context);
  const answers = context.ask
    ? await askForAnswers(said, world, suggestedName(request.directory), context.ask)
    : said;
  const specification = await settle(answers, world, context);
  const directory = await directoryOf(request, specification, context);
  const target = path.resolve(context.cwd, directory);

  const rendered = await renderProject(specification, context.version);
  requireFolder(target);
  recover(target);
  const { files, strangers } = readTarget(target, new Set(rendered.tree.keys()));
  const plan = planCreate(files, rendered.tree);
  refuseWhatIsInTheWay(target, plan, strangers);

  const creation: Creation = { request, specification, target, directory };
  const draft = draftReport(creation, plan, context);
  if (request.dryRun)
    return {
      report: { ...draft, written: false, git: "skipped", install: "skipped" },
      text: `Would write to ${directory}:\n${formatFiles(draft.files ?? [])}`,
    };
  if (context.ask && !(await confirmed(specification, directory, draft, context)))
    throw cancelled();
  await stopIfInterrupted(context);

  const changes = toChangeSet(
    plan.filter(({ path: file }) => file !== STATE_FILE),
    stateChange(plan),
  );
  if (changes.length > 0) writeProject(target, changes);
  return finish({ ...draft, written: changes.length > 0 }, creation, context);
}

/** A directory is never taken for the name silently: at a terminal it is the suggestion. */
function suggestedName(directory: string | undefined): string | undefined {
  const name = directory === undefined ? "" : path.basename(path.resolve(directory));
  return /^[\p{L}\p{N}]/u.test(name) ? name : undefined;
}

async function directoryOf(
  { directory }: Request,
  { spec }: Specification,
  { ask }: Context,
): Promise<string> {
  if (directory !== undefined) return directory;
  const usual = `./${spec.domain}`;
  if (!ask) return usual;
  return ask.text("Directory", usual, (text) =>
    text.trim() === "" ? { ok: false, message: "must not be empty." } : { ok: true, value: text },
  );
}

/** The whole project as a value, the state file included. */
export async function renderProject(
  { spec, stored }: Specification,
  version: string,
): Promise<{ readonly tree: FileTree }> {
  const set = templateSetFor(spec);
  const files = filesFor(set, await loadTemplates(set.folder), spec);
  const tree = render(files, set.view(spec));
  const state = formatState({
    schema: STATE_SCHEMA,
    generator: version,
    templateSet: spec.templateSet,
    answers: stored,
    conflicts: [],
    baseline: packBaseline(tree),
  });
  return { tree: new Map([...tree, [STATE_FILE, { content: state, executable: false }]]) };
}

function refuseWhatIsInTheWay(target: string, plan: Plan, strangers: readonly string[]): void {
  const paths = [
    ...strangers,
    ...plan.filter(({ action }) => action === "conflict").map(({ path: file }) => file),
  ].toSorted();
  if (paths.length === 0) return;
  const shown = paths.slice(0, 20).map((file) => `  ${file}\n`);
  const more = paths.length > shown.length ? `  … and ${paths.length - shown.length} more\n` : "";
  throw new UserError(
    "target-not-empty",
    `${target} is not empty. In the way:\n${shown.join("")}${more}`.trimEnd(),
    "Nothing was written. Choose another directory, or move these files away.",
    { paths },
  );
}

function stateChange(plan: Plan): {
  readonly path: typeof STATE_FILE;
  readonly before: Plan[number]["before"];
  readonly after: Plan[number]["after"];
} {
  const state = plan.find(({ path: file }) => file === STATE_FILE);
  return { path: STATE_FILE, before: state?.before, after: state?.after };
}

function draftReport(creation: Creation, plan: Plan, context: Context): Report {
  const { request, specification, target } = creation;
  const { spec, stored, notices } = specification;
  const installed = request.install === true;
  return {
    schema: 1,
    command: "create",
    exitCode: ExitCode.done,
    directory: target,
    templateSet: spec.templateSet,
    generator: { to: context.version },
    dryRun: request.dryRun,
    files: reportedFiles(plan),
    conflicts: [],
    notices: [...notices, ...templateSetFor(spec).notices(spec)],
    answers: stored,
    replay: replayOf(creation, installed),
    nextSteps: nextSteps(
      creation,
      packageManagerOf(context.surroundings.environment),
      installed,
      context,
    ),
  };
}

/** Shows what will be made, and asks. */
async function confirmed(
  { spec }: Specification,
  directory: string,
  draft: Report,
  { ask, say }: Context,
): Promise<boolean> {
  const rows: readonly (readonly [string, string])[] = [
    ["Name", spec.name],
    ["Domain", spec.domain],
    ["Directory", directory],
    ["Authorization", spec.authorizationUrl],
    ["Token", spec.tokenUrl],
    ["Scopes", spec.scopes.join(" ") || "none"],
    ["API", spec.apiBaseUrl],
  ];
  say(
    `\n${rows.map(([label, value]) => `  ${label.padEnd(14)} ${value}\n`).join("")}\n${formatFiles(draft.files ?? [])}\n`,
  );
  return (await ask?.yesNo(`Write these ${draft.files?.length ?? 0} files?`, true)) ?? true;
}

/** Lets signals in that came while nothing was waited for, through one whole turn of the event loop; then ends the run if one came. */
async function stopIfInterrupted({ signal }: Context): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(() => setImmediate(resolve), 0);
  });
  signal.throwIfAborted();
}

function cancelled(): UserError {
  return new UserError("cancelled", "Cancelled.", "Nothing was written.", {
    exitCode: ExitCode.cancelled,
  });
}

interface Creation {
  readonly request: Request;
  readonly specification: Specification;
  readonly target: string;
  readonly directory: string;
}

/**
 * What comes after the files: a repository, the dependencies. The files are complete whatever happens here, also when it is
 * interrupted.
 */
async function finish(draft: Report, creation: Creation, context: Context): Promise<Outcome> {
  let report = draft;
  try {
    await stopIfInterrupted(context);
    report = await withRepository(report, creation);
    report = await withDependencies(report, creation, context);
    context.signal.throwIfAborted();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, exitCode } = error;
    const hint = `The project in ${creation.directory} is complete.`;
    report = { ...report, exitCode, error: { code, message, hint } };
  }
  return { report, text: summary(report, creation.directory, context.ask !== undefined) };
}

async function withRepository(report: Report, { request, target }: Creation): Promise<Report> {
  const { git, notices } = await makeRepository(request, target);
  return { ...report, git, notices: [...(report.notices ?? []), ...notices] };
}

async function withDependencies(
  report: Report,
  creation: Creation,
  context: Context,
): Promise<Report> {
  const packageManager = packageManagerOf(context.surroundings.environment);
  const install = await installDependencies(
    creation.request,
    creation.target,
    packageManager,
    context,
  );
  const finished: Report = {
    ...report,
    install,
    replay: replayOf(creation, install !== "skipped"),
    nextSteps: nextSteps(creation, packageManager, install === "done", context),
  };
  return install === "failed"
    ? { ...finished, exitCode: ExitCode.failed, error: installFailed(packageManager) }
    : finished;
}

async function makeRepository(
  request: Request,
  target: string,
): Promise<Required<Pick<Report, "git" | "notices">>> {
  if (!request.git) return { git: "skipped", notices: [] };
  const { initialiseGit } = await import("../io/git.js");
  const result = await initialiseGit(target);
  if (result === "missing")
    return {
      git: "skipped",
      notices: [{ code: "no-git", message: "git is not installed: no repository was made." }],
    };
  if (result === "failed")
    return {
      git: "failed",
      notices: [{ code: "no-git", message: "git init failed: no repository was made." }],
    };
  return { git: result, notices: [] };
}

async function installDependencies(
  request: Request,
  target: string,
  packageManager: string,
  { ask, say, signal }: Context,
): Promise<"done" | "skipped" | "failed"> {
  const wanted =
    request.install ??
    (await ask?.yesNo(`Install the dependencies with ${packageManager}?`, true)) ??
    false;
  if (!wanted) return "skipped";
  say(`Installing with ${packageManager} …\n`);
  const { run } = await import("../io/run.js");
  const { ok } = await run(packageManager, ["install"], { cwd: target, progress: true, signal });
  return ok ? "done" : "failed";
}

function installFailed(packageManager: string): NonNullable<Report["error"]> {
  return {
    code: "install-failed",
    message: `The project is complete, but ${packageManager} install failed.`,
    hint: `Read what it printed above, then run ${packageManager} install in the project.`,
  };
}

/** The commands that come next, to be typed where the person is. */
function nextSteps(
  { specification: { spec }, target, directory }: Creation,
  packageManager: string,
  installed: boolean,
  { cwd }: Context,
): readonly string[] {
  const steps = templateSetFor(spec)
    .nextSteps(spec, packageManager)
    .slice(installed ? 1 : 0);
  return target === path.resolve(cwd) ? steps : [`cd ${shellWord(directory)}`, ...steps];
}

/** The whole command that does the same without a question. */
function replayOf({ request, specification, directory }: Creation, installed: boolean): string {
  return [
    replayCommand(directory, specification.stored),
    ...(request.git ? [] : ["--no-git"]),
    ...(installed ? ["--install"] : []),
  ].join(" ");
}

function summary(
  { files = [], notices = [], nextSteps: steps = [], replay = "", written, error }: Report,
  directory: string,
  wasAsked: boolean,
): string {
  const done = written
    ? `Created ${directory}: ${files.length} files.\n`
    : `${directory} already holds exactly this project: nothing to write.\n`;
  const said = notices.map(({ message }) => `Note: ${message}\n`).join("");
  const next = `\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`;
  const again = wasAsked ? `\nThe same without questions:\n  ${replay}\n` : "";
  return done + said + (error ? "" : next) + again;
}
