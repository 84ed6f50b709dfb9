import { CLIENT, type ServerOptions, USER, type WireAnswers } from "./declared.js";
import { valueOf, type WireRequest } from "./requests.js";
import { fillUrl, type Randoms, TurnedAway, type Values } from "./texts.js";

/** What a request was taken for. */
export type RequestKind =
  | "authorization"
  | "token"
  | "refresh"
  | "exchange"
  | "device"
  | "poll"
  | "revocation"
  | "account"
  | "api"
  | "unknown";

export interface SeenRequest {
  kind: RequestKind;
  readonly method: string;
  readonly path: string;
}

export interface Refusal {
  readonly kind: RequestKind;
  readonly reason: string;
}

/** One sign-in between authorization request and token request. */
export interface Flow {
  readonly state: string;
  readonly redirectUri: string;
  readonly challenge?: string;
  spent: boolean;
  grant?: Grant;
}

/** What one sign-in led to. */
export interface Grant {
  accessToken: string;
  refreshToken?: string;
  readonly spentTokens: Set<string>;
  readonly scopes: readonly string[];
  /** The token is good for nothing but an exchange. */
  needsExchange?: boolean;
  /** In milliseconds; nothing: it is not told, nor assumed. */
  expiresAt?: number;
  alive: boolean;
  /** The user took the access away: its tokens are answered as such, and are no mistake of the client. */
  revoked?: boolean;
}

export interface DeviceFlow {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly waits: ("authorization_pending" | "slow_down")[];
  interval: number;
  lastPoll?: number;
  spent: boolean;
}

/** Everything that one server knows. */
export interface Wire {
  readonly answers: WireAnswers;
  options: ServerOptions;
  readonly issuer: string;
  readonly log: SeenRequest[];
  readonly refusals: Refusal[];
  readonly flows: Map<string, Flow>;
  readonly devices: DeviceFlow[];
  readonly grants: Grant[];
  readonly randoms: Randoms;
  /** Everything that must never be printed. */
  readonly secrets: Set<string>;
  /** What the client has captured by now. */
  captured: Readonly<Record<string, string>>;
  /** The account's variables; a test may change them before it reconfigures. */
  variables: Readonly<Record<string, string>>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function makeWire(answers: WireAnswers, options: ServerOptions, origin: string): Wire {
  const secretNames = (answers.variables ?? [])
    .filter(({ secret }) => secret === true)
    .map(({ name }) => name);
  const variables = { ...defaultsOf(answers), ...options.variables };
  return {
    answers,
    options,
    issuer: answers.issuer ?? origin,
    log: [],
    refusals: [],
    flows: new Map(),
    devices: [],
    grants: [],
    randoms: { earlier: new Set(), now: new Set() },
    secrets: new Set([
      (options.client ?? CLIENT).secret,
      ...secretNames.flatMap((name) => variables[name] ?? []),
    ]),
    captured: {},
    variables,
  };
}

function defaultsOf({ variables = [] }: WireAnswers): Record<string, string> {
  return Object.fromEntries(
    variables.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The app that signs in. */
export const clientOf = ({ options }: Wire): NonNullable<ServerOptions["client"]> =>
  options.client ?? CLIENT;

/** Who signs in. */
export const userOf = ({ options }: Wire): NonNullable<ServerOptions["user"]> =>
  options.user ?? USER;

/** The user takes all access away at the provider. */
export function revokeAll({ grants }: Wire): void {
  for (const grant of grants) Object.assign(grant, { alive: false, revoked: true });
}

/** Answers nothing of this kind while the server is down. */
export function requireUp({ options: { down = [] } }: Wire, kind: RequestKind): void {
  if (down.some((one) => one === kind)) throw new TurnedAway(503, "temporarily_unavailable");
}

/** What stands for the placeholders of any request but those that a flow adds. */
export function valuesOf(wire: Wire): Values {
  return {
    ...wire.variables,
    ...wire.captured,
    clientId: clientOf(wire).id,
    ...(wire.answers.clientAuth !== "none" && { clientSecret: clientOf(wire).secret }),
  };
}

export type Endpoint =
  | "authorizationUrl"
  | "tokenUrl"
  | "refreshUrl"
  | "revocationUrl"
  | "deviceAuthorizationUrl";

/** The address of an endpoint for the account as it is now; `undefined`: there is none. */
export function endpointOf(wire: Wire, endpoint: Endpoint): URL | undefined {
  const { answers } = wire;
  const template =
    endpoint === "refreshUrl" ? (answers.refreshUrl ?? answers.tokenUrl) : answers[endpoint];
  return template === undefined ? undefined : fillUrl(template, valuesOf(wire));
}

/** `apiBaseUrl`, or the origin of the token URL. */
export function apiBaseOf(wire: Wire): URL | undefined {
  const { apiBaseUrl, tokenUrl } = wire.answers;
  const url = fillUrl(apiBaseUrl ?? tokenUrl, valuesOf(wire));
  return url === undefined ? undefined : new URL(apiBaseUrl === undefined ? url.origin : url);
}

/** Whether a request went to this address, its query aside. */
export function wentTo(request: WireRequest, url: URL | undefined): boolean {
  return url !== undefined && cameTo(request, url) && url.pathname === request.path;
}

/** Whether a request came to the listener and under the host of this address. */
export function cameTo({ port, headers }: WireRequest, url: URL): boolean {
  return Number(url.port) === port && valueOf(headers, "host") === url.host;
}

export function json(status: number, document: unknown): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(document),
  };
}

/** What this request brought is old for the next one. */
export function endRequest({ randoms: { earlier, now } }: Wire): void {
  for (const random of now) earlier.add(random);
  now.clear();
}

/** Keeps a text that the program must never print. */
export function keepSecret(wire: Wire, text: string): string {
  wire.secrets.add(text);
  return text;
}
