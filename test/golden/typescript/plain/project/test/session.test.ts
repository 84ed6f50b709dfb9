import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ServiceClient } from "../src/api.js";
import { IntegrationError } from "../src/errors.js";
import { removeEntry, setupEntry } from "../src/init.js";
import type { ConfigEntry, StoredToken } from "../src/storage/entries.js";
import { answerWith, createWorld, ENTRY, failure, link, openStore } from "./support.js";
import { sentSecrets, sessionOf } from "./support.js";

/** A linked account in use, with changes to its token, and the number of refreshes since. */
async function createLinked(changes: Partial<StoredToken> = {}) {
  const world = await createWorld();
  const { sandbox, context } = world;
  const { entry: linked } = await link(world);
  const variables = { region: "eu" };
  const entry: ConfigEntry = { ...linked, variables, token: { ...linked.token, ...changes } };
  await context.store.save(entry);
  const session = sessionOf(world, entry);
  const refreshes = (): number => sandbox.requestsTo("/token").length - 1;
  const stored = (): Promise<ConfigEntry | undefined> => context.store.load(entry.entryId);
  return { ...world, entry, session, client: new ServiceClient(session), refreshes, stored };
}

const ENDED = { obtainedAt: 0, expiresAt: 1 };

const [down, badClient] = ["temporarily_unavailable", "misconfigured"];

describe("the access token", () => {
  it.each([
    { life: 3600, left: 59, refreshed: 1 },
    { life: 3600, left: 62, refreshed: 0 },
    { life: 100, left: 24, refreshed: 1 },
    { life: 100, left: 27, refreshed: 0 },
  ])("[row 27] of $life s with $left s left is refreshed $refreshed times", async (row) => {
    const expiresAt = Date.now() + row.left * 1000;
    const linked = await createLinked({ expiresAt, obtainedAt: expiresAt - row.life * 1000 });
    await linked.session.accessToken();
    expect(linked.refreshes()).toBe(row.refreshed);
  });

  it("[row 23] [row 24] is refreshed once for many callers in two sessions, and stored", async () => {
    const { folder, context, session, entry, refreshes, stored } = await createLinked(ENDED);
    const other = sessionOf({ context: { ...context, store: openStore(folder) } }, entry);
    const calls = Array.from({ length: 20 }, (_, n) => [session, other][n % 2]?.accessToken());
    const [accessToken, ...others] = new Set(await Promise.all(calls));
    expect([others, refreshes()]).toEqual([[], 1]);
    expect((await stored())?.token).toMatchObject({ accessToken });
    expect((await stored())?.token.refreshToken).not.toBe(entry.token.refreshToken);
  });

  it("[row 23] is not handed out when the rotated token cannot be stored", async () => {
    const { session, context, refreshes, stored } = await createLinked(ENDED);
    const full = new IntegrationError("storage_failed", "The disk is full.");
    vi.spyOn(context.store, "save").mockRejectedValueOnce(full);
    expect(await failure(session.accessToken())).toBe("storage_failed");
    const accessToken = await session.accessToken();
    expect([(await stored())?.token.accessToken, refreshes()]).toEqual([accessToken, 1]);
  });

  it("[row 23] keeps its refresh token when the server sends no other", async () => {
    const { sandbox, entry, session, stored } = await createLinked();
    sandbox.hooks.editToken = (answer) => ({ ...answer, refresh_token: undefined });
    const told = vi.fn();
    session.on("token_refreshed", told);
    const accessToken = await session.refresh();
    expect(told).toHaveBeenCalledWith(expect.objectContaining({ entryId: entry.entryId }));
    const times = { obtainedAt: expect.any(Number), expiresAt: expect.any(Number) };
    const token = { ...entry.token, accessToken, ...times };
    expect(await stored()).toEqual({ ...entry, token });
  });

  it("[row 25] that was revoked is asked for once; the sign-in is needed from then on", async () => {
    const { context, entry, session, refreshes, stored } = await createLinked(ENDED);
    await removeEntry({ ...entry, entryId: "on-another-machine" }, context);
    const told = vi.fn();
    session.on("reauth_required", told);
    const calls = [0, 1, 2, 3].map((n) => (n < 2 ? session.accessToken() : session.refresh()));
    expect(await Promise.all(calls.map(failure))).toEqual(calls.map(() => "reauth_required"));
    const latched = await stored();
    expect(latched?.reauth?.since).toBeGreaterThan(0);
    expect(await failure(setupEntry(latched ?? entry, context))).toBe("reauth_required");
    expect([told.mock.calls.length, refreshes()]).toEqual([1, 1]);
    expect(told).toHaveBeenCalledWith(expect.objectContaining({ title: entry.title }));
  });

  it("serves while it is good and the server is down, not when the client is refused", async () => {
    const times = { obtainedAt: 0, expiresAt: Date.now() + 30_000 };
    const { sandbox, context, session, entry } = await createLinked(times);
    answerWith(sandbox, "/token", { status: 503 });
    expect(await session.accessToken()).toBe(entry.token.accessToken);
    answerWith(sandbox, "/token", { status: 401, body: { error: "invalid_client" } });
    expect(await failure(sessionOf({ context }, entry).accessToken())).toBe(badClient);
  });

  it.each<[string, string, Partial<ConfigEntry>]>([
    ["no refresh token", "reauth_required", { token: { accessToken: "a", scopes: [], ...ENDED } }],
    ["a sign-in that is needed", "reauth_required", { reauth: { since: 1, reason: "ended" } }],
    ["another client id", badClient, { clientId: "other", token: { ...ENTRY.token, ...ENDED } }],
  ])("is not asked for with %s: %s", async (_, code, changes) => {
    const { context, entry, refreshes } = await createLinked();
    const changed = { ...entry, ...changes };
    await context.store.save(changed);
    expect(await failure(sessionOf({ context }, changed).accessToken())).toBe(code);
    expect(refreshes()).toBe(0);
  });

  it("[row 26] is asked for again after a second, two, four, and so on to five minutes", async () => {
    const { sandbox, session, refreshes } = await createLinked(ENDED);
    let now = Date.now();
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now);
    onTestFinished(() => clock.mockRestore());
    answerWith(sandbox, "/token", { status: 503 });
    expect(await failure(session.accessToken())).toBe(down);
    for (const [failed, seconds] of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].entries()) {
      now += seconds * 1000 - 1;
      expect([await failure(session.accessToken()), refreshes()]).toEqual([down, failed + 1]);
      now += 1;
      expect([await failure(session.accessToken()), refreshes()]).toEqual([down, failed + 2]);
    }
  });

  const spaces = Buffer.alloc(1_200_000, " ");
  const [gzip, location] = [{ "content-encoding": "gzip" }, { location: "/evil" }];
  it.each([
    ["[row 26] invalid_client", badClient, { status: 401, body: { error: "invalid_client" } }],
    ["[row 26] others", badClient, { status: 400, body: { error: "unauthorized_client" } }],
    ["[row 26] 503", down, { status: 503 }],
    ["[row 26] 429", down, { status: 429, body: { error: "slow_down" } }],
    ["[row 26] no token", down, { status: 200 }],
    ["[row 26] no answer", "network_error", { status: 0 }],
    ["[row 20] a redirect", down, { status: 307, headers: location }],
    ["a body without end", "network_error", { status: 200, body: spaces }],
    ["a body that swells", "network_error", { status: 200, body: gzipSync(spaces), headers: gzip }],
  ])("is not lost after %s, and not asked for at once again: %s", async (_, code, answer) => {
    const { sandbox, entry, session, refreshes, stored } = await createLinked(ENDED);
    answerWith(sandbox, "/token", answer);
    expect(await failure(session.accessToken())).toBe(code);
    expect(await failure(session.accessToken())).toBe(code);
    expect([refreshes(), sandbox.requestsTo("/evil").length]).toEqual([1, 0]);
    expect(await stored()).not.toHaveProperty("reauth");
    delete sandbox.hooks.intercept;
    expect(await session.refresh()).not.toBe(entry.token.accessToken);
  });

  it.each(["/token", "/api"])("[row 27] %s waits for Retry-After, in every process", async (at) => {
    const { sandbox, context, entry, stored } = await createLinked(at === "/token" ? ENDED : {});
    const ask = (one = entry) => new ServiceClient(sessionOf({ context }, one)).request("GET", "/");
    const before = sandbox.requestsTo(at).length;
    answerWith(sandbox, at, { status: 503, headers: { "retry-after": "7" } });
    expect(await failure(ask())).toBe(down);
    const { retry, apiRetry } = (await stored()) ?? entry;
    expect(Math.abs(((retry ?? apiRetry)?.at ?? 0) - Date.now() - 7000)).toBeLessThan(1000);
    const refusal = { code: down, retryAfter: expect.any(Number) };
    await expect(ask(await stored())).rejects.toMatchObject(refusal);
    expect(sandbox.requestsTo(at)).toHaveLength(before + 1);
  });
});

describe("a call of the API", () => {
  it("[row 19] carries the token in the header only, below the address of the API", async () => {
    const { sandbox, entry, client } = await createLinked();
    await client.request("POST", "/things", { json: { a: 1 }, query: { b: "2" } });
    const [call] = sandbox.requestsTo("/api/things");
    expect(call).toMatchObject({ path: "/api/things", body: '{"a":1}' });
    expect(call?.headers.authorization).toBe(`Bearer ${entry.token.accessToken}`);
    expect(call?.query.toString()).toBe("b=2");
  });

  const foreign = ["https://evil.invalid/", "//evil.invalid/", "/\\evil.invalid/"];
  const outside = [...foreign, "/../token", "/%2e%2e/token", "/a/..%2f../token"];
  it.each(outside)("[row 20] is not made to %s", async (path) => {
    const { sandbox, client } = await createLinked();
    const before = sandbox.requestsTo("").length;
    expect(await failure(client.request("GET", path))).toBe("usage");
    expect(sandbox.requestsTo("")).toHaveLength(before);
  });

  it.each([
    ["[row 28] 401", [2, 1], "api_error", { status: 401 }],
    ["[row 20] a redirect", [1, 0], "api_error", { status: 302, headers: { location: "/evil" } }],
    ["404", [1, 0], "api_error", { status: 404 }],
    ["503", [1, 0], "temporarily_unavailable", { status: 503 }],
  ])("that gets %s makes %j calls and refreshes: %s", async (_, counts, code, answer) => {
    const { sandbox, client, refreshes } = await createLinked();
    answerWith(sandbox, "/api/things", answer);
    expect(await failure(client.request("GET", "/things"))).toBe(code);
    expect([sandbox.requestsTo("/api/things").length, refreshes()]).toEqual(counts);
    expect(sandbox.requestsTo("/evil")).toEqual([]);
  });

  it("[row 28] replaces a refused token once for all callers", async () => {
    const { sandbox, entry, client, refreshes } = await createLinked();
    sandbox.hooks.intercept = ({ headers }, response) => {
      if (headers.authorization !== `Bearer ${entry.token.accessToken}`) return false;
      response.writeHead(401).end();
      return true;
    };
    const calls = Array.from({ length: 10 }, () => client.request("GET", "/me"));
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it.each(["/api", "/token"])("[row 29] waits for %s only so long", async (silent) => {
    const { sandbox, session, client } = await createLinked();
    // Time runs a hundred times faster.
    const start = setTimeout;
    const fast = (run: () => void, time = 0, ...words: []) => start(run, time / 100, ...words);
    vi.stubGlobal("setTimeout", fast);
    onTestFinished(() => void vi.unstubAllGlobals());
    sandbox.hooks.intercept = ({ path }) => path.startsWith(silent);
    const waiting = silent === "/api" ? client.request("GET", "/me") : session.refresh();
    expect(await failure(waiting)).toBe("network_error");
  });

  it.each(["/api", "/token"])("[row 22] fails with nothing of what %s answered", async (place) => {
    const { sandbox, entry, session, client } = await createLinked();
    const { accessToken = "", refreshToken = "" } = entry.token;
    const error = `bad ${place === "/api" ? accessToken : refreshToken}`;
    const echo = { error, access_token: accessToken, refresh_token: refreshToken };
    answerWith(sandbox, place, { status: 400, body: { ...echo, text: "x".repeat(100_000) } });
    const call = place === "/api" ? client.request("GET", "/me") : session.refresh();
    const shown = inspect(await call.catch((refusal: unknown) => refusal), { depth: 9 });
    expect([accessToken, refreshToken].filter((secret) => shown.includes(secret))).toEqual([]);
    expect(shown).toMatch(/^IntegrationError[^]{1,3000}$/);
  });
});

describe("an entry", () => {
  it.each([200, 503])("[row 32] is revoked and forgotten, also with status %i", async (status) => {
    const { sandbox, context, entry, session, stored } = await createLinked();
    if (status !== 200) answerWith(sandbox, "/revocation", { status });
    expect(await removeEntry(entry, context)).toEqual({ revoked: status === 200 });
    expect([await stored(), sandbox.requestsTo("/revocation").length]).toEqual([undefined, 1]);
    expect(await failure(session.refresh())).toBe("not_linked");
  });

  it("[row 21] shows no secret when it is inspected", async () => {
    const { sandbox, context, entry, session } = await createLinked();
    await session.refresh();
    const runtime = await setupEntry(session.entry, context);
    const shown =
      inspect([entry, session, runtime, context], { depth: 9, showHidden: true }) +
      JSON.stringify([session, context]);
    const tokens = [entry, session.entry].map(({ token }) => token.accessToken);
    const secrets = [...sentSecrets(sandbox), ...tokens];
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(secrets).toHaveLength(7);
  });
});
