import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../src/core/files.js";
import { PLAIN, specOf } from "./support/answers.js";
import { renderSpec, ROOT } from "./support/project.js";

/** One way to break a rule of the generated client, and the file of its tests that must go red. */
interface Mutant {
  /** The row of docs/conformance.md, or a lesson of its own. */
  readonly row: number | string;
  readonly rule: string;
  readonly test: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly search: string;
  readonly replace: string;
}

const MUTANTS = fs.readJsonSync(
  path.join(ROOT, "test/conformance/mutants.json"),
) as readonly Mutant[];

/** Below the repository, so that its packages are found; two, so that both cores have work. */
const projects = ["a", "b"].map((name) => path.join(ROOT, "test/.work/conformance", name));
const free = [...projects];

/** A project with every mechanism that a test may break. */
beforeAll(async () => {
  const tree = await renderSpec(
    specOf({
      ...PLAIN,
      scopes: ["read"],
      account: { path: "/me", id: "id", name: "name" },
      revocationUrl: "https://auth.acme.com/revoke",
      deviceAuthorizationUrl: "https://auth.acme.com/device",
      registrationEndpoint: "https://auth.acme.com/register",
      apiBaseUrl: "{api}/v1",
      authorizationParams: { region: "{region}" },
      variables: [{ name: "region", label: "Region", default: "eu" }],
      capture: [{ name: "api", from: "token", key: "api_url", hostSuffixes: ["acme.com"] }],
    }),
  );
  for (const project of projects) {
    fs.emptyDirSync(project);
    for (const [file, { content }] of tree)
      fs.outputFileSync(path.join(project, file), bytesOf(content));
    // Ours, which vitest would find above, is for our tests.
    fs.outputFileSync(path.join(project, "vitest.config.ts"), "export default {};\n");
    // What the generator checks before there is a project.
    for (const file of ["src/core", "test/core/discovery.test.ts"])
      fs.copySync(path.join(ROOT, file), path.join(project, "generator", file));
  }
});

afterAll(() => fs.removeSync(path.join(ROOT, "test/.work/conformance")));

/** Runs one test file of a project and tells whether every test in it passed. */
async function passes(project: string, test: string): Promise<boolean> {
  const start = test.indexOf("test/");
  const root = path.join(project, test.slice(0, start));
  const words = [
    path.join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    "--root",
    root,
    "--dir",
    path.join(root, "test"),
    "--bail",
    "1",
    "--testTimeout",
    "10000",
    test.slice(start),
  ];
  try {
    await promisify(execFile)(process.execPath, words, {
      cwd: root,
      timeout: 120_000,
      env: { ...process.env, VITEST: undefined, VITEST_REPORT: undefined },
    });
    return true;
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    if (!/Tests .*failed|FAIL/u.test(output)) throw error;
    return false;
  }
}

async function withProject<Result>(run: (project: string) => Promise<Result>): Promise<Result> {
  const project = free.pop() ?? "";
  try {
    return await run(project);
  } finally {
    free.push(project);
  }
}

describe("without a break every test passes", () => {
  it.each([...new Set(MUTANTS.map(({ test }) => test))])("%s", async (test) => {
    expect(await withProject((project) => passes(project, test))).toBe(true);
  });
});

describe.concurrent("a broken rule turns its tests red", () => {
  it.each(MUTANTS)("row $row: $rule", async ({ test, file, search, replace }) => {
    await withProject(async (project) => {
      const target = path.join(project, file);
      const text = fs.readFileSync(target, "utf8");
      expect(text.split(search), `${file} holds the searched text once`).toHaveLength(2);
      fs.writeFileSync(
        target,
        text.replace(search, () => replace),
      );
      try {
        expect(await passes(project, test)).toBe(false);
      } finally {
        fs.writeFileSync(target, text);
      }
    });
  });
});
