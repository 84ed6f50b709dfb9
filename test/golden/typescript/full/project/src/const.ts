import type { ProviderDefinition } from "./oauth/provider.js";

export const DOMAIN = "buero_soehne";
export const NAME = 'Büro & "Söhne" 漢字';

export const OAUTH2_AUTHORIZE = "https://login.soehne.de/authorize?tenant=main";
export const OAUTH2_TOKEN = "https://login.soehne.de/oauth2/token";
export const SCOPES: readonly string[] = [
  "openid",
  "offline_access",
  "https://soehne.de/scopes/devices.read",
  "https://soehne.de/scopes/devices.write",
  "email",
];

/** What the provider's documentation says, and nothing else. */
export const PROVIDER: ProviderDefinition = {
  authorizationUrl: OAUTH2_AUTHORIZE,
  tokenUrl: OAUTH2_TOKEN,
  scopes: SCOPES,
  issuer: "https://login.soehne.de",
  issParameter: true,
  refreshUrl: "https://login.soehne.de/oauth2/refresh",
  revocationUrl: "https://login.soehne.de/oauth2/revoke",
  apiBaseUrl: "https://api.soehne.de/v2",
  clientAuth: "client_secret_basic",
  authorizationParams: {
    prompt: "consent",
    access_type: "offline",
  },
  tokenParams: {
    audience: "https://api.soehne.de",
  },
  refreshParams: {
    audience: "https://api.soehne.de",
  },
  account: {
    path: "/users/me",
    id: "data.id",
    name: "data.attributes.email",
    query: {
      fields: "id,email",
    },
  },
  redirect: {
    host: "localhost",
    port: 28080,
    path: "/oauth/callback",
  },
  registrationUrl: "https://developer.soehne.de/apps",
  docsUrl: "https://developer.soehne.de/docs/oauth",
};
