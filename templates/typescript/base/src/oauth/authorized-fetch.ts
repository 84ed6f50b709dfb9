// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";
import { redact } from "../redact.js";
import { boundedFetch, type HttpAnswer, unavailable } from "./http.js";
import type { OAuth2Session } from "./session.js";

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
  /** In milliseconds. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

interface ApiCall extends ApiRequest {
  readonly method: string;
  readonly path: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** The parsed JSON, else the text; undefined when there is none. */
  readonly body: unknown;
}

const SUBJECT = "The API";

/**
 * Calls the API with the session's token; a token that is refused with 401 is replaced once.
 * Throws what the session throws, `usage` for a path outside of the API, `network_error`,
 * `temporarily_unavailable` (429, 5xx), and `api_error` for any other answer that is no success.
 */
export async function authorizedFetch(
  session: OAuth2Session,
  apiBaseUrl: string,
  call: ApiCall,
): Promise<ApiAnswer> {
  const token = await session.accessToken();
  const answer = await send(apiBaseUrl, token, call);
  if (answer.status !== 401) return readAnswer(answer, token);
  return fetchWithToken(apiBaseUrl, await session.accessToken(token), call);
}

/** One call with a given token. Throws as `authorizedFetch`. */
export async function fetchWithToken(apiBaseUrl: string, token: string, call: ApiCall) {
  return readAnswer(await send(apiBaseUrl, token, call), token);
}

function send(apiBaseUrl: string, token: string, call: ApiCall): Promise<HttpAnswer> {
  const { json, signal, timeoutMs = 30_000 } = call;
  const url = toUrl(apiBaseUrl, call);
  const method = call.method.toUpperCase();
  const body = json === undefined ? undefined : JSON.stringify(json);
  const withBody = /^(POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method);
  if (!withBody && (body !== undefined || !/^(GET|HEAD)$/.test(method))) {
    throw new IntegrationError("usage", `A ${redact(method)} request cannot be sent like that.`);
  }
  // RFC 6750, section 2.1: in the header, never in the address.
  const headers = new Headers({ accept: "application/json", authorization: `Bearer ${token}` });
  if (body !== undefined) headers.set("content-type", "application/json");
  const limits = { signal, timeoutMs, maxBytes: 10_485_760 };
  return boundedFetch({ subject: SUBJECT, url, method, headers, body, ...limits });
}

/** The token goes to the API's own address only, and to what is below its path. */
function toUrl(apiBaseUrl: string, { path, query = {} }: ApiCall): URL {
  const base = new URL(apiBaseUrl);
  const folder = base.pathname.replace(/\/*$/, "/");
  const target = `${base.origin}${folder}${path.replace(/^\//, "")}`;
  const url = isPlain(path) && URL.canParse(target) ? new URL(target) : undefined;
  if (!url?.pathname.startsWith(folder)) {
    const rule = "no host, no step upwards, no space, no backslash";
    throw new IntegrationError("usage", `The path must lie below the API's address: ${rule}.`);
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Steps upwards are found also in the form that only the server decodes. */
function isPlain(path: string): boolean {
  const [steps = ""] = path.split(/[?#]/);
  const decoded = steps.replace(/%(2e|2f|5c)/gi, decodeURIComponent);
  const isAbsolute = /^(\/\/|[a-z][\w+.-]*:\/)/i.test(steps);
  return !isAbsolute && !/[\\\s\p{Cc}]/u.test(decoded) && !decoded.split("/").includes("..");
}

function readAnswer(answer: HttpAnswer, token: string): ApiAnswer {
  const { status, headers, text } = answer;
  const passing = unavailable(SUBJECT, answer);
  if (passing !== undefined) throw passing;
  const type = headers.get("content-type") ?? "";
  if (status < 300) return { status, body: parseBody(text, type) };
  const said = redact(text.replaceAll(token, "***"));
  const reason = status < 400 ? "a redirect is not followed with the token" : said;
  throw new IntegrationError("api_error", `${SUBJECT} answered ${status}: ${reason}`, { status });
}

function parseBody(text: string, type: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!/\bjson\b/i.test(type)) return text;
    throw new IntegrationError("api_error", `${SUBJECT} sent JSON that cannot be read.`, { cause });
  }
}
