import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, runTool, useSandboxes } from "../support/program.js";
import { lines, makeOutdated, makeProject, outcome, update } from "../support/project-folder.js";
import { snapshot } from "../support/snapshot.js";

/*
 * What an update has to get right, end to end: the built program in real folders, made by one version and updated by another. Each
 * scenario is one test of its name, here and in the files beside this one.
 */

const SCENARIOS = `
Merge: disjoint edits · no newer template is a no-op · only an answer changed · both changed the same region · both made the same change · the same block repeated, edit lands in the right one · new question with a default · a formatter rewrote the output after generation · adjacent lines · your block deleted, template edits inside.
Answers: a feature switched on, edited by hand, switched off again: builds or reports a conflict, never a silent orphan.
Files: moved or renamed by you, template changed · added by both · dropped by the template, untouched / edited · deleted by you, template unchanged / changed · emptied folders pruned, your own files inside kept · odd names (spaces, tabs, \`*\`, \`!x\`, backslash, non-ASCII) · seed file edited, deleted · exec bit gained, lost, with and without a content conflict · symbolic link, file ↔ link, file ↔ folder · path that depends on a changed answer (your edits move along) · renamed by the template with your edits in it · case-only rename · binary changed by both.
Text: CRLF project · BOM · no final newline on either side · markers already there · a \`=======\` heading in Markdown.
JSON: both add a dependency · same one bumped differently · removed by you, bumped by the template · re-sorted, four spaces · comments in tsconfig.
State: missing, corrupt, hand-edited, itself full of merge markers, from a newer version · several template sets in one repository · project in a sub-folder · skipping versions equals going through each when there is no conflict · downgrade refused · non-ASCII answers.
Repository: not a git repository · dirty file that we would touch / would not touch · submodule, worktree · hooks and signing on.
Safety: dry run writes nothing and equals the real run · full disk, kill at every write, Ctrl-C at every question · target replaced by a link while running.
Check: up to date, outdated, drift, as exit code and as JSON.
`;

it("every scenario has a test of its name", () => {
  const wanted = SCENARIOS.trim()
    .split("\n")
    .flatMap((line) => {
      const [, heading = "", list = ""] = /^(\w+): (.+)\.$/u.exec(line) ?? [];
      return list.split(" · ").map((name) => `${heading}: ${name}`);
    });
  const folder = path.join(ROOT, "test/e2e");
  const sources = fs.readdirSync(folder).filter((name) => /^update-.+\.test\.ts$/u.test(name));
  const found = sources.flatMap((name) => {
    const source = fs.readFileSync(path.join(folder, name), "utf8");
    const parts = source.split(/^describe(?:\.\w+)?\("/mu).slice(1);
    return parts.flatMap((part) => {
      const heading = part.slice(0, part.indexOf('"'));
      const tests = part.matchAll(/^ {2}it\(\s*"([^"]+)"/gmu);
      return [...tests].map(([, test]) => `${heading}: ${test}`);
    });
  });
  const names = new Set(found);
  expect(wanted).toHaveLength(48);
  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
});

const sandbox = useSandboxes();

/** What git makes of the same three texts. */
async function mergedByGit(folder: string, yours: string, baseline: string, template: string) {
  const files = { yours, "last generated": baseline, template };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const labels = Object.keys(files).flatMap((name) => ["-L", name]);
  const words = ["merge-file", "--zdiff3", "--stdout", ...labels, ...Object.keys(files)];
  const { code, stdout } = await runTool("git", words, { cwd: folder });
  return { conflicts: code, text: stdout };
}

describe.concurrent("Merge", () => {
  it("disjoint edits", async () => {
    const after = { "src/a.ts": lines({ 9: "// template" }), "src/b.ts": "// new\n" };
    const project = await makeOutdated(sandbox(), { "src/a.ts": lines() }, after);
    project.write("src/a.ts", lines({ 2: "// mine" }));
    expect(await update(project)).toEqual(
      outcome({ files: { "src/a.ts": "merge merged", "src/b.ts": "create created" } }),
    );
    expect(project.read("src/a.ts")).toBe(lines({ 2: "// mine", 9: "// template" }));
    expect(project.read("src/b.ts")).toBe("// new\n");
    expect(project.baseline()).toEqual(after);
  });

  it("no newer template is a no-op", async () => {
    const project = await makeProject(sandbox());
    project.edit("src/api.ts", "import", "// mine\nimport");
    project.remove("LICENSE");
    project.write("mine.txt", "mine\n");
    const before = snapshot(project.folder);
    expect(await update(project)).toEqual(
      outcome({ files: { LICENSE: "keep kept-deleted", "src/api.ts": "keep kept-yours" } }),
    );
    expect(snapshot(project.folder)).toEqual(before);
  });

  it("only an answer changed", async () => {
    const project = await makeProject(sandbox());
    project.edit("src/const.ts", "import", "// mine\nimport");
    project.edit("src/api.ts", "import", "// mine\nimport");
    const before = project.read("src/const.ts");
    const tried = await project.run("update", "--dry-run", "--set", "scopes=read write");
    expect(tried.stdout).toMatch(/^Would change:\n/u);
    const updated = await update(project, "--set", "scopes=read write");
    expect(updated).toMatchObject({ code: 0, conflicts: [], notices: [] });
    expect(updated.files).toMatchObject({
      "src/api.ts": "keep kept-yours",
      "src/const.ts": "merge merged",
    });
    expect(project.read("src/const.ts")).not.toBe(before);
    expect(project.read("src/const.ts")).toContain("// mine\nimport");
    expect(project.read("src/const.ts")).toMatch(/"read",\s*"write"/u);
    expect(project.state()["answers"]).toMatchObject({ scopes: ["read", "write"] });
    // Taking it back gives the same bytes again.
    expect(await update(project, "--set", "scopes=")).toMatchObject({ code: 0 });
    expect(project.read("src/const.ts")).toBe(before);
    expect(project.state()["answers"]).not.toHaveProperty("scopes");
  });

  it("both changed the same region", async () => {
    const box = sandbox();
    const [yours, template] = [
      lines({ 4: "// both", 5: "// mine", 6: "// the same" }),
      lines({ 4: "// both", 5: "// template", 6: "// the same", 10: "// at the end" }),
    ];
    const project = await makeOutdated(box, { "src/a.ts": lines() }, { "src/a.ts": template });
    project.write("src/a.ts", yours);
    const conflict = { path: "src/a.ts", kind: "text", lines: [[5, 13]] };
    expect(await update(project)).toEqual(
      outcome({ code: 3, files: { "src/a.ts": "conflict both-changed" }, conflicts: [conflict] }),
    );
    const merged = project.read("src/a.ts");
    expect(await mergedByGit(box.work, yours, lines(), template)).toEqual({
      conflicts: 1,
      text: merged,
    });
    expect(project.state()["conflicts"]).toEqual([
      { path: "src/a.ts", kind: "text", markerSize: 7 },
    ]);
    expect((await project.report("update", "--check")).exitCode).toBe(3);
    // Half of the markers gone is not resolved.
    project.write("src/a.ts", merged.replace("<<<<<<< yours\n", ""));
    expect((await project.run("update")).code).toBe(3);
    const resolved = lines({ 4: "// both", 5: "// mine and template", 6: "// the same" });
    project.write("src/a.ts", resolved);
    expect(await update(project)).toEqual(outcome({ files: { "src/a.ts": "keep kept-yours" } }));
    expect(project.read("src/a.ts")).toBe(resolved);
    expect(project.state()["conflicts"]).toEqual([]);
  });

  it("both made the same change", async () => {
    const [before, after] = [lines(), lines({ 3: "// same", 7: "// same" })];
    const project = await makeOutdated(
      sandbox(),
      { "src/a.ts": before, "src/b.ts": before },
      { "src/a.ts": after, "src/b.ts": after },
    );
    project.write("src/a.ts", after);
    project.write("src/b.ts", lines({ 1: "// mine", 3: "// same" }));
    expect(await update(project)).toEqual(outcome({ files: { "src/b.ts": "merge merged" } }));
    expect(project.read("src/a.ts")).toBe(after);
    expect(project.read("src/b.ts")).toBe(lines({ 1: "// mine", 3: "// same", 7: "// same" }));
    // Taken as generated from now on: what you change next is yours.
    expect(project.baseline()).toEqual({ "src/a.ts": after, "src/b.ts": after });
  });

  it("the same block repeated, edit lands in the right one", async () => {
    const block = (body: string) =>
      `it("works", () => {\n  const answer = ask();\n  ${body}\n});\n\n`;
    const blocks = (changes: Readonly<Record<number, string>>) =>
      Array.from({ length: 8 }, (_none, index) => block(changes[index] ?? "expect(answer);")).join(
        "",
      );
    const project = await makeOutdated(
      sandbox(),
      { "test/a.test.ts": blocks({}) },
      { "test/a.test.ts": blocks({ 5: "expect(template);" }) },
    );
    const own = `// mine\n${block("mine();")}`;
    project.write("test/a.test.ts", own + blocks({ 2: "expect(mine);" }));
    expect(await update(project)).toEqual(outcome({ files: { "test/a.test.ts": "merge merged" } }));
    expect(project.read("test/a.test.ts")).toBe(
      own + blocks({ 2: "expect(mine);", 5: "expect(template);" }),
    );
  });

  it("new question with a default", async () => {
    const project = await makeOutdated(
      sandbox(),
      { "a.md.hbs": "# {{name}}\n" },
      { "a.md.hbs": "# {{name}}\n\nScopes: {{scopeList}}.\nLicense: {{license}}.\n" },
    );
    const { answers } = project.state();
    expect(answers).not.toHaveProperty("license");
    expect(await update(project)).toEqual(outcome({ files: { "a.md": "update updated" } }));
    expect(project.read("a.md")).toBe("# Acme Cloud\n\nScopes: .\nLicense: MIT.\n");
    // Nobody said it, so that a later default can be another one.
    expect(project.state()["answers"]).toEqual(answers);
    expect(await update(project, "--set", "license=ISC")).toMatchObject({ code: 0 });
    expect(project.read("a.md")).toBe("# Acme Cloud\n\nScopes: .\nLicense: ISC.\n");
    expect(project.state()["answers"]).toEqual({ ...(answers as object), license: "ISC" });
  });

  it("a formatter rewrote the output after generation", async () => {
    const source = (call: string, end: string) =>
      `export function run() {\n  if (ready) {\n    ${call}("a");\n  }\n}\n\n// One.\n// Two.\n// Three.\n${end}\n`;
    const json = (more: string) => `{\n  "a": [1, 2],\n  "b": {"c": true}${more}\n}\n`;
    const before = {
      "src/a.ts": source("go", "// End."),
      "src/b.ts": source("go", "// End."),
      "c.json": json(""),
    };
    const after = {
      "src/a.ts": source("go", "// The end."),
      "src/b.ts": source("leave", "// The end."),
      "c.json": json(',\n  "d": null'),
    };
    const project = await makeOutdated(sandbox(), before, after);
    const formatted = (text: string) =>
      text.replaceAll(/^ +/gmu, (indent) => indent.repeat(2)).replaceAll('"', "'");
    for (const file of ["src/a.ts", "src/b.ts"] as const)
      project.write(file, formatted(before[file]));
    project.write("c.json", '{\n\t"a": [\n\t\t1,\n\t\t2\n\t],\n\t"b": { "c": true }\n}\n');
    const updated = await update(project);
    expect(updated).toMatchObject({
      code: 3,
      files: {
        "src/a.ts": "merge merged",
        "src/b.ts": "conflict both-changed",
        "c.json": "merge merged",
      },
    });
    expect(project.read("src/a.ts")).toBe(formatted(after["src/a.ts"]));
    expect(project.read("c.json")).toBe(
      '{\n\t"a": [\n\t\t1,\n\t\t2\n\t],\n\t"b": { "c": true },\n\t"d": null\n}\n',
    );
    const conflict = project.read("src/b.ts");
    for (const line of ["        go('a');", '    go("a");', '    leave("a");', "// The end."])
      expect(conflict.split("\n")).toContain(line);
  });

  it("adjacent lines", async () => {
    const box = sandbox();
    const [yours, template] = [lines({ 4: "// mine" }), lines({ 5: "// template" })];
    const project = await makeOutdated(box, { "src/a.ts": lines() }, { "src/a.ts": template });
    project.write("src/a.ts", yours);
    expect(await update(project)).toEqual(
      outcome({
        code: 3,
        files: { "src/a.ts": "conflict both-changed" },
        conflicts: [{ path: "src/a.ts", kind: "text", lines: [[4, 13]] }],
      }),
    );
    const merged = await mergedByGit(box.work, yours, lines(), template);
    expect(project.read("src/a.ts")).toBe(merged.text);
  });

  it("your block deleted, template edits inside", async () => {
    const box = sandbox();
    const yours = lines().replace(/const line4[^]*line7 = 7;\n/u, "");
    const template = lines({ 6: "// template" });
    const project = await makeOutdated(box, { "src/a.ts": lines() }, { "src/a.ts": template });
    project.write("src/a.ts", yours);
    const updated = await update(project);
    expect(updated.code).toBe(3);
    const merged = await mergedByGit(box.work, yours, lines(), template);
    expect(project.read("src/a.ts")).toBe(merged.text);
    // Deleted is what you decide: the block stays away.
    project.write("src/a.ts", yours);
    expect(await update(project)).toEqual(outcome({ files: { "src/a.ts": "keep kept-yours" } }));
    expect(project.read("src/a.ts")).toBe(yours);
  });
});

const REVOCATION = "src/provider/revocation.ts";
const ON = ["--set", "revocationUrl=https://auth.acme.test/revoke"] as const;
const OFF = ["--set", "revocationUrl="] as const;

describe.concurrent("Answers", () => {
  it("a feature switched on, edited by hand, switched off again: builds or reports a conflict, never a silent orphan", async () => {
    const project = await makeProject(sandbox());
    const before = snapshot(project.folder);
    const on = await update(project, ...ON);
    expect(on).toMatchObject({ code: 0, files: { [REVOCATION]: "create created" } });

    // Nobody touched it: everything is as it was before.
    expect(await update(project, ...OFF)).toMatchObject({ code: 0, notices: [] });
    expect(snapshot(project.folder)).toEqual(before);

    // You built on it: the file goes, and the report says who misses it.
    await update(project, ...ON);
    project.edit("src/index.ts", "export", `import "./provider/revocation.js";\nexport`);
    const off = await update(project, ...OFF);
    const orphan = { path: "src/index.ts", kind: "orphan", missing: REVOCATION };
    expect(off).toMatchObject({ code: 3, files: { [REVOCATION]: "delete deleted" } });
    expect(off.conflicts).toEqual([orphan]);
    expect(project.state()["conflicts"]).toEqual([orphan]);
    expect(await build(project.folder)).toContain("src/index.ts");
    project.edit("src/index.ts", `import "./provider/revocation.js";\n`, "");
    expect(await update(project)).toEqual(outcome({}));
    expect(snapshot(project.folder)).toEqual(before);

    // You edited it: it stays, is named, and the project builds.
    await update(project, ...ON);
    project.edit(REVOCATION, "import", "// mine\nimport");
    const kept = await update(project, ...OFF);
    expect(kept.code).toBe(0);
    expect(kept.files[REVOCATION]).toBe("keep no-longer-generated");
    expect(kept.notices).toEqual([`no-longer-generated ${REVOCATION}`]);
    expect(project.read(REVOCATION)).toContain("// mine\nimport");
    expect(await build(project.folder)).toBe("");
  }, 180_000);

  it("switched on again, what missed the feature misses nothing", async () => {
    const project = await makeProject(sandbox(), [
      "--revocation-url",
      "https://auth.acme.test/revoke",
    ]);
    project.edit("src/index.ts", "export", `import "./provider/revocation.js";\nexport`);
    expect((await update(project, ...OFF)).code).toBe(3);
    const on = await update(project, ...ON);
    expect(on.files[REVOCATION]).toBe("create created");
    expect(on).toMatchObject({ code: 0, conflicts: [] });
    expect(project.state()["conflicts"]).toEqual([]);
  });

  it("a file of your own in the place of one that went satisfies who misses it", async () => {
    const project = await makeProject(sandbox(), [
      "--revocation-url",
      "https://auth.acme.test/revoke",
    ]);
    project.edit("src/index.ts", "export", `import "./provider/revocation.js";\nexport`);
    expect((await update(project, ...OFF)).code).toBe(3);
    project.write(REVOCATION, "export {};\n");
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
    expect(project.read(REVOCATION)).toBe("export {};\n");
  });

  it("the report of an update that has something to note fits its schema", async () => {
    const project = await makeProject(sandbox(), [
      "--revocation-url",
      "https://auth.acme.test/revoke",
    ]);
    project.edit(REVOCATION, "import", "// mine\nimport");
    expect((await project.report("update", ...OFF)).notices).toHaveLength(1);
  });

  it("an answer that cannot be used changes nothing, and exits with 2", async () => {
    const project = await makeProject(sandbox());
    const before = snapshot(project.folder);
    const refused = await project.run(
      "update",
      "--json",
      "--set",
      "revocationUrl=nonsense",
      "--set",
      "x=1",
    );
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain('"invalid-answers"');
    expect(snapshot(project.folder)).toEqual(before);
  });
});

/** What the compiler says about a project, with the packages of this repository. */
async function build(folder: string): Promise<string> {
  const modules = path.join(folder, "node_modules");
  fs.symlinkSync(path.join(ROOT, "node_modules"), modules);
  const { code, stdout } = await runTool(process.execPath, [
    path.join(ROOT, "node_modules/typescript/bin/tsc"),
    "--noEmit",
    "-p",
    folder,
  ]);
  fs.rmSync(modules);
  return code === 0 ? "" : stdout;
}
