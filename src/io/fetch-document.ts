import http from "node:http";
import https from "node:https";
import { isLoopback } from "../core/urls.js";

/** A document that was fetched: its status, the headers, the text. */
export interface FetchedDocument {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Why a document could not be had, as the end of a sentence that begins with its URL. */
export class FetchError extends Error {
  override readonly name = "FetchError";
}

/** Another host was named, and nobody asked it. */
export class RedirectError extends FetchError {}

const MOST_BYTES = 5 * 1024 * 1024;
/** For who wants the head of an answer only: a stream of events has no end. */
export const NO_BYTES = 0;
const MOST_SECONDS = 15;
const MOST_REDIRECTS = 3;

/**
 * Fetches a document over https (http to this machine only), through the proxy that the environment names. Redirects are followed on
 * the same host alone: another host has not been asked to speak for this one.
 * @throws {FetchError} for anything but a whole answer within the limits of size and time
 */
export async function fetchDocument(
  url: string,
  accept: string,
  signal: AbortSignal,
  mostBytes = MOST_BYTES,
): Promise<FetchedDocument> {
  // Not `AbortSignal.any` with `AbortSignal.timeout`: Node 20 may collect that one before it fires.
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = setTimeout(end, MOST_SECONDS * 1000);
  signal.addEventListener("abort", end);
  try {
    return await follow(new URL(url), accept, mostBytes, limit.signal, signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

async function follow(
  url: URL,
  accept: string,
  mostBytes: number,
  limit: AbortSignal,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  let next = url;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    requireSafe(next);
    const answer = await request(next, accept, mostBytes, limit, signal);
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status > 399 || location === undefined) return answer;
    const target = new URL(location, next);
    if (target.host !== next.host)
      throw new RedirectError(`redirects to ${target.host}, which was not asked.`);
    next = target;
  }
  throw new FetchError(`redirects more than ${MOST_REDIRECTS} times.`);
}

function requireSafe({ protocol, hostname, username }: URL): void {
  if (username !== "") throw new FetchError("holds a user name.");
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return;
  throw new FetchError("is not https.");
}

async function request(
  url: URL,
  accept: string,
  mostBytes: number,
  limit: AbortSignal,
  signal: AbortSignal,
): Promise<FetchedDocument> {
  const agent = await proxyFor(url);
  const headers = {
    accept,
    "accept-encoding": "identity",
    "user-agent": "create-oauth2-integration",
  };
  const { get } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (limit.aborted) reject(new FetchError(`gave no whole answer in ${MOST_SECONDS} s.`));
      else
        reject(
          error instanceof FetchError ? error : new FetchError(reasonOf(error), { cause: error }),
        );
    };
    const sent = get(url, { headers, signal: limit, ...(agent && { agent }) }, (answer) => {
      const parts: Buffer[] = [];
      let size = 0;
      const known = Object.entries(answer.headers).map(
        ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value] as const,
      );
      const head = {
        url: url.href,
        status: answer.statusCode ?? 0,
        headers: Object.fromEntries(known),
      };
      answer.on("error", fail);
      if (mostBytes === NO_BYTES) {
        resolve({ ...head, text: "" });
        sent.destroy();
        return;
      }
      answer.on("data", (part: Buffer) => {
        size += part.length;
        if (size > mostBytes)
          sent.destroy(new FetchError(`is larger than ${mostBytes / 1024 / 1024} MiB.`));
        else parts.push(part);
      });
      answer.on("aborted", () => fail(new FetchError("was cut off.")));
      answer.on("end", () => {
        if (answer.complete) resolve({ ...head, text: Buffer.concat(parts).toString("utf8") });
      });
    });
    sent.on("error", fail);
  });
}

/** The proxy that `HTTPS_PROXY` and `NO_PROXY` name; this machine is always asked directly. */
async function proxyFor(url: URL): Promise<http.Agent | undefined> {
  if (isLoopback(url.hostname)) return undefined;
  const { proxyAgent } = await import("./proxy.js");
  return proxyAgent(url);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "has a host that is not known.",
  EAI_AGAIN: "has a host whose name cannot be looked up now.",
  ECONNREFUSED: "refuses the connection.",
  ECONNRESET: "ended the connection.",
  ETIMEDOUT: "does not answer.",
  EHOSTUNREACH: "cannot be reached.",
  ENETUNREACH: "cannot be reached.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a certificate that it signed itself.",
  SELF_SIGNED_CERT_IN_CHAIN:
    "has a certificate of an authority that is not known (NODE_EXTRA_CA_CERTS names one).",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "has a certificate of an authority that is not known (NODE_EXTRA_CA_CERTS names one).",
  CERT_HAS_EXPIRED: "has a certificate that has expired.",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another host.",
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? `cannot be read: ${code === "" ? message : code}.`;
}
