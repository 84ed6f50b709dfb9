// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { randomUUID } from "node:crypto";
import { IntegrationError, type IntegrationErrorCode, redact } from "../errors.js";
import { createRequest } from "./authorization-request.js";
import { boundedFetch } from "./http.js";
import { fillIn, type Integration, secretsOf, type TokenRequest } from "./provider.js";
import { requestGrant } from "./token-endpoint.js";

/** What was found, and what to do about it. */
export interface Found {
  /** `unknown`: the answer does not say. */
  readonly state: "ok" | "problem" | "unknown";
  readonly message: string;
  readonly code?: IntegrationErrorCode;
  /** What was sent, without its secrets. */
  readonly request?: readonly string[];
}

export function ok(message: string): Found {
  return { state: "ok", message };
}

export function unknown(message: string, request: readonly string[] = []): Found {
  return { state: "unknown", message, request };
}

const UNFILLED = unknown("Its address holds values of an account: link one first.");

/** The servers that the definition names, as far as their addresses are known. */
export function originsOf(integration: Integration): string[] {
  const { authorizationUrl, tokenUrl, refreshUrl, apiBaseUrl } = fillIn(integration).provider;
  const urls = [authorizationUrl, tokenUrl, refreshUrl ?? tokenUrl, apiBaseUrl];
  const known = urls.filter((url) => URL.canParse(url));
  return [...new Set(known.map((url) => new URL(url).origin))];
}

const LONGEST_MS = 10_000;

/** How many milliseconds this machine's clock is ahead of a server's; undefined where it tells no time. Throws `network_error`. */
export async function readSkew(origin: string): Promise<number | undefined> {
  const request = { subject: "The server", method: "GET", headers: new Headers(), body: null };
  const began = Date.now();
  try {
    const { headers } = await boundedFetch(new URL(origin), { ...request, timeoutMs: LONGEST_MS });
    const skew = (began + Date.now()) / 2 - Date.parse(headers.date ?? "");
    return Number.isNaN(skew) ? undefined : skew;
  } catch (error) {
    // It is there, and nobody needs its start page.
    if (error instanceof IntegrationError && error.status !== undefined) return undefined;
    throw error;
  }
}

/** What the page of a refused authorization request is about, in this order. */
const REFUSALS = {
  redirect: /redirect[\s_-]?ur[il]|callback[\s_-]?ur[il]/i,
  scope: /invalid_scope|scopes?\b.{0,40}\b(invalid|unknown|allowed|permitted|supported)/i,
  client: /(invalid|unauthorized|unknown|no such)[\s_-](client|app)|client[\s_-]?id/i,
};

/** Asks for the sign-in page as a browser would (RFC 6749, section 4.1.1). Throws as the network. */
export async function examineSignIn(integration: Integration, redirectUri: string): Promise<Found> {
  const context = fillIn(integration);
  const { authorizationUrl, scopes, registrationUrl, docsUrl } = context.provider;
  const { clientId } = context.credential;
  if (!URL.canParse(authorizationUrl)) return UNFILLED;
  const { url } = await createRequest(integration, redirectUri, scopes);
  const headers = new Headers({ accept: "text/html" });
  const sent = { subject: "The sign-in page", method: "GET", headers, body: null };
  const { status, headers: told, text } = await boundedFetch(url, sent);
  const target = new URL(told.location ?? "", url);
  // RFC 6749, section 4.1.2.1: where the redirect URI is good, a refusal is sent there.
  const values = new URLSearchParams(`${target.search.slice(1)}&${target.hash.slice(1)}`);
  const reason = status < 400 ? (values.get("error") ?? "") : toVisibleText(text);
  const request = describeRequest(integration, { method: "GET", url, headers });
  const note = "Some providers look at it only after somebody has signed in.";
  if (status < 400 && reason === "") return ok(`It opens for ${redirectUri}. ${note}`);
  const name = redact(/[a-z]+(?:_[a-z]+)+/.exec(reason)?.[0] ?? reason.trim(), secretsOf(context));
  const where = registrationUrl ?? docsUrl ?? "in its settings for developers";
  const refuse = (what: string, cure: string): Found => {
    const message = `The provider does not take ${what} (${name}). ${cure}: ${where}.`;
    return { state: "problem", code: "misconfigured", message, request };
  };
  if (REFUSALS.redirect.test(reason))
    return refuse(`the redirect URI ${redirectUri}`, "Register it exactly like this");
  if (REFUSALS.scope.test(reason))
    return refuse(`the scopes ${scopes.join(" ")}`, "Allow this app to ask for them");
  if (REFUSALS.client.test(reason))
    return refuse(`the client id ${redact(clientId)}`, "Compare it with that of the app");
  return unknown(`It answers ${status} (${name}). Open it in a browser, and see why.`, request);
}

function toVisibleText(html: string): string {
  const bare = html.replaceAll(/<(script|style|title)\b.*?<\/\1>/gis, " ");
  return bare
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .slice(0, 2000);
}

/**
 * Asks for a token with a made-up code: who is refused for the code was taken as a client
 * (RFC 6749, section 5.2). Throws as the network.
 */
export async function examineClient(integration: Integration, redirectUri: string): Promise<Found> {
  if (!URL.canParse(fillIn(integration).provider.tokenUrl)) return UNFILLED;
  let request: readonly string[] = [];
  const witness = {
    onTokenRequest(sent: TokenRequest): TokenRequest {
      request = describeRequest(integration, sent);
      return sent;
    },
  };
  const context = { ...integration, mechanisms: [...integration.mechanisms, witness] };
  const verifier = randomUUID() + randomUUID();
  const made = { code: randomUUID(), redirect_uri: redirectUri, code_verifier: verifier };
  try {
    await requestGrant(context, "sign-in", "authorization_code", made);
    return unknown("It gives a token for a made-up code.", request);
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.reason === undefined) throw error;
    const { code, message, reason } = error;
    if (code === "misconfigured") return { state: "problem", code, message, request };
    if (/grant|code/.test(reason)) return ok("The token endpoint takes the credentials.");
    const shows = "Whether it takes the credentials shows at a sign-in";
    return unknown(`The token endpoint says ${reason}. ${shows}.`, request);
  }
}

const MADE_ONCE = /^(code|state|nonce|code_challenge|code_verifier|client_secret)$/;

/** The lines of a request. What is secret, or made for it alone, does not show. */
function describeRequest(
  context: Integration,
  { method = "POST", url, headers, parameters = new URLSearchParams() }: Described,
): string[] {
  const pairs = [...url.searchParams, ...parameters];
  const shown = pairs.map(([name, value]) => `${name}=${MADE_ONCE.test(name) ? "***" : value}`);
  const fields = [...headers].map(([name, value]) => `${name}: ${value}`);
  const lines = [`${method} ${url.origin}${url.pathname}`, ...fields, ...shown];
  return lines.map((line) => redact(line, secretsOf(context)));
}

type Described = Pick<TokenRequest, "url" | "headers"> &
  Partial<Pick<TokenRequest, "method" | "parameters">>;
