import { expect, it, onTestFinished, vi } from "vitest";
import { ConfigFlow } from "../src/config-flow.js";
import { Secret } from "../src/errors.js";
import { type ProviderDefinition, toRedirectUri } from "../src/oauth/provider.js";
import { registration } from "../src/provider/registration.js";
import { openStorage } from "../src/storage/entries.js";
import { answerWith, createWorld, environmentOf, failure, MECHANISM, Person } from "./support.js";

const registrationEndpoint = "https://auth.invalid/register";
const URI = "http://127.0.0.1:20000/callback";

/** A server where the program registers itself, and an empty data folder. */
async function createOffice(changes: Partial<ProviderDefinition> = {}) {
  const { sandbox, folder } = await createWorld({ registrationEndpoint, ...changes });
  const { provider } = sandbox;
  const storage = openStorage(environmentOf(folder));
  const register = (uri = URI, definition = provider) =>
    registration.register?.(definition, storage, uri) ?? Promise.resolve();
  const kept = async () => JSON.stringify(await storage.fileOf("registration").read());
  const sent = () => sandbox.requestsTo("/reg").map(({ method }) => method);
  return { sandbox, provider, storage, register, kept, sent };
}

it.each(["client_secret_post", "client_secret_basic", "client_secret_basic_raw", "none"] as const)(
  "registers a client with %s, signs in with it, and ends it",
  async (clientAuth) => {
    const { provider, storage, register, sent } = await createOffice({ clientAuth });
    await register(toRedirectUri(provider.redirect));
    const credential = await storage.credentials.load();
    if (credential === undefined) throw new Error("Nothing was stored.");
    const context = { provider, credential, store: storage.entries, mechanisms: [MECHANISM] };
    const { entry } = await new ConfigFlow(context).link(new Person("alice"));
    expect([entry.uniqueId, entry.clientId]).toEqual(["alice", credential.clientId]);
    expect(await registration.unregister?.(storage)).toBe(true);
    expect(await registration.unregister?.(storage)).toBeUndefined();
    expect(sent()).toEqual(["POST", "DELETE"]);
    const gone = new ConfigFlow(context).reauth(entry, new Person("alice"), { timeoutMs: 300 });
    expect(await failure(gone)).toBe("callback_timeout");
  },
);

it.each<[string, Partial<ProviderDefinition>, string, object]>([
  ["a fixed port", {}, URI, { redirect_uris: [URI], application_type: "native" }],
  ["a free port", {}, "http://127.0.0.1:0/a", { redirect_uris: ["http://127.0.0.1/a"] }],
  [
    "an address that is pasted",
    { redirect: { url: "https://app.invalid/back" } },
    "https://app.invalid/back",
    { redirect_uris: ["https://app.invalid/back"], application_type: "web" },
  ],
  ["tokens that never end", { tokensExpire: false }, URI, { grant_types: ["authorization_code"] }],
  ["a secret", {}, URI, { token_endpoint_auth_method: "client_secret_post", scope: "read write" }],
  ["other signs", { scopeSeparator: "," }, URI, { scope: "read write", response_types: ["code"] }],
])("says what it is: with %s", async (_, changes, uri, expected) => {
  const { sandbox, register } = await createOffice(changes);
  await register(uri);
  const [{ body, headers } = { body: "", headers: {} }] = sandbox.requestsTo("/reg");
  expect(JSON.parse(body)).toMatchObject(expected);
  expect([headers["content-type"], headers.authorization]).toEqual(["application/json", undefined]);
});

it("sends no scope where there is none", async () => {
  const { sandbox, register } = await createOffice({ scopes: [] });
  await register();
  expect(sandbox.requestsTo("/reg")[0]?.body).not.toContain('"scope"');
});

it("registers once, also for two programs at once", async () => {
  const { register, sent, storage } = await createOffice();
  await Promise.all([register(), register()]);
  await register();
  expect(sent()).toEqual(["POST"]);
  expect((await storage.credentials.load())?.clientSecret).toBeInstanceOf(Secret);
});

const ELSEWHERE = URI.replace("20000", "20001");

it.each<[string, string, Partial<ProviderDefinition>, object]>([
  ["the redirect address", ELSEWHERE, {}, { redirect_uris: [ELSEWHERE], scope: "read write" }],
  ["the scopes", URI, { scopes: ["read"] }, { redirect_uris: [URI], scope: "read" }],
])("changes its registration for %s, and stays the client it is", async (_, uri, changes, said) => {
  const { sandbox, provider, register, sent, storage } = await createOffice();
  await register();
  const first = await storage.credentials.load();
  const definition = { ...provider, ...changes };
  await register(uri, definition);
  await register(uri, definition);
  expect(sent()).toEqual(["POST", "PUT"]);
  expect((await storage.credentials.load())?.clientId).toBe(first?.clientId);
  const { body, headers } = sandbox.requestsTo("/reg").at(-1) ?? { body: "", headers: {} };
  expect(JSON.parse(body)).toMatchObject({ ...said, client_id: first?.clientId });
  expect(headers.authorization).toMatch(/^Bearer /);
  expect(await registration.unregister?.(storage)).toBe(true);
});

it("signs in where its changed registration says", async () => {
  const { provider, storage, register } = await createOffice();
  await register("http://127.0.0.1:1/old");
  await register(toRedirectUri(provider.redirect));
  const credential = await storage.credentials.load();
  if (credential === undefined) throw new Error("Nothing was stored.");
  const context = { provider, credential, store: storage.entries, mechanisms: [MECHANISM] };
  const { entry } = await new ConfigFlow(context).link(new Person("alice"));
  expect(entry.clientId).toBe(credential.clientId);
});

it.each<[string, number, unknown]>([
  ["is refused", 403, { error: "invalid_request" }],
  ["gives nonsense", 200, ["client"]],
  ["gives another client", 200, { client_id: "other", client_secret: "b" }],
  ["fails", 500, {}],
])("registers again when a change %s, and ends the old registration", async (_, status, body) => {
  const { sandbox, register, sent, storage } = await createOffice();
  await register();
  const first = await storage.credentials.load();
  sandbox.hooks.intercept = ({ method }, response) => {
    if (method === "PUT") response.writeHead(status).end(JSON.stringify(body));
    return method === "PUT";
  };
  await register(ELSEWHERE);
  expect(sent()).toEqual(["POST", "PUT", "POST", "DELETE"]);
  const second = await storage.credentials.load();
  expect([first?.clientId, "other"]).not.toContain(second?.clientId);
});

it("keeps its accounts where the server changes no scopes", async () => {
  const { sandbox, provider, register, sent, storage } = await createOffice();
  answerWith(sandbox, "/reg", { status: 201, body: GOOD });
  await register();
  await register(URI, { ...provider, scopes: ["read"] });
  expect([sent(), (await storage.credentials.load())?.clientId]).toEqual([["POST"], "a"]);
});

it("registers again when the secret expired, or at another server", async () => {
  const { sandbox, provider, register, storage } = await createOffice();
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const [soon, ids] = [Math.ceil(Date.now() / 1000) + 60, ["one", "two", "three"]];
  sandbox.hooks.intercept = (_, response) => {
    const client = { client_id: ids.shift(), client_secret: "s", client_secret_expires_at: soon };
    const later = ids.length < 2 ? { client_secret_expires_at: 0 } : {};
    response.writeHead(201).end(JSON.stringify({ ...client, ...later }));
    return true;
  };
  const seen: unknown[] = [];
  const note = async () => seen.push((await storage.credentials.load())?.clientId);
  for (const _ of [1, 2]) await register();
  await note();
  vi.setSystemTime(Date.now() + 61_000);
  for (const _ of [1, 2]) await register();
  await note();
  const other = { ...provider, registrationEndpoint: `${provider.registrationEndpoint}?new` };
  await register(URI, other).then(note);
  expect(seen).toEqual(["one", "two", "three"]);
});

it("leaves credentials alone that a person stored", async () => {
  const { register, sent, storage } = await createOffice();
  await storage.credentials.save({ clientId: "typed" });
  await register();
  expect(sent()).toEqual([]);
  expect(await storage.credentials.load()).toEqual({ clientId: "typed" });
});

const GOOD = { client_id: "a", client_secret: "b", client_secret_expires_at: 0 };

it.each<[string, unknown, string]>([
  ["no JSON", new TextEncoder().encode("<html>"), "authorization_failed"],
  ["nothing", new Uint8Array(), "authorization_failed"],
  ["a list", [GOOD], "authorization_failed"],
  ["no client_id", { ...GOOD, client_id: undefined }, "authorization_failed"],
  ["a client_id that is no text", { ...GOOD, client_id: 7 }, "authorization_failed"],
  ["a client_id with signs", { ...GOOD, client_id: "a\nb" }, "authorization_failed"],
  ["a client_id without end", { ...GOOD, client_id: "a".repeat(5000) }, "authorization_failed"],
  ["no secret", { client_id: "a" }, "authorization_failed"],
  ["a secret that is no text", { ...GOOD, client_secret: {} }, "authorization_failed"],
  ["no time", { ...GOOD, client_secret_expires_at: "never" }, "authorization_failed"],
  ["a time that is over", { ...GOOD, client_secret_expires_at: 1 }, "authorization_failed"],
  ["another address", { ...GOOD, redirect_uris: ["https://evil.invalid"] }, "authorization_failed"],
  [
    "one address more",
    { ...GOOD, redirect_uris: [URI, "https://evil.invalid"] },
    "authorization_failed",
  ],
  ["no address", { ...GOOD, redirect_uris: [] }, "authorization_failed"],
  ["addresses that are no list", { ...GOOD, redirect_uris: URI }, "authorization_failed"],
  ["another method", { ...GOOD, token_endpoint_auth_method: "none" }, "misconfigured"],
  ["too much", { ...GOOD, more: "a".repeat(100_000) }, "network_error"],
])("stores nothing of an answer that has %s", async (_, body, code) => {
  const { sandbox, storage, register, kept } = await createOffice();
  answerWith(sandbox, "/reg", { status: 201, body });
  expect(await failure(register())).toBe(code);
  expect([await storage.credentials.load(), await kept()]).toEqual([undefined, undefined]);
});

it.each<[number, object, string, RegExp]>([
  [
    400,
    { error: "invalid_redirect_uri", error_description: "Not\u0007loopback" },
    "misconfigured",
    /400: invalid_redirect_uri: Not loopback\).*credentials set/,
  ],
  [401, {}, "misconfigured", /\(401\): it wants an initial access token\..*credentials set/],
  [302, {}, "misconfigured", /\(302\)/],
  [503, {}, "temporarily_unavailable", /503/],
  [0, {}, "network_error", /registration endpoint/],
])("stores nothing of a refusal: %i", async (status, body, code, message) => {
  const { sandbox, storage, register, sent } = await createOffice();
  const headers = { location: "/reg/elsewhere" };
  answerWith(sandbox, "/reg", { status, body, headers });
  const error = await register().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await storage.credentials.load()).toBeUndefined();
  expect(sent()).toEqual(["POST"]);
});

it("registers over https only", async () => {
  const { provider, register } = await createOffice();
  const away = { ...provider, registrationEndpoint: "http://auth.invalid/register" };
  expect(await failure(register(URI, away))).toBe("misconfigured");
});

it.each<[string, (here: string, elsewhere: string) => object]>([
  ["on another origin", (_, uri) => ({ registration_client_uri: `${uri}/reg/a` })],
  ["with a user name", (here) => ({ registration_client_uri: here.replace("//", "//a@") })],
  ["over http", () => ({ registration_client_uri: "http://auth.invalid/reg/a" })],
  ["that is none", () => ({ registration_client_uri: { uri: "a" } })],
  ["without a token", (here) => ({ registration_client_uri: here, registration_access_token: 1 })],
])("gives its token to no address %s", async (_, answer) => {
  const { sandbox, provider, register, storage, sent } = await createOffice();
  const thief = await createWorld();
  const token = "registration-token";
  const { href } = new URL("/reg/a", provider.tokenUrl);
  const more = answer(href, new URL(thief.sandbox.provider.tokenUrl).origin);
  const body = { ...GOOD, registration_access_token: token, ...more };
  answerWith(sandbox, "/reg", { status: 201, body });
  await register();
  expect(await registration.unregister?.(storage)).toBe(false);
  expect([sent(), thief.sandbox.requestsTo("/reg")]).toEqual([["POST"], []]);
});

it("sends the token in the header, and does not claim what was not confirmed", async () => {
  const { sandbox, provider, register, storage, kept } = await createOffice();
  const uri = `${provider.registrationEndpoint}/a`;
  const management = { registration_access_token: "the-token", registration_client_uri: uri };
  answerWith(sandbox, "/reg", { status: 201, body: { ...GOOD, ...management } });
  await register();
  expect(await kept()).toContain("the-token");
  answerWith(sandbox, "/reg", { status: 401 });
  expect(await registration.unregister?.(storage)).toBe(false);
  const { method, headers, body } = sandbox.requestsTo("/reg").at(-1) ?? {};
  expect([method, headers?.authorization, body]).toEqual(["DELETE", "Bearer the-token", ""]);
});
