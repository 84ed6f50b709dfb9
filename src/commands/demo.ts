import path from "node:path";
import { saidByFile } from "../core/answers.js";
import { duration } from "../core/duration.js";
import { ExitCode, UserError } from "../core/errors.js";
import type { DemoStep } from "../core/report.js";
import { run } from "../io/run.js";
import { setTestsAside } from "../io/set-aside.js";
import { type RunningProgram, startProgram } from "../io/start-program.js";
import { makeTemporaryFolder, removeFolder } from "../io/temporary-folder.js";
import type { Context, Outcome } from "./context.js";
import { create } from "./create.js";

/** The service of the demo. Nothing is ever sent to these addresses: the project's own sandbox stands in for them. */
const ANSWERS = {
  name: "Demo",
  authorizationUrl: "https://demo.invalid/authorize",
  tokenUrl: "https://demo.invalid/token",
  revocationUrl: "https://demo.invalid/revoke",
  apiBaseUrl: "https://demo.invalid/api",
  scopes: ["profile", "devices:read"],
  account: { path: "/me", id: "id", name: "name" },
} as const;

const REQUEST = {
  command: "create",
  said: saidByFile(ANSWERS, "the demo"),
  answersFile: undefined,
  dryRun: false,
  printAnswers: false,
  git: false,
  discovery: false,
  words: [],
  install: false,
  link: false,
  json: false,
  interactive: false,
} as const;

/** A project to prove, and the folder that keeps its entries meanwhile. */
export interface Subject {
  readonly project: string;
  readonly domain: string;
  readonly tokensExpire: boolean;
  readonly dataFolder: string;
  /** Variables on top of these. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a step runs in. */
export interface Stage {
  readonly subject: Subject;
  readonly signal: AbortSignal;
  /** Times a step and tells about it. */
  readonly step: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
}

const STEP_LIMIT = 300_000;
const PROGRAM = "dist/src/cli.js";

/**
 * The whole way in a temporary folder: generate, install, build, link against the project's own authorization server, refresh, call;
 * then the project's tests and their tools are installed, and its lint and tests run.
 * @throws {UserError} `step-failed` with what the step printed
 */
export async function demo(context: Context): Promise<Outcome> {
  const folder = await makeTemporaryFolder("create-oauth2-integration-demo-");
  const project = path.join(folder, "demo");
  const steps: DemoStep[] = [];
  const subject: Subject = {
    project,
    domain: "demo",
    tokensExpire: true,
    dataFolder: path.join(folder, "data"),
  };
  const stage: Stage = { subject, signal: context.signal, step: timed(steps, context) };
  try {
    await stage.step("generate", () =>
      create(
        { ...REQUEST, directory: project },
        { ...context, ask: undefined, say: () => undefined },
      ),
    );
    const bringTests = setTestsAside(project, folder);
    await stage.step("install", () => install(stage));
    await stage.step("build", () => runStep(stage, "npm", "run", "build"));
    const { title, answer } = await proveLink(stage);
    bringTests();
    await stage.step("test tools", () => install(stage));
    await stage.step("lint", () => runStep(stage, "npm", "run", "lint"));
    await stage.step("test", () => runStep(stage, "npm", "test"));
    return outcome(
      context,
      steps,
      `Linked ${title} ${duration(took(steps, "link"))} after the start; GET /me answered ${answer}\n${steps.length} steps in ${duration(took(steps))}. Nothing was left behind.\n`,
    );
  } finally {
    await removeFolder(folder);
  }
}

function install(stage: Stage): Promise<string> {
  // What npm has in its cache need not be asked for anew.
  return runStep(stage, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline");
}

/** Links a built project against its own sandbox, refreshes, calls and unlinks. Gives the account's title and the answer of the call. */
export async function proveLink(
  stage: Stage,
): Promise<{ readonly title: string; readonly answer: string }> {
  const { step, subject } = stage;
  return withSandbox(stage, async (program) => {
    const title = await step("link", () => link(stage));
    if (subject.tokensExpire) await step("refresh", () => program("refresh"));
    const answer = await step("call", () => program("call", "GET", "/me"));
    await step("unlink", () => program("unlink"));
    return { title, answer: answer.replaceAll(/\s+/gu, " ").trim() };
  });
}

/** Works with the project's program while its sandbox runs. */
export async function withSandbox<Result>(
  stage: Stage,
  work: (program: (...words: readonly string[]) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const sandbox = await stage.step("sandbox", () =>
    start(stage, /Ctrl-C/u, "npm", "run", "--silent", "sandbox"),
  );
  try {
    return await work((...words) =>
      runStep(stage, process.execPath, PROGRAM, ...words, "--sandbox"),
    );
  } finally {
    await sandbox.stop();
  }
}

/** Links as a script does: takes the address that the program prints, and signs in with the sandbox's browser without a window. Gives the title. */
export async function link(stage: Stage): Promise<string> {
  const program = await start(
    stage,
    /"authorization_url".*\n/u,
    process.execPath,
    PROGRAM,
    "link",
    "--sandbox",
    "--no-browser",
    "--json",
  );
  try {
    const { url } = eventOf(program.output(), "authorization_url");
    const script = "dist/sandbox/sign-in.js";
    const end = await runStep(stage, process.execPath, script, String(url), "alice");
    // A redirect to another machine is pasted.
    if (end.startsWith("https:")) program.type(end.trim());
    await program.ended();
    return String(eventOf(program.output(), "linked")["title"]);
  } finally {
    await program.stop();
  }
}

function start(
  { subject, signal }: Stage,
  until: RegExp,
  program: string,
  ...words: readonly string[]
): Promise<RunningProgram> {
  return startProgram(program, words, {
    cwd: subject.project,
    environment: environmentOf(subject),
    until,
    signal,
    limit: STEP_LIMIT,
  });
}

/** Runs a program in the project and gives its stdout. Throws `step-failed`. */
export async function runStep(
  { subject, signal }: Stage,
  program: string,
  ...words: readonly string[]
): Promise<string> {
  const { ok, missing, stdout, stderr } = await run(program, words, {
    cwd: subject.project,
    environment: environmentOf(subject),
    timeout: STEP_LIMIT,
    signal,
  });
  signal.throwIfAborted();
  if (ok) return stdout;
  const shown = program === process.execPath ? "node" : program;
  throw failed(
    [shown, ...words].join(" "),
    missing ? `${program} is not installed.` : `${stdout}\n${stderr}`,
  );
}

/** The project keeps its entries and keys in a folder of the run, and knows no credentials of a real provider. */
function environmentOf({
  domain,
  dataFolder,
  environment,
}: Subject): Readonly<Record<string, string | undefined>> {
  const prefix = domain.toUpperCase();
  const names = ["CLIENT_ID", "CLIENT_SECRET", "ENCRYPTION_KEY", "REDIRECT_PORT"].map(
    (name) => [`${prefix}_${name}`, undefined] as const,
  );
  return {
    ...Object.fromEntries(names),
    [`${prefix}_DATA_DIR`]: dataFolder,
    NODE_OPTIONS: undefined,
    ...environment,
  };
}

function eventOf(output: string, event: string): Readonly<Record<string, unknown>> {
  const line = output.split("\n").find((text) => text.includes(`"event":"${event}"`));
  if (line === undefined) throw failed("link", output);
  return JSON.parse(line) as Readonly<Record<string, unknown>>;
}

function failed(what: string, output: string): UserError {
  const tail = output.trim().split("\n").slice(-40).join("\n");
  return new UserError(
    "step-failed",
    `This step failed: ${what}\n${tail}`,
    "Mend what it says, then run the command again. Nothing was left behind.",
  );
}

/** Runs a step, remembers how long it took and says so. */
function timed(steps: DemoStep[], { say, during, signal }: Context): Stage["step"] {
  return async (name, work) => {
    const begin = performance.now();
    const result = await during(name, work);
    signal.throwIfAborted();
    const milliseconds = Math.round(performance.now() - begin);
    steps.push({ name, milliseconds });
    say(`  ${name.padEnd(12)} ${duration(milliseconds)}\n`);
    return result;
  };
}

/** Milliseconds of all steps, or of those until one was done. */
function took(steps: readonly DemoStep[], last?: string): number {
  const end = last === undefined ? steps.length : steps.findIndex(({ name }) => name === last) + 1;
  return steps.slice(0, end).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

function outcome({ version }: Context, steps: readonly DemoStep[], text: string): Outcome {
  return {
    report: {
      schema: 1,
      command: "demo",
      exitCode: ExitCode.done,
      templateSet: "typescript",
      generator: { to: version },
      steps,
    },
    text,
  };
}
