// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as client from "openid-client";
import { IntegrationError, redact } from "../errors.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { boundedFetch, type HttpAnswer } from "./http.js";
import { changeByAll, fillIn, required, withParameters } from "./provider.js";
import type { Integration, TokenAnswer, TokenRequest } from "./provider.js";
import { parseTokenAnswer, readTokenAnswer, type Step, toRefusal } from "./token-answer.js";

/**
 * Checks a redirect (RFC 9207, section 2.4) and exchanges its code (RFC 6749, section 4.1.3).
 * Throws `authorization_denied`, `authorization_failed`, `misconfigured`, or as the network.
 */
export function exchangeCode(
  context: Integration,
  redirect: URL,
  { state, verifier, redirectUri }: AuthorizationRequest,
): Promise<TokenAnswer> {
  const url = context.mechanisms.reduce(
    (at, each) => each.onRedirect?.(at, context) ?? at,
    redirect,
  );
  const known = new Set(["code", "state", "error"]);
  if (context.provider.issuer !== undefined) known.add("iss");
  const standard = new URL(url);
  // What nobody asked for (an id token, for example) ends no sign-in.
  standard.search = String(
    new URLSearchParams([...url.searchParams].filter(([name]) => known.has(name))),
  );
  const checks = { expectedState: state, ...(verifier && { pkceCodeVerifier: verifier }) };
  const filled = fillIn(context, { state });
  // Just as in the first request: the library would write it as URLs are written.
  const tokenParams = { redirect_uri: redirectUri, ...filled.provider.tokenParams };
  const provider = { ...filled.provider, tokenParams };
  return requestToken({ ...filled, provider }, "sign-in", (configuration) =>
    client.authorizationCodeGrant(configuration, standard, checks),
  );
}

/** Asks for a new token (RFC 6749, section 6). Throws `reauth_required`, else as `exchangeCode`. */
export function refreshGrant(context: Integration, refreshToken: string): Promise<TokenAnswer> {
  return requestToken(fillIn(context), "refresh", (configuration) =>
    client.refreshTokenGrant(configuration, refreshToken),
  );
}

/** Asks for a token with a grant of another kind (RFC 6749, section 4.5). Throws as `exchangeCode`. */
export function requestGrant(
  context: Integration,
  grantType: string,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  return requestToken(fillIn(context), "sign-in", (configuration) =>
    client.genericGrantRequest(configuration, grantType, parameters),
  );
}

/** Answers are sorted before the library sees them, so that its errors hold no secret. */
async function requestToken(
  context: Integration,
  step: Step,
  run: (configuration: client.Configuration) => Promise<unknown>,
): Promise<TokenAnswer> {
  const { issuer, issParameter, tokenUrl, tokenParams, ...provider } = context.provider;
  const url = (step === "refresh" && provider.refreshUrl) || tokenUrl;
  const changes = (step === "refresh" ? provider.refreshParams : tokenParams) ?? {};
  // The library needs an issuer. With a made-up one nothing is compared: no id token gets there.
  const server = {
    issuer: issuer ?? "https://made-up.invalid",
    token_endpoint: "https://made-up.invalid",
    authorization_response_iss_parameter_supported: issuer !== undefined && issParameter === true,
  };
  const { clientId } = context.credential;
  const configuration = new client.Configuration(server, clientId, {}, (_, __, body, headers) =>
    authenticateClient(context, body, headers),
  );
  // `checkProvider` allows http to this machine only.
  client.allowInsecureRequests(configuration);
  let token: TokenAnswer = {};
  configuration[client.customFetch] = async (_, { headers, body }) => {
    const parameters = withParameters(new URLSearchParams(String(body)), changes);
    const to = { endpoint: "token", url: new URL(required(url, "tokenUrl")) } as const;
    const request = { ...to, headers: new Headers(headers), parameters };
    const answer = await send(context, "The token endpoint", request);
    const came = parseTokenAnswer(answer);
    const changed = changeByAll(context, came, (each, value) =>
      each.onTokenAnswer?.(value, context, step),
    );
    token = readTokenAnswer(answer, await changed, step, parameters);
    return Response.json(issuer === undefined ? { ...token, id_token: undefined } : token);
  };
  try {
    await run(configuration);
    return token;
  } catch (error) {
    throw toIntegrationError(error, step);
  }
}

/** Answers of authorization servers are short. */
const MOST_BYTES = 262_144;

/** Sends what the mechanisms make of a request. Throws as the network. */
export async function send(
  context: Integration,
  subject: string,
  request: TokenRequest,
): Promise<HttpAnswer> {
  const changed = await changeByAll(context, request, (each, value) =>
    each.onTokenRequest?.(value, context),
  );
  const { url, method = "POST", headers, parameters, body = parameters } = changed;
  return boundedFetch(url, { subject, method, headers, body, maxBytes: MOST_BYTES });
}

function toIntegrationError(error: unknown, step: Step): IntegrationError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof IntegrationError) return cause;
  if (error instanceof client.AuthorizationResponseError) {
    return toRefusal(step, "The sign-in page gave no code", error.error);
  }
  const reason = cause instanceof Error ? redact(cause.message) : "it makes no sense";
  const message = `The answer did not pass the checks (${reason}). Start again.`;
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
  const isRaw = clientAuth === "client_secret_basic_raw";
  const pair = isRaw ? `${credential.clientId}:${secret}` : encoded.replace("=", ":");
  headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
}
