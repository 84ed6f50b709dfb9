import type { AnswerDocument } from "../support/answers.js";

/** One golden project: its answers, and whether the whole of it stands here or only path and hash of each file. */
export interface GoldenCase {
  readonly name: string;
  readonly whole: boolean;
  readonly answers: AnswerDocument;
}

/** Answers that differ in everything that chooses a file or changes a request. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    name: "plain",
    whole: true,
    answers: {
      name: "Acme Cloud",
      authorizationUrl: "https://auth.acme.com/oauth/authorize",
      tokenUrl: "https://auth.acme.com/oauth/token",
      scopes: ["profile", "devices:read"],
      author: "Ada Lovelace",
      year: 2026,
    },
  },
  {
    name: "full",
    whole: true,
    answers: {
      name: "Büro & \"Söhne\" 漢字",
      domain: "buero_soehne",
      description: "Links the accounts of Büro & Söhne",
      repository: "https://github.com/soehne/buero-integration",
      packageName: "@soehne/buero-integration",
      license: "Apache-2.0",
      author: "Söhne O'Brien",
      year: 2026,
      issuer: "https://login.soehne.de",
      issParameter: true,
      authorizationUrl: "https://login.soehne.de/authorize?tenant=main",
      tokenUrl: "https://login.soehne.de/oauth2/token",
      refreshUrl: "https://login.soehne.de/oauth2/refresh",
      revocationUrl: "https://login.soehne.de/oauth2/revoke",
      apiBaseUrl: "https://api.soehne.de/v2",
      scopes: ["openid", "offline_access", "https://soehne.de/scopes/devices.read", "https://soehne.de/scopes/devices.write", "email"],
      clientAuth: "client_secret_basic",
      authorizationParams: { prompt: "consent", access_type: "offline" },
      tokenParams: { audience: "https://api.soehne.de" },
      refreshParams: { audience: "https://api.soehne.de" },
      account: { path: "/users/me", id: "data.id", name: "data.attributes.email", query: { fields: "id,email" } },
      redirect: { host: "localhost", port: 28_080, path: "/oauth/callback" },
      registrationUrl: "https://developer.soehne.de/apps",
      docsUrl: "https://developer.soehne.de/docs/oauth",
    },
  },
  {
    name: "public-client",
    whole: false,
    answers: {
      name: "Public",
      authorizationUrl: "https://public.dev/authorize",
      tokenUrl: "https://public.dev/token",
      issuer: "https://public.dev",
      scopes: ["openid", "email"],
      clientAuth: "none",
      account: { claim: "email", token: "id_token" },
      redirect: { port: 0 },
      license: "ISC",
      ci: false,
      author: "Ada Lovelace",
      year: 2026,
    },
  },
  {
    name: "never-expiring",
    whole: false,
    answers: {
      name: "Forever",
      authorizationUrl: "https://forever.io/oauth/authorize",
      tokenUrl: "https://forever.io/api/oauth.access",
      apiBaseUrl: "https://forever.io/api/",
      scopes: ["users:read", "chat:write"],
      scopeSeparator: ",",
      pkce: "none",
      tokensExpire: false,
      tokenParams: { redirect_uri: "" },
      account: { tokenField: "team.id", name: "team.name" },
      redirect: { port: 0 },
      license: "BSD-3-Clause",
      author: "Ada Lovelace",
      year: 2026,
    },
  },
  {
    name: "claims",
    whole: false,
    answers: {
      name: "Claims",
      authorizationUrl: "https://id.claims.app/authorize",
      tokenUrl: "https://id.claims.app/token",
      revocationUrl: "https://id.claims.app/revoke",
      apiBaseUrl: "https://api.claims.app",
      scopeSeparator: "+",
      scopes: ["read", "write"],
      account: { claim: "https://claims.app/account", name: "email" },
      redirect: { port: 0, path: "/" },
      license: "UNLICENSED",
      author: "Ada Lovelace",
      year: 2026,
    },
  },
  {
    name: "no-scopes",
    whole: false,
    answers: {
      name: "Bare",
      domain: "b",
      authorizationUrl: "https://bare.net/a",
      tokenUrl: "https://bare.net/t",
      account: { path: "/session", id: "user", method: "POST" },
      redirect: { port: 0 },
      author: "Ada Lovelace",
      year: 2026,
    },
  },
];
