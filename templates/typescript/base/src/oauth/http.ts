// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";

/** A request, and the limits of its answer. */
export interface BoundedRequest extends Omit<RequestInit, "signal"> {
  /** What is talked to, for messages: "The token endpoint". */
  readonly subject: string;
  readonly signal?: AbortSignal | undefined;
  /** For the whole answer, in milliseconds. Default: 15 seconds. */
  readonly timeoutMs?: number;
  /** Largest body, counted after decompression. Default: 1 MiB. */
  readonly maxBytes?: number;
}

/** A whole answer. Redirects are answers, too: they are never followed. */
export type HttpAnswer = Pick<Response, "ok" | "status" | "headers"> & { readonly text: string };

/** Sends a request. Throws `network_error` or `temporarily_unavailable` (429, 5xx). */
export async function boundedFetch(url: URL, request: BoundedRequest): Promise<HttpAnswer> {
  const answer = await readWhole(url, request);
  const { status, headers } = answer;
  if (status !== 429 && status < 500) return answer;
  const message = `${request.subject} is not available now (${status}). Try again later.`;
  const details = { status, retryAfter: retryAfter(headers) };
  throw new IntegrationError("temporarily_unavailable", message, details);
}

async function readWhole(url: URL, request: BoundedRequest): Promise<HttpAnswer> {
  const { subject, timeoutMs = 15_000, maxBytes = 1_048_576, signal: cancel, ...init } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any(cancel ? [timeout, cancel] : [timeout]);
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    const { ok, status, headers } = response;
    return { ok, status, headers, text: await readBounded(response, maxBytes) };
  } catch (cause) {
    const failed = cause instanceof RangeError ? cause.message : "could not be reached";
    const late = timeout.aborted ? `did not answer within ${timeoutMs / 1000} s` : failed;
    const reason = cancel?.aborted ? "was asked, but not waited for" : late;
    const message = `${subject} (${url.host}) ${reason}. Try again later.`;
    throw new IntegrationError("network_error", message, { cause });
  }
}

async function readBounded({ body }: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new RangeError(`sent more than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from now, at most a day. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
}
