import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { explain, formatPlaceholders } from "../../src/core/explain.js";
import { portFromDomain } from "../../src/core/names.js";
import { formatRequests } from "../../src/core/report.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { typescript } from "../../src/template-sets/typescript.js";
import { parseYaml } from "../../src/io/parse-yaml.js";
import { type AnswerDocument, said, specOf, WORLD } from "../support/answers.js";

const json = { accept: "application/json" };

describe("where placeholders come from", () => {
  it("each on a line: asked of the person, or read from an answer", () =>
    expect(
      formatPlaceholders(
        specOf({
          variables: [
            { name: "shop", label: "Your shop", example: "initech" },
            { name: "region", label: "Region", pattern: "eu|us", default: "eu" },
            { name: "pin", label: "PIN", secret: true, optional: true },
          ],
          capture: [
            { name: "api", from: "token", key: "data.api", hostSuffixes: ["a.com", "b.com"] },
            { name: "realm", from: "redirect", key: "realmId", pattern: "[0-9]+" },
          ],
        }),
      ),
    ).toBe(
      [
        "{shop}    asked when an account is linked: Your shop; letters, digits, ., - and _; for example initech",
        "{region}  asked when an account is linked: Region; pattern eu|us; default eu",
        "{pin}     asked when an account is linked: PIN; letters, digits, ., - and _; may be left out; secret",
        "{api}     read from the token answer: data.api; leads only to a.com, b.com and below",
        "{realm}   read from the redirect: parameter realmId; pattern [0-9]+",
        "",
      ].join("\n"),
    ));

  it("nothing where nothing is declared", () => expect(formatPlaceholders(specOf())).toBe(""));
});

describe("the recipes of docs/providers.md", () => {
  const page = fs.readFileSync(
    path.resolve(import.meta.dirname, "../../docs/providers.md"),
    "utf8",
  );
  const recipes = [...page.matchAll(/```yaml\n(.*?)```/gsu)].map(([, text = ""]) =>
    parseAnswers(said(parseYaml(text) as AnswerDocument), WORLD),
  );

  it.each([
    ["Acme Cloud", "https://{subdomain}.acme.com/oauth/token", "{apiDomain}/v2/<path>"],
    [
      "Acme Shops",
      "https://{shop}.acmeshops.com/admin/oauth/access_token",
      "https://{shop}.acmeshops.com/admin/api/<path>",
    ],
    [
      "Acme Force",
      "https://login.acmeforce.com/services/oauth2/token",
      "{instance}/services/data/v60.0/<path>",
    ],
    ["Acme Office", "{accountsServer}/oauth/v2/token", "{apiDomain}/crm/v8/<path>"],
  ])("%s is taken without a notice, and goes to %s and %s", (name, token, api) => {
    const recipe = recipes.find(({ spec }) => spec.name === name);
    if (recipe === undefined) throw new Error(`${name} is not there.`);
    const requests = explain(recipe.spec);
    expect(recipe.notices).toEqual([]);
    expect(requests.find((one) => one.name === "token request")?.url).toBe(token);
    expect(requests.find((one) => one.name === "API request")?.url).toBe(api);
  });

  it("there are no others", () => expect(recipes).toHaveLength(4));
});

describe("explain", () => {
  const requestsOf = (changes: Parameters<typeof specOf>[0]) => explain(specOf(changes));
  const named = (changes: Parameters<typeof specOf>[0], name: string) =>
    requestsOf(changes).find((request) => request.name === name);

  it("the plain provider", () => {
    expect(requestsOf({ scopes: ["a", "b"], redirect: { port: 20_001 } })).toEqual([
      {
        name: "authorization request",
        method: "GET",
        url: "https://auth.acme.com/authorize?response_type=code&client_id=<client id>&redirect_uri=http%3A%2F%2F127.0.0.1%3A20001%2Fcallback&scope=a%20b&state=<state>&code_challenge=<code challenge>&code_challenge_method=S256",
        headers: {},
      },
      {
        name: "token request",
        method: "POST",
        url: "https://auth.acme.com/token",
        headers: {
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
        },
        body: {
          grant_type: "authorization_code",
          code: "<code>",
          redirect_uri: "http://127.0.0.1:20001/callback",
          code_verifier: "<code verifier>",
          client_id: "<client id>",
          client_secret: "<client secret>",
        },
      },
      {
        name: "refresh request",
        method: "POST",
        url: "https://auth.acme.com/token",
        headers: {
          accept: "application/json",
          "content-type": "application/x-www-form-urlencoded",
        },
        body: {
          grant_type: "refresh_token",
          refresh_token: "<refresh token>",
          client_id: "<client id>",
          client_secret: "<client secret>",
        },
      },
      {
        name: "API request",
        method: "GET",
        url: "https://auth.acme.com/<path>",
        headers: { authorization: "Bearer <access token>", accept: "application/json" },
      },
    ]);
  });

  it.each([
    [
      { scopes: ["a", "b"], scopeSeparator: "," },
      "authorization request",
      { url: expect.stringContaining("scope=a%2Cb") },
    ],
    [{}, "authorization request", { url: expect.not.stringContaining("scope=") }],
    [
      { pkce: "none" },
      "authorization request",
      { url: expect.not.stringContaining("code_challenge") },
    ],
    [
      { authorizationUrl: "https://a.b/c?d=e" },
      "authorization request",
      { url: expect.stringMatching(/^https:\/\/a\.b\/c\?d=e&response_type=code/u) },
    ],
    [
      { authorizationParams: { prompt: "x y", response_type: "" } },
      "authorization request",
      { url: expect.stringMatching(/^(?!.*response_type).*prompt=x%20y$/u) },
    ],
    [
      { clientAuth: "client_secret_basic" },
      "token request",
      { headers: { authorization: "Basic <client id>:<client secret>" } },
    ],
    [
      { tokenParams: { redirect_uri: "", audience: "api" } },
      "token request",
      { body: { audience: "api" } },
    ],
    [
      { refreshUrl: "https://a.b/r", refreshParams: { scope: "x" } },
      "refresh request",
      { url: "https://a.b/r", body: { scope: "x" } },
    ],
    [
      { revocationUrl: "https://a.b/v" },
      "revocation request",
      {
        url: "https://a.b/v",
        body: { token: "<refresh token>", token_type_hint: "refresh_token" },
      },
    ],
    [
      { account: { path: "/me", id: "id", query: { a: "b c" } }, apiBaseUrl: "https://api.b/v1/" },
      "account request",
      { method: "GET", url: "https://api.b/v1/me?a=b+c" },
    ],
  ])("%j changes the %s", (changes, name, expected) =>
    expect(named(changes, name)).toMatchObject(expected),
  );

  it.each([
    [
      {
        authorizationParams: { a: "{tenant}.{clientId}", b: '{"c":1}', d: "{state} {random}" },
        renameParams: { client_id: "key", scope: "scopes" },
        renameAuthorizationParams: { scope: "user_scope" },
        redirect: { url: "https://acme.com/back" },
        scopes: ["x"],
        pkce: "none",
        variables: [{ name: "tenant", label: "Tenant" }],
        authorizationUrl: "https://{tenant}.acme.com/authorize",
      },
      "authorization request",
      "https://{tenant}.acme.com/authorize?response_type=code&key=<client id>&redirect_uri=https%3A%2F%2Facme.com%2Fback&user_scope=x&state=<state>&a={tenant}.<client id>&b=%7B%22c%22%3A1%7D&d=<state>%20<random>",
    ],
    [
      { redirect: { port: 0 }, pkce: "none" },
      "authorization request",
      "https://auth.acme.com/authorize?response_type=code&client_id=<client id>&redirect_uri=http%3A%2F%2F127.0.0.1%3A<port>%2Fcallback&state=<state>",
    ],
    [
      {
        tokenBodyFormat: "query",
        tokenUrl: "https://acme.com/token?v=2",
        renameTokenParams: { code: "auth_code", client_secret: "secret" },
        renameParams: { client_secret: "hidden", redirect_uri: "back" },
        tokenParams: { n: "{random}", grant_type: "" },
        pkce: "none",
        redirect: { url: "https://acme.com" },
      },
      "token request",
      "https://acme.com/token?v=2&auth_code=<code>&back=https%3A%2F%2Facme.com&client_id=<client id>&secret=<client secret>&n=<random>",
    ],
    [
      { tokenBodyFormat: "query", refreshParams: { a: "b c" } },
      "refresh request",
      "https://auth.acme.com/token?grant_type=refresh_token&refresh_token=<refresh token>&client_id=<client id>&client_secret=<client secret>&a=b+c",
    ],
  ])("%j gives the %s its address", (changes, name, url) => {
    expect(named(changes, name)?.url).toBe(url);
  });

  it("parameters in the URL leave no body and no content type", () =>
    expect(named({ tokenBodyFormat: "query" }, "token request")).toEqual({
      name: "token request",
      method: "POST",
      url: expect.stringContaining("?grant_type=authorization_code&code=<code>&"),
      headers: { accept: "application/json" },
    }));

  it("a JSON body, headers over the client's own, other names", () => {
    const changes = {
      tokenBodyFormat: "json",
      tokenHeaders: { Accept: "text/x", "X-A": "{clientId}:{clientSecret}", "X-S": "{state}" },
      renameTokenParams: { refresh_token: "token" },
      refreshParams: { a: "{region}", b: "{builder}" },
      variables: [{ name: "builder", label: "Who built it" }],
      capture: [{ name: "region", from: "token", key: "region" }],
    };
    const headers = {
      accept: "text/x",
      "content-type": "application/json",
      "x-a": "<client id>:<client secret>",
    };
    expect(named(changes, "refresh request")).toEqual({
      name: "refresh request",
      method: "POST",
      url: "https://auth.acme.com/token",
      headers,
      body: {
        grant_type: "refresh_token",
        token: "<refresh token>",
        client_id: "<client id>",
        client_secret: "<client secret>",
        a: "{region}",
        b: "{builder}",
      },
    });
    expect(named(changes, "token request")?.headers).toEqual({ ...headers, "x-s": "<state>" });
  });

  it("the device flow: forms, then the token request with nothing of a redirect", () => {
    const changes = {
      deviceAuthorizationUrl: "https://auth.acme.com/device",
      scopes: ["a", "b"],
      tokenBodyFormat: "json",
      tokenHeaders: { "X-A": "a", "X-S": "{state}" },
      tokenParams: { b: "{state}", c: "{random}" },
      renameParams: { client_id: "key" },
      renameTokenParams: { device_code: "code" },
    };
    expect(named(changes, "device authorization request")).toEqual({
      name: "device authorization request",
      method: "POST",
      url: "https://auth.acme.com/device",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: { key: "<client id>", scope: "a b", client_secret: "<client secret>" },
    });
    expect(named(changes, "device token request")).toEqual({
      name: "device token request",
      method: "POST",
      url: "https://auth.acme.com/token",
      headers: { accept: "application/json", "content-type": "application/json", "x-a": "a" },
      body: {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        code: "<device code>",
        key: "<client id>",
        client_secret: "<client secret>",
        c: "<random>",
      },
    });
    expect(requestsOf(changes).map(({ name }) => name)).toEqual([
      "authorization request",
      "token request",
      "device authorization request",
      "device token request",
      "refresh request",
      "API request",
    ]);
  });

  it("Basic: the device authorization request names the client too, and raw is told apart", () => {
    const device = { deviceAuthorizationUrl: "https://a.b/d" };
    const [encoded, raw] = ["client_secret_basic", "client_secret_basic_raw"].map((clientAuth) =>
      named({ ...device, clientAuth }, "device authorization request"),
    );
    expect(encoded).toMatchObject({
      headers: { authorization: "Basic <client id>:<client secret>" },
      body: { client_id: "<client id>" },
    });
    expect(raw?.headers["authorization"]).toMatch(/^Basic <client id>:<client secret> \(.+\)$/u);
  });

  it("revocation is a form: other names hold, settings of token requests do not", () =>
    expect(
      named(
        {
          revocationUrl: "https://{tenant}.acme.com/revoke",
          variables: [{ name: "tenant", label: "Tenant" }],
          tokenBodyFormat: "json",
          tokenHeaders: { "x-a": "a" },
          renameParams: { client_id: "key" },
          renameTokenParams: { client_secret: "secret" },
          tokensExpire: false,
        },
        "revocation request",
      ),
    ).toEqual({
      name: "revocation request",
      method: "POST",
      url: "https://{tenant}.acme.com/revoke",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: {
        token: "<access token>",
        token_type_hint: "access_token",
        key: "<client id>",
        client_secret: "<client secret>",
      },
    }));

  it.each([
    [{ apiAuthHeader: "X-Key: t={token};" }, { "x-key": "t=<access token>;", ...json }],
    [
      { apiAuthHeader: "Authorization:Token {token}" },
      { authorization: "Token <access token>", ...json },
    ],
    [
      { apiHeaders: { ACCEPT: "text/xml", "Client-Id": "{clientId}", "x-r": "{region}" } },
      {
        authorization: "Bearer <access token>",
        accept: "text/xml",
        "client-id": "<client id>",
        "x-r": "{region}",
      },
    ],
    [
      { apiAuthHeader: "X-Key: {token}", apiHeaders: { authorization: "Basic {clientSecret}" } },
      { "x-key": "<access token>", ...json, authorization: "Basic <client secret>" },
    ],
  ])("%j: the headers of the API and of the account request", (changes, headers) => {
    const capture = [{ name: "region", from: "token", key: "region" }];
    const account = { path: "/me", id: "id" };
    for (const name of ["API request", "account request"])
      expect(named({ ...changes, capture, account }, name)?.headers).toEqual(headers);
  });

  it("in words: each parameter on a line of its own, JSON as JSON", () => {
    const words = formatRequests(requestsOf({ tokenBodyFormat: "json" }));
    expect(words).toContain('\n    "code": "<code>"\n');
    expect(words).toContain("\n    state=<state>\n");
    expect(formatRequests(requestsOf({}))).toContain("\n    code=<code>\n");
  });

  it("with the client's authentication none there is no secret anywhere", () =>
    expect(JSON.stringify(requestsOf({ clientAuth: "none" }))).not.toContain("secret"));
  it("a removed parameter is gone", () =>
    expect(named({ tokenParams: { redirect_uri: "" } }, "token request")?.body).not.toHaveProperty(
      "redirect_uri",
    ));
  it("tokens that never expire are never refreshed", () =>
    expect(named({ tokensExpire: false }, "refresh request")).toBeUndefined());

  it("a project that registers itself does that first, and one whose metadata is published never", () => {
    const registrationEndpoint = "https://auth.acme.com/register";
    const first = (changes: AnswerDocument) => typescript.requests(specOf(changes))[0];
    expect(first({ registrationEndpoint, clientAuth: "client_secret_basic_raw" })).toMatchObject({
      url: registrationEndpoint,
      body: {
        redirect_uris: `["http://127.0.0.1:${portFromDomain("acme_cloud")}/callback"]`,
        token_endpoint_auth_method: "client_secret_basic",
        application_type: "native",
      },
    });
    expect(first({ registrationEndpoint, redirect: { port: 0 } })?.body).toMatchObject({
      redirect_uris: '["http://127.0.0.1/callback"]',
    });
    const clientMetadataUrl = "https://acme.dev/c.json";
    expect(first({ registrationEndpoint, clientMetadataUrl })?.name).toBe("authorization request");
  });
});
