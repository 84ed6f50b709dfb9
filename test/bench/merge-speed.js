import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fuzz } from "./fuzz.js";

/** How long whole merges take, as a table. */
export function mergeSpeed() {
  const source = fileURLToPath(new URL("../../src/core/merge/diff-lines.ts", import.meta.url));
  const lines = readFileSync(source, "utf8").split("\n").slice(0, 300);
  const cases = [
    { name: "10,000 repetitive lines", budget: "50", merge: fuzz.repetitiveCase() },
    { name: "300 lines of code", budget: "", merge: fuzz.sourceCase(`${lines.join("\n")}\n`) },
  ];
  return [
    ["a merge, median of 20", "budget, ms", "ms"],
    ...cases.map(({ name, budget, merge }) => {
      const times = fuzz.timesOf(merge, 20).toSorted((a, b) => a - b);
      return [name, budget, (times[10] ?? Number.NaN).toFixed(2)];
    }),
  ];
}
