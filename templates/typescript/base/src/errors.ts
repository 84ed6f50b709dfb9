/** Everything that can go wrong, as a closed set: a host decides by the code, never by the text. */
export type IntegrationErrorCode =
  | "reauth_required"
  | "not_linked"
  | "wrong_account"
  | "already_linked"
  | "authorization_denied"
  | "authorization_failed"
  | "callback_timeout"
  | "misconfigured"
  | "temporarily_unavailable"
  | "storage_corrupt"
  | "storage_locked"
  | "storage_failed"
  | "port_in_use"
  | "network_error"
  | "ambiguous_entry"
  | "usage"
  | "api_error";

/** The only error this package throws on purpose. Safe to print: it holds no request, no answer and no secret. */
export class IntegrationError extends Error {
  override readonly name = "IntegrationError";
  readonly code: IntegrationErrorCode;
  /** The HTTP status that led to the error. */
  readonly status: number | undefined;
  /** Milliseconds to wait before the next try. */
  readonly retryAfter: number | undefined;

  constructor(code: IntegrationErrorCode, message: string, details: Details = {}) {
    const { cause, status, retryAfter } = details;
    super(message, cause === undefined ? undefined : { cause: toPrintableCause(cause) });
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

type Details = Partial<Pick<IntegrationError, "cause" | "status" | "retryAfter">>;

/** The code of an error (`ECONNREFUSED`) or of what caused it. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : errorCode(error.cause);
}

/** Errors of libraries hold requests, answers and tokens, and logs print causes whole: name and code are kept. */
function toPrintableCause(cause: unknown): unknown {
  if (cause instanceof IntegrationError) return cause;
  return { name: cause instanceof Error ? cause.name : typeof cause, code: errorCode(cause) };
}
