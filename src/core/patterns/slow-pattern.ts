import { PatternFault, type Positions, positionsOf } from "./positions.js";

/*
 * A matcher that goes back tries every way in which a text fits, before it says that it does not. Of a pattern with two ways around the same
 * loop for the same letters (`(a+)+`, `(a|a)*`, `(\w|\d)*`) there are 2ⁿ for n letters; of loops behind each other that take the same
 * letters (`.*.*.*`) there are nᵏ. The first kind is refused, and more than two loops of the second.
 */

/** Loops behind each other that take the same letters: two take a moment for thousands of letters, three take minutes. */
const MOST_LOOPS = 2;
/** Ways to choose how often something is there that is not repeated for ever. */
const MOST_COUNTS = 1_000_000;

/** Why a matcher could take for ever to apply a pattern, as the end of a sentence; `undefined`: it never does. */
export function slowness(source: string): string | undefined {
  try {
    return faultOf(positionsOf(source));
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

function faultOf(positions: Positions): string | undefined {
  const { atoms, looks, counts } = positions;
  if (counts > MOST_COUNTS) return "too many parts may be there or not";
  const meets = meetingsOf(atoms);
  const loops = loopsOf(positions);
  for (const loop of loops) {
    const twice = twiceAround(loop, positions, meets);
    if (twice !== undefined)
      return `the same letters go around a loop in two ways (at ${atoms[twice]})`;
  }
  if (longestChain(loops, positions, meets) > MOST_LOOPS)
    return `more than ${MOST_LOOPS} repetitions behind each other take the same letters`;
  return looks.map(faultOf).find((fault) => fault !== undefined);
}

/** Whether two positions take a letter in common. */
type Meets = (one: number, other: number) => boolean;

/** Letters that tell classes apart: all that a person's pattern is likely to name. */
const BASIC = Array.from({ length: 0x2_50 }, (_, code) => String.fromCodePoint(code));
const FOREIGN = [..."αжא中あ\u2028\u{1f600}"];

function meetingsOf(atoms: readonly string[]): Meets {
  const named = [...atoms.join("")].filter((letter) => letter > "\u024f");
  const escaped = atoms.join("").matchAll(/\\u(?:\{([\da-f]+)\}|([\da-f]{4}))/giu);
  const codes = Array.from(escaped, ([, long, short]) => Number.parseInt(long ?? short ?? "", 16));
  const letters = [
    ...BASIC,
    ...FOREIGN,
    ...named,
    ...codes.map((code) => String.fromCodePoint(code)),
  ];
  const different = [...new Set(atoms)];
  const numbers = atoms.map((atom) => different.indexOf(atom));
  const taken = different.map((atom) => lettersOf(atom, letters));
  const matrix = taken.map((some) =>
    taken.map((others) => [...some].some((letter) => others.has(letter))),
  );
  return (one, other) => matrix[numbers[one] ?? 0]?.[numbers[other] ?? 0] === true;
}

/** What an atom takes. Beyond ASCII, Python and JavaScript have other words, digits and spaces, and a property may be anything. */
function lettersOf(atom: string, letters: readonly string[]): ReadonlySet<string> {
  const shape = new RegExp(`^${atom}$`, "u");
  const isProperty = /\\p\{/iu.test(atom);
  const isVague = /\\[dws]/iu.test(atom);
  return new Set(
    letters.filter((letter) => isProperty || (isVague && letter > "\u007f") || shape.test(letter)),
  );
}

/** Positions from which a way leads back: each set is a loop, with all loops inside it. */
function loopsOf({ atoms, follow }: Positions): readonly ReadonlySet<number>[] {
  const reached = atoms.map((_, position) => reachedFrom(position, follow));
  const loops: Set<number>[] = [];
  const seen = new Set<number>();
  for (const position of atoms.keys()) {
    if (seen.has(position) || !reached[position]?.has(position)) continue;
    const loop = [...(reached[position] ?? [])].filter((one) => reached[one]?.has(position));
    for (const one of loop) seen.add(one);
    loops.push(new Set(loop));
  }
  return loops;
}

function reachedFrom(start: number, follow: Positions["follow"]): ReadonlySet<number> {
  const found = new Set(follow[start]?.keys());
  for (const position of found) for (const next of follow[position]?.keys() ?? []) found.add(next);
  return found;
}

/**
 * Goes around a loop with two fingers at once, over the same letters: where they part and meet again, there are two ways (exponential
 * ambiguity of an automaton). Gives a position where they meet.
 */
function twiceAround(
  loop: ReadonlySet<number>,
  { atoms, follow }: Positions,
  meets: Meets,
): number | undefined {
  const nexts = follow.map((after) => [...after.keys()].filter((next) => loop.has(next)));
  for (const position of loop)
    for (const [next, ways] of follow[position] ?? []) if (ways > 1 && loop.has(next)) return next;
  const pairs = new Set([...loop].map((position) => position * atoms.length + position));
  for (const pair of pairs) {
    const [one, other] = [Math.floor(pair / atoms.length), pair % atoms.length];
    for (const a of nexts[one] ?? [])
      for (const b of nexts[other] ?? []) {
        if (!meets(a, b)) continue;
        if (one !== other && a === b) return a;
        pairs.add(Math.min(a, b) * atoms.length + Math.max(a, b));
      }
  }
  return undefined;
}

/** The most loops behind each other of which each can leave its letters to the next. */
function longestChain(
  loops: readonly ReadonlySet<number>[],
  positions: Positions,
  meets: Meets,
): number {
  const lengths = new Map<ReadonlySet<number>, number>();
  const lengthFrom = (loop: ReadonlySet<number>): number => {
    const known = lengths.get(loop);
    if (known !== undefined) return known;
    const after = loops.filter((next) => next !== loop && isLeftTo(loop, next, positions, meets));
    const length = 1 + Math.max(0, ...after.map(lengthFrom));
    lengths.set(loop, length);
    return length;
  };
  return Math.max(0, ...loops.map(lengthFrom));
}

/** Whether a way leads from one loop to another over letters that both of them take. */
function isLeftTo(
  loop: ReadonlySet<number>,
  next: ReadonlySet<number>,
  { follow }: Positions,
  meets: Meets,
): boolean {
  const takes = (all: ReadonlySet<number>, position: number): boolean =>
    [...all].some((one) => meets(one, position));
  const way = new Set(loop);
  for (const position of way)
    for (const after of follow[position]?.keys() ?? []) {
      if (loop.has(after) || !takes(loop, after) || !takes(next, after)) continue;
      if (next.has(after)) return true;
      way.add(after);
    }
  return false;
}
