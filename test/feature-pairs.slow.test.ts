import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf, type FileTree } from "../src/core/files.js";
import { neverTogether } from "./feature-pairs/never.js";
import { completed, type Project, projectsInPairs } from "./feature-pairs/pairs.js";
import { pythonOf } from "./home-assistant/environments.js";
import { runTool } from "./support/program.js";
import { renderSpec, ROOT } from "./support/project.js";

/** Below the repository, so that its packages are found. */
const WORK = path.join(ROOT, "test/.work/feature-pairs");
/** So many projects are type-checked in one run of the compiler. */
const AT_ONCE = 24;

beforeAll(() => fs.rmSync(WORK, { recursive: true, force: true }));
afterAll(() =>
  process.env["KEEP"] ? undefined : fs.rmSync(WORK, { recursive: true, force: true }),
);

function writeTree(folder: string, tree: FileTree): void {
  for (const [file, { content }] of tree) {
    const place = path.join(folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, bytesOf(content));
  }
}

/** Runs a tool to its end; a failure tells the first of what it printed. */
async function runToEnd(tool: string, words: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runTool(tool, words, { cwd });
  expect(code, `${stdout}${stderr}`.slice(0, 4000)).toBe(0);
}

const nameOf = (index: number): string => `project-${index}`;

const SETS = (["typescript", "home-assistant"] as const).map((set) => {
  const { projects, count, refused } = projectsInPairs(set);
  const { more, count: together, never } = completed(set, projects);
  return { set, projects: [...projects, ...more], count, refused, together, never };
});
const projectsOf = (set: string): readonly Project[] =>
  SETS.find((one) => one.set === set)?.projects ?? [];

describe.each(SETS)("every two features of the $set set", ({ set, ...found }) => {
  it("are together in some project, or cannot be", () => {
    const reasons = neverTogether(set);
    console.log(
      [
        `${set}: ${found.projects.length} projects hold ${found.count} pairs of values and ${found.together} pairs of features`,
        `  refused by a rule (${found.refused.length}):`,
        ...found.refused.map(
          ({ levels: [one, other], reason }) => `    ${one.name} with ${other.name}: ${reason}`,
        ),
        `  never together (${found.never.length}):`,
        ...found.never.map((pair) => `    ${pair}: ${reasons.get(pair)}`),
      ].join("\n"),
    );
    expect(found.never.toSorted()).toEqual([...reasons.keys()].toSorted());
  });
});

/** What the projects name and this repository does not have, and the types that their build makes of the OpenAPI document. */
async function installMore(folder: string, typed: string): Promise<string> {
  const npm = [
    "install",
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
  ];
  fs.writeFileSync(path.join(folder, "package.json"), "{}");
  await runToEnd("npm", [...npm, "openapi-fetch@^0.17.0", "@napi-rs/keyring@^2.1.2"], folder);
  await runToEnd(process.execPath, ["tools/openapi/make-types.js"], typed);
  return path.join(typed, "src/openapi/types.ts");
}

it("every TypeScript project type-checks, with its sandbox and its tests", async () => {
  const projects = projectsOf("typescript");
  const places = projects.map((_project, index) => path.join(WORK, "typescript", nameOf(index)));
  for (const [index, { spec }] of projects.entries())
    writeTree(places[index] ?? "", await renderSpec(spec));
  const typed = places.filter((_place, index) => projects[index]?.spec.openapi !== undefined);
  const types = await installMore(path.join(WORK, "typescript"), typed[0] ?? "");
  for (const place of typed.slice(1))
    fs.copyFileSync(types, path.join(place, "src/openapi/types.ts"));
  for (let start = 0; start < places.length; start += AT_ONCE) {
    const names = places.slice(start, start + AT_ONCE).map((place) => path.basename(place));
    const config = `tsconfig.${start}.json`;
    fs.writeFileSync(
      path.join(WORK, "typescript", config),
      JSON.stringify({
        extends: `./${names[0]}/tsconfig.json`,
        compilerOptions: { noEmit: true, rootDir: "." },
        include: names.flatMap((name) => [`${name}/src`, `${name}/sandbox`, `${name}/test`]),
      }),
    );
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    await runToEnd(process.execPath, [tsc, "-p", config], path.join(WORK, "typescript"));
  }
});

it("ruff finds nothing to object to in any integration, and Python compiles it", async () => {
  // Outside the repository, whose `.gitignore` names folders that ruff would skip.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "feature-pairs-"));
  try {
    for (const [index, { spec }] of projectsOf("home-assistant").entries())
      writeTree(path.join(folder, nameOf(index)), await renderSpec(spec));
    const python = pythonOf("newest");
    await runToEnd(python, ["-m", "ruff", "check", "--output-format", "concise"], folder);
    await runToEnd(python, ["-m", "ruff", "format", "--check"], folder);
    await runToEnd(python, ["-m", "compileall", "-q", "-j", "2", "."], folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
