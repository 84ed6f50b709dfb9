import { IntegrationError } from "../errors.js";
import { boundedFetch } from "../oauth/http.js";
import type { Mechanism } from "../oauth/provider.js";
import { authenticateClient } from "../oauth/token-endpoint.js";

/** Ends the grant at the revocation endpoint (RFC 7009, section 2.1). */
export const revocation: Mechanism = {
  async revoke(integration, { accessToken, refreshToken }) {
    const { revocationUrl } = integration.provider;
    if (revocationUrl === undefined) {
      throw new IntegrationError("misconfigured", "The definition has no revocation endpoint.");
    }
    const hint = refreshToken === undefined ? "access_token" : "refresh_token";
    const body = new URLSearchParams({ token: refreshToken ?? accessToken, token_type_hint: hint });
    const headers = new Headers();
    authenticateClient(integration, body, headers);
    const subject = "The revocation endpoint";
    const request = { subject, method: "POST", headers, body };
    const { ok, status } = await boundedFetch(new URL(revocationUrl), request);
    if (ok) return;
    throw new IntegrationError("api_error", `${subject} answered ${status}.`, { status });
  },
};
