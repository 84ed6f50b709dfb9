import { execFileSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { compareWithGit, type Tally, type Verdict, VERDICTS } from "./support/merge-fuzz.js";

const CASES = 10_000;
const SEED = Number(process.env["SEED"] ?? Date.now());

/** `git merge-file` is the oracle. To see one case: `node test/bench/merge-fuzz.js case <number> <seed>`. */
let tally: Tally;
beforeAll(async () => {
  tally = await compareWithGit(SEED, CASES);
  const figures = VERDICTS.map((verdict) => `${verdict} ${tally[verdict].length}`).join(", ");
  console.log(`${execFileSync("git", ["--version"]).toString().trim()}, seed ${SEED}: ${figures}`);
});

it.each<Verdict>(["line of yours lost", "other text"])("never: %s", (verdict) => {
  expect(tally[verdict]).toEqual([]);
});

// None in 100,000 cases with git 2.39. When one appears with another git, look at it before you raise this.
it.each<Verdict>(["clean in git only", "clean here only", "other conflicts"])(
  "not seen: %s",
  (verdict) => {
    expect(tally[verdict]).toEqual([]);
  },
);

// Both sides came to the same lines by other steps, since what is around them differs. git then writes a conflict without a line on
// either side. We take the lines that both have.
it("few conflicts of git have nothing in them", () => {
  expect(tally["empty conflict in git"].length).toBeLessThan(CASES / 200);
});

it("both kinds of cases", () => {
  expect(tally["same text"].length).toBeGreaterThan(CASES / 4);
  expect(tally["same conflicts"].length).toBeGreaterThan(CASES / 4);
});
