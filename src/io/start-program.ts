import { execa } from "execa";
import { UserError } from "../core/errors.js";

/** A program that goes on while we do something else. */
export interface RunningProgram {
  /** What it printed on stdout so far. */
  readonly output: () => string;
  /** Gives it a line of standard input. */
  readonly type: (line: string) => void;
  /** Resolves when it has ended by itself. */
  readonly ended: () => Promise<void>;
  /** Ends it, with everything that it started. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it prints on stdout when it is ready. */
  readonly until: RegExp;
  readonly signal: AbortSignal;
  /** Milliseconds after which it is ended whatever it does. */
  readonly limit: number;
}

/**
 * Starts a program without a shell and waits until it says that it is ready.
 * @throws {UserError} `step-failed` with what it printed, when it ends before that
 */
export async function startProgram(
  program: string,
  words: readonly string[],
  { cwd, environment, until, signal, limit }: StartOptions,
): Promise<RunningProgram> {
  const child = execa(program, words, {
    cwd,
    env: environment,
    reject: false,
    stdin: "pipe",
    timeout: limit,
    cancelSignal: signal,
    detached: process.platform !== "win32",
  });
  let stdout = "";
  let stderr = "";
  // It may end before it reads what it is given.
  child.stdin.on("error", () => undefined);
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const stop = async (): Promise<void> => {
    endGroup(child.pid);
    await child;
  };
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (until.test(stdout)) resolve();
    });
  });
  const endedEarly = child.then(() => {
    throw new UserError(
      "step-failed",
      `${[program, ...words].join(" ")} ended early:\n${stdout}${stderr}`.trim(),
      "Mend what it says, then run the command again.",
    );
  });
  endedEarly.catch(() => undefined);
  try {
    await Promise.race([ready, endedEarly]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    output: () => stdout,
    type: (line) => void child.stdin.write(`${line}\n`),
    ended: async () => void (await child),
    stop,
  };
}

/** The program is the leader of its own group, so that what it started ends with it. */
function endGroup(processId: number | undefined): void {
  if (processId === undefined) return;
  try {
    process.kill(process.platform === "win32" ? processId : -processId, "SIGTERM");
  } catch {
    // It has ended already.
  }
}
