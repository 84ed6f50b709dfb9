// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { timingSafeEqual } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import { IntegrationError } from "../errors.js";
import type { CallbackServer } from "./callback-server.js";
import type { ClientContext, ProviderDefinition } from "./provider.js";
import type { CodeGrant } from "./token-endpoint.js";

/** The person's side of a sign-in. */
export interface FlowHost {
  /** Shows the address, and opens a browser where there is one. The flow does not wait for it. */
  showAuthorizationUrl(url: URL, redirectUri: string): void | Promise<void>;
  /**
   * Resolves with the redirect address that was pasted. It may stay pending, is aborted when the
   * flow ends, and is called again after a wrong one while the listener runs.
   */
  readRedirect?(signal: AbortSignal): Promise<string>;
  /** Tells what was wrong with a pasted address while the sign-in goes on. */
  reportProblem?(error: IntegrationError): void;
}

/** One sign-in. State and verifier are made for it alone. */
export interface AuthorizationRequest {
  readonly url: URL;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string | undefined;
}

/** Builds the address of the sign-in page (RFC 6749, section 4.1.1; RFC 7636, section 4.3). */
export async function createAuthorizationRequest(
  { provider, credential }: ClientContext,
  redirectUri: string,
  scopes: readonly string[],
): Promise<AuthorizationRequest> {
  const state = randomState();
  const verifier = provider.pkce === "none" ? undefined : randomPKCECodeVerifier();
  const parameters = {
    response_type: "code",
    client_id: credential.clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(provider.scopeSeparator ?? " "),
    state,
    code_challenge: verifier === undefined ? "" : await calculatePKCECodeChallenge(verifier),
    code_challenge_method: verifier === undefined ? "" : "S256",
    ...provider.authorizationParams,
  };
  const url = new URL(provider.authorizationUrl);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  // Forms write a space as "+", which some servers read as a plus sign.
  url.search = url.search.replaceAll("+", "%20");
  return { url, redirectUri, state, verifier };
}

interface Waiting {
  readonly server: CallbackServer | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * The redirect of a sign-in, from the listener or from the person, whichever is first.
 * Throws `callback_timeout`, or `authorization_failed` when the signal or a wrong address ends it.
 */
export async function waitForRedirect(
  request: AuthorizationRequest,
  host: FlowHost,
  { server, signal, timeoutMs }: Waiting,
): Promise<URL> {
  const end = new AbortController();
  const ways: Promise<URL>[] = [failAfter(timeoutMs, signal, end.signal), show(request, host)];
  if (server !== undefined) ways.push(server.receive((url) => !mismatch(url, request)));
  if (host.readRedirect !== undefined) {
    ways.push(readPasted(request, host, { isOnlyWay: server === undefined, signal: end.signal }));
  }
  try {
    return await Promise.race(ways);
  } finally {
    end.abort();
  }
}

async function failAfter(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  end: AbortSignal,
): Promise<never> {
  const signals = signal === undefined ? [end] : [end, signal];
  const options = { signal: AbortSignal.any(signals) };
  const isCancelled = await delay(timeoutMs, false, options).catch(() => true);
  if (signal?.reason instanceof IntegrationError) throw signal.reason;
  if (isCancelled) throw new IntegrationError("authorization_failed", "The sign-in was cancelled.");
  const message = `Nobody signed in within ${timeoutMs / 1000} s. Start again.`;
  throw new IntegrationError("callback_timeout", message);
}

/** A host that drives the browser itself may wait for the last page, which waits for the flow. */
async function show({ url, redirectUri }: AuthorizationRequest, host: FlowHost): Promise<never> {
  await host.showAuthorizationUrl(new URL(url), redirectUri);
  return new Promise(() => undefined);
}

const MOST_PASTES = 10;

async function readPasted(
  request: AuthorizationRequest,
  host: FlowHost,
  { isOnlyWay, signal }: { readonly isOnlyWay: boolean; readonly signal: AbortSignal },
): Promise<URL> {
  for (let pastes = 0; pastes < MOST_PASTES; pastes += 1) {
    const text = ((await host.readRedirect?.(signal)) ?? "").trim();
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const problem = url === undefined ? "it is no address" : mismatch(url, request);
    if (url !== undefined && problem === undefined) return url;
    const message = `This is not the address that the sign-in ended at: ${problem}. Try again.`;
    const error = new IntegrationError("authorization_failed", message);
    if (isOnlyWay) throw error;
    host.reportProblem?.(error);
  }
  return new Promise(() => undefined);
}

/** What is wrong with an address as the answer to this request; undefined when it belongs to it. */
function mismatch({ origin, pathname, searchParams }: URL, request: AuthorizationRequest) {
  const { redirectUri, state } = request;
  if (origin + pathname !== redirectUri) return `it does not begin with ${redirectUri}`;
  const repeated = PARAMETERS.find((name) => searchParams.getAll(name).length > 1);
  if (repeated !== undefined) return `it has ${repeated} more than once`;
  const [came, own] = [Buffer.from(searchParams.get("state") ?? ""), Buffer.from(state)];
  if (came.length === own.length && timingSafeEqual(came, own)) return undefined;
  return "its state is missing, or of another sign-in";
}

const PARAMETERS = ["state", "code", "iss", "error"];

/**
 * Reads the redirect of a sign-in (RFC 6749, section 4.1.2; RFC 9207, section 2.4).
 * Throws `authorization_denied`, `authorization_failed`, `misconfigured`, `temporarily_unavailable`.
 */
export function readRedirect(
  { searchParams }: URL,
  { redirectUri, state, verifier }: AuthorizationRequest,
  { issuer, issParameter = false }: ProviderDefinition,
): CodeGrant {
  const [code, iss, error] = ["code", "iss", "error"].map((name) => searchParams.get(name));
  if (issuer !== undefined && iss !== issuer && (iss !== null || issParameter)) {
    const message = `The redirect ${iss === null ? "names no issuer" : "is of another issuer"}.`;
    throw new IntegrationError("authorization_failed", `${message} Nothing was sent. Start again.`);
  }
  if (error) throw refusal(error.replace(/[^\w.-]+/g, "_").slice(0, 64));
  if (!code) throw new IntegrationError("authorization_failed", "The redirect has no code.");
  const redirect = new URL(redirectUri);
  const isNamed = issuer !== undefined && iss === issuer;
  redirect.search = new URLSearchParams({
    code,
    state,
    ...(isNamed && { iss: issuer }),
  }).toString();
  return { redirect, state, verifier };
}

function refusal(error: string): IntegrationError {
  const isPassing = error === "temporarily_unavailable" || error === "server_error";
  const isClient = error === "unauthorized_client" || error === "invalid_client";
  const isDenied = /denied|cancel|_required$/.test(error);
  const refused = isDenied ? "authorization_denied" : "authorization_failed";
  const code = isPassing ? "temporarily_unavailable" : isClient ? "misconfigured" : refused;
  return new IntegrationError(code, `The provider ended the sign-in (${error}). Start again.`);
}
