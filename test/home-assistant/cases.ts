import type { ServerOptions, WireAnswers } from "../wire/declared.js";

/** Answers for one kind of service, and what a user then sees of it in Home Assistant. */
export interface Case {
  readonly is: string;
  readonly answers: WireAnswers & {
    readonly domain: string;
    readonly hooks?: boolean;
    readonly sensors?: readonly object[];
  };
  readonly options?: ServerOptions;
  /** The state of each sensor, by its key. */
  readonly sensors: Readonly<Record<string, string>>;
}

/** The state of a sensor that shows when the token runs out. */
export const END_OF_TOKEN = "the end of the token";

const SERVER = {
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
} as const;

const ACCOUNT = { account: { path: "/me", id: "id", name: "profile.name" } } as const;

const THINGS = {
  sensors: [
    { path: "/things", field: "things.0.name", name: "First thing" },
    { path: "/things", field: "things.0.id", name: "Weight", unit: "kg", deviceClass: "weight" },
  ],
} as const;

const THINGS_SHOWN = { first_thing: "Lamp", weight: "1" } as const;

const SCOPES = { scopes: ["read", "write"] } as const;

export const CASES: readonly Case[] = [
  {
    is: "plain",
    answers: {
      name: "Plain",
      domain: "proof_plain",
      ...SERVER,
      ...ACCOUNT,
      ...SCOPES,
      pkce: "none",
      registrationUrl: "https://developer.example/apps",
    },
    sensors: { account: "Ada Lovelace" },
  },
  {
    is: "PKCE, the account in a JWT",
    answers: {
      name: "Pkce",
      domain: "proof_pkce",
      ...SERVER,
      ...SCOPES,
      scopeSeparator: ",",
      account: { claim: "sub", name: "name" },
      authorizationParams: { audience: "https://api.example/", prompt: "consent" },
    },
    sensors: { token_expires: END_OF_TOKEN },
  },
  {
    is: "a public client without an account",
    answers: { name: "Public", domain: "proof_public", ...SERVER, clientAuth: "none" },
    sensors: { token_expires: END_OF_TOKEN },
  },
  {
    is: "HTTP Basic, with revocation and hooks",
    answers: {
      name: "Basic",
      domain: "proof_basic",
      ...SERVER,
      ...ACCOUNT,
      ...THINGS,
      pkce: "none",
      clientAuth: "client_secret_basic",
      revocationUrl: "http://127.0.0.1:PORT/oauth/revoke",
      tokenHeaders: { "X-Version": "2026-11" },
      hooks: true,
    },
    sensors: THINGS_SHOWN,
  },
  {
    is: "JSON bodies and a nested token with names of its own",
    answers: {
      name: "Json",
      domain: "proof_json",
      ...SERVER,
      ...SCOPES,
      ...THINGS,
      refreshUrl: "http://127.0.0.1:PORT/oauth/refresh",
      tokenBodyFormat: "json",
      tokenPath: "authed_user",
      renameTokenFields: { access_token: "accessToken", expires_in: "lifetime.seconds" },
      account: { tokenField: "team.id", name: "team.name" },
      apiAuthHeader: "X-Token: {token}",
    },
    options: { odd: { scope: "list" } },
    sensors: THINGS_SHOWN,
  },
  {
    is: "tokens that never expire",
    answers: {
      name: "Endless",
      domain: "proof_endless",
      ...SERVER,
      account: { ...ACCOUNT.account, method: "POST", query: { fields: "id,profile" } },
      tokensExpire: false,
    },
    sensors: { account: "Ada Lovelace" },
  },
  {
    is: "the API at a captured host",
    answers: {
      name: "Captured",
      domain: "proof_captured",
      ...SERVER,
      ...ACCOUNT,
      capture: [
        { name: "apiDomain", from: "token", key: "api.domain", hostSuffixes: ["127.0.0.1"] },
        { name: "team", from: "token", key: "team.id", pattern: "T[0-9]+" },
      ],
      apiBaseUrl: "{apiDomain}/v1",
      apiHeaders: { "X-Team": "{team}", "X-Client": "{clientId}" },
    },
    options: { captured: { apiDomain: "http://127.0.0.1:OTHER_PORT", team: "T012" } },
    sensors: { account: "Ada Lovelace" },
  },
  {
    is: "variables and renamed parameters",
    answers: {
      name: "Variables",
      domain: "proof_variables",
      ...ACCOUNT,
      ...SCOPES,
      authorizationUrl: "http://127.0.0.1:PORT/{tenant}/authorize",
      tokenUrl: "http://127.0.0.1:PORT/{tenant}/token",
      revocationUrl: "http://127.0.0.1:PORT/{tenant}/revoke",
      apiBaseUrl: "http://127.0.0.1:OTHER_PORT/{tenant}",
      variables: [
        { name: "tenant", label: "Tenant", example: "acme" },
        { name: "password", label: "Password", pattern: ".+", secret: true },
        { name: "unit", label: "Unit", optional: true },
      ],
      authorizationParams: { nonce: "{random}", unit: "{unit}" },
      tokenParams: { password: "{password}" },
      refreshParams: { password: "{password}", scope: "read" },
      renameParams: { client_id: "client_key", scope: "permissions" },
    },
    options: { variables: { tenant: "acme.eu-1", password: "pass-word#7" } },
    sensors: { account: "Ada Lovelace" },
  },
  {
    is: "parameters in the address of the token endpoint",
    answers: {
      name: "Query",
      domain: "proof_query",
      ...SERVER,
      ...ACCOUNT,
      pkce: "none",
      tokenBodyFormat: "query",
    },
    sensors: { account: "Ada Lovelace" },
  },
];
