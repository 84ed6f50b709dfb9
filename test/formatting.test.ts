import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import fs from "fs-extra";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf, projectPath } from "../src/core/files.js";
import { readAnswers } from "../src/core/answers.js";
import { layOut, typescriptLiteral } from "../src/core/literals.js";
import { ROOT, renderSpec } from "./support/project.js";
import { said, specOf } from "./support/answers.js";
import { answers, capture, headers, parameters, variables } from "./support/arbitrary-answers.js";

const CASES = 300;

it(`the formatter finds nothing to change in ${CASES} projects from answers of any length`, async () => {
  // Outside the repository: the formatter skips what `.gitignore` names.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "formatting-"));
  onTestFinished(() => (process.env["KEEP"] ? undefined : fs.removeSync(folder)));
  const seed = Number(process.env["SEED"] ?? Date.now());
  let written = 0;
  for (const [index, answer] of fc.sample(answers, { seed, numRuns: CASES }).entries()) {
    if (readAnswers(said(answer)).problems.length > 0) continue;
    const tree = await renderSpec(specOf(answer));
    written++;
    // Files without an answer in them are the same in every project: the first case holds them all.
    for (const [file, { content }] of tree)
      if (index === 0 || RENDERED.has(file))
        fs.outputFileSync(path.join(folder, String(index), file), bytesOf(content));
  }
  expect(written).toBeGreaterThan(CASES / 2);
  const { stdout, ok, checked } = check(folder);
  expect(checked).toBeGreaterThan(written * 4);
  expect(ok, `seed ${seed}\n${stdout}`).toBe(true);
});

it("the formatter finds nothing to change in any literal", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "formatting-"));
  onTestFinished(() => (process.env["KEEP"] ? undefined : fs.removeSync(folder)));
  const seed = Number(process.env["SEED"] ?? Date.now());
  const samples = fc.sample(fc.record({ variables, capture, headers, parameters }), {
    seed,
    numRuns: CASES,
  });
  for (const [index, sample] of samples.entries()) {
    const members = Object.entries(sample).map(
      ([name, value]) => `  ${name}: ${typescriptLiteral(value, 1)},\n`,
    );
    const code = layOut(`export const VALUE = {\n${members.join("")}};\n`);
    fs.outputFileSync(path.join(folder, `${index}.ts`), code);
  }
  const { stdout, ok, checked } = check(folder);
  expect(checked).toBe(CASES);
  expect(ok, `seed ${seed}\n${stdout}`).toBe(true);
});

const RENDERED: ReadonlySet<string> = new Set(
  ["src/const.ts", "src/provider/index.ts", "package.json", "manifest.json", "README.md"].map(
    projectPath,
  ),
);

function check(folder: string): {
  readonly ok: boolean;
  readonly stdout: string;
  readonly checked: number;
} {
  const { status, stdout, stderr } = spawnSync(
    path.join(ROOT, "node_modules/.bin/oxfmt"),
    ["--check", "."],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return {
    ok: status === 0,
    stdout: stdout + stderr,
    checked: Number(/on (\d+) files/u.exec(stdout + stderr)?.[1]),
  };
}
