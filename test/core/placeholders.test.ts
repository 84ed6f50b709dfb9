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
  deviceAuthorizationUrl: "https://auth.acme.com/device",
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
    for (const name of ALL) {
      const value = isMap ? { "x-a": `b{${name}}c` } : `https://auth.acme.com/b{${name}}c`;
      const problems = problemsOf({ [key]: value });
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
