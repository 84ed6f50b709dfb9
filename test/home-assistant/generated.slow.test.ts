import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../../src/core/files.js";
import type { IntegrationSpec } from "../../src/core/spec.js";
import type { KnownProvider } from "../../src/core/known-provider.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { type AnswerDocument, PLAIN, said, WORLD } from "../support/answers.js";
import { readRoot, renderSpec } from "../support/project.js";
import { pythonOf } from "./environments.js";
import { GENERATED_CASES } from "./generated-cases.js";

/** What coverage.py writes with `--cov-report=json`. */
interface Coverage {
  readonly totals: { readonly percent_covered: number };
  readonly files: Readonly<
    Record<string, { readonly summary: { readonly percent_covered: number } }>
  >;
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "generated-"));
afterAll(() => (process.env["KEEP"] ? undefined : fs.removeSync(work)));

function parsed(answers: AnswerDocument): IntegrationSpec {
  const id = answers["provider"];
  if (typeof id !== "string") return parseAnswers(said({ ...PLAIN, ...answers }), WORLD).spec;
  const provider: KnownProvider = JSON.parse(readRoot(`src/providers/${id}.json`));
  return parseAnswers(said(answers), { ...WORLD, provider }).spec;
}

/** Made outside of the tests: on a new machine it takes minutes. */
const newest = pythonOf("newest");
const VERSIONS = [
  { version: "newest", python: newest },
  { version: "oldest", python: pythonOf("floor") },
];

/** The oldest Home Assistant sees the sets that differ most; `EVERY_VERSION=1` shows it all of them. */
const IN_OLDEST = new Set([
  "plain",
  "full",
  "public-client",
  "nested-json",
  "never-expiring",
  "captured-host",
  "variables",
]);
const versionsFor = (name: string) =>
  process.env["EVERY_VERSION"] || IN_OLDEST.has(name) ? VERSIONS : VERSIONS.slice(0, 1);

describe.each(GENERATED_CASES)("the integration from %s", (name, answers) => {
  const project = path.join(work, name.replaceAll(" ", "-"));

  beforeAll(async () => {
    for (const [file, { content }] of await renderSpec(parsed(answers)))
      fs.outputFileSync(path.join(project, file), bytesOf(content));
  });

  it("ruff finds nothing to change", () => run(newest, "ruff", "format", "--check", "--diff"));
  it("ruff finds nothing to object to", () => run(newest, "ruff", "check"));

  describe.each(versionsFor(name))("in the $version Home Assistant", ({ version, python }) => {
    it("mypy --strict finds nothing", async () => {
      // One cache for all projects: most of what is read is Home Assistant.
      const cache = `--cache-dir=${path.join(work, "mypy", version)}`;
      await run(newest, "mypy", "--strict", `--python-executable=${python}`, cache);
    });

    it("its tests pass and reach nearly every line", async () => {
      const report = path.join(project, `coverage-${version}.json`);
      const printed = await run(python, "pytest", "-q", "--cov", `--cov-report=json:${report}`);
      expect(printed).toMatch(/\d+ passed/u);
      expect(printed).not.toMatch(/\d+ (?:failed|skipped|error|warning|xfailed)/u);
      const { totals, files }: Coverage = fs.readJsonSync(report);
      const flow = Object.keys(files).find((file) => file.endsWith("/config_flow.py")) ?? "";
      expect(files[flow]?.summary.percent_covered).toBe(100);
      expect(totals.percent_covered).toBeGreaterThanOrEqual(95);
      const passed = /\d+ passed/u.exec(printed)?.[0];
      console.log(`${name}, ${version}: ${passed}, ${totals.percent_covered.toFixed(1)} % covered`);
    });
  });

  async function run(python: string, module: string, ...words: readonly string[]): Promise<string> {
    const { exitCode, all } = await execa(python, ["-m", module, ...words], {
      cwd: project,
      all: true,
      reject: false,
    });
    expect(exitCode, all.slice(-20_000)).toBe(0);
    return all;
  }
});
