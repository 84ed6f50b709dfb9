/**
 * Where two texts differ, line by line: Myers' O(ND) algorithm, searched from both ends in linear space. The cost limits and
 * the place of ambiguous changes are git's, so that a merge gives what people know from git. The same input gives the same
 * changes everywhere.
 */

/** Lines `oldStart` up to `oldEnd` of the old text became `newStart` up to `newEnd` of the new one: from 0, without the ends. */
export interface LineChange {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Rounds of one search before it takes the best point so far; what git takes for texts below 30,000 lines. */
const MOST_ROUNDS = 256;
/** How many lines around a frequent one are looked at. */
const NEIGHBOURHOOD = 100;
/** Further than any line. */
const BEYOND = 0x7f_ff_ff_ff;

/** One of the two texts: its lines as numbers, and which of them changed. The flag after the last line stays 0. */
interface Side {
  readonly lines: Int32Array;
  readonly changed: Uint8Array;
}

/** The lines of a text, each with its `\n`; only the last one may have none. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split("\n");
  const rest = lines.pop();
  const ended = lines.map((line) => `${line}\n`);
  return rest ? [...ended, rest] : ended;
}

/** Gives texts as numbers: equal lines, in whichever of the texts that one numbering was given, have the same one. */
export function lineNumbering(): (lines: readonly string[]) => Int32Array {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  return (lines) => Int32Array.from(lines, numberOf);
}

/** The changes that make the new text from the old one, in order; an equal line stands between any two of them. */
export function diffLines(before: Int32Array, after: Int32Array): readonly LineChange[] {
  const old: Side = { lines: before, changed: new Uint8Array(before.length + 1) };
  const now: Side = { lines: after, changed: new Uint8Array(after.length + 1) };
  markChanges(old, now);
  slideGroups(old, now);
  slideGroups(now, old);
  return changesOf(old, now);
}

function changesOf(old: Side, now: Side): readonly LineChange[] {
  const changes: LineChange[] = [];
  let [i, j] = [0, 0];
  while (i < old.lines.length || j < now.lines.length) {
    const [oldStart, newStart] = [i, j];
    while (old.changed[i]) i++;
    while (now.changed[j]) j++;
    if (i > oldStart || j > newStart) changes.push({ oldStart, oldEnd: i, newStart, newEnd: j });
    i++;
    j++;
  }
  return changes;
}

/* ---- which lines take part ---- */

function markChanges(old: Side, now: Side): void {
  const [a, b] = [old.lines, now.lines];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const size = 1 + Math.max(highest(a), highest(b));
  const left = distinctive(old, countsOf(b, size), start, a.length - end);
  const right = distinctive(now, countsOf(a, size), start, b.length - end);
  compare(
    startSearch(old, left, now, right),
    { left: 0, right: left.length, top: 0, bottom: right.length },
    "bounded",
  );
}

const highest = (lines: Int32Array): number => lines.reduce((top, line) => Math.max(top, line), 0);

/** How often each line occurs. */
function countsOf(lines: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

const ABSENT = 0;
const TELLING = 1;
const FREQUENT = 2;

/**
 * The places of the lines that can tell how the texts fit together. Lines that the other side does not have are changes, and
 * so are frequent ones among these: a lone brace in a new function is no reason to tear it apart.
 */
function distinctive(
  { lines, changed }: Side,
  elsewhere: Int32Array,
  start: number,
  end: number,
): Int32Array {
  const limit = roughRoot(lines.length);
  const kinds = new Uint8Array(lines.length);
  for (let i = start; i < end; i++) {
    const matches = elsewhere[lines[i] ?? 0] ?? 0;
    kinds[i] = matches === 0 ? ABSENT : matches < limit ? TELLING : FREQUENT;
  }
  const places: number[] = [];
  for (let i = start; i < end; i++) {
    if (kinds[i] === TELLING || (kinds[i] === FREQUENT && !isNoise(kinds, i, start, end)))
      places.push(i);
    else changed[i] = 1;
  }
  return Int32Array.from(places);
}

/** Whether a frequent line stands between absent ones that are clearly more than the frequent ones around it. */
function isNoise(kinds: Uint8Array, place: number, start: number, end: number): boolean {
  const above = neighbours(kinds, place, -1, Math.min(place - start, NEIGHBOURHOOD));
  if (above.absent === 0) return false;
  const below = neighbours(kinds, place, 1, Math.min(end - 1 - place, NEIGHBOURHOOD));
  if (below.absent === 0) return false;
  // The line itself counts on both sides.
  const frequent = above.frequent + below.frequent + 2;
  return 3 * frequent < above.absent + below.absent;
}

/** What stands on one side of a line, up to the next telling one. */
function neighbours(
  kinds: Uint8Array,
  place: number,
  step: 1 | -1,
  most: number,
): { readonly absent: number; readonly frequent: number } {
  let [absent, frequent] = [0, 0];
  for (let distance = 1; distance <= most; distance++) {
    const kind = kinds[place + step * distance];
    if (kind === TELLING) break;
    if (kind === ABSENT) absent++;
    else frequent++;
  }
  return { absent, frequent };
}

/** A power of two that is about the square root. */
function roughRoot(value: number): number {
  let root = 1;
  for (let rest = value; rest > 0; rest >>= 2) root <<= 1;
  return root;
}

/* ---- the search ---- */

/**
 * The lines that take part, where they stand in their texts, and the memory of both searches: for each diagonal (place in `a`
 * less place in `b`), moved by `offset`, the furthest place in `a`.
 */
interface Search {
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly placesA: Int32Array;
  readonly placesB: Int32Array;
  readonly old: Side;
  readonly now: Side;
  readonly offset: number;
  readonly forward: Int32Array;
  readonly backward: Int32Array;
}

/** A part of both sides; `right` and `bottom` do not belong to it. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** `bounded`: may take a path that is good enough. */
type Effort = "exact" | "bounded";

/** A point on the path, and the effort that is left for what is before and after it. */
interface Split {
  readonly i: number;
  readonly j: number;
  readonly before: Effort;
  readonly after: Effort;
}

/** The diagonals that one search has reached. */
interface Front {
  readonly reach: Int32Array;
  readonly origin: number;
  low: number;
  high: number;
}

function startSearch(old: Side, placesA: Int32Array, now: Side, placesB: Int32Array): Search {
  const diagonals = placesA.length + placesB.length + 3;
  return {
    a: placesA.map((place) => old.lines[place] ?? 0),
    b: placesB.map((place) => now.lines[place] ?? 0),
    placesA,
    placesB,
    old,
    now,
    offset: placesB.length + 1,
    forward: new Int32Array(diagonals),
    backward: new Int32Array(diagonals),
  };
}

/** Marks what changed in a box: finds a point on the path, then does the same before and after it. */
function compare(search: Search, box: Box, effort: Effort): void {
  const { a, b } = search;
  let { left, right, top, bottom } = box;
  while (left < right && top < bottom && a[left] === b[top]) {
    left++;
    top++;
  }
  while (left < right && top < bottom && a[right - 1] === b[bottom - 1]) {
    right--;
    bottom--;
  }
  if (left === right) for (; top < bottom; top++) search.now.changed[search.placesB[top] ?? 0] = 1;
  else if (top === bottom)
    for (; left < right; left++) search.old.changed[search.placesA[left] ?? 0] = 1;
  else {
    const { i, j, before, after } = split(search, { left, right, top, bottom }, effort);
    compare(search, { left, right: i, top, bottom: j }, before);
    compare(search, { left: i, right, top: j, bottom }, after);
  }
}

/** Searches from both corners by turns, one edit more in each round, until both meet or the effort is spent. */
function split(search: Search, box: Box, effort: Effort): Split {
  const { offset } = search;
  const head: Front = frontAt(search.forward, box.left - box.top);
  const tail: Front = frontAt(search.backward, box.right - box.bottom);
  head.reach[offset + head.origin] = box.left;
  tail.reach[offset + tail.origin] = box.right;
  for (let round = 1; ; round++) {
    widen(head, box, offset, -1);
    const down = advance(search, box, head, tail);
    if (down) return down;
    widen(tail, box, offset, BEYOND);
    const up = retreat(search, box, head, tail);
    if (up) return up;
    if (effort === "bounded" && round >= MOST_ROUNDS) return furthest(search, box, head, tail);
  }
}

function frontAt(reach: Int32Array, origin: number): Front {
  return { reach, origin, low: origin, high: origin };
}

/** One diagonal more on each side; one less where the box ends, since a round sees every second one. */
function widen(front: Front, box: Box, offset: number, outside: number): void {
  if (front.low > box.left - box.bottom) front.reach[offset + --front.low - 1] = outside;
  else front.low++;
  if (front.high < box.right - box.top) front.reach[offset + ++front.high + 1] = outside;
  else front.high--;
}

/** Fronts that began an odd number of diagonals apart can only meet in the forward half of a round, others in the other. */
function isOdd(head: Front, tail: Front): boolean {
  return ((head.origin - tail.origin) & 1) !== 0;
}

const met = (i: number, j: number): Split => ({ i, j, before: "exact", after: "exact" });

function advance({ a, b, offset }: Search, box: Box, head: Front, tail: Front): Split | undefined {
  const { reach } = head;
  const { right, bottom } = box;
  const canMeet = isOdd(head, tail);
  for (let diagonal = head.high; diagonal >= head.low; diagonal -= 2) {
    const below = reach[offset + diagonal - 1] ?? 0;
    const above = reach[offset + diagonal + 1] ?? 0;
    const start = below >= above ? below + 1 : above;
    let i = start;
    let j = i - diagonal;
    while (i < right && j < bottom && a[i] === b[j]) {
      i++;
      j++;
    }
    reach[offset + diagonal] = i;
    if (canMeet && tail.low <= diagonal && diagonal <= tail.high)
      if ((tail.reach[offset + diagonal] ?? 0) <= i) return met(i, j);
  }
  return undefined;
}

function retreat({ a, b, offset }: Search, box: Box, head: Front, tail: Front): Split | undefined {
  const { reach } = tail;
  const { left, top } = box;
  const canMeet = !isOdd(head, tail);
  for (let diagonal = tail.high; diagonal >= tail.low; diagonal -= 2) {
    const below = reach[offset + diagonal - 1] ?? 0;
    const above = reach[offset + diagonal + 1] ?? 0;
    const start = below < above ? below : above - 1;
    let i = start;
    let j = i - diagonal;
    while (i > left && j > top && a[i - 1] === b[j - 1]) {
      i--;
      j--;
    }
    reach[offset + diagonal] = i;
    if (canMeet && head.low <= diagonal && diagonal <= head.high)
      if (i <= (head.reach[offset + diagonal] ?? 0)) return met(i, j);
  }
  return undefined;
}

/** The point that is furthest from its own corner, of both searches. */
function furthest({ offset }: Search, box: Box, head: Front, tail: Front): Split {
  const { left, right, top, bottom } = box;
  let [headSum, headAt] = [-1, -1];
  for (let diagonal = head.high; diagonal >= head.low; diagonal -= 2) {
    const i = Math.min(head.reach[offset + diagonal] ?? 0, right, bottom + diagonal);
    if (2 * i - diagonal > headSum) [headSum, headAt] = [2 * i - diagonal, i];
  }
  let [tailSum, tailAt] = [BEYOND, BEYOND];
  for (let diagonal = tail.high; diagonal >= tail.low; diagonal -= 2) {
    const i = Math.max(tail.reach[offset + diagonal] ?? 0, left, top + diagonal);
    if (2 * i - diagonal < tailSum) [tailSum, tailAt] = [2 * i - diagonal, i];
  }
  return right + bottom - tailSum < headSum - (left + top)
    ? { i: headAt, j: headSum - headAt, before: "exact", after: "bounded" }
    : { i: tailAt, j: tailSum - tailAt, before: "bounded", after: "exact" };
}

/* ---- where ambiguous changes stand ---- */

/** Changed lines without an equal one between them, possibly none: the group after the n-th equal line of a side. */
interface Group {
  start: number;
  end: number;
}

function firstGroup({ changed }: Side): Group {
  const group = { start: 0, end: 0 };
  while (changed[group.end]) group.end++;
  return group;
}

function toNext(group: Group, { lines, changed }: Side): boolean {
  if (group.end === lines.length) return false;
  group.start = group.end + 1;
  group.end = group.start;
  while (changed[group.end]) group.end++;
  return true;
}

function toPrevious(group: Group, { changed }: Side): void {
  group.end = group.start - 1;
  group.start = group.end;
  while (changed[group.start - 1]) group.start--;
}

/** Moves a group one line up where that says the same, and takes in the group that it then touches. */
function slideUp(group: Group, { lines, changed }: Side): boolean {
  if (group.start === 0 || lines[group.start - 1] !== lines[group.end - 1]) return false;
  changed[--group.start] = 1;
  changed[--group.end] = 0;
  while (changed[group.start - 1]) group.start--;
  return true;
}

function slideDown(group: Group, { lines, changed }: Side): boolean {
  if (group.end === lines.length || lines[group.start] !== lines[group.end]) return false;
  changed[group.start++] = 0;
  changed[group.end++] = 1;
  while (changed[group.end]) group.end++;
  return true;
}

/**
 * A group between equal lines may be said at several places (which of two equal blocks is the new one?). Each stands as far
 * down as it can, or where it is one change with a group of the other side.
 */
function slideGroups(side: Side, other: Side): void {
  const group = firstGroup(side);
  const opposite = firstGroup(other);
  do {
    if (group.start < group.end) slideGroup(group, side, opposite, other);
    toNext(opposite, other);
  } while (toNext(group, side));
}

function slideGroup(group: Group, side: Side, opposite: Group, other: Side): void {
  let size: number;
  let highestEnd: number;
  let hasPartner: boolean;
  do {
    size = group.end - group.start;
    while (slideUp(group, side)) toPrevious(opposite, other);
    highestEnd = group.end;
    hasPartner = opposite.start < opposite.end;
    while (slideDown(group, side)) {
      toNext(opposite, other);
      hasPartner ||= opposite.start < opposite.end;
    }
  } while (size !== group.end - group.start);
  if (group.end === highestEnd || !hasPartner) return;
  while (opposite.start === opposite.end) {
    slideUp(group, side);
    toPrevious(opposite, other);
  }
}
