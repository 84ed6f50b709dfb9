// Managed by the template: updates carry fixes for this file, so better do not edit it.
import http from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { brotliDecompress, unzip, type ZlibOptions } from "node:zlib";
import { errorCode, IntegrationError, redact } from "../errors.js";
import { changeByAll, fillIn, type Integration, required, secretsOf } from "./provider.js";
import type { OAuth2Session } from "./session.js";

/** A request, and the limits of its answer. */
export interface BoundedRequest {
  /** What is talked to, for messages: "The token endpoint". */
  readonly subject: string;
  readonly method: string;
  readonly headers: Headers;
  /** Parameters are sent as a form. */
  readonly body: string | URLSearchParams | null;
  readonly signal?: AbortSignal | undefined;
  /** For the whole answer, in milliseconds. Default: 15 seconds. */
  readonly timeoutMs?: number;
  /** Largest body, before and after decompression. Default: 1 MiB. */
  readonly maxBytes?: number | undefined;
}

/** A whole answer. Redirects are answers, too: they are never followed. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request. Throws `network_error` or `temporarily_unavailable` (429, 5xx). */
export async function boundedFetch(url: URL, request: BoundedRequest): Promise<HttpAnswer> {
  const answer = await exchange(url, request);
  const { status, headers } = answer;
  if (status !== 429 && status < 500) return answer;
  const message = `${request.subject} is not available now (${status}). Try again later.`;
  const details = { status, retryAfter: retryAfter(headers) };
  throw new IntegrationError("temporarily_unavailable", message, details);
}

const MOST_BYTES = 1_048_576;
const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
const DECODERS = new Map([
  ["gzip", promisify<Buffer, ZlibOptions, Buffer>(unzip)],
  ["deflate", promisify<Buffer, ZlibOptions, Buffer>(unzip)],
  ["br", promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
]);

const CLOCK = "Is the clock of this machine right?";
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "Is the name right, and this machine online?",
  CERT_HAS_EXPIRED: CLOCK,
  CERT_NOT_YET_VALID: CLOCK,
};

/** Not with `fetch`: bound by a time limit, that costs more than all that is done here. */
async function exchange(url: URL, request: BoundedRequest): Promise<HttpAnswer> {
  const { subject, timeoutMs = 15_000, maxBytes = MOST_BYTES, signal } = request;
  const sent = start(url, request);
  let reason: string | undefined;
  const end = (why: string): void => {
    reason = why;
    sent.destroy();
  };
  const cancel = (): void => end("was asked, but not waited for");
  const limit = setTimeout(end, timeoutMs, `did not answer within ${timeoutMs / 1000} s`);
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    const [{ statusCode: status = 0, headers }, bytes] = await receive(sent, maxBytes);
    const decode = DECODERS.get(headers["content-encoding"] ?? "");
    const plain = bytes.length > 0 && (await decode?.(bytes, { maxOutputLength: maxBytes }));
    const text = new TextDecoder().decode(plain || bytes);
    return { ok: status >= 200 && status < 300, status, headers, text };
  } catch (cause) {
    sent.destroy();
    // An idle connection that the server closed at that moment (RFC 9112, section 9.3.1).
    const isStale = sent.reusedSocket && reason === undefined && errorCode(cause) === "ECONNRESET";
    if (isStale && request.method === "GET") return exchange(url, request);
    if (cause instanceof RangeError) reason = `sent more than ${maxBytes} bytes`;
    const code = errorCode(cause) ?? "no answer";
    const problem = `${subject} (${url.host}) ${reason ?? `could not be reached (${code})`}`;
    const message = `${problem}. ${ADVICE[code] ?? "Try again later."}`;
    throw new IntegrationError("network_error", message, { cause });
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", cancel);
  }
}

function start(url: URL, { method, headers, body }: BoundedRequest): http.ClientRequest {
  const { request } = url.protocol === "https:" ? https : http;
  const sent = request(url, { method });
  const content = body === null ? undefined : String(body);
  if (content !== undefined) sent.setHeader("content-length", Buffer.byteLength(content));
  if (body instanceof URLSearchParams) sent.setHeader("content-type", FORM);
  sent.setHeader("accept-encoding", "gzip, deflate, br").setHeader("user-agent", "node");
  return sent.setHeaders(headers).end(content);
}

/** The head of the answer, and its body as it came. */
function receive(sent: http.ClientRequest, maxBytes: number) {
  return new Promise<readonly [http.IncomingMessage, Buffer]>((resolve, reject) => {
    sent.on("error", reject).on("upgrade", (_, socket) => {
      socket.destroy();
      reject(new Error("It wants another protocol."));
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) reject(new RangeError("Too long."));
        else chunks.push(chunk);
      });
      response.on("error", reject).on("end", () => resolve([response, Buffer.concat(chunks)]));
    });
  });
}

const LONGEST_WAIT_MS = 24 * 3_600_000;

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds from now, at most a day. */
function retryAfter(headers: http.IncomingHttpHeaders): number | undefined {
  const text = headers["retry-after"]?.trim() ?? "";
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
}

export interface ApiOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; what is JSON already, as it is. */
  readonly json?: unknown;
  readonly jsonText?: string | undefined;
  readonly signal?: AbortSignal;
  /** Largest body of the answer. Default: 1 MiB. */
  readonly maxBytes?: number;
}

type ApiCall = ApiOptions & { readonly method: string; readonly path: string };
type Linked = Pick<OAuth2Session, "accessToken" | "context" | "requireCallable" | "keepApiRetry">;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  /** The parsed JSON, else the text; undefined when there is none. */
  readonly body: unknown;
  readonly text: string;
}

const LIMITS = { subject: "The API", timeoutMs: 30_000 };

/** Calls the API; a token that is refused with 401 is replaced once. Throws as the session and `fetchWithToken`. */
export async function authorizedFetch(session: Linked, call: ApiCall): Promise<ApiAnswer> {
  const token = await session.accessToken();
  session.requireCallable();
  try {
    return await fetchWithToken(session.context, token, call);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    if (error.retryAfter) await session.keepApiRetry(error.retryAfter);
    if (error.status !== 401) throw error;
    const fresh = await session.accessToken(token);
    return fetchWithToken(session.context, fresh, call);
  }
}

/**
 * One call with a given token. Throws `usage` for a path outside of the API, `network_error`,
 * `temporarily_unavailable` (429, 5xx), and `api_error` for any other answer that is no success.
 */
export async function fetchWithToken(
  integration: Integration,
  token: string,
  { path, query, json, jsonText, signal, maxBytes, ...call }: ApiCall,
): Promise<ApiAnswer> {
  const context = fillIn(integration);
  const url = toUrl(required(context.provider.apiBaseUrl, "apiBaseUrl"), path, query);
  const method = call.method.toUpperCase();
  const body = jsonText ?? (json === undefined ? null : JSON.stringify(json));
  const known = `${body === null ? "GET, HEAD, OPTIONS, " : ""}POST, PUT, PATCH, DELETE`;
  if (!known.split(", ").includes(method))
    throw new IntegrationError("usage", `The method is unknown, or takes no body. Use ${known}.`);
  // RFC 6750, section 2.1: in the header, never in the address.
  const headers = new Headers({ accept: "application/json", authorization: `Bearer ${token}` });
  if (body !== null) headers.set("content-type", "application/json");
  const request = await changeByAll(context, { url, method, headers, body }, (mechanism, value) =>
    mechanism.onApiRequest?.(value, token, context),
  );
  const answer = await boundedFetch(request.url, { ...LIMITS, ...request, signal, maxBytes });
  const { ok, status, headers: told, text } = answer;
  if (ok) return { status, headers: told, body: parseBody(answer, maxBytes), text };
  const said = redact(text, [token, ...secretsOf(context)]);
  const reason = status < 400 ? "a redirect is not followed with the token" : said;
  throw new IntegrationError("api_error", `The API answered ${status}: ${reason}`, { status });
}

/** What could lead out of the API: another host, a step upwards, and what URLs are cleaned of. */
const OUTSIDE = /^(\/\/|[a-z][\w+.-]*:\/)|(^|\/)\.\.(\/|$)|[\\\s\p{Cc}]/iu;

/** The token goes to the API's own address only, and to what is below its path. */
function toUrl(apiBaseUrl: string, path: string, query: ApiOptions["query"] = {}): URL {
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

function parseBody({ headers, text }: HttpAnswer, maxBytes = MOST_BYTES): unknown {
  if (text === "") return undefined;
  try {
    // A list or an object takes far more memory than its text.
    const most = Math.ceil(maxBytes / 10);
    if (text.split(/[[{]/, most).length === most) throw new RangeError("Too many parts.");
    return JSON.parse(text);
  } catch (cause) {
    if (!/\bjson\b/i.test(headers["content-type"] ?? "")) return text;
    throw new IntegrationError("api_error", "The API sent JSON that cannot be read.", { cause });
  }
}
