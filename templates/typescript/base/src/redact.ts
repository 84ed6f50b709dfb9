import { inspect } from "node:util";

const MASK = "***";

/** A string that never prints itself: templates, JSON and `inspect` show a mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the request that needs it. */
  reveal = (): string => this.#value;
  toString = (): string => MASK;
  toJSON = (): string => MASK;
  [inspect.custom] = (): string => MASK;
}

const NAMES =
  "code|state|(?:access_|refresh_|id_)?token|client_secret|code_verifier|device_code|password";
const MASKED: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " "],
  [new RegExp(`\\b((?:${NAMES})=)[^&#\\s"']+`, "gi"), `$1${MASK}`],
  [new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, "gi"), `$1"${MASK}"`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, MASK],
];
const LONGEST = 300;

/** Text from outside made fit for a message: no secrets, no control characters, not long. */
export function redact(text: string): string {
  const start = text.slice(0, 10_000);
  const masked = MASKED.reduce((done, [pattern, mask]) => done.replace(pattern, mask), start);
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}

/** Makes `inspect` and `console.log` show a mask for an object; nothing else changes. */
export function hideFromInspect<T extends object>(value: T): T {
  if (Object.isExtensible(value)) {
    Object.defineProperty(value, inspect.custom, { value: () => MASK, configurable: true });
  }
  return value;
}
