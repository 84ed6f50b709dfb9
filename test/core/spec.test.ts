import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.js";
import { saidByEnvironment, saidByFile, saidByFlag } from "../../src/core/answers.js";
import { answerKeys, type Question, questions } from "../../src/core/questions.js";
import { OPEN_KEYS, replayCommand } from "../../src/core/spec.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { portFromDomain } from "../../src/core/names.js";
import {
  type AnswerDocument,
  PLAIN,
  refusedKeys,
  said,
  specify,
  specOf,
  WORLD,
} from "../support/answers.js";

describe("defaults follow from earlier answers", () => {
  it("from the smallest complete answers", () => {
    expect(specOf()).toEqual({
      templateSet: "typescript",
      name: "Acme Cloud",
      domain: "acme_cloud",
      description: "Link Acme Cloud accounts",
      packageName: "acme-cloud-integration",
      license: "MIT",
      year: 2026,
      ci: true,
      hooks: false,
      keychain: false,
      allowCoreDomain: false,
      sensors: [],
      issParameter: false,
      authorizationUrl: "https://auth.acme.com/authorize",
      tokenUrl: "https://auth.acme.com/token",
      apiBaseUrl: "https://auth.acme.com",
      scopes: [],
      scopeSeparator: " ",
      pkce: "S256",
      clientAuth: "client_secret_post",
      authorizationParams: {},
      tokenParams: {},
      refreshParams: {},
      tokenBodyFormat: "form",
      tokenHeaders: {},
      renameParams: {},
      renameAuthorizationParams: {},
      renameTokenParams: {},
      renameTokenFields: {},
      codeParam: "code",
      apiHeaders: {},
      variables: [],
      capture: [],
      tokensExpire: true,
      account: "none",
      redirect: { host: "127.0.0.1", port: portFromDomain("acme_cloud"), path: "/callback" },
    });
  });

  it.each([
    ["Acme Cloud", "acme_cloud"],
    ["Über-Dienst", "uber_dienst"],
    ["Straße", "strasse"],
    ["O'Brien's API!", "obriens_api"],
    ["  Zoë 2 ", "zoe_2"],
    ["A".repeat(60), "a".repeat(50)],
  ])("name %j gives the domain %s", (name, domain) => expect(specOf({ name }).domain).toBe(domain));

  it.each(["23andMe", "東京", "☂"])(
    "name %j has no Latin letter to start with, so the domain is asked for",
    (name) => {
      expect(refusedKeys({ name })).toEqual(["domain"]);
      expect(specOf({ name, domain: "said" }).name).toBe(name);
    },
  );

  it("a name that is a reserved word needs another domain", () =>
    expect(refusedKeys({ name: "Class" })).toEqual(["domain"]));

  it.each([
    ["https://Auth.acme.com:443/a/token?b=c", "https://auth.acme.com"],
    ["https://{shop}.acme.com/{tenant}/token", "https://{shop}.acme.com"],
    ["https://acme.com/{tenant}/token", "https://acme.com"],
    ["http://{host}:8123/token", "http://{host}:8123"],
    ["{base}/token", "{base}"],
  ])("the API of %s is at %s", (tokenUrl, apiBaseUrl) => {
    const names = ["shop", "tenant", "host", "base"];
    const variables = names.map((name) => ({ name, label: name, pattern: ".+" }));
    expect(specOf({ tokenUrl, variables }).apiBaseUrl).toBe(apiBaseUrl);
  });

  it("a client whose metadata is published is a public one", () =>
    expect(specOf({ clientMetadataUrl: "https://acme.dev/c.json" }).clientAuth).toBe("none"));

  it("a redirect of one's own has no host, port or path", () =>
    expect(specOf({ redirect: { url: "https://acme.com/back" } }).redirect).toEqual({
      url: "https://acme.com/back",
    }));

  it("keeps what was said and what the world gave, and no pure default", () => {
    const { stored } = parseAnswers(said(PLAIN), {
      year: 2026,
      author: "Ada",
      repository: "https://github.com/ada/acme",
    });
    expect(stored).toEqual({
      ...PLAIN,
      author: "Ada",
      repository: "https://github.com/ada/acme",
      year: 2026,
    });
  });

  it("the port of a domain lies between 20000 and 29999 and never moves", () => {
    expect(portFromDomain("acme")).toBe(27_615);
    for (let index = 0; index < 500; index++) {
      const port = portFromDomain(`d${index}`);
      expect(port >= 20_000 && port <= 29_999).toBe(true);
    }
  });
});

it("each question has to be answered, has a default, or is listed as one that may stay open", () => {
  const mayBeOpen = new Set<string>([...OPEN_KEYS, "redirect"]);
  const without = answerKeys.filter((key) => {
    const { required, fallback }: Question = questions[key];
    return !required && fallback === undefined;
  });
  expect(without.filter((key) => !mayBeOpen.has(key))).toEqual([]);
});

it("a default that is wrong is not used: the answer has to be said", () => {
  expect(refusedKeys({ name: "Con" })).toEqual(["domain"]);
  expect(specOf({ name: "Con", domain: "con_service" }).domain).toBe("con_service");
});

it("the resource is named in every request, unless another was said there (RFC 8707, section 2)", () => {
  const resource = "https://api.acme.com/v1";
  const { authorizationParams, tokenParams, refreshParams } = specOf({
    resource,
    refreshParams: { resource: "https://api.acme.com/v2" },
  });
  expect([authorizationParams, tokenParams]).toEqual([{ resource }, { resource }]);
  expect(refreshParams).toEqual({ resource: "https://api.acme.com/v2" });
});

it("the place of a document is kept with /, for every system", () => {
  const { stored } = parseAnswers(said({ ...PLAIN, openapi: String.raw`..\docs\api.yaml` }), {
    year: 2026,
  });
  expect(stored.openapi).toBe("../docs/api.yaml");
});

describe("each answer is checked by itself", () => {
  it.each([
    [
      "name",
      [1, "", " ", "a\nb", "a\u0000", "a\u202eb", "a\u2028b", "\ud800", "x".repeat(61), null, []],
    ],
    ["domain", [false, "1a", "A", "a-b", "a".repeat(51), "class", "con", "../x", "", "__proto__"]],
    ["description", ["", "a\nb", 3]],
    [
      "repository",
      [
        "http://github.com/a/b",
        "https://github.com/a",
        "https://u:p@github.com/a/b",
        "git@github.com:a/b",
        "https://github.com/a/b?c",
      ],
    ],
    [
      "packageName",
      ["Acme", ".a", "_a", "a b", "node_modules", "@a", "@/b", "a".repeat(215), "../x"],
    ],
    ["packageName", ["con", "nul", "aux.js", "com0", "com1.x", "lpt9", "@a/prn", "@a/nul.x"]],
    ["packageName", ["a.", "@a./b", "@a/b."]],
    ["domain", ["nul", "prn", "aux", "com0", "com9", "lpt1"]],
    ["license", ["GPL", "mit", true]],
    ["year", ["26", "abcd", 99, true]],
    ["ci", ["true", 1, "yes"]],
    ["issuer", ["http://auth.acme.com", "https://auth.acme.com/?a=1", "https://auth.acme.com#x"]],
    [
      "authorizationUrl",
      [
        "http://auth.acme.com/a",
        "ftp://a.b/c",
        "javascript:alert(1)",
        "https://user:secret@a.b/c",
        "https://a.b/c#d",
        "https://a.b/{tenant}",
        "a.b/c",
        "https://a.b/ü",
        "https://аcme.com/",
        "https:/\\a.b",
        "https://a.b/c d",
        "https:a.b",
        'https://a.b/"',
        "https://a.b/`",
        "https://a.b/\\..",
        "http://127.0.0.1.evil.test/",
        "http://localhost.evil.test/",
        `https://a.b/${"x".repeat(3000)}`,
        7,
      ],
    ],
    ["apiBaseUrl", ["https://a.b/c?d=1", "http://a.b", "{base}?a=1"]],
    ["scopes", ["a a", 'a "b"', ["a", "a"], ["a b"], ['a"b'], ["a\\b"], [""], [1], { a: 1 }]],
    ["scopeSeparator", ["", "\n", "ü", 1, " ,", ", ", "a b", "\t,"]],
    ["pkce", ["plain", "s256", null]],
    ["clientAuth", ["basic", "client_secret_raw"]],
    ["hooks", ["true", 1]],
    ["keychain", ["yes", null]],
    ["deviceAuthorizationUrl", ["http://a.b/c", "https://a.b/c#d", ""]],
    ["tokenBodyFormat", ["xml", "JSON"]],
    [
      "tokenHeaders",
      [
        ["a"],
        { "": "x" },
        { "a b": "x" },
        { "a:b": "x" },
        { ä: "x" },
        { Host: "x" },
        { "content-length": "1" },
        { "Transfer-Encoding": "chunked" },
        { connection: "close" },
        { a: 1 },
        { a: "" },
        { a: "ü" },
        { a: "x\r\nb: c" },
        { a: "x " },
        { Accept: "x", accept: "y" },
        JSON.parse('{"__proto__":"x"}'),
      ],
    ],
    ["apiHeaders", [{ expect: "100-continue" }, { a: "\t" }]],
    ["tokenPath", ["", "a..b", ".a", "a b", 1]],
    [
      "renameParams",
      [
        ["client_id"],
        { state: "x" },
        { clientid: "x" },
        { client_id: "" },
        { client_id: "a b" },
        { client_id: "a=b" },
        { client_id: "{x}" },
        { client_id: 1 },
        { access_token: "x" },
      ],
    ],
    ["renameAuthorizationParams", [{ state: "x" }, { code: "x" }, { grant_type: "x" }]],
    ["renameTokenParams", [{ response_type: "x" }, { token: "x" }]],
    ["renameTokenFields", [{ client_id: "x" }, { access_token: "a..b" }, { access_token: "" }]],
    [
      "codeParam",
      ["", "state", "iss", "error", "error_description", "error_uri", "a b", "a&b", "{a}", 1],
    ],
    [
      "apiAuthHeader",
      [
        "Authorization",
        "X-Token:",
        "X Token: {token}",
        "X-Token: fixed",
        "X-Token: {token} {token}",
        "X-Token: {token} {clientId}",
        "X-Token: ü{token}",
        "Host: {token}",
        ": {token}",
        { "X-Token": "{token}" },
      ],
    ],
    [
      "variables",
      [
        "none",
        { name: "a", label: "A" },
        ["a"],
        [{ name: "a" }],
        [{ label: "A" }],
        [{ name: "1a", label: "A" }],
        [{ name: "a b", label: "A" }],
        [{ name: "a".repeat(41), label: "A" }],
        ...["clientId", "clientSecret", "state", "random", "token"].map((name) => [
          { name, label: "A" },
        ]),
        [
          { name: "a", label: "A" },
          { name: "a", label: "B" },
        ],
        [{ name: "a", label: "A", pattern: "(" }],
        [{ name: "a", label: "A", pattern: "a)(?:b" }],
        [{ name: "a", label: "A", pattern: String.raw`\-` }],
        [{ name: "a", label: "A", pattern: "(a+)+", example: `${"a".repeat(40)}!` }],
        [{ name: "a", label: "A", pattern: String.raw`(?:\w|\d)*!` }],
        [{ name: "a", label: "A", pattern: "\\d+", default: "x" }],
        [{ name: "a", label: "A", pattern: "\\d+", example: "1x" }],
        ...["", ".a", "a.", "-a", "a-", "a..b", "a/b", "a@b", "ü"].map((value) => [
          { name: "a", label: "A", default: value },
        ]),
        [{ name: "a", label: "A", example: "a b" }],
        [{ name: "a", label: "A", default: 1 }],
        [{ name: "a", label: "A", secret: true, default: "x" }],
        [{ name: "a", label: "A", secret: "true" }],
        [{ name: "a", label: "A", extra: "x" }],
        ...["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"].map((name) => [
          { name, label: "A" },
        ]),
      ],
    ],
    [
      "capture",
      [
        { name: "a", from: "token", key: "b" },
        [{ name: "a", from: "token" }],
        [{ name: "a", from: "header", key: "b" }],
        [{ name: "state", from: "token", key: "b" }],
        [{ name: "a", from: "token", key: "b..c" }],
        [{ name: "a", from: "redirect", key: "b c" }],
        [{ name: "a", from: "redirect", key: "b=c" }],
        [
          { name: "a", from: "token", key: "b" },
          { name: "a", from: "redirect", key: "b" },
        ],
        [{ name: "a", from: "token", key: "b", pattern: "[" }],
        [{ name: "a", from: "token", key: "b", pattern: "(a|a)*$" }],
        [{ name: "constructor", from: "token", key: "b" }],
        [{ name: "isPrototypeOf", from: "redirect", key: "b" }],
        ...[
          [],
          ["com"],
          [".acme.com"],
          ["acme.com."],
          ["Acme.com"],
          ["*.acme.com"],
          ["https://acme.com"],
          ["acme.com:443"],
          ["acme.com/x"],
          ["10.0.0.1"],
          ["0x7f.1"],
          ["acme.0x1"],
          ["::1"],
          ["acme_x.com"],
          ["ü.com"],
          [""],
          ["acme.com", "acme.com"],
          "acme.com",
        ].map((hostSuffixes) => [{ name: "a", from: "token", key: "b", hostSuffixes }]),
      ],
    ],
    [
      "registrationEndpoint",
      ["http://acme.com/register", "acme.com", "https://a:b@acme.com/r", ""],
    ],
    [
      "clientMetadataUrl",
      ["http://127.0.0.1/c.json", "https://acme.com", "https://acme.com/", "https://acme.com/c#d"],
    ],
    ["assumedLifetime", [0, -1, 1.5, 315_360_001, "1h", "", "010", "1e3", true, [60]]],
    [
      "authorizationParams",
      [
        ["a"],
        { "": "x" },
        { "a b": "x" },
        { a: 1 },
        { a: "x\ny" },
        { a: "{tenant}" },
        { a: "x{clientID}" },
        { "a=b": "x" },
        JSON.parse('{"__proto__":"x"}'),
      ],
    ],
    [
      "repository",
      ["https://github.com/owner/..", "https://github.com/./name", "https://a.b/../c/d"],
    ],
    ["tokensExpire", ["false", 0]],
    [
      "account",
      [
        "call",
        {},
        { path: "/me" },
        { id: "id" },
        { path: "me", id: "id" },
        { path: "//evil.test", id: "id" },
        { path: "/../x", id: "id" },
        { path: "/%2e%2e/x", id: "id" },
        { path: "/a?b", id: "id" },
        { path: "https://api.acme.com/me", id: "id" },
        { path: "/me", id: "a..b" },
        { path: "/me", id: "id", extra: "x" },
        { path: "/me", id: "id", claim: "sub" },
        { claim: "" },
        { claim: "sub", token: "refresh_token" },
        { tokenField: 3 },
        { path: "/me", id: "id", method: "DELETE" },
        { path: "/{id}", id: "id" },
        { path: "/me", id: "id", query: { a: "{clientId}" } },
      ],
    ],
    [
      "redirect",
      [
        "127.0.0.1",
        { host: "0.0.0.0" },
        { host: "evil.test" },
        { port: -1 },
        { port: 65_536 },
        { port: 1.5 },
        { port: "80" },
        { path: "x" },
        { path: "/a//" },
        { path: "//" },
        { path: "/../a" },
        { path: "/a/../" },
        { path: "/a?b" },
        { url: "http://127.0.0.1/" },
        ...[
          "http://a.b/",
          "https://a.b/?c",
          "https://a.b/#c",
          "https://u:p@a.b/",
          "https://a.b/{c}",
          "https://a.b/../c",
          "a.b",
          "",
        ].map((url) => ({ url })),
        { url: "https://a.b", port: 1 },
      ],
    ],
  ])("%s refuses what it must", (key, values) => {
    for (const value of values)
      expect([JSON.stringify(value), refusedKeys({ [key]: value })]).toEqual([
        JSON.stringify(value),
        [key],
      ]);
  });

  it.each([
    ["name", '東京 O\'Brien "&" 🙂'],
    ["authorizationUrl", "http://localhost:8080/a?b=c"],
    ["authorizationUrl", "http://[::1]:8080/a"],
    ["apiBaseUrl", "https://api.acme.com/v1/"],
    ["repository", "https://gitlab.com/group/sub/name"],
    ["scopes", ["https://a.b/read", "x:y.z"]],
    ["scopeSeparator", "  "],
    ["scopeSeparator", "+"],
    ["redirect", { path: "/callback/" }],
    [
      "account",
      {
        path: "/v1/me",
        id: "data.id",
        name: "data.attributes.name",
        query: { fields: "id" },
        method: "POST",
      },
    ],
    ["account", { claim: "https://acme.com/id", token: "id_token" }],
    ["account", { tokenField: "user.id" }],
    ["redirect", { host: "localhost", port: 0, path: "/" }],
    ["redirect", { url: "https://acme.com/oauth/back" }],
    ["redirect", { url: "https://acme.com" }],
    ["clientAuth", "client_secret_basic_raw"],
    ["hooks", true],
    ["keychain", true],
    ["deviceAuthorizationUrl", "https://acme.com/device?x=1"],
    ["tokenBodyFormat", "query"],
    ["tokenHeaders", { Accept: "application/json", "x-~!": '"a" {b' }],
    ["tokenPath", "data.authed_user"],
    ["renameParams", { client_id: "client_key", client_secret: "secret" }],
    ["renameAuthorizationParams", { scope: "user_scope", response_type: "type" }],
    ["renameTokenParams", { code: "auth_code", refresh_token: "token", device_code: "code" }],
    ["renameTokenFields", { access_token: "data.accessToken", expires_at: "expires" }],
    ["codeParam", "authorization_code"],
    ["apiAuthHeader", "X-Api-Token: {token}"],
    ["apiAuthHeader", "Authorization:Token token={token}"],
    ["apiHeaders", { "X-Version": "2", accept: "text/xml" }],
    [
      "variables",
      [
        {
          name: "shop-1_A",
          label: "Shop",
          description: "Yours",
          pattern: "[a-z]+(?:/[a-z]+)?",
          example: "a/b",
          default: "c",
          optional: true,
        },
        { name: "key", label: "Key", secret: true, example: "a-b_c.d" },
        { name: "region", label: "Région", default: "eu-1.x_y" },
      ],
    ],
    [
      "capture",
      [
        {
          name: "api",
          from: "token",
          key: "data.api_domain",
          hostSuffixes: ["acme.com", "sub-1.acme.co.uk", "localhost", "127.0.0.1", "[::1]"],
          pattern: "https://.+",
        },
        { name: "realm", from: "redirect", key: "realmId" },
        { name: "dc", from: "redirect", key: "accounts-server" },
      ],
    ],
    ["registrationEndpoint", "https://acme.com/register?tenant=1"],
    ["registrationEndpoint", "http://127.0.0.1:8080/register"],
    ["clientMetadataUrl", "https://acme.dev/client-metadata.json"],
    ["assumedLifetime", 315_360_000],
    ["authorizationParams", { claims: '{"id_token":null}', a: "{1} { b } {}" }],
  ])("%s takes %j", (key, value) =>
    expect(specify({ [key]: value }).stored).toMatchObject({ [key]: value }),
  );

  it.each([
    ["clientId", "an answer that does not exist"],
    ["__proto__x", "a stray key"],
  ])("refuses the key %s: %s", (key) => expect(refusedKeys({ [key]: "x" })).toEqual([key]));

  it("says what was meant", () => {
    try {
      specify({ tokenUlr: "https://a.b" });
      expect.unreachable();
    } catch (error) {
      expect(error instanceof UserError && error.problems).toMatchObject([
        { key: "tokenUlr", suggestion: "tokenUrl" },
      ]);
    }
  });
});

describe("answers that contradict each other are refused with both named", () => {
  it.each<readonly [AnswerDocument, string, string]>([
    [{ pkce: "none", clientAuth: "none" }, "pkce", "--client-auth"],
    [{ issParameter: true }, "issParameter", "--issuer"],
    [{ scopes: ["a,b"], scopeSeparator: "," }, "scopes", "--scope-separator"],
    [{ scopes: ["read,", "write"] }, "scopes", "--scope-separator"],
    [{ authorizationParams: { state: "x" } }, "authorizationParams", "state"],
    [{ authorizationParams: { state: "" } }, "authorizationParams", "state"],
    [
      { authorizationParams: { redirect_uri: "https://evil.test" } },
      "authorizationParams",
      "redirect_uri",
    ],
    [{ authorizationParams: { response_type: "token" } }, "authorizationParams", "response_type"],
    ...["form_post", "fragment", "query.jwt", "{random}"].map(
      (mode) =>
        [
          { authorizationParams: { response_mode: mode } },
          "authorizationParams",
          "response_mode",
        ] as const,
    ),
    [
      { scopes: ["read_products,write_products"], scopeSeparator: "," },
      "scopes",
      '"read_products write_products"',
    ],
    [{ tokenParams: { client_secret: "x" } }, "tokenParams", "client_secret"],
    [{ tokenParams: { code_verifier: "" } }, "tokenParams", "code_verifier"],
    [{ refreshParams: { refresh_token: "x" } }, "refreshParams", "refresh_token"],
    [{ tokenParams: { client_id: "{random}" } }, "tokenParams", "client_id"],
    [{ authorizationParams: { state: "{random}" } }, "authorizationParams", "state"],
    [{ authorizationParams: { nonce: "n-{random}" } }, "authorizationParams", "nonce"],
    [{ authorizationParams: { response_type: "{random}" } }, "authorizationParams", "code"],
    [{ tokenParams: { device_code: "" } }, "tokenParams", "device_code"],
    [{ tokensExpire: false, assumedLifetime: 60 }, "assumedLifetime", "--tokens-expire"],
    [
      { clientMetadataUrl: "https://acme.dev/c.json", clientAuth: "client_secret_post" },
      "clientAuth",
      "--client-metadata-url",
    ],
    [{ clientMetadataUrl: "https://acme.dev/c.json", pkce: "none" }, "pkce", "--client-auth"],
    ...["client_secret_basic", "client_secret_basic_raw"].flatMap(
      (clientAuth) =>
        [
          [{ clientAuth, renameParams: { client_id: "x" } }, "renameParams", "--client-auth"],
          [{ clientAuth, renameParams: { client_secret: "x" } }, "renameParams", "--client-auth"],
          [
            { clientAuth, renameTokenParams: { client_secret: "x" } },
            "renameTokenParams",
            "--client-auth",
          ],
          [{ clientAuth, tokenHeaders: { Authorization: "x" } }, "tokenHeaders", "--client-auth"],
        ] as const,
    ),
    [
      { clientAuth: "none", renameTokenParams: { client_secret: "x" } },
      "renameTokenParams",
      "--client-auth",
    ],
    [{ apiHeaders: { Authorization: "x" } }, "apiHeaders", "--api-auth-header"],
    ...(
      [
        [undefined, "application/json"],
        ["form", "text/plain"],
        ["json", "application/x-www-form-urlencoded"],
      ] as const
    ).map(
      ([tokenBodyFormat, type]) =>
        [
          { tokenBodyFormat, tokenHeaders: { "content-type": type } },
          "tokenHeaders",
          "--token-body-format",
        ] as const,
    ),
    [
      { apiHeaders: { "x-key": "x" }, apiAuthHeader: "X-Key: {token}" },
      "apiHeaders",
      "--api-auth-header",
    ],
    [{ renameParams: { client_id: "scope" } }, "renameParams", "authorization request"],
    [{ renameParams: { code: "client_secret" } }, "renameParams", "token request"],
    [{ renameParams: { refresh_token: "scope" } }, "renameParams", "refresh request"],
    [{ renameTokenParams: { code: "code" } }, "renameTokenParams", "token request"],
    [
      { renameParams: { client_id: "token" }, revocationUrl: "https://a.b/r" },
      "renameParams",
      "revocation request",
    ],
    [
      { renameParams: { client_id: "device_code" }, deviceAuthorizationUrl: "https://a.b/d" },
      "renameParams",
      "device token request",
    ],
    [
      { renameParams: { client_id: "key" }, authorizationParams: { key: "mine" } },
      "renameParams",
      "--authorization-params",
    ],
    [
      { renameTokenParams: { client_id: "key" }, tokenParams: { key: "" } },
      "renameTokenParams",
      "--token-params",
    ],
    [
      { renameTokenParams: { client_secret: "key" }, refreshParams: { key: "mine" } },
      "renameTokenParams",
      "--refresh-params",
    ],
    [
      { renameParams: { client_id: "a", scope: "a" } },
      "renameParams",
      "--rename-params renames client_id",
    ],
    [
      { renameParams: { client_id: "a" }, renameTokenParams: { code: "a" } },
      "renameTokenParams",
      "--rename-params renames client_id",
    ],
  ])("%j", (changes, key, other) => {
    try {
      specify(changes);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.problems.map((problem) => problem.key)).toEqual([key]);
      expect(error.problems[0]?.message).toContain(other);
    }
  });

  it.each([
    { tokenParams: { redirect_uri: "" } },
    { refreshParams: { scope: "" } },
    { authorizationParams: { response_type: "", prompt: "consent" } },
    { authorizationParams: { response_mode: "query" } },
    { authorizationParams: { response_mode: "" } },
    { renameParams: { client_id: "token" } },
    { renameParams: { client_id: "device_code" } },
    { renameParams: { refresh_token: "scope" }, tokensExpire: false },
    { renameParams: { client_id: "a" }, renameTokenParams: { client_id: "b", code: "a" } },
    { renameAuthorizationParams: { client_id: "x" }, clientAuth: "client_secret_basic" },
    { renameParams: { client_id: "x" }, clientAuth: "none" },
    { renameAuthorizationParams: { scope: "key" }, tokenParams: { key: "x" } },
    { tokenHeaders: { authorization: "x" } },
    { tokenHeaders: { "Content-Type": "application/x-www-form-urlencoded" } },
    { tokenHeaders: { "Content-Type": "application/vnd.a+json" }, tokenBodyFormat: "json" },
    { tokenHeaders: { "Content-Type": "text/plain" }, tokenBodyFormat: "query" },
    { apiHeaders: { authorization: "x" }, apiAuthHeader: "X-Key: {token}" },
    { tokenParams: { client_id: "{clientId}" }, clientAuth: "client_secret_basic" },
    { refreshParams: { client_secret: "{clientSecret}" } },
    { authorizationParams: { nonce: "{random}", client_id: "{clientId}" } },
  ])("%j is fine", (changes) => expect(refusedKeys(changes)).toEqual([]));
});

describe("where an answer was said", () => {
  it("a list in a file may be words, as a flag's is", () => {
    expect(specOf({ scopes: " api  refresh_token " }).scopes).toEqual(["api", "refresh_token"]);
    expect(specOf({ scopes: '["a"]' }).scopes).toEqual(["a"]);
  });

  it.each([
    [saidByFile({ ...PLAIN, pkce: "S265" }, "answers.yaml"), "(in answers.yaml: pkce)"],
    [saidByFile({ ...PLAIN, tokenUlr: "x" }, "answers.yaml"), "(in answers.yaml)"],
    [new Map([["pkce", saidByFlag("pkce", ["S265"])]]), "must be one of"],
    [saidByEnvironment({ CREATE_OAUTH2_PKCE: "S265" }), "must be one of"],
  ])("%#: a problem names the file and its key, and keeps the flag", (given, start) => {
    try {
      parseAnswers(given, WORLD);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const [problem] = error.problems;
      expect(problem?.message.startsWith(start)).toBe(true);
      expect(["--pkce", "tokenUlr"]).toContain(problem?.flag);
    }
  });
});

describe("all problems at once", () => {
  it.each([
    [
      { variables: [{ label: "", pattern: "(" }, { name: "b" }] },
      ["name", "a label that", "a pattern that", '{"name":"b"}, which needs "label"'],
    ],
    [{ capture: [{ from: "header", extra: 1 }] }, ["name", "key", "extra", "from that must"]],
    [
      { account: { path: "me", id: "a..b", method: "PUT" } },
      ["a path that", "a id that", "a method that"],
    ],
    [{ scopes: ['"', "a", "a"] }, ['\\"', '"a" twice']],
    [{ tokenParams: { "a b": "x", c: 1 } }, ['"a b"', "give c a text"]],
    [{ redirect: { host: "evil.test", port: -1 } }, ["host", "port"]],
  ])("of one answer too: %j", (changes, parts) => {
    try {
      specify(changes);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.problems).toHaveLength(1);
      for (const part of parts) expect(error.problems[0]?.message).toContain(part);
    }
  });

  it.each([
    ["/me?fields=id%2Cname&v=2", '"path":"/me","query":{"fields":"id,name","v":"2"}'],
    ["https://id.acme.com/me", "--api-base-url"],
    ["https://id.acme.com/me?a=b", "{tokenField}"],
  ])("says what to do with the account.path %s", (path, way) => {
    try {
      specify({ account: { path, id: "id" } });
      expect.unreachable();
    } catch (error) {
      expect(error instanceof UserError && error.problems[0]?.message).toContain(way);
    }
  });

  it("with each flag, and one complete example that keeps what was right", () => {
    try {
      parseAnswers(said({ name: "Acme", tokenUrl: "http://x", pkce: "S25" }), WORLD);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.exitCode).toBe(2);
      expect(error.problems.map(({ flag }) => flag)).toEqual([
        "--token-url",
        "--pkce",
        "--authorization-url",
      ]);
      expect(error.hint).toContain("--name Acme --authorization-url https://");
    }
  });
});

it("the replayed command says every answer that was said", () => {
  const { stored: answers } = specify({
    scopes: ["a", "b"],
    authorizationParams: { prompt: "it's" },
    account: { claim: "sub" },
    tokensExpire: false,
    scopeSeparator: " ",
  });
  expect(replayCommand("my project", answers)).toBe(
    "npx create-oauth2-integration 'my project' --name 'Acme Cloud' --year 2026 --authorization-url https://auth.acme.com/authorize --token-url https://auth.acme.com/token --scopes 'a b' --scope-separator ' '" +
      String.raw` --authorization-params 'prompt=it'\''s' --tokens-expire false --account '{"claim":"sub"}'`,
  );
});

describe("says that an answer is not used", () => {
  const variables = [{ name: "tenant", label: "Tenant" }];
  const capture = [{ name: "region", from: "token", key: "region" }];

  it.each([
    [{ tokensExpire: false, refreshUrl: "https://a.b/r" }, ["refreshUrl"]],
    [{ tokensExpire: false, refreshParams: { a: "b" } }, ["refreshParams"]],
    [{ variables, capture }, ["variables", "capture"]],
    [{ variables, capture, hooks: true }, []],
    [{ variables, tokenParams: { a: "{tenant}" } }, []],
    [{ capture, apiHeaders: { a: "{region}" } }, []],
    [{ capture, refreshUrl: "https://a.b/{region}" }, []],
    [{ variables, tokenUrl: "https://a.b/{tenant}" }, []],
    [{ pkce: "none", renameParams: { code_verifier: "v" } }, ["renameParams"]],
    [
      {
        pkce: "none",
        renameAuthorizationParams: { code_challenge: "c", scope: "s" },
        renameTokenParams: { code_verifier: "v" },
      },
      ["renameAuthorizationParams", "renameTokenParams"],
    ],
    [{ renameTokenParams: { code_verifier: "v" } }, []],
    [
      { clientMetadataUrl: "https://a.b/c.json", registrationEndpoint: "https://a.b/r" },
      ["registrationEndpoint"],
    ],
    [{ registrationEndpoint: "https://a.b/r" }, []],
  ])("%j", (changes, keys) => {
    const { notices } = specify(changes);
    expect(notices.map(({ code, key }) => [code, key])).toEqual(
      keys.map((key) => ["unused-answer", key]),
    );
  });
});

describe("what only the Home Assistant set demands", () => {
  const home = (changes: AnswerDocument) => ({
    templateSet: "home-assistant",
    repository: "https://github.com/acme/acme-home-assistant",
    ...changes,
  });
  /** The problems of answers, as `key: message`. */
  const problems = (changes: AnswerDocument): readonly string[] => {
    try {
      specify(home(changes));
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.problems.map(({ key, message }) => `${key}: ${message}`);
    }
  };
  const sensor = (more: AnswerDocument) => ({
    sensors: [{ path: "/now", field: "value", name: "Value", ...more }],
  });
  const pattern = (text: string) => ({
    variables: [{ name: "tenant", label: "Tenant", pattern: text }],
  });
  const secondName = (name: string) => ({
    sensors: [
      { path: "/now", field: "a", name: "Energy today" },
      { path: "/now", field: "b", name },
    ],
  });

  it.each<readonly [string, AnswerDocument, string, RegExp]>([
    ["no repository", { repository: undefined }, "repository", /documentation, issue tracker/u],
    [
      "a domain of Home Assistant",
      { domain: "spotify" },
      "domain",
      /has an integration of that name.*--allow-core-domain true/u,
    ],
    [
      "a name that gives such a domain",
      { name: "Philips Hue", domain: "hue" },
      "domain",
      /has an integration of that name/u,
    ],
    [
      "a brand without code of its own",
      { domain: "august_ble" },
      "domain",
      /has an integration of that name/u,
    ],
    ["a keyword of Python", { domain: "lambda" }, "domain", /keyword of Python/u],
    ["a soft keyword of Python", { domain: "match" }, "domain", /keyword of Python/u],
    [
      "a keyword, whatever is allowed",
      { domain: "async", allowCoreDomain: true },
      "domain",
      /keyword of Python/u,
    ],
    ["a standard module", { domain: "statistics_", allowCoreDomain: false }, "", /^$/u],
    [
      "a module of the standard library",
      { domain: "asyncio" },
      "domain",
      /module of Python's standard library/u,
    ],
    [
      "a part of Home Assistant, whatever is allowed",
      { domain: "history", allowCoreDomain: true },
      "domain",
      /history: that is a part of Home Assistant itself/u,
    ],
    [
      "a module, whatever is allowed",
      { domain: "secrets", allowCoreDomain: true },
      "domain",
      /standard library/u,
    ],
    [
      "another name of the code",
      { codeParam: "auth_code" },
      "codeParam",
      /cannot be linked to Home Assistant/u,
    ],
    [
      "a capture from the redirect",
      { capture: [{ name: "shop", from: "redirect", key: "shop" }], hooks: true },
      "capture",
      /reads shop from the redirect/u,
    ],
    [
      "a fresh value in a header of the API",
      { apiHeaders: { "x-nonce": "{random}" } },
      "apiHeaders",
      /x-nonce \{random\}.*on_api_request/u,
    ],
    [
      "the app's secret in a header of the API",
      { apiHeaders: { "x-key": "{clientSecret}" } },
      "apiHeaders",
      /does not know.*--variables/u,
    ],
    [
      "an unknown device class",
      sensor({ deviceClass: "warmth" }),
      "sensors",
      /device class warmth cannot be used.*temperature/u,
    ],
    [
      "a device class with options",
      sensor({ deviceClass: "enum" }),
      "sensors",
      /device class enum cannot be used/u,
    ],
    [
      "a device class of an object",
      sensor({ deviceClass: "constructor" }),
      "sensors",
      /device class constructor/u,
    ],
    [
      "a device class without its unit",
      sensor({ deviceClass: "energy" }),
      "sensors",
      /needs a unit for energy: .*kWh/u,
    ],
    [
      "a unit of another device class",
      sensor({ deviceClass: "temperature", unit: "kWh" }),
      "sensors",
      /temperature is measured in K, °C, °F/u,
    ],
    [
      "a unit where there is none",
      sensor({ deviceClass: "aqi", unit: "ppm" }),
      "sensors",
      /aqi has no unit/u,
    ],
    [
      "a point in time with a unit",
      sensor({ deviceClass: "timestamp", unit: "s" }),
      "sensors",
      /is a timestamp and has no unit/u,
    ],
    [
      "two sensors of one name in code",
      secondName("Energy, today!"),
      "sensors",
      /gives energy_today in code/u,
    ],
    [
      "a sensor without Latin letters, and one named as it would be",
      secondName("Sensor 2"),
      "",
      /^$/u,
    ],
    [
      "an address in a sensor's name",
      sensor({ name: "See https://acme.com/x" }),
      "sensors",
      /refuses addresses/u,
    ],
    [
      "an address in a label",
      { variables: [{ name: "tenant", label: "From www.acme.com" }] },
      "variables",
      /refuses addresses.*Leave out https/u,
    ],
    [
      "an address in a description",
      { variables: [{ name: "tenant", label: "Tenant", description: "At HTTPS://acme.com" }] },
      "variables",
      /refuses addresses/u,
    ],
    [
      "letters by property",
      pattern(String.raw`\p{L}+`),
      "variables",
      /does not read as JavaScript does/u,
    ],
    ["letters by number", pattern(String.raw`\u{1f642}`), "variables", /does not read/u],
    ["a named group", pattern("(?<x>a)"), "variables", /does not read/u],
    ["a lookbehind", pattern("(?<!a)b"), "variables", /does not read/u],
    [
      "a class in a class",
      pattern("[a[b]"),
      "variables",
      /Invalid regular expression|does not read|pattern/u,
    ],
    ["an empty class", pattern("[^]"), "variables", /does not read/u],
  ])("%s", (_name, changes, key, words) => {
    const found = problems(changes);
    expect(found.map((problem) => problem.split(":")[0])).toEqual(key === "" ? [] : [key]);
    if (key !== "") expect(found[0]).toMatch(words);
  });

  it.each<readonly [string, AnswerDocument]>([
    [
      "the domain of an integration whose place is wanted",
      { domain: "spotify", allowCoreDomain: true },
    ],
    ["a word of TypeScript", { domain: "interface" }],
    ["a device class with its unit", sensor({ deviceClass: "energy", unit: "kWh" })],
    ["a unit without a device class", sensor({ unit: "beats" })],
    ["a device class that needs no unit", sensor({ deviceClass: "power_factor" })],
    ["money in any unit", sensor({ deviceClass: "monetary", unit: "EUR" })],
    ["a date", sensor({ deviceClass: "date" })],
    ["groups, classes and lookahead", pattern(String.raw`(?:a|[b-d\]])+(?=e)[^/\-]{2,3}\d`)],
    [
      "an address as an example",
      {
        variables: [
          { name: "server", label: "Server", example: "https://acme.com", pattern: ".+" },
        ],
      },
    ],
  ])("takes %s", (_name, changes) => expect(problems(changes)).toEqual([]));

  it("asks the TypeScript set for nothing of that", () =>
    expect(refusedKeys({ domain: "spotify", codeParam: "auth_code" })).toEqual([]));

  it.each([
    [{ packageName: "acme" }, ["packageName"]],
    [{ keychain: true }, ["keychain"]],
    [{ keychain: false }, []],
    [{ redirect: { port: 0 } }, ["redirect"]],
    [{ deviceAuthorizationUrl: "https://acme.com/device" }, ["deviceAuthorizationUrl"]],
    [{ issuer: "https://acme.com", issParameter: true }, ["issuer", "issParameter"]],
    [
      { templateSet: "typescript", ...sensor({}), allowCoreDomain: true },
      ["sensors", "allowCoreDomain"],
    ],
  ] as const)("%j is not used", (changes, keys) => {
    const { notices } = specify(home(changes));
    expect(notices.map(({ code, key }) => [code, key]).toSorted()).toEqual(
      keys.map((key) => ["unused-answer", key]).toSorted(),
    );
  });
});
