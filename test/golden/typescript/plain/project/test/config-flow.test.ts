import { inspect } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { toIntegration } from "../src/application-credentials.js";
import { ConfigFlow } from "../src/config-flow.js";
import { DOMAIN, PROVIDER } from "../src/const.js";
import { removeEntry, setupEntry } from "../src/init.js";
import { fetchWithToken } from "../src/oauth/http.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { parseTokenAnswer, readTokenAnswer, toStoredToken } from "../src/oauth/token-answer.js";
import { MECHANISMS } from "../src/provider/index.js";
import { Secret } from "../src/errors.js";
import { answerWith, createWorld, failure, link, Person, PLAIN, sessionOf } from "./support.js";

const STRANGER = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJldmlsIn0.x";

describe("the authorization request", () => {
  it("[row 1] [row 2] [row 3] asks for a code, with a challenge and a state of its own", async () => {
    const { sandbox, context } = await createWorld();
    for (const user of ["alice", "bob"]) await link({ context }, user);
    const queries = sandbox.requestsTo("/auth").map(({ query }) => Object.fromEntries(query));
    const [first, second] = queries.filter(({ state }) => state !== undefined);
    // 128 bits are 22 signs of base64url.
    const fresh = { state: expect.stringMatching(/^[\w-]{22,}$/), code_challenge_method: "S256" };
    expect([first, second]).toMatchObject([{ response_type: "code", ...fresh }, fresh]);
    expect(first?.["state"]).not.toBe(second?.["state"]);
    const forms = sandbox.requestsTo("/token").map(({ form }) => Object.fromEntries(form));
    const redirect_uri = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const code_verifier = expect.stringMatching(/^[\w.~-]{43,128}$/);
    const sent = { grant_type: "authorization_code", redirect_uri, code_verifier };
    expect(forms[0]).toMatchObject(sent);
    expect(forms[0]?.["code_verifier"]).not.toBe(forms[1]?.["code_verifier"]);
  });

  // The sandbox refuses what is not as declared, and another redirect URI in the second request.
  const more = { prompt: "login", resource: "https://api.invalid/v1?a=b" };
  const nonce = { nonce: "asked-for" };
  const definitions: Record<string, Partial<ProviderDefinition>> = {
    "[row 6] [row 7] the name localhost": { redirect: { host: "localhost", port: 0, path: "/" } },
    "an issuer": { issuer: "https://auth.invalid", issParameter: true, scopes: ["openid"] },
    "[row 4] no issuer, but an id token of somebody": { scopes: ["openid", "read"] },
    "a nonce": { issuer: "https://auth.invalid", scopes: ["openid"], authorizationParams: nonce },
    "a nonce, and an id token that is not read": { scopes: ["openid"], authorizationParams: nonce },
    "the client in the header": { clientAuth: "client_secret_basic" },
    "the client in the header as it is": { clientAuth: "client_secret_basic_raw" },
    "a public client": { clientAuth: "none" },
    "[row 2] no PKCE": { pkce: "none" },
    "no scopes": { scopes: [] },
    "scopes with commas": { scopeSeparator: "," },
    "[row 37] more": { authorizationParams: more, tokenParams: more, refreshParams: more },
    "fewer parameters": { authorizationParams: { scope: "" }, tokenParams: { redirect_uri: "" } },
    "other values": { authorizationParams: { scope: "all" }, refreshParams: { grant_type: "x" } },
    "tokens that never end": { tokensExpire: false },
    "another address for refreshing": { refreshUrl: "https://auth.invalid/refresh" },
  };
  it.each(Object.entries(definitions))("links and refreshes with %s", async (_, definition) => {
    const world = await createWorld(definition);
    const { hooks } = world.sandbox;
    if (!definition.issuer) hooks.editToken = (answer) => ({ ...answer, id_token: STRANGER });
    const { entry } = await link(world);
    expect(entry.uniqueId).toBe("alice");
    const asked = world.sandbox.requestsTo("/auth")[0]?.query.get("scope");
    if (definition.scopeSeparator) expect(asked).toBe("read,write");
    const { tokensExpire = true, refreshUrl } = definition;
    const expected = tokensExpire ? "no error" : "misconfigured";
    expect(await failure(sessionOf(world, entry).refresh())).toBe(expected);
    const paths = world.sandbox.requestsTo("/token").map(({ path }) => path);
    const refreshed = refreshUrl === undefined ? "/token" : "/token/refresh";
    expect(paths).toEqual(tokensExpire ? ["/token", refreshed] : ["/token"]);
  });

  it("links, calls and unlinks with this project's own definition", async () => {
    const keepsRedirect = PROVIDER.authorizationParams?.["redirect_uri"] === undefined;
    const own = "url" in PROVIDER.redirect ? PLAIN.redirect : PROVIDER.redirect;
    const redirect = { ...own, ...(keepsRedirect && { port: 0 }) };
    const world = await createWorld({ redirect }, PROVIDER);
    const context = { ...world.context, mechanisms: MECHANISMS, sandbox: true };
    const { entry, missingScopes } = await link({ context });
    const isKnown = MECHANISMS.some(({ identifyAccount }) => identifyAccount !== undefined);
    const uniqueId = isKnown ? "alice" : DOMAIN;
    expect([entry.uniqueId, missingScopes]).toEqual([uniqueId, []]);
    const { client } = await setupEntry(entry, context);
    expect(await client.request("GET", "/things")).toMatchObject({ status: 200 });
    const revoked = MECHANISMS.some(({ revoke }) => revoke !== undefined);
    expect(await removeEntry(entry, context)).toEqual({ revoked });
  });

  const own = "issuer authorizationUrl tokenUrl refreshUrl registrationUrl apiBaseUrl".split(" ");
  it.each<Partial<ProviderDefinition>>([
    ...own.map((name) => ({ [name]: "http://auth.invalid/" })),
    { tokenUrl: "https://user@auth.invalid/" },
    { redirect: { url: "http://auth.invalid/" } },
    { redirect: { ...PLAIN.redirect, path: "/a b" } },
  ])("[row 18] is not made with %j", async (changes) => {
    const { context } = await createWorld();
    const provider = { ...PLAIN, ...changes };
    const linking = async () => link({ context: { ...context, provider } });
    expect(await failure(linking())).toBe("misconfigured");
  });
});

describe("the account", () => {
  it("[row 31] is linked once; the entry that is there stays alive", async () => {
    const world = await createWorld();
    const { entry } = await link(world);
    expect(await failure(link(world))).toBe("already_linked");
    expect(world.sandbox.requestsTo("/revocation")).toEqual([]);
    expect(await world.context.store.list()).toEqual({ entries: [entry], problems: [] });
    expect(await sessionOf(world, entry).refresh()).not.toBe(entry.token.accessToken);
  });

  const ways = ["reauth", "reconfigure"] as const;
  it.each(ways)("[row 30] is healed by %s in the same entry", async (way) => {
    const { context } = await createWorld();
    const { entry } = await link({ context });
    const broken = { ...entry, reauth: { since: 1, reason: "ended" }, retry: { at: 1 } };
    await context.store.save(broken);
    const options = { scopes: ["write"] };
    const healed = await new ConfigFlow(context)[way](broken, new Person("alice"), options);
    const token = { ...options, obtainedAt: expect.any(Number) };
    expect(healed.entry).toMatchObject({ entryId: entry.entryId, ...options, token });
    expect(healed.entry).not.toMatchObject({ token: { accessToken: entry.token.accessToken } });
    expect(Object.keys(healed.entry).filter((key) => key.startsWith("re"))).toEqual([]);
    expect(await context.store.load(entry.entryId)).toEqual(healed.entry);
  });

  it("[row 30] of somebody else is refused: the old tokens stay, the new ones are revoked", async () => {
    const world = await createWorld();
    const { entry } = await link(world);
    const person = new Person("bob");
    const reauth = new ConfigFlow(world.context).reauth(entry, person);
    expect(await failure(reauth)).toBe("wrong_account");
    expect(await person.title()).toBe("No account was linked");
    expect(await world.context.store.load(entry.entryId)).toEqual(entry);
    expect(world.sandbox.requestsTo("/revocation")).toHaveLength(1);
    expect(await sessionOf(world, entry).refresh()).not.toBe(entry.token.accessToken);
  });

  it("[row 36] gets the scopes that were granted; the missing ones are told", async () => {
    const world = await createWorld();
    const person = new Person("alice", { scopes: ["read"] });
    const { entry, missingScopes } = await new ConfigFlow(world.context).link(person);
    expect([entry.token.scopes, missingScopes]).toEqual([["read"], ["write"]]);
  });

  it("[row 26] is not linked with a wrong secret: misconfigured", async () => {
    const { context } = await createWorld();
    const credential = { ...context.credential, clientSecret: new Secret("wrong") };
    expect(await failure(link({ context: { ...context, credential } }))).toBe("misconfigured");
  });

  const failed = "authorization_failed";
  it.each<[string, string, Record<string, unknown>]>([
    ["of an unknown type", failed, { token_type: "mac" }],
    ["with a line break in it", failed, { access_token: "secret-\nb" }],
    ["with an error beside status 200", failed, { access_token: null, error: "bad" }],
    ["from another issuer", failed, { id_token: STRANGER }],
    ["of no type", "no error", { token_type: undefined }],
    ["with scopes as a list", "no error", { scope: ["read", "write"] }],
    ["with nulls", "no error", { refresh_token: null, scope: null, expires_in: null }],
    ["with a life in words", "no error", { expires_in: "3600" }],
  ])("[row 22] with a token %s: %s, and prints nothing of it", async (_, expected, changes) => {
    const world = await createWorld({ issuer: "https://auth.invalid" });
    world.sandbox.hooks.editToken = (answer) => ({ ...answer, ...changes });
    const error: unknown = await link(world).catch((refusal: unknown) => refusal);
    expect(Object(error).code ?? "no error").toBe(expected);
    expect(inspect(error, { depth: 9 })).not.toMatch(/eyJ|secret-|evil/);
  });
});

function readRefresh(text: string, status: number) {
  const answer = { ok: status === 200, status, headers: {}, text };
  return readTokenAnswer(answer, parseTokenAnswer(answer), "refresh", []);
}

describe("an answer of the token endpoint", () => {
  const before = { scopes: ["old"], refreshToken: "old" };
  const noEnd = { tokensExpire: false, scopeSeparator: "+" };
  it.each<[object, object, Partial<ProviderDefinition>]>([
    [{ expires_in: "60" }, { ...before, expiresAt: 60_000 }, {}],
    [{ expires_in: 1e300 }, { ...before, expiresAt: 3_155_760_000_000 }, {}],
    [{ expires_in: 0, refresh_token: "", scope: "" }, before, {}],
    [{ refresh_token: "new", scope: " a, b " }, { refreshToken: "new", scopes: ["a", "b"] }, {}],
    [{ expires_in: 60, refresh_token: "new", scope: "a+b" }, { scopes: ["a", "b"] }, noEnd],
  ])("with %j is kept as %j", (more, kept, changes) => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = readRefresh(JSON.stringify({ access_token: "a", ...more }), 200);
    const token = toStoredToken(answer, { ...PLAIN, ...changes }, before);
    expect(token).toStrictEqual({ accessToken: "a", obtainedAt: 0, ...kept });
  });

  it.each([
    ["", 401, "misconfigured"],
    ["null", 400, "temporarily_unavailable"],
    ['{"error":{"code":"invalid_grant"}}', 400, "reauth_required"],
    ['{"errors":[{"errorType":"invalid_client"}]}', 400, "misconfigured"],
    ['{"error":{"type":"server_error"}}', 400, "temporarily_unavailable"],
    ['{"error":{}}', 400, "authorization_failed"],
    ['{"access_token":"a","token_type":"mac"}', 200, "authorization_failed"],
    [" error=invalid_grant\n", 400, "reauth_required"],
    ["a.b=&error=invalid_grant", 200, "reauth_required"],
    ["a=<p>&error=invalid_grant", 400, "temporarily_unavailable"],
    ["<p>&error=invalid_grant", 400, "temporarily_unavailable"],
  ])("%j with status %i means: %s", (text, status, code) => {
    expect(() => readRefresh(text, status)).toThrow(expect.objectContaining({ code }));
  });
});

async function callWith(answer: Parameters<typeof answerWith>[2], call = { method: "GET" }) {
  const { sandbox, context } = await createWorld();
  answerWith(sandbox, "/api", answer);
  return fetchWithToken(toIntegration(context), "token", { path: "/", ...call });
}

describe("an answer of the API", () => {
  const json = { "content-type": "application/json" };
  it.each<[string, Record<string, string>, unknown]>([
    ["", json, undefined],
    ['{"a":1}', {}, { a: 1 }],
    ["{", {}, "{"],
    ["{", json, "api_error"],
    [`[${"[],".repeat(110_000)}[]]`, json, "api_error"],
  ])("is read by what it is: row %#", async (text, headers, expected) => {
    const called = callWith({ status: 200, body: Buffer.from(text), headers });
    expect(await called.then(({ body }) => body).catch(({ code }) => code)).toEqual(expected);
  });

  it.each([
    ["70", 70_000],
    ["999999", 86_400_000],
    ["7 s", undefined],
    ["Thu, 01 Jan 1970 00:02:00 GMT", 60_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("with Retry-After %j wants a pause of %j ms", async (text, retryAfter) => {
    vi.useFakeTimers({ now: 60_000, toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const called = callWith({ status: 429, headers: { "retry-after": text } });
    await expect(called).rejects.toMatchObject({ retryAfter });
  });

  const never = { status: 200, headers: { "content-length": "9" } };
  it.each([
    ["usage", () => ({ method: "TRACE" })],
    ["usage", () => ({ method: "GET", json: 1 })],
    ["network_error", () => ({ method: "GET", signal: AbortSignal.abort() })],
    ["network_error", () => ({ method: "GET", signal: AbortSignal.timeout(500) })],
  ])("that never ends is not waited for, %s: row %#", async (code, call) =>
    expect(await failure(callWith(never, call()))).toBe(code),
  );
});
