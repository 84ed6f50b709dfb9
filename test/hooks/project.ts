import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import fs from "fs-extra";
import { type Result, resultOf, runTool, type Sandbox } from "../support/program.js";
import { ROOT } from "../support/project.js";

/** A generated project, with the packages of this repository. */
export interface Project {
  readonly folder: string;
  /** Runs scripts of its package.json. Throws with what they printed. */
  readonly runScripts: (...scripts: readonly string[]) => Promise<void>;
  /** Runs the project's program to its end, with `--json`. */
  readonly run: (words: string, more?: Readonly<Record<string, string>>) => Promise<Result>;
  /** Links an account: goes to the address that the program prints, and pastes the address of the end. */
  readonly link: () => Promise<Result>;
}

/** Generates a project with the built program. Its own program runs in the environment. */
export async function createProject(
  box: Sandbox,
  answers: object,
  environment: Readonly<Record<string, string>>,
): Promise<Project> {
  const folder = path.join(box.work, "project");
  const file = path.join(box.work, "answers.json");
  fs.writeJsonSync(file, answers);
  const made = await box.run([folder, "--answers", file, "--no-git", "--no-interactive"]);
  if (made.code !== 0) throw new Error(made.stderr);
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  const options = { program: path.join(folder, "dist/src/cli.js"), environment };
  return {
    folder,
    runScripts: async (...scripts) => {
      for (const script of scripts) {
        const { code, stdout, stderr } = await runTool("npm", ["run", "--silent", script], {
          cwd: folder,
        });
        if (code !== 0) throw new Error(`npm run ${script}:\n${stdout}${stderr}`);
      }
    },
    run: (words, more) =>
      box.run([...words.split(" "), "--json"], {
        ...options,
        environment: { ...environment, ...more },
      }),
    link: async () => {
      const child = box.start(["link", "--paste", "--json"], options);
      const result = resultOf(child);
      child.stdin?.on("error", () => undefined);
      if (child.stdout === null) throw new Error("The program has no output.");
      const first = once(createInterface(child.stdout), "line") as Promise<[string]>;
      const line = await Promise.race([first, result]);
      if (Array.isArray(line)) child.stdin?.end(`${await signIn(line[0])}\n`);
      return result;
    },
  };
}

/** The address of the page that the browser ends on. */
async function signIn(line: string): Promise<string> {
  const { url } = JSON.parse(line) as { readonly url?: string };
  if (url === undefined) return "";
  const page = await fetch(url, { redirect: "manual" });
  return page.headers.get("location") ?? "";
}

/** The last event that the program printed. */
export function lastEvent({ stdout }: Result): Readonly<Record<string, unknown>> {
  const line = stdout.trim().split("\n").at(-1) ?? "";
  return line === "" ? {} : (JSON.parse(line) as Readonly<Record<string, unknown>>);
}
