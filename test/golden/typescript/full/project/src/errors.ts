import { inspect } from "node:util";

type LinkError = "reauth_required" | "not_linked" | "wrong_account" | "already_linked";
type SignInError = "authorization_denied" | "authorization_failed" | "callback_timeout";
type UseError = "misconfigured" | "port_in_use" | "usage" | "ambiguous_entry";
type ServerError = "network_error" | "temporarily_unavailable" | "api_error";
type StorageError = "storage_corrupt" | "storage_locked" | "storage_failed";

/** Everything that can go wrong, as a closed set: a host decides by the code, never by the text. */
export type IntegrationErrorCode = LinkError | SignInError | UseError | ServerError | StorageError;

/** The only error thrown on purpose. Safe to print: it holds no request, answer or secret. */
export class IntegrationError extends Error {
  override readonly name = "IntegrationError";
  readonly code: IntegrationErrorCode;
  /** The HTTP status that led to the error. */
  readonly status: number | undefined;
  /** Milliseconds to wait before the next try. */
  readonly retryAfter: number | undefined;
  /** What the authorization server called it (RFC 6749, section 5.2). */
  readonly reason: string | undefined;

  constructor(code: IntegrationErrorCode, message: string, details: Details = {}) {
    const { cause, status, retryAfter, reason } = details;
    super(message, cause === undefined ? undefined : { cause: toPrintableCause(cause) });
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }
}

type Details = Partial<Pick<IntegrationError, "cause" | "status" | "retryAfter" | "reason">>;

/** The code of an error (`ECONNREFUSED`) or of what caused it. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : errorCode(error.cause);
}

/** Errors of libraries hold requests, answers and tokens: their name and code are kept. */
function toPrintableCause(cause: unknown): unknown {
  if (cause instanceof IntegrationError) return cause;
  return { name: cause instanceof Error ? cause.name : typeof cause, code: errorCode(cause) };
}

const MASK = "***";

/** A string that never prints itself: templates, JSON and `inspect` show a mask. */
export class Secret {
  /** The value itself, for the request that needs it. */
  readonly reveal: () => string;

  constructor(value: string) {
    this.reveal = () => value;
  }

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
export function redact(text: string, secrets: readonly string[] = []): string {
  // What is shorter is no secret, and stands in any text.
  const known = secrets.filter(({ length }) => length > 3).toSorted((a, b) => b.length - a.length);
  const start = known.reduce((left, each) => left.replaceAll(each, MASK), text).slice(0, 10_000);
  const masked = MASKED.reduce((done, [pattern, mask]) => done.replace(pattern, mask), start);
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}

/** Makes `inspect` and `console.log` show a mask for an object; nothing else changes. */
export function hideFromInspect<T extends object>(value: T): T {
  if (Object.isExtensible(value))
    Object.defineProperty(value, inspect.custom, { value: () => MASK, configurable: true });
  return value;
}
