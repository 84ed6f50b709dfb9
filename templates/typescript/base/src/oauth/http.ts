// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";

/** One request, and the limits of its answer. */
export interface BoundedRequest {
  /** What is talked to, for messages: "The token endpoint". */
  readonly subject: string;
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole answer, in milliseconds. Default: 15 seconds. */
  readonly timeoutMs?: number;
  /** Largest body, counted after decompression. Default: 1 MiB. */
  readonly maxBytes?: number;
}

/** A whole answer. Redirects are answers, too: they are never followed. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request and reads the answer within its limits. Throws `network_error` when no whole answer came. */
export async function boundedFetch(request: BoundedRequest): Promise<HttpAnswer> {
  const { subject, url, method, headers, body = null, timeoutMs = 15_000 } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([timeout, ...(request.signal ? [request.signal] : [])]);
  try {
    const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
    const text = await readBounded(response, request.maxBytes ?? 1_048_576);
    return { status: response.status, headers: response.headers, text };
  } catch (cause) {
    const failed = cause instanceof RangeError ? cause.message : "could not be reached";
    const late = timeout.aborted ? `did not answer within ${timeoutMs / 1000} s` : failed;
    const reason = request.signal?.aborted === true ? "was asked, but not waited for" : late;
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

/** The error for an answer that says "not now" (429 or 5xx), or undefined for any other. */
export function unavailable(subject: string, answer: HttpAnswer): IntegrationError | undefined {
  const { status, headers } = answer;
  if (status !== 429 && status < 500) return undefined;
  const message = `${subject} is not available now (${status}). Try again later.`;
  const details = { status, retryAfter: retryAfter(headers) };
  return new IntegrationError("temporarily_unavailable", message, details);
}
