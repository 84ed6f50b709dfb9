import path from "node:path";
import { saidByFile } from "../core/answers.js";
import { ExitCode, UserError } from "../core/errors.js";
import type { DemoStep } from "../core/report.js";
import { makeTemporaryFolder, removeFolder } from "../io/temporary-folder.js";
import { type RunningProgram, startProgram } from "../io/start-program.js";
import { run } from "../io/run.js";
import { create } from "./create.js";
import type { Context, Outcome } from "./context.js";

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

const STEP_LIMIT = 180_000;
const PROGRAM = ["dist/cli.js"] as const;

/**
 * The whole way in a temporary folder: generate, install, build, link against the project's own authorization server, refresh, call;
 * then the project's lint and tests.
 * @throws {UserError} `step-failed` with what the step printed
 */
export async function demo(context: Context): Promise<Outcome> {
  const folder = await makeTemporaryFolder("create-oauth2-integration-demo-");
  const project = path.join(folder, "demo");
  const steps: DemoStep[] = [];
  let sandbox: RunningProgram | undefined;
  const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work();
    context.signal.throwIfAborted();
    const milliseconds = Math.round(performance.now() - start);
    steps.push({ name, milliseconds });
    context.say(`  ${name.padEnd(12)} ${seconds(milliseconds)}\n`);
    return result;
  };
  const inProject = (program: string, ...words: readonly string[]) =>
    runStep(program, words, project, folder, context);
  try {
    await step("generate", () =>
      create(
        { ...REQUEST, directory: project },
        { ...context, ask: undefined, say: () => undefined },
      ),
    );
    await step("install", () => inProject("npm", "install", "--no-audit", "--no-fund"));
    await step("build", () => inProject("npm", "run", "build"));
    sandbox = await step("sandbox", () => startSandbox(project, folder, context));
    const linked = await step("link", () => link(project, folder, context));
    const untilLinked = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    await step("refresh", () => inProject(process.execPath, ...PROGRAM, "refresh", "--sandbox"));
    const answer = await step("call", () =>
      inProject(process.execPath, ...PROGRAM, "call", "GET", "/me", "--sandbox"),
    );
    await step("unlink", () => inProject(process.execPath, ...PROGRAM, "unlink", "--sandbox"));
    await step("lint", () => inProject("npm", "run", "lint"));
    await step("test", () => inProject("npm", "test"));
    return outcome(
      context,
      steps,
      `Linked ${linked} after ${seconds(untilLinked)}; GET /me answered ${answer.replaceAll(/\s+/gu, " ").trim()}\n`,
    );
  } finally {
    await sandbox?.stop();
    await removeFolder(folder);
  }
}

const REQUEST = {
  command: "create",
  said: saidByFile(ANSWERS, "the demo"),
  answersFile: undefined,
  dryRun: false,
  git: false,
  install: false,
  json: false,
  interactive: false,
} as const;

function startSandbox(project: string, folder: string, context: Context): Promise<RunningProgram> {
  return startProgram("npm", ["run", "--silent", "sandbox"], {
    cwd: project,
    environment: environmentOf(folder),
    until: /Ctrl-C/u,
    signal: context.signal,
    limit: STEP_LIMIT,
  });
}

/** Links as a script does: takes the address that the program prints, and signs in with the sandbox's browser without a window. */
async function link(project: string, folder: string, context: Context): Promise<string> {
  const options = {
    cwd: project,
    environment: environmentOf(folder),
    signal: context.signal,
    limit: STEP_LIMIT,
  };
  const program = await startProgram(
    process.execPath,
    [...PROGRAM, "link", "--sandbox", "--no-browser", "--json"],
    { ...options, until: /"authorization_url".*\n/u },
  );
  try {
    const { url } = eventOf(program.output(), "authorization_url");
    await runStep(
      process.execPath,
      [".sandbox/sandbox/sign-in.js", String(url), "alice"],
      project,
      folder,
      context,
    );
    await program.ended();
    return String(eventOf(program.output(), "linked")["title"]);
  } finally {
    await program.stop();
  }
}

function eventOf(output: string, event: string): Readonly<Record<string, unknown>> {
  for (const line of output.split("\n")) {
    if (line.includes(`"event":"${event}"`))
      return JSON.parse(line) as Readonly<Record<string, unknown>>;
  }
  throw failed("link", output);
}

async function runStep(
  program: string,
  words: readonly string[],
  project: string,
  folder: string,
  { signal }: Context,
): Promise<string> {
  const { ok, missing, stdout, stderr } = await run(program, words, {
    cwd: project,
    environment: environmentOf(folder),
    timeout: STEP_LIMIT,
    signal,
  });
  signal.throwIfAborted();
  if (ok) return stdout;
  throw failed(
    [program === process.execPath ? "node" : program, ...words].join(" "),
    missing ? `${program} is not installed.` : `${stdout}\n${stderr}`,
  );
}

/** The demo keeps its entries and keys in its own folder, and speaks to nobody outside this machine. */
function environmentOf(folder: string): Readonly<Record<string, string | undefined>> {
  return {
    DEMO_DATA_DIR: path.join(folder, "data"),
    DEMO_CLIENT_ID: undefined,
    DEMO_CLIENT_SECRET: undefined,
    DEMO_ENCRYPTION_KEY: undefined,
    NODE_OPTIONS: undefined,
  };
}

function failed(what: string, output: string): UserError {
  return new UserError(
    "step-failed",
    `The demo stopped at: ${what}\n${output.trim().split("\n").slice(-30).join("\n")}`,
    "Mend what it says, then run the demo again. Nothing was left behind.",
  );
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

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
