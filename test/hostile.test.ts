import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hostileCases, PLAIN_ANSWERS } from "./hostile/arbitrary-answers.js";
import { checkCase, type RenderSpec } from "./hostile/check.js";
import { type Python, startPython } from "./hostile/read-python.js";
import { loadRenderer } from "./hostile/templates.js";

/** `npm run hostile` looks at many more; `SEED` repeats a run. */
const CASES = Number(process.env["HOSTILE"] ?? 300);
const SEED = Number(process.env["SEED"] ?? Date.now() % 1_000_000_000);
/** So many are read back at a time. */
const AT_ONCE = 50;
/** A run that finds more than this has shown enough. */
const MOST_FAULTS = 20;

let python: Python;
let render: RenderSpec;
beforeAll(async () => {
  python = startPython();
  render = await loadRenderer();
});
afterAll(() => python.stop());

it(
  "hostile answers are refused with their key, or rendered so that every language reads the same value back",
  async () => {
    const counts = { refused: 0, rendered: 0 };
    const faults: string[] = [];
    const begun = Date.now();
    for (let start = 0; start < CASES && faults.length < MOST_FAULTS; start += AT_ONCE) {
      const numRuns = Math.min(AT_ONCE, CASES - start);
      const cases = fc.sample(hostileCases(new Set()), { seed: SEED + start, numRuns });
      const verdicts = await Promise.all(
        cases.map(async (hostile) => ({ hostile, ...(await checkCase(hostile, render, python)) })),
      );
      for (const { hostile, is, faults: found } of verdicts) {
        counts[is]++;
        faults.push(...found.map((fault) => `${fault}\n    in ${JSON.stringify(hostile.answers)}`));
      }
    }
    console.log(
      `${counts.refused + counts.rendered} hostile cases, ${counts.refused} refused, ${counts.rendered} rendered and read back, seed ${SEED}, ${Math.round((Date.now() - begun) / 1000)} s`,
    );
    expect(faults.slice(0, MOST_FAULTS), `seed ${SEED}`).toEqual([]);
    expect(counts.refused).toBeGreaterThan(CASES / 10);
    expect(counts.rendered).toBeGreaterThan(CASES / 10);
  },
  Math.max(60_000, CASES * 60),
);

/** What was found once. */
it.each([
  ["refused", "typescript", { repository: "https://github.com/owner/.." }],
  ["refused", "home-assistant", { repository: "https://acme.com/../owner/name" }],
  ["rendered", "home-assistant", { description: "1. Reads the meter" }],
  ["rendered", "typescript", { name: "2. Cloud", domain: "second_cloud" }],
  [
    "rendered",
    "home-assistant",
    { sensors: [{ path: "/a|b", field: String.raw`a\|b`, name: "A|B", unit: "a|b" }] },
  ],
] as const)("%s, for %s: %j", async (is, set, planted) => {
  const answers = { templateSet: set, ...PLAIN_ANSWERS, ...planted };
  expect(await checkCase({ set, answers }, render, python)).toEqual({ is, faults: [] });
});
