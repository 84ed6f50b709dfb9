import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.js";
import { fillPlaceholders, placeholdersIn } from "../../src/core/placeholders.js";
import { hostPlaceholders, leadingPlaceholder, urlTemplate } from "../../src/core/urls.js";
import { type AnswerDocument, refusedKeys, specify } from "../support/answers.js";

const DECLARED = {
  variables: [
    { name: "tenant", label: "Tenant" },
    { name: "base", label: "Address", pattern: "https://[a-z]+[.]acme[.]com" },
    { name: "opt", label: "Optional", optional: true },
    { name: "pin", label: "PIN", secret: true },
  ],
  capture: [
    { name: "fromRedirect", from: "redirect", key: "dc" },
    { name: "fromToken", from: "token", key: "region" },
    { name: "redirectHost", from: "redirect", key: "host", hostSuffixes: ["acme.com"] },
    { name: "tokenHost", from: "token", key: "host", hostSuffixes: ["acme.com"] },
  ],
} as const;

/** The problems of declared placeholders with one answer more. */
function problemsOf(changes: AnswerDocument): readonly (readonly [string, string])[] {
  try {
    specify({ ...DECLARED, ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(({ key, message }) => [key, message]);
  }
}

const ALL = [
  "tenant",
  "opt",
  "pin",
  "fromRedirect",
  "fromToken",
  "clientId",
  "clientSecret",
  "state",
  "random",
  "token",
] as const;
type Name = (typeof ALL)[number];

describe("where each placeholder may stand", () => {
  it.each<readonly [string, readonly Name[]]>([
    ["issuer", ["tenant", "pin"]],
    ["authorizationUrl", ["tenant"]],
    ["deviceAuthorizationUrl", ["tenant", "pin"]],
    ["tokenUrl", ["tenant", "pin", "fromRedirect"]],
    ["refreshUrl", ["tenant", "pin", "fromRedirect", "fromToken"]],
    ["revocationUrl", ["tenant", "pin", "fromRedirect", "fromToken"]],
    ["apiBaseUrl", ["tenant", "pin", "fromRedirect", "fromToken"]],
    ["authorizationParams", ["tenant", "opt", "clientId", "state", "random"]],
    [
      "tokenParams",
      ["tenant", "opt", "pin", "fromRedirect", "clientId", "clientSecret", "state", "random"],
    ],
    [
      "tokenHeaders",
      ["tenant", "opt", "pin", "fromRedirect", "clientId", "clientSecret", "state", "random"],
    ],
    [
      "refreshParams",
      ["tenant", "opt", "pin", "fromRedirect", "fromToken", "clientId", "clientSecret", "random"],
    ],
    [
      "apiHeaders",
      ["tenant", "opt", "pin", "fromRedirect", "fromToken", "clientId", "clientSecret", "random"],
    ],
  ])("%s: %j", (key, allowed) => {
    const isMap = /Params$|Headers$/u.test(key);
    // With a device flow nothing may be read from a redirect at all.
    const capture = DECLARED.capture.filter(
      ({ from }) => key !== "deviceAuthorizationUrl" || from === "token",
    );
    for (const name of ALL) {
      const value = isMap ? { "x-a": `b{${name}}c` } : `https://auth.acme.com/b{${name}}c`;
      const problems = problemsOf({ capture, [key]: value });
      const refused = allowed.includes(name) ? [] : [key];
      expect([name, problems.map(([blamed]) => blamed)]).toEqual([name, refused]);
      for (const [, message] of problems) expect(message).toMatch(/\{\w+\}.*--[a-z]/u);
    }
  });

  it("only {token} in apiAuthHeader", () => {
    for (const name of ALL)
      expect([name, problemsOf({ apiAuthHeader: `X-Key: {${name}}` }).length]).toEqual([
        name,
        name === "token" ? 0 : 1,
      ]);
  });
});

describe("placeholders between answers", () => {
  it.each<readonly [string, AnswerDocument, string, string]>([
    ["nothing declares it", { tokenUrl: "https://a.b/{nobody}" }, "tokenUrl", "--capture"],
    ["nothing declares it", { tokenParams: { a: "{nobody}" } }, "tokenParams", "--variables"],
    ["nothing declares it", { tokenUrl: "https://{nobody}.a.b/t" }, "tokenUrl", "--capture"],
    ["a slip", { tokenUrl: "https://a.b/{tenannt}" }, "tokenUrl", "did you mean {tenant}?"],
    ["a slip", { apiHeaders: { a: "{clientid}" } }, "apiHeaders", "did you mean {clientId}?"],
    ["a URL begins with any text", { apiBaseUrl: "{tenant}/v1" }, "apiBaseUrl", "--variables"],
    ["an optional variable", { refreshUrl: "https://a.b/{opt}" }, "refreshUrl", "--variables"],
    ["a secret that shows", { authorizationParams: { a: "{pin}" } }, "authorizationParams", "pin"],
    [
      "no secret",
      { clientAuth: "none", tokenHeaders: { a: "{clientSecret}" } },
      "tokenHeaders",
      "--client-auth",
    ],
    ["any host", { apiBaseUrl: "https://{fromToken}.acme.com" }, "capture", "--api-base-url"],
    ["any host", { apiBaseUrl: "https://{fromRedirect}/v1" }, "capture", "--api-base-url"],
    ["any URL", { refreshUrl: "{fromToken}/token" }, "capture", "--refresh-url"],
    ["any URL, also of the API", { tokenUrl: "{fromRedirect}/token" }, "capture", "--token-url"],
    [
      "one name for two",
      { capture: [...DECLARED.capture, { name: "tenant", from: "token", key: "a" }] },
      "capture",
      "--variables",
    ],
  ])("%s: %j is refused", (_why, changes, key, other) => {
    const problems = problemsOf(changes);
    expect(problems.map(([blamed]) => blamed)).toEqual([key]);
    expect(problems[0]?.[1]).toContain(other);
  });

  it.each<AnswerDocument>([
    { apiBaseUrl: "https://{tokenHost}/v1" },
    { apiBaseUrl: "https://api.{tokenHost}" },
    { apiBaseUrl: "http://{tenant}:8123" },
    { apiBaseUrl: "{tokenHost}" },
    { tokenUrl: "https://{redirectHost}/token" },
    { tokenUrl: "{redirectHost}/token" },
    { tokenUrl: "{base}/token?a={tenant}" },
    { authorizationUrl: "https://accounts.acme.{tenant}/authorize?a={tenant}&b={tenant}" },
    { tokenParams: { a: '{"b":{"c":null}}', d: "{tenant}-{clientId}" } },
  ])("%j is fine", (changes) => expect(problemsOf(changes)).toEqual([]));

  it("says nothing about placeholders while their declarations cannot be read", () => {
    const wrong = { variables: [{ name: "tenant" }], tokenUrl: "https://a.b/{tenant}" };
    expect(refusedKeys(wrong)).toEqual(["variables"]);
  });
});

describe("the device flow has no redirect", () => {
  const deviceAuthorizationUrl = "https://auth.acme.com/device";
  const fromToken = DECLARED.capture.filter(({ from }) => from === "token");
  const redirected = [{ name: "dc", from: "redirect", key: "dc", hostSuffixes: ["acme.com"] }];

  it.each<readonly [AnswerDocument, string]>([
    [{ tokenUrl: "https://auth.acme.com/{dc}" }, "--token-url"],
    [{ tokenUrl: "{dc}/token" }, "--token-url"],
    [{ refreshUrl: "https://{dc}/token" }, "--refresh-url"],
    [{ apiBaseUrl: "https://auth.acme.com/{dc}" }, "--api-base-url"],
    [{ tokenParams: { a: "{dc}" } }, "--token-params"],
    [{ apiHeaders: { a: "{dc}" } }, "--api-headers"],
  ])("%j cannot stand beside a device authorization URL", (changes, flag) => {
    const answers = { ...changes, capture: redirected };
    expect(problemsOf(answers)).toEqual([]);
    const problems = problemsOf({ ...answers, deviceAuthorizationUrl });
    expect(problems.map(([key]) => key)).toEqual(["deviceAuthorizationUrl"]);
    for (const part of [flag, "{dc}", "--capture", "--variables"])
      expect(problems[0]?.[1]).toContain(part);
  });

  it.each<AnswerDocument>([
    { apiBaseUrl: "https://{tokenHost}/v1" },
    { tokenUrl: "https://auth.acme.com/{tenant}", apiHeaders: { a: "{fromToken}" } },
    // Nothing needs it.
    { capture: redirected },
  ])("%j can", (changes) =>
    expect(problemsOf({ capture: fromToken, ...changes, deviceAuthorizationUrl })).toEqual([]),
  );
});

describe("an example or a default stands where its variable does", () => {
  const withValue = (address: string, value: string, pattern?: string): readonly string[] =>
    (["example", "default"] as const).flatMap((field) => {
      const variables = [
        { name: "v", label: "V", [field]: value, ...(pattern !== undefined && { pattern }) },
        { name: "other", label: "Other", pattern: ".+" },
      ];
      return problemsOf({ variables, capture: [], apiBaseUrl: address }).map(([key, message]) => {
        expect(message).toContain(`gives v the ${field} ${JSON.stringify(value)}`);
        expect(message).toContain("--api-base-url");
        return key;
      });
    });

  it.each([
    // The whole address.
    ["{v}/v1", "acme", ".+"],
    ["{v}/v1", "http://acme.com", ".+"],
    ["{v}/v1", "https://acme.com?a=b", ".+"],
    ["{v}/v1", "https://acme.com/../a", ".+"],
    ["{v}/v1", "https://me@acme.com", ".+"],
    // The host, or a part of it.
    ["https://{v}.acme.com", "a.b", undefined],
    ["https://{v}.acme.com", "a".repeat(64), undefined],
    ["https://{v}.acme.com", "a_b", undefined],
    ["https://{v}/v1", "0x7f.1", undefined],
    ["https://{v}/v1", "1.2.3", undefined],
    ["https://{v}/v1", "acme.com/x", ".+"],
    ["https://{v}/v1", "acme.com:8080x", ".+"],
    ["https://{v}.acme.com/v1", "acme:8080", ".+"],
    ["https://{v}:8080/v1", "acme:8080", ".+"],
    ["https://{v}/v1", "me@acme.com", ".+"],
    ["http://{v}:8123", "acme.com", undefined],
    // The path.
    ["https://acme.com/{v}/x", "a b", ".+"],
    ["https://acme.com/{v}/x", "..", ".+"],
    ["https://acme.com/{v}/x", "a/../b", ".+"],
    ["https://acme.com/{v}/x", "a?b", ".+"],
    ["{other}/{v}", "a#b", ".+"],
  ])("%s with %j, pattern %s: refused", (address, value, pattern) =>
    expect(withValue(address, value, pattern)).toEqual(["variables", "variables"]),
  );

  it.each([
    ["{v}/v1", "https://acme.com/", ".+"],
    ["{v}", "http://127.0.0.1:8123/x", ".+"],
    ["https://{v}.acme.com", "my-shop-1", undefined],
    ["https://{v}.acme.com", "a.b", "[a-z.]+"],
    ["https://{v}", "acme.co.uk", undefined],
    ["https://{v}/v1", "acme.com:8080", ".+"],
    ["https://api-{v}.acme.com", "eu", undefined],
    ["https://accounts.acme.{v}/x", "co.uk", undefined],
    ["http://{v}:8123", "127.0.0.1", undefined],
    ["http://{other}:8123/{v}", "a/b", ".+"],
    ["https://{other}.acme.com/{v}", "a~b", ".+"],
    ["https://acme.com/{v}", "..b", ".+"],
    ["{other}/{v}/{v}", "a", undefined],
  ])("%s with %j, pattern %s: fine", (address, value, pattern) =>
    expect(withValue(address, value, pattern)).toEqual([]),
  );

  it("anything may stand in a query", () => {
    const variables = [{ name: "v", label: "V", pattern: ".+", default: "a b/../?#" }];
    expect(problemsOf({ variables, capture: [], tokenUrl: "https://a.b/c?d={v}" })).toEqual([]);
  });
});

describe("a URL with placeholders", () => {
  it.each([
    "https://{shop}.acme.com/{path}?a={value}",
    "https://api-{region}.acme.{tld}:8443/{a}{b}",
    "http://{host}",
    "http://{host}:8123/token?a={b}",
    "http://localhost:8080/{path}",
    "{base}",
    "{base}/v1/{version}",
    "{base}?a=b",
  ])("%s is one", (written) =>
    expect(urlTemplate({ query: true })(written)).toEqual({ ok: true, value: written }),
  );

  it.each([
    "http://{host}.acme.com/",
    "http://acme.{tld}/",
    "http://{a}{b}/",
    "http://acme.com/{path}",
    "https://acme.com:{port}/",
    "https://acme.com:80{port}/",
    "https://{user}@acme.com/",
    "https://{user}:{password}@acme.com/",
    "{scheme}://acme.com/",
    "{base}.acme.com/",
    "{base}:8080/",
    "{a}{b}/c",
    "https://acme.com/{path}#{fragment}",
    "https://acme.com/{}",
    "https://acme.com/{1}",
    "https://acme.com/{a b}",
    "https://acme.com/{{a}}",
    "https://acme.com/}",
    "https://acme.com/{a",
  ])("%s is none", (written) => expect(urlTemplate({ query: true })(written).ok).toBe(false));

  it("takes a query only where one may be", () =>
    expect(urlTemplate({ query: false })("{base}?a=b").ok).toBe(false));
});

describe("a text with placeholders", () => {
  it.each([
    ["{a}-{b-1}{a}", ["a", "b-1"]],
    ['{"a":{}} {1} { a } {}', []],
    ["{{a}}", ["a"]],
  ])("%j holds %j", (text, names) => expect(placeholdersIn(text)).toEqual(names));

  it("is filled in", () =>
    expect(fillPlaceholders("{a}/{b}{}", (name) => name.toUpperCase())).toBe("A/B{}"));

  it.each([
    ["{a}/b/{c}", "a", []],
    ["https://x.{a}-{b}.c:8080/{d}?{e}", undefined, ["a", "b"]],
    ["https://x?{a}", undefined, []],
  ])("%j begins with %j and has %j in its host", (text, leading, host) => {
    expect(leadingPlaceholder(text)).toBe(leading);
    expect(hostPlaceholders(text)).toEqual(host);
  });

  it("is spoken of as it was written", () => {
    const [[, message] = ["", ""]] = problemsOf({ tokenUrl: "https://a b.{tenant}/{base}" });
    expect(message).toContain('"https://a b.{tenant}/{base}"');
  });
});
