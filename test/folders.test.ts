import path from "node:path";
import { describe, expect, it } from "vitest";
import { asReported } from "../src/core/files.js";
import { foldersOver, lastName, namesBelow } from "../src/io/folders.js";
import { SETS } from "./golden/sets.js";
import { specOf } from "./support/answers.js";
import { renderSpec } from "./support/project.js";

const { posix, win32 } = path;

describe("the folders over a folder", () => {
  it.each([
    ["/", []],
    ["/a", ["/"]],
    ["/a/b/c", ["/a/b", "/a", "/"]],
  ])("%j, as posix has it", (folder, above) => expect(foldersOver(folder, posix)).toEqual(above));

  it.each([
    ["C:\\", []],
    ["C:\\a", ["C:\\"]],
    ["C:\\a\\b/c", ["C:\\a\\b", "C:\\a", "C:\\"]],
    ["\\\\server\\share\\", []],
    ["\\\\server\\share\\a\\b", ["\\\\server\\share\\a", "\\\\server\\share\\"]],
    ["\\\\?\\C:\\a", ["\\\\?\\C:\\"]],
  ])("%j, as Windows has it", (folder, above) => expect(foldersOver(folder, win32)).toEqual(above));
});

describe("the names from a folder down to a place", () => {
  it.each([
    ["/", "/a/b", ["a", "b"]],
    ["/a", "/a", []],
    ["/a/", "/a/b/", ["b"]],
    ["/a", "/a/..b/c", ["..b", "c"]],
    ["/a", "/a/C:b", ["C:b"]],
    ["/a", "/a/b\\c", ["b\\c"]],
  ])("%j → %j, as posix has it", (folder, place, names) =>
    expect(namesBelow(folder, place, posix)).toEqual(names),
  );

  it.each([
    ["C:\\", "C:\\a\\b", ["a", "b"]],
    ["C:\\a", "c:\\A", []],
    ["C:\\Home", "c:/home/New/", ["New"]],
    ["C:\\a\\", "C:\\a/b\\c\\", ["b", "c"]],
    ["\\\\server\\share\\", "\\\\SERVER\\share\\a", ["a"]],
    ["C:\\a", "C:\\a\\..b", ["..b"]],
  ])("%j → %j, as Windows has it", (folder, place, names) =>
    expect(namesBelow(folder, place, win32)).toEqual(names),
  );

  it.each([
    [posix, "/a", "/b"],
    [posix, "/a/b", "/a"],
    [win32, "C:\\a", "C:\\b"],
    [win32, "C:\\", "D:\\a"],
    [win32, "C:\\", "\\\\server\\share\\a"],
    [win32, "\\\\server\\share\\", "\\\\server\\other\\a"],
  ])("there are none where it does not lie below", (flavour, folder, place) =>
    expect(() => namesBelow(folder, place, flavour)).toThrow("does not lie below"),
  );
});

it.each([
  [".", undefined, undefined],
  ["..", undefined, undefined],
  ["./", undefined, undefined],
  ["/", undefined, undefined],
  ["../..", undefined, undefined],
  ["a/b/", "b", "b"],
  ["a\\b\\", "a\\b\\", "b"],
  ["C:foo", "C:foo", "foo"],
  ["C:", "C:", undefined],
  ["C:\\", "C:\\", undefined],
  ["C:\\con.", "C:\\con.", "con."],
  ["\\\\server\\share\\nul", "\\\\server\\share\\nul", "nul"],
])("the last name of %j is %j, and %j on Windows", (directory, ofPosix, ofWindows) => {
  expect([lastName(directory, posix), lastName(directory, win32)]).toEqual([ofPosix, ofWindows]);
});

describe("every path of a generated project", () => {
  const projects = SETS.flatMap(({ set, cases }) =>
    cases.map(({ name, answers }) => ({ name: `${set.folder}/${name}`, answers })),
  );

  it.each(projects)("$name: is another one on systems that know no case", async ({ answers }) => {
    const files = [...(await renderSpec(specOf(answers))).keys()];
    const folders = files.flatMap((file) => foldersOver(file, posix)).filter((one) => one !== ".");
    const all = [...new Set([...files, ...folders])];
    expect(new Set(all.map((one) => one.toLowerCase())).size).toBe(all.length);
  });

  it.each(projects)("$name: is found where Windows has it", async ({ answers }) => {
    for (const file of (await renderSpec(specOf(answers))).keys()) {
      const place = win32.join("C:\\work", file);
      expect(namesBelow("C:\\work", place, win32).join("/")).toBe(file);
      expect(asReported(win32.normalize(file), "\\")).toBe(file);
    }
  });
});
