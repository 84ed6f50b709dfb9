import { describe, expect, it } from "vitest";
import type { ServerOptions, WireAnswers } from "./declared.js";
import {
  apiRequest,
  asJson,
  at,
  authorizationRequest,
  basic,
  type Bend,
  bends,
  deviceRequest,
  drop,
  type Hand,
  header,
  inQuery,
  pollRequest,
  put,
  refreshRequest,
  rename,
  revocationRequest,
  startHand,
  tokenRequest,
  twice,
} from "./hand-made.js";
import { revokeAll } from "./wire.js";

/**
 * The strict server is itself known to be strict: requests of each kind, one of them bent. A row that is accepted shows that the
 * server asks for exactly what the answers declare; a row that is refused gives the words of the reason.
 */
interface Row {
  readonly does: string;
  readonly answers?: Partial<WireAnswers>;
  readonly options?: ServerOptions;
  readonly bend?: Bend;
  /** Nothing: the request is what the answers declare. */
  readonly refused?: RegExp;
}

const same: Bend = (one) => one;

/** The code of a plain sign-in, whatever the token requests are. */
async function signIn({ send, server }: Hand, bend: Bend = same): Promise<string> {
  const { location } = await send(bend(authorizationRequest()));
  expect(server.wire.refusals).toEqual([]);
  return new URL(location).searchParams.get(server.answers.codeParam ?? "code") ?? "";
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

async function tokens(hand: Hand): Promise<Tokens> {
  const { text } = await hand.send(tokenRequest(await signIn(hand)));
  expect(hand.server.wire.refusals).toEqual([]);
  return JSON.parse(text) as Tokens;
}

/** Sees the last request of a row accepted, or refused for the reason given. */
function judge({ server }: Hand, { refused }: Row, status: number): void {
  const reasons = server.wire.refusals.map(({ reason }) => reason);
  if (refused === undefined) {
    expect(reasons).toEqual([]);
    expect(status).toBeLessThan(400);
  } else {
    expect(reasons).toEqual([expect.stringMatching(refused)]);
    expect(status).toBe(400);
  }
}

async function withHand(row: Row, run: (hand: Hand) => Promise<number>): Promise<void> {
  await using hand = await startHand(row.answers, row.options);
  judge(hand, row, await run(hand));
}

const RANDOM = "r".repeat(22);

describe("authorization requests", () => {
  const rows: readonly Row[] = [
    { does: "plain" },
    {
      does: "an unknown parameter",
      bend: put("prompt", "consent"),
      refused: /prompt is not declared/u,
    },
    { does: "a doubled parameter", bend: twice("state"), refused: /state came twice/u },
    { does: "no state", bend: drop("state"), refused: /state is missing/u },
    { does: "a short state", bend: put("state", "abc"), refused: /state is "abc"/u },
    { does: "no challenge", bend: drop("code_challenge"), refused: /code_challenge is missing/u },
    {
      does: "the plain method",
      bend: put("code_challenge_method", "plain"),
      refused: /code_challenge_method is "plain"/u,
    },
    {
      does: "PKCE where none is declared",
      answers: { pkce: "none" },
      refused: /code_challenge is not declared/u,
    },
    {
      does: "none where none is declared",
      answers: { pkce: "none" },
      bend: drop("code_challenge", "code_challenge_method"),
    },
    {
      does: "another client",
      bend: put("client_id", "wire-app_1 A"),
      refused: /client_id is "wire-app_1 A"/u,
    },
    {
      does: "another path of the redirect",
      bend: put("redirect_uri", "http://127.0.0.1:20123/"),
      refused: /redirect_uri is/u,
    },
    {
      does: "localhost where the literal is declared",
      bend: put("redirect_uri", "http://localhost:20123/callback"),
      refused: /redirect_uri is/u,
    },
    {
      does: "a port that is not made from the domain",
      bend: put("redirect_uri", "http://127.0.0.1:31000/callback"),
      refused: /redirect_uri is/u,
    },
    {
      does: "any port where 0 is declared",
      answers: { redirect: { port: 0 } },
      bend: put("redirect_uri", "http://127.0.0.1:31000/callback"),
    },
    {
      does: "another port than declared",
      answers: { redirect: { port: 31_001 } },
      bend: put("redirect_uri", "http://127.0.0.1:31000/callback"),
      refused: /redirect_uri is/u,
    },
    {
      does: "a loopback address where a URL is declared",
      answers: { redirect: { url: "https://app.example/done" } },
      refused: /redirect_uri is/u,
    },
    { does: "an empty scope", bend: put("scope", ""), refused: /scope is not declared/u },
    { does: "no scope", answers: { scopes: ["a", "b"] }, refused: /scope is missing/u },
    {
      does: "a space where a comma is declared",
      answers: { scopes: ["a", "b"], scopeSeparator: "," },
      bend: put("scope", "a b"),
      refused: /scope is "a b"/u,
    },
    {
      does: "a comma where it is declared",
      answers: { scopes: ["a", "b"], scopeSeparator: "," },
      bend: put("scope", "a,b"),
    },
    {
      does: "a standard name where another is declared",
      answers: { renameParams: { client_id: "client_key" } },
      refused: /client_id is not declared/u,
    },
    {
      does: "the declared name",
      answers: { renameParams: { client_id: "client_key" } },
      bend: rename("client_id", "client_key"),
    },
    {
      does: "the general name where this request has its own",
      answers: {
        renameParams: { client_id: "client_key" },
        renameAuthorizationParams: { client_id: "app_id" },
      },
      bend: rename("client_id", "client_key"),
      refused: /client_key is not declared/u,
    },
    {
      does: "a declared parameter that is missing",
      answers: { authorizationParams: { prompt: "consent" } },
      refused: /prompt is missing/u,
    },
    {
      does: "a removed parameter",
      answers: { authorizationParams: { response_type: "" } },
      refused: /response_type is not declared/u,
    },
    {
      does: "a replaced parameter",
      answers: { authorizationParams: { response_type: "code id" } },
      refused: /response_type is "code"/u,
    },
    {
      does: "a placeholder as it is",
      answers: { authorizationParams: { nonce: "{random}" } },
      bend: put("nonce", "{random}"),
      refused: /nonce is/u,
    },
    {
      does: "a random that is too short",
      answers: { authorizationParams: { nonce: "{random}" } },
      bend: put("nonce", "r".repeat(21)),
      refused: /nonce is/u,
    },
    {
      does: "a random",
      answers: { authorizationParams: { nonce: "n-{random}" } },
      bend: put("nonce", `n-${RANDOM}`),
    },
    {
      does: "a state that is not the flow's",
      answers: { authorizationParams: { again: "{state}" } },
      bend: put("again", "other"),
      refused: /again is/u,
    },
    {
      does: "an address without its own query",
      answers: { authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize?tenant=a" },
      refused: /tenant is missing/u,
    },
    {
      does: "a variable without its value",
      answers: { authorizationUrl: "http://127.0.0.1:PORT/{tenant}/authorize" },
      options: { variables: { tenant: "acme" } },
      bend: at("/other/authorize"),
      refused: /nothing at this address/u,
    },
    {
      does: "a variable",
      answers: { authorizationUrl: "http://127.0.0.1:PORT/{tenant}/authorize" },
      options: { variables: { tenant: "acme" } },
      bend: at("/acme/authorize"),
    },
    {
      does: "another host name",
      bend: header("host", "localhost"),
      refused: /nothing at this address/u,
    },
    { does: "POST", bend: (one) => ({ ...one, method: "POST" }), refused: /POST where GET/u },
    {
      does: "wrong encoding",
      bend: (one) => ({ ...one, path: `${one.path}?claims={a}` }),
      refused: /not form-encoded/u,
    },
  ];

  it.each(rows)("$does", (row) =>
    withHand(
      row,
      async ({ send }) => (await send((row.bend ?? same)(authorizationRequest()))).status,
    ),
  );

  it("refuses a state that came before, and a random", async () => {
    await using hand = await startHand({ authorizationParams: { nonce: "{random}" } });
    const one = put("nonce", RANDOM)(authorizationRequest());
    await hand.send(one);
    await hand.send(put("nonce", `${RANDOM}2`)(one));
    await hand.send(put("nonce", RANDOM)(authorizationRequest()));
    expect(hand.server.wire.refusals.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/state is not fresh/u),
      expect.stringMatching(/\{random\} is not fresh/u),
    ]);
  });
});

const KEYED = { renameParams: { client_id: "client_key" } } as const;

describe("token requests", () => {
  const rows: readonly Row[] = [
    { does: "plain" },
    {
      does: "GET",
      bend: (one) => ({ ...one, method: "GET", form: [] }),
      refused: /GET where POST/u,
    },
    {
      does: "an unknown parameter",
      bend: put("audience", "api"),
      refused: /audience is not declared/u,
    },
    { does: "a doubled parameter", bend: twice("code"), refused: /code came twice/u },
    { does: "a scope", bend: put("scope", ""), refused: /scope is not declared/u },
    { does: "an unknown code", bend: put("code", "other"), refused: /code "other" is unknown/u },
    {
      does: "another redirect address",
      bend: put("redirect_uri", "http://127.0.0.1:20124/callback"),
      refused: /redirect_uri is/u,
    },
    {
      does: "a verifier that does not fit",
      bend: put("code_verifier", "w".repeat(43)),
      refused: /code_verifier is/u,
    },
    { does: "no verifier", bend: drop("code_verifier"), refused: /code_verifier is missing/u },
    { does: "no secret", bend: drop("client_secret"), refused: /client_secret is missing/u },
    { does: "a wrong secret", bend: put("client_secret", "other"), refused: /client_secret is/u },
    {
      does: "a secret of a public client",
      answers: { clientAuth: "none" },
      refused: /client_secret is not declared/u,
    },
    { does: "a public client", answers: { clientAuth: "none" }, bend: drop("client_secret") },
    {
      does: "Basic where a form is declared",
      bend: basic(encodeURIComponent),
      refused: /authorization is not declared/u,
    },
    {
      does: "Basic",
      answers: { clientAuth: "client_secret_basic" },
      bend: basic(encodeURIComponent),
    },
    {
      does: "raw Basic where it is form-encoded",
      answers: { clientAuth: "client_secret_basic" },
      bend: basic((text) => text),
      refused: /authorization is/u,
    },
    {
      does: "raw Basic",
      answers: { clientAuth: "client_secret_basic_raw" },
      bend: basic((text) => text),
    },
    {
      does: "encoded Basic where it is raw",
      answers: { clientAuth: "client_secret_basic_raw" },
      bend: basic(encodeURIComponent),
      refused: /authorization is/u,
    },
    {
      does: "the client's id beside Basic",
      answers: { clientAuth: "client_secret_basic" },
      bend: bends(basic(encodeURIComponent), put("client_id", "wire-app_1+%41")),
      refused: /client_id is not declared/u,
    },
    {
      does: "the client's id beside Basic where it is declared",
      answers: { clientAuth: "client_secret_basic", tokenParams: { client_id: "{clientId}" } },
      bend: bends(basic(encodeURIComponent), put("client_id", "wire-app_1+%41")),
    },
    {
      does: "a header nobody declared",
      bend: header("x-app", "1"),
      refused: /x-app is not declared/u,
    },
    { does: "a cookie", bend: header("cookie", "a=1"), refused: /cookie is not declared/u },
    {
      does: "no declared header",
      answers: { tokenHeaders: { "X-App": "{clientId}" } },
      refused: /x-app is missing/u,
    },
    {
      does: "a wrong declared header",
      answers: { tokenHeaders: { "X-App": "{clientId}" } },
      bend: header("x-app", "{clientId}"),
      refused: /x-app is/u,
    },
    {
      does: "a declared header",
      answers: { tokenHeaders: { "X-App": "{clientId}" } },
      bend: header("x-app", "wire-app_1+%41"),
    },
    {
      does: "a doubled header",
      answers: { tokenHeaders: { "X-App": "a" } },
      bend: (one) => ({ ...one, headers: { ...one.headers, "x-app": ["a", "a"] } }),
      refused: /x-app came twice/u,
    },
    {
      does: "another accept than declared",
      answers: { tokenHeaders: { Accept: "application/json" } },
      bend: header("accept", "*/*"),
      refused: /accept is/u,
    },
    {
      does: "a form where JSON is declared",
      answers: { tokenBodyFormat: "json" },
      refused: /where json is declared/u,
    },
    { does: "JSON", answers: { tokenBodyFormat: "json" }, bend: asJson },
    {
      does: "JSON of other types",
      answers: { tokenBodyFormat: "json" },
      bend: bends(asJson, (one) => ({ ...one, body: '{"code":1}' })),
      refused: /code is not a text/u,
    },
    { does: "JSON where a form is declared", bend: asJson, refused: /where form is declared/u },
    {
      does: "a form where the query is declared",
      answers: { tokenBodyFormat: "query" },
      refused: /a body where/u,
    },
    { does: "the query", answers: { tokenBodyFormat: "query" }, bend: inQuery },
    {
      does: "the query with a type of body",
      answers: { tokenBodyFormat: "query" },
      bend: bends(inQuery, header("content-type", "text/plain")),
      refused: /content-type is not declared/u,
    },
    {
      does: "the query where a form is declared",
      bend: inQuery,
      refused: /query parameter grant_type is not declared/u,
    },
    {
      does: "no own query of the URL",
      answers: { tokenUrl: "http://127.0.0.1:PORT/oauth/token?v=2" },
      refused: /query parameter v is missing/u,
    },
    {
      does: "the URL's own query",
      answers: { tokenUrl: "http://127.0.0.1:PORT/oauth/token?v=2" },
      bend: at("/oauth/token?v=2"),
    },
    {
      does: "a standard name where another is declared",
      answers: { renameTokenParams: { client_id: "client_key" } },
      refused: /client_id is not declared/u,
    },
    {
      does: "a name of its own",
      answers: { renameTokenParams: { client_id: "client_key" } },
      bend: rename("client_id", "client_key"),
    },
    {
      does: "a removed parameter",
      answers: { tokenParams: { redirect_uri: "" } },
      refused: /redirect_uri is not declared/u,
    },
    {
      does: "the state of another flow",
      answers: { tokenParams: { state: "{state}" } },
      bend: put("state", "state-of-another-flow-1"),
      refused: /state is/u,
    },
    {
      does: "a secret as a placeholder",
      answers: { tokenParams: { sign: "{clientSecret}" } },
      bend: put("sign", "{clientSecret}"),
      refused: /sign is/u,
    },
    {
      does: "wrong encoding",
      bend: (one) => ({ ...one, body: "code=a b" }),
      refused: /not form-encoded/u,
    },
    {
      does: "another listener",
      bend: (one) => ({ ...one, otherPort: true }),
      refused: /nothing at this address/u,
    },
  ];

  it.each(rows)("$does", (row) =>
    withHand(row, async (hand) => {
      const none = row.answers?.pkce === "none";
      const code = await signIn(hand, none ? drop("code_challenge") : same);
      return (await hand.send((row.bend ?? same)(tokenRequest(code)))).status;
    }),
  );

  it("a verifier where PKCE is not declared", async () => {
    const row = {
      does: "",
      answers: { pkce: "none" },
      refused: /code_verifier is not declared/u,
    } as const;
    await withHand(row, async (hand) => {
      const code = await signIn(hand, drop("code_challenge", "code_challenge_method"));
      return (await hand.send(tokenRequest(code))).status;
    });
  });

  it("a code that comes twice, which ends the first grant", () =>
    withHand({ does: "", refused: /the code came twice/u }, async (hand) => {
      const code = await signIn(hand);
      await hand.send(tokenRequest(code));
      const { status } = await hand.send(tokenRequest(code));
      expect(hand.server.wire.grants.map(({ alive }) => alive)).toEqual([false]);
      return status;
    }));

  it("the standard names where all are renamed", () =>
    withHand({ does: "", answers: KEYED, refused: /client_id is not declared/u }, async (hand) => {
      const code = await signIn(hand, rename("client_id", "client_key"));
      return (await hand.send(tokenRequest(code))).status;
    }));
});

describe("refreshes", () => {
  const url = { refreshUrl: "http://127.0.0.1:PORT/oauth/refresh" } as const;
  const rows: readonly Row[] = [
    { does: "plain" },
    { does: "a scope", bend: put("scope", "a"), refused: /scope is not declared/u },
    {
      does: "an unknown token",
      bend: put("refresh_token", "other"),
      refused: /refresh token is unknown/u,
    },
    {
      does: "the token URL where a refresh URL is declared",
      answers: url,
      refused: /where a refresh URL is declared/u,
    },
    { does: "the refresh URL", answers: url, bend: at("/oauth/refresh") },
    {
      does: "parameters of a token request",
      answers: { tokenParams: { audience: "a" } },
    },
    {
      does: "no declared parameter",
      answers: { refreshParams: { audience: "a" } },
      refused: /audience is missing/u,
    },
    {
      does: "a wrong grant type",
      bend: put("grant_type", "authorization_code"),
      refused: /grant_type is/u,
    },
  ];

  it.each(rows)("$does", (row) =>
    withHand(row, async (hand) => {
      const params = Object.entries(hand.server.answers.tokenParams ?? {});
      const code = await signIn(hand);
      const { text } = await hand.send(
        bends(...params.map(([name, value]) => put(name, value)))(tokenRequest(code)),
      );
      const { refresh_token: token } = JSON.parse(text) as Tokens;
      return (await hand.send((row.bend ?? same)(refreshRequest(token)))).status;
    }),
  );

  it("a token that comes twice, which ends the grant", () =>
    withHand({ does: "", refused: /refresh token came twice/u }, async (hand) => {
      const { refresh_token: token } = await tokens(hand);
      await hand.send(refreshRequest(token));
      const { status } = await hand.send(refreshRequest(token));
      expect(hand.server.wire.grants.map(({ alive }) => alive)).toEqual([false]);
      return status;
    }));

  it("takes the old token again where no new one came", () =>
    withHand({ does: "", options: { odd: { refresh: "no new token" } } }, async (hand) => {
      const { refresh_token: token } = await tokens(hand);
      await hand.send(refreshRequest(token));
      return (await hand.send(refreshRequest(token))).status;
    }));
});

describe("what a client may meet", () => {
  const meeting = async (
    options: ServerOptions,
    send: (
      hand: Hand,
      given: Tokens,
    ) => Promise<{ readonly status: number; readonly text: string }>,
  ) => {
    await using hand = await startHand({}, options);
    const { status, text } = await send(hand, await tokens(hand));
    expect(hand.server.wire.refusals).toEqual([]);
    return [status, (JSON.parse(text) as { readonly error?: string }).error];
  };
  const refresh = (hand: Hand, { refresh_token: token }: Tokens) =>
    hand.send(refreshRequest(token));
  const call = (hand: Hand, { access_token: token }: Tokens) => hand.send(apiRequest(token));

  it.each([
    { does: "a refresh while it is down", options: { down: ["refresh"] }, send: refresh },
    { does: "a call while it is down", options: { down: ["api"] }, send: call },
  ] as const)("$does", async ({ options, send }) =>
    expect(await meeting(options, send)).toEqual([503, "temporarily_unavailable"]),
  );

  it("access taken away before a call, and before a refresh", async () => {
    const revoked =
      (send: typeof call): typeof call =>
      (hand, given) => {
        revokeAll(hand.server.wire);
        return send(hand, given);
      };
    expect(await meeting({}, revoked(call))).toEqual([401, "invalid_token"]);
    expect(await meeting({}, revoked(refresh))).toEqual([400, "invalid_grant"]);
    expect(await meeting({ odd: { refresh: "revoked" } }, refresh)).toEqual([400, "invalid_grant"]);
  });

  it("tokens that live for as long as it is said", async () => {
    await using hand = await startHand({}, { lifetimes: { token: 10, refresh: 20 } });
    const first = await tokens(hand);
    const { text } = await hand.send(refreshRequest(first.refresh_token));
    expect([first, JSON.parse(text)]).toMatchObject([{ expires_in: 10 }, { expires_in: 20 }]);
  });
});

describe("API requests", () => {
  const other = { apiAuthHeader: "X-Auth-Token: t {token}" } as const;
  const rows: readonly Row[] = [
    { does: "plain" },
    {
      does: "another token",
      bend: header("authorization", "Bearer other"),
      refused: /authorization is/u,
    },
    {
      does: "no token",
      bend: (one) => ({ ...one, headers: {} }),
      refused: /authorization is missing/u,
    },
    {
      does: "the token in the query too",
      bend: put("access_token", "a"),
      refused: /access_token is not declared/u,
    },
    {
      does: "the standard header where another is declared",
      answers: other,
      refused: /authorization is not declared/u,
    },
    { does: "an undeclared header", bend: header("x-app", "1"), refused: /x-app is not declared/u },
    {
      does: "no declared header",
      answers: { apiHeaders: { "X-App": "1" } },
      refused: /x-app is missing/u,
    },
    {
      does: "a declared header",
      answers: { apiHeaders: { "X-App": "1" } },
      bend: header("x-app", "1"),
    },
    {
      does: "another user agent than declared",
      answers: { apiHeaders: { "User-Agent": "wire/1" } },
      bend: header("user-agent", "node"),
      refused: /user-agent is/u,
    },
    {
      does: "no path of the base",
      answers: { apiBaseUrl: "http://127.0.0.1:PORT/v1" },
      refused: /nothing at this address/u,
    },
    {
      does: "the path of the base",
      answers: { apiBaseUrl: "http://127.0.0.1:PORT/v1" },
      bend: at("/v1/things"),
    },
    {
      does: "the listener that was captured",
      answers: { apiBaseUrl: "{api}/v1", capture: [{ name: "api", from: "token", key: "a.b" }] },
      options: { captured: { api: "http://127.0.0.1:OTHER_PORT" } },
      bend: (one) => ({ ...one, otherPort: true, path: "/v1/things" }),
    },
    {
      does: "the listener that was not captured",
      answers: { apiBaseUrl: "{api}/v1", capture: [{ name: "api", from: "token", key: "a.b" }] },
      options: { captured: { api: "http://127.0.0.1:OTHER_PORT" } },
      bend: at("/v1/things"),
      refused: /nothing at this address/u,
    },
    {
      does: "a body without a type",
      bend: (one) => ({ ...one, method: "POST", body: "{}" }),
      refused: /of no type where JSON/u,
    },
    {
      does: "a body",
      bend: bends(header("content-type", "application/json"), (one) => ({
        ...one,
        method: "POST",
        body: "{}",
      })),
    },
    { does: "an account request", answers: { account: { path: "/things", id: "id" } } },
    {
      does: "an account request by another method",
      answers: { account: { path: "/things", id: "id", method: "POST" } },
      refused: /GET where POST/u,
    },
    {
      does: "an account request without its query",
      answers: { account: { path: "/things", id: "id", query: { a: "1" } } },
      refused: /query parameter a is missing/u,
    },
  ];

  it.each(rows)("$does", (row) =>
    withHand(row, async (hand) => {
      const { access_token: token } = await tokens(hand);
      return (await hand.send((row.bend ?? same)(apiRequest(token)))).status;
    }),
  );

  it("an access token from before a refresh", () =>
    withHand({ does: "", refused: /authorization is/u }, async (hand) => {
      const { access_token: access, refresh_token: refresh } = await tokens(hand);
      await hand.send(refreshRequest(refresh));
      return (await hand.send(apiRequest(access))).status;
    }));
});

describe("revocations", () => {
  const answers = { revocationUrl: "http://127.0.0.1:PORT/oauth/revoke" } as const;
  const rows: readonly Row[] = [
    { does: "plain", answers },
    { does: "no endpoint", refused: /nothing at this address/u },
    {
      does: "a hint that lies",
      answers,
      bend: put("token_type_hint", "access_token"),
      refused: /token_type_hint is/u,
    },
    { does: "a hint", answers, bend: put("token_type_hint", "refresh_token") },
    {
      does: "an unknown token",
      answers,
      bend: put("token", "other"),
      refused: /token to revoke is unknown/u,
    },
    {
      does: "JSON",
      answers,
      bend: asJson,
      refused: /where form is declared/u,
    },
    {
      does: "headers of token requests",
      answers,
      bend: header("x-app", "1"),
      refused: /x-app is not declared/u,
    },
    {
      does: "an undeclared parameter",
      answers,
      bend: put("grant_type", "revoke"),
      refused: /grant_type is not declared/u,
    },
  ];

  it.each(rows)("$does", (row) =>
    withHand(row, async (hand) => {
      const { refresh_token: token } = await tokens(hand);
      return (await hand.send((row.bend ?? same)(revocationRequest(token)))).status;
    }),
  );
});

describe("the device flow", () => {
  const answers = { deviceAuthorizationUrl: "http://127.0.0.1:PORT/oauth/device" } as const;
  const rows: readonly Row[] = [
    { does: "plain", answers },
    { does: "no scope", answers: { ...answers, scopes: ["a"] }, refused: /scope is missing/u },
    { does: "no client", answers, bend: drop("client_id"), refused: /client_id is missing/u },
    {
      does: "parameters of the authorization request",
      answers,
      bend: put("response_type", "code"),
      refused: /response_type is not declared/u,
    },
    {
      does: "JSON",
      answers: { ...answers, tokenBodyFormat: "json" },
      bend: asJson,
      refused: /where form is declared/u,
    },
  ];

  it.each(rows)("request: $does", (row) =>
    withHand(row, async ({ send }) => (await send((row.bend ?? same)(deviceRequest()))).status),
  );

  async function begin(hand: Hand): Promise<string> {
    const { text } = await hand.send(deviceRequest());
    return (JSON.parse(text) as { readonly device_code: string }).device_code;
  }

  it.each([
    { does: "a token", answers },
    {
      does: "no declared parameter",
      answers: { ...answers, tokenParams: { a: "1" } },
      refused: /a is missing/u,
    },
    {
      does: "a verifier",
      answers,
      bend: put("code_verifier", "v".repeat(43)),
      refused: /code_verifier is not declared/u,
    },
  ] satisfies readonly Row[])("poll: $does", (row: Row) =>
    withHand(
      row,
      async (hand) => (await hand.send((row.bend ?? same)(pollRequest(await begin(hand))))).status,
    ),
  );

  it("a poll before the interval is over", () =>
    withHand(
      { does: "", answers, options: { polling: ["slow_down"] }, refused: /before the interval/u },
      async (hand) => {
        const code = await begin(hand);
        expect((await hand.send(pollRequest(code))).text).toContain("slow_down");
        return (await hand.send(pollRequest(code))).status;
      },
    ));
});
