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

/** Errors of libraries hold requests, answers and tokens: their name and code are kept. */
function toPrintableCause(cause: unknown): unknown {
  if (cause instanceof IntegrationError) return cause;
  return { name: cause instanceof Error ? cause.name : typeof cause, code: errorCode(cause) };
}
