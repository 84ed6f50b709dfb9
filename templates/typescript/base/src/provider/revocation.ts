import { IntegrationError } from "../errors.js";
import { boundedFetch, unavailable } from "../oauth/http.js";
import type { ContextOf, Mechanism } from "../oauth/provider.js";
import { authenticateClient } from "../oauth/token-endpoint.js";

/** Ends the grant at the revocation endpoint (RFC 7009, section 2.1). */
export const revocation: Mechanism = { revoke };

const subject = "The revocation endpoint";

async function revoke(context: ContextOf<"revoke">): Promise<void> {
  const { revocationUrl } = context.provider;
  if (revocationUrl === undefined) {
    throw new IntegrationError("misconfigured", "The definition has no revocation endpoint.");
  }
  const { accessToken, refreshToken } = context.token;
  const hint = refreshToken === undefined ? "access_token" : "refresh_token";
  const form = new URLSearchParams({ token: refreshToken ?? accessToken, token_type_hint: hint });
  const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
  authenticateClient(context, form, headers);
  const [url, body] = [new URL(revocationUrl), form.toString()];
  const answer = await boundedFetch({ subject, url, method: "POST", headers, body });
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const refused = new IntegrationError("api_error", `${subject} answered ${status}.`, { status });
  throw unavailable(subject, answer) ?? refused;
}
