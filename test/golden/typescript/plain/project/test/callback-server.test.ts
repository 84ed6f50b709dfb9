import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { ConfigFlow, type FlowHost, type FlowOptions } from "../src/config-flow.js";
import { DOMAIN } from "../src/const.js";
import { IntegrationError } from "../src/errors.js";
import { startCallbackServer } from "../src/oauth/callback-server.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { createWorld, failure, link, Person, type World } from "./support.js";

/** A sign-in whose redirect goes to the test instead of the listener. */
async function linkByHand({ context }: World, deliver: (redirect: URL) => Promise<unknown>) {
  let delivered: Promise<unknown> | undefined;
  const host: FlowHost = {
    showAuthorizationUrl(url, stopAt) {
      delivered = signIn(url, "alice", { stopAt }).then((page) => deliver(new URL(page.url)));
    },
  };
  const result = await failure(new ConfigFlow(context).link(host));
  await delivered;
  return result;
}

/** The address with other parameters; an empty one is left out. */
function changed(url: URL, changes: Readonly<Record<string, string>>): URL {
  const copy = new URL(url);
  for (const [name, value] of Object.entries(changes)) copy.searchParams.set(name, value);
  copy.search = copy.search.replaceAll(/&?\w+=(?=&|$)/g, "");
  return copy;
}

async function startListener(host: "127.0.0.1" | "localhost" = "127.0.0.1") {
  const server = await startCallbackServer({ host, port: 0, path: "/callback" });
  onTestFinished(() => server.close("failed"));
  return { server, url: new URL(server.redirectUri) };
}

/** What every page carries, so that it runs nothing, stays nowhere and leads nowhere. */
const SAFE = {
  "content-security-policy": expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** One request as it stands on the wire. */
async function send({ port }: URL, target: string, options: http.RequestOptions = {}) {
  const request = http.request({ host: "127.0.0.1", port, path: target, ...options }).end();
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

async function canConnect(host: string, port: string): Promise<boolean> {
  const socket = net.connect({ host, port: Number(port), timeout: 500 });
  socket.on("timeout", () => socket.destroy(new Error("Nobody answers.")));
  const isReached = await failure(once(socket, "connect"));
  socket.destroy();
  return isReached === "no error";
}

describe("the redirect", () => {
  it("[row 3] [row 13] of another sign-in, or with another state, ends nothing", async () => {
    const world = await createWorld();
    await linkByHand(world, async (first) => {
      const other = linkByHand(world, async (second) => {
        const strange = changed(second, Object.fromEntries(first.searchParams));
        const denied = changed(strange, { error: "access_denied", code: "" });
        const double = `${second.href}&state=${second.searchParams.get("state")}`;
        for (const url of [strange, denied, double, changed(second, { state: "" })])
          expect((await fetch(url)).status).toBe(400);
        await fetch(changed(second, { error: "access_denied" }));
      });
      expect(await other).toBe("authorization_denied");
      expect(world.sandbox.requestsTo("/token")).toEqual([]);
      const statuses = [fetch(first), fetch(first)].map(async (page) => (await page).status);
      expect((await Promise.all(statuses)).toSorted()).toEqual([200, 400]);
    });
    expect(world.sandbox.requestsTo("/token")).toHaveLength(1);
  });

  const issuer = "https://auth.invalid";
  it.each<[string, Partial<ProviderDefinition>, string | undefined, string]>([
    ["the known one", { issuer, issParameter: true }, undefined, "no error"],
    ["another one", { issuer }, "https://evil.invalid", "authorization_failed"],
    ["none, though announced", { issuer, issParameter: true }, "", "authorization_failed"],
    ["none, and none announced", { issuer }, "", "no error"],
    ["any, while the issuer is unknown", {}, "https://evil.invalid", "no error"],
  ])("[row 4] names an issuer: %s", async (_, definition, iss, expected) => {
    const world = await createWorld(definition);
    const linked = linkByHand(world, (redirect) =>
      fetch(iss === undefined ? redirect : changed(redirect, { iss })),
    );
    expect(await linked).toBe(expected);
    expect(world.sandbox.requestsTo("/token")).toHaveLength(expected === "no error" ? 1 : 0);
  });

  it.each([
    [9, "no error"],
    [3, "authorization_failed"],
    [12, "authorization_failed"],
  ])("is pasted after %i wrong ones, or never: %s", async (wrong, expected) => {
    const { context } = await createWorld();
    const reportProblem = vi.fn();
    let page: ReturnType<typeof signIn>;
    const host: FlowHost = {
      reportProblem,
      showAuthorizationUrl: (url, stopAt) => void (page = signIn(url, "alice", { stopAt })),
      async readRedirect() {
        const url = new URL((await page).url);
        const told = reportProblem.mock.calls.length;
        if (told === wrong) return expected === "no error" ? url.href : undefined;
        const strange = [changed(url, { state: "other" }), `https://evil.invalid/${url.search}`];
        return String(strange[told % 3] ?? "no address");
      },
    };
    expect(await failure(new ConfigFlow(context).link(host, { listen: false }))).toBe(expected);
    expect(reportProblem).toHaveBeenCalledTimes(Math.min(wrong, 10));
  });
});

describe("the end of a sign-in", () => {
  const never: FlowHost = { showAuthorizationUrl: () => new Promise(() => undefined) };
  const reason = new IntegrationError("usage", "That was not meant.");
  it.each<[string, string, FlowHost, FlowOptions]>([
    ["linked", "no error", new Person("alice"), {}],
    ["denied", "authorization_denied", new Person("nobody"), {}],
    ["out of time", "callback_timeout", never, { timeoutMs: 50 }],
    ["given up", "authorization_failed", never, { signal: AbortSignal.timeout(50) }],
    ["given up for a reason", "usage", never, { signal: AbortSignal.abort(reason) }],
  ])("[row 10] closes the listener: %s", async (_, expected, host, options) => {
    const { context } = await createWorld();
    const shown = vi.spyOn(host, "showAuthorizationUrl");
    expect(await failure(new ConfigFlow(context).link(host, options))).toBe(expected);
    const { hostname, port } = new URL(shown.mock.lastCall?.[1] ?? "");
    expect(await canConnect(hostname, port)).toBe(false);
  });

  it("[row 15] [row 16] is told by a page without the code, after the account was read", async () => {
    const { context } = await createWorld();
    const person = new Person("alice");
    let early: unknown = "not asked";
    const identifyAccount = async () => {
      early = await Promise.race([person.page, delay(100)]);
      return { id: "alice", title: "Alice" };
    };
    await new ConfigFlow({ ...context, mechanisms: [{ identifyAccount }] }).link(person);
    expect([early, await person.title()]).toEqual([undefined, "Account linked"]);
    expect((await person.page)?.url).not.toContain("code=");
  });
});

describe("the listener", () => {
  it("[row 9] says which variable moves it when its port is taken", async () => {
    const { context } = await createWorld();
    const { url } = await startListener();
    const variable = `${DOMAIN.toUpperCase()}_REDIRECT_PORT`;
    vi.stubEnv(variable, url.port);
    onTestFinished(() => void vi.unstubAllEnvs());
    const message = expect.stringContaining(variable);
    await expect(link({ context })).rejects.toMatchObject({ code: "port_in_use", message });
  });

  it("[row 8] takes [::1] on a machine without IPv4", async () => {
    const { listen } = net.Server.prototype;
    const listening = vi.spyOn(net.Server.prototype, "listen");
    onTestFinished(() => listening.mockRestore());
    listening.mockImplementation(function (this: net.Server, options, ...rest) {
      // 127.0.0.1 stands in for ::1, which not every machine has.
      const isSecond = Object(options).host === "::1";
      if (isSecond) return listen.call(this, { ...Object(options), host: "127.0.0.1" }, ...rest);
      const error = Object.assign(new Error("No IPv4"), { code: "EADDRNOTAVAIL" });
      setImmediate(() => this.emit("error", error));
      return this;
    });
    const { url } = await startListener();
    expect(url.hostname).toBe("[::1]");
    expect(await canConnect("127.0.0.1", url.port)).toBe(true);
  });

  it("[row 11] is reached from this machine only", async () => {
    const { url } = await startListener();
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const outside = addresses.filter(({ internal, family }) => !internal && family === "IPv4");
    // All of 127.0.0.0/8 leads to this machine, where the system lets it.
    for (const address of ["127.0.0.2", "::1", ...outside.map((each) => each.address)])
      expect(await canConnect(address, url.port)).toBe(false);
    const named = await startListener("localhost");
    const hasSecond = addresses.some(({ address }) => address === "::1");
    expect(await canConnect("::1", named.url.port)).toBe(hasSecond);
  });

  it.each<[string, number, string, http.RequestOptions?]>([
    ["[row 12] a foreign host", 421, "/callback?code=1", { headers: { host: "evil.invalid" } }],
    ["[row 12] another name", 421, "/callback?code=1", { headers: { host: "localhost" } }],
    ["[row 13] another path", 404, "/favicon.ico"],
    ["[row 13] another method", 405, "/callback?code=1", { method: "POST" }],
    ["[row 13] a whole address", 400, "http://evil.invalid/callback?code=1"],
    ["[row 13] another origin", 400, "//evil.invalid/callback?code=1"],
    ["[row 13] a long address", 400, `/callback?code=${"x".repeat(9_000)}`],
    ["[row 14] a script", 400, "/callback?error=%3Cscript%3E&state=%3Cscript%3E"],
  ])("%s gets %i and a constant page", async (_, status, target, options) => {
    const { server, url } = await startListener();
    void server.receive((redirect) => !redirect.search.includes("script"));
    const answer = await send(url, target, options);
    expect(answer).toMatchObject({ status, headers: SAFE });
    expect(answer.body).not.toMatch(/script|evil|xxx/);
  });

  it("[row 14] [row 15] answers a redirect with nothing of it", async () => {
    const { server, url } = await startListener();
    void server.receive(() => true);
    const answer = await send(url, "/callback?code=1&state=%3Cscript%3E");
    const headers = { ...SAFE, location: "/callback" };
    expect(answer).toMatchObject({ status: 303, body: "", headers });
    const [page] = await Promise.all([send(url, "/callback"), server.close("failed")]);
    expect(page).toMatchObject({ status: 200, headers: SAFE });
  });

  it("reads a request that comes in pieces", async () => {
    const { url } = await startListener();
    const browser = net.connect(Number(url.port), "127.0.0.1");
    browser.write("GET /favicon.ico HTTP/1.1\r\nHo");
    await delay(50);
    browser.write(`st: ${url.host}\r\n\r\n`);
    expect(await text(browser)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("[row 13] gives up on long headers and slow senders", async () => {
    const start = setTimeout;
    const fast = (run: () => void, time = 0) => start(run, time / 100);
    vi.stubGlobal("setTimeout", fast);
    onTestFinished(() => void vi.unstubAllGlobals());
    const { url } = await startListener();
    const headers = { cookie: "x".repeat(20_000) };
    expect((await send(url, "/callback", { headers })).status).toBe(431);
    const slow = net.connect(Number(url.port), "127.0.0.1").resume();
    slow.write("GET /callback HTTP/1.1\r\n");
    await once(slow, "close");
  });
});
