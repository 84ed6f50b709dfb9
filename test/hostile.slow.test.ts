import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FileTree, projectPath } from "../src/core/files.js";
import { STATE_FILE } from "../src/core/state.js";
import { parseAnswers } from "../src/template-sets/parse-answers.js";
import { type HostileCase, hostileCases } from "./hostile/arbitrary-answers.js";
import { refusalFaults, type RenderSpec, treeFaults, type Verdict } from "./hostile/check.js";
import { type Python, startPython } from "./hostile/read-python.js";
import { loadRenderer } from "./hostile/templates.js";
import { said } from "./support/answers.js";
import type { UserError } from "../src/core/errors.js";

const CASES = Number(process.env["HOSTILE"] ?? 2000);
const SEED = Number(process.env["SEED"] ?? Date.now() % 1_000_000_000);
const MOST_FAULTS = 20;

/** A document that is not there is a fault of another kind: exit 1. */
const WITHOUT = new Set(["openapi", "openapiScheme"]);

const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "hostile-")));
let child: ChildProcess;
let python: Python;
let render: RenderSpec;

beforeAll(async () => {
  child = fork(path.join(import.meta.dirname, "hostile/built-program.js"), {
    cwd: work,
    env: { PATH: process.env["PATH"] ?? "", HOME: work, GIT_CONFIG_NOSYSTEM: "1" },
  });
  python = startPython();
  render = await loadRenderer();
});
afterAll(() => {
  child.kill();
  python.stop();
  fs.rmSync(work, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(argv: readonly string[]): Promise<Ended> {
  const answer = once(child, "message");
  child.send(argv);
  const [ended] = (await answer) as [Ended];
  return ended;
}

/** What lies in a folder, by the same names as what is rendered. */
function readTree(folder: string): FileTree {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => fs.lstatSync(path.join(folder, file)).isFile());
  return new Map(
    files.map((file) => {
      const bytes = fs.readFileSync(path.join(folder, file));
      const content = file.endsWith(".png") ? new Uint8Array(bytes) : bytes.toString("utf8");
      return [projectPath(file.split(path.sep).join("/")), { content, executable: false }];
    }),
  );
}

async function seeCase(hostile: HostileCase, number: number): Promise<Verdict> {
  const folder = path.join(work, String(number));
  const target = path.join(folder, "project");
  const file = path.join(folder, "answers.json");
  fs.mkdirSync(folder);
  fs.writeFileSync(file, JSON.stringify(hostile.answers));
  const words = ["--no-git", "--no-install", "--no-discovery", "--json"];
  const { code, stdout, stderr } = await run([target, "--answers", file, ...words]);
  const left = fs.readdirSync(folder);
  try {
    if (code === 2) {
      const { error } = JSON.parse(stdout) as { error: Pick<UserError, "code" | "problems"> };
      const more = left.length === 1 ? [] : [`leaves ${left.join(", ")} behind`];
      return {
        is: "refused",
        faults: [...refusalFaults(hostile, { ...error, exitCode: 2 }), ...more],
      };
    }
    if (code !== 0) return { is: "rendered", faults: [`ends with ${code}: ${stderr}`] };
    const { spec, stored } = parseAnswers(said(hostile.answers), { year: 2026 });
    const { [STATE_FILE]: state, ...rest } = Object.fromEntries(readTree(target));
    const tree = new Map(Object.entries(rest)) as unknown as FileTree;
    const { answers } = JSON.parse(String(state?.content)) as { answers: unknown };
    expect(answers).toEqual(JSON.parse(JSON.stringify(stored)));
    const more = left.length === 2 ? [] : [`leaves ${left.join(", ")} behind`];
    return { is: "rendered", faults: [...(await treeFaults(tree, spec, render, python)), ...more] };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

it("the built program refuses hostile answers with exit 2, or writes what every language reads back", async () => {
  const counts = { refused: 0, rendered: 0 };
  const faults: string[] = [];
  const cases = fc.sample(hostileCases(WITHOUT), { seed: SEED, numRuns: CASES });
  for (const [number, hostile] of cases.entries()) {
    if (faults.length >= MOST_FAULTS) break;
    const { is, faults: found } = await seeCase(hostile, number);
    counts[is]++;
    faults.push(...found.map((fault) => `${fault}\n    in ${JSON.stringify(hostile.answers)}`));
  }
  // Nothing was written beside the folders of the cases, which are gone.
  expect(fs.readdirSync(work)).toEqual([]);
  console.log(
    `${counts.refused + counts.rendered} runs of the built program, ${counts.refused} refused, ${counts.rendered} written and read back, seed ${SEED}`,
  );
  expect(faults, `seed ${SEED}`).toEqual([]);
  expect(counts.refused).toBeGreaterThan(CASES / 10);
  expect(counts.rendered).toBeGreaterThan(CASES / 10);
});
