import type { IncomingMessage } from "node:http";
import { type ExpectedTexts, Refused } from "./texts.js";

export type Pairs = readonly (readonly [name: string, value: string])[];

/** A request, read as it came. */
export interface WireRequest {
  readonly method: string;
  /** The port of the listener it came to. */
  readonly port: number;
  readonly path: string;
  readonly query: string;
  readonly headers: Pairs;
  readonly body: string;
}

export async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const [path = "", query = ""] = (message.url ?? "").split(/\?(.*)/su);
  const raw = message.rawHeaders;
  return {
    method: message.method ?? "",
    port: message.socket.localPort ?? 0,
    path,
    query,
    headers: raw.flatMap((name, index) =>
      index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? ""] as const] : [],
    ),
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

/** Form encoding (RFC 6749, appendix B): what is no letter, digit or mark is percent-encoded, a space may be a plus. */
const PAIR = /^((?:[\w.~*!'()-]|%[0-9A-Fa-f]{2}|\+)+)=((?:[\w.~*!'()-]|%[0-9A-Fa-f]{2}|\+)*)$/u;

/** Parameters of a query or a form, strictly encoded. */
export function parsePairs(text: string): Pairs {
  if (text === "") return [];
  return text.split("&").map((part) => {
    const [, name, value] = PAIR.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new Refused(`${JSON.stringify(part)} is not form-encoded`);
    return [decodeForm(name), decodeForm(value)] as const;
  });
}

export function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Refused(`${JSON.stringify(text)} is not form-encoded`);
  }
}

/** A JSON object of texts. */
export function parseJsonPairs(text: string): Pairs {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Refused("the body is not JSON");
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new Refused("the body is not a JSON object");
  return Object.entries(document).map(([name, value]) => {
    if (typeof value !== "string") throw new Refused(`${name} is not a text in the JSON body`);
    return [name, value] as const;
  });
}

/** Each expected one exactly once, and no other (RFC 6749, section 3.1: a parameter must not come twice or empty). */
export function compare(what: string, found: Pairs, expected: ExpectedTexts): void {
  const seen = new Set<string>();
  for (const [name, value] of found) {
    const wanted = expected.get(name);
    if (wanted === undefined) throw new Refused(`${what} ${name} is not declared`);
    if (seen.has(name)) throw new Refused(`${what} ${name} came twice`);
    seen.add(name);
    if (!wanted.fits(value))
      throw new Refused(`${what} ${name} is ${JSON.stringify(value)}, not ${wanted.shown}`);
  }
  for (const name of expected.keys())
    if (!seen.has(name)) throw new Refused(`${what} ${name} is missing`);
}

/** What any HTTP client sends by itself. */
const OF_TRANSPORT = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "host",
  "sec-fetch-mode",
  "user-agent",
]);

/** Each expected header exactly once, and beside them only those of the transport. */
export function compareHeaders(request: WireRequest, expected: ExpectedTexts): void {
  const declared = request.headers.filter(
    ([name]) => expected.has(name) || !OF_TRANSPORT.has(name),
  );
  compare("header", declared, expected);
}

export function valueOf(pairs: Pairs, name: string): string | undefined {
  return pairs.find(([one]) => one === name)?.[1];
}
