import { nearest } from "./nearest.js";

/**
 * Readers turn what somebody said (a flag's text, JSON of an answers file) into a value that the rest may trust, or say in one
 * sentence why they cannot. They check types before patterns: `domain: false` is not the text "false".
 */

export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

export type Reader<Value> = (said: unknown) => Reading<Value>;

export const good = <Value>(value: Value): Reading<Value> => ({ ok: true, value });
export const bad = (message: string): Reading<never> => ({ ok: false, message });

/** No answer is longer than this, in UTF-16 units: beyond it, something other than the answer was pasted. */
const LONGEST = 4096;

// Controls, line and paragraph separators, bidirectional controls, byte order mark, noncharacters, lone surrogates.
const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]/u;

/** One line of printable text, trimmed. */
export function line(most: number = LONGEST): Reader<string> {
  return (said) => {
    if (typeof said !== "string") return bad(`must be text, not ${kindOf(said)}.`);
    const text = said.trim();
    if (text === "") return bad("must not be empty.");
    if (UNPRINTABLE.test(text))
      return bad("must not hold line breaks, control characters or invisible marks.");
    if ([...text].length > most)
      return bad(`must have at most ${most} characters, this has ${[...text].length}.`);
    return good(text);
  };
}

/** Text that a pattern describes; `rule` completes "must …". */
export function pattern(shape: RegExp, rule: string, most?: number): Reader<string> {
  const read = line(most);
  return (said) => {
    const text = read(said);
    return text.ok && !shape.test(text.value) ? bad(`must ${rule}.`) : text;
  };
}

/** One of a few words. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (said) => {
    const found = choices.find((choice) => choice === said);
    if (found !== undefined) return good(found);
    const meant = typeof said === "string" ? nearest(said, choices) : undefined;
    return bad(
      `must be one of ${choices.join(", ")}${meant === undefined ? "." : `; did you mean ${meant}?`}`,
    );
  };
}

export const yesOrNo: Reader<boolean> = (said) =>
  typeof said === "boolean" ? good(said) : bad(`must be true or false, not ${kindOf(said)}.`);

/** Reads each item; an item said twice is refused. */
export function listOf(item: Reader<string>): Reader<readonly string[]> {
  return (said) => {
    if (!Array.isArray(said)) return bad(`must be a list, not ${kindOf(said)}.`);
    const values: string[] = [];
    for (const one of said as readonly unknown[]) {
      const reading = item(one);
      if (!reading.ok) return bad(`holds ${JSON.stringify(one)}, which ${reading.message}`);
      if (values.includes(reading.value)) return bad(`holds ${JSON.stringify(one)} twice.`);
      values.push(reading.value);
    }
    return good(values);
  };
}

/** The names and values of extra parameters. An empty value is kept: it removes a standard parameter. */
export const parameters: Reader<Readonly<Record<string, string>>> = (said) => {
  if (!isRecord(said)) return bad(`must be a map of names to texts, not ${kindOf(said)}.`);
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(said)) {
    if (!/^[!-~]{1,200}$/u.test(name) || /[&=#?]/u.test(name) || name === "__proto__")
      return bad(`holds the name ${JSON.stringify(name)}, which no parameter can have.`);
    if (typeof value !== "string") return bad(`must give ${name} a text, not ${kindOf(value)}.`);
    if (UNPRINTABLE.test(value))
      return bad(`must give ${name} a text without line breaks or control characters.`);
    if (value.length > LONGEST)
      return bad(`must give ${name} a text of at most ${LONGEST} characters.`);
    const placeholder = /\{[A-Za-z]\w*\}/u.exec(value)?.[0];
    if (placeholder !== undefined)
      return bad(`gives ${name} the placeholder ${placeholder}, which nothing declares.`);
    pairs.push([name, value]);
  }
  return good(Object.fromEntries(pairs));
};

export interface UrlRules {
  /** A `?query` may be part of it. */
  readonly query: boolean;
  /** http to a loopback address is accepted too. */
  readonly loopback: boolean;
}

/** Whether a URL's host is this machine itself (RFC 8252, section 8.3 adds that `localhost` may not be). */
function isLoopback(host: string): boolean {
  return host === "127.0.0.1" || host === "[::1]" || host === "localhost";
}

/** An https URL, kept as it was said. */
export function url({ query, loopback }: UrlRules): Reader<string> {
  const read = line(2048);
  return (said) => {
    const text = read(said);
    if (!text.ok) return text;
    const { value } = text;
    if (/[{}]/u.test(value))
      return bad(
        `holds ${/\{[^{}]*\}?|\}/u.exec(value)?.[0] ?? "a brace"}, which nothing declares.`,
      );
    if (!URL.canParse(value))
      return bad(`must be an https URL; ${JSON.stringify(value)} is not a URL.`);
    const parsed = new URL(value);
    if (
      parsed.protocol !== "https:" &&
      !(loopback && parsed.protocol === "http:" && isLoopback(parsed.hostname))
    )
      return bad(
        loopback
          ? "must be an https URL (http only to 127.0.0.1, [::1] or localhost)."
          : "must be an https URL.",
      );
    if (!/^[!-~]+$/u.test(value)) return bad(`must be written in ASCII: ${parsed.href}`);
    if (!/^https?:\/\/[^/\\]/iu.test(value) || /["<>\\^`|]/u.test(value))
      return bad(`is not written as a URL is: ${parsed.href}`);
    if (parsed.username !== "" || parsed.password !== "")
      return bad("must not hold a user name or password.");
    if (value.includes("#")) return bad("must not hold a fragment (#…).");
    if (!query && value.includes("?")) return bad("must not hold a query (?…).");
    return good(value);
  };
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
