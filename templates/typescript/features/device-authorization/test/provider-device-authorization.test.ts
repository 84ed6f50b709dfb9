import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Sandbox } from "../sandbox/server.js";
import { signIn } from "../sandbox/sign-in.js";
import { ConfigFlow, type FlowHost, type FlowOptions } from "../src/config-flow.js";
import { IntegrationError } from "../src/errors.js";
import type { Mechanism, ProviderDefinition } from "../src/oauth/provider.js";
import { deviceAuthorization } from "../src/provider/device-authorization.js";
import { answerWith, createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const deviceAuthorizationUrl = "https://auth.invalid/device";
const mechanisms = [deviceAuthorization, MECHANISM];

async function createDeviceWorld(changes: Partial<ProviderDefinition> = {}) {
  const world = await createWorld({ deviceAuthorizationUrl, ...changes });
  return { ...world, context: { ...world.context, mechanisms } };
}

/** A person who enters the code on another device, with the scopes that they grant. */
function someone(user: string, scopes?: readonly string[]): FlowHost {
  return {
    showAuthorizationUrl() {
      throw new Error("No browser is needed here.");
    },
    show({ event, verificationUriComplete: url }) {
      expect(event).toBe("user_code");
      if (user !== "") void signIn(String(url), user, { ...(scopes && { scopes }) });
    },
  };
}

function linkWith(
  { context }: Awaited<ReturnType<typeof createDeviceWorld>>,
  host = someone("alice"),
  options: FlowOptions = {},
) {
  return new ConfigFlow(context).link(host, { ...options, device: true });
}

/** Time runs a thousand times faster. Gives the seconds that were waited for. */
function speedUp(): number[] {
  const waits: number[] = [];
  const { setTimeout: delay } = timers;
  const faster = vi.spyOn(timers, "setTimeout").mockImplementation((time = 0, ...rest) => {
    waits.push(time / 1000);
    return delay(time / 1000, ...rest);
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    faster.mockRestore();
    syncBuiltinESMExports();
  });
  return waits;
}

type Poll = number | string | readonly [status: number, headers: Record<string, string>];

/** The token endpoint answers so, one after the other, before it answers really; 0: no answer. */
function answerPolls({ hooks }: Sandbox, polls: readonly Poll[]): void {
  const left = [...polls];
  hooks.intercept = ({ path }, response) => {
    const poll = path === "/token" ? left.shift() : undefined;
    if (poll === undefined) return false;
    const [status, headers] = typeof poll === "object" ? poll : [Number(poll) || 400, {}];
    if (poll === 0) response.destroy();
    else response.writeHead(status, headers).end(JSON.stringify({ error: poll }));
    return true;
  };
}

const RESOURCE = { resource: "https://api.invalid/v1" };

describe("a sign-in on another device", () => {
  it.each<Partial<ProviderDefinition>>([
    {},
    { clientAuth: "client_secret_basic" },
    { clientAuth: "client_secret_basic_raw" },
    { clientAuth: "none" },
    { scopeSeparator: "," },
    { scopes: [] },
    { scopes: ["openid", "read"], issuer: "https://auth.invalid" },
    { tokenParams: { audience: "api" }, refreshUrl: "https://auth.invalid/refresh" },
    { authorizationParams: RESOURCE, tokenParams: RESOURCE, refreshParams: RESOURCE },
  ])("[row 37] links and refreshes with %j", async (definition) => {
    speedUp();
    const world = await createDeviceWorld(definition);
    const { entry, missingScopes } = await linkWith(world);
    expect([entry.uniqueId, missingScopes]).toEqual(["alice", []]);
    expect(await sessionOf(world, entry).refresh()).not.toBe(entry.token.accessToken);
    const [asked] = world.sandbox.requestsTo("/device/auth");
    const scope = definition.scopes ?? ["read", "write"];
    expect(asked?.form.get("scope")).toBe(scope.join(definition.scopeSeparator ?? " ") || null);
    expect(asked?.form.get("audience")).toBeNull();
    expect(asked?.form.get("resource") ?? undefined).toBe(
      definition.authorizationParams?.["resource"],
    );
  });

  it("[row 36] gets the scopes that were granted; others may be asked for", async () => {
    speedUp();
    const world = await createDeviceWorld();
    const { entry, missingScopes } = await linkWith(world, someone("alice", ["read"]));
    expect([entry.token.scopes, missingScopes]).toEqual([["read"], ["write"]]);
    const again = await new ConfigFlow(world.context).reconfigure(entry, someone("alice"), {
      scopes: ["write"],
      device: true,
    });
    expect(again.entry).toMatchObject({ entryId: entry.entryId, token: { scopes: ["write"] } });
  });

  it("[row 30] of somebody else is refused: the old tokens stay, the new ones are revoked", async () => {
    speedUp();
    const world = await createDeviceWorld();
    const { entry } = await link(world);
    const flow = new ConfigFlow(world.context);
    const reauth = flow.reauth(entry, someone("bob"), { device: true });
    expect(await failure(reauth)).toBe("wrong_account");
    expect(world.sandbox.requestsTo("/revocation")).toHaveLength(1);
    expect(await world.context.store.load(entry.entryId)).toEqual(entry);
  });

  it.each<[string, readonly Poll[], readonly number[]]>([
    ["the interval", ["authorization_pending", "authorization_pending"], [1, 1, 1]],
    ["slow_down", ["slow_down", "authorization_pending", "slow_down"], [1, 6, 6, 11]],
    ["network trouble", [0, "authorization_pending", 503, 500], [1, 2, 2, 4, 8]],
    ["Retry-After", [[429, { "retry-after": "7" }], "authorization_pending"], [1, 7, 7]],
  ])("[row 33] goes on after %s: %j", async (_, polls, expected) => {
    const waits = speedUp();
    const world = await createDeviceWorld();
    answerPolls(world.sandbox, polls);
    const shown = someone("");
    const approved: FlowHost = {
      ...shown,
      // The code is entered before the first poll.
      show: ({ verificationUriComplete: url }) => void signIn(String(url), "alice"),
    };
    const linking = linkWith(world, approved);
    expect((await linking).entry.uniqueId).toBe("alice");
    expect(waits.slice(0, expected.length)).toEqual(expected);
    expect(world.sandbox.requestsTo("/token").length).toBeGreaterThan(polls.length);
  });

  const odd = {
    interval: "2",
    verification_uri: undefined,
    verification_url: "https://a.invalid/",
  };
  it.each<[object, number]>([
    [{ interval: undefined }, 5],
    [{ interval: 0 }, 5],
    [{ interval: -1, expires_in: -1 }, 5],
    [{ interval: 1e12 }, 1800],
    [{ ...odd, verification_uri_complete: "javascript:alert(1)" }, 2],
  ])("[row 33] waits as the server says: %j", async (changes, seconds) => {
    const waits = speedUp();
    const world = await createDeviceWorld();
    const codes = {
      device_code: "secret-d",
      user_code: "AB\u001b[2J",
      verification_uri: "https://a.invalid",
    };
    answerWith(world.sandbox, "/device/auth", { status: 200, body: { ...codes, ...changes } });
    const shown = vi.fn();
    await failure(linkWith(world, { ...someone(""), show: shown }, { timeoutMs: 50 }));
    expect(waits).toEqual([seconds]);
    const event = { event: "user_code", verificationUri: "https://a.invalid/", userCode: "AB [2J" };
    expect(shown).toHaveBeenCalledWith(event, expect.stringContaining("AB [2J"));
  });

  it.each<[string, string, readonly Poll[], FlowOptions?]>([
    ["was denied", "authorization_denied", ["access_denied"]],
    ["came too late", "callback_timeout", ["authorization_pending", "expired_token"]],
    ["came too late here", "callback_timeout", [], { timeoutMs: 20 }],
    ["was not made by this client", "misconfigured", ["invalid_client"]],
    ["failed", "authorization_failed", ["invalid_grant"]],
    ["was given up", "authorization_failed", [], { signal: AbortSignal.abort() }],
  ])("[row 33] that %s ends: %s", async (_, code, polls, options) => {
    speedUp();
    const world = await createDeviceWorld();
    answerPolls(world.sandbox, polls);
    expect(await failure(linkWith(world, someone(""), options))).toBe(code);
    const asked = world.sandbox.requestsTo("/token").length;
    await timers.setTimeout(50);
    expect(world.sandbox.requestsTo("/token")).toHaveLength(asked);
    expect((await world.context.store.list()).entries).toEqual([]);
  });

  it("does not begin where nobody would see the code", async () => {
    const world = await createDeviceWorld();
    const { showAuthorizationUrl } = someone("alice");
    expect(await failure(linkWith(world, { showAuthorizationUrl }))).toBe("usage");
    expect(world.sandbox.requestsTo("")).toEqual([]);
  });

  it("does not begin where later requests need what only a redirect says", async () => {
    const { sandbox, context } = await createDeviceWorld();
    const needs: Mechanism = {
      capture(_, step) {
        if (step !== "redirect") return {};
        throw new IntegrationError("authorization_failed", "It is missing.");
      },
    };
    const show = vi.fn();
    const flow = new ConfigFlow({ ...context, mechanisms: [needs, ...mechanisms] });
    const linking = flow.link({ ...someone("alice"), show }, { device: true });
    expect(await failure(linking)).toBe("misconfigured");
    expect([show.mock.calls, sandbox.requestsTo("")]).toEqual([[], []]);
  });

  it("[row 33] ends with the reason of the signal, also while it waits", async () => {
    const world = await createDeviceWorld();
    const stop = new AbortController();
    const reason = new IntegrationError("usage", "Enough.");
    const host = { ...someone(""), show: () => stop.abort(reason) };
    await expect(linkWith(world, host, { signal: stop.signal })).rejects.toBe(reason);
    expect(world.sandbox.requestsTo("/token")).toEqual([]);
  });

  it.each<[string, number, object]>([
    ["misconfigured", 401, { error: "invalid_client" }],
    ["authorization_failed", 400, { error: "invalid_scope" }],
    [
      "authorization_failed",
      200,
      { device_code: "d", user_code: "u", verification_uri: "file:///" },
    ],
    ["authorization_failed", 200, { user_code: "u", verification_uri: "https://a.invalid" }],
    ["temporarily_unavailable", 503, {}],
    ["network_error", 0, {}],
  ])("does not begin without a code: %s (%i %j)", async (code, status, body) => {
    const world = await createDeviceWorld();
    answerWith(world.sandbox, "/device/auth", { status, body });
    expect(await failure(linkWith(world))).toBe(code);
    expect(world.sandbox.requestsTo("/token")).toEqual([]);
  });

  it("is denied on the page, which takes the code as people write it", async () => {
    speedUp();
    const world = await createDeviceWorld();
    let title: string | undefined;
    const show: FlowHost["show"] = ({ verificationUri, userCode }) => {
      const url = new URL(String(verificationUri));
      url.searchParams.set("user_code", String(userCode).toLowerCase().replace("-", " "));
      void signIn(url, "nobody").then(({ html }) => (title = /<title>([^<]*)/.exec(html)?.[1]));
    };
    const linking = linkWith(world, { ...someone(""), show });
    expect(await failure(linking)).toBe("authorization_denied");
    expect(title).toBe("Go back to the program");
    const { deviceAuthorizationUrl: at = "" } = world.sandbox.provider;
    for (const search of ["", "?user_code=AAAA-AAAA"]) {
      const page = await fetch(at.replace("/auth", search));
      expect(await page.text()).toContain('name="user_code"');
    }
  });
});
