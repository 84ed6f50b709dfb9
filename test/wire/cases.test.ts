import { describe, expect, it } from "vitest";
import { casesAlone, SEED } from "./cases.js";
import { allowedPairs, closedBy, coveringRows, fits, keyOf } from "./covering.js";
import { EXCLUSIONS, FACTORS } from "./factors.js";

const rows = coveringRows(FACTORS, SEED, fits);
const pairs = allowedPairs(FACTORS, fits);
const levels = FACTORS.flatMap(({ levels: all }) => all);

describe("the covering table", () => {
  it("holds every pair that may be, and none that contradicts itself", () => {
    const open = new Map(pairs.map((pair) => [keyOf(pair), pair]));
    const all = (FACTORS.length * (FACTORS.length - 1)) / 2;
    for (const row of rows) {
      const kept = closedBy(row, new Map(pairs.map((pair) => [keyOf(pair), pair])));
      expect(kept).toHaveLength(all);
      for (const key of closedBy(row, open)) open.delete(key);
    }
    expect([...open.keys()]).toEqual([]);
    console.log(
      `seed ${SEED}: ${FACTORS.length} factors, ${levels.length} values, ${pairs.length} pairs, ${rows.length} rows, ${casesAlone().length} values alone`,
    );
  });

  it("comes the same way again", () => expect(coveringRows(FACTORS, SEED, fits)).toEqual(rows));

  it("lets the first value of a factor stand with every other", () => {
    const broken = FACTORS.flatMap(({ name, levels: [first] }) =>
      levels.filter((level) => !fits(first, level)).map((level) => `${name} and ${level.name}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(EXCLUSIONS)("excludes $marks for something: $because", ({ marks }) => {
    for (const mark of marks)
      expect(levels.filter(({ is = [] }) => is.includes(mark)).length).toBeGreaterThan(0);
  });
});
