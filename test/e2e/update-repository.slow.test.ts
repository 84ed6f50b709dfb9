import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { STATE_FILE } from "../../src/core/state.js";
import { fakeTool, useSandboxes } from "../support/program.js";
import {
  AFTER,
  BEFORE,
  BOTH,
  committed,
  git,
  lines,
  makeOutdated,
  MINE,
  openFolder,
  outcome,
  outdated,
  type ProjectFolder,
  refused,
  TEMPLATE,
  update,
  versionOf,
} from "../support/project-folder.js";
import { snapshot } from "../support/snapshot.js";
import { openTerminal } from "../support/terminal.js";

/** The scenarios of an update about git, and what goes wrong. The list is in `update-scenarios.test.ts`. */

const sandbox = useSandboxes();

describe.concurrent("Repository", () => {
  it("not a git repository", async () => {
    const box = sandbox();
    const project = await outdated(box);
    project.write("src/a.ts", lines(MINE));
    // No git is started at all: a broken one is no trouble.
    const asked = path.join(box.work, "asked");
    const PATH = fakeTool(box, "git", `echo "$@" >> "${asked}"; exit 1`);
    const environment = { PATH };
    const { code } = await box.run(["update"], {
      cwd: project.folder,
      environment,
      program: versionOf(box, "0.3.0", AFTER),
    });
    expect(code).toBe(0);
    expect(fs.existsSync(asked)).toBe(false);
    expect(project.read("src/a.ts")).toBe(BOTH);
    expect(await update(project)).toEqual(outcome({ files: { "src/a.ts": "keep kept-yours" } }));
  });

  it("dirty file that we would touch / would not touch", async () => {
    const project = await outdated(sandbox());
    await committed(project.folder);
    project.write("c.md", lines(MINE));
    project.write("untracked.txt", "mine\n");
    project.write("src/a.ts", lines(MINE));
    project.write("src/b.ts", lines(MINE));
    await git(project.folder, "add", "src/b.ts");
    const error = await refused(project, "update");
    expect(error).toMatchObject({ code: "uncommitted-changes", paths: ["src/a.ts", "src/b.ts"] });
    expect(await refused(project, "update", "--dry-run")).toEqual(error);
    await git(project.folder, "commit", "--quiet", "--message", "b");
    await git(project.folder, "checkout", "--", "src/a.ts");
    const index = fs.readFileSync(path.join(project.folder, ".git/index"));
    expect(await update(project)).toEqual(
      outcome({
        files: {
          "c.md": "keep kept-yours",
          "src/a.ts": "update updated",
          "src/b.ts": "merge merged",
        },
      }),
    );
    expect(project.read("c.md")).toBe(lines(MINE));
    // The index is as it was: nothing was added, and not even refreshed.
    expect(fs.readFileSync(path.join(project.folder, ".git/index")).equals(index)).toBe(true);
    expect(
      (await git(project.folder, "status", "--porcelain")).split("\n").filter(Boolean),
    ).toEqual([` M ${STATE_FILE}`, " M c.md", " M src/a.ts", " M src/b.ts", "?? untracked.txt"]);
  });

  it("submodule, worktree", async () => {
    const box = sandbox();
    const { folder } = await outdated(box);
    await committed(folder);
    const newer = versionOf(box, "0.3.0", AFTER);
    const outer = path.join(box.work, "outer");
    fs.mkdirSync(outer);
    await git(outer, "init", "--quiet");
    await git(outer, "submodule", "--quiet", "add", folder, "sub");
    await git(outer, "commit", "--quiet", "--all", "--message", "Sub");
    await git(folder, "worktree", "add", "--quiet", path.join(box.work, "tree"));
    for (const place of [path.join(outer, "sub"), path.join(box.work, "tree")]) {
      const project = openFolder(box, place, newer);
      expect(fs.statSync(path.join(place, ".git")).isFile()).toBe(true);
      project.write("src/a.ts", lines(MINE));
      expect((await refused(project, "update")).paths).toEqual(["src/a.ts"]);
      await git(place, "commit", "--quiet", "--all", "--message", "Mine");
      expect(await update(project)).toMatchObject({ code: 0 });
      expect(project.read("src/a.ts")).toBe(BOTH);
    }
    // The tree that they came from was not touched.
    expect(fs.readFileSync(path.join(folder, "src/a.ts"), "utf8")).toBe(lines());

    // A project with a submodule of its own, dirty inside: that is another repository's.
    const project = openFolder(box, folder, newer);
    await git(folder, "submodule", "--quiet", "add", outer, "vendor");
    await git(folder, "commit", "--quiet", "--all", "--message", "Vendor");
    fs.writeFileSync(path.join(folder, "vendor/mine.txt"), "mine\n");
    const vendor = snapshot(path.join(folder, "vendor"));
    expect(await update(project)).toMatchObject({ code: 0 });
    expect(snapshot(path.join(folder, "vendor"))).toEqual(vendor);
  });

  it("hooks and signing on", async () => {
    const box = sandbox();
    const project = await outdated(box);
    await committed(project.folder);
    const loud = path.join(box.work, "loud");
    const script = `#!/bin/sh\necho "$0" >> "${loud}"\nexit 1\n`;
    const hooks = [
      "post-index-change",
      "pre-commit",
      "post-checkout",
      "fsmonitor-watchman",
      "reference-transaction",
      "prepare-commit-msg",
      "commit-msg",
      "post-merge",
      "pre-auto-gc",
    ];
    for (const hook of hooks)
      fs.writeFileSync(path.join(project.folder, ".git/hooks", hook), script, { mode: 0o755 });
    const settings = {
      "commit.gpgSign": "true",
      "gpg.program": path.join(project.folder, ".git/hooks/pre-commit"),
      "core.fsmonitor": ".git/hooks/fsmonitor-watchman",
      "core.pager": ".git/hooks/pre-commit",
      "status.showUntrackedFiles": "no",
      "status.relativePaths": "true",
      "core.quotePath": "true",
    };
    for (const [key, value] of Object.entries(settings))
      await git(project.folder, "config", key, value);
    fs.rmSync(loud, { force: true });
    project.write("src/a.ts", lines(MINE));
    expect((await refused(project, "update")).paths).toContain("src/a.ts");
    const git1 = snapshot(path.join(project.folder, ".git"));
    expect(await update(project, "--allow-dirty")).toMatchObject({ code: 0 });
    expect(project.read("src/a.ts")).toBe(BOTH);
    expect(snapshot(path.join(project.folder, ".git"))).toEqual(git1);
    expect(fs.existsSync(loud)).toBe(false);
  });

  it("run by a hook of another repository: that one is not asked", async () => {
    const box = sandbox();
    const project = await outdated(box);
    await committed(project.folder);
    const other = path.join(box.work, "other");
    fs.mkdirSync(other);
    await git(other, "init", "--quiet");
    const environment = {
      GIT_DIR: path.join(other, ".git"),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: path.join(other, ".git/index"),
    };
    const program = versionOf(box, "0.3.0", AFTER);
    project.write("src/a.ts", lines(MINE));
    const run = () => box.run(["update"], { cwd: project.folder, environment, program });
    expect((await run()).code).toBe(1);
    await git(project.folder, "checkout", "--", "src/a.ts");
    expect((await run()).code).toBe(0);
    expect(project.read("src/a.ts")).toBe(lines(TEMPLATE));
  });
});

describe.concurrent("Safety", () => {
  it("dry run writes nothing and equals the real run", async () => {
    // `update` of the helpers compares both for every scenario; here with everything at once, and as text.
    const box = sandbox();
    const before = {
      "a.ts": lines(),
      "b.ts": lines(),
      "c.ts": lines(),
      "d.ts": lines(),
      "p.json": '{ "a": 1 }\n',
      "old.ts": lines(),
      stays: "",
    };
    const after = {
      "a.ts": lines(TEMPLATE),
      "b.ts": lines(TEMPLATE),
      "c.ts": lines(TEMPLATE),
      "p.json": '{ "a": 2 }\n',
      "new.ts": lines(TEMPLATE),
      "e.ts": lines(),
      stays: "",
    };
    const project = await makeOutdated(box, before, after, { moved: { "old.ts": "new.ts" } });
    project.write("b.ts", lines({ 9: "// mine" }));
    project.move("c.ts", "mine.ts");
    project.write("p.json", '{ "a": 3 }\n');
    const untouched = snapshot(project.folder);
    const dry = await project.run("update", "--dry-run");
    expect(dry.code).toBe(3);
    expect(snapshot(project.folder)).toEqual(untouched);
    expect((await project.run("update", "--check")).code).toBe(4);
    expect(snapshot(project.folder)).toEqual(untouched);
    const real = await project.run("update");
    expect(real.code).toBe(3);
    const told = dry.stdout.replace("Would change", "Changed").replace("would change", "changed");
    expect(told).toBe(real.stdout.replace(/ in [\d.]+ m?s(?=[,.])/u, ""));
    expect(snapshot(project.folder)).not.toEqual(untouched);
    expect(await update(project)).toMatchObject({ code: 3 });
  });

  it("full disk, kill at every write, Ctrl-C at every question", async () => {
    // The disk and the kills: `writer-faults.slow.test.ts`. An update asks nothing, also at a terminal: there is no question to stop at.
    const box = sandbox();
    const project = await outdated(box);
    project.write("src/a.ts", lines({ 9: "// mine" }));
    project.remove("src/b.ts");
    project.edit(STATE_FILE, '"name": "Acme Cloud"', '"name": "Acme"');
    const program = versionOf(box, "0.3.0", AFTER);
    const terminal = openTerminal({ ...box, work: project.folder }, ["update"], {}, [], program);
    expect(await terminal.ended).toMatchObject({ code: 3 });
    expect(terminal.text()).toContain("To resolve:");
    // A prompt hides the cursor, or ends with a question.
    expect(terminal.raw()).not.toContain("\u001B[?25l");
    expect(terminal.text()).not.toMatch(/\?\s*$/mu);
    const bare = openTerminal({ ...box, work: box.work }, ["update"], {}, [], program);
    expect(await bare.ended).toMatchObject({ code: 1 });
    expect(bare.text()).toContain(STATE_FILE);
  });

  it("target replaced by a link while running", async () => {
    for (const what of ["the project", "a folder in it"]) {
      const box = sandbox();
      const { folder } = await outdated(box);
      await committed(folder);
      // git is asked between reading and writing: this one moves the place away, and says that nothing is dirty.
      const [place, away] = [
        what === "the project" ? folder : path.join(folder, "src"),
        path.join(box.work, "away"),
      ];
      const move = `mv "${place}" "${away}" && ln -s "${away}" "${place}"`;
      const before = snapshot(place);
      const { code, stdout } = await box.run(["update", folder, "--json"], {
        environment: { PATH: fakeTool(box, "git", move) },
        program: versionOf(box, "0.3.0", AFTER),
      });
      expect(fs.readlinkSync(place), stdout).toBe(away);
      expect([code, what], stdout).toEqual([1, what]);
      expect(snapshot(away)).toEqual(before);
    }
  });

  it("a file replaced by a link, or changed, while running is left alone", async () => {
    for (const act of ["rm -r src/a.ts; ln -s ../c.md src/a.ts", "echo mine > src/a.ts"]) {
      const box = sandbox();
      const { folder } = await outdated(box);
      await committed(folder);
      const { code, stdout } = await box.run(["update", "--json"], {
        cwd: folder,
        environment: { PATH: fakeTool(box, "git", act) },
        program: versionOf(box, "0.3.0", AFTER),
      });
      expect([code, act], stdout).toEqual([1, act]);
      expect(JSON.parse(stdout).error.code).toBe(
        act.includes("ln") ? "unsafe-path" : "changed-meanwhile",
      );
      const project = openFolder(box, folder);
      expect(project.read("src/b.ts")).toBe(lines());
      expect(project.state()["generator"]).toBe("0.2.0");
      expect(fs.readdirSync(folder).toSorted()).toEqual([STATE_FILE, ".git", "c.md", "src"]);
      if (act.startsWith("echo")) expect(project.read("src/a.ts")).toBe("mine\n");
    }
  });

  it("a file deleted while running is told as a change", async () => {
    const box = sandbox();
    const { folder } = await outdated(box);
    await committed(folder);
    const { code, stdout } = await box.run(["update", "--json"], {
      cwd: folder,
      environment: { PATH: fakeTool(box, "git", "rm src/a.ts") },
      program: versionOf(box, "0.3.0", AFTER),
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe("changed-meanwhile");
  });
});

describe.concurrent("Check", () => {
  it("up to date, outdated, drift, as exit code and as JSON", async () => {
    const box = sandbox();
    const newer = await outdated(box);
    const project = newer.with(versionOf(box, "0.2.0", BEFORE));
    const check = async (tested: ProjectFolder, ...flags: readonly string[]) => {
      const before = snapshot(tested.folder);
      const words = ["update", flags.length === 0 ? "--check" : "--check=strict"];
      const { code, stdout } = await tested.run(...words, "--json");
      const { exitCode, check: found, written } = JSON.parse(stdout);
      expect(exitCode).toBe(code);
      expect(written).toBe(false);
      expect((await tested.run(...words)).code).toBe(code);
      expect(snapshot(tested.folder)).toEqual(before);
      return { code, ...found };
    };
    const strict = "strict";
    expect(await check(project)).toEqual({ code: 0, outdated: false, drift: [] });
    expect(await check(project, strict)).toEqual({ code: 0, outdated: false, drift: [] });
    expect(await check(newer)).toEqual({ code: 4, outdated: true, drift: [] });
    project.write("src/a.ts", lines({ 9: "// mine" }));
    project.remove("c.md");
    const drift = ["c.md", "src/a.ts"];
    expect(await check(project)).toEqual({ code: 0, outdated: false, drift });
    expect(await check(project, strict)).toEqual({ code: 4, outdated: false, drift });
    expect(await check(newer)).toEqual({ code: 4, outdated: true, drift });
    expect((await newer.run("update")).code).toBe(3);
    expect(await check(newer)).toEqual({ code: 3, outdated: false, drift });
    expect(await check(newer, strict)).toEqual({ code: 4, outdated: false, drift });
    expect((await newer.run("update", "--check", "--set", "scopes=read")).code).toBe(4);
  });
});
