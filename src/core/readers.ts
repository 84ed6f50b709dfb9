import { nearest } from "./nearest.js";
import type { MapShape, Shape } from "./shapes.js";

/**
 * Readers turn what somebody said (a flag's text, JSON of an answers file) into a value that the rest may trust, or say in one
 * sentence why they cannot. They check types before patterns: `domain: false` is not the text "false".
 */

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

export interface Reader<Value> {
  (said: unknown): Reading<Value>;
  readonly takes: Shape;
}

/** A reader, and what it takes. */
export function reader<Value>(
  takes: Shape,
  read: (said: unknown) => Reading<Value>,
): Reader<Value> {
  return Object.assign((said: unknown) => read(said), { takes });
}

export const good = <Value>(value: Value): Reading<Value> => ({ ok: true, value });
export const bad = (message: string): Reading<never> => ({ ok: false, message });

/** Several faults of one answer as one sentence: each of them goes on after "it". */
export function together(faults: readonly string[]): string {
  return faults
    .map((fault, index) => (index < faults.length - 1 ? fault.replace(/\.$/u, "") : fault))
    .join("; it ");
}

/** No answer is longer than this, in UTF-16 units: beyond it, something other than the answer was pasted. */
export const LONGEST = 4096;

// Controls, line and paragraph separators, bidirectional controls, byte order mark, noncharacters, lone surrogates.
export const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]/u;

/** One line of printable text, trimmed. */
export function line(most: number = LONGEST): Reader<string> {
  return reader({ kind: "text", most }, (said) => {
    if (typeof said !== "string") return bad(`must be text, not ${kindOf(said)}.`);
    const text = said.trim();
    if (text === "") return bad("must not be empty.");
    if (UNPRINTABLE.test(text))
      return bad("must not hold line breaks, control characters or invisible marks.");
    if ([...text].length > most)
      return bad(`must have at most ${most} characters, this has ${[...text].length}.`);
    return good(text);
  });
}

/** Text that a pattern describes; `rule` completes "must …". */
export function pattern(shape: RegExp, rule: string, most?: number): Reader<string> {
  const read = line(most);
  return reader({ ...read.takes, kind: "text", rule, pattern: shape.source }, (said) => {
    const text = read(said);
    return text.ok && !shape.test(text.value) ? bad(`must ${rule}.`) : text;
  });
}

/** One of a few words. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return reader({ kind: "choice", choices }, (said) => {
    const found = choices.find((choice) => choice === said);
    if (found !== undefined) return good(found);
    const meant = typeof said === "string" ? nearest(said, choices) : undefined;
    return bad(
      `must be one of ${choices.join(", ")}${meant === undefined ? "." : `; did you mean ${meant}?`}`,
    );
  });
}

export const yesOrNo: Reader<boolean> = reader({ kind: "yes-no" }, (said) =>
  typeof said === "boolean" ? good(said) : bad(`must be true or false, not ${kindOf(said)}.`),
);

/** Reads each item; an item said twice is refused. */
export function listOf(item: Reader<string>): Reader<readonly string[]> {
  return reader({ kind: "list", item: item.takes }, (said) => {
    if (!Array.isArray(said)) return bad(`must be a list, not ${kindOf(said)}.`);
    const values: string[] = [];
    const faults: string[] = [];
    for (const one of said as readonly unknown[]) {
      const reading = item(one);
      if (!reading.ok) faults.push(`holds ${JSON.stringify(one)}, which ${reading.message}`);
      else if (values.includes(reading.value)) faults.push(`holds ${JSON.stringify(one)} twice.`);
      else values.push(reading.value);
    }
    return faults.length === 0 ? good(values) : bad(together(faults));
  });
}

/** A list of things with names of their own. */
export function named<Item extends { readonly name: string }>(
  item: Reader<Item>,
): Reader<readonly Item[]> {
  return reader({ kind: "list", item: item.takes }, (said): Reading<readonly Item[]> => {
    if (!Array.isArray(said)) return bad(`must be a list, not ${kindOf(said)}.`);
    const items: Item[] = [];
    const faults: string[] = [];
    for (const one of said as readonly unknown[]) {
      const reading = item(one);
      if (!reading.ok) faults.push(`holds ${JSON.stringify(one)}, which ${reading.message}`);
      else if (items.some(({ name }) => name === reading.value.name))
        faults.push(`holds the name ${reading.value.name} twice.`);
      else items.push(reading.value);
    }
    return faults.length === 0 ? good(items) : bad(together(faults));
  });
}

/** Says why a text cannot stand there, as the end of a sentence; `undefined`: it can. */
export type Fault = (text: string) => string | undefined;

/** A map of names to texts: "holds the name …, which <name fault>." and "must give <name> a text <text fault>." */
export function textMap(
  takes: Pick<MapShape, "names" | "value">,
  nameFault: Fault,
  textFault: Fault,
): Reader<Readonly<Record<string, string>>> {
  return reader({ kind: "map", ...takes }, (said) => {
    if (!isRecord(said)) return bad(`must be a map of names to texts, not ${kindOf(said)}.`);
    const faults = Object.entries(said).flatMap(([name, value]) => {
      const wrong = name === "__proto__" ? "is reserved" : nameFault(name);
      if (wrong !== undefined) return [`holds the name ${JSON.stringify(name)}, which ${wrong}.`];
      if (typeof value !== "string") return [`must give ${name} a text, not ${kindOf(value)}.`];
      const fault = textFault(value);
      return fault === undefined ? [] : [`must give ${name} a text ${fault}.`];
    });
    return faults.length === 0
      ? good(Object.fromEntries(Object.entries(said as Readonly<Record<string, string>>)))
      : bad(together(faults));
  });
}

/** The fields of a structure, each with its reader, and what it is for. */
export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  readonly read: Reader<unknown>;
  readonly required: boolean;
  readonly help: string;
}

export const needed = (help: string, read: Reader<unknown>): Field => ({
  read,
  required: true,
  help,
});
export const optional = (help: string, read: Reader<unknown>): Field => ({
  read,
  required: false,
  help,
});

/** Reads each declared field, and tells all faults; the field readers are what makes the result a `Value`. */
export function readFields<Value>(
  said: Readonly<Record<string, unknown>>,
  fields: Fields,
): Reading<Value> {
  const unknown = Object.keys(said).filter((name) => !Object.hasOwn(fields, name));
  const faults = unknown.map(
    (name) => `holds ${JSON.stringify(name)}; it may hold ${Object.keys(fields).join(", ")}.`,
  );
  const pairs: [string, unknown][] = [];
  for (const [name, { read, required }] of Object.entries(fields)) {
    if (!Object.hasOwn(said, name)) {
      if (required) faults.push(`needs ${JSON.stringify(name)}.`);
      continue;
    }
    const reading = read(said[name]);
    if (reading.ok) pairs.push([name, reading.value]);
    else faults.push(`has a ${name} that ${reading.message}`);
  }
  return faults.length === 0 ? good(Object.fromEntries(pairs) as Value) : bad(together(faults));
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What JSON calls the value, for a sentence. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return "text";
  return typeof value === "number" ? `the number ${value}` : String(value);
}
