import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { useSandboxes } from "../support/program.js";
import {
  BOTH,
  chmod,
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
import { snapshot } from "../support/snapshot.js";

/** The scenarios of an update in which files come, go, move or are no plain text. The list is in `update-scenarios.test.ts`. */

const sandbox = useSandboxes();

function link(project: ProjectFolder, to: string, file: string): void {
  fs.rmSync(path.join(project.folder, file), { recursive: true, force: true });
  fs.symlinkSync(to, path.join(project.folder, file));
}

describe.concurrent("Files", () => {
  it("added by both", async () => {
    const after = {
      "a.ts": lines(),
      "same.ts": lines(TEMPLATE),
      "other.ts": lines(TEMPLATE),
      "taken.ts": lines(TEMPLATE),
    };
    const project = await makeOutdated(sandbox(), { "a.ts": lines() }, after);
    project.write("same.ts", lines(TEMPLATE));
    project.write("other.ts", lines(MINE));
    project.write("taken.ts", lines(MINE));
    const conflicts = ["other.ts", "taken.ts"].map((file) => ({ path: file, kind: "both-added" }));
    expect(await update(project)).toEqual(
      outcome({
        code: 3,
        files: { "other.ts": "conflict both-added", "taken.ts": "conflict both-added" },
        conflicts,
      }),
    );
    expect(project.read("same.ts")).toBe(lines(TEMPLATE));
    expect(project.read("other.ts")).toBe(lines(MINE));
    expect(project.state()["conflicts"]).toEqual(conflicts);
    project.remove("taken.ts");
    expect(await update(project, "--resolved", "other.ts", "--restore", "taken.ts")).toEqual(
      outcome({ files: { "other.ts": "keep kept-yours", "taken.ts": "create restored" } }),
    );
    expect(project.read("other.ts")).toBe(lines(MINE));
    expect(project.read("taken.ts")).toBe(lines(TEMPLATE));
  });

  it("dropped by the template, untouched / edited", async () => {
    const before = {
      "a.ts": lines(),
      "untouched.ts": lines(),
      "edited.ts": lines(),
      "gone.ts": lines(),
    };
    const project = await makeOutdated(sandbox(), before, { "a.ts": lines() });
    project.write("edited.ts", lines(MINE));
    project.remove("gone.ts");
    expect(await update(project)).toEqual(
      outcome({
        files: { "edited.ts": "keep no-longer-generated", "untouched.ts": "delete deleted" },
        notices: ["no-longer-generated edited.ts"],
      }),
    );
    expect(project.exists("untouched.ts")).toBe(false);
    expect(project.exists("gone.ts")).toBe(false);
    expect(project.read("edited.ts")).toBe(lines(MINE));
    expect(project.baseline()).toEqual({ "a.ts": lines() });
  });

  it("deleted by you, template unchanged / changed", async () => {
    const project = await makeOutdated(
      sandbox(),
      { "a.ts": lines(), "unchanged.ts": lines(), "changed.ts": lines() },
      { "a.ts": lines(TEMPLATE), "unchanged.ts": lines(), "changed.ts": lines(TEMPLATE) },
    );
    project.remove("unchanged.ts");
    project.remove("changed.ts");
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "a.ts": "update updated",
          "changed.ts": "keep changed-but-deleted",
          "unchanged.ts": "keep kept-deleted",
        },
        notices: ["kept-deleted changed.ts"],
      }),
    );
    expect(project.exists("changed.ts") || project.exists("unchanged.ts")).toBe(false);
    const restored = await update(project, "--restore", "changed.ts", "--restore", "unchanged.ts");
    expect(restored.files).toEqual({
      "changed.ts": "create restored",
      "unchanged.ts": "create restored",
    });
    expect(project.read("changed.ts")).toBe(lines(TEMPLATE));
    expect(project.read("unchanged.ts")).toBe(lines());
    for (const refused of ["changed.ts", "nowhere.ts"])
      expect((await project.report("update", "--restore", refused)).error?.code).toBe(
        "no-such-path",
      );
  });

  it("emptied folders pruned, your own files inside kept", async () => {
    const project = await makeOutdated(
      sandbox(),
      {
        "a.ts": lines(),
        "x/y/z/one.ts": lines(),
        "x/y/two.ts": lines(),
        "own/three.ts": lines(),
        "own/sub/four.ts": lines(),
      },
      { "a.ts": lines() },
    );
    project.write("own/mine.txt", "mine\n");
    fs.mkdirSync(path.join(project.folder, "empty"));
    expect(await update(project)).toMatchObject({ code: 0, notices: [] });
    expect(fs.readdirSync(project.folder, { recursive: true }).toSorted()).toEqual([
      ".create-oauth2-integration.json",
      "a.ts",
      "empty",
      "own",
      "own/mine.txt",
    ]);
    expect(project.read("own/mine.txt")).toBe("mine\n");
  });

  it("seed file edited, deleted", async () => {
    const seed = "src/provider-hooks.ts";
    const before = { [seed]: lines(), "a.ts": lines() };
    const after = { [seed]: lines(TEMPLATE), "a.ts": lines(TEMPLATE) };
    for (const what of ["untouched", "edited", "deleted"]) {
      const project = await makeOutdated(sandbox(), before, after);
      if (what === "edited") project.write(seed, lines(MINE));
      if (what === "deleted") project.remove(seed);
      expect(await update(project)).toEqual(outcome({ files: { "a.ts": "update updated" } }));
      expect(project.exists(seed)).toBe(what !== "deleted");
      if (what !== "deleted") expect(project.read(seed)).toBe(lines(what === "edited" ? MINE : {}));
      if (what !== "deleted") continue;
      expect(await update(project, "--restore", seed)).toEqual(
        outcome({ files: { [seed]: "create restored" } }),
      );
      expect(project.read(seed)).toBe(lines(TEMPLATE));
    }
    // The same with the real one: no longer asked for, an edited one stays.
    const project = await makeProject(sandbox(), ["--hooks", "true"]);
    project.edit(seed, "import", "// mine\nimport");
    const off = await update(project, "--set", "hooks=false");
    expect(off.files[seed]).toBe("keep no-longer-generated");
    expect(project.read(seed)).toContain("// mine\nimport");
    await update(project, "--set", "hooks=true");
    expect(project.read(seed)).toContain("// mine\nimport");
  });

  it("exec bit gained, lost, with and without a content conflict", async () => {
    const run = (changes = {}) => ({ executable: lines(changes) });
    const project = await makeOutdated(
      sandbox(),
      {
        "gained.sh": lines(),
        "lost.sh": run(),
        "gained-edited.sh": lines(),
        "lost-conflict.sh": run(),
        "yours.sh": lines(),
        "private.sh": lines(),
        "both.sh": lines(),
        "only-yours.sh": lines(),
      },
      {
        "gained.sh": run(),
        "lost.sh": lines(),
        "gained-edited.sh": run(TEMPLATE),
        "lost-conflict.sh": lines(TEMPLATE),
        "yours.sh": lines(TEMPLATE),
        "private.sh": lines(TEMPLATE),
        "both.sh": run(),
        "only-yours.sh": lines(),
      },
    );
    project.write("gained-edited.sh", lines(MINE));
    project.write("lost-conflict.sh", lines({ 9: "// mine" }));
    chmod(project, "yours.sh", 0o755);
    chmod(project, "private.sh", 0o600);
    chmod(project, "both.sh", 0o755);
    chmod(project, "only-yours.sh", 0o755);
    const updated = await update(project);
    expect(updated).toMatchObject({
      code: 3,
      conflicts: [{ path: "lost-conflict.sh", kind: "text", lines: [[9, 15]] }],
    });
    expect(updated.files).toEqual({
      "gained-edited.sh": "merge merged",
      "gained.sh": "update updated",
      "lost-conflict.sh": "conflict both-changed",
      "lost.sh": "update updated",
      "only-yours.sh": "keep kept-yours",
      "private.sh": "update updated",
      "yours.sh": "merge merged",
    });
    expect(
      Object.fromEntries(Object.keys(updated.files).map((file) => [file, modeOf(project, file)])),
    ).toEqual({
      "gained-edited.sh": "755",
      "gained.sh": "755",
      "lost-conflict.sh": "644",
      "lost.sh": "644",
      "only-yours.sh": "755",
      "private.sh": "600",
      "yours.sh": "755",
    });
    expect(project.read("gained-edited.sh")).toBe(BOTH);
    expect(project.read("yours.sh")).toBe(lines(TEMPLATE));
  });

  it("symbolic link, file ↔ link, file ↔ folder", async () => {
    const box = sandbox();
    const project = await makeOutdated(
      box,
      {
        "a.ts": lines(),
        "link.ts": lines(),
        "still.ts": lines(),
        "away.ts": lines(),
        "folder.ts": lines(),
        "below/a.ts": lines(),
        thing: lines(),
        edited: lines(),
      },
      {
        "a.ts": lines(TEMPLATE),
        "link.ts": lines(TEMPLATE),
        "still.ts": lines(),
        "folder.ts": lines(TEMPLATE),
        "below/a.ts": lines(TEMPLATE),
        "thing/index.ts": lines(TEMPLATE),
        "edited/index.ts": lines(TEMPLATE),
        "loose/new.ts": lines(),
      },
    );
    const outside = path.join(box.work, "outside");
    fs.mkdirSync(outside);
    for (const name of ["a.ts", "new.ts"]) fs.writeFileSync(path.join(outside, name), lines());
    link(project, path.join(outside, "a.ts"), "link.ts");
    link(project, path.join(outside, "a.ts"), "still.ts");
    link(project, "nowhere", "away.ts");
    link(project, outside, "below");
    link(project, outside, "loose");
    project.remove("folder.ts");
    project.write("folder.ts/mine.txt", "mine\n");
    project.write("edited", lines(MINE));
    const away = snapshot(outside);
    const names = ["link.ts", "still.ts", "away.ts", "below", "loose"];
    const links = () => names.map((name) => fs.readlinkSync(path.join(project.folder, name)));
    const were = links();
    const inTheWay = ["below/a.ts", "edited/index.ts", "folder.ts", "link.ts", "loose/new.ts"];
    expect(await update(project)).toEqual(
      outcome({
        code: 3,
        files: {
          "a.ts": "update updated",
          ...Object.fromEntries(inTheWay.map((file) => [file, "conflict another-type"])),
          "away.ts": "keep no-longer-generated",
          edited: "keep no-longer-generated",
          "still.ts": "keep kept-yours",
          thing: "delete deleted",
          "thing/index.ts": "create created",
        },
        conflicts: inTheWay.map((file) => ({ path: file, kind: "type" })),
        notices: ["no-longer-generated away.ts", "no-longer-generated edited"],
      }),
    );
    expect(links()).toEqual(were);
    expect(snapshot(outside)).toEqual(away);
    expect(project.read("folder.ts/mine.txt")).toBe("mine\n");
    expect(project.read("edited")).toBe(lines(MINE));
    expect(project.read("thing/index.ts")).toBe(lines(TEMPLATE));
    // What stood in the way goes: the template's file is brought back on demand.
    for (const name of ["link.ts", "below", "loose", "edited", "folder.ts"]) project.remove(name);
    const restored = await update(project, ...inTheWay.flatMap((file) => ["--restore", file]));
    expect(restored).toMatchObject({ code: 0, conflicts: [] });
    expect(project.read("below/a.ts")).toBe(lines(TEMPLATE));
    expect(snapshot(outside)).toEqual(away);
  });

  it("a folder of the template becomes a file", async () => {
    const project = await makeOutdated(
      sandbox(),
      { stays: "", "pack/one.ts": lines(), "pack/two.ts": lines() },
      { stays: "", pack: lines(TEMPLATE) },
    );
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
    expect(project.read("pack")).toBe(lines(TEMPLATE));
  });

  it("killed before a file became a folder: put back by the next command", async () => {
    const project = await makeOutdated(
      sandbox(),
      { stays: "", thing: lines() },
      { stays: "", "thing/index.ts": lines(TEMPLATE) },
    );
    const journal = ".create-oauth2-integration.999999999";
    project.write(`${journal}/new/1`, lines(TEMPLATE));
    fs.mkdirSync(path.join(project.folder, journal, "old"));
    const steps = [
      { path: "thing", replaces: true },
      { path: "thing/index.ts", replaces: false, sha256: "0" },
    ];
    project.write(
      `${journal}/journal.json`,
      JSON.stringify({ steps, folders: ["thing"], emptied: [] }),
    );
    const { code, stderr } = await project.run("update");
    expect(code, stderr).toBe(0);
    expect(project.read("thing/index.ts")).toBe(lines(TEMPLATE));
  });

  it("binary changed by both", async () => {
    const bytes = (...content: number[]) => Uint8Array.from([0x89, 0xff, 0, ...content]);
    const box = sandbox();
    const names = ["both.png", "theirs.png", "yours.png", "same.png"];
    const all = (content: Uint8Array) => Object.fromEntries(names.map((name) => [name, content]));
    const project = await makeOutdated(box, all(bytes(1)), {
      ...all(bytes(2)),
      "yours.png": bytes(1),
    });
    const read = (file: string) =>
      Uint8Array.from(fs.readFileSync(path.join(project.folder, file)));
    for (const name of ["both.png", "yours.png"]) project.write(name, bytes(3));
    project.write("same.png", bytes(2));
    const conflicts = [{ path: "both.png", kind: "binary" }];
    expect(await update(project)).toEqual(
      outcome({
        code: 3,
        files: {
          "both.png": "conflict both-changed",
          "theirs.png": "update updated",
          "yours.png": "keep kept-yours",
        },
        conflicts,
      }),
    );
    expect(names.map((name) => read(name).at(-1))).toEqual([3, 2, 3, 2]);
    expect(project.state()["conflicts"]).toEqual(conflicts);
    const resolved = await update(project, "--resolved", "both.png");
    expect(resolved).toMatchObject({ code: 0, files: { "both.png": "keep kept-yours" } });
    expect(read("both.png")).toEqual(bytes(3));
    // Another one of the template is asked about again; taking it is a decision too.
    const newest = project.with(versionOf(box, "0.4.0", all(bytes(4))));
    expect((await newest.run("update")).code).toBe(3);
    project.write("both.png", bytes(4));
    project.write("yours.png", bytes(4));
    expect(await update(newest)).toMatchObject({ code: 0 });
  });
});
