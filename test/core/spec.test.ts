import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.js";
import { exampleCommand, parseSpec, replayCommand } from "../../src/core/spec.js";
import { portFromDomain } from "../../src/core/names.js";
import { PLAIN, refusedKeys, said, specify, specOf, WORLD } from "../support/answers.js";

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

  it("keeps what was said and what the world gave, and no pure default", () => {
    const { stored } = parseSpec(said(PLAIN), {
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
    ["apiBaseUrl", ["https://a.b/c?d=1", "http://a.b"]],
    ["scopes", ["a b", ["a", "a"], ["a b"], ['a"b'], ["a\\b"], [""], [1], { a: 1 }]],
    ["scopeSeparator", ["", "\n", "ü", 1]],
    ["pkce", ["plain", "s256", null]],
    ["clientAuth", ["basic", "client_secret_basic_raw"]],
    [
      "authorizationParams",
      [
        ["a"],
        { "": "x" },
        { "a b": "x" },
        { a: 1 },
        { a: "x\ny" },
        { a: "{tenant}" },
        { "a=b": "x" },
        JSON.parse('{"__proto__":"x"}'),
      ],
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
        { path: "/me", id: "a..b" },
        { path: "/me", id: "id", extra: "x" },
        { path: "/me", id: "id", claim: "sub" },
        { claim: "" },
        { claim: "sub", token: "refresh_token" },
        { tokenField: 3 },
        { path: "/me", id: "id", method: "DELETE" },
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
        { path: "/a/" },
        { path: "/../a" },
        { path: "/a?b" },
        { url: "https://a.b" },
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
  ])("%s takes %j", (key, value) =>
    expect(specify({ [key]: value }).stored).toMatchObject({ [key]: value }),
  );

  it.each([
    ["clientId", "an answer that does not exist"],
    ["variables", "a key of a later version"],
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
  it.each([
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
    [{ tokenParams: { client_secret: "x" } }, "tokenParams", "client_secret"],
    [{ tokenParams: { code_verifier: "" } }, "tokenParams", "code_verifier"],
    [{ refreshParams: { refresh_token: "x" } }, "refreshParams", "refresh_token"],
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
  ])("%j is fine", (changes) => expect(refusedKeys(changes)).toEqual([]));
});

describe("all problems at once", () => {
  it("with each flag, and one complete example that keeps what was right", () => {
    try {
      parseSpec(said({ name: "Acme", tokenUrl: "http://x", pkce: "S25" }), WORLD);
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

  it("the example shows how an optional answer is written, unless that would contradict another", () => {
    const wrong = (key: string) => [{ key, flag: `--${key}`, message: "" }];
    expect(exampleCommand(wrong("account"), PLAIN)).toContain('--account \'{"path"');
    expect(exampleCommand(wrong("issParameter"), PLAIN)).not.toContain("--iss-parameter");
  });

  it("the example asks for a domain only where none can be made", () => {
    expect(exampleCommand([{ key: "name", flag: "--name", message: "" }], {})).not.toContain(
      "--domain",
    );
    expect(exampleCommand([{ key: "domain", flag: "--domain", message: "" }], {})).toContain(
      "--domain",
    );
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

it("says that an answer is not used", () => {
  expect(specify({ tokensExpire: false, refreshUrl: "https://a.b/r" }).notices).toMatchObject([
    { code: "unused-answer", key: "refreshUrl" },
  ]);
});
