import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.js";
import type { FileEntry } from "../../src/core/files.js";
import {
  lstat,
  readEntry,
  recover,
  requireFolder,
  requireNames,
  writeProject,
} from "../../src/io/write-project.js";
import { fill, type Texts, textsIn, useFolders } from "../support/folder.js";
import { type Changes, changesOf } from "../support/journals.js";
import { useLiving } from "../support/living.js";
import { snapshot } from "../support/snapshot.js";

const folderOf = useFolders();
const living = useLiving();

const NEW = changesOf({ "a.txt": [undefined, "a"], "b/c.sh": [undefined, "c"] });

/** What an action throws: a `UserError`, or nothing. */
function errorOf(action: () => void): UserError | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}

const ON_WINDOWS = process.platform === "win32";
const modeOf = (file: string): string => (fs.statSync(file).mode & 0o777).toString(8);
const DEAD = 999_999_999;

describe("an absent target", () => {
  it.each([["p"], ["p/q"], ["p/q/r"]])("%s is made, with the folders above it", (name) => {
    const work = folderOf({ "mine.txt": "mine" });
    writeProject(path.join(work, name), NEW);
    expect(textsIn(work)).toEqual({
      "mine.txt": "mine",
      [`${name}/a.txt`]: "a",
      [`${name}/b/c.sh`]: "c",
    });
  });

  it("what goes is not made; bytes and files of one folder are", () => {
    const work = folderOf({});
    const bytes = Uint8Array.of(0, 0xff, 0x0a);
    writeProject(
      path.join(work, "p"),
      changesOf({
        "old.txt": ["old"],
        "a/1.bin": [undefined, bytes],
        "a/b/2.txt": [undefined, "2"],
        "a/b/3.txt": [undefined, ""],
      }),
    );
    expect(Object.keys(textsIn(work)).toSorted()).toEqual([
      "p/a/1.bin",
      "p/a/b/2.txt",
      "p/a/b/3.txt",
    ]);
    expect(fs.readFileSync(path.join(work, "p/a/1.bin"))).toEqual(Buffer.from(bytes));
  });

  it.skipIf(ON_WINDOWS)("programs are those that should be, for whom the system decides", () => {
    const target = path.join(folderOf({}), "p");
    writeProject(target, NEW);
    const given = [0o666, 0o777].map((mode) => (mode & ~process.umask()).toString(8));
    expect(["a.txt", "b/c.sh"].map((file) => modeOf(path.join(target, file)))).toEqual(given);
  });

  it("what a run with our own id left half-made is in nobody's way", () => {
    const staging = `.p.${process.pid}.create-oauth2-integration`;
    const work = folderOf({ [`${staging}/left.txt`]: "left" });
    writeProject(path.join(work, "p"), NEW);
    expect(textsIn(work)).toEqual({ "p/a.txt": "a", "p/b/c.sh": "c" });
  });

  it.each<readonly [string, Changes, string]>([
    [
      "a file in the place of a folder",
      { a: [undefined, "a"], "a/b": [undefined, "b"] },
      "ENOTDIR",
    ],
    ["a folder in the place of a file", { "a/b": [undefined, "b"], a: [undefined, "a"] }, "EEXIST"],
  ])("%s: nothing is made", (_name, entries, errno) => {
    const work = folderOf({ "mine.txt": "mine" });
    const target = path.join(work, "p/q");
    const error = errorOf(() => writeProject(target, changesOf(entries)));
    expect(error).toMatchObject({ code: "write-failed", paths: [target] });
    if (!ON_WINDOWS) expect(error?.cause).toMatchObject({ code: errno });
    expect(textsIn(work)).toEqual({ "mine.txt": "mine" });
  });

  it.each([["file"], ["file/p"]])("below a file, as %s: refused", (name) => {
    const work = folderOf({ file: "mine" });
    expect(errorOf(() => writeProject(path.join(work, name, "p"), NEW))).toMatchObject({
      code: "target-unusable",
      paths: [path.join(work, "file")],
    });
    expect(textsIn(work)).toEqual({ file: "mine" });
  });

  it.skipIf(ON_WINDOWS)("below a link to nothing: refused", () => {
    const work = folderOf({ link: "→ nowhere" });
    expect(errorOf(() => writeProject(path.join(work, "link/p"), NEW))).toMatchObject({
      code: "target-unusable",
      paths: [path.join(work, "link")],
    });
    expect(textsIn(work)).toEqual({ link: "→ nowhere" });
  });

  it.skipIf(ON_WINDOWS)("below a link to a folder: made there", () => {
    const work = folderOf({ "there/": "", here: "→ there" });
    writeProject(path.join(work, "here/p"), NEW);
    expect(textsIn(path.join(work, "there"))).toEqual({ "p/a.txt": "a", "p/b/c.sh": "c" });
  });
});

describe("a target that is there", () => {
  it("is changed, and nothing else lies in it or beside it", () => {
    const target = folderOf({ "mine.txt": "mine", "1.txt": "1", "a/2.txt": "2" });
    writeProject(
      target,
      changesOf({ "a/2.txt": ["2"], "1.txt": ["1", "new 1"], "b/3.txt": [undefined, "3"] }),
    );
    expect(textsIn(target)).toEqual({ "mine.txt": "mine", "1.txt": "new 1", "b/3.txt": "3" });
    expect(fs.readdirSync(path.dirname(target))).toEqual(["project"]);
  });

  it("a folder becomes a file", () => {
    const target = folderOf({ "a/1.txt": "1", "a/b/2.txt": "2" });
    const changes = { "a/1.txt": ["1"], "a/b/2.txt": ["2"], a: [undefined, "a"] } as const;
    writeProject(target, changesOf(changes));
    expect(textsIn(target)).toEqual({ a: "a" });
  });

  it.each<readonly [string, Texts, string]>([
    ["was edited", { "1.txt": "mine", "2.txt": "2" }, "1.txt"],
    ["has gone", { "2.txt": "2" }, "1.txt"],
    ["appeared", { "1.txt": "1", "2.txt": "2", "a/3.txt": "mine" }, "a/3.txt"],
  ])("a file that %s since it was read: refused", (_name, now, file) => {
    const target = folderOf(now);
    const changes: Changes = {
      "1.txt": ["1", "new"],
      "2.txt": ["2", "new"],
      "a/3.txt": [undefined, "new"],
    };
    const taken = snapshot(target);
    expect(errorOf(() => writeProject(target, changesOf(changes)))).toMatchObject({
      code: "changed-meanwhile",
      paths: [file],
    });
    expect(snapshot(target)).toEqual(taken);
  });

  it.skipIf(ON_WINDOWS).each<readonly [string, Texts, string]>([
    ["a file became a program", { "1.txt": "1" }, "changed-meanwhile"],
    ["a file became a link", { "1.txt": "→ 2.txt", "2.txt": "1" }, "unsafe-path"],
    ["a file became a folder", { "1.txt/mine.txt": "mine" }, "unsafe-path"],
  ])("%s: refused", (_name, now, code) => {
    const target = folderOf(now);
    fs.chmodSync(path.join(target, "1.txt"), 0o755);
    const taken = snapshot(target);
    const error = errorOf(() => writeProject(target, changesOf({ "1.txt": ["1", "new"] })));
    expect(error?.code).toBe(code);
    expect(snapshot(target)).toEqual(taken);
  });

  it("what cannot be moved is put back", () => {
    const target = folderOf({ "1.txt": "1", a: "mine" });
    const taken = snapshot(target);
    const changes: Changes = { "1.txt": ["1", "new"], "a/b/2.txt": [undefined, "2"] };
    expect(errorOf(() => writeProject(target, changesOf(changes)))).toMatchObject({
      code: "write-failed",
      paths: [target],
    });
    expect(snapshot(target)).toEqual(taken);
  });

  it.skipIf(ON_WINDOWS)("what cannot be put back either is kept for the next command", () => {
    const outside = folderOf({});
    const target = folderOf({ "1.txt": "1", a: `→ ${outside}` });
    const changes: Changes = { "1.txt": ["1"], "a/2.txt": [undefined, "2"] };
    const journal = path.join(target, `.create-oauth2-integration.${process.pid}`);
    const error = errorOf(() => writeProject(target, changesOf(changes)));
    expect(error).toMatchObject({ code: "write-failed", paths: [target, journal] });
    expect(error?.cause).toMatchObject({ code: "unsafe-path" });
    expect(error?.message).toContain("is a link or a file");
    expect(textsIn(outside)).toEqual({});

    fs.rmSync(path.join(target, "a"));
    recover(target);
    expect(textsIn(target)).toEqual({ "1.txt": "1" });
  });
});

it("where another run is at work nothing is written", () => {
  const name = `.create-oauth2-integration.${living().run}`;
  const texts = { "1.txt": "1", [`${name}/`]: "" };
  const target = folderOf(texts);
  expect(errorOf(() => writeProject(target, changesOf({ "1.txt": ["1", "new"] })))).toMatchObject({
    code: "changed-meanwhile",
    paths: [name],
  });
  expect(textsIn(target)).toEqual(texts);
});

describe("what a target may be", () => {
  it("a folder, or nothing", () => {
    const work = folderOf({ "a/": "" });
    for (const name of ["a", "absent", "absent/too"]) requireFolder(path.join(work, name));
  });

  it.each<readonly [string, Texts]>([
    ["no file", { p: "mine" }],
    ...(ON_WINDOWS
      ? []
      : ([
          ["no link to a folder", { p: "→ there", "there/": "" }],
          ["no link to nothing", { p: "→ there" }],
        ] as const)),
  ])("%s", (_name, texts) => {
    const work = folderOf(texts);
    const target = path.join(work, "p");
    const refused = expect.objectContaining({ code: "target-unusable", paths: [target] });
    expect(() => requireFolder(target)).toThrow(refused);
    expect(() => writeProject(target, NEW)).toThrow(refused);
    expect(textsIn(work)).toEqual(texts);
  });

  it.skipIf(ON_WINDOWS)("a link is told from a file", () => {
    const work = folderOf({ file: "mine", link: "→ file" });
    const hint = (name: string) => errorOf(() => requireFolder(path.join(work, name)))?.hint;
    expect(hint("link")).toContain("that it leads to");
    expect(hint("file")).not.toContain("that it leads to");
  });
});

describe("names", () => {
  it.each<readonly [string, string | undefined]>([
    ["p", undefined],
    ["p/q", undefined],
    [".", undefined],
    ["..", undefined],
    ["nul", "nul"],
    ["nul/p", "nul"],
    ["p./q", "p."],
    ["p/q:", "q:"],
    ["old./p", undefined],
    ["old./.", undefined],
    ["old.", "old."],
  ])("%j: %j is refused", (directory, name) => {
    const work = folderOf({ "old./": "" });
    const target = path.resolve(work, directory);
    const error = errorOf(() => requireNames(directory, target));
    expect(error?.code).toBe(name && "unsafe-path");
    if (name === undefined) return;
    expect(error).toMatchObject({ paths: [target] });
    expect(error?.message).toContain(JSON.stringify(name));
  });
});

describe("what a killed run left", () => {
  const staging = (name: string, id: number | string = DEAD): string =>
    `.${name}.${id}.create-oauth2-integration`;

  it.each([["p"], ["p/q"]])("is removed beside %s", (name) => {
    const work = folderOf({
      "mine.txt": "mine",
      [`${staging("p")}/a.txt`]: "a",
      [`${staging("another target")}/q/a.txt`]: "a",
    });
    recover(path.join(work, name));
    expect(textsIn(work)).toEqual({ "mine.txt": "mine" });
  });

  it.each([
    ["of no process", staging("p", "x")],
    ["without a name", `.${DEAD}.create-oauth2-integration`],
    ["that is not hidden", staging("p").slice(1)],
    ["with more to it", `${staging("p")}.old`],
    ["with more before it", `x${staging("p")}`],
  ])("a folder %s stays", (_name, name) => {
    const work = folderOf({ [`${name}/a.txt`]: "a" });
    recover(path.join(work, "p"));
    expect(textsIn(work)).toEqual({ [`${name}/a.txt`]: "a" });
  });

  it("what one at work makes stays", () => {
    const texts = { [`${staging("p", living().run)}/a.txt`]: "a" };
    const work = folderOf(texts);
    recover(path.join(work, "p"));
    expect(textsIn(work)).toEqual(texts);
  });

  it("in the target is undone, beside it removed", () => {
    const journal = `.create-oauth2-integration.${DEAD}`;
    const target = folderOf({
      "mine.txt": "mine",
      [`${journal}/old/0`]: "old",
      [`${journal}/new/`]: "",
      [`${journal}/journal.json`]: JSON.stringify({
        steps: [{ path: "a.txt", replaces: true }],
        folders: [],
        emptied: [],
      }),
    });
    fill(path.dirname(target), { [`${staging("project")}/a.txt`]: "a" });
    recover(target);
    expect(textsIn(path.dirname(target))).toEqual({
      "project/mine.txt": "mine",
      "project/a.txt": "old",
    });
  });

  it.each([["file"], ["file/p"], ["absent"]])("of %s, where there is none: nothing is", (name) => {
    const work = folderOf({ file: "mine" });
    recover(path.join(work, name));
    expect(textsIn(work)).toEqual({ file: "mine" });
  });
});

describe("a file is read", () => {
  it.each<readonly [string, Uint8Array, FileEntry["content"]]>([
    ["text", new TextEncoder().encode("é\r\n"), "é\r\n"],
    ["nothing", new Uint8Array(), ""],
    ["a byte order mark is part of it", Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), "\uFEFFa"],
    ["no UTF-8", Uint8Array.of(0x61, 0xff), Buffer.from([0x61, 0xff])],
  ])("%s", (_name, bytes, content) => {
    const file = path.join(folderOf({}), "a");
    fs.writeFileSync(file, bytes);
    expect(readEntry(file)).toEqual({ content, executable: false });
  });

  it.skipIf(ON_WINDOWS).each([
    [0o755, true],
    [0o700, true],
    [0o655, false],
    [0o644, false],
  ])("mode %o: a program is %s", (mode, executable) => {
    const file = path.join(folderOf({ a: "a" }), "a");
    fs.chmodSync(file, mode);
    expect(readEntry(file)).toEqual({ content: "a", executable });
  });

  it.each([["absent"], ["absent/a"], ["file/a"]])("%s is none", (name) => {
    const work = folderOf({ file: "mine" });
    expect(readEntry(path.join(work, name))).toBeUndefined();
    expect(lstat(path.join(work, name))).toBeUndefined();
  });

  it("a folder is none to read", () => {
    const work = folderOf({ "a/": "" });
    expect(() => readEntry(path.join(work, "a"))).toThrow(
      expect.objectContaining({ code: "unsafe-path", paths: [path.join(work, "a")] }),
    );
  });

  it.skipIf(ON_WINDOWS)("a link neither, whatever it leads to", () => {
    const work = folderOf({ file: "mine", link: "→ file", nowhere: "→ absent" });
    for (const name of ["link", "nowhere"])
      expect(errorOf(() => void readEntry(path.join(work, name)))?.code).toBe("unsafe-path");
  });

  it.skipIf(ON_WINDOWS)("what the system does not look at is said", () => {
    const file = path.join(folderOf({}), "x".repeat(300));
    expect(errorOf(() => void lstat(file))).toMatchObject({ code: "write-failed", paths: [file] });
  });

  it.runIf(process.platform === "linux")("what the system does not give is said", () => {
    expect(errorOf(() => void readEntry("/proc/self/mem"))).toMatchObject({
      code: "target-unusable",
      paths: ["/proc/self/mem"],
    });
  });
});
