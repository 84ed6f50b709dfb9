// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { timingSafeEqual } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import { IntegrationError } from "../errors.js";
import type { CallbackServer } from "./callback-server.js";
import type { ClientContext, ProviderDefinition } from "./provider.js";
import { meaningOf, toErrorName } from "./token-answer.js";

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
export async function createRequest(
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
  /** Undefined: the address is pasted. */
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
  waiting: Waiting,
): Promise<URL> {
  const { server } = waiting;
  const end = new AbortController();
  const listened = server?.receive((url) => mismatch(url, request) === undefined) ?? never();
  const pasted = readPasted(request, host, { isOnlyWay: server === undefined, end: end.signal });
  try {
    const ended = failAfter(waiting, end.signal);
    return await Promise.race([ended, listened, pasted, show(request, host)]);
  } finally {
    end.abort();
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

async function failAfter({ timeoutMs, signal }: Waiting, end: AbortSignal): Promise<never> {
  const cancel = AbortSignal.any(signal === undefined ? [end] : [end, signal]);
  const isCancelled = await delay(timeoutMs, false, { signal: cancel }).catch(() => true);
  if (signal?.reason instanceof IntegrationError) throw signal.reason;
  if (isCancelled) throw new IntegrationError("authorization_failed", "The sign-in was cancelled.");
  const message = `Nobody signed in within ${timeoutMs / 1000} s. Start again.`;
  throw new IntegrationError("callback_timeout", message);
}

/** A host that drives the browser itself may wait for the last page, which waits for the flow. */
async function show({ url, redirectUri }: AuthorizationRequest, host: FlowHost): Promise<never> {
  await host.showAuthorizationUrl(new URL(url), redirectUri);
  return never();
}

const MOST_PASTES = 10;

async function readPasted(
  request: AuthorizationRequest,
  host: FlowHost,
  { isOnlyWay, end }: { readonly isOnlyWay: boolean; readonly end: AbortSignal },
): Promise<URL> {
  for (let pastes = 0; host.readRedirect !== undefined && pastes < MOST_PASTES; pastes += 1) {
    const text = (await host.readRedirect(end)).trim();
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const problem = url === undefined ? "it is no address" : mismatch(url, request);
    if (url !== undefined && problem === undefined) return url;
    const message = `This is not the address that the sign-in ended at: ${problem}. Try again.`;
    const error = new IntegrationError("authorization_failed", message);
    if (isOnlyWay) throw error;
    host.reportProblem?.(error);
  }
  return never();
}

/** What is wrong with an address as the answer to this request; undefined when it belongs to it. */
function mismatch(url: URL, { redirectUri, state }: AuthorizationRequest): string | undefined {
  if (url.origin + url.pathname !== redirectUri) return `it does not begin with ${redirectUri}`;
  const count = (name: string): number => url.searchParams.getAll(name).length;
  const repeated = ["state", "code", "iss", "error"].find((name) => count(name) > 1);
  if (repeated !== undefined) return `it has ${repeated} more than once`;
  const [came, own] = [Buffer.from(url.searchParams.get("state") ?? ""), Buffer.from(state)];
  const isOwn = came.length === own.length && timingSafeEqual(came, own);
  return isOwn ? undefined : "its state is missing, or of another sign-in";
}

/**
 * Checks the redirect of a sign-in and gives what of it is exchanged (RFC 6749, section 4.1.2; RFC 9207, section 2.4).
 * Throws `authorization_denied`, `authorization_failed`, `misconfigured`, `temporarily_unavailable`.
 */
export function checkRedirect(
  { searchParams }: URL,
  { redirectUri, state }: AuthorizationRequest,
  { issuer, issParameter = false }: ProviderDefinition,
): URL {
  const [code, iss, error] = ["code", "iss", "error"].map((name) => searchParams.get(name));
  if (issuer !== undefined && iss !== issuer && (iss !== null || issParameter)) {
    const message = `The redirect ${iss === null ? "names no issuer" : "is of another issuer"}.`;
    throw new IntegrationError("authorization_failed", `${message} Nothing was sent. Start again.`);
  }
  if (error || !code) {
    const reason = toErrorName(error) ?? "no code came";
    const message = `The provider ended the sign-in (${reason}). Start again.`;
    throw new IntegrationError(meaningOf(reason), message);
  }
  const redirect = new URL(redirectUri);
  redirect.search = new URLSearchParams({ code, state }).toString();
  if (issuer !== undefined && iss === issuer) redirect.searchParams.set("iss", iss);
  return redirect;
}
