import type { HookKind } from "../../src/core/known-provider.js";
import type { TemplateSetName } from "../../src/core/template-sets.js";
import type { AnswerDocument } from "../support/answers.js";

/** One value of a factor: the answers that say it, and the hooks of a known provider, which no answer says. */
export interface Level {
  readonly name: string;
  readonly answers: AnswerDocument;
  readonly hook?: HookKind;
}

/** Something that features follow from. The first level is what holds where nothing is said. */
export interface Factor {
  readonly name: string;
  readonly levels: readonly Level[];
}

const level = (name: string, answers: AnswerDocument = {}, hook?: HookKind): Level => ({
  name,
  answers,
  ...(hook !== undefined && { hook }),
});

const factor = (name: string, ...levels: readonly Level[]): Factor => ({
  name,
  levels: [level(`without ${name}`), ...levels],
});

const ACCOUNTS = factor(
  "account",
  level("account by a call", { account: { path: "/me", id: "id", name: "email" } }),
  level("account by a claim", { account: { claim: "sub", token: "id_token" } }),
  level("account by a field", { account: { tokenField: "user.id", name: "user.name" } }),
);

const LIFETIME = factor(
  "lifetime",
  level("assumed lifetime", { assumedLifetime: 1800 }),
  level("tokens for ever", { tokensExpire: false }),
);

const HOOKS = factor(
  "hooks",
  level("hooks", { hooks: true }),
  level("hooks that exchange", { hooks: true, provider: "github" }, "exchanged-token"),
  level("hooks that refresh", { hooks: true, provider: "github" }, "self-refreshing-token"),
  level("hooks with a user name", { hooks: true, provider: "github" }, "secret-as-user-name"),
);

const LICENSES = factor(
  "license",
  ...["Apache-2.0", "BSD-3-Clause", "ISC", "UNLICENSED"].map((license) =>
    level(license, { license }),
  ),
);

const CLIENT = factor(
  "client authentication",
  level("HTTP Basic", { clientAuth: "client_secret_basic" }),
  level("raw HTTP Basic", { clientAuth: "client_secret_basic_raw" }),
  level("a public client", { clientAuth: "none" }),
);

const BODY = factor(
  "body format",
  level("JSON", { tokenBodyFormat: "json" }),
  level("query", { tokenBodyFormat: "query" }),
);

const VARIABLES = factor(
  "variables",
  level("variable in a parameter", {
    variables: [{ name: "tenant", label: "Tenant", secret: true, optional: true }],
    tokenParams: { tenant: "{tenant}" },
  }),
  level("variable in an address", {
    variables: [{ name: "area", label: "Area", description: "Where it is", example: "eu" }],
    tokenUrl: "https://{area}.acme.com/token",
  }),
);

const CAPTURED_HOST = level("captured host", {
  capture: [{ name: "api", from: "token", key: "instance.url", hostSuffixes: ["acme.com"] }],
  apiBaseUrl: "{api}/v3",
});

/** What both sets have in common. */
const COMMON: readonly Factor[] = [
  ACCOUNTS,
  LIFETIME,
  HOOKS,
  LICENSES,
  CLIENT,
  BODY,
  VARIABLES,
  factor("PKCE", level("no PKCE", { pkce: "none" })),
  factor("workflows", level("no workflows", { ci: false })),
  factor("scopes", level("no scopes", { scopes: [] }), level("commas", { scopeSeparator: "," })),
  factor("revocation", level("revocation", { revocationUrl: "https://auth.acme.com/revoke" })),
  factor("refresh URL", level("refresh URL", { refreshUrl: "https://auth.acme.com/refresh" })),
  factor(
    "place of the token",
    level("token path", { tokenPath: "data.token" }),
    level("token fields", {
      renameTokenFields: { access_token: "accessToken", expires_at: "ends" },
    }),
  ),
  factor("token headers", level("token headers", { tokenHeaders: { "x-version": "2" } })),
  factor("API header", level("API header", { apiAuthHeader: "X-Api-Token: {token}" })),
  factor("API headers", level("API headers", { apiHeaders: { "x-client": "{clientId}" } })),
  factor(
    "parameters",
    level("fixed parameters", { authorizationParams: { prompt: "consent" } }),
    level("fresh parameters", { authorizationParams: { nonce: "{random}" } }),
  ),
  factor(
    "names of parameters",
    level("names in the authorization request", { renameAuthorizationParams: { scope: "rights" } }),
    level("names in the token request", { renameTokenParams: { grant_type: "type" } }),
    level("names in every request", { renameParams: { client_id: "client_key" } }),
  ),
  factor(
    "pages",
    level("pages", { registrationUrl: "https://acme.com/apps", docsUrl: "https://acme.com/docs" }),
  ),
];

/** What each set looks at. */
export const FACTORS: Readonly<Record<TemplateSetName, readonly Factor[]>> = {
  typescript: [
    ...COMMON,
    factor(
      "capture",
      CAPTURED_HOST,
      level("captured from the redirect", {
        capture: [{ name: "realm", from: "redirect", key: "realmId", pattern: "[0-9]+" }],
        apiHeaders: { "x-realm": "{realm}" },
      }),
    ),
    factor(
      "registration",
      level("registration", { registrationEndpoint: "https://auth.acme.com/register" }),
      level("published metadata", { clientMetadataUrl: "https://acme.com/client-metadata.json" }),
    ),
    factor("issuer", level("issuer", { issuer: "https://auth.acme.com", issParameter: true })),
    factor("name of the code", level("name of the code", { codeParam: "auth_code" })),
    factor(
      "device flow",
      level("device flow", { deviceAuthorizationUrl: "https://auth.acme.com/device" }),
    ),
    factor("keychain", level("keychain", { keychain: true })),
    factor("OpenAPI", level("OpenAPI", { openapi: "test/fixtures/meters.openapi.yaml" })),
    factor(
      "redirect",
      level("random port", { redirect: { port: 0 } }),
      level("pasted redirect", { redirect: { url: "https://acme.com/done" } }),
    ),
    factor("repository", level("repository", { repository: "https://github.com/acme/acme" })),
  ],
  "home-assistant": [
    ...COMMON,
    factor(
      "capture",
      CAPTURED_HOST,
      level("captured value", {
        capture: [{ name: "realm", from: "token", key: "realm.id" }],
        apiHeaders: { "x-realm": "{realm}" },
      }),
    ),
    factor(
      "sensors",
      level("sensors", {
        sensors: [
          { path: "/now", field: "heat", name: "Heat", unit: "°C", deviceClass: "temperature" },
        ],
      }),
    ),
    factor(
      "host of the repository",
      level("GitLab", { repository: "https://gitlab.com/acme/acme" }),
    ),
  ],
};
