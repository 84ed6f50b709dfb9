import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileEntry } from "../../src/core/files.js";
import { unifiedDiff } from "../../src/core/merge/unified-diff.js";

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "unified-diff-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const file = (content: FileEntry["content"], executable = false): FileEntry => ({
  content,
  executable,
});
const script = (content: string): FileEntry => ({ content, executable: true });

/** What `git apply` makes of a folder that holds the file as it was. */
function applied(
  patch: string,
  name: string,
  before: FileEntry | undefined,
  from = name,
): FileEntry | undefined {
  const folder = mkdtempSync(path.join(root, "case-"));
  if (before) {
    mkdirSync(path.dirname(path.join(folder, from)), { recursive: true });
    writeFileSync(path.join(folder, from), before.content, {
      mode: before.executable ? 0o755 : 0o644,
    });
  }
  const { status, stderr } = spawnSync("git", ["apply", "--whitespace=nowarn"], {
    cwd: folder,
    input: patch,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  });
  expect(status, stderr + patch).toBe(0);
  if (from !== name) expect(existsSync(path.join(folder, from))).toBe(false);
  const place = path.join(folder, name);
  if (!existsSync(place)) return undefined;
  return file(readFileSync(place, "utf8"), (statSync(place).mode & 0o100) !== 0);
}

const numbers = (count: number, changes: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_none, index) => changes[index + 1] ?? `${index + 1}\n`).join("");

describe("as git writes it", () => {
  it.each<readonly [string, FileEntry | undefined, FileEntry | undefined, string]>([
    ["absent", undefined, undefined, ""],
    ["equal", file("a\n"), file("a\n"), ""],
    [
      "new",
      undefined,
      file("a\nb\n"),
      "new file mode 100644\n--- /dev/null\n+++ b/f.ts\n@@ -0,0 +1,2 @@\n+a\n+b\n",
    ],
    ["new and empty", undefined, file(""), "new file mode 100644\n"],
    [
      "new script",
      undefined,
      script("a\n"),
      "new file mode 100755\n--- /dev/null\n+++ b/f.ts\n@@ -0,0 +1 @@\n+a\n",
    ],
    [
      "deleted",
      file("a\n"),
      undefined,
      "deleted file mode 100644\n--- a/f.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
    ],
    ["deleted and empty", script(""), undefined, "deleted file mode 100755\n"],
    ["emptied", file("a\nb\n"), file(""), "--- a/f.ts\n+++ b/f.ts\n@@ -1,2 +0,0 @@\n-a\n-b\n"],
    ["filled", file(""), file("a\n"), "--- a/f.ts\n+++ b/f.ts\n@@ -0,0 +1 @@\n+a\n"],
    ["made a script", file("a\n"), script("a\n"), "old mode 100644\nnew mode 100755\n"],
    [
      "made no script, and changed",
      script("a\n"),
      file("b\n"),
      "old mode 100755\nnew mode 100644\n--- a/f.ts\n+++ b/f.ts\n@@ -1 +1 @@\n-a\n+b\n",
    ],
    [
      "the last newline dropped",
      file("a\nb\n"),
      file("a\nb"),
      "--- a/f.ts\n+++ b/f.ts\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n",
    ],
    [
      "the last newline added",
      file("a\nb"),
      file("a\nb\n"),
      "--- a/f.ts\n+++ b/f.ts\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
    ],
    [
      "no newline in the context",
      file("a\nb"),
      file("X\nb"),
      "--- a/f.ts\n+++ b/f.ts\n@@ -1,2 +1,2 @@\n-a\n+X\n b\n\\ No newline at end of file\n",
    ],
    ["CRLF", file("a\r\n"), file("b\r\n"), "--- a/f.ts\n+++ b/f.ts\n@@ -1 +1 @@\n-a\r\n+b\r\n"],
    [
      "near changes share a hunk",
      file(numbers(20)),
      file(numbers(20, { 5: "X\n", 12: "" })),
      `--- a/f.ts\n+++ b/f.ts\n@@ -2,14 +2,13 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n 9\n 10\n 11\n-12\n 13\n 14\n 15\n`,
    ],
    [
      "others have their own",
      file(numbers(20)),
      file(numbers(20, { 5: "X\n", 13: "" })),
      "--- a/f.ts\n+++ b/f.ts\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n@@ -10,7 +10,6 @@\n 10\n 11\n 12\n-13\n 14\n 15\n 16\n",
    ],
    [
      "bytes that are text",
      file(new TextEncoder().encode("a\n")),
      file("b\n"),
      "--- a/f.ts\n+++ b/f.ts\n@@ -1 +1 @@\n-a\n+b\n",
    ],
    [
      "bytes that are text behind a byte order mark",
      file(new TextEncoder().encode("\ufeffa\n")),
      file("b\n"),
      "--- a/f.ts\n+++ b/f.ts\n@@ -1 +1 @@\n-\ufeffa\n+b\n",
    ],
  ])("%s", (_name, before, after, text) => {
    const patch = unifiedDiff("f.ts", before, after);
    expect(patch).toBe(text === "" ? "" : `diff --git a/f.ts b/f.ts\n${text}`);
    if (patch !== "") expect(applied(patch, "f.ts", before)).toEqual(after);
  });

  it.each<readonly [string, FileEntry | undefined, FileEntry | undefined, string]>([
    [
      "changed",
      file(Uint8Array.of(0, 1)),
      file(Uint8Array.of(0, 2)),
      "Binary files a/f.ts and b/f.ts differ\n",
    ],
    ["no UTF-8", file(Uint8Array.of(0xff)), file("a\n"), "Binary files a/f.ts and b/f.ts differ\n"],
    ["a NUL", file("a\n"), file("a\0\n"), "Binary files a/f.ts and b/f.ts differ\n"],
    [
      "new",
      undefined,
      file(Uint8Array.of(0)),
      "new file mode 100644\nBinary files /dev/null and b/f.ts differ\n",
    ],
    [
      "deleted",
      file(Uint8Array.of(0)),
      undefined,
      "deleted file mode 100644\nBinary files a/f.ts and /dev/null differ\n",
    ],
    [
      "made a script",
      file(Uint8Array.of(0)),
      file(Uint8Array.of(0), true),
      "old mode 100644\nnew mode 100755\n",
    ],
  ])("bytes: %s", (_name, before, after, text) => {
    expect(unifiedDiff("f.ts", before, after)).toBe(`diff --git a/f.ts b/f.ts\n${text}`);
  });
});

describe("renamed", () => {
  it.each<readonly [string, string, FileEntry, FileEntry, string]>([
    [
      "src/a.ts",
      "src/b.ts",
      file("a\n"),
      file("a\n"),
      "diff --git a/src/a.ts b/src/b.ts\nrename from src/a.ts\nrename to src/b.ts\n",
    ],
    [
      "a b.ts",
      "c/d e.ts",
      file("a\n"),
      script("b\n"),
      "diff --git a/a b.ts b/c/d e.ts\nold mode 100644\nnew mode 100755\nrename from a b.ts\nrename to c/d e.ts\n--- a/a b.ts\t\n+++ b/c/d e.ts\t\n@@ -1 +1 @@\n-a\n+b\n",
    ],
  ])("%s to %s", (from, to, before, after, text) => {
    const patch = unifiedDiff(to, before, after, { from });
    expect(patch).toBe(text);
    expect(applied(patch, to, before, from)).toEqual(after);
  });

  it("not, when there was nothing before", () => {
    expect(unifiedDiff("b.ts", undefined, file(""), { from: "a.ts" })).toBe(
      "diff --git a/b.ts b/b.ts\nnew file mode 100644\n",
    );
  });

  it("not, when there is nothing after", () => {
    expect(unifiedDiff("b.ts", file(""), undefined, { from: "a.ts" })).toBe(
      "diff --git a/b.ts b/b.ts\ndeleted file mode 100644\n",
    );
  });
});

describe("odd names", () => {
  it.each<readonly [string, string]>([
    ["with space.ts", "a/with space.ts b/with space.ts"],
    ["tab\there.ts", String.raw`"a/tab\there.ts" "b/tab\there.ts"`],
    ["tab\tand space .ts", String.raw`"a/tab\tand space .ts" "b/tab\tand space .ts"`],
    ['quo"te.ts', String.raw`"a/quo\"te.ts" "b/quo\"te.ts"`],
    ["back\\slash.ts", String.raw`"a/back\\slash.ts" "b/back\\slash.ts"`],
    ["Gerät/日.ts", String.raw`"a/Ger\303\244t/\346\227\245.ts" "b/Ger\303\244t/\346\227\245.ts"`],
    ["new\nline\u0001\u007f", String.raw`"a/new\nline\001\177" "b/new\nline\001\177"`],
    ["!x*~.ts", "a/!x*~.ts b/!x*~.ts"],
    ["-dash", "a/-dash b/-dash"],
    ["deep/er/x.ts", "a/deep/er/x.ts b/deep/er/x.ts"],
  ])("%j", (name, names) => {
    for (const [before, after] of [
      [undefined, file("a\n")],
      [file("a\n"), file("b\n")],
      [file("a\n"), undefined],
      [file("a\n"), script("a\n")],
      [undefined, file("")],
    ] as const) {
      const patch = unifiedDiff(name, before, after);
      expect(patch.split("\n")[0]).toBe(`diff --git ${names}`);
      expect(applied(patch, name, before)).toEqual(after);
    }
  });
});

it("any change of lines is applied as it was meant", () => {
  const text = fc
    .tuple(
      fc.array(fc.constantFrom("a", "b", "c", "", "-- x", "\\", "@@ -1 +1 @@", "é"), {
        maxLength: 30,
      }),
      fc.boolean(),
    )
    .map(([lines, isEnded]) => lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : ""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      const patch = unifiedDiff("f.ts", file(before), file(after));
      expect(applied(patch, "f.ts", file(before))).toEqual(file(after));
    }),
    { numRuns: 150 },
  );
});
