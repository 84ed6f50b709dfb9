import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { PROGRAM, ROOT } from "../support/program.js";
import { CLIENT, type WireAnswers } from "./declared.js";

/** Below the repository, so that its packages are found. */
export const WORK = path.join(ROOT, "test/.work/wire");

/** One line of `--json`. */
export type Event = Readonly<Record<string, unknown>>;

export interface Run {
  readonly code: number | undefined;
  readonly events: readonly Event[];
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Called with each event as it comes; what it gives is a line for stdin. */
  readonly onEvent?: (event: Event) => Promise<string | undefined>;
}

/** A project that the built program wrote, compiled. */
export interface Generated {
  readonly folder: string;
  readonly dataFolder: string;
  readonly run: (words: readonly string[], options?: CommandOptions) => Promise<Run>;
}

/** Generates a project and compiles what a user runs of it (no tests, no sandbox). */
export async function generate(answers: WireAnswers, name: string): Promise<Generated> {
  const folder = path.join(WORK, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "answers.json");
  const project = path.join(folder, "project");
  fs.writeFileSync(
    file,
    JSON.stringify({ ...answers, author: "Ada Lovelace", year: 2026 }, null, 2),
  );
  await node(folder, PROGRAM, project, "--answers", file, "--no-git", "--no-interactive");
  fs.writeFileSync(
    path.join(project, "tsconfig.wire.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src"] }),
  );
  await node(
    project,
    path.join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    "tsconfig.wire.json",
  );
  return runnable(answers, folder, path.join(project, "dist/src/cli.js"));
}

/** A compiled project, with a data folder of its own beside it. */
export function runnable(answers: WireAnswers, folder: string, program: string): Generated {
  const dataFolder = path.join(folder, "data");
  const environment = environmentFor(answers, { home: folder, dataFolder });
  const run: Generated["run"] = (words, options = {}) =>
    runCommand([program, ...words, "--json"], { environment, ...options });
  return { folder, dataFolder, run };
}

/** Runs a program; a failure tells what it printed. */
async function node(cwd: string, ...words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, words, {
      cwd,
      env: { PATH: process.env["PATH"], HOME: cwd },
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as {
      readonly stdout?: string;
      readonly stderr?: string;
    };
    throw new Error(`${path.basename(words[0] ?? "")} failed: ${stderr}${stdout}`, {
      cause: error,
    });
  }
}

/** Nothing of the developer's, so that neither CI nor SSH nor a display chooses how to sign in. */
function environmentFor(
  { domain, clientAuth }: WireAnswers,
  { home, dataFolder }: { readonly home: string; readonly dataFolder: string },
): Readonly<Record<string, string>> {
  const prefix = (domain ?? "").toUpperCase();
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    [`${prefix}_CLIENT_ID`]: CLIENT.id,
    ...(clientAuth !== "none" && { [`${prefix}_CLIENT_SECRET`]: CLIENT.secret }),
    [`${prefix}_DATA_DIR`]: dataFolder,
  };
}

const PATIENCE = 60_000;

function runCommand(
  words: readonly string[],
  { environment, onEvent }: CommandOptions & { readonly environment: NodeJS.ProcessEnv },
): Promise<Run> {
  const child = spawn(process.execPath, words, {
    env: environment,
    stdio: "pipe",
    timeout: PATIENCE,
  });
  const events: Event[] = [];
  let stdout = "";
  let stderr = "";
  let begun = "";
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const take = (line: string) => {
      const event = parseEvent(line);
      if (event === undefined) return;
      events.push(event);
      onEvent?.(event).then(
        (input) => input !== undefined && child.stdin.write(`${input}\n`),
        (error: unknown) => {
          child.kill();
          reject(error);
        },
      );
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const lines = (begun + text).split("\n");
      begun = lines.pop() ?? "";
      for (const line of lines) take(line);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? undefined, events, stdout, stderr }));
    if (onEvent === undefined) child.stdin.end();
  });
}

function parseEvent(line: string): Event | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "event" in value
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}
