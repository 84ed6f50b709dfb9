import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../../src/core/files.js";
import { specOf } from "../support/answers.js";
import { renderSpec } from "../support/project.js";
import { GENERATED_CASES } from "./generated-cases.js";
import { pythonEnvironments } from "./python-environments.js";

/** What coverage.py writes with `--cov-report=json`. */
interface Coverage {
  readonly totals: { readonly percent_covered: number };
  readonly files: Readonly<
    Record<string, { readonly summary: { readonly percent_covered: number } }>
  >;
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "generated-"));
afterAll(() => (process.env["KEEP"] ? undefined : fs.removeSync(work)));

const [newest, ...older] = pythonEnvironments();

describe.each(GENERATED_CASES)("the integration from %s", (name, answers) => {
  const project = path.join(work, name.replaceAll(" ", "-"));

  beforeAll(async () => {
    for (const [file, { content }] of await renderSpec(specOf(answers)))
      fs.outputFileSync(path.join(project, file), bytesOf(content));
  });

  it.each([
    ["ruff", "format", "--check", "--diff"],
    ["ruff", "check"],
  ])("%s %s finds nothing", async (program, ...words) => {
    await run(newest?.bin, program, words);
  });

  describe.each(older.concat(newest ?? []))(
    "in the Home Assistant of $name",
    ({ name: environment, bin }) => {
      it("mypy --strict finds nothing", async () => {
        // One cache for all projects: most of what is read is Home Assistant.
        const cache = path.join(work, "mypy", environment);
        expect(await run(bin, "mypy", ["--strict", "--cache-dir", cache])).toContain(
          "no issues found",
        );
      });

      it("its tests pass and reach nearly every line", async () => {
        const report = path.join(project, `coverage-${environment}.json`);
        const printed = await run(bin, "pytest", ["-q", "--cov", `--cov-report=json:${report}`]);
        expect(printed).toMatch(/\d+ passed/u);
        expect(printed).not.toMatch(/\d+ (?:failed|skipped|error|warning|xfailed)/u);
        const { totals, files }: Coverage = fs.readJsonSync(report);
        const flow = Object.keys(files).find((file) => file.endsWith("/config_flow.py")) ?? "";
        expect(files[flow]?.summary.percent_covered).toBe(100);
        expect(totals.percent_covered).toBeGreaterThanOrEqual(95);
        console.log(
          `${name}, ${environment}: ${/\d+ passed/u.exec(printed)?.[0]}, ${totals.percent_covered.toFixed(1)} % covered`,
        );
      });
    },
  );

  async function run(
    bin: string | undefined,
    program: string,
    words: readonly string[],
  ): Promise<string> {
    const { exitCode, all } = await execa(path.join(bin ?? "", program), words, {
      cwd: project,
      all: true,
      reject: false,
    });
    expect(exitCode, all.slice(-20_000)).toBe(0);
    return all;
  }
});
