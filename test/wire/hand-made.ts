import { createHash } from "node:crypto";
import http from "node:http";
import { CLIENT, type ServerOptions, type WireAnswers } from "./declared.js";
import { type StrictServer, startStrictServer } from "./strict-server.js";

/** The smallest answers, on the ports of a strict server. */
export const PLAIN: WireAnswers = {
  name: "Wire",
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
};

/** A request written by hand, that a test bends. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly form: readonly (readonly [string, string])[];
  /** Sent as it is, in place of the form. */
  readonly body?: string;
  readonly otherPort?: boolean;
}

export type Bend = (draft: Draft) => Draft;

const FORM = { "content-type": "application/x-www-form-urlencoded" } as const;

export const REDIRECT = "http://127.0.0.1:20123/callback";
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

export interface Hand extends AsyncDisposable {
  readonly server: StrictServer;
  readonly send: (
    draft: Draft,
  ) => Promise<{ readonly status: number; readonly text: string; readonly location: string }>;
}

/** A strict server for the plain answers with some changed. */
export async function startHand(
  changes: Partial<WireAnswers> = {},
  options: ServerOptions = {},
): Promise<Hand> {
  const server = await startStrictServer({ ...PLAIN, ...changes }, options);
  return {
    server,
    send: (one) => sendTo(server, one),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function sendTo(server: StrictServer, draft: Draft): ReturnType<Hand["send"]> {
  const [port = 0, otherPort = 0] = server.ports;
  const query = new URLSearchParams(draft.query.map(([name, value]) => [name, value])).toString();
  const form = new URLSearchParams(draft.form.map(([name, value]) => [name, value])).toString();
  const request = http.request({
    host: "127.0.0.1",
    port: draft.otherPort === true ? otherPort : port,
    path: query === "" ? draft.path : `${draft.path}?${query}`,
    method: draft.method,
    headers: draft.headers as http.OutgoingHttpHeaders,
  });
  request.end(draft.body ?? form);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  response.setEncoding("utf8");
  const text = (await response.toArray()).join("");
  return { status: response.statusCode ?? 0, text, location: response.headers.location ?? "" };
}

const draft = (method: string, path: string, rest: Partial<Draft> = {}): Draft => ({
  method,
  path,
  query: [],
  headers: {},
  form: [],
  ...rest,
});

let states = 0;

export function authorizationRequest(): Draft {
  return draft("GET", "/oauth/authorize", {
    query: [
      ["response_type", "code"],
      ["client_id", CLIENT.id],
      ["redirect_uri", REDIRECT],
      ["state", `state-of-the-flow-number-${++states}`],
      ["code_challenge", CHALLENGE],
      ["code_challenge_method", "S256"],
    ],
  });
}

const clientPair = [
  ["client_id", CLIENT.id],
  ["client_secret", CLIENT.secret],
] as const;

const post = (path: string, form: Draft["form"]) => draft("POST", path, { headers: FORM, form });

export function tokenRequest(code: string): Draft {
  return post("/oauth/token", [
    ["grant_type", "authorization_code"],
    ["code", code],
    ["redirect_uri", REDIRECT],
    ["code_verifier", VERIFIER],
    ...clientPair,
  ]);
}

export function refreshRequest(token: string): Draft {
  return post("/oauth/token", [
    ["grant_type", "refresh_token"],
    ["refresh_token", token],
    ...clientPair,
  ]);
}

export const deviceRequest = (): Draft => post("/oauth/device", clientPair);

export function pollRequest(code: string): Draft {
  return post("/oauth/token", [
    ["grant_type", "urn:ietf:params:oauth:grant-type:device_code"],
    ["device_code", code],
    ...clientPair,
  ]);
}

export const revocationRequest = (token: string): Draft =>
  post("/oauth/revoke", [["token", token], ...clientPair]);

export const apiRequest = (token: string, path = "/things"): Draft =>
  draft("GET", path, { headers: { authorization: `Bearer ${token}` } });

/** Bends: each gives a request with one thing changed. */
export const put =
  (name: string, value: string): Bend =>
  (one) => ({
    ...one,
    ...inPlace(one, (pairs) => [...pairs.filter(([key]) => key !== name), [name, value]]),
  });

export const drop =
  (...names: readonly string[]): Bend =>
  (one) => ({ ...one, ...inPlace(one, (pairs) => pairs.filter(([key]) => !names.includes(key))) });

export const twice =
  (name: string): Bend =>
  (one) => ({
    ...one,
    ...inPlace(one, (pairs) => pairs.flatMap((pair) => (pair[0] === name ? [pair, pair] : [pair]))),
  });

export const rename =
  (from: string, to: string): Bend =>
  (one) => ({
    ...one,
    ...inPlace(one, (pairs) => pairs.map(([key, value]) => [key === from ? to : key, value])),
  });

export const header =
  (name: string, value: string): Bend =>
  (one) => ({ ...one, headers: { ...one.headers, [name]: value } });

export const at =
  (path: string): Bend =>
  (one) => ({ ...one, path });

export const asJson: Bend = (one) => ({
  ...one,
  headers: { ...one.headers, "content-type": "application/json" },
  body: JSON.stringify(Object.fromEntries(one.form)),
});

export const inQuery: Bend = (one) => ({ ...one, headers: {}, form: [], query: one.form });

export const bends =
  (...all: readonly Bend[]): Bend =>
  (one) =>
    all.reduce((bent, bend) => bend(bent), one);

/** HTTP Basic in place of the parameters; `write` encodes id and secret. */
export const basic = (write: (text: string) => string): Bend => {
  const token = Buffer.from(`${write(CLIENT.id)}:${write(CLIENT.secret)}`).toString("base64");
  return bends(drop("client_id", "client_secret"), header("authorization", `Basic ${token}`));
};

type Pairs = Draft["form"];

function inPlace(one: Draft, change: (pairs: Pairs) => Pairs): Partial<Draft> {
  return one.method === "GET" ? { query: change(one.query) } : { form: change(one.form) };
}
