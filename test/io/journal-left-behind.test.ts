import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.js";
import { commit, recoverJournals, stage, undo } from "../../src/io/journal.js";
import { fill, type Texts, textsIn, useFolders } from "../support/folder.js";
import {
  type Changes,
  changesOf,
  codeOf,
  DEAD,
  killedLate,
  leftBehind,
  PREFIX,
  projectIn,
} from "../support/journals.js";
import { useLiving } from "../support/living.js";
import { snapshot } from "../support/snapshot.js";

const folderOf = useFolders();
const living = useLiving();

describe("undone after an edit", () => {
  it.each<readonly [string, Texts, Changes, readonly string[], Texts, Texts]>([
    [
      "what was replaced stands beside it",
      { "a.txt": "old" },
      { "a.txt": ["old", "new"] },
      [],
      { "a.txt": "mine" },
      { "a.txt": "mine", "a.txt.orig": "old" },
    ],
    [
      "also where an editor renamed its file over ours",
      { "a.txt": "old" },
      { "a.txt": ["old", "new"] },
      ["a.txt"],
      { "a.txt": "mine" },
      { "a.txt": "mine", "a.txt.orig": "old" },
    ],
    [
      "under the next name that is free",
      { "a.txt": "old", "a.txt.orig": "mine", "a.txt.1.orig": "mine" },
      { "a.txt": ["old", "new"] },
      [],
      { "a.txt": "mine" },
      { "a.txt": "mine", "a.txt.orig": "mine", "a.txt.1.orig": "mine", "a.txt.2.orig": "old" },
    ],
    [
      "what is new stays, with its folder",
      {},
      { "a/b.txt": [undefined, "new"], "a/c.txt": [undefined, "new"] },
      [],
      { "a/b.txt": "mine" },
      { "a/b.txt": "mine" },
    ],
    [
      "what was made again stays",
      { "a/b.txt": "old" },
      { "a/b.txt": ["old"] },
      [],
      { "a/b.txt": "mine" },
      { "a/b.txt": "mine", "a/b.txt.orig": "old" },
    ],
    [
      "what was taken back from a repository stands once",
      { "a/b.txt": "old", "c.txt": "old" },
      { "a/b.txt": ["old"], "c.txt": ["old", "new"] },
      ["c.txt"],
      { "a/b.txt": "old", "c.txt": "old" },
      { "a/b.txt": "old", "c.txt": "old" },
    ],
    [
      "a new file became a folder",
      {},
      { a: [undefined, "new"] },
      ["a"],
      { "a/mine.txt": "mine" },
      { "a/mine.txt": "mine" },
    ],
    [
      "a new folder became a file",
      {},
      { "a/b.txt": [undefined, "new"] },
      ["a"],
      { a: "mine" },
      { a: "mine" },
    ],
    [
      "a file that was replaced became a folder",
      { a: "old" },
      { a: ["old", "new"] },
      ["a"],
      { "a/mine.txt": "mine" },
      { "a/mine.txt": "mine", "a.orig": "old" },
    ],
    [
      "a file that was replaced is gone",
      { a: "old" },
      { a: ["old", "new"] },
      ["a"],
      {},
      { a: "old" },
    ],
  ])("%s", (_name, before, changes, gone, mine, left) => {
    const target = folderOf(before);
    leftBehind(target, changes);
    for (const file of gone) fs.rmSync(path.join(target, file), { recursive: true });
    fill(target, mine);
    recoverJournals(target);
    expect(textsIn(target)).toEqual(left);
  });

  it("a file of another run with the same content is not ours", () => {
    const target = folderOf({ "a.txt": "old" });
    const journal = stage(target, changesOf({ "a.txt": ["old", "new"], b: [undefined, "new"] }));
    commit(journal);
    for (const file of ["a.txt", "b"]) fs.rmSync(path.join(target, file));
    fill(target, { "a.txt": "new", b: "new" });
    undo(journal);
    expect(projectIn(target)).toEqual({ "a.txt": "new", "a.txt.orig": "old", b: "new" });
  });

  it("something in the place of a folder has to go first", () => {
    const target = folderOf({ "a/b/1.txt": "1", "2.txt": "2" });
    const taken = snapshot(target);
    leftBehind(target, { "a/b/1.txt": ["1"], "2.txt": ["2", "new"] });
    fill(target, { a: "mine" });
    expect(() => recoverJournals(target)).toThrow(
      expect.objectContaining({ code: "unsafe-path", paths: [path.join(target, "a")] }),
    );
    expect(projectIn(target)).toEqual({ a: "mine", "2.txt": "2" });
    fs.rmSync(path.join(target, "a"));
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("a folder comes back only for a file of it", () => {
    const target = folderOf({ "a/1.txt": "1", "b/2.txt": "2" });
    leftBehind(target, { "a/1.txt": ["1"], "b/2.txt": ["2"] });
    // Put back by a command that was killed in its turn; then its owner took the folder away.
    fs.rmSync(path.join(target, DEAD, "old/0"));
    recoverJournals(target);
    expect(textsIn(target)).toEqual({ "b/2.txt": "2" });
  });
});

describe("a journal that somebody planted", () => {
  const sha256 = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
  const ALONE = { steps: [], folders: [], emptied: [] };
  const step = (file: unknown, more: object = {}) => ({
    ...ALONE,
    steps: [{ path: file, replaces: true, sha256, ...more }],
  });

  it.each<readonly [string, unknown]>([
    ["a step above", step("../outside/secret.txt")],
    ["a step above, after a folder", step("src/../../outside/secret.txt")],
    ["a step with backslashes", step("..\\outside\\secret.txt")],
    ["a step that is no text", step(["../outside/secret.txt"])],
    ["a step without a path", step(undefined)],
    ["a step into a repository", step(".git/hooks/post-checkout")],
    [
      "a good step, then a step above",
      { ...ALONE, steps: [...step("x.txt").steps, ...step("../outside/y.txt").steps] },
    ],
    ["steps that are null", { ...ALONE, steps: [null] }],
    ["steps that are no list", { ...ALONE, steps: { length: 0 } }],
    ["no steps", { folders: [], emptied: [] }],
    ["a folder above", { ...step("x.txt"), folders: ["../outside/empty"] }],
    ["a folder that is no text", { ...step("x.txt"), folders: [1] }],
    ["no folders", { ...step("x.txt"), folders: undefined }],
    [
      "an emptied folder above",
      { ...step("x.txt"), emptied: [{ path: "../outside/made", mode: 0o777 }] },
    ],
    ["an emptied folder that is a text", { ...step("x.txt"), emptied: ["x"] }],
    ["no emptied folders", { ...step("x.txt"), emptied: undefined }],
    ["null", null],
    ["a list", []],
  ])("%s: nothing is undone, and it is removed", (_name, journal) => {
    const around = path.dirname(folderOf({ "mine.txt": "mine" }));
    fill(around, { "outside/secret.txt": "secret", "outside/empty/": "" });
    const taken = snapshot(around);
    fill(path.join(around, "project", DEAD), {
      "old/0": "planted",
      "old/1": "planted",
      "new/": "",
      "journal.json": JSON.stringify(journal),
    });
    recoverJournals(path.join(around, "project"));
    expect(snapshot(around)).toEqual(taken);
  });

  const good = JSON.stringify(step("x.txt"));
  it.each<readonly [string, Texts, Texts]>([
    ["whole: undone", { "old/0": "old", "new/": "", "journal.json": good }, { "x.txt": "old" }],
    ["no journal.json", { "old/0": "old", "new/": "" }, {}],
    ["a folder instead of it", { "old/0": "old", "new/": "", "journal.json/": "" }, {}],
    ["nothing in it", { "old/0": "old", "new/": "", "journal.json": "" }, {}],
    ["half of it", { "old/0": "old", "new/": "", "journal.json": good.slice(0, 20) }, {}],
    ["no old", { "new/": "", "journal.json": good }, {}],
    ["no new", { "old/0": "old", "journal.json": good }, {}],
    ["old is a file", { old: "old", "new/": "", "journal.json": good }, {}],
    ["empty", {}, {}],
  ])("%s", (_name, journal, left) => {
    const target = folderOf({ "mine.txt": "mine", [`${DEAD}/`]: "" });
    fill(path.join(target, DEAD), journal);
    recoverJournals(target);
    expect(textsIn(target)).toEqual({ "mine.txt": "mine", ...left });
  });

  it.skipIf(process.platform === "win32").each(["", "/old", "/new", "/journal.json"])(
    "a link at journal%s: nothing is undone, and what it leads to stays",
    (name) => {
      const outside = folderOf({ "old/0": "planted", "new/": "", "journal.json": good });
      const target = folderOf({ "mine.txt": "mine" });
      fs.cpSync(outside, path.join(target, DEAD), { recursive: true });
      fs.rmSync(path.join(target, DEAD + name), { recursive: true });
      fs.symlinkSync(outside + name, path.join(target, DEAD + name));
      const taken = snapshot(outside);
      recoverJournals(target);
      expect(textsIn(target)).toEqual({ "mine.txt": "mine" });
      expect(snapshot(outside)).toEqual(taken);
    },
  );

  it.each([
    "create-oauth2-integration.1x",
    ".create-oauth2-integration.json",
    "x.create-oauth2-integration.999999999",
  ])("%s is none", (name) => {
    const target = folderOf({
      [`${name}/old/0`]: "old",
      [`${name}/new/`]: "",
      [`${name}/journal.json`]: good,
    });
    const taken = snapshot(target);
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });
});

describe("of two runs one gives way", () => {
  const BEFORE = { "a.txt": "old" };
  const CHANGES: Changes = { "a.txt": ["old", "new"] };
  it("staging where another is at work", () => {
    const name = `${PREFIX}${living().run}`;
    const target = folderOf({ ...BEFORE, [`${name}/`]: "" });
    const taken = snapshot(target);
    expect(() => stage(target, changesOf(CHANGES))).toThrow(
      expect.objectContaining({ code: "changed-meanwhile", paths: [name] }),
    );
    expect(snapshot(target)).toEqual(taken);
  });

  it("the next command undoes nothing of one at work, and says how to if it is none", () => {
    const target = folderOf(BEFORE);
    const taken = snapshot(target);
    const name = `${PREFIX}${living().run}`;
    fs.renameSync(killedLate(target, CHANGES).folder, path.join(target, name));
    const busy = snapshot(target);
    let hint = "";
    try {
      recoverJournals(target);
    } catch (error) {
      expect(error).toMatchObject({ code: "changed-meanwhile", paths: [name] });
      hint = error instanceof UserError ? error.hint : "";
    }
    expect(snapshot(target)).toEqual(busy);
    const [, from = "", to = ""] = /rename the folder (\S+), .* to (\S+):/u.exec(hint) ?? [];
    fs.renameSync(path.join(target, from), path.join(target, to));
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("a process that ended is none", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const target = folderOf(BEFORE);
    const taken = snapshot(target);
    fs.renameSync(killedLate(target, CHANGES).folder, path.join(target, `${PREFIX}${pid}`));
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it.runIf(process.platform === "linux")("nor is another program that got its id", () => {
    const target = folderOf(BEFORE);
    const taken = snapshot(target);
    fs.renameSync(
      killedLate(target, CHANGES).folder,
      path.join(target, `${PREFIX}${living().other}`),
    );
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("what a run with our own id left is undone, then what others left, one after the other", () => {
    const target = folderOf({ "1.txt": "1", "2.txt": "2", "3.txt": "3" });
    const taken = snapshot(target);
    // The zero lets it be the first by name.
    for (const [file, name] of [
      ["1.txt", "0999999999"],
      ["2.txt", "999999998"],
      ["3.txt", undefined],
    ] as const) {
      const { folder } = killedLate(target, { [file]: [file.slice(0, 1), "new"] });
      if (name !== undefined) fs.renameSync(folder, path.join(target, PREFIX + name));
    }
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("a folder that cannot be read is none to work in", () => {
    const target = path.join(folderOf({ a: "a" }), "a");
    expect(codeOf(() => recoverJournals(target))).toBe("target-unusable");
  });
});
