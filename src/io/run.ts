import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";

/** How another program ended. */
export interface Outcome {
  readonly ok: boolean;
  /** The program is not installed. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface RunOptions {
  readonly cwd: string;
  /** Gets each line that it prints, as it comes. */
  readonly tell?: (line: string) => void;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Ends the program. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program that talks to the person at our terminal itself; with `aside` what it prints goes to stderr, so that stdout stays ours.
 * Gives its exit code; `undefined` when a signal ended it, or it could not be started.
 */
export async function runAtTerminal(
  program: string,
  words: readonly string[],
  { cwd, signal, aside }: { readonly cwd: string; readonly signal: AbortSignal; aside: boolean },
): Promise<number | undefined> {
  const { exitCode } = await execa(program, words, {
    cwd,
    reject: false,
    stdin: "inherit",
    stdout: aside ? process.stderr : "inherit",
    stderr: "inherit",
    cancelSignal: signal,
  });
  if (exitCode !== 0) await ownInterruption(signal);
  return exitCode;
}

/** Milliseconds. */
const UNTIL_INTERRUPTED = 50;

/** Ctrl-C ends the program that we started, too, and we may hear of that end before we hear of Ctrl-C. */
async function ownInterruption(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await wait(UNTIL_INTERRUPTED, undefined, { signal }).catch(() => undefined);
}

/** Runs a program without a shell. Never throws: the outcome says how it went. */
export async function run(
  program: string,
  words: readonly string[],
  { cwd, tell, environment = {}, timeout, signal }: RunOptions,
): Promise<Outcome> {
  const told = function* (line: unknown): Generator<unknown> {
    tell?.(`${String(line)}\n`);
    yield line;
  };
  const result = await execa(program, words, {
    cwd,
    env: environment,
    reject: false,
    stdin: "ignore",
    stdout: tell ? told : "pipe",
    stderr: tell ? told : "pipe",
    ...(timeout !== undefined && { timeout }),
    ...(signal !== undefined && { cancelSignal: signal }),
  });
  if (result.failed && signal) await ownInterruption(signal);
  return {
    ok: !result.failed,
    missing: result.code === "ENOENT",
    stdout: String(result.stdout),
    stderr: String(result.stderr),
    exitCode: result.exitCode,
  };
}
