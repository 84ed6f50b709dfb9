import {
  byKey,
  type Group,
  isGroup,
  isList,
  isObject,
  type Member,
  type Node,
  parseDocument,
  type Scalar,
  toValue,
} from "./json-document.js";
import { type Entry, type Outcome, writeDocument } from "./json-writer.js";

/*
 * The three-way merge of JSON files by key. The file that a person has is the one that is edited: its order of keys, indentation,
 * comments, line ends, byte order mark and numbers stay as they are written, and only what the template changed is put into it.
 */

/** A value that you and the template changed differently, or that one changed and the other removed. Yours stays. */
export interface JsonConflict {
  /** RFC 6901. */
  readonly pointer: string;
  /** Absent: removed there. */
  readonly yours?: unknown;
  readonly template?: unknown;
}

export interface JsonMerge {
  readonly text: string;
  readonly conflicts: readonly JsonConflict[];
}

/**
 * Undefined: one of the three is no object or list in JSON with comments, or is nested deeper than `DEEPEST`, or the result would
 * not read back as the merged value with every comment of yours in it. Such a file has to be merged as text.
 *
 * - A value that one side changed or removed is taken from there; the same change on both sides stands once.
 * - Objects merge by key. The order of keys is no part of the value: yours stays.
 * - Lists merge as `mergeLists` says.
 * - A key that stands twice in yours is left alone: what the template changed there is a conflict.
 */
export function mergeJson(
  baseline: string,
  yours: string,
  template: string,
): JsonMerge | undefined {
  const base = parseDocument(baseline);
  const mine = parseDocument(yours);
  const theirs = parseDocument(template);
  if (!base || !mine || !theirs || !isGroup(base.root)) return undefined;
  if (!isGroup(mine.root) || !isGroup(theirs.root)) return undefined;

  const conflicts: JsonConflict[] = [];
  const merged = mergeValues(base.root, mine.root, theirs.root, { pointer: "", conflicts });
  if (merged === undefined) return undefined;
  const stale = new Set(base.comments);
  for (const comment of theirs.comments) stale.delete(comment);

  const text = writeDocument(merged, {
    mine,
    theirs,
    stale,
    step: mine.step ?? theirs.step ?? "  ",
    blank: (mine.spaced ?? theirs.spaced ?? true) ? " " : "",
  });

  const result = parseDocument(text);
  if (!result || !same(result.root, merged)) return undefined;
  const kept = mine.comments.filter((comment) => !stale.has(comment));
  return holdsAll(result.comments, kept) ? { text, conflicts } : undefined;
}

/** The value at a pointer (RFC 6901) of JSON with comments. Undefined: the text is no JSON, or has nothing there. */
export function valueAt(text: string, pointer: string): unknown {
  let found: Node | undefined = parseDocument(text)?.root;
  const [before, ...steps] = pointer.split("/");
  if (before !== "") return undefined;
  for (const step of steps) {
    if (found === undefined || !isGroup(found)) return undefined;
    if (found.kind === "object") {
      found = byKey(found).get(step.replaceAll("~1", "/").replaceAll("~0", "~"))?.value;
    } else {
      found = /^(?:0|[1-9]\d*)$/u.test(step) ? found.members[Number(step)]?.value : undefined;
    }
  }
  return found === undefined ? undefined : toValue(found);
}

interface Place {
  readonly pointer: string;
  /** Where conflicts are put down. */
  readonly conflicts: JsonConflict[];
}

/** For each side, undefined is: nothing stands there. */
function mergeValues(
  base: Node | undefined,
  yours: Node | undefined,
  template: Node | undefined,
  place: Place,
): Outcome | undefined {
  if (isObject(yours) && isObject(template)) {
    return mergeObjects(isObject(base) ? base : undefined, yours, template, place);
  }
  if (same(yours, template) || same(base, template)) return yours;
  if (isList(base) && isList(yours) && isList(template)) {
    const list = mergeLists(base, yours, template);
    if (list) return list;
  }
  if (same(base, yours)) return template;
  reportConflict(yours, template, place);
  return yours;
}

function reportConflict(yours: Node | undefined, template: Node | undefined, place: Place): void {
  place.conflicts.push({
    pointer: place.pointer,
    ...(yours && { yours: toValue(yours) }),
    ...(template && { template: toValue(template) }),
  });
}

/** New names go where `insertAfter` says, or are sorted in: where yours is sorted, and so is the template or it lists dependencies. */
function mergeObjects(
  base: Group | undefined,
  yours: Group,
  template: Group,
  place: Place,
): Outcome {
  const [before, mine, theirs] = [byKey(base), byKey(yours), byKey(template)];
  const mergeKey = (key: string): Outcome | undefined => {
    const [was, is, wanted] = [before, mine, theirs].map((side) => side.get(key)?.value);
    return mergeValues(was, is, wanted, below(place, key));
  };
  const twice = new Set(
    yours.members.filter((member) => mine.get(member.key) !== member).map(({ key }) => key),
  );
  for (const key of twice) {
    const [was, is, wanted] = [before, mine, theirs].map((side) => side.get(key)?.value);
    if (!same(was, wanted) && !same(is, wanted)) reportConflict(is, wanted, below(place, key));
  }
  const kept = yours.members.flatMap((member): readonly Entry[] => {
    const value = twice.has(member.key) ? member.value : mergeKey(member.key);
    return value ? [{ key: member.key, value, member }] : [];
  });
  const added = [...theirs.values()].flatMap((member): readonly Entry[] => {
    const value = mine.has(member.key) ? undefined : mergeKey(member.key);
    return value ? [{ key: member.key, value, member }] : [];
  });
  const sorted =
    isSorted(yours.members.map(({ key }) => key)) &&
    (isSorted([...theirs.keys()]) || place.pointer.endsWith("ependencies"));
  const placed = sorted
    ? [...kept, ...added].toSorted(byName)
    : insertAfter(kept, added, [...theirs.keys()]);
  return mixed(yours, placed);
}

function below(place: Place, key: string): Place {
  const step = key.replaceAll("~", "~0").replaceAll("/", "~1");
  return { ...place, pointer: `${place.pointer}/${step}` };
}

/** Each new member after the nearest one that precedes it in the template, else before the first that follows it, else last. */
function insertAfter(
  kept: readonly Entry[],
  added: readonly Entry[],
  templateKeys: readonly string[],
): readonly Entry[] {
  // A name that stands twice is an anchor once.
  const anchors = new Map(kept.map((entry) => [entry.key, entry]));
  const fresh = new Map(added.map((entry) => [entry.key, entry]));
  const leading: Entry[] = [];
  const followers = new Map<string, Entry[]>();
  let group = leading;
  for (const key of templateKeys) {
    const entry = fresh.get(key);
    if (entry) group.push(entry);
    if (anchors.has(key)) followers.set(key, (group = []));
  }
  const first = templateKeys.find((key) => anchors.has(key));
  const placed = kept.flatMap((entry) => {
    if (anchors.get(entry.key) !== entry) return [entry];
    const before = entry.key === first ? leading : [];
    return [...before, entry, ...(followers.get(entry.key) ?? [])];
  });
  return first === undefined ? [...placed, ...leading] : placed;
}

/**
 * Undefined: the two sides do not go together, or nothing tells the items apart.
 *
 * - Texts that each stand once are a set, and so are objects that each have their own `name` or `id`: what either side added or
 *   removed is added or removed, items that both have are merged. If only the template put its items in another order, its
 *   order is taken, else yours stays; if both did, differently, that is a conflict. A new item goes before the nearest one that
 *   follows it in the template, so that what the template appends comes after what you appended. Where yours and the template's
 *   have three items or more and both are sorted, so is the result.
 * - Texts that stand twice, numbers, and texts of which both sides replaced some may be a command line, a size or a version:
 *   there a place has a meaning. They merge place by place, if nobody made the list longer or shorter.
 *
 * A conflict in an item is a conflict of the list: the place of an item in the result is not where a person looks for it.
 */
function mergeLists(base: Group, yours: Group, template: Group): Outcome | undefined {
  for (const identify of IDENTITIES) {
    const before = identified(base, identify);
    const mine = identified(yours, identify);
    const theirs = identified(template, identify);
    if (!before || !mine || !theirs) continue;
    return mergeSets(yours, before, mine, theirs) ?? mergePlaces(base, yours, template);
  }
  return mergePlaces(base, yours, template);
}

const asText = (node: Node): unknown => (node.kind === "scalar" ? node.value : undefined);
const named =
  (name: string) =>
  (node: Node): unknown =>
    isObject(node) ? asText(byKey(node).get(name)?.value ?? node) : undefined;

/** What tells the items of a list from each other. */
const IDENTITIES: readonly ((node: Node) => unknown)[] = [asText, named("name"), named("id")];

type Items = ReadonlyMap<string, Member>;

/** The items by what tells them apart. Undefined: one has nothing, or two have the same. */
function identified(list: Group, identify: (node: Node) => unknown): Items | undefined {
  const items = new Map<string, Member>();
  for (const member of list.members) {
    const identity = identify(member.value);
    if (typeof identity !== "string" || items.has(identity)) return undefined;
    items.set(identity, member);
  }
  return items;
}

function mergeSets(yours: Group, base: Items, mine: Items, theirs: Items): Outcome | undefined {
  if (hasReplaced(base, mine) && hasReplaced(base, theirs)) return undefined;
  const place: Place = { pointer: "", conflicts: [] };
  const entries = new Map<string, Entry>();
  for (const [key, member] of new Map([...theirs, ...mine])) {
    const [was, is, wanted] = [base, mine, theirs].map((side) => side.get(key)?.value);
    const value = mergeValues(was, is, wanted, place);
    if (value) entries.set(key, { key, value, member });
  }
  if (place.conflicts.length > 0) return undefined;

  const [was, is, wanted] = [base, mine, theirs].map((side) =>
    JSON.stringify(
      [...side.keys()].filter((key) => [base, mine, theirs].every((one) => one.has(key))),
    ),
  );
  if (was !== is && was !== wanted && is !== wanted) return undefined;
  const entriesOf = (side: Items): readonly Entry[] =>
    [...side.keys()].flatMap((key) => entries.get(key) ?? []);
  if ([mine, theirs].every((side) => side.size > 2 && isSorted([...side.keys()]))) {
    return mixed(yours, [...entries.values()].toSorted(byName));
  }
  return mixed(
    yours,
    was === is && was !== wanted
      ? insertBefore(entriesOf(theirs), entriesOf(mine))
      : insertBefore(entriesOf(mine), entriesOf(theirs)),
  );
}

/** Took something out and put something else in. */
function hasReplaced(base: Items, side: Items): boolean {
  const holdsMore = (one: Items, other: Items): boolean =>
    [...one.keys()].some((key) => !other.has(key));
  return holdsMore(base, side) && holdsMore(side, base);
}

/** The items of `order`, and each further one before the nearest that follows it, else last. */
function insertBefore(order: readonly Entry[], further: readonly Entry[]): readonly Entry[] {
  const known = new Set(order.map(({ key }) => key));
  const leaders = new Map<string, readonly Entry[]>();
  let group: Entry[] = [];
  for (const entry of further) {
    if (known.has(entry.key)) {
      leaders.set(entry.key, group);
      group = [];
    } else group.push(entry);
  }
  return [...order.flatMap((entry) => [...(leaders.get(entry.key) ?? []), entry]), ...group];
}

function mergePlaces(base: Group, yours: Group, template: Group): Outcome | undefined {
  const sides = [base, yours, template];
  if (sides.some(({ members }) => members.length !== yours.members.length)) return undefined;
  if (sides.some(({ members }) => members.some(({ value }) => isGroup(value)))) return undefined;
  const place: Place = { pointer: "", conflicts: [] };
  const entries = yours.members.flatMap((member, index): readonly Entry[] => {
    const [was, is, wanted] = sides.map(({ members }) => members[index]?.value);
    const value = mergeValues(was, is, wanted, place);
    return value ? [{ key: String(index), value, member }] : [];
  });
  if (place.conflicts.length > 0) return undefined;
  const wasSet = sides.every((side) => identified(side, asText));
  const texts = new Set(entries.map(({ value }) => value.kind === "scalar" && value.value));
  return wasSet && texts.size < entries.length ? undefined : mixed(yours, entries);
}

function isSorted(keys: readonly string[]): boolean {
  return (
    keys.length > 1 && keys.every((key, index) => index === 0 || (keys[index - 1] ?? "") < key)
  );
}

/** By UTF-16 units: no locale of a machine has a say. What is sorted has each name once. */
function byName(one: Entry, other: Entry): number {
  return one.key < other.key ? -1 : 1;
}

/** Yours itself if nothing is different in it. */
function mixed(yours: Group, members: readonly Entry[]): Outcome {
  const untouched =
    members.length === yours.members.length &&
    members.every(
      ({ member, value }, index) => member === yours.members[index] && value === member.value,
    );
  return untouched ? yours : { kind: yours.kind, yours, members };
}

/** Objects by key, lists by place, numbers by what is written: 1.0 is 1, but two long numbers that one double stands for differ. */
function same(one: Outcome | undefined, other: Outcome | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one.kind === "scalar" || other.kind === "scalar") {
    return one.kind === "scalar" && other.kind === "scalar" && sameScalar(one, other);
  }
  if (one.kind !== other.kind) return false;
  if (one.kind === "array") {
    return (
      one.members.length === other.members.length &&
      one.members.every(({ value }, index) => same(value, other.members[index]?.value))
    );
  }
  const [first, second] = [one, other].map(
    ({ members }) => new Map(members.map(({ key, value }) => [key, value])),
  ) as [Map<string, Outcome>, Map<string, Outcome>];
  return (
    first.size === second.size &&
    [...first].every(([key, value]) => second.has(key) && same(value, second.get(key)))
  );
}

function sameScalar(one: Scalar, other: Scalar): boolean {
  if (typeof one.value !== "number" || typeof other.value !== "number") {
    return one.value === other.value;
  }
  return one.written === other.written || decimal(one.written) === decimal(other.written);
}

/** One spelling for each number: sign, digits without zeros at their ends, power of ten of the point before them. */
function decimal(written: string): string {
  const [mantissa = "", power = "0"] = written.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = (whole + fraction).replace(/^0+/u, "");
  const significant = digits.replace(/0+$/u, "");
  const sign = mantissa.startsWith("-") ? "-" : "";
  if (significant === "") return `${sign}0`;
  return `${sign}${significant}e${BigInt(power) + BigInt(digits.length - fraction.length)}`;
}

/** Whether each text is in the list, as often as it is wanted. */
function holdsAll(list: readonly string[], wanted: readonly string[]): boolean {
  const left = new Map<string, number>();
  for (const text of list) left.set(text, (left.get(text) ?? 0) + 1);
  for (const text of wanted) left.set(text, (left.get(text) ?? 0) - 1);
  return [...left.values()].every((count) => count >= 0);
}
