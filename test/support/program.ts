import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** The built program, as npm's `bin` link starts it. */
export const PROGRAM = path.join(ROOT, "bin/create-oauth2-integration.js");

/** The smallest complete set of answers. */
export const ANSWERS = {
  name: "Acme Cloud",
  authorizationUrl: "https://auth.acme.test/authorize",
  tokenUrl: "https://auth.acme.test/token",
} as const;

/** The same on a command line. */
export const FLAGS = [
  "--name",
  ANSWERS.name,
  "--authorization-url",
  ANSWERS.authorizationUrl,
  "--token-url",
  ANSWERS.tokenUrl,
] as const;

export interface Result {
  /** `undefined` when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default: the sandbox's `work`. */
  readonly cwd?: string;
  /** On top of the clean environment; `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Another copy of the program. */
  readonly program?: string;
}

/** A temporary home, temporary folder and working folder, with an environment that knows nothing of the developer's. */
export interface Sandbox {
  readonly work: string;
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the built program to its end. */
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Result>;
  /** Starts the built program and leaves it running; its output is piped. */
  readonly start: (argv: readonly string[], options?: RunOptions) => ChildProcess;
}

/** Call once in a test file: gives sandboxes, each fresh, and removes them all at the end. */
export function useSandboxes(): () => Sandbox {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "create-oauth2-e2e-")));
  fs.chmodSync(base, 0o755);
  let count = 0;
  afterAll(() => fs.rmSync(base, { recursive: true, force: true }));
  return () => makeSandbox(path.join(base, String(++count)));
}

function makeSandbox(folder: string): Sandbox {
  const [work, home, temporary] = ["work", "home", "tmp"].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  for (const made of [work, home, temporary]) fs.mkdirSync(made, { recursive: true });
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    TMPDIR: temporary,
    GIT_CONFIG_GLOBAL: path.join(home, "gitconfig"),
    GIT_CONFIG_NOSYSTEM: "1",
  };
  fs.writeFileSync(environment.GIT_CONFIG_GLOBAL, "");
  const start: Sandbox["start"] = (argv, options = {}) =>
    spawn(process.execPath, [options.program ?? PROGRAM, ...argv], {
      cwd: options.cwd ?? work,
      env: { ...environment, ...options.environment },
    });
  const run: Sandbox["run"] = (argv, options = {}) => {
    const child = start(argv, options);
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
    return resultOf(child);
  };
  return { work, temporary, environment, run, start };
}

/** What a process prints until it ends, and how it ends. */
export function resultOf(child: ChildProcess): Promise<Result> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, stdout, stderr }),
    );
  });
}

/** Runs another program (a shell, a tool of the system) to its end. Fails where it is not installed. */
export function runTool(
  tool: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  return resultOf(spawn(tool, words, { stdio: ["ignore", "pipe", "pipe"], ...options }));
}

/** Whether the program told about a bug, or let a stack out: it never may. */
export function showsStack({ stdout, stderr }: Pick<Result, "stdout" | "stderr">): boolean {
  return /^\s+at .+[:(]\d+|node:internal|This is a bug/mu.test(stdout + stderr);
}

/** Puts an executable script into a folder of its own, which then stands first on the PATH. */
export function fakeTool(sandbox: Sandbox, name: string, script: string): string {
  const folder = path.join(sandbox.work, "..", "fake-bin");
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${folder}${path.delimiter}${sandbox.environment["PATH"] ?? ""}`;
}

/** Waits until something is so; a minute is the end of patience. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error("It did not happen within a minute.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
