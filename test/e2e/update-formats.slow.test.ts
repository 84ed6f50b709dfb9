import { describe, expect, it } from "vitest";
import { useSandboxes } from "../support/program.js";
import {
  makeOutdated,
  makeProject,
  outcome,
  type ProjectFolder,
  update,
} from "../support/project-folder.js";
import { snapshot } from "../support/snapshot.js";

/** The scenarios of an update that turn on how a file is written. The list is in `update-scenarios.test.ts`. */

const sandbox = useSandboxes();

/** Ten lines, some of them others. */
function lines(changes: Readonly<Record<number, string>> = {}): string {
  const numbers = Array.from({ length: 10 }, (_none, index) => index + 1);
  return numbers.map((number) => `${changes[number] ?? `Line ${number}.`}\n`).join("");
}

const MINE = { 2: "Mine." };
const TEMPLATE = { 9: "Template." };
const BOTH = lines({ ...MINE, ...TEMPLATE });
const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
const json = (value: unknown, indent: number | string = 2): string =>
  `${JSON.stringify(value, undefined, indent)}\n`;

/** A project with one file that both sides change. */
async function bothChange(
  file: string,
  baseline: string,
  yours: string,
  template: string,
): Promise<ProjectFolder> {
  const project = await makeOutdated(
    sandbox(),
    { stays: "", [file]: baseline },
    { stays: "", [file]: template },
  );
  project.write(file, yours);
  return project;
}

describe.concurrent("Text", () => {
  it("CRLF project", async () => {
    const names = ["untouched.md", "edited.md", "conflict.md", "same.md"];
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    const before = { ...all(lines()), "kept.md": lines(), "a.json": json({ a: 1, b: 2 }) };
    const after = {
      ...all(lines(TEMPLATE)),
      "kept.md": lines(),
      "a.json": json({ a: 1, b: 3 }),
      "new.md": lines(),
    };
    const project = await makeOutdated(sandbox(), before, after);
    for (const file of Object.keys(before)) project.write(file, crlf(project.read(file)));
    project.write("edited.md", crlf(lines(MINE)));
    project.write("conflict.md", crlf(lines({ 9: "Mine." })));
    project.write("same.md", crlf(lines(TEMPLATE)));
    project.write("a.json", crlf(json({ a: 0, b: 2 })));
    expect(await update(project)).toEqual(
      outcome({
        code: 3,
        files: {
          "a.json": "merge merged",
          "conflict.md": "conflict both-changed",
          "edited.md": "merge merged",
          "new.md": "create created",
          "untouched.md": "update updated",
        },
        conflicts: [{ path: "conflict.md", kind: "text", lines: [[9, 15]] }],
      }),
    );
    expect(project.read("a.json")).toBe(crlf(json({ a: 0, b: 3 })));
    expect(project.read("edited.md")).toBe(crlf(BOTH));
    expect(project.read("untouched.md")).toBe(crlf(lines(TEMPLATE)));
    expect(project.read("same.md")).toBe(crlf(lines(TEMPLATE)));
    expect(project.read("kept.md")).toBe(crlf(lines()));
    const marked = [
      "<<<<<<< yours",
      "Mine.",
      "||||||| last generated",
      "Line 9.",
      "=======",
      "Template.",
      ">>>>>>> template",
    ];
    expect(project.read("conflict.md")).toBe(crlf(lines({ 9: marked.join("\n") })));
    project.write("conflict.md", crlf(lines({ 9: "Mine." })));
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "a.json": "keep kept-yours",
          "conflict.md": "keep kept-yours",
          "edited.md": "keep kept-yours",
        },
      }),
    );
  });

  it("a checkout that made every line end CRLF, the state file's too, is up to date", async () => {
    const project = await makeProject(sandbox());
    for (const [file, what] of Object.entries(snapshot(project.folder) ?? {}))
      if (!what.endsWith(" folder")) project.write(file, crlf(project.read(file)));
    const before = snapshot(project.folder);
    const report = await project.report("update");
    expect(report).toMatchObject({ exitCode: 0, written: false, files: [] });
    expect(snapshot(project.folder)).toEqual(before);
    expect((await project.report("update", "--check=strict")).exitCode).toBe(0);
  });

  it("BOM", async () => {
    const bom = (text: string) => `\uFEFF${text}`;
    const before = {
      "yours.md": lines(),
      "theirs.md": lines(),
      "theirs-untouched.md": lines(),
      "only.md": lines(),
      "a.json": json({ a: 1, b: 2 }),
    };
    const after = {
      "yours.md": lines(TEMPLATE),
      "theirs.md": bom(lines(TEMPLATE)),
      "theirs-untouched.md": bom(lines(TEMPLATE)),
      "only.md": lines(),
      "a.json": json({ a: 1, b: 3 }),
    };
    const project = await makeOutdated(sandbox(), before, after);
    project.write("yours.md", bom(lines(MINE)));
    project.write("theirs.md", lines(MINE));
    project.write("only.md", bom(lines()));
    project.write("a.json", bom(json({ a: 0, b: 2 })));
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "a.json": "merge merged",
          "theirs-untouched.md": "update updated",
          "theirs.md": "merge merged",
          "yours.md": "merge merged",
        },
      }),
    );
    expect(project.read("yours.md")).toBe(bom(BOTH));
    expect(project.read("theirs.md")).toBe(BOTH);
    // Nobody touched it: it becomes what the template has, byte for byte.
    expect(project.read("theirs-untouched.md")).toBe(bom(lines(TEMPLATE)));
    expect(project.read("only.md")).toBe(bom(lines()));
    expect(project.read("a.json")).toBe(bom(json({ a: 0, b: 3 })));
  });

  it("no final newline on either side", async () => {
    const cut = (text: string) => text.slice(0, -1);
    const [own, theirs, both] = [lines(MINE), lines({ 5: "T." }), lines({ ...MINE, 5: "T." })];
    const cases: readonly (readonly [yours: string, template: string, merged: string])[] = [
      [cut(own), theirs, cut(both)],
      [own, cut(theirs), cut(both)],
      [cut(own), cut(theirs), cut(both)],
    ];
    const named = cases.map((texts, index) => [`${index}.md`, texts] as const);
    const all = (text: (index: number) => string) =>
      Object.fromEntries(named.map(([file], index) => [file, text(index)]));
    const project = await makeOutdated(
      sandbox(),
      { ...all(() => lines()), "conflict.md": cut(lines()) },
      {
        ...all((index) => cases[index]?.[1] ?? ""),
        "conflict.md": cut(lines({ 10: "Template." })),
      },
    );
    for (const [file, [yours]] of named) project.write(file, yours);
    project.write("conflict.md", cut(lines({ 10: "Mine." })));
    const updated = await update(project);
    expect(updated.conflicts).toEqual([{ path: "conflict.md", kind: "text", lines: [[10, 16]] }]);
    for (const [file, [, , merged]] of named)
      expect([file, project.read(file)]).toEqual([file, merged]);
    // Every marker stands on a line of its own.
    const marked = [
      "<<<<<<< yours",
      "Mine.",
      "||||||| last generated",
      "Line 10.",
      "=======",
      "Template.",
      ">>>>>>> template",
    ];
    expect(project.read("conflict.md")).toBe(lines({ 10: marked.join("\n") }));
  });

  it("markers already there", async () => {
    // In the template's text (a page about merging), and in yours (a `git merge` that was never finished).
    const page = { 4: "<<<<<<< ours", 5: "=======", 6: ">>>>>>> theirs" };
    const project = await bothChange(
      "a.md",
      lines(page),
      lines({ ...page, 9: "Mine." }),
      lines({ ...page, 9: "Template." }),
    );
    const updated = await update(project);
    expect(updated.conflicts).toEqual([{ path: "a.md", kind: "text", lines: [[9, 15]] }]);
    const marked = [
      "<<<<<<<< yours",
      "Mine.",
      "|||||||| last generated",
      "Line 9.",
      "========",
      "Template.",
      ">>>>>>>> template",
    ];
    expect(project.read("a.md")).toBe(lines({ ...page, 9: marked.join("\n") }));
    expect(project.state()["conflicts"]).toEqual([{ path: "a.md", kind: "text", markerSize: 8 }]);
    project.write("a.md", lines({ ...page, 9: "Mine." }));
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });

    const unfinished = { 2: "<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> branch" };
    const merging = await bothChange("a.md", lines(), lines(unfinished), lines(TEMPLATE));
    expect(await update(merging)).toMatchObject({ code: 0, files: { "a.md": "merge merged" } });
    expect(merging.read("a.md")).toBe(lines({ ...unfinished, ...TEMPLATE }));
  });

  it("a `=======` heading in Markdown", async () => {
    const heading = { 3: "A heading", 4: "=======" };
    const project = await bothChange(
      "a.md",
      lines(heading),
      lines({ ...heading, 3: "My heading" }),
      lines({ ...heading, 3: "The heading", 9: "Template." }),
    );
    const updated = await update(project);
    expect(updated.conflicts).toEqual([{ path: "a.md", kind: "text", lines: [[3, 9]] }]);
    const marked = [
      "<<<<<<<< yours",
      "My heading",
      "|||||||| last generated",
      "A heading",
      "========",
      "The heading",
      ">>>>>>>> template",
    ];
    expect(project.read("a.md")).toBe(lines({ ...heading, 3: marked.join("\n"), 9: "Template." }));
    // The heading stays when the markers go.
    const resolved = lines({ ...heading, 3: "My heading", 9: "Template." });
    project.write("a.md", resolved);
    expect(await update(project)).toEqual(outcome({ files: { "a.md": "keep kept-yours" } }));
    expect(project.read("a.md")).toBe(resolved);
  });
});

const dependencies = (more: Readonly<Record<string, string>>) =>
  json({ name: "p", dependencies: { "openid-client": "^6.9.0", ...more }, type: "module" });

describe.concurrent("JSON", () => {
  it("both add a dependency", async () => {
    const project = await bothChange(
      "package.json",
      dependencies({}),
      dependencies({ zod: "^4.0.0" }),
      dependencies({ undici: "^7.0.0" }),
    );
    expect(await update(project)).toEqual(outcome({ files: { "package.json": "merge merged" } }));
    expect(project.read("package.json")).toBe(dependencies({ undici: "^7.0.0", zod: "^4.0.0" }));
  });

  it("same one bumped differently", async () => {
    const project = await bothChange(
      "package.json",
      dependencies({ "@a/b": "1.0.0", zod: "^3.0.0" }),
      dependencies({ "@a/b": "1.1.0", zod: "^3.9.0" }),
      dependencies({ "@a/b": "2.0.0", zod: "^4.0.0" }),
    );
    const conflicts = [
      {
        path: "package.json",
        kind: "json",
        pointer: "/dependencies/@a~1b",
        yours: "1.1.0",
        template: "2.0.0",
      },
      {
        path: "package.json",
        kind: "json",
        pointer: "/dependencies/zod",
        yours: "^3.9.0",
        template: "^4.0.0",
      },
    ];
    expect(await update(project)).toEqual(
      outcome({ code: 3, files: { "package.json": "conflict both-changed" }, conflicts }),
    );
    expect(project.read("package.json")).toBe(dependencies({ "@a/b": "1.1.0", zod: "^3.9.0" }));
    expect(project.state()["conflicts"]).toEqual(conflicts);
    // One decided, the other still open; then yours is said to be right.
    project.edit("package.json", '"^3.9.0"', '"^4.0.0"');
    expect((await update(project)).conflicts).toEqual([conflicts[0]]);
    expect(await update(project, "--resolved", "package.json")).toEqual(
      outcome({ files: { "package.json": "keep kept-yours" } }),
    );
    expect(project.read("package.json")).toBe(dependencies({ "@a/b": "1.1.0", zod: "^4.0.0" }));
    const refused = await project.report("update", "--resolved", "package.json");
    expect(refused.error?.code).toBe("no-such-path");
  });

  it("removed by you, bumped by the template", async () => {
    const project = await bothChange(
      "package.json",
      dependencies({ zod: "^3.0.0" }),
      dependencies({}),
      dependencies({ zod: "^4.0.0" }),
    );
    const conflicts = [
      { path: "package.json", kind: "json", pointer: "/dependencies/zod", template: "^4.0.0" },
    ];
    expect(await update(project)).toEqual(
      outcome({ code: 3, files: { "package.json": "conflict both-changed" }, conflicts }),
    );
    expect(project.read("package.json")).toBe(dependencies({}));
    project.edit("package.json", '"^6.9.0"', '"^6.9.0",\n    "zod": "^4.0.0"');
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
    expect(project.read("package.json")).toBe(dependencies({ zod: "^4.0.0" }));
  });

  it("re-sorted, four spaces", async () => {
    const project = await bothChange(
      "package.json",
      json({ name: "p", version: "1.0.0", scripts: { test: "t", build: "b" }, files: ["dist"] }),
      `${json({ files: ["dist", "mine"], name: "p", scripts: { build: "b", test: "mine" }, version: "1.0.0" }, 4)}`,
      json({
        name: "p",
        version: "1.1.0",
        scripts: { test: "t", build: "bb", lint: "l" },
        files: ["dist", "bin"],
      }),
    );
    expect(await update(project)).toEqual(outcome({ files: { "package.json": "merge merged" } }));
    const merged = project.read("package.json");
    expect(JSON.parse(merged)).toEqual({
      files: ["dist", "mine", "bin"],
      name: "p",
      scripts: { build: "bb", lint: "l", test: "mine" },
      version: "1.1.0",
    });
    expect(Object.keys(JSON.parse(merged))).toEqual(["files", "name", "scripts", "version"]);
    expect(merged).toBe(json(JSON.parse(merged), 4));
  });

  it("comments in tsconfig", async () => {
    const config = (target: string, more = "") =>
      `{\n  // What runs it.\n  "compilerOptions": {\n    "target": "${target}", // Node 20\n    "strict": true${more}\n  },\n}\n`;
    const mine = (target: string, more = "") =>
      `/* mine */\n${config(target, more).replace('"strict"', '/* mine */ "strict"')}// mine\n`;
    const project = await bothChange(
      "tsconfig.json",
      config("es2022"),
      mine("es2022", ',\n    // mine\n    "noEmit": true'),
      config("es2023", ',\n    "lib": ["es2023"]'),
    );
    expect(await update(project)).toEqual(outcome({ files: { "tsconfig.json": "merge merged" } }));
    const merged = project.read("tsconfig.json");
    expect(merged).toContain('"target": "es2023", // Node 20\n');
    expect(merged).toContain('// mine\n    "noEmit": true');
    expect(merged.match(/mine/gu)).toHaveLength(4);
    expect(merged).toContain('"lib": ["es2023"]');
    expect(merged.startsWith("/* mine */\n{\n  // What runs it.\n")).toBe(true);
    expect(merged.endsWith("}\n// mine\n")).toBe(true);
  });

  it("broken JSON of yours is merged as text, and nothing of it is lost", async () => {
    const project = await bothChange(
      "package.json",
      dependencies({}),
      dependencies({}).replace("{\n", '{\n  "mine": [,\n'),
      dependencies({ zod: "^4.0.0" }),
    );
    await update(project);
    expect(project.read("package.json")).toBe(
      dependencies({ zod: "^4.0.0" }).replace("{\n", '{\n  "mine": [,\n'),
    );
  });
});

describe("YAML", () => {
  const workflow = (first: string, last: string): string =>
    `${first}on: push\njobs:\n  one:\n    steps:\n      - a\n      - b\n      - c\n${last}`;

  it("merges as text", async () => {
    const project = await bothChange(
      "ci.yml",
      workflow("", ""),
      workflow("name: Mine\n", ""),
      workflow("", "permissions: {}\n"),
    );
    expect(await update(project)).toEqual(outcome({ files: { "ci.yml": "merge merged" } }));
    expect(project.read("ci.yml")).toBe(workflow("name: Mine\n", "permissions: {}\n"));
  });

  it("that lines merge to, and that is none, is a conflict: both added a key, at different ends", async () => {
    const project = await bothChange(
      "ci.yml",
      workflow("", ""),
      workflow("name: Mine\n", ""),
      workflow("", "name: Template\n"),
    );
    expect((await project.run("update")).code).toBe(3);
    const text = project.read("ci.yml");
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        "<<<<<<< yours",
        "name: Mine",
        "=======",
        "name: Template",
        ">>>>>>> template",
      ]),
    );
    project.write("ci.yml", workflow("name: Both\n", ""));
    expect((await project.run("update")).code).toBe(0);
  });
});
