import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paintedPatch, paintedWords } from "../../src/core/colours.js";
import { duration } from "../../src/core/duration.js";
import { layOut } from "../../src/core/layout.js";

const laidOut = (text: string, width = 30): string => layOut(text, { width, joinsLines: true });

describe("a text on a page of 30 columns", () => {
  it.each([
    ["fits", "Created ./acme: 40 files.\n", "Created ./acme: 40 files.\n"],
    [
      "prose",
      "The project is complete, but no account was linked.",
      "The project is complete, but\nno account was linked.",
    ],
    [
      "an item of a list stays one",
      "  --name is missing, and so is everything else.",
      "  --name is missing, and so is\n      everything else.",
    ],
    [
      "a path stays whole",
      "There is none in /tmp/a/folder/with/a/long/path.",
      "There is none in\n/tmp/a/folder/with/a/long/path.",
    ],
    [
      "ideographs count two",
      "設定設定設定設定設定設 設定設定設",
      "設定設定設定設定設定設\n設定設定設",
    ],
    [
      "a column",
      "  api   read the whole of the API\n  sudo  act",
      "  api   read the whole of the\n        API\n  sudo  act",
    ],
    [
      "a column for which there is no room stands beneath, in every row",
      "  --scope-separator  between two\n  --ci               workflows, or not",
      "  --scope-separator\n      between two\n  --ci\n      workflows, or not",
    ],
    [
      "a path in a column",
      "  create   src/oauth/authorization-request.ts\n  create   a b",
      "  create   src/oauth/authorization-request.ts\n  create   a b",
    ],
    [
      "a command",
      "Next:\n  npx tool --name 'Acme Cloud' --ci true --scopes read",
      "Next:\n  npx tool \\\n    --name 'Acme Cloud' \\\n    --ci true --scopes read",
    ],
    [
      "a command that is broken already",
      '  npx tool --name "Acme Cloud" \\\n    --token-url https://a.test/t\nend',
      '  npx tool \\\n    --name "Acme Cloud" \\\n    --token-url \\\n    https://a.test/t\nend',
    ],
  ])("%s", (_name, text, shown) => {
    expect(laidOut(text)).toBe(shown);
  });

  it("a command stays on its line where the shell knows no backslash", () => {
    const text = "  npx tool --name 'Acme Cloud' --ci true";
    expect(layOut(text, { width: 30, joinsLines: false })).toBe(text);
  });
});

describe("for any text and width", () => {
  const word = fc.stringMatching(/^[a-z"'(–-]{1,12}$/u);
  const line = fc
    .tuple(fc.constantFrom("", "  ", "    "), fc.array(word, { minLength: 1, maxLength: 20 }))
    .map(([indent, words]) => indent + words.join(" "));
  const width = fc.integer({ min: 40, max: 200 });

  it("every word is there in its order, and no line is too wide", () => {
    fc.assert(
      fc.property(fc.array(line), width, (lines, columns) => {
        const text = lines.join("\n");
        const shown = laidOut(text, columns);
        expect(shown.split(/\s+/u)).toEqual(text.split(/\s+/u));
        for (const one of shown.split("\n")) expect(one.length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it("a shell reads the same words from a broken command", () => {
    const value = fc.constantFrom(
      "read",
      "'a b'",
      String.raw`'it'\''s'`,
      "'{\"a\":1}'",
      "https://a.test/x",
    );
    const flags = fc.array(fc.tuple(fc.constantFrom("--name", "--scopes", "dir"), value), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(flags, fc.integer({ min: 10, max: 60 }), (pairs, columns) => {
        const words = pairs.map(([flag, text]) => `${flag} ${text}`).join(" ");
        const command = `  npx tool ${words}`;
        expect(wordsInShell(laidOut(command, columns))).toBe(wordsInShell(command));
      }),
      { numRuns: 30 },
    );
  });
});

/** What a shell makes of a command, a word on each line. */
function wordsInShell(command: string): string {
  const script = `npx() { printf '%s\\n' "$@"; }\n${command}\n`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" });
}

it("colours stand where they mean something", () => {
  const [yellow, red, green, cyan, end] = [33, 31, 32, 36, 39].map((code) => `\u001b[${code}m`);
  expect(paintedWords("Note: a conflict.\n  conflict a\n  delete   b\n  create   delete c\n")).toBe(
    `${yellow}Note:${end} a conflict.\n  ${yellow}conflict${end} a\n  ${red}delete${end}   b\n  create   delete c\n`,
  );
  expect(paintedPatch("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n c\n")).toBe(
    `--- a/x\n+++ b/x\n${cyan}@@ -1 +1 @@${end}\n${red}-a${end}\n${green}+b${end}\n c\n`,
  );
});

it.each([
  [40, "40 ms"],
  [400, "0.4 s"],
  [12_345, "12.3 s"],
  [65_000, "1 min 5 s"],
] as const)("%i milliseconds are %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});
