import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { STATE_FILE } from "../../src/core/state.js";
import { useSandboxes } from "../support/program.js";
import {
  AFTER,
  BEFORE,
  BOTH,
  committed,
  git,
  lines,
  makeOutdated,
  makeProject,
  MINE,
  openFolder,
  outcome,
  outdated,
  refused,
  TEMPLATE,
  update,
  versionOf,
} from "../support/project-folder.js";
import { snapshot } from "../support/snapshot.js";

/** The scenarios of an update about the state file, and about versions. The list is in `update-scenarios.test.ts`. */

const sandbox = useSandboxes();

describe.concurrent("State", () => {
  it("missing, corrupt, hand-edited, itself full of merge markers, from a newer version", async () => {
    const project = await outdated(sandbox());
    const good = project.read(STATE_FILE);
    const broken: Readonly<Record<string, (text: string) => string>> = {
      empty: () => "",
      "cut off": (text) => text.slice(0, 400),
      "no object": () => "[]\n",
      "another baseline": (text) => text.replace('"data": "', '"data": "AAAA'),
      "another checksum": (text) => text.replace(/"sha256": "./u, '"sha256": "x'),
      "a member too many": (text) => text.replace('"generator"', '"mine": 1,\n  "generator"'),
      "a member less": (text) => text.replace(/ {2}"conflicts": .+\n/u, ""),
      "a schema that never was": (text) => text.replace('"schema": 1', '"schema": 0'),
      "another template set": (text) => text.replace('"typescript"', '"pascal"'),
      "markers of no size": (text) =>
        text.replace(
          '"conflicts": []',
          '"conflicts": [{ "path": "src/a.ts", "kind": "text", "markerSize": -1 }]',
        ),
      "a conflict outside": (text) =>
        text.replace('"conflicts": []', '"conflicts": [{ "path": "../x", "kind": "type" }]'),
      "merge markers": (text) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> theirs\n`,
    };
    for (const [what, change] of Object.entries(broken)) {
      project.write(STATE_FILE, change(good));
      const error = await refused(project, "update");
      expect([what, error.code]).toEqual([
        what,
        what === "a conflict outside" ? "unsafe-path" : "state-unreadable",
      ]);
    }
    project.write(STATE_FILE, good.replace('"schema": 1', '"schema": 2'));
    expect((await refused(project, "update")).code).toBe("newer-generator");
    project.write(STATE_FILE, good.replace('"generator": "0.2.0"', '"generator": "0.4.0"'));
    expect((await refused(project, "update")).code).toBe("newer-generator");
    project.remove(STATE_FILE);
    expect((await refused(project, "update")).code).toBe("state-unreadable");

    // Reformatted by hand: read as it is, and written as always.
    project.write(STATE_FILE, JSON.stringify(JSON.parse(good), undefined, 7));
    expect(await update(project)).toMatchObject({ code: 0 });
    expect(project.read("src/a.ts")).toBe(lines(TEMPLATE));
    expect(project.read(STATE_FILE)).toBe(`${JSON.stringify(project.state(), undefined, 2)}\n`);
  });

  it("an answer edited in the state file is an answer like any other", async () => {
    const project = await makeOutdated(
      sandbox(),
      { "{{domain}}.md.hbs": `# {{name}}\n\n${lines()}` },
      { "{{domain}}.md.hbs": `# {{name}}\n\n${lines(TEMPLATE)}` },
    );
    project.write(
      "acme_cloud.md",
      project.read("acme_cloud.md").replace("const line2 = 2;", "// mine"),
    );
    project.edit(
      STATE_FILE,
      '"name": "Acme Cloud"',
      '"name": "Acme Cloud Two",\n    "domain": "acme_cloud"',
    );
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
    expect(project.read("acme_cloud.md")).toBe(`# Acme Cloud Two\n\n${BOTH}`);
    project.edit(STATE_FILE, '"authorizationUrl": "https:', '"authorizationUrl": "gopher:');
    const before = snapshot(project.folder);
    expect((await project.run("update")).code).toBe(2);
    expect(snapshot(project.folder)).toEqual(before);
  });

  it("several template sets in one repository", async () => {
    // There is one set today: two projects of it.
    const box = sandbox();
    const one = await outdated(box);
    const root = path.join(box.work, "all of them");
    for (const name of ["one", "two"])
      fs.cpSync(one.folder, path.join(root, name), { recursive: true });
    await committed(root);
    const newer = versionOf(box, "0.3.0", AFTER);
    const [first, second] = ["one", "two"].map((name) =>
      openFolder(box, path.join(root, name), newer),
    );
    if (!first || !second) throw new Error("two projects");
    second.write("src/a.ts", lines(MINE));
    const before = snapshot(second.folder);
    expect(await update(first)).toMatchObject({ code: 0 });
    expect(first.read("src/a.ts")).toBe(lines(TEMPLATE));
    expect(snapshot(second.folder)).toEqual(before);
    expect((await refused(second, "update")).paths).toEqual(["src/a.ts"]);
    expect(await update(second, "--allow-dirty")).toMatchObject({ code: 0 });
    expect(second.read("src/a.ts")).toBe(BOTH);
    const changed = await git(root, "diff", "--name-only");
    expect(changed.trim().split("\n")).toEqual(
      ["one", "two"].flatMap((name) =>
        [STATE_FILE, "src/a.ts", "src/b.ts"].map((file) => `${name}/${file}`),
      ),
    );
  });

  it("project in a sub-folder", async () => {
    const box = sandbox();
    const { folder } = await outdated(box);
    const root = path.join(box.work, "root");
    const place = path.join(root, "packages/é [x] *");
    fs.cpSync(folder, place, { recursive: true });
    fs.mkdirSync(path.join(root, "src"));
    fs.writeFileSync(path.join(root, "src/a.ts"), "other\n");
    await committed(root);
    // A file of the same name above is not ours.
    fs.writeFileSync(path.join(root, "src/a.ts"), "dirty\n");
    const newer = versionOf(box, "0.3.0", AFTER);
    const inside = openFolder(box, place, newer);
    inside.write("src/b.ts", lines(MINE));
    expect((await refused(inside, "update")).paths).toEqual(["src/b.ts"]);
    await git(root, "commit", "--quiet", "--all", "--message", "Mine");
    // From elsewhere, with the folder named; through a link to the root, too.
    const above = openFolder(box, root, newer);
    expect((await above.run("update", "packages/é [x] *", "--check")).code).toBe(4);
    fs.symlinkSync(root, path.join(box.work, "linked"));
    const linked = path.join(box.work, "linked/packages/é [x] *");
    expect((await above.run("update", linked)).code).toBe(0);
    expect(inside.read("src/b.ts")).toBe(BOTH);
    expect(fs.readFileSync(path.join(root, "src/a.ts"), "utf8")).toBe("dirty\n");
    expect((await above.run("update")).code).toBe(1);
  });

  it("skipping versions equals going through each when there is no conflict", async () => {
    const box = sandbox();
    const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
    const stages = [
      {
        "a.ts": lines(),
        "b.ts": lines(),
        "old/c.ts": lines(),
        "drop.ts": lines(),
        "p.json": json({ a: 1 }),
        "d.ts": lines(),
      },
      {
        "a.ts": lines({ 5: "// 2" }),
        "b.ts": lines(),
        "old/c.ts": lines({ 5: "// 2" }),
        "drop.ts": lines({ 1: "// 2" }),
        "p.json": json({ a: 1, b: 2 }),
        "d.ts": lines({ 9: "// 2" }),
      },
      {
        "a.ts": lines({ 5: "// 3", 9: "// 3" }),
        "b.ts": lines({ 9: "// 3" }),
        "new/c.ts": lines({ 5: "// 2" }),
        "p.json": json({ a: 1, b: 3 }),
        "n.ts": lines(),
        "d.ts": lines({ 9: "// 3" }),
      },
      {
        "a.ts": lines({ 5: "// 3", 9: "// 4" }),
        "b.ts": { executable: lines({ 9: "// 3" }) },
        "new/c.ts": lines({ 5: "// 2", 7: "// 4" }),
        "p.json": json({ a: 4, b: 3 }),
        "n.ts": lines({ 1: "// 4" }),
        "d.ts": lines({ 9: "// 3" }),
      },
    ] as const;
    const [first = "", ...newer] = stages.map((files, index) =>
      versionOf(box, `0.${index + 2}.0`, files, index < 2 ? {} : { "old/c.ts": "new/c.ts" }),
    );
    const project = await makeProject(box, [], first);
    project.write("a.ts", lines(MINE));
    project.write("old/c.ts", lines(MINE));
    project.write("p.json", '{ "mine": true,\n\t"a": 1 }\n');
    project.move("d.ts", "mine/d.ts");
    const skipping = path.join(box.work, "skipping");
    fs.cpSync(project.folder, skipping, { recursive: true });
    for (const version of newer) expect((await project.with(version).run("update")).code).toBe(0);
    expect((await openFolder(box, skipping, newer.at(-1)).run("update")).code).toBe(0);
    expect(snapshot(skipping)).toEqual(snapshot(project.folder));
    expect(project.read("a.ts")).toBe(lines({ ...MINE, 5: "// 3", 9: "// 4" }));
    expect(project.read("new/c.ts")).toBe(lines({ ...MINE, 5: "// 2", 7: "// 4" }));
    expect(project.read("p.json")).toBe('{ "mine": true,\n\t"a": 4,\n\t"b": 3 }\n');
    expect(project.read("mine/d.ts")).toBe(lines({ 9: "// 3" }));
    expect(project.exists("drop.ts")).toBe(false);
  });

  it("downgrade refused", async () => {
    const box = sandbox();
    const project = await outdated(box);
    await update(project);
    const older = project.with(versionOf(box, "0.2.9", BEFORE));
    const words = [
      "",
      "--dry-run",
      "--check",
      "--allow-dirty",
      "--set=scopes=x",
      "--resolved=src/a.ts",
    ];
    for (const word of words) {
      const error = await refused(older, "update", ...(word === "" ? [] : [word]));
      expect([word, error.code]).toEqual([word, "newer-generator"]);
    }
    // Nor by way of a new state file.
    const before = snapshot(project.folder);
    expect((await older.run("update", "--adopt")).code).toBe(2);
    expect(snapshot(project.folder)).toEqual(before);
    expect(await update(project)).toEqual(outcome({}));
  });

  it("non-ASCII answers", async () => {
    const box = sandbox();
    const name = 'Ünïcode 日本語 🎉 "quoted" \\ back';
    const older = versionOf(box, "0.2.0", {
      "a.md.hbs": `{{name}}\n${lines()}`,
      "b.json.hbs": '{\n  "name": {{json name}}\n}\n',
    });
    const newer = versionOf(box, "0.3.0", {
      "a.md.hbs": `{{name}}\n${lines(TEMPLATE)}`,
      "b.json.hbs": '{\n  "name": {{json name}},\n  "b": 1\n}\n',
    });
    const made = await makeProject(box, ["--domain", "acme"], older);
    const project = made.with(newer);
    expect(await update(made, "--set", `name=${name}`)).toMatchObject({ code: 0 });
    expect(project.state()["answers"]).toMatchObject({ name });
    const said = project.read("a.md").slice(0, -lines().length - 1);
    expect(said).toContain("Ünïcode 日本語 🎉");
    project.write("a.md", `${said}\n${lines(MINE)}`);
    project.edit("b.json", "{\n", '{\n  "é": "🎉",\n');
    expect(await update(project)).toEqual(
      outcome({ files: { "a.md": "merge merged", "b.json": "merge merged" } }),
    );
    expect(project.read("a.md")).toBe(`${said}\n${BOTH}`);
    expect(JSON.parse(project.read("b.json"))).toEqual({ é: "🎉", name: said, b: 1 });
    expect(project.state()["answers"]).toMatchObject({ name });
  });
});
