// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError, redact } from "../errors.js";
import type { OAuth2Session } from "./session.js";

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

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

type ApiCall = ApiRequest & { readonly method: string; readonly path: string };

export interface ApiAnswer {
  readonly status: number;
  /** The parsed JSON, else the text; undefined when there is none. */
  readonly body: unknown;
}

const LIMITS = { subject: "The API", timeoutMs: 30_000, maxBytes: 10_485_760 };

/**
 * Calls the API with the session's token; a token that is refused with 401 is replaced once.
 * Throws what the session throws, and as `fetchWithToken`.
 */
export async function authorizedFetch(
  session: OAuth2Session,
  apiBaseUrl: string,
  call: ApiCall,
): Promise<ApiAnswer> {
  const token = await session.accessToken();
  try {
    return await fetchWithToken(apiBaseUrl, token, call);
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.status !== 401) throw error;
    return fetchWithToken(apiBaseUrl, await session.accessToken(token), call);
  }
}

/**
 * One call with a given token. Throws `usage` for a path outside of the API, `network_error`,
 * `temporarily_unavailable` (429, 5xx), and `api_error` for any other answer that is no success.
 */
export async function fetchWithToken(
  apiBaseUrl: string,
  token: string,
  { path, query, json, signal, ...call }: ApiCall,
): Promise<ApiAnswer> {
  const url = toUrl(apiBaseUrl, path, query);
  const method = call.method.toUpperCase();
  const body = json === undefined ? null : JSON.stringify(json);
  const isKnown = /^(POST|PUT|PATCH|DELETE)$/.test(method);
  if (!isKnown && (body !== null || !/^(GET|HEAD|OPTIONS)$/.test(method))) {
    throw new IntegrationError("usage", `A ${redact(method)} request cannot be sent like that.`);
  }
  // RFC 6750, section 2.1: in the header, never in the address.
  const headers = new Headers({ accept: "application/json", authorization: `Bearer ${token}` });
  if (body !== null) headers.set("content-type", "application/json");
  const request = { ...LIMITS, method, headers, body, signal };
  const answer = await boundedFetch(url, request);
  const { ok, status, text } = answer;
  if (ok) return { status, body: parseBody(answer) };
  const said = redact(text.replaceAll(token, "***"));
  const reason = status < 400 ? "a redirect is not followed with the token" : said;
  throw new IntegrationError("api_error", `The API answered ${status}: ${reason}`, { status });
}

/** What could lead out of the API: another host, a step upwards, and what URLs are cleaned of. */
const OUTSIDE = /^(\/\/|[a-z][\w+.-]*:\/)|(^|\/)\.\.(\/|$)|[\\\s\p{Cc}]/iu;

/** The token goes to the API's own address only, and to what is below its path. */
function toUrl(apiBaseUrl: string, path: string, query: ApiRequest["query"] = {}): URL {
  // Steps upwards are found also in the form that only the server decodes.
  const steps = path.replace(/[?#].*/s, "").replaceAll(/%(2e|2f|5c)/gi, decodeURIComponent);
  if (OUTSIDE.test(steps)) {
    const rule = "no host, no step upwards, no space, no backslash";
    throw new IntegrationError("usage", `The path must lie below the API's address: ${rule}.`);
  }
  const { origin, pathname } = new URL(apiBaseUrl);
  const url = new URL(origin + pathname.replace(/\/*$/, "/") + path.replace(/^\//, ""));
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function parseBody({ headers, text }: HttpAnswer): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!/\bjson\b/i.test(headers.get("content-type") ?? "")) return text;
    throw new IntegrationError("api_error", "The API sent JSON that cannot be read.", { cause });
  }
}
