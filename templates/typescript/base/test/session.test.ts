import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ServiceClient } from "../src/api.js";
import { IntegrationError } from "../src/errors.js";
import { removeEntry, setupEntry, unloadEntry } from "../src/init.js";
import type { ConfigEntry } from "../src/storage/entries.js";
import { answerWith, createWorld, expire, failure, link, openStore, sessionOf, type World } from "./support.js";

/** A linked account, and the number of token requests since. */
async function createLinked() {
  const world = await createWorld();
  const { entry } = await link(world);
  const session = sessionOf(world, entry);
  const client = new ServiceClient(session, world.sandbox.provider.apiBaseUrl);
  const refreshes = (): number => world.sandbox.requestsTo("/token").length - 1;
  return { world, entry, session, client, refreshes };
}

function stored({ context }: World, { entryId }: ConfigEntry): Promise<ConfigEntry | undefined> {
  return context.store.load(entryId);
}

describe("the access token", () => {
  it.each([
    { life: 3600, left: 59, refreshes: 1 },
    { life: 3600, left: 62, refreshes: 0 },
    { life: 100, left: 24, refreshes: 1 },
    { life: 100, left: 27, refreshes: 0 },
  ])("[row 27] of $life s with $left s left is refreshed: $refreshes", async (row) => {
    const { world, entry, refreshes } = await createLinked();
    const expiresAt = Date.now() + row.left * 1000;
    const token = { ...entry.token, expiresAt, obtainedAt: expiresAt - row.life * 1000 };
    await world.context.store.save({ ...entry, token });
    await sessionOf(world, { ...entry, token }).accessToken();
    expect(refreshes()).toBe(row.refreshes);
  });

  it("[row 24] is refreshed once for many callers in two sessions", async () => {
    const { world, entry, refreshes } = await createLinked();
    const expired = await expire(world, entry);
    const other = { ...world, context: { ...world.context, store: openStore(world.folder) } };
    const sessions = [sessionOf(world, expired), sessionOf(other, expired)];
    const calls = sessions.flatMap((session) => Array.from({ length: 10 }, () => session.accessToken()));
    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(refreshes()).toBe(1);
  });

  it("[row 23] is handed out only when the rotated token is stored", async () => {
    const { world, entry } = await createLinked();
    const save = vi.spyOn(world.context.store, "save");
    save.mockRejectedValue(new IntegrationError("storage_failed", "The disk is full."));
    expect(await failure(sessionOf(world, entry).refresh())).toBe("storage_failed");
    save.mockRestore();
    const { entry: again } = await link(world, "bob");
    const session = sessionOf(world, again);
    const accessToken = await session.refresh();
    expect(await stored(world, again)).toMatchObject({ token: { accessToken } });
    expect((await stored(world, again))?.token.refreshToken).not.toBe(again.token.refreshToken);
  });

  it("[row 23] keeps its refresh token when the server sends no other", async () => {
    const { world, entry, session } = await createLinked();
    world.sandbox.hooks.editToken = (answer) => ({ ...answer, refresh_token: undefined });
    const accessToken = await session.refresh();
    const { refreshToken } = entry.token;
    expect(await stored(world, entry)).toMatchObject({ token: { accessToken, refreshToken } });
  });

  it("[row 25] that was revoked is asked for once; the sign-in is needed from then on", async () => {
    const { world, entry, refreshes } = await createLinked();
    await removeEntry({ ...entry, entryId: "another-machine" }, world.context);
    const session = sessionOf(world, await expire(world, entry));
    const told = vi.fn();
    session.on("reauth_required", told);
    const calls = [session.accessToken(), session.accessToken(), session.refresh()];
    expect(await Promise.all(calls.map(failure))).toEqual(calls.map(() => "reauth_required"));
    const latched = await stored(world, entry);
    expect(latched?.reauth?.since).toBeGreaterThan(0);
    expect(await failure(setupEntry(latched ?? entry, world.context))).toBe("reauth_required");
    expect(told).toHaveBeenCalledTimes(1);
    expect(refreshes()).toBe(1);
  });

  const bomb = gzipSync(Buffer.alloc(20_000_000, " "));
  it.each<[string, string, number, unknown, Record<string, string>]>([
    ["[row 26] invalid_client", "misconfigured", 401, { error: "invalid_client" }, {}],
    ["[row 26] unauthorized_client", "misconfigured", 400, { error: "unauthorized_client" }, {}],
    ["[row 26] 503", "temporarily_unavailable", 503, "<h1>down</h1>", {}],
    ["[row 26] 429", "temporarily_unavailable", 429, {}, {}],
    ["[row 26] no token", "temporarily_unavailable", 200, "{}", {}],
    ["[row 20] a redirect", "temporarily_unavailable", 307, "", { location: "/elsewhere" }],
    ["a body without end", "network_error", 200, Buffer.alloc(20_000_000, " "), {}],
    ["a body that swells", "network_error", 200, bomb, { "content-encoding": "gzip" }],
  ])("is not refreshed, but not lost, after %s: %s", async (_, code, status, body, headers) => {
    const { world, entry, refreshes } = await createLinked();
    const session = sessionOf(world, await expire(world, entry));
    answerWith(world, "/token", status, body, headers);
    expect(await failure(session.accessToken())).toBe(code);
    // The next caller does not ask at once.
    expect(await failure(session.accessToken())).toBe(code);
    expect(refreshes()).toBe(1);
    expect(world.sandbox.requestsTo("/elsewhere")).toEqual([]);
    expect(await stored(world, entry)).not.toHaveProperty("reauth");
    world.sandbox.hooks.intercept = () => false;
    expect(await session.refresh()).not.toBe(entry.token.accessToken);
  });

  it("[row 26] is not lost when nobody answers: network_error", async () => {
    const { world, entry } = await createLinked();
    const expired = await expire(world, entry);
    await world.sandbox.close();
    expect(await failure(sessionOf(world, expired).accessToken())).toBe("network_error");
    expect(await stored(world, entry)).not.toHaveProperty("reauth");
  });

  it("[row 27] is not asked for before Retry-After, by no process", async () => {
    const { world, entry, refreshes } = await createLinked();
    const expired = await expire(world, entry);
    answerWith(world, "/token", 503, {}, { "retry-after": "7" });
    expect(await failure(sessionOf(world, expired).accessToken())).toBe("temporarily_unavailable");
    const until = (await stored(world, entry))?.retry?.at ?? 0;
    expect(Math.abs(until - Date.now() - 7000)).toBeLessThan(1000);
    const refused = sessionOf(world, expired).accessToken();
    await expect(refused).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(refreshes()).toBe(1);
  });
});

describe("a call of the API", () => {
  it("[row 19] carries the token in the header only, below the address of the API", async () => {
    const { world, entry, client } = await createLinked();
    await client.request("POST", "/things", { json: { a: 1 }, query: { b: "2" } });
    const [call] = world.sandbox.requestsTo("/api/things");
    expect(call).toMatchObject({ path: "/api/things", body: '{"a":1}' });
    expect(call?.headers.authorization).toBe(`Bearer ${entry.token.accessToken}`);
    expect([...(call?.query ?? [])]).toEqual([["b", "2"]]);
  });

  it.each([
    "https://evil.invalid/",
    "//evil.invalid/",
    "/\\evil.invalid/",
    "/../token",
    "/%2e%2e/token",
    "/a/..%2f../token",
  ])("[row 20] is not made to %s", async (path) => {
    const { world, client } = await createLinked();
    const before = world.sandbox.requestsTo("").length;
    expect(await failure(client.request("GET", path))).toBe("usage");
    expect(world.sandbox.requestsTo("")).toHaveLength(before);
  });

  it("[row 20] follows no redirect", async () => {
    const { world, client } = await createLinked();
    answerWith(world, "/api", 302, "", { location: "/elsewhere" });
    expect(await failure(client.request("GET", "/me"))).toBe("api_error");
    expect(world.sandbox.requestsTo("/elsewhere")).toEqual([]);
  });

  it("[row 28] replaces a refused token once for all callers", async () => {
    const { world, entry, client, refreshes } = await createLinked();
    world.sandbox.hooks.intercept = ({ headers }, response) => {
      if (headers.authorization !== `Bearer ${entry.token.accessToken}`) return false;
      response.writeHead(401).end();
      return true;
    };
    const calls = Array.from({ length: 10 }, () => client.request("GET", "/me"));
    for (const answer of await Promise.all(calls)) expect(answer.status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  it("[row 28] is tried twice and no more", async () => {
    const { world, client, refreshes } = await createLinked();
    answerWith(world, "/api/me", 401);
    const calls = world.sandbox.requestsTo("/api/me").length;
    await expect(client.request("GET", "/me")).rejects.toMatchObject({ code: "api_error", status: 401 });
    expect(world.sandbox.requestsTo("/api/me").length - calls).toBe(2);
    expect(refreshes()).toBe(1);
  });

  it.each(["/api", "/token"])("[row 29] waits for %s only so long", async (silent) => {
    const { world, session, client } = await createLinked();
    // Time runs a hundred times faster.
    const { timeout } = AbortSignal;
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout.call(AbortSignal, ms / 100));
    onTestFinished(() => void vi.restoreAllMocks());
    world.sandbox.hooks.intercept = ({ path }) => path.startsWith(silent);
    const waiting = silent === "/api" ? client.request("GET", "/me") : session.refresh();
    expect(await failure(waiting)).toBe("network_error");
  });

  it.each(["/api", "/token"])("[row 22] fails without the answer of %s in the error", async (place) => {
    const { world, entry, session, client } = await createLinked();
    const { accessToken, refreshToken } = entry.token;
    const echo = { error: "bad", access_token: accessToken, refresh_token: refreshToken };
    answerWith(world, place, 400, JSON.stringify({ ...echo, text: "x".repeat(100_000) }));
    const call = place === "/api" ? client.request("GET", "/me") : session.refresh();
    const shown = inspect(await call.catch((error: unknown) => error), { depth: 9 });
    expect(shown).toMatch(/IntegrationError/);
    expect(shown).not.toContain(accessToken);
    expect(shown).not.toContain(refreshToken);
    expect(shown.length).toBeLessThan(3_000);
  });
});

describe("an entry", () => {
  it("is set up once, and again after it was unloaded", async () => {
    const { world, entry } = await createLinked();
    const runtime = await setupEntry(entry, world.context);
    expect(await setupEntry(entry, world.context)).toBe(runtime);
    expect([unloadEntry(entry.entryId), unloadEntry(entry.entryId)]).toEqual([true, false]);
    expect(await setupEntry(entry, world.context)).not.toBe(runtime);
  });

  it.each([
    ["is revoked and forgotten", 200, true],
    ["is forgotten all the same when the server is down", 503, false],
  ])("[row 32] %s by unlinking", async (_, status, revoked) => {
    const { world, entry, session } = await createLinked();
    if (!revoked) answerWith(world, "/revocation", status);
    expect(await removeEntry(entry, world.context)).toEqual({ revoked });
    expect(await stored(world, entry)).toBeUndefined();
    expect(world.sandbox.requestsTo("/revocation")).toHaveLength(1);
    expect(await failure(session.refresh())).toBe("not_linked");
  });

  it("[row 21] shows no secret in all its life", async () => {
    const output: unknown[] = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => output.push(text) > 0);
    }
    onTestFinished(() => void vi.restoreAllMocks());
    const { world, entry, session } = await createLinked();
    await session.refresh();
    const runtime = await setupEntry(session.entry, world.context);
    const live = [entry, session, runtime, world.context];
    output.push(inspect(live, { depth: 9, showHidden: true }), JSON.stringify([session, world.context]));
    await removeEntry(session.entry, world.context);
    const secrets = [entry.token, session.entry.token].flatMap((token) => [token.accessToken, token.refreshToken]);
    const forms = world.sandbox.requestsTo("/token").map(({ body }) => new URLSearchParams(body));
    for (const name of ["code", "code_verifier", "client_secret"]) secrets.push(forms[0]?.get(name) ?? undefined);
    const shown = output.join("\n");
    expect(secrets.map((secret) => secret !== undefined && shown.includes(secret))).not.toContain(true);
    expect(secrets).not.toContain(undefined);
  });
});
