import { EXCLUSIONS, type Level } from "./factors.js";

/** Something that has one of several levels. */
export interface Levels<One> {
  readonly levels: readonly One[];
}

/** Whether two levels of two factors may stand in one row. */
export type Fits<One> = (one: One, other: One) => boolean;

/** One level of each factor, by its index. */
export type Row = readonly number[];

/** Two levels of two factors. */
export interface Pair {
  readonly factors: readonly [number, number];
  readonly levels: readonly [number, number];
}

/** Whether two levels may stand in one case of the wire. */
export function fits(one: Level, other: Level): boolean {
  const marked = ({ is = [] }: Level, mark: string) => is.some((own) => own === mark);
  return !EXCLUSIONS.some(
    ({ marks: [a, b] }) =>
      (marked(one, a) && marked(other, b)) || (marked(one, b) && marked(other, a)),
  );
}

/** Every pair of levels of two factors that may stand together. */
export function allowedPairs<One>(
  factors: readonly Levels<One>[],
  mayStand: Fits<One>,
): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const [a, first] of factors.entries())
    for (let b = a + 1; b < factors.length; b++)
      for (const [x, one] of first.levels.entries())
        for (const [y, other] of (factors[b]?.levels ?? []).entries())
          if (mayStand(one, other)) pairs.push({ factors: [a, b], levels: [x, y] });
  return pairs;
}

export const keyOf = ({ factors: [a, b], levels: [x, y] }: Pair): string => `${a}.${x}-${b}.${y}`;

/**
 * Rows that hold every allowed pair: each starts with a pair that is still open and takes, factor by factor in an order of chance, the
 * level that closes most. The same seed gives the same rows.
 */
export function coveringRows<One>(
  factors: readonly Levels<One>[],
  seed: number,
  mayStand: Fits<One>,
): readonly Row[] {
  const chance = chanceOf(seed);
  const open = new Map(allowedPairs(factors, mayStand).map((pair) => [keyOf(pair), pair]));
  const rows: Row[] = [];
  for (let [pair] = open.values(); pair !== undefined; [pair] = open.values()) {
    const start = pair;
    const candidates = Array.from({ length: 6 }, () =>
      rowWith(factors, { start, open, chance, mayStand }),
    );
    const [best] = candidates.toSorted(
      (a, b) => closedBy(b, open).length - closedBy(a, open).length,
    );
    if (best === undefined) break;
    for (const key of closedBy(best, open)) open.delete(key);
    rows.push(best);
  }
  return rows;
}

interface Search<One> {
  readonly start: Pair;
  readonly open: ReadonlyMap<string, Pair>;
  readonly chance: () => number;
  readonly mayStand: Fits<One>;
}

function rowWith<One>(
  factors: readonly Levels<One>[],
  { start, open, chance, mayStand }: Search<One>,
): Row {
  const row = new Map<number, number>([
    [start.factors[0], start.levels[0]],
    [start.factors[1], start.levels[1]],
  ]);
  const rest = [...factors.keys()].filter((index) => !row.has(index));
  for (const factor of shuffled(rest, chance))
    row.set(factor, bestLevel(factors, { row, factor, open, chance, mayStand }));
  return [...factors.keys()].map((index) => row.get(index) ?? 0);
}

interface Choice<One> extends Omit<Search<One>, "start"> {
  readonly row: ReadonlyMap<number, number>;
  readonly factor: number;
}

/** The level that closes most pairs with those of the row, among those that go with all of them. */
function bestLevel<One>(
  factors: readonly Levels<One>[],
  { row, factor, open, chance, mayStand }: Choice<One>,
): number {
  const chosen = [...row];
  const levels = factors[factor]?.levels ?? [];
  const possible = shuffled([...levels.keys()], chance).filter((index) =>
    chosen.every(([other, level]) =>
      mayStand(levelAt(factors, factor, index), levelAt(factors, other, level)),
    ),
  );
  const closes = (index: number) =>
    chosen.filter(([other, level]) => open.has(keyOf(pairOf([factor, index], [other, level]))))
      .length;
  return possible.toSorted((a, b) => closes(b) - closes(a))[0] ?? 0;
}

function levelAt<One>(factors: readonly Levels<One>[], factor: number, level: number): One {
  const found = factors[factor]?.levels[level];
  if (found === undefined) throw new Error(`There is no level ${level} of factor ${factor}.`);
  return found;
}

function pairOf(one: readonly [number, number], other: readonly [number, number]): Pair {
  const [[a, x], [b, y]] = one[0] < other[0] ? [one, other] : [other, one];
  return { factors: [a, b], levels: [x, y] };
}

/** The open pairs that a row holds. */
export function closedBy(row: Row, open: ReadonlyMap<string, Pair>): readonly string[] {
  const keys: string[] = [];
  for (const [a, x] of row.entries())
    for (let b = a + 1; b < row.length; b++) {
      const key = keyOf({ factors: [a, b], levels: [x, row[b] ?? 0] });
      if (open.has(key)) keys.push(key);
    }
  return keys;
}

function shuffled<Item>(items: readonly Item[], chance: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, order: chance() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

/** Chance that comes the same way for a seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
