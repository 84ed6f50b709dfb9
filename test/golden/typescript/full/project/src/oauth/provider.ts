// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { ClientCredential } from "../application-credentials.js";
import { IntegrationError } from "../errors.js";
import type { EntryStore, StoredToken } from "../storage/entries.js";

/** In a request, one named like a standard parameter replaces it, and an empty value removes it. */
export type ExtraParameters = Readonly<Record<string, string>>;

/** How the account is read. `id`, `tokenField` and `name` are dotted paths into the answer. */
export type AccountDefinition = { readonly name?: string } & (
  | { readonly path: string; readonly id: string; query?: ExtraParameters; method?: string }
  | { readonly claim: string; readonly token?: "access_token" | "id_token" }
  | { readonly tokenField: string }
);

/** Where redirects arrive on this machine; port 0 takes a free one for each sign-in. */
export interface RedirectDefinition {
  readonly host: "127.0.0.1" | "localhost";
  readonly port: number;
  readonly path: string;
}

/**
 * What is known about an authorization server and its API. URLs are https, or http to this machine.
 * Defaults: `refreshUrl` as `tokenUrl`, `scopeSeparator` a space, `pkce` "S256", `clientAuth`
 * "client_secret_post", `tokensExpire` true.
 */
export interface ProviderDefinition {
  /** When it is known, `iss` and id tokens are checked against it; otherwise both are ignored. */
  readonly issuer?: string;
  /** The server announces `iss` in the redirect, so it must be there (RFC 9207, section 2.4). */
  readonly issParameter?: boolean;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  readonly revocationUrl?: string;
  readonly apiBaseUrl: string;
  /** An empty list sends no `scope` parameter. */
  readonly scopes: readonly string[];
  readonly scopeSeparator?: string;
  readonly pkce?: "S256" | "none";
  readonly clientAuth?: "client_secret_post" | "client_secret_basic" | "none";
  readonly authorizationParams?: ExtraParameters;
  readonly tokenParams?: ExtraParameters;
  readonly refreshParams?: ExtraParameters;
  /** `false`: lifetimes and refresh tokens in answers are ignored. */
  readonly tokensExpire?: boolean;
  /** Absent: the provider cannot say whose account it is, so only one can be linked. */
  readonly account?: AccountDefinition;
  readonly redirect: RedirectDefinition;
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
}

/** What the token endpoint answered: a member may have any name and type. */
export type TokenAnswer = Readonly<Record<string, unknown>>;

/** `id` stays the same for ever; `title` is what people read. */
export interface Account {
  readonly id: string;
  readonly title: string;
}

/** What only some providers need; `src/provider/index.ts` lists what this one does. */
export interface Mechanism {
  /** Says whose account a new token is for. Throws `api_error` or an error of the network. */
  identifyAccount?(context: Integration, token: StoredToken, answer: TokenAnswer): Promise<Account>;
  /** Ends a grant at the provider. Throws when the provider did not confirm it. */
  revoke?(context: Integration, token: StoredToken): Promise<void>;
}

/** Ends the grant at the provider. Gives whether that was confirmed. */
export async function revokeGrant(integration: Integration, token: StoredToken): Promise<boolean> {
  const mechanism = integration.mechanisms.find(({ revoke }) => revoke !== undefined);
  try {
    await mechanism?.revoke?.(integration, token);
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
  const { host, port, path } = provider.redirect;
  const redirect = `http://${host}:${port}${path}`;
  const urls = Object.entries(provider).filter(([name]) => /Url$|^issuer$/.test(name));
  const wrong = urls.filter(([, url]) => !isSafe(String(url))).map(([name]) => name);
  if (!isSafe(redirect) || new URL(redirect).pathname !== path) wrong.push("redirect");
  if (wrong.length === 0) return;
  const message = `The provider's ${wrong.join(", ")} cannot be used.`;
  const advice = "Addresses are https, or http to this machine; the redirect has a port and a path";
  throw new IntegrationError("misconfigured", `${message} ${advice}.`);
}

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  return username === "" && (protocol === "https:" || (protocol === "http:" && isLoopback));
}
