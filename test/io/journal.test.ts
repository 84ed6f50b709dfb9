import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ownersPath } from "../../src/core/files.js";
import { commit, recoverJournals, stage, undo } from "../../src/io/journal.js";
import { fill, type Texts, textsIn, useFolders } from "../support/folder.js";
import {
  type Changes,
  changesOf,
  codeOf,
  DEAD,
  entryOf,
  leftBehind,
  OWN,
  projectIn,
} from "../support/journals.js";
import { snapshot, without } from "../support/snapshot.js";

const folderOf = useFolders();

interface Case {
  readonly before: Texts;
  readonly changes: Changes;
  readonly after: Texts;
}

const MINE = { "mine.txt": "mine" };

const CASES: Readonly<Record<string, Case>> = {
  "a file comes": {
    before: MINE,
    changes: { "new.txt": [undefined, "new"] },
    after: { ...MINE, "new.txt": "new" },
  },
  "files come, and their folders": {
    before: { ...MINE, "a/mine.txt": "mine" },
    changes: { "a/b/c/1.txt": [undefined, "1"], "a/b/2.txt": [undefined, "2"] },
    after: { ...MINE, "a/mine.txt": "mine", "a/b/c/1.txt": "1", "a/b/2.txt": "2" },
  },
  "files change": {
    before: { ...MINE, "1.txt": "old 1", "a/2.txt": "old 2" },
    changes: { "1.txt": ["old 1", "new 1"], "a/2.txt": ["old 2", "new 2"] },
    after: { ...MINE, "1.txt": "new 1", "a/2.txt": "new 2" },
  },
  "a file changes to nothing, another from nothing": {
    before: { "1.txt": "old", "2.txt": "" },
    changes: { "1.txt": ["old", ""], "2.txt": ["", "new"] },
    after: { "1.txt": "", "2.txt": "new" },
  },
  "files go, and their folders": {
    before: { ...MINE, "a/b/c/1.txt": "1", "a/b/2.txt": "2" },
    changes: { "a/b/c/1.txt": ["1"], "a/b/2.txt": ["2"] },
    after: MINE,
  },
  "a folder stays for a file that nobody named": {
    before: { "a/b/c/1.txt": "1", "a/mine.txt": "mine" },
    changes: { "a/b/c/1.txt": ["1"] },
    after: { "a/mine.txt": "mine" },
  },
  "a folder stays for an empty one": {
    before: { "a/mine/": "", "a/1.txt": "1" },
    changes: { "a/1.txt": ["1"] },
    after: { "a/mine/": "" },
  },
  "a folder stays for a file that comes": {
    before: { "a/old.txt": "old" },
    changes: { "a/old.txt": ["old"], "a/b/new.txt": [undefined, "new"] },
    after: { "a/b/new.txt": "new" },
  },
  "a file becomes a folder": {
    before: { ...MINE, a: "old" },
    changes: { a: ["old"], "a/b/new.txt": [undefined, "new"] },
    after: { ...MINE, "a/b/new.txt": "new" },
  },
  "a folder becomes a file": {
    before: { ...MINE, "a/1.txt": "1", "a/b/2.txt": "2" },
    changes: { "a/1.txt": ["1"], "a/b/2.txt": ["2"], a: [undefined, "new"] },
    after: { ...MINE, a: "new" },
  },
};

describe.each(Object.entries(CASES))("%s", (_name, { before, changes, after }) => {
  it("is staged: nothing of the project moves", () => {
    const target = folderOf(before);
    const taken = snapshot(target);
    stage(target, changesOf(changes));
    expect(without(snapshot(target), OWN)).toEqual(taken);
    const written = Object.values(changes).map(([, text]) => text);
    for (const [index, text] of written.entries()) {
      const staged = path.join(target, OWN, "new", String(index));
      expect(fs.existsSync(staged) ? fs.readFileSync(staged, "utf8") : undefined).toBe(text);
    }
  });

  it("is done, and can be undone", () => {
    const target = folderOf(before);
    const taken = snapshot(target);
    const journal = stage(target, changesOf(changes));
    commit(journal);
    expect(projectIn(target)).toEqual(after);
    undo(journal);
    expect(without(snapshot(target), OWN)).toEqual(taken);
  });

  it("the next command undoes what a killed run did", () => {
    const target = folderOf(before);
    const taken = snapshot(target);
    leftBehind(target, changes);
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("also in a copy, where no file is a link of the journal's", () => {
    const original = folderOf(before);
    const taken = snapshot(original);
    leftBehind(original, changes);
    const target = `${original}-copy`;
    fs.cpSync(original, target, { recursive: true });
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });

  it("the next command leaves what a run had closed", () => {
    const target = folderOf(before);
    commit(stage(target, changesOf(changes)));
    fs.renameSync(path.join(target, OWN), path.join(target, DEAD));
    recoverJournals(target);
    expect(textsIn(target)).toEqual(after);
  });

  const writes = [...Object.values(changes).entries()].filter(([, [, text]]) => text !== undefined);
  it.each(writes.map(([index]) => index))("stopped at change %i: put back", (index) => {
    const target = folderOf(before);
    const taken = snapshot(target);
    const journal = stage(target, changesOf(changes));
    fs.rmSync(path.join(journal.folder, "new", String(index)));
    expect(codeOf(() => commit(journal))).toBe("ENOENT");
    undo(journal);
    expect(without(snapshot(target), OWN)).toEqual(taken);
  });
});

describe("the journal", () => {
  it("holds what is needed to undo, and lies there before anything moves", () => {
    const target = folderOf({ "a/old.txt": "old", "b.txt": "b" });
    stage(
      target,
      changesOf({
        "a/old.txt": ["old"],
        "b.txt": ["b", ""],
        "c/d/new.txt": [undefined, "new"],
      }),
    );
    const hash = {
      old: "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4",
      b: "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
      empty: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      new: "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437",
    };
    expect(JSON.parse(textsIn(target)[`${OWN}/journal.json`] ?? "")).toEqual({
      steps: [
        { path: "a/old.txt", replaces: true, was: hash.old },
        { path: "b.txt", replaces: true, was: hash.b, sha256: hash.empty },
        { path: "c/d/new.txt", replaces: false, sha256: hash.new },
      ],
      folders: ["c", "c/d"],
      emptied: [{ path: "a", mode: fs.statSync(path.join(target, "a")).mode }],
    });
  });
});

describe("staging", () => {
  it("names only the folders that become empty", () => {
    const target = folderOf({ "a/b/c/1.txt": "1", "a/b/2.txt": "2", "a/mine.txt": "mine" });
    const { emptied } = stage(target, changesOf({ "a/b/c/1.txt": ["1"], "a/b/2.txt": ["2"] }));
    expect(emptied.map((folder) => folder.path)).toEqual(["a/b/c", "a/b"]);
  });

  it("a file that has gone is found missing when it should move", () => {
    const target = folderOf({});
    const journal = stage(target, changesOf({ "a.txt": ["old", "new"] }));
    expect(codeOf(() => commit(journal))).toBe("changed-meanwhile");
  });

  it.skipIf(process.platform === "win32")("leaves nothing behind where it fails", () => {
    const target = folderOf({ "a.txt": "a" });
    const [change] = changesOf({ "new.txt": [undefined, "new"] });
    const moves = change ? [{ ...change, movedFrom: ownersPath("x".repeat(300)) }] : [];
    expect(codeOf(() => stage(target, moves))).toBe("ENAMETOOLONG");
    expect(textsIn(target)).toEqual({ "a.txt": "a" });
  });
});

describe.skipIf(process.platform === "win32")("modes", () => {
  const modeIn = (target: string, file: string): string =>
    (fs.statSync(path.join(target, file)).mode & 0o7777).toString(8);

  it.each([
    ["a private file stays private", 0o600, false, "600"],
    ["a file of a group", 0o664, false, "664"],
    ["a file that nobody may write", 0o444, false, "444"],
    ["it becomes a program, for those who may read it", 0o640, true, "750"],
    ["for all", 0o644, true, "755"],
    ["a program stays one", 0o755, true, "755"],
    ["and stays private", 0o700, true, "700"],
    ["it is no program any more", 0o755, false, "644"],
    ["rights beyond these do not come along", 0o4755, true, "755"],
  ])("%s", (_name, mode, executable, kept) => {
    const target = folderOf({ "a.txt": "old", "from.txt": "old" });
    for (const file of ["a.txt", "from.txt"]) fs.chmodSync(path.join(target, file), mode);
    commit(
      stage(target, [
        { path: ownersPath("from.txt"), before: entryOf("old"), after: undefined },
        { path: ownersPath("a.txt"), before: entryOf("old"), after: entryOf("new", executable) },
        {
          path: ownersPath("to.txt"),
          before: undefined,
          after: entryOf("new", executable),
          movedFrom: ownersPath("from.txt"),
        },
      ]),
    );
    expect([modeIn(target, "a.txt"), modeIn(target, "to.txt")]).toEqual([kept, kept]);
  });

  it("of what comes, the system decides", () => {
    const target = folderOf({});
    commit(
      stage(target, [
        { path: ownersPath("a.txt"), before: undefined, after: entryOf("a") },
        { path: ownersPath("b.sh"), before: undefined, after: entryOf("b", true) },
      ]),
    );
    const given = [0o666, 0o777].map((mode) => (mode & ~process.umask()).toString(8));
    expect([modeIn(target, "a.txt"), modeIn(target, "b.sh")]).toEqual(given);
  });

  it("a folder comes back with its own", () => {
    const target = folderOf({ "a/b/1.txt": "1" });
    fs.chmodSync(path.join(target, "a"), 0o775);
    fs.chmodSync(path.join(target, "a/b"), 0o700);
    const taken = snapshot(target);
    leftBehind(target, { "a/b/1.txt": ["1"] });
    recoverJournals(target);
    expect(snapshot(target)).toEqual(taken);
  });
});

describe("what changes between staging and moving stays", () => {
  const BEFORE = { "1.txt": "1", "2.txt": "2", "a/3.txt": "3" };
  const CHANGES: Changes = {
    "a/3.txt": ["3"],
    "1.txt": ["1", "new 1"],
    "2.txt": ["2", "new 2"],
    "b/4.txt": [undefined, "new 4"],
  };

  it.each<readonly [string, Texts, readonly string[], string, Texts]>([
    ["edited", { "2.txt": "mine" }, [], "changed-meanwhile", { ...BEFORE, "2.txt": "mine" }],
    [
      "one that goes",
      { "a/3.txt": "mine" },
      [],
      "changed-meanwhile",
      { ...BEFORE, "a/3.txt": "mine" },
    ],
    ["taken away", {}, ["2.txt"], "changed-meanwhile", { "1.txt": "1", "a/3.txt": "3" }],
    [
      "one that goes is taken away",
      {},
      ["a/3.txt"],
      "changed-meanwhile",
      { "1.txt": "1", "2.txt": "2", "a/": "" },
    ],
    [
      "one that goes is taken away with its folder",
      {},
      ["a"],
      "changed-meanwhile",
      { "1.txt": "1", "2.txt": "2" },
    ],
    ["a folder appears", { "b/": "" }, [], "EEXIST", BEFORE],
    ["a file appears instead of it", { b: "mine" }, [], "EEXIST", { ...BEFORE, b: "mine" }],
    [
      "a file appears in the folder that goes",
      { "a/mine.txt": "mine" },
      [],
      "",
      { "1.txt": "new 1", "2.txt": "new 2", "a/mine.txt": "mine", "b/4.txt": "new 4" },
    ],
  ])("%s", (_name, appears, goes, code, left) => {
    const target = folderOf(BEFORE);
    const journal = stage(target, changesOf(CHANGES));
    fill(target, appears);
    for (const file of goes) fs.rmSync(path.join(target, file), { recursive: true });
    expect(codeOf(() => commit(journal)) ?? "").toBe(code);
    if (code !== "") undo(journal);
    expect(projectIn(target)).toEqual(left);
  });

  it("says which", () => {
    const target = folderOf(BEFORE);
    const journal = stage(target, changesOf(CHANGES));
    fill(target, { "2.txt": "mine" });
    expect(() => commit(journal)).toThrow(expect.objectContaining({ paths: ["2.txt"] }));
  });

  it("a file that appears where one comes is not replaced", () => {
    const target = folderOf({ "a/old.txt": "old" });
    const journal = stage(target, changesOf({ "a/new.txt": [undefined, "new"] }));
    fill(target, { "a/new.txt": "mine" });
    expect(codeOf(() => commit(journal))).toBe("EEXIST");
    undo(journal);
    expect(projectIn(target)).toEqual({ "a/old.txt": "old", "a/new.txt": "mine" });
  });
});

describe.skipIf(process.platform === "win32")("links are not followed", () => {
  const OUTSIDE = { "1.txt": "1", "b/2.txt": "2", "empty/": "" };
  const INSIDE = { "a/1.txt": "1", "a/b/2.txt": "2", "a/mine.txt": "mine", "z.txt": "z" };

  it.each<readonly [string, Changes]>([
    ["a file that comes", { "a/new.txt": [undefined, "new"] }],
    ["a file in a folder that comes", { "a/c/new.txt": [undefined, "new"] }],
    ["a file in a folder that changes", { "a/b/2.txt": ["2", "new"] }],
    ["a file that changes", { "a/1.txt": ["1", "new"] }],
    ["a file that goes", { "a/1.txt": ["1"] }],
  ])("%s below a folder that became one", (_name, changes) => {
    const target = folderOf(INSIDE);
    const outside = folderOf(OUTSIDE);
    const journal = stage(target, changesOf({ "z.txt": ["z", "new"], ...changes }));
    fs.renameSync(path.join(target, "a"), path.join(target, "kept"));
    fill(target, { a: `→ ${outside}` });
    expect(codeOf(() => commit(journal))).toBe("unsafe-path");
    expect(textsIn(outside)).toEqual(OUTSIDE);
    expect(codeOf(() => undo(journal))).toBe("unsafe-path");
    expect(textsIn(outside)).toEqual(OUTSIDE);
    fs.rmSync(path.join(target, "a"));
    fs.renameSync(path.join(target, "kept"), path.join(target, "a"));
    undo(journal);
    expect(projectIn(target)).toEqual(INSIDE);
  });

  it.each([
    ["ours", "new", {}],
    ["the same as what it leads to", "secret", { "a.txt": "secret" }],
  ])("an old file that is one comes back as one; in its place is %s", (_name, text, kept) => {
    const outside = path.join(folderOf({ "secret.txt": "secret" }), "secret.txt");
    const target = folderOf({ "a.txt": "old" });
    leftBehind(target, { "a.txt": ["old", "new"] });
    const old = path.join(target, DEAD, "old/0");
    fs.rmSync(old);
    fs.symlinkSync(outside, old);
    fs.rmSync(path.join(target, "a.txt"));
    fill(target, { "a.txt": text });
    recoverJournals(target);
    const back = Object.keys(kept).length > 0 ? "a.txt.orig" : "a.txt";
    expect(textsIn(target)).toEqual({ ...kept, [back]: `→ ${outside}` });
  });
});
