import { commandOf, parseArgv, type Request } from "./cli.js";
import type { Asker, Context, Outcome } from "./commands/context.js";
import { EXIT_CODES, ExitCode, UserError } from "./core/errors.js";
import { type Report, reportedError } from "./core/report.js";
import { type Screen, screenFor } from "./io/screen.js";
import { reasonNotToAsk, surroundingsNow } from "./io/surroundings.js";
import { carryOut } from "./program.js";

/** Put in by the build, from package.json. */
declare const VERSION: string;
declare const BUG_REPORTS: string;

const SIGNALS = {
  SIGINT: "cancelled",
  SIGTERM: "terminated",
  SIGHUP: "hangup",
} as const;

/** Runs the program: the only place that prints (`bin` says the version alone), and the one that decides the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<number> {
  const json = asksForJson(argv);
  const screen = await screenFor(surroundingsNow(), json);
  const interruption = listenForSignals();
  listenForOutputErrors(screen);
  listenForStrayErrors(argv, screen);
  try {
    const outcome = await runCommand(argv, screen, interruption);
    if (outcome === undefined) return ExitCode.done;
    const { report, text, form = "words" } = outcome;
    screen.result(json ? `${JSON.stringify(report)}\n` : text, form);
    if (report.error) screen.fail(report.error);
    return report.exitCode;
  } catch (thrown) {
    return tellFailure(argv, screen, interruption.error() ?? asUserError(thrown));
  }
}

function asksForJson(argv: readonly string[]): boolean {
  return argv.includes("--json");
}

function tellFailure(argv: readonly string[], screen: Screen, error: UserError): number {
  if (asksForJson(argv)) process.stdout.write(`${JSON.stringify(failureReport(argv, error))}\n`);
  screen.fail(error);
  if (error.exitCode === ExitCode.bug && error.cause instanceof Error)
    process.stderr.write(`${error.cause.stack ?? ""}\n`);
  return error.exitCode;
}

async function runCommand(
  argv: readonly string[],
  screen: Screen,
  interruption: Interruption,
): Promise<Outcome | undefined> {
  const { npm_command: npmCommand } = process.env;
  if (npmCommand === "exec" || npmCommand === "init")
    (await import("./core/eaten-flags.js")).refuseEatenFlags(argv, process.env);
  const request = parseArgv(argv, VERSION);
  if ("text" in request) {
    screen.result(request.text, "words");
    return undefined;
  }
  return carryOut(request, await contextFor(request, screen, interruption));
}

async function contextFor(
  request: Request,
  { say, during }: Screen,
  { signal }: Interruption,
): Promise<Context> {
  const surroundings = surroundingsNow();
  const mayAsk =
    request.command === "create" &&
    request.interactive &&
    !request.json &&
    !request.printAnswers &&
    request.answersFile !== "-" &&
    reasonNotToAsk(surroundings) === undefined;
  return {
    version: VERSION,
    cwd: workingDirectory(),
    surroundings,
    ask: mayAsk ? await askerAtTerminal(signal) : undefined,
    signal,
    say,
    during,
  };
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new UserError(
      "target-unusable",
      "The current folder is not there any more.",
      "Change to another folder, then run the command again.",
      { cause },
    );
  }
}

async function askerAtTerminal(signal: AbortSignal): Promise<Asker> {
  const { askerFor } = await import("./io/prompts.js");
  return askerFor(signal);
}

interface Interruption {
  readonly signal: AbortSignal;
  /** What to tell once a signal came. */
  readonly error: () => UserError | undefined;
}

/**
 * A signal ends questions and programs that we started; files are written synchronously, so that it never comes in between.
 * A second one ends the process at once.
 */
function listenForSignals(): Interruption {
  const controller = new AbortController();
  let error: UserError | undefined;
  for (const [name, code] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (error) process.exit(EXIT_CODES[code]);
      error = new UserError(
        code,
        "Cancelled.",
        "A project that is there is complete; one that is not was not begun.",
      );
      controller.abort(error);
    });
  }
  return { signal: controller.signal, error: () => error };
}

function asUserError(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  return new UserError(
    "bug",
    `This is a bug of create-oauth2-integration ${VERSION}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    `Please report it: ${BUG_REPORTS}`,
    {
      cause: thrown,
    },
  );
}

function failureReport(argv: readonly string[], error: UserError): Report {
  return {
    schema: 1,
    command: commandOf(argv),
    exitCode: error.exitCode,
    generator: { to: VERSION },
    written: false,
    error: reportedError(error),
  };
}

/**
 * `--help | head -1`: whoever reads has enough. Anything else that stops a result (a full disk behind stdout) is a failure; what
 * stderr cannot say, nobody hears.
 */
function listenForOutputErrors({ fail }: Screen): void {
  process.stderr.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EIO") process.once("exit", hangUp);
  });
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || code === "EIO") return;
    fail({
      code: "write-failed",
      message: `The result could not be printed: ${code ?? message}.`,
      hint: "Look at where the output goes, then run the command again.",
    });
    process.exit(ExitCode.failed);
  });
}

/** An error that no code waits for: a read from a terminal that is gone, or else a bug. */
function listenForStrayErrors(argv: readonly string[], screen: Screen): void {
  process.once("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code === "EIO") hangUp();
    process.exit(tellFailure(argv, screen, asUserError(error)));
  });
}

/** The terminal is gone. Node aborts when it cannot put back a terminal's settings: end by the signal itself, before it tries. */
function hangUp(): void {
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}
