import type { AnswerDocument } from "../support/answers.js";
import { RULE_CASES } from "./projects.js";

const REPOSITORY = "https://github.com/ada/integration";

/** Mechanisms that no other set of answers has, and together. */
const MORE_CASES: readonly (readonly [string, AnswerDocument])[] = [
  [
    "everything that differs from account to account",
    {
      name: "Tenants",
      domain: "differing_tenants",
      authorizationUrl: "https://{subdomain}.tenants.app/oauth/authorize?policy={policy}",
      tokenUrl: "https://{subdomain}.tenants.app/oauth/token",
      refreshUrl: "https://{subdomain}.tenants.app/oauth/refresh?v=2",
      revocationUrl: "https://{subdomain}.tenants.app/oauth/revoke",
      apiBaseUrl: "{api}/v3/company/{company}",
      scopes: ["read"],
      authorizationParams: { audience: "{policy}-{clientId}", response_mode: "query" },
      tokenParams: { key: "{key}", nonce: "{random}", state: "{state}", redirect_uri: "" },
      tokenHeaders: {
        "X-Signature": "{clientSecret}",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      refreshParams: { company: "{company}", key: "{key}" },
      renameParams: { client_id: "client_key", code_verifier: "proof" },
      apiHeaders: { "x-client": "{clientId}", "user-agent": "tenants/1", "x-key": "{key}" },
      variables: [
        { name: "subdomain", label: "Subdomain", example: "initech" },
        { name: "policy", label: "Policy", pattern: "B2C_[a-z_]+", default: "B2C_sign_in" },
        { name: "key", label: "Key", secret: true, optional: true },
      ],
      capture: [
        {
          name: "api",
          from: "token",
          key: "instance.url",
          hostSuffixes: ["tenants.app", "tenantsapis.net"],
        },
        { name: "company", from: "token", key: "companyId", pattern: "[0-9]+" },
      ],
      account: { path: "/users/me", id: "user.id", name: "user.name" },
      sensors: [
        { path: "/users/me", field: "user.plan", name: "Plan" },
        { path: "/status", field: "aqi", name: "Air", deviceClass: "aqi" },
        { path: "/status", field: "day", name: "Day", deviceClass: "date" },
      ],
      hooks: true,
    },
  ],
  [
    "texts that look like what stands for a value",
    {
      name: "Angles",
      domain: "angle_texts",
      authorizationUrl: "https://login.angles.app/authorize?policy={policy}&at={subdomain}",
      tokenUrl: "https://login.angles.app/token",
      apiBaseUrl: "https://api.angles.app",
      scopes: ["read", "<state>", "<code>"],
      authorizationParams: {
        hint: "<client id>",
        label: "a <state> of {clientId} & <anything else>",
      },
      tokenParams: { note: "<code>, <client secret>, {clientId}" },
      tokenHeaders: { "X-Note": "<random>", "X-Key": "Basic <client id>:<client secret>" },
      refreshParams: { note: "<refresh token> < {policy}" },
      apiHeaders: { "x-note": "<access token>" },
      apiAuthHeader: "X-Token: <access token> {token}",
      variables: [
        { name: "subdomain", label: "Subdomain", example: "initech" },
        { name: "policy", label: "Policy", pattern: "<[a-z]+>", example: "<state>" },
      ],
      account: { path: "/me", id: "id", query: { fields: "<state>,<id>" } },
    },
  ],
  [
    "a captured part of a host and a claim of the id token",
    {
      name: "Regions",
      domain: "captured_regions",
      authorizationUrl: "https://login.regions.app/authorize",
      tokenUrl: "https://login.regions.app/token",
      apiBaseUrl: "https://{region}.regions.app/api",
      scopes: ["openid"],
      capture: [
        {
          name: "region",
          from: "token",
          key: "region",
          hostSuffixes: ["regions.app"],
          pattern: "[a-z]{2}",
        },
      ],
      tokenPath: "result",
      clientAuth: "client_secret_basic",
      account: { claim: "sub", token: "id_token" },
      tokensExpire: false,
    },
  ],
  [
    "parameters in the address and a field of the answer",
    {
      name: "Query",
      domain: "query_parameters",
      authorizationUrl: "https://query.dev/authorize",
      tokenUrl: "https://query.dev/token?version=2",
      scopes: ["a", "b"],
      scopeSeparator: "|",
      tokenBodyFormat: "query",
      tokenParams: { action: "requesttoken" },
      renameTokenFields: { expires_at: "ends", scope: "rights" },
      assumedLifetime: 600,
      account: { tokenField: "user_id" },
      sensors: [{ path: "/state", field: "on", name: "On" }],
    },
  ],
];

/** Known providers that ship hooks. */
const HOOKED_CASES = ["stripe", "facebook", "threads"].map(
  (provider) => [provider, { name: provider, domain: `${provider}_hooked`, provider }] as const,
);

export const GENERATED_CASES: readonly (readonly [string, AnswerDocument])[] = [
  ...RULE_CASES,
  ...MORE_CASES,
  ...HOOKED_CASES,
].map(([name, answers]) => [
  name,
  { templateSet: "home-assistant", repository: REPOSITORY, ...answers },
]);
