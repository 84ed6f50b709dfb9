import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Sandbox, useSandboxes } from "../support/program.js";
import {
  BOTH,
  chmod,
  committed,
  lines,
  makeOutdated,
  makeProject,
  MINE,
  modeOf,
  outcome,
  type ProjectFolder,
  TEMPLATE,
  update,
  versionOf,
} from "../support/project-folder.js";

/** The scenarios of an update in which files move, or have odd names. The list is in `update-scenarios.test.ts`. */

const sandbox = useSandboxes();

/** A file that its owner moved, with a change in the line that the template changed too. */
async function movedWithConflict(box: Sandbox): Promise<ProjectFolder> {
  const project = await makeOutdated(
    box,
    { "src/a.ts": lines(), stays: "" },
    { "src/a.ts": lines({ 2: "// template" }), stays: "" },
  );
  project.move("src/a.ts", "src/b.ts");
  project.write("src/b.ts", lines(MINE));
  return project;
}

describe.concurrent("Files", () => {
  it("moved or renamed by you, template changed", async () => {
    const names = ["moved", "renamed", "edited", "gone", "twice"] as const;
    const files = (changes: Readonly<Record<number, string>>) => ({
      "a.ts": lines(),
      ...Object.fromEntries(names.map((name) => [`src/${name}.ts`, lines(changes, name)])),
    });
    const project = await makeOutdated(sandbox(), files({}), files(TEMPLATE));
    project.move("src/moved.ts", "lib/deep/moved.ts");
    project.move("src/renamed.ts", "src/other.ts");
    project.move("src/edited.ts", "src/of mine.ts");
    project.write("src/of mine.ts", lines(MINE, "edited"));
    project.remove("src/gone.ts");
    project.move("src/twice.ts", "src/first.ts");
    project.write("src/second.ts", project.read("src/first.ts"));
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "lib/deep/moved.ts": "update updated from src/moved.ts",
          "src/gone.ts": "keep changed-but-deleted",
          "src/of mine.ts": "merge merged from src/edited.ts",
          "src/other.ts": "update updated from src/renamed.ts",
          "src/twice.ts": "keep changed-but-deleted",
        },
        notices: [
          "ambiguous-move src/twice.ts",
          "kept-deleted src/gone.ts",
          "kept-deleted src/twice.ts",
        ],
      }),
    );
    expect(project.read("lib/deep/moved.ts")).toBe(lines(TEMPLATE, "moved"));
    expect(project.read("src/other.ts")).toBe(lines(TEMPLATE, "renamed"));
    expect(project.read("src/of mine.ts")).toBe(lines({ ...MINE, ...TEMPLATE }, "edited"));
    for (const copy of ["src/first.ts", "src/second.ts"])
      expect(project.read(copy)).toBe(lines({}, "twice"));
    for (const name of names) expect(project.exists(`src/${name}.ts`)).toBe(false);
    expect(project.baseline()).toEqual(files(TEMPLATE));
  });

  it("a conflict in a file that you moved is repeated as it was", async () => {
    const project = await movedWithConflict(sandbox());
    const conflicts = [{ path: "src/b.ts", kind: "text", lines: [[2, 8]] }];
    expect(await update(project)).toMatchObject({ code: 3, conflicts });
  });

  it("a conflict in a file that you moved keeps what newer templates have for it", async () => {
    const box = sandbox();
    const project = await movedWithConflict(box);
    expect((await project.run("update")).code).toBe(3);
    const newest = { "src/a.ts": lines({ 2: "// template", 9: "// newest" }), stays: "" };
    const updated = project.with(versionOf(box, "0.4.0", newest));
    expect((await updated.run("update")).code).toBe(3);
    project.write("src/b.ts", lines(MINE));
    expect((await updated.run("update")).code).toBe(0);
    expect(project.read("src/b.ts")).toBe(lines({ ...MINE, 9: "// newest" }));
  });

  it("odd names (spaces, tabs, `*`, `!x`, backslash, non-ASCII)", async () => {
    const odd = [
      "my notes.ts",
      "!x.ts",
      "#y.ts",
      "-z.ts",
      "[ab].ts",
      "a'b$c.ts",
      "é 日本 🎉.ts",
      "~t/(u)/{v}.ts",
    ];
    const files = (changes: Readonly<Record<number, string>>) =>
      Object.fromEntries(odd.map((name) => [name, lines(changes, `n${odd.indexOf(name)}`)]));
    const project = await makeOutdated(sandbox(), files({}), files(TEMPLATE));
    const own = ["tab\there.txt", "star*.txt", "back\\slash.txt", 'new\nline".txt', ":(top)a.txt"];
    for (const name of own) project.write(name, "mine\n");
    await committed(project.folder);
    project.write("!x.ts", lines(MINE, "n1"));
    const dirty = await project.report("update");
    expect(dirty.error).toMatchObject({ code: "uncommitted-changes", paths: ["!x.ts"] });
    const updated = await update(project, "--allow-dirty");
    expect(updated).toEqual(
      outcome({
        files: Object.fromEntries(
          odd
            .toSorted()
            .map((name) => [name, name === "!x.ts" ? "merge merged" : "update updated"]),
        ),
      }),
    );
    for (const name of odd)
      expect(project.read(name)).toBe(
        files(name === "!x.ts" ? { ...MINE, ...TEMPLATE } : TEMPLATE)[name],
      );
    for (const name of own) expect(project.read(name)).toBe("mine\n");
  });

  it("a file that you gave an odd name follows the template, also with a conflict in it", async () => {
    for (const name of ["tab\there.ts", "star*.ts", "back\\slash.ts", "end ./a.ts"]) {
      const project = await makeOutdated(
        sandbox(),
        { "a.ts": lines(), stays: "" },
        { "a.ts": lines({ 2: "// template", 9: "// template" }), stays: "" },
      );
      project.move("a.ts", name);
      project.write(name, lines(MINE));
      const updated = await update(project);
      expect(updated.conflicts).toMatchObject([{ path: name, kind: "text" }]);
      expect(project.read(name)).toContain("// mine");
      project.write(name, BOTH);
      expect(await update(project)).toMatchObject({ code: 0 });
    }
  });

  it("path that depends on a changed answer (your edits move along)", async () => {
    const files = (changes: Readonly<Record<number, string>>) => ({
      "src/{{domain}}/a.ts": lines(changes),
      "src/{{domain}}/b.ts": lines(changes, "b"),
      "{{domain}}.ts.hbs": `// {{domain}}\n${lines(changes, "c")}`,
      "private-{{domain}}.ts": lines(changes, "d"),
      "gone-{{domain}}.ts": lines(changes, "e"),
    });
    for (const answer of [[], ["--set", "domain=other"]]) {
      const project = await makeOutdated(sandbox(), files({}), files(TEMPLATE), {
        flags: ["--domain", "acme"],
      });
      project.write("src/acme/a.ts", lines(MINE));
      project.write("src/acme/mine.txt", "mine\n");
      project.write("acme.ts", `// acme\n${lines(MINE, "c")}`);
      project.remove("gone-acme.ts");
      chmod(project, "private-acme.ts", 0o600);
      const updated = await update(project, ...answer);
      const now = answer.length === 0 ? "acme" : "other";
      const from = (file: string) => (now === "acme" ? "" : ` from ${file}`);
      expect(updated).toEqual(
        outcome({
          files: {
            [`src/${now}/a.ts`]: `merge merged${from("src/acme/a.ts")}`,
            [`src/${now}/b.ts`]:
              now === "acme" ? "update updated" : "move moved from src/acme/b.ts",
            [`${now}.ts`]: `merge merged${from("acme.ts")}`,
            [`private-${now}.ts`]:
              now === "acme" ? "update updated" : "move moved from private-acme.ts",
            [`gone-${now}.ts`]: "keep changed-but-deleted",
          },
          notices: [`kept-deleted gone-${now}.ts`],
        }),
      );
      expect(project.read(`src/${now}/a.ts`)).toBe(BOTH);
      expect(project.read(`${now}.ts`)).toBe(`// ${now}\n${lines({ ...MINE, ...TEMPLATE }, "c")}`);
      expect(project.read("src/acme/mine.txt")).toBe("mine\n");
      if (now === "acme") continue;
      for (const file of ["src/acme/a.ts", "src/acme/b.ts", "acme.ts", "private-acme.ts"])
        expect(project.exists(file)).toBe(false);
      expect(Object.keys(project.baseline())).toContain("gone-other.ts");
    }
  });

  // The answer is stored at once, so the file goes where it belongs now, with its conflict in it.
  it("a path that depends on an answer that changed while a conflict was open", async () => {
    const file = "src/{{domain}}.ts";
    const project = await makeOutdated(
      sandbox(),
      { stays: "", [file]: lines() },
      { stays: "", [file]: lines({ 2: "// template" }) },
    );
    project.write("src/acme_cloud.ts", lines(MINE));
    expect((await project.run("update")).code).toBe(3);
    expect((await project.run("update", "--set", "domain=other")).code).toBe(3);
    project.write("src/other.ts", lines(MINE));
    expect((await project.run("update")).code).toBe(0);
    expect(project.read("src/other.ts")).toBe(lines(MINE));
    expect(project.exists("src/acme_cloud.ts")).toBe(false);
  });

  it("a private file stays private when the template moves it", async () => {
    const project = await makeOutdated(
      sandbox(),
      { "old.ts": lines() },
      { "new.ts": lines(TEMPLATE) },
      { moved: { "old.ts": "new.ts" } },
    );
    chmod(project, "old.ts", 0o600);
    expect(await update(project)).toMatchObject({ code: 0 });
    expect(modeOf(project, "new.ts")).toBe("600");
  });

  it("renamed by the template with your edits in it", async () => {
    const before = {
      "old/a.ts": lines(),
      "old/b.ts": lines({}, "b"),
      "old/c.ts": lines({}, "c"),
      "old/d.ts": lines({}, "d"),
      "old/e.ts": lines({}, "e"),
    };
    const after = {
      "new/a.ts": lines(TEMPLATE),
      "new/b.ts": lines(TEMPLATE, "b"),
      "new/c.ts": lines(TEMPLATE, "c"),
      "new/d.ts": lines(TEMPLATE, "d"),
      "new/e.ts": lines(TEMPLATE, "e"),
    };
    const moved = Object.fromEntries(
      ["a", "b", "c", "d", "e"].map((name) => [`old/${name}.ts`, `new/${name}.ts`]),
    );
    const project = await makeOutdated(sandbox(), before, after, { moved });
    project.write("old/a.ts", lines(MINE));
    project.write("old/b.ts", lines({ 9: "// mine" }, "b"));
    project.write("new/c.ts", "// mine, at the template's new place\n");
    project.move("old/d.ts", "mine/d.ts");
    project.remove("old/e.ts");
    const updated = await update(project);
    expect(updated).toEqual(
      outcome({
        code: 3,
        files: {
          "mine/d.ts": "update updated from new/d.ts",
          "new/a.ts": "merge merged from old/a.ts",
          "new/b.ts": "conflict both-changed from old/b.ts",
          "new/c.ts": "conflict both-added",
          "new/e.ts": "keep changed-but-deleted",
          "old/c.ts": "delete deleted",
        },
        conflicts: [
          { path: "new/b.ts", kind: "text", lines: [[9, 15]] },
          { path: "new/c.ts", kind: "both-added" },
        ],
        notices: ["kept-deleted new/e.ts"],
      }),
    );
    expect(project.read("new/a.ts")).toBe(BOTH);
    expect(project.read("new/b.ts")).toContain("// mine\n");
    expect(project.read("new/c.ts")).toBe("// mine, at the template's new place\n");
    expect(project.read("mine/d.ts")).toBe(lines(TEMPLATE, "d"));
    expect(project.exists("old")).toBe(false);
    expect(Object.keys(project.baseline())).toEqual(Object.keys(after));
  });

  it("case-only rename", async () => {
    const before = { "docs/Guide.ts": lines(), "docs/Notes.ts": lines({}, "n") };
    const after = { "docs/guide.ts": lines(TEMPLATE), "docs/Notes.ts": lines(TEMPLATE, "n") };
    const project = await makeOutdated(sandbox(), before, after, {
      moved: { "docs/Guide.ts": "docs/guide.ts" },
    });
    project.write("docs/Guide.ts", lines(MINE));
    project.move("docs/Notes.ts", "docs/NOTES.ts");
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "docs/NOTES.ts": "update updated from docs/Notes.ts",
          "docs/guide.ts": "merge merged from docs/Guide.ts",
        },
      }),
    );
    expect(fs.readdirSync(path.join(project.folder, "docs")).toSorted()).toEqual([
      "NOTES.ts",
      "guide.ts",
    ]);
    expect(project.read("docs/guide.ts")).toBe(BOTH);
    expect(project.read("docs/NOTES.ts")).toBe(lines(TEMPLATE, "n"));
  });
});

/** What a review of the finished command found: each was wrong once. */
describe("Open conflicts", () => {
  it("stay open in a file that its owner moves", async () => {
    const project = await makeOutdated(
      sandbox(),
      { stays: "", "src/a.ts": lines() },
      { stays: "", "src/a.ts": lines({ 2: "// template" }) },
    );
    project.write("src/a.ts", lines(MINE));
    expect((await project.run("update")).code).toBe(3);
    project.move("src/a.ts", "lib/a.ts");
    const { conflicts } = await project.report("update");
    expect(conflicts).toMatchObject([{ path: "lib/a.ts", kind: "text" }]);
    expect((await project.run("update", "--check")).code).toBe(3);
  });

  it("in JSON stay open while the file cannot be read", async () => {
    const json = (a: number): string => `{\n  "a": ${a}\n}\n`;
    const project = await makeOutdated(
      sandbox(),
      { stays: "", "a.json": json(1) },
      { stays: "", "a.json": json(3) },
    );
    project.write("a.json", json(2));
    expect((await project.run("update")).code).toBe(3);
    project.write("a.json", json(2).replace('"a"', '"a'));
    expect((await project.run("update")).code).toBe(3);
    project.write("a.json", json(2));
    expect((await project.run("update")).code).toBe(3);
    project.write("a.json", json(4));
    expect((await project.run("update")).code).toBe(0);
  });

  it("stay open in a file that is no UTF-8 any more", async () => {
    const project = await makeOutdated(
      sandbox(),
      { stays: "", "a.ts": lines() },
      { stays: "", "a.ts": lines({ 2: "// template" }) },
    );
    project.write("a.ts", lines(MINE));
    expect((await project.run("update")).code).toBe(3);
    project.write("a.ts", Buffer.concat([Buffer.from(project.read("a.ts")), Buffer.of(0xe9, 10)]));
    expect((await project.run("update")).code).toBe(3);
  });
});

describe("Files of others", () => {
  it.each([".git", ".create-oauth2-integration.json"])(
    "in a folder with %s are never followed",
    async (mark) => {
      const project = await makeOutdated(
        sandbox(),
        { stays: "", "src/a.ts": lines() },
        { stays: "", "src/a.ts": lines(TEMPLATE) },
      );
      project.move("src/a.ts", "other/src/a.ts");
      project.write(`other/${mark}`, "");
      const { files } = await project.report("update");
      expect(files).toMatchObject([{ path: "src/a.ts", reason: "changed-but-deleted" }]);
      expect(project.read("other/src/a.ts")).toBe(lines());
    },
  );
});

describe("Seeds", () => {
  it("that went with their feature come back with it", async () => {
    const project = await makeProject(sandbox(), ["--hooks", "true"]);
    for (const hooks of ["false", "true"]) await project.run("update", "--set", `hooks=${hooks}`);
    expect(project.exists("src/provider-hooks.ts")).toBe(true);
    project.edit("src/provider-hooks.ts", "export", "// Mine.\nexport");
    for (const hooks of ["false", "true"]) await project.run("update", "--set", `hooks=${hooks}`);
    expect(project.read("src/provider-hooks.ts")).toContain("// Mine.");
    expect((await project.run("update")).code).toBe(0);
  });
});
