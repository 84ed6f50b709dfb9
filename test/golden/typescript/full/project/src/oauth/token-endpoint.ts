// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as client from "openid-client";
import { IntegrationError, redact } from "../errors.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { boundedFetch } from "./http.js";
import { type Integration, type TokenAnswer, withParameters } from "./provider.js";
import { readTokenAnswer, type Step, toRefusal } from "./token-answer.js";

/**
 * Checks a redirect (RFC 9207, section 2.4) and exchanges its code (RFC 6749, section 4.1.3).
 * Throws `authorization_denied`, `authorization_failed`, `misconfigured`, or as the network.
 */
export function exchangeCode(
  integration: Integration,
  redirect: URL,
  { state, verifier }: AuthorizationRequest,
): Promise<TokenAnswer> {
  const known = new URL(redirect);
  if (integration.provider.issuer === undefined) known.searchParams.delete("iss");
  const checks = { expectedState: state, ...(verifier && { pkceCodeVerifier: verifier }) };
  return requestToken(integration, "sign-in", (configuration) =>
    client.authorizationCodeGrant(configuration, known, checks),
  );
}

/** Asks for a new token (RFC 6749, section 6). Throws `reauth_required`, else as `exchangeCode`. */
export function refreshGrant(integration: Integration, refreshToken: string): Promise<TokenAnswer> {
  return requestToken(integration, "refresh", (configuration) =>
    client.refreshTokenGrant(configuration, refreshToken),
  );
}

/** Answers are sorted before the library sees them, so that its errors hold no secret. */
async function requestToken(
  integration: Integration,
  step: Step,
  run: (configuration: client.Configuration) => Promise<unknown>,
): Promise<TokenAnswer> {
  const { issuer, issParameter, tokenUrl, tokenParams, ...provider } = integration.provider;
  const url = (step === "refresh" && provider.refreshUrl) || tokenUrl;
  const parameters = (step === "refresh" ? provider.refreshParams : tokenParams) ?? {};
  // The library needs an issuer. With a made-up one nothing is compared: no id token gets there.
  const server = {
    issuer: issuer ?? new URL(url).origin,
    token_endpoint: url,
    authorization_response_iss_parameter_supported: issuer !== undefined && issParameter === true,
  };
  const { clientId } = integration.credential;
  const configuration = new client.Configuration(server, clientId, {}, (_, __, body, headers) =>
    authenticateClient(integration, body, headers),
  );
  // `checkProvider` allows http to this machine only.
  client.allowInsecureRequests(configuration);
  let token: TokenAnswer = {};
  configuration[client.customFetch] = async (_, { method, headers, body: form }) => {
    const body = withParameters(new URLSearchParams(String(form)), parameters);
    const sent = { subject: "The token endpoint", method, headers, body };
    token = readTokenAnswer(await boundedFetch(new URL(url), sent), step);
    return Response.json(issuer === undefined ? { ...token, id_token: undefined } : token);
  };
  try {
    await run(configuration);
    return token;
  } catch (error) {
    throw toIntegrationError(error, step);
  }
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
  if (clientAuth !== "client_secret_basic") {
    body.set("client_id", credential.clientId);
    if (clientAuth === "client_secret_post") body.set("client_secret", secret);
    return;
  }
  // Encoded as forms are: "-", "." and "_" stay, since some servers compare without decoding.
  const pair = new URLSearchParams({ [credential.clientId]: secret }).toString().replace("=", ":");
  headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
}
