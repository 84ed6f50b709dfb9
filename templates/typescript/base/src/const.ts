import type { ProviderDefinition } from "./oauth/provider.js";

export const DOMAIN = "acme";
export const NAME = "Acme Cloud";

export const OAUTH2_AUTHORIZE = "https://auth.acme.example/oauth2/authorize";
export const OAUTH2_TOKEN = "https://auth.acme.example/oauth2/token";
export const SCOPES: readonly string[] = ["profile", "devices:read"];

/** What the provider's documentation says, and nothing else. */
export const PROVIDER: ProviderDefinition = {
  authorizationUrl: OAUTH2_AUTHORIZE,
  tokenUrl: OAUTH2_TOKEN,
  revocationUrl: "https://auth.acme.example/oauth2/revoke",
  apiBaseUrl: "https://api.acme.example/v1",
  scopes: SCOPES,
  account: { path: "/me", id: "id", name: "name" },
  redirect: { host: "127.0.0.1", port: 24817, path: "/callback" },
};
