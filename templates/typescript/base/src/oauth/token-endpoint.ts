// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as client from "openid-client";
import { IntegrationError, type IntegrationErrorCode } from "../errors.js";
import { hideFromInspect, redact } from "../redact.js";
import { boundedFetch, type HttpAnswer, unavailable } from "./http.js";
import type { ClientContext, ExtraParameters, TokenAnswer } from "./provider.js";
import { normalizeAnswer } from "./token-answer.js";

/** What differs between the token requests. */
interface GrantKind {
  readonly url: string;
  readonly parameters: ExtraParameters | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The error when the grant is refused, and the one when the answer makes no sense. */
  readonly refused: IntegrationErrorCode;
  readonly unreadable: IntegrationErrorCode;
}

/** A redirect that was checked, and what its request was made with. */
export interface CodeGrant {
  /** The redirect URI with `code`, `state` and, for a known issuer, `iss`. */
  readonly redirect: URL;
  readonly state: string;
  readonly verifier: string | undefined;
}

const SUBJECT = "The token endpoint";

/**
 * Exchanges a code for tokens (RFC 6749, section 4.1.3).
 * Throws `authorization_failed`, `misconfigured`, `temporarily_unavailable`, `network_error`.
 */
export function exchangeCode(
  context: ClientContext,
  { redirect, state, verifier }: CodeGrant,
  signal: AbortSignal | undefined,
): Promise<TokenAnswer> {
  const { tokenUrl: url, tokenParams: parameters } = context.provider;
  const failed = "authorization_failed";
  const kind: GrantKind = { url, parameters, signal, refused: failed, unreadable: failed };
  const checks = { expectedState: state, ...(verifier && { pkceCodeVerifier: verifier }) };
  return requestToken(context, kind, (configuration) =>
    client.authorizationCodeGrant(configuration, redirect, checks),
  );
}

/** Asks for a new access token (RFC 6749, section 6). Throws `reauth_required` for a dead one, else as `exchangeCode`. */
export function refreshGrant(context: ClientContext, refreshToken: string): Promise<TokenAnswer> {
  const { tokenUrl, refreshUrl: url = tokenUrl, refreshParams: parameters } = context.provider;
  const unreadable = "temporarily_unavailable";
  const kind: GrantKind = { url, parameters, refused: "reauth_required", unreadable };
  return requestToken(context, kind, (configuration) =>
    client.refreshTokenGrant(configuration, refreshToken),
  );
}

/** The answer is sorted before the library sees it, so that the library's errors hold no body that matters. */
async function requestToken(
  context: ClientContext,
  kind: GrantKind,
  run: (configuration: client.Configuration) => Promise<unknown>,
): Promise<TokenAnswer> {
  const configuration = configure(context, kind.url);
  let token: TokenAnswer = {};
  configuration[client.customFetch] = async (url, options) => {
    const body = withParameters(options.body, kind.parameters);
    const request = { method: options.method, headers: new Headers(options.headers), body };
    const { signal } = kind;
    const answer = await boundedFetch({ ...request, subject: SUBJECT, url: new URL(url), signal });
    token = hideFromInspect(readToken(answer, kind));
    // An id token of an issuer that is not known cannot be checked.
    const { id_token: _, ...rest } = token;
    return Response.json(context.provider.issuer === undefined ? rest : token);
  };
  try {
    await run(configuration);
    return token;
  } catch (cause) {
    if (cause instanceof Error && cause.cause instanceof IntegrationError) throw cause.cause;
    const message = "The token answer did not pass the checks of its issuer and its form.";
    throw new IntegrationError(kind.unreadable, message, { cause });
  }
}

function configure(context: ClientContext, url: string): client.Configuration {
  // The library needs an issuer. With a made-up one nothing is compared.
  const { issuer = new URL(url).origin, issParameter = false } = context.provider;
  const server = {
    issuer,
    token_endpoint: url,
    authorization_response_iss_parameter_supported:
      issParameter && context.provider.issuer !== undefined,
  };
  const { clientId } = context.credential;
  const configuration = new client.Configuration(server, clientId, {}, (_, __, body, headers) =>
    authenticateClient(context, body, headers),
  );
  // `checkProvider` has decided: http to this machine only.
  client.allowInsecureRequests(configuration);
  return configuration;
}

/** Adds the client's identity to a request, the way the provider wants it (RFC 6749, section 2.3.1). */
export function authenticateClient(
  { provider, credential }: ClientContext,
  body: URLSearchParams,
  headers: Headers,
): void {
  const { clientAuth = "client_secret_post" } = provider;
  const secret = credential.clientSecret?.reveal() ?? "";
  if (clientAuth === "client_secret_basic") {
    // Encoded as forms are: "-", "." and "_" stay, since some servers compare without decoding.
    const pair = new URLSearchParams({ [credential.clientId]: secret }).toString();
    const basic = Buffer.from(pair.replace("=", ":")).toString("base64");
    headers.set("authorization", `Basic ${basic}`);
  } else {
    body.set("client_id", credential.clientId);
    if (clientAuth === "client_secret_post") body.set("client_secret", secret);
  }
}

function withParameters(body: unknown, parameters: ExtraParameters = {}): string {
  const form = new URLSearchParams(body instanceof URLSearchParams ? body : "");
  for (const [name, value] of Object.entries(parameters)) {
    if (value === "") form.delete(name);
    else form.set(name, value);
  }
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

/** The errors of RFC 6749, section 5.2, and what some servers say instead of them. */
const MEANINGS: Readonly<Record<string, IntegrationErrorCode | "refused">> = {
  invalid_grant: "refused",
  invalid_refresh_token: "refused",
  bad_refresh_token: "refused",
  invalid_client: "misconfigured",
  unauthorized_client: "misconfigured",
  unsupported_grant_type: "misconfigured",
  incorrect_client_credentials: "misconfigured",
  temporarily_unavailable: "temporarily_unavailable",
  server_error: "temporarily_unavailable",
};

function refusal(answer: HttpAnswer, error: unknown, kind: GrantKind): IntegrationError {
  const { status } = answer;
  const passing = unavailable(SUBJECT, answer);
  if (passing !== undefined) return passing;
  const name = typeof error === "string" ? error : undefined;
  const reason = name ?? (status === 401 ? "invalid_client" : undefined);
  const unknown = reason === undefined ? kind.unreadable : "authorization_failed";
  const meaning = MEANINGS[reason ?? ""] ?? unknown;
  const code = meaning === "refused" ? kind.refused : meaning;
  const message = `${SUBJECT} gave no token (${reason ?? "unreadable"}, status ${status}).`;
  return new IntegrationError(code, `${message} ${ADVICE[code] ?? ""}`.trim(), { status });
}

const ADVICE: Partial<Record<IntegrationErrorCode, string>> = {
  reauth_required: "A newer token may have been lost. Sign in again.",
  misconfigured: "Check the client id and secret.",
  temporarily_unavailable: "Try again later.",
};
