import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answers as Said } from "../src/api/answers.js";
import type * as Api from "../src/api/index.js";
import type { Answers } from "../src/core/questions.js";
import { SETS } from "./golden/sets.js";
import { ANSWERS, type Sandbox, useSandboxes } from "./support/program.js";
import { readRoot, ROOT } from "./support/project.js";
import { reportOf } from "./support/report.js";
import { snapshot } from "./support/snapshot.js";

/** The package as it is published, taken by a consumer as it would be. */

const sandbox = useSandboxes();
const consumer = path.join(ROOT, "test/.work/api");
const installed = path.join(consumer, "node_modules/create-oauth2-integration");
const page = readRoot("docs/api.md");
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "u").exec(page)?.[1] ?? "";

let box: Sandbox;
let tarball: string;
let api: typeof Api;

beforeAll(async () => {
  box = sandbox();
  const packed = execFileSync(
    "npm",
    ["pack", "--ignore-scripts", "--silent", "--pack-destination", box.work],
    { cwd: ROOT, encoding: "utf8" },
  );
  tarball = path.join(box.work, packed.trim());
  fs.emptyDirSync(installed);
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components", "1"]);
  fs.writeFileSync(path.join(consumer, "package.json"), '{"private":true,"type":"module"}');
  api = (await import(pathToFileURL(path.join(installed, "dist/api.js")).href)) as typeof Api;
});

afterAll(() => fs.remove(consumer));

/** Runs a tool in the consumer's folder: exit code and all that it says. */
function run(...words: readonly string[]): readonly [number | null, string] {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: consumer,
    encoding: "utf8",
  });
  return [status, stdout + stderr];
}

function check(file: string, ...options: readonly string[]): readonly [number | null, string] {
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const flags = ["--ignoreConfig", "--noEmit", "--strict", "--target", "es2023"];
  return run(compiler, ...flags, "--exactOptionalPropertyTypes", ...options, file);
}

describe("the example of docs/api.md", () => {
  beforeAll(() => {
    for (const name of ["example.mts", "example.mjs"])
      fs.writeFileSync(path.join(consumer, name), block("ts"));
  });

  it.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("has types with --module %s --moduleResolution %s", (module, resolution) => {
    const options = ["--module", module, "--moduleResolution", resolution, "--types", "node"];
    expect(check("example.mts", ...options)).toEqual([0, ""]);
  });

  it("prints what the page says", () => {
    expect(run("example.mjs")).toEqual([0, block("text")]);
  });
});

describe("the declarations", () => {
  const text = (): string => fs.readFileSync(path.join(installed, "dist/api.d.ts"), "utf8");

  it("need no other package: a signal is what every platform has", () => {
    const entry = 'import * as api from "create-oauth2-integration";\nvoid api;\n';
    fs.writeFileSync(path.join(consumer, "alone.mts"), entry);
    const options = ["--module", "nodenext", "--types", "", "--lib", "es2023,dom"];
    expect(check("alone.mts", ...options)).toEqual([0, ""]);
    expect(text()).not.toMatch(/\bimport\b[^.]|\bfrom "/u);
  });

  it("explain every export and every member", () => {
    const lines = text().split("\n");
    const declares =
      /^export (?!\{)|^declare const |^ +(?:readonly )?(?:[\w[\]]+\??:|constructor\()/u;
    const declared = lines.flatMap((line, index) =>
      declares.test(line) ? [[line, lines[index - 1] ?? ""] as const] : [],
    );
    const named = declared.filter(([, above]) => !above.endsWith("*/")).map(([line]) => line);
    // The brand of a type is nothing that anybody could name.
    expect(named).toEqual(["declare const projectPathBrand: unique symbol;"]);
    expect(declared.length).toBeGreaterThan(150);
  });

  it("name what the package has, and nothing else", () => {
    const names = text().matchAll(/^export declare (?:function|class|const) (\w+)/gmu);
    const declared = Array.from(names, ([, name = ""]) => name);
    const { default: _all, ...rest } = api as typeof Api & { readonly default: unknown };
    expect(declared.toSorted()).toEqual(Object.keys(rest).toSorted());
  });

  it("take every answer that the program has read", () => {
    const taken = (answers: Answers): Said => answers;
    expect(taken(ANSWERS)).toBe(ANSWERS);
  });
});

it("the package has no finding of publint and of attw", () => {
  const publint = path.join(ROOT, "node_modules/publint/src/cli.js");
  expect(run(publint, "--strict", installed)).toEqual([0, expect.anything()]);
  const attw = path.join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
  expect(run(attw, tarball, "--profile", "esm-only")).toEqual([0, expect.anything()]);
});

it("can be required", () => {
  const script = 'console.log(typeof require("create-oauth2-integration").applyPlan)';
  expect(run("--input-type=commonjs", "--eval", script)).toEqual([0, "function\n"]);
});

/** Answers → project, as a plan. */
async function planned(answers: Said, directory: string): Promise<Api.ProjectPlan> {
  const rendered = await api.renderProject(await api.readAnswers(answers));
  return api.planProject(rendered, api.readTarget(directory, rendered));
}

/** A project with other answers, as a plan. */
async function plannedUpdate(directory: string, answers: Said): Promise<Api.ProjectPlan> {
  const project = await api.openProject(directory);
  const rendered = await api.renderProject(await api.changeAnswers(project, answers));
  return api.planUpdate(project, rendered, api.readProject(project, rendered));
}

describe("the pipeline is that of the commands", () => {
  const cases = SETS.flatMap(({ set, cases: all }) =>
    all
      .filter(({ whole }) => whole)
      .map(({ name, answers }) => ({ name: `${set.folder}/${name}`, answers })),
  );

  it.each(cases)("$name: the same bytes as create", async ({ name, answers }) => {
    const [ours, theirs] = ["api", "program"].map((one) => path.join(box.work, name, one));
    const file = path.join(box.work, name, "answers.json");
    fs.outputJsonSync(file, { ...answers, author: "Ada Lovelace" });
    const { code } = await box.run([theirs ?? "", "--answers", file, "--no-git", "--json"]);
    expect(code).toBe(0);
    await api.applyPlan(await planned(fs.readJsonSync(file) as Said, ours ?? ""));
    expect(snapshot(ours ?? "")).toEqual(snapshot(theirs ?? ""));
  });

  it("an update plans and writes what update does", async () => {
    const [ours, theirs] = ["ours", "theirs"].map((one) => path.join(box.work, "updated", one));
    for (const folder of [ours ?? "", theirs ?? ""]) {
      await api.applyPlan(await planned(ANSWERS, folder));
      fs.appendFileSync(path.join(folder, "README.md"), "\nMine.\n");
      fs.removeSync(path.join(folder, "LICENSE"));
    }
    const before = snapshot(ours ?? "");
    const { files, conflicts, notices, changes } = await plannedUpdate(ours ?? "", {
      name: "Acme Sky",
      scopes: ["read", "write"],
    });
    expect(snapshot(ours ?? "")).toEqual(before);
    const sets = ["--set", "name=Acme Sky", "--set", "scopes=read write", "--json"];
    const { stdout } = await box.run(["update", theirs ?? "", ...sets]);
    const report = reportOf(stdout);
    const acted = files.filter(({ action }) => action !== "keep");
    const theirActs = report.files?.filter(({ action }) => action !== "keep");
    expect(acted.map(({ path: file, action }) => [file, action])).toEqual(
      theirActs?.map(({ path: file, action }) => [file, action]),
    );
    expect([conflicts, notices]).toEqual([report.conflicts, report.notices]);
    await api.applyPlan({ directory: ours ?? "", files, conflicts, notices, changes });
    expect(snapshot(ours ?? "")).toEqual(snapshot(theirs ?? ""));
  });

  it("a deleted file comes back by the path that somebody typed", async () => {
    const folder = path.join(box.work, "restored");
    await api.applyPlan(await planned(ANSWERS, folder));
    fs.removeSync(path.join(folder, "LICENSE"));
    const project = await api.openProject(folder);
    const rendered = await api.renderProject(await api.changeAnswers(project));
    const found = api.readProject(project, rendered);
    const { files } = await api.planUpdate(project, rendered, found, { restore: ["./LICENSE"] });
    expect(files.filter(({ reason }) => reason === "restored")).toHaveLength(1);
  });

  it("errors are those of --json", async () => {
    const answers = { name: "", packageName: "A", pkce: "S255", tokenUrl: "ftp://acme.com" };
    const file = "the answers";
    fs.writeJsonSync(path.join(box.work, file), answers);
    const { stdout } = await box.run(["--answers", file, "--json"]);
    const thrown = await api.readAnswers(answers as Said).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(api.UserError);
    expect(api.reportedError(thrown as Api.UserError)).toEqual(reportOf(stdout).error);
  });
});

describe("planning touches nothing", () => {
  it("a new project: its folder is not made", async () => {
    const folder = path.join(box.work, "never/made");
    expect((await planned(ANSWERS, folder)).changes.length).toBeGreaterThan(10);
    expect(fs.existsSync(path.dirname(folder))).toBe(false);
  });

  it("what is in the way is refused, and stays", async () => {
    const folder = path.join(box.work, "taken");
    fs.outputFileSync(path.join(folder, "README.md"), "Mine.\n");
    await expect(planned(ANSWERS, folder)).rejects.toMatchObject({ code: "target-not-empty" });
    expect(fs.readdirSync(folder)).toEqual(["README.md"]);
  });

  it("a plan that no longer fits is refused as a whole", async () => {
    const folder = path.join(box.work, "stale");
    await api.applyPlan(await planned(ANSWERS, folder));
    const update = await plannedUpdate(folder, { scopes: ["read"] });
    fs.appendFileSync(path.join(folder, "src/const.ts"), "// mine\n");
    const before = snapshot(folder);
    await expect(api.applyPlan(update)).rejects.toMatchObject({ code: "changed-meanwhile" });
    expect(snapshot(folder)).toEqual(before);
  });
});
