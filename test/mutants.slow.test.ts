import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./support/project.js";

/** One way to break this program, and the tests that must go red. */
interface Mutant {
  readonly rule: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly search: string;
  readonly replace: string;
  readonly test: string;
  /** What the name of the tests begins with or holds; all of the file when it is left out. */
  readonly name?: string;
}

const read = (name: string): readonly Mutant[] =>
  fs.readJsonSync(path.join(ROOT, "test/mutants", name)) as readonly Mutant[];
/** What is pure is tested as it is written; what writes, as it is built, which `npm run mutants` does: it takes some minutes more. */
const CORE = read("core.json");
const WRITER = process.env["MUTANTS"] === "all" ? read("writer.json") : [];

/** Below the repository, so that its packages are found; two, so that both cores have work. */
const copies = ["a", "b"].map((name) => path.join(ROOT, "test/.work/mutants", name));
const free = [...copies];

beforeAll(() => {
  const parts = ["bin", "docs", "src", "templates", "package.json", "vitest.config.ts"];
  const tests = ["core", "e2e", "fixtures", "hardness", "support"].map((name) => `test/${name}`);
  for (const copy of copies) {
    fs.emptyDirSync(copy);
    for (const part of [...parts, ...tests])
      fs.copySync(path.join(ROOT, part), path.join(copy, part));
  }
});

afterAll(() => fs.removeSync(path.join(ROOT, "test/.work/mutants")));

const node = async (cwd: string, ...words: readonly string[]): Promise<string> => {
  const env = { ...process.env, VITEST: undefined, VITEST_REPORT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd, env });
  return stdout;
};

/** Runs the tests of a mutant and tells whether every one passed; there has to be one. */
async function passes(copy: string, { test, name }: Mutant): Promise<boolean> {
  const words = ["run", "--root", copy, "--bail", "1", test, ...(name ? ["-t", name] : [])];
  try {
    const output = await node(copy, path.join(ROOT, "node_modules/vitest/vitest.mjs"), ...words);
    expect(output).toMatch(/Tests .*\d+ passed/u);
    return true;
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    if (!/(?:Tests|Test Files) .*failed|FAIL/u.test(output)) throw error;
    return false;
  }
}

async function withCopy<Result>(run: (copy: string) => Promise<Result>): Promise<Result> {
  const copy = free.pop() ?? "";
  try {
    return await run(copy);
  } finally {
    free.push(copy);
  }
}

async function seeCaught(mutant: Mutant, prepare: (copy: string) => Promise<unknown>) {
  const { file, search, replace } = mutant;
  await withCopy(async (copy) => {
    const target = path.join(copy, file);
    const text = fs.readFileSync(target, "utf8");
    expect(text.split(search), `${file} holds the searched text once`).toHaveLength(2);
    fs.writeFileSync(
      target,
      text.replace(search, () => replace),
    );
    try {
      await prepare(copy);
      expect(await passes(copy, mutant)).toBe(false);
    } finally {
      fs.writeFileSync(target, text);
    }
  });
}

const build = (copy: string): Promise<string> => node(copy, "src/build/build.js");

describe("without a break every test passes", () => {
  const all = [...CORE, ...WRITER].map((mutant) => [mutant.test, mutant.name] as const);
  const different = new Map(all.map(([test, name]) => [`${test} ${name ?? ""}`, { test, name }]));
  it.each([...different])("%s", async (_title, { test, name }) => {
    await withCopy(async (copy) => {
      if (!fs.existsSync(path.join(copy, "dist"))) await build(copy);
      const whole = { rule: "", file: "", search: "", replace: "", test, ...(name && { name }) };
      expect(await passes(copy, whole)).toBe(true);
    });
  });
});

describe.concurrent("a broken rule turns its tests red", () => {
  it.each(CORE)("$rule", (mutant) => seeCaught(mutant, async () => undefined));
  it.each(WRITER)("$rule", (mutant) => seeCaught(mutant, build));
});
