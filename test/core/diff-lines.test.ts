import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../../src/core/merge/unified-diff.js";
import { type MergeCase, mergeCase } from "../support/merge-fuzz.js";

type Pair = readonly [before: string, after: string];

/** What git says of each pair, from its first hunk on. It reads them all at once. */
function hunksOfGit(pairs: readonly Pair[]): readonly string[] {
  const root = mkdtempSync(path.join(os.tmpdir(), "diff-lines-"));
  try {
    for (const [side, folder] of ["old", "new"].entries()) {
      mkdirSync(path.join(root, folder));
      for (const [index, pair] of pairs.entries())
        writeFileSync(path.join(root, folder, `${index}`), pair[side] ?? "");
    }
    const words = ["diff", "--no-index", "--no-indent-heuristic", "old", "new"];
    const { stdout, stderr } = spawnSync("git", words, {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    });
    expect(stderr).toBe("");
    const [, ...parts] = stdout.split(/^diff --git a\/old\/(\d+) .*\n/mu);
    const hunks = new Map(
      parts.flatMap((part, at) => (at % 2 === 0 ? [[part, hunksIn(parts[at + 1] ?? "")]] : [])),
    );
    return pairs.map((_pair, index) => hunks.get(`${index}`) ?? "");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Without what stands before the first hunk, and without the line that git repeats beside the place of a hunk. */
function hunksIn(diff: string): string {
  return diff.slice(Math.max(0, diff.search(/^@@/mu))).replaceAll(/^(@@ [^@]* @@).*$/gmu, "$1");
}

function ourHunks([before, after]: Pair): string {
  const file = (content: string) => ({ content, executable: false });
  return hunksIn(unifiedDiff("f", file(before), file(after)));
}

const casesUpTo = (count: number): readonly MergeCase[] =>
  Array.from({ length: count }, (_none, index) => mergeCase(1, index));
const pairsOf = ({ baseline, yours, template }: MergeCase): readonly Pair[] => [
  [baseline, yours],
  [template, yours],
];

describe("git as the oracle", () => {
  it.each([
    ["1000 random pairs of texts", casesUpTo(500), 1000],
    // Where a search ends before it found the shortest way, and lines are so frequent that they tell nothing.
    ["long ones", casesUpTo(5000).filter(({ baseline }) => baseline.length > 10_000), 16],
  ])("%s have the same hunks", (_name, cases, count) => {
    const pairs = cases.flatMap(pairsOf);
    expect(pairs.length).toBeGreaterThanOrEqual(count);
    const theirs = hunksOfGit(pairs);
    for (const [index, pair] of pairs.entries()) expect(ourHunks(pair)).toBe(theirs[index]);
  });
});
