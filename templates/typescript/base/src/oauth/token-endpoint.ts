// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as client from "openid-client";
import { errorCode, IntegrationError, redact } from "../errors.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { boundedFetch } from "./http.js";
import { changeByAll, fillIn, required, secretsOf, withParameters } from "./provider.js";
import type { Integration, TokenAnswer, TokenRequest } from "./provider.js";
import { parseTokenAnswer, readTokenAnswer, type Step, toRefusal } from "./token-answer.js";

/**
 * Checks a redirect (RFC 9207, section 2.4) and exchanges its code (RFC 6749, section 4.1.3).
 * Throws `authorization_denied`, `authorization_failed`, `misconfigured`, or as the network.
 */
export function exchangeCode(
  context: Integration,
  redirect: URL,
  { url: asked, state, verifier, redirectUri }: AuthorizationRequest,
): Promise<TokenAnswer> {
  const { mechanisms } = context;
  const url = mechanisms.reduce((at, each) => each.onRedirect?.(at, context) ?? at, redirect);
  const standard = new URL(url);
  const known = ["code", "state", "error"];
  if (context.provider.issuer !== undefined) known.push("iss");
  // What nobody asked for (an id token, for example) ends no sign-in.
  for (const name of url.searchParams.keys())
    if (!known.includes(name)) standard.searchParams.delete(name);
  const nonce = asked.searchParams.get("nonce");
  const checks: client.AuthorizationCodeGrantChecks = {
    expectedState: state,
    ...(verifier && { pkceCodeVerifier: verifier }),
    ...(nonce && { expectedNonce: nonce }),
  };
  const filled = fillIn(context, { state });
  // Just as in the first request: the library would write it as URLs are written.
  const tokenParams = { redirect_uri: redirectUri, ...filled.provider.tokenParams };
  const own = { ...filled, provider: { ...filled.provider, tokenParams } };
  const run = (configuration: client.Configuration): Promise<unknown> =>
    client.authorizationCodeGrant(configuration, standard, checks);
  return requestToken(own, "sign-in", run, checks);
}

/** Asks for a token (RFC 6749, sections 4.5 and 6). Throws `reauth_required` for a refresh, else as `exchangeCode`. */
export function requestGrant(
  context: Integration,
  step: Step,
  grantType: string,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  return requestToken(fillIn(context), step, (configuration) =>
    client.genericGrantRequest(configuration, grantType, grant),
  );
}

/** Over a direct TLS answer none is verified (OpenID Connect Core 1.0, section 3.1.3.7, point 6). */
const SIGNATURES =
  "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 ES256K EdDSA Ed25519 Ed448".split(" ");
const SENT_SECRETS = ["code", "code_verifier", "refresh_token", "client_secret"];

/** Answers are sorted before the library sees them, so that its errors hold no secret. */
async function requestToken(
  context: Integration,
  step: Step,
  run: (configuration: client.Configuration) => Promise<unknown>,
  checks: client.AuthorizationCodeGrantChecks = {},
): Promise<TokenAnswer> {
  const { issuer, issParameter, tokenUrl, tokenParams, ...provider } = context.provider;
  const url = (step === "refresh" && provider.refreshUrl) || tokenUrl;
  const changes = (step === "refresh" ? provider.refreshParams : tokenParams) ?? {};
  // The library needs an issuer. With a made-up one nothing is compared: no id token gets there.
  const server = {
    issuer: issuer ?? "https://made-up.invalid",
    token_endpoint: "https://made-up.invalid",
    authorization_response_iss_parameter_supported: issuer !== undefined && issParameter === true,
    id_token_signing_alg_values_supported: SIGNATURES,
  };
  const { clientId } = context.credential;
  const configuration = new client.Configuration(server, clientId, {}, (_, __, body, headers) =>
    authenticateClient(context, body, headers),
  );
  // `checkProvider` allows http to this machine only.
  client.allowInsecureRequests(configuration);
  let token: TokenAnswer = {};
  configuration[client.customFetch] = async (_, { headers, body: form }) => {
    const parameters = withParameters(new URLSearchParams(String(form)), changes);
    const answer = await send(context, "The token endpoint", {
      endpoint: "token",
      url: new URL(required(url, "tokenUrl")),
      headers: new Headers(headers),
      parameters,
    });
    const body = await changeByAll(context, parseTokenAnswer(answer), (each, value) =>
      each.onTokenAnswer?.(value, context, step),
    );
    const sent = SENT_SECRETS.flatMap((name) => parameters.getAll(name));
    token = readTokenAnswer(answer, body, step, [...secretsOf(context), ...sent]);
    // At a refresh nobody reads it, and the rotated token must not be lost for it.
    const isRead = issuer !== undefined && step !== "refresh";
    const checked = isRead ? token : { ...token, id_token: undefined };
    // A declared nonce has to be in the id token, if one came.
    if (checked["id_token"] === undefined) delete checks.expectedNonce;
    return Response.json(checked);
  };
  try {
    await run(configuration);
    return token;
  } catch (error) {
    throw toIntegrationError(error, step, context);
  }
}

/** Answers of authorization servers are short. */
const MOST_BYTES = 262_144;

/** Sends what the mechanisms make of a request. Throws as the network. */
export async function send(context: Integration, subject: string, request: TokenRequest) {
  const changed = await changeByAll(context, request, (each, value) =>
    each.onTokenRequest?.(value, context),
  );
  const { url, method = "POST", headers, parameters, body = parameters } = changed;
  return boundedFetch(url, { subject, method, headers, body, maxBytes: MOST_BYTES });
}

function toIntegrationError(error: unknown, step: Step, context: Integration): IntegrationError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof IntegrationError) return cause;
  if (error instanceof client.AuthorizationResponseError) {
    const name = redact(error.error, secretsOf(context));
    return toRefusal(step, "The sign-in page gave no code", name);
  }
  const reason = cause instanceof Error ? redact(cause.message) : "it makes no sense";
  const isLate = errorCode(error) === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED";
  const advice = isLate ? "Set the clock of this machine right, and start again" : "Start again";
  const message = `The answer did not pass the checks (${reason}). ${advice}.`;
  return new IntegrationError("authorization_failed", message, { cause: error });
}

/** Adds the client's identity, the way the provider wants it (RFC 6749, section 2.3.1). */
export function authenticateClient(
  { provider, credential }: Integration,
  body: URLSearchParams,
  headers: Headers,
): void {
  const { clientAuth = "client_secret_post" } = provider;
  const secret = credential.clientSecret?.reveal() ?? "";
  if (!clientAuth.startsWith("client_secret_basic")) {
    body.set("client_id", credential.clientId);
    if (clientAuth === "client_secret_post") body.set("client_secret", secret);
    return;
  }
  // Encoded as forms are: "-", "." and "_" stay, since some servers compare without decoding.
  const encoded = new URLSearchParams({ [credential.clientId]: secret }).toString();
  const isRaw = clientAuth.endsWith("_raw");
  const pair = isRaw ? `${credential.clientId}:${secret}` : encoded.replace("=", ":");
  headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
}
