import type { ProviderDefinition } from "./oauth/provider.js";

export const DOMAIN = "other_names";
export const NAME = "Other Names";

export const OAUTH2_AUTHORIZE = "https://other.dev/authorize";
export const OAUTH2_TOKEN = "https://other.dev/token";
export const SCOPES: readonly string[] = ["read", "write"];

/** What the provider's documentation says, and nothing else. */
export const PROVIDER: ProviderDefinition = {
  authorizationUrl: OAUTH2_AUTHORIZE,
  tokenUrl: OAUTH2_TOKEN,
  scopes: SCOPES,
  refreshUrl: "https://other.dev/refresh",
  apiBaseUrl: "https://other.dev",
  tokenBodyFormat: "json",
  tokenHeaders: {
    "x-version": "2026-01-01",
    "x-client": "{clientId}",
  },
  tokenPath: "data.session",
  renameParams: {
    client_id: "client_key",
  },
  renameAuthorizationParams: {
    scope: "user_scope",
  },
  renameTokenParams: {
    code: "auth_code",
  },
  renameTokenFields: {
    access_token: "accessToken",
    refresh_token: "refreshToken",
    expires_at: "validUntil",
  },
  codeParam: "authorization_code",
  apiAuthHeader: "X-Auth-Token: {token}",
  account: {
    tokenField: "data.user.id",
    name: "data.user.name",
  },
  redirect: {
    host: "127.0.0.1",
    port: 0,
    path: "/callback",
  },
};
