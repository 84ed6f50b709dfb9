import path from "node:path";
import type { Request, UpdateRequest } from "../cli.js";
import { duration } from "../core/duration.js";
import { ExitCode, UserError } from "../core/errors.js";
import { shellWord } from "../core/literals.js";
import type { Report } from "../core/report.js";
import { replayCommand, type Specification } from "../core/spec.js";
import { packageManagerOf } from "../io/surroundings.js";
import { templateSetFor } from "../template-sets/index.js";
import { type Context, type Outcome, stopIfInterrupted } from "./context.js";
import type { LinkWay } from "./link-account.js";

export type CreateRequest = Omit<Request, keyof UpdateRequest>;

/** One run of create, settled. */
export interface Creation {
  readonly request: CreateRequest;
  readonly specification: Specification;
  readonly target: string;
  readonly directory: string;
  /** How long it took until the files were there. */
  readonly milliseconds?: number;
}

/**
 * What comes after the files: a repository, the dependencies. The files are complete whatever happens here, also when it is
 * interrupted.
 */
export async function finish(
  draft: Report,
  creation: Creation,
  context: Context,
): Promise<Outcome> {
  let report = draft;
  try {
    await stopIfInterrupted(context);
    report = await withRepository(report, creation);
    report = await withDependencies(report, creation, context);
    report = await withAccount(report, creation, context);
    context.signal.throwIfAborted();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, exitCode } = error;
    const hint = `The project in ${creation.directory} is complete.`;
    report = { ...report, exitCode, error: { code, message, hint } };
  }
  return { report, text: summary(report, creation, context.ask !== undefined) };
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
  const install = await installDependencies(creation, packageManager, context);
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

/** Links an account where that was asked for, or offers it to a person once everything is installed. */
async function withAccount(report: Report, creation: Creation, context: Context): Promise<Report> {
  const { program } = templateSetFor(creation.specification.spec);
  const packageManager = packageManagerOf(context.surroundings.environment);
  if (program === undefined || report.install !== "done") return report;
  const way = creation.request.link ? "service" : await chosenWay(context);
  if (way === "later") return report;
  const { linkAccount, linkFailed } = await import("./link-account.js");
  const isLinked = await linkAccount(creation, program, way, packageManager, context);
  if (!isLinked)
    return {
      ...report,
      link: "failed",
      exitCode: ExitCode.failed,
      error: linkFailed(packageManager),
    };
  const steps = [`${packageManager} run status`];
  return { ...report, link: "done", nextSteps: fromHere(steps, creation, context) };
}

async function chosenWay({ ask }: Context): Promise<LinkWay | "later"> {
  if (!ask) return "later";
  return ask.choice<LinkWay | "later">(
    "Link an account now?",
    [
      { value: "service", name: "Yes, with an app that I registered or will register now" },
      { value: "sandbox", name: "Try it with the project's own sandbox, without any account" },
      { value: "later", name: "Later" },
    ],
    "service",
  );
}

async function makeRepository(
  request: CreateRequest,
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
  { request, target, specification: { spec } }: Creation,
  packageManager: string,
  { ask, say, during, signal }: Context,
): Promise<"done" | "skipped" | "failed"> {
  if (templateSetFor(spec).installs === undefined) return "skipped";
  const wanted =
    request.install ??
    (await ask?.yesNo(`Install the dependencies with ${packageManager}?`, true)) ??
    false;
  if (!wanted) return "skipped";
  say(`Installing with ${packageManager} …\n`);
  const { run } = await import("../io/run.js");
  const begin = performance.now();
  const { ok, missing } = await during(`${packageManager} install`, () =>
    run(packageManager, ["install"], { cwd: target, tell: say, signal }),
  );
  if (ok) say(`Installed with ${packageManager} in ${duration(performance.now() - begin)}.\n`);
  if (missing) say(`${packageManager} is not installed.\n`);
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
export function nextSteps(
  creation: Creation,
  packageManager: string,
  installed: boolean,
  context: Context,
): readonly string[] {
  const { spec } = creation.specification;
  const set = templateSetFor(spec);
  const install = set.installs === undefined || installed ? [] : [`${packageManager} install`];
  return fromHere([...install, ...set.nextSteps(spec, packageManager)], creation, context);
}

/** Commands of the project, to be typed where the person is. */
function fromHere(
  steps: readonly string[],
  { target, directory }: Creation,
  { cwd }: Context,
): readonly string[] {
  return path.relative(target, cwd) === "" ? steps : [`cd ${shellWord(directory)}`, ...steps];
}

/** The whole command that does the same without a question. */
export function replayOf(
  { request, specification, directory }: Creation,
  installed: boolean,
): string {
  return [
    replayCommand(directory, specification.stored),
    ...(request.git ? [] : ["--no-git"]),
    ...(request.link ? ["--link"] : installed ? ["--install"] : []),
  ].join(" ");
}

/** Failures after which the next steps are those that would have come anyway. */
const MENDED_LATER: ReadonlySet<string> = new Set(["install-failed", "link-failed"]);

function summary(
  { files = [], notices = [], nextSteps: steps = [], replay = "", written, error }: Report,
  { directory, milliseconds = 0 }: Creation,
  wasAsked: boolean,
): string {
  const done = written
    ? `Created ${directory}: ${files.length} files in ${duration(milliseconds)}.\n`
    : `${directory} already holds exactly this project: nothing to write.\n`;
  const said = notices.map(({ message }) => `Note: ${message}\n`).join("");
  const next = `\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}`;
  const again = wasAsked ? `\nThe same without questions:\n  ${replay}\n` : "";
  return done + said + (error && !MENDED_LATER.has(error.code) ? "" : next) + again;
}
