// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { ClientCredential } from "../application-credentials.js";
import { IntegrationError } from "../errors.js";
import type { KeySource } from "../storage/cipher.js";
import type { ConfigEntry, EntryStore, Storage, StoredToken } from "../storage/entries.js";
import type { FlowHost, FlowOptions } from "./authorization-request.js";
import type { Step } from "./token-answer.js";

/** In a request, one named like a standard parameter replaces it, and an empty value removes it. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** What stands for the placeholders of a definition, by their names. */
export type Values = Readonly<Record<string, string>>;

/** Where redirects arrive on this machine; port 0 takes a free one for each sign-in. */
export interface LoopbackRedirect {
  readonly host: "127.0.0.1" | "localhost";
  readonly port: number;
  readonly path: string;
}

/**
 * What is known about an authorization server and its API. URLs are https, or http to this machine.
 * Defaults: `refreshUrl` as `tokenUrl`, `scopeSeparator` a space, `pkce` "S256", `clientAuth`
 * "client_secret_post", `tokensExpire` true. Files of `src/provider/` add what they read.
 */
export interface ProviderDefinition {
  /** When it is known, `iss` and id tokens are checked against it; otherwise both are ignored. */
  readonly issuer?: string;
  /** The server announces `iss` in the redirect, so it must be there (RFC 9207, section 2.4). */
  readonly issParameter?: boolean;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  readonly apiBaseUrl: string;
  /** An empty list sends no `scope` parameter. */
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string;
  readonly pkce?: "S256" | "none";
  /** RFC 6749, section 2.3.1; "raw" leaves out the form encoding of id and secret. */
  readonly clientAuth?: `client_secret_${"post" | "basic" | "basic_raw"}` | "none";
  readonly authorizationParams?: ExtraParameters;
  readonly tokenParams?: ExtraParameters;
  readonly refreshParams?: ExtraParameters;
  /** `false`: lifetimes and refresh tokens in answers are ignored. */
  readonly tokensExpire?: boolean;
  /** A `url` leads to no program: the person pastes the address that the browser ends on. */
  readonly redirect: LoopbackRedirect | { readonly url: string };
  readonly registrationUrl?: string;
  readonly docsUrl?: string;
}

/** What links and uses accounts, with its defaults filled in and its definition checked. */
export interface Integration {
  readonly provider: ProviderDefinition;
  readonly credential: ClientCredential;
  readonly mechanisms: readonly Mechanism[];
  readonly store: EntryStore;
  /** The provider is the local sandbox: its accounts and the real ones never mix. */
  readonly sandbox: boolean;
  /** Those of one account: the variables that were asked for, and what was captured. */
  readonly values: Values;
}

/** What the token endpoint answered: a member may have any name and type. */
export type TokenAnswer = Readonly<Record<string, unknown>>;

/** `id` stays the same for ever; `title` is what people read. */
export interface Account {
  readonly id: string;
  readonly title: string;
}

/** A request to the authorization server. Without a `body` the parameters are sent as a form. */
export interface TokenRequest {
  readonly endpoint: "token" | "device_authorization" | "revocation";
  /** Default: POST. */
  readonly method?: "GET" | "POST";
  readonly url: URL;
  readonly headers: Headers;
  readonly parameters: URLSearchParams;
  readonly body?: string | null;
}

/** A request to the API. */
export interface ApiRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
}

/** Each of these gives the changed value. What one of them throws ends the request. */
export interface ProviderHooks {
  onAuthorizationUrl?(url: URL, context: Integration): Changed<URL>;
  onTokenRequest?(request: TokenRequest, context: Integration): Changed<TokenRequest>;
  /** `answer` is what the token endpoint sent, a refusal too, before anything in it is checked. */
  onTokenAnswer?(answer: TokenAnswer, context: Integration, step: Step): Changed<TokenAnswer>;
  /** `token` is the access token that goes with the request. */
  onApiRequest?(request: ApiRequest, token: string, context: Integration): Changed<ApiRequest>;
}

type Changed<T> = T | Promise<T>;

/** Where values are captured: at a sign-in they must be there, at a refresh they may be. */
type CaptureStep = "redirect" | "token" | "refresh";

/** What an account's requests are filled in with; the variables may be shown again. */
export type EntryValues = Pick<ConfigEntry, "variables" | "hidden">;

/** What only some providers need; `src/provider/index.ts` lists what this one does, in its order. */
export interface Mechanism extends ProviderHooks {
  /** The variables of a sign-in: those given, and what the host is asked for. Throws `usage`. */
  readVariables?(context: Integration, given: Values, host: FlowHost): Promise<EntryValues>;
  /** Of all values those that may be shown, in the form in which accounts are compared by them. */
  showValues?(provider: ProviderDefinition, values: Values): Values;
  /** Puts the values in the place of the definition's placeholders. Throws as `fillIn`. */
  fillIn?(context: Integration): Integration;
  /** Takes values out of a redirect or a token answer. Throws `authorization_failed`. */
  capture?(context: Integration, step: CaptureStep, source: TokenAnswer): Values;
  /** Changes a redirect to the standard form. */
  onRedirect?(redirect: URL, context: Integration): URL;
  /** Signs in without a browser on this machine. Throws as `exchangeCode`. */
  authorizeDevice?(
    context: Integration,
    host: FlowHost,
    options: FlowOptions,
  ): Promise<TokenAnswer>;
  /** Says whose account a new token is for. Throws `api_error` or an error of the network. */
  identifyAccount?(context: Integration, token: StoredToken, answer: TokenAnswer): Promise<Account>;
  /** Ends a grant at the provider. Throws when the provider did not confirm it. */
  revoke?(context: Integration, token: StoredToken): Promise<void>;
  /** The client id where nobody has to register this program. */
  readonly credential?: ClientCredential;
  /** Sees that the storage has credentials for a sign-in. Throws `misconfigured`, or as the network. */
  register?(provider: ProviderDefinition, storage: Storage, redirectUri: string): Promise<void>;
  /** Undoes that. Gives whether the provider confirmed it; undefined: nothing was there. */
  unregister?(storage: Storage): Promise<boolean | undefined>;
  /** Keeps the key of the storage elsewhere than in that file. */
  keySource?(file: string): KeySource;
  /** Options of the program's sign-in that come with this, by their names. */
  readonly options?: Readonly<Record<string, ProgramOption>>;
  /** What a sign-in makes of the options. Throws `usage`. */
  readOptions?(options: ProgramOptions, canOpenBrowser: boolean): Partial<FlowOptions>;
}

export interface ProgramOption {
  readonly type: "boolean" | "string";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What `--help` shows: what it takes, and what it does. */
  readonly value?: string;
  readonly help: string;
}

export type ProgramOptions = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What the mechanisms make of a value, one after the other. */
export async function changeByAll<T>(
  { mechanisms }: Integration,
  value: T,
  change: (mechanism: Mechanism, value: T) => Changed<T> | undefined,
): Promise<T> {
  let changed = value;
  for (const mechanism of mechanisms) changed = (await change(mechanism, changed)) ?? changed;
  return changed;
}

/** What one request goes by: no placeholder is left in it. Throws `usage` or `misconfigured`. */
export function fillIn(context: Integration, values: Values = {}): Integration {
  const start = { ...context, values: { ...context.values, ...values } };
  return context.mechanisms.reduce((filled, { fillIn: fill }) => fill?.(filled) ?? filled, start);
}

type Valued = Pick<Integration, "mechanisms" | "provider" | "values">;

/** The values that may be shown: by these, and their ids, accounts are told apart. */
export function shownValues({ mechanisms, provider, values }: Valued): Values {
  return Object.assign({}, ...mechanisms.map((each) => each.showValues?.(provider, values)));
}

/** What no message may say. */
export function secretsOf(context: Integration): readonly string[] {
  const shown = shownValues(context);
  const hidden = Object.entries(context.values).filter(([name]) => !Object.hasOwn(shown, name));
  return [context.credential.clientSecret?.reveal() ?? "", ...hidden.map(([, value]) => value)];
}

/** Takes values out of a redirect or a token answer: the known ones with the new ones over them. */
export function capture(context: Integration, step: CaptureStep, source: TokenAnswer) {
  const captured = context.mechanisms.map((each) => each.capture?.(context, step, source));
  return { ...context, values: Object.assign({}, context.values, ...captured) as Values };
}

/** A member that must be there, and filled in. Throws `misconfigured`. */
export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  const message = `This account has no ${name}: the definition, or a value in it, is missing.`;
  throw new IntegrationError("misconfigured", `${message} Complete it, or "reauth --entry <id>".`);
}

/** Ends the grant at the provider. Gives whether that was confirmed. */
export async function revokeGrant(integration: Integration, token: StoredToken): Promise<boolean> {
  const mechanism = integration.mechanisms.find(({ revoke }) => revoke !== undefined);
  try {
    await mechanism?.revoke?.(fillIn(integration), token);
    return mechanism !== undefined;
  } catch {
    return false;
  }
}

/** Parameters with others set over them, where an empty value removes one. */
export function withParameters(base: URLSearchParams, changes: ExtraParameters): URLSearchParams {
  const kept = [...base].filter(([name]) => !Object.hasOwn(changes, name));
  const set = Object.entries(changes).filter(([, value]) => value !== "");
  return new URLSearchParams([...kept, ...set]);
}

/** Throws `misconfigured` for addresses that would show tokens (RFC 6749, section 3.2). */
export function checkProvider(provider: ProviderDefinition): void {
  const { redirect } = provider;
  const urls = Object.entries(provider).filter(([name]) => /(?:Url|Endpoint)$|^issuer$/.test(name));
  // Those with placeholders are checked when they are filled in.
  const whole = urls.filter(([, url]) => !String(url).includes("{"));
  const wrong = whole.filter(([, url]) => !isSafe(String(url))).map(([name]) => name);
  const uri = toRedirectUri(redirect);
  if (!isSafe(uri) || ("path" in redirect && new URL(uri).pathname !== redirect.path))
    wrong.push("redirect");
  if (wrong.length === 0) return;
  const message = `The provider's ${wrong.join(", ")} cannot be used. Addresses are https, or http to this machine; the redirect has a port and a path.`;
  throw new IntegrationError("misconfigured", message);
}

/** The redirect address; on this machine, another port may be taken (RFC 8252, section 7.3). */
export function toRedirectUri(redirect: ProviderDefinition["redirect"], port?: number): string {
  if ("url" in redirect) return redirect.url;
  return `http://${redirect.host}:${port ?? redirect.port}${redirect.path}`;
}

/** Whether an address can be trusted with a secret: https, or http to this machine. */
export function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  return username === "" && (protocol === "https:" || (protocol === "http:" && isLoopback));
}
