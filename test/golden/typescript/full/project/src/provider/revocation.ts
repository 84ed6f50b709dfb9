// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";
import { type Mechanism, required } from "../oauth/provider.js";
import { authenticateClient, send } from "../oauth/token-endpoint.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    readonly revocationUrl?: string;
  }
}

/** Ends the grant at the revocation endpoint (RFC 7009, section 2.1). */
export const revocation: Mechanism = {
  async revoke(context, { accessToken, refreshToken }) {
    const url = new URL(required(context.provider.revocationUrl, "revocationUrl"));
    const token = refreshToken ?? accessToken;
    const hint = refreshToken === undefined ? "access_token" : "refresh_token";
    const parameters = new URLSearchParams({ token, token_type_hint: hint });
    const headers = new Headers();
    authenticateClient(context, parameters, headers);
    const subject = "The revocation endpoint";
    const request = { endpoint: "revocation", url, headers, parameters } as const;
    const { ok, status } = await send(context, subject, request);
    if (ok) return;
    throw new IntegrationError("api_error", `${subject} answered ${status}.`, { status });
  },
};
