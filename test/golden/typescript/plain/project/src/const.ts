import type { ProviderDefinition } from "./oauth/provider.js";

export const DOMAIN = "acme_cloud";
export const NAME = "Acme Cloud";

export const OAUTH2_AUTHORIZE = "https://auth.acme.com/oauth/authorize";
export const OAUTH2_TOKEN = "https://auth.acme.com/oauth/token";
export const SCOPES: readonly string[] = ["profile", "devices:read"];

/** What the provider's documentation says, and nothing else. */
export const PROVIDER: ProviderDefinition = {
  authorizationUrl: OAUTH2_AUTHORIZE,
  tokenUrl: OAUTH2_TOKEN,
  scopes: SCOPES,
  apiBaseUrl: "https://auth.acme.com",
  redirect: {
    host: "127.0.0.1",
    port: 21825,
    path: "/callback",
  },
};
