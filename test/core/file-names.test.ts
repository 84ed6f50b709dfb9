import { describe, expect, it } from "vitest";
import { isDeviceName, nameFault } from "../../src/core/file-names.js";
import { asReported, isInside } from "../../src/core/files.js";

const NUMBERS = [..."0123456789¹²³"];
const DEVICES = [
  "con",
  "prn",
  "aux",
  "nul",
  ...["com", "lpt"].flatMap((name) => NUMBERS.map((n) => name + n)),
];

describe("names that Windows refuses", () => {
  it.each([...DEVICES, "conin$", "conout$"])(
    "%s is a device, in any case, with or without extension",
    (name) => {
      for (const one of [
        name,
        name.toUpperCase(),
        `${name}.txt`,
        `${name}.tar.gz`,
        `${name} .txt`,
        `${name}:`,
      ])
        expect([one, isDeviceName(one), nameFault(one)]).toEqual([
          one,
          true,
          "is a device on Windows",
        ]);
    },
  );

  it.each([
    "console",
    "nullable",
    "auxiliary",
    "com",
    "com10",
    "lpt",
    "lpt12",
    "a.con",
    "con-1",
    "con_",
    "xcon",
    ".con",
    "com4x",
  ])("%s is none", (name) => expect(nameFault(name)).toBe(undefined));

  it.each(["a.", "a..", "...", "a ", "a. "])("%j ends with what Windows takes away", (name) =>
    expect(nameFault(name)).toMatch(/dot or a space/u),
  );

  it.each([...'<>:"|?*\\', "\u0000", "\u0001", "\u001f", "\u007f"])(
    "%j stands in no name",
    (letter) => expect(nameFault(`a${letter}b`)).toContain(JSON.stringify(letter)),
  );

  it.each(["a", ".env", "a b", "ä.ts", "a'b", "100%", "a~1", "$a", "a;b"])("%j is a name", (name) =>
    expect(nameFault(name)).toBe(undefined),
  );
});

describe("inside the project, on any system", () => {
  it.each([
    "..",
    "../x",
    "a/../b",
    "a\\..\\b",
    "..\\x",
    "/x",
    "\\x",
    "//server/share/x",
    "\\\\server\\share\\x",
    "\\\\?\\C:\\x",
    "C:",
    "C:x",
    "c:/x",
    "C:\\x",
    "a/ /b",
    "a/.. /b",
    "a/.../b",
    ".git/config",
    ".GIT\\config",
    ".git./config",
    "a/.git /x",
    "git~1/config",
    "a/nul",
    "a\\con.txt",
    "a/",
    "a//b",
    "a\0b",
    "",
  ])("%j is not", (text) => expect(isInside(text)).toBe(false));

  it.each([
    "a",
    "a/b",
    ".github/x",
    ".gitignore",
    "a.git",
    "git",
    "git~x",
    "a/..b",
    "a/b..",
    "ab:c",
  ])("%j is", (text) => expect(isInside(text)).toBe(true));
});

it.each([
  ["src/a.ts", "src/a.ts", "src/a.ts"],
  ["./src/a.ts", "src/a.ts", "src/a.ts"],
  [".//a", "a", "a"],
  ["src\\a.ts", "src\\a.ts", "src/a.ts"],
  [".\\src\\a.ts", ".\\src\\a.ts", "src/a.ts"],
  ["./src\\a.ts", "src\\a.ts", "src/a.ts"],
  ["../a", "../a", "../a"],
  [".env", ".env", ".env"],
])("%j, typed for a report, is %j, and %j on Windows", (typed, posix, windows) =>
  expect([asReported(typed, "/"), asReported(typed, "\\")]).toEqual([posix, windows]),
);
