// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as client from "openid-client";
import { IntegrationError, type IntegrationErrorCode } from "../errors.js";
import { hideFromInspect, redact } from "../redact.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { boundedFetch, type HttpAnswer, unavailable } from "./http.js";
import type { ClientContext, ExtraParameters, TokenAnswer } from "./provider.js";
import { meaningOf, normalizeAnswer } from "./token-answer.js";

/** What differs between the token requests. */
interface GrantKind {
  readonly url: string;
  readonly parameters: ExtraParameters | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The error when the grant is refused, and the one when the answer makes no sense. */
  readonly refused: IntegrationErrorCode;
  readonly unreadable: IntegrationErrorCode;
}

const SUBJECT = "The token endpoint";

/**
 * Exchanges the code of a redirect (RFC 6749, section 4.1.3).
 * Throws `authorization_failed`, `misconfigured`, `temporarily_unavailable`, `network_error`.
 */
export function exchangeCode(
  context: ClientContext,
  redirect: URL,
  { state, verifier, signal }: AuthorizationRequest & { readonly signal: AbortSignal | undefined },
): Promise<TokenAnswer> {
  const { tokenUrl: url, tokenParams: parameters } = context.provider;
  const failed = "authorization_failed";
  const kind: GrantKind = { url, parameters, signal, refused: failed, unreadable: failed };
  const checks = { expectedState: state, ...(verifier && { pkceCodeVerifier: verifier }) };
  return requestToken(context, kind, (configuration) =>
    client.authorizationCodeGrant(configuration, redirect, checks),
  );
}

/** Asks for a new token (RFC 6749, section 6). Throws `reauth_required`, else as `exchangeCode`. */
export function refreshGrant(context: ClientContext, refreshToken: string): Promise<TokenAnswer> {
  const { tokenUrl, refreshUrl: url = tokenUrl, refreshParams: parameters } = context.provider;
  const unreadable = "temporarily_unavailable";
  const kind: GrantKind = { url, parameters, refused: "reauth_required", unreadable };
  return requestToken(context, kind, (configuration) =>
    client.refreshTokenGrant(configuration, refreshToken),
  );
}

/** Answers are sorted before the library sees them, so that its errors hold nothing that matters. */
async function requestToken(
  context: ClientContext,
  kind: GrantKind,
  run: (configuration: client.Configuration) => Promise<unknown>,
): Promise<TokenAnswer> {
  // The library needs an issuer. With a made-up one nothing is compared: no id token gets there.
  const { issuer } = context.provider;
  const server = { issuer: issuer ?? new URL(kind.url).origin, token_endpoint: kind.url };
  const { clientId } = context.credential;
  const configuration = new client.Configuration(server, clientId, {}, (_, __, body, headers) =>
    authenticateClient(context, body, headers),
  );
  // `checkProvider` allows http to this machine only.
  client.allowInsecureRequests(configuration);
  let token: TokenAnswer = {};
  configuration[client.customFetch] = async (url, { method, headers: plain, body: form }) => {
    const request = { subject: SUBJECT, url: new URL(url), method, headers: new Headers(plain) };
    const body = withParameters(form, kind.parameters);
    const answer = await boundedFetch({ ...request, body, signal: kind.signal });
    token = hideFromInspect(readToken(answer, kind));
    const { id_token: _, ...withoutIdToken } = token;
    return Response.json(issuer === undefined ? withoutIdToken : token);
  };
  try {
    await run(configuration);
    return token;
  } catch (cause) {
    if (cause instanceof Error && cause.cause instanceof IntegrationError) throw cause.cause;
    const message = `The answer of ${new URL(kind.url).host} did not pass the checks. Try again.`;
    throw new IntegrationError(kind.unreadable, message, { cause });
  }
}

/** Adds the client's identity, the way the provider wants it (RFC 6749, section 2.3.1). */
export function authenticateClient(
  { provider, credential }: ClientContext,
  body: URLSearchParams,
  headers: Headers,
): void {
  const { clientAuth = "client_secret_post" } = provider;
  const secret = credential.clientSecret?.reveal() ?? "";
  if (clientAuth !== "client_secret_basic") {
    body.set("client_id", credential.clientId);
    if (clientAuth === "client_secret_post") body.set("client_secret", secret);
    return;
  }
  // Encoded as forms are: "-", "." and "_" stay, since some servers compare without decoding.
  const pair = new URLSearchParams({ [credential.clientId]: secret }).toString().replace("=", ":");
  headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
}

function withParameters(body: unknown, parameters: ExtraParameters = {}): string {
  const form = new URLSearchParams(body instanceof URLSearchParams ? body : "");
  for (const [name, value] of Object.entries(parameters)) form.set(name, value);
  for (const [name, value] of Object.entries(parameters)) if (value === "") form.delete(name);
  return form.toString();
}

function readToken(answer: HttpAnswer, kind: GrantKind): TokenAnswer {
  const token = normalizeAnswer(answer);
  if (token?.["access_token"] === undefined) throw refusal(answer, token?.["error"], kind);
  const type = String(token["token_type"]);
  if (type.toLowerCase() === "bearer") return token;
  // RFC 6749, section 7.1: a token of a type that is not understood must not be used.
  const message = `A token of the type "${redact(type)}" came. Only bearer tokens are understood.`;
  throw new IntegrationError("authorization_failed", message);
}

function refusal(answer: HttpAnswer, error: unknown, kind: GrantKind): IntegrationError {
  const { status } = answer;
  const passing = unavailable(SUBJECT, answer);
  if (passing !== undefined) return passing;
  const reason = error ?? (status === 401 ? "invalid_client" : undefined);
  const meaning = typeof reason === "string" ? meaningOf(reason) : kind.unreadable;
  const isRefused = meaning === "reauth_required" || meaning === "authorization_denied";
  const code = isRefused ? kind.refused : meaning;
  const advice = ADVICE[code] ?? "Sign in again";
  const message = `${SUBJECT} gave no token (${status}, ${reason ?? "unreadable"}). ${advice}.`;
  return new IntegrationError(code, message, { status });
}

const ADVICE: Partial<Record<IntegrationErrorCode, string>> = {
  reauth_required: "The grant ended, or its newest token was lost: sign in again",
  misconfigured: "Check the client id and secret",
  temporarily_unavailable: "Try again later",
};
