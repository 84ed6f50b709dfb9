import { describe, expect, it } from "vitest";
import { testProvider } from "../../src/template-sets/home-assistant/test-provider.js";
import { type AnswerDocument, specOf } from "../support/answers.js";

/** What the generated tests compare with, by name. */
const constantsOf = (answers: AnswerDocument): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    testProvider(
      specOf({
        templateSet: "home-assistant",
        repository: "https://github.com/ada/acme",
        ...answers,
      }),
    ).map(({ name, value }) => [name, value]),
  );

const ANYTHING = "<anything>";

describe("a text of an answer that looks like what stands for a value is expected as it is", () => {
  const texts = [
    "<client id>",
    "<state>",
    "<random>",
    "<code>",
    "a < b > c",
    "Basic <client id>:<client secret>",
  ];

  it.each(texts)("%s", (text) => {
    const constants = constantsOf({
      authorizationParams: { a: text, b: `${text} {clientId}` },
      tokenParams: { a: text, b: `${text} {clientId}` },
      refreshParams: { a: text },
      tokenHeaders: { "x-a": text },
      apiHeaders: { "x-a": text },
      apiAuthHeader: `X-Token: ${text} {token}`,
      account: { path: "/me", id: "id", query: { a: text } },
    });
    const own = { a: text, b: `${text} client+1` };
    expect(constants["AUTHORIZE_QUERY"]).toMatchObject({
      ...own,
      client_id: "client+1",
      state: ANYTHING,
    });
    expect(constants["TOKEN_REQUEST"]).toMatchObject({
      headers: { "x-a": text },
      data: { ...own, code: "the-code" },
    });
    expect(constants["REFRESH_REQUEST"]).toMatchObject({
      data: { a: text, refresh_token: "old-refresh" },
    });
    expect(constants["API_HEADERS"]).toMatchObject({
      "x-a": text,
      "x-token": `${text} old-access`,
    });
    const { url } = constants["ACCOUNT_REQUEST"] as { readonly url: string };
    expect(url).toMatch(/^[!-;=?-~]+$/u);
    expect(new URL(url).searchParams.get("a")).toBe(text);
  });

  it("in a scope and the value of a variable", () => {
    const { AUTHORIZE_QUERY: query } = constantsOf({
      scopes: ["<state>", "<code>"],
      authorizationUrl: "https://{host}.acme.com/authorize?policy={policy}",
      variables: [
        { name: "host", label: "Host", example: "eu" },
        { name: "policy", label: "Policy", pattern: "<[a-z]+>", example: "<state>" },
      ],
    });
    expect(query).toMatchObject({ scope: "<state> <code>", policy: "<state>" });
  });

  it("in scopes with their separator", () => {
    const { AUTHORIZE_QUERY: query } = constantsOf({
      scopes: ["a>", "state>", "code>"],
      scopeSeparator: "<",
    });
    expect(query).toMatchObject({ scope: "a><state><code>" });
  });
});
