// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { timingSafeEqual } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from "openid-client";
import { IntegrationError } from "../errors.js";
import type { CallbackServer } from "./callback-server.js";
import { changeByAll, fillIn, type Integration, type Values, withParameters } from "./provider.js";

/** The person's side of a sign-in. */
export interface FlowHost {
  /** Shows the address, and opens a browser where there is one. The flow does not wait for it. */
  showAuthorizationUrl(url: URL, redirectUri: string): void | Promise<void>;
  /** The redirect address that was pasted; undefined: none can come any more. Asked again after a wrong one. */
  readRedirect?(signal: AbortSignal): Promise<string | undefined>;
  /** Tells what was wrong with a pasted address while the sign-in goes on. */
  reportProblem?(error: IntegrationError): void;
  /** Shows what else happens on the way: `text` is for people, `event` for programs. */
  show?(event: Readonly<Record<string, unknown>>, text: string): void;
  /** Asks for one value; a hidden one does not show while it is typed. Undefined: nobody is there. */
  ask?(question: Question): Promise<string | undefined>;
}

export interface Question {
  readonly prompt: string;
  readonly hidden: boolean;
}

export interface FlowOptions {
  /** Default: those of the definition for `link`, else those of the entry. */
  readonly scopes?: readonly string[];
  /** Ends the waiting for the redirect with `authorization_failed`. */
  readonly signal?: AbortSignal;
  /** How long the redirect is waited for. Default: five minutes. */
  readonly timeoutMs?: number;
  /** `false`: no listener, the redirect is pasted. Default: `true`. */
  readonly listen?: boolean;
  /** What the definition's variables stand for. Default: those of the entry. */
  readonly variables?: Values;
  /** Signs in on another device, where the provider has a way (RFC 8628). Default: `false`. */
  readonly device?: boolean;
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
  integration: Integration,
  redirectUri: string,
  scopes: readonly string[],
): Promise<AuthorizationRequest> {
  const state = randomState();
  const context = fillIn(integration, { state });
  const { provider, credential } = context;
  const verifier = provider.pkce === "none" ? undefined : randomPKCECodeVerifier();
  const url = new URL(provider.authorizationUrl);
  url.search = withParameters(url.searchParams, {
    response_type: "code",
    client_id: credential.clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(provider.scopeSeparator ?? " "),
    state,
    code_challenge: verifier ? await calculatePKCECodeChallenge(verifier) : "",
    code_challenge_method: verifier ? "S256" : "",
    ...provider.authorizationParams,
  }).toString();
  const changed = new URL(
    await changeByAll(context, url, (each, at) => each.onAuthorizationUrl?.(at, context)),
  );
  // Forms write a space as "+", which some servers read as a plus sign.
  changed.search = changed.search.replaceAll("+", "%20");
  return { url: changed, redirectUri, state, verifier };
}

/** The redirect, from the listener or the person, whichever is first. Throws `callback_timeout` or `authorization_failed`. */
export async function waitForRedirect(
  request: AuthorizationRequest,
  host: FlowHost,
  server: CallbackServer,
  { signal, timeoutMs = 300_000 }: FlowOptions,
): Promise<URL> {
  const flow = new AbortController();
  const end = signal ? AbortSignal.any([flow.signal, signal]) : flow.signal;
  const listened = server.receive((url) => mismatch(url, request) === undefined);
  try {
    // Not waited for: a host may wait for the last page itself, which waits for this flow.
    const shown = host.showAuthorizationUrl(new URL(request.url), request.redirectUri);
    const pasted = readPasted(request, host, server, flow.signal);
    return await Promise.race([listened, pasted, fail(timeoutMs, end), never(shown)]);
  } finally {
    flow.abort();
  }
}

/** Settles only when what it waits for fails. */
async function never(shown?: void | Promise<void>): Promise<never> {
  await shown;
  return new Promise(() => undefined);
}

async function fail(timeoutMs: number, end: AbortSignal): Promise<never> {
  const isLate = await delay(timeoutMs, true, { signal: end }).catch(() => false);
  if (end.reason instanceof IntegrationError) throw end.reason;
  const late = `Nobody signed in within ${timeoutMs / 1000} s. Start again, or see "doctor" where the provider showed an error.`;
  if (isLate) throw new IntegrationError("callback_timeout", late);
  throw new IntegrationError("authorization_failed", "The sign-in was cancelled.");
}

const MOST_PASTES = 10;

async function readPasted(
  request: AuthorizationRequest,
  host: FlowHost,
  server: CallbackServer,
  end: AbortSignal,
): Promise<URL> {
  for (let pastes = 0; host.readRedirect !== undefined && pastes < MOST_PASTES; pastes += 1) {
    const text = await host.readRedirect(end);
    if (text === undefined) break;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const problem = url === undefined ? "it is no address" : mismatch(url, request);
    if (url !== undefined && problem === undefined) return url;
    const message = `This is not the address that the sign-in ended at: ${problem}. Try again.`;
    host.reportProblem?.(new IntegrationError("authorization_failed", message));
  }
  if (server.isListening) return never();
  const ended = "No address was pasted that belongs to this sign-in. Start again.";
  throw new IntegrationError("authorization_failed", ended);
}

/** What is wrong with an address as the answer to this request; undefined when it belongs to it. */
function mismatch(url: URL, { redirectUri, state }: AuthorizationRequest): string | undefined {
  if (url.origin + url.pathname !== new URL(redirectUri).href)
    return `it does not begin with ${redirectUri}`;
  const [came, own] = [Buffer.from(url.searchParams.getAll("state").join()), Buffer.from(state)];
  const isOwn = came.length === own.length && timingSafeEqual(came, own);
  return isOwn ? undefined : "its state is missing, or of another sign-in";
}
