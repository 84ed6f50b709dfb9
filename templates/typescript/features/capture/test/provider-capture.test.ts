import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { ServiceClient } from "../src/api.js";
import { ConfigFlow, type FlowHost } from "../src/config-flow.js";
import { removeEntry } from "../src/init.js";
import { fetchWithToken } from "../src/oauth/http.js";
import type { Mechanism, ProviderDefinition } from "../src/oauth/provider.js";
import { capture } from "../src/provider/capture.js";
import { addressPlaceholders } from "../src/provider/address-placeholders.js";
import { placeholders } from "../src/provider/placeholders.js";
import { answerWith, createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";
import { startThief } from "./thief.js";

/** Asks the captured address whose token it is: a wrong one would get the token. */
const WHO: Mechanism = {
  async identifyAccount(context, { accessToken }) {
    const call = { method: "GET", path: "/me" };
    const { body } = await fetchWithToken(context, accessToken, call);
    return { id: Object(body).id, title: Object(body).name };
  },
};
const mechanisms = [capture, placeholders, addressPlaceholders, WHO, MECHANISM];

/** A provider that says in the token answer where it is, and what the test makes it say. */
async function createCapturing(changes: Partial<ProviderDefinition> = {}) {
  const world = await createWorld();
  const { sandbox } = world;
  const { origin } = new URL(sandbox.provider.tokenUrl);
  const provider: ProviderDefinition = {
    ...sandbox.provider,
    refreshUrl: "{server}/token/refresh",
    apiBaseUrl: "{server}/api",
    capture: [{ name: "server", from: "token", key: "where.server" }],
    hostSuffixes: { server: ["127.0.0.1"] },
    ...changes,
  };
  const say = (server: unknown): void => {
    sandbox.hooks.editToken = (answer) => ({ ...answer, where: { server } });
  };
  say(origin);
  const context = { ...world.context, provider, mechanisms };
  return { ...world, context, origin, say, thief: await startThief() };
}

/** A sign-in whose redirect says another thing than the server did. */
function linkByHand(context: Parameters<typeof link>[0]["context"], said: string, user = "alice") {
  const host: FlowHost = {
    async showAuthorizationUrl(address, stopAt) {
      const redirect = new URL((await signIn(address, user, { stopAt })).url);
      if (said !== "") redirect.searchParams.append("server", said);
      await fetch(redirect);
    },
  };
  return new ConfigFlow(context).link(host);
}

/** The code of the error, and the path of the call for the account. */
async function linkWith(server: unknown, pattern?: string) {
  const { sandbox, context, say } = await createCapturing();
  say(server);
  const wanted = { name: "team", from: "token", key: "where.server" } as const;
  const provider: ProviderDefinition = {
    ...sandbox.provider,
    apiBaseUrl: `${sandbox.provider.apiBaseUrl}/{team}/x`,
    refreshParams: { team: "{team}" },
    capture: [{ ...wanted, ...(pattern && { pattern }) }],
  };
  const linked = link({ context: { ...context, provider } });
  const code = await failure(linked);
  return [code, sandbox.requestsTo("/api")[0]?.path];
}

/** All of these lead to this machine, if nobody looks. */
const LURES = [
  "http://localhost:PORT",
  "http://LocalHost:PORT/",
  "http://[::1]:PORT",
  "http://127.1:PORT",
  "http://0x7f.1:PORT",
  "http://2130706433:PORT",
  "http://[::ffff:127.0.0.1]:PORT",
  "http://127.0.0.1@localhost:PORT",
  "http://127.0.0.1:80@localhost:PORT",
  "http://127.0.0.1\\@localhost:PORT",
  "http://thief@127.0.0.1:PORT",
  "http://localhost:PORT?.127.0.0.1",
  "http://localhost:PORT#.127.0.0.1",
  "http://localhost:PORT/.127.0.0.1/..",
  "http://localhost:PORT\\.127.0.0.1",
  "http://localhost:PORT/\n.127.0.0.1",
  "http://%6cocalhost:PORT",
  "http://\u24dbocalhost:PORT",
  "https://127.0.0.1.evil.invalid:PORT",
  "//localhost:PORT",
];

describe("[row 38] a captured address", () => {
  it("takes what is sent to where the provider said, and is kept", async () => {
    const { context, sandbox, origin, say } = await createCapturing();
    const { entry } = await link({ context });
    expect([entry.uniqueId, entry.hidden, entry.variables]).toEqual([
      "alice",
      { server: origin },
      {},
    ]);
    expect(inspect(entry)).not.toContain(origin);
    say(`${origin}/api/`);
    const session = sessionOf({ context }, entry);
    await session.refresh();
    expect((await context.store.load(entry.entryId))?.hidden).toEqual({ server: `${origin}/api/` });
    await new ServiceClient(session).request("GET", "/things");
    expect(sandbox.requestsTo("/api/api/things")).toHaveLength(1);
  });

  it.each(LURES)("is not followed at a sign-in: %j", async (lure) => {
    const { context, say, thief } = await createCapturing();
    say(lure.replace("PORT", String(thief.port)));
    expect(await failure(link({ context }))).toBe("authorization_failed");
    expect([thief.visits, (await context.store.list()).entries]).toEqual([[], []]);
  });

  it.each(["", null, undefined, 7, {}, ["http://127.0.0.1"], "127.0.0.1"])(
    "has to be one: %j",
    async (said) => {
      const { context, say } = await createCapturing();
      say(said);
      expect(await failure(link({ context }))).toBe("authorization_failed");
    },
  );

  it("stays as it is at a refresh that says another one, and the token is kept", async () => {
    const { context, sandbox, origin, say, thief } = await createCapturing();
    const { entry } = await link({ context });
    const session = sessionOf({ context }, entry);
    for (const lure of [...LURES, "", null, undefined]) {
      say(lure?.replace("PORT", String(thief.port)));
      const accessToken = await session.refresh();
      const stored = await context.store.load(entry.entryId);
      expect(stored, lure ?? "none").toMatchObject({
        hidden: { server: origin },
        token: { accessToken },
      });
    }
    await session.refresh();
    await new ServiceClient(session).request("GET", "/things");
    expect(sandbox.requestsTo("/token/refresh")).toHaveLength(LURES.length + 4);
    expect(thief.visits).toEqual([]);
  });

  const redirected = {
    tokenUrl: "{server}/token",
    capture: [{ name: "server", from: "redirect", key: "server" }],
  } as const;
  it("that is wrong in the redirect gets neither code nor secret", async () => {
    const { context, sandbox, origin, thief } = await createCapturing(redirected);
    for (const lure of [...LURES, ""]) {
      const linking = linkByHand(context, lure.replace("PORT", String(thief.port)));
      expect(await failure(linking), lure).toBe("authorization_failed");
    }
    expect([thief.visits, sandbox.requestsTo("/token")]).toEqual([[], []]);
    expect((await linkByHand(context, origin)).entry.hidden).toEqual({ server: origin });
  });

  it("is not missed in a redirect that says no", async () => {
    const { context } = await createCapturing(redirected);
    expect(await failure(linkByHand(context, "", "nobody"))).toBe("authorization_denied");
  });

  it.each([302, 307, 308])("is not left by a redirect with %i", async (status) => {
    const { context, sandbox, thief } = await createCapturing();
    const { entry } = await link({ context });
    const location = `http://127.0.0.1:${thief.port}/`;
    answerWith(sandbox, "/", { status, headers: { location } });
    const session = sessionOf({ context }, entry);
    const call = new ServiceClient(session).request("GET", "/things");
    expect(await failure(call)).toBe("api_error");
    expect(await failure(session.refresh())).toBe("temporarily_unavailable");
    sandbox.hooks.intercept = ({ path }, response) => {
      if (path !== "/token") return false;
      response.writeHead(status, { location }).end();
      return true;
    };
    expect(await failure(link({ context }, "bob"))).toBe("authorization_failed");
    expect(thief.visits).toEqual([]);
  });

  it("that an older entry does not have yet costs no token, and gets none", async () => {
    const { context, sandbox, say } = await createCapturing();
    const { entry } = await link({ context });
    const old = { ...entry, hidden: {} };
    await context.store.save(old);
    say(undefined);
    const session = sessionOf({ context }, old);
    const accessToken = await session.refresh();
    expect((await context.store.load(entry.entryId))?.token.accessToken).toBe(accessToken);
    const before = sandbox.requestsTo("").length;
    const call = new ServiceClient(session).request("GET", "/things");
    expect([await failure(call), sandbox.requestsTo("").length]).toEqual(["misconfigured", before]);
  });
});

describe("[row 38] a captured part of the path", () => {
  it.each<[unknown, string, string?]>([
    ["t-1.b_c", "/api/t-1.b_c/x/me"],
    [7, "/api/7/x/me"],
    ["a/b", "/api/a/b/x/me", "[a-z/]+"],
  ])("is %j", async (said, path, pattern) => {
    expect(await linkWith(said, pattern)).toEqual(["no error", path]);
  });

  const bad = ["..", ".", "a/b", "../..", "%2e%2e", "..%2f", "a?b", "a#b", "\\..", "a b", "", true];
  it.each([
    ...bad.map((said) => [said, undefined] as const),
    ...["..", "a/../..", "%2e%2e", "a?b", "a#b", "\\.."].map((said) => [said, "[^]*"] as const),
    ["b", "a"] as const,
  ])("is not %j (pattern %s)", async (said, pattern) => {
    expect(await linkWith(said, pattern)).toEqual(["authorization_failed", undefined]);
  });
});

it("sends captured values as they are, filled in once, and the sandbox knows them", async () => {
  const from = "token";
  const wanted = [
    { name: "one", from, key: "team.id", pattern: "T-\\d+" },
    { name: "two", from: "redirect", key: "place", pattern: "P-\\d+" },
  ] as const;
  const world = await createWorld({
    capture: wanted,
    refreshParams: { one: "{one}", two: "{two}" },
  });
  const context = { ...world.context, mechanisms };
  const { entry } = await link({ context });
  expect(entry.hidden).toEqual({ one: "sandbox", two: "sandbox" });
  world.sandbox.hooks.editToken = (answer) => ({ ...answer, "team.id": "{clientSecret}{two}" });
  const session = sessionOf({ context }, entry);
  await session.refresh();
  await session.refresh();
  const [, , last] = world.sandbox.requestsTo("/token");
  expect([last?.form.get("one"), last?.form.get("two")]).toEqual([
    "{clientSecret}{two}",
    "sandbox",
  ]);
  expect(await removeEntry(session.entry, context)).toEqual({ revoked: true });
});
