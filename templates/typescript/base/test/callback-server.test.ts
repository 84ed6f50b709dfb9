import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { ConfigFlow, type FlowHost, type FlowOptions } from "../src/config-flow.js";
import { DOMAIN } from "../src/const.js";
import { type CallbackServer, startCallbackServer } from "../src/oauth/callback-server.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { answerWith, createWorld, failure, MECHANISM, Person, PLAIN, type World } from "./support.js";

/** A sign-in whose redirect goes to the test instead of the listener. */
async function linkByHand(world: World, deliver: (redirect: URL) => Promise<unknown>) {
  let delivered: Promise<unknown> = Promise.resolve();
  const host: FlowHost = {
    showAuthorizationUrl(url, redirectUri) {
      const redirect = signIn(url, "alice", { stopAt: redirectUri });
      delivered = redirect.then((page) => deliver(new URL(page.url)));
    },
  };
  const linked = new ConfigFlow(world.context).link(host);
  return (await Promise.all([linked, linked.finally(() => delivered)]))[0];
}

function changed(url: URL, changes: Readonly<Record<string, string | null>>): URL {
  const copy = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) copy.searchParams.delete(name);
    else copy.searchParams.set(name, value);
  }
  return copy;
}

async function startListener(): Promise<{ server: CallbackServer; url: URL }> {
  const server = await startCallbackServer({ ...PLAIN.redirect, portVariable: "PORT" });
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
async function send(url: URL, target: string, options: http.RequestOptions = {}) {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const { port } = url;
    const request = http.request({ host: "127.0.0.1", port, path: target, ...options }, resolve);
    request.on("error", reject).end();
  });
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, headers: response.headers, body };
}

function canConnect(host: string, port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: Number(port), timeout: 500 });
    const end = (reached: boolean) => () => {
      socket.destroy();
      resolve(reached);
    };
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false));
  });
}

describe("the redirect", () => {
  it("[row 3] [row 13] with a wrong, missing or second state ends nothing", async () => {
    const world = await createWorld();
    const { entry } = await linkByHand(world, async (redirect) => {
      const wrong = changed(redirect, { state: "wrong" });
      const double = `${redirect.href}&state=${redirect.searchParams.get("state")}`;
      const denied = changed(wrong, { error: "access_denied", code: null });
      for (const url of [wrong, changed(redirect, { state: null }), double, denied]) {
        expect((await fetch(url)).status).toBe(400);
      }
      expect(world.sandbox.requestsTo("/token")).toEqual([]);
      await fetch(redirect);
    });
    expect(entry.uniqueId).toBe("alice");
  });

  it("[row 3] [row 13] belongs to one sign-in, and is good for one time", async () => {
    const world = await createWorld();
    await linkByHand(world, async (first) => {
      const other = linkByHand(world, async (second) => {
        expect((await fetch(changed(second, Object.fromEntries(first.searchParams)))).status).toBe(400);
        await fetch(changed(second, { error: "access_denied" }));
      });
      expect(await failure(other)).toBe("authorization_denied");
      const page = fetch(first);
      await vi.waitFor(() => expect(world.sandbox.requestsTo("/token")).toHaveLength(1));
      expect((await fetch(first).catch(() => undefined))?.status ?? 400).toBe(400);
      await page;
    });
    expect(world.sandbox.requestsTo("/token")).toHaveLength(1);
  });

  const issuer = "https://auth.invalid";
  it.each<[string, Partial<ProviderDefinition>, string | null | undefined, string]>([
    ["the known one", { issuer, issParameter: true }, undefined, "no error"],
    ["another one", { issuer }, "https://evil.invalid", "authorization_failed"],
    ["none, though announced", { issuer, issParameter: true }, null, "authorization_failed"],
    ["none, and none announced", { issuer }, null, "no error"],
    ["any, while the issuer is unknown", {}, "https://evil.invalid", "no error"],
  ])("[row 4] names an issuer: %s", async (_, definition, iss, expected) => {
    const world = await createWorld(definition);
    const linked = linkByHand(world, (redirect) =>
      fetch(iss === undefined ? redirect : changed(redirect, { iss })),
    );
    expect(await failure(linked)).toBe(expected);
    expect(world.sandbox.requestsTo("/token")).toHaveLength(expected === "no error" ? 1 : 0);
  });

  it("may be pasted, with and without a listener", async () => {
    const world = await createWorld();
    for (const [user, listen] of [["alice", true], ["bob", false]] as const) {
      let redirect: Promise<string> | undefined;
      const host: FlowHost = {
        showAuthorizationUrl(url, stopAt) {
          redirect = signIn(url, user, { stopAt }).then((page) => page.url);
        },
        readRedirect: () => vi.waitUntil(() => redirect),
      };
      const { entry } = await new ConfigFlow(world.context).link(host, { listen });
      expect(entry.uniqueId).toBe(user);
    }
  });
});

describe("the end of a sign-in", () => {
  const never: FlowHost = { showAuthorizationUrl: () => new Promise(() => undefined) };
  it.each<[string, string, FlowHost, FlowOptions]>([
    ["linked", "no error", new Person("alice"), {}],
    ["denied", "authorization_denied", new Person("nobody"), {}],
    ["out of time", "callback_timeout", never, { timeoutMs: 50 }],
    ["given up", "authorization_failed", never, { signal: AbortSignal.timeout(50) }],
  ])("[row 10] closes the listener: %s", async (_, expected, host, options) => {
    const world = await createWorld();
    let redirect = new URL(PLAIN.apiBaseUrl);
    const watching: FlowHost = {
      async showAuthorizationUrl(url, redirectUri) {
        redirect = new URL(redirectUri);
        expect(await canConnect(redirect.hostname, redirect.port)).toBe(true);
        await host.showAuthorizationUrl(url, redirectUri);
      },
    };
    expect(await failure(new ConfigFlow(world.context).link(watching, options))).toBe(expected);
    expect(await canConnect(redirect.hostname, redirect.port)).toBe(false);
  });

  it("[row 15] [row 16] is told by a page without the code, after the account was read", async () => {
    const world = await createWorld();
    const person = new Person("alice");
    let isShown = false;
    const slow = {
      async identifyAccount(context: Parameters<NonNullable<typeof MECHANISM.identifyAccount>>[0]) {
        void person.page.then(() => (isShown = true));
        await delay(100);
        expect(isShown).toBe(false);
        return { id: "alice", title: context.provider.tokenUrl };
      },
    };
    await new ConfigFlow({ ...world.context, mechanisms: [slow] }).link(person);
    expect(await person.title()).toBe("Account linked");
    expect((await person.page)?.url).not.toContain("code=");
  });

  it("[row 16] is told truly when the token is refused", async () => {
    const world = await createWorld();
    const person = new Person("alice");
    answerWith(world, "/token", 400, { error: "invalid_grant" });
    expect(await failure(new ConfigFlow(world.context).link(person))).toBe("authorization_failed");
    expect(await person.title()).toBe("Not linked");
  });
});

describe("the listener", () => {
  it("[row 9] says which variable moves it when its port is taken", async () => {
    const world = await createWorld();
    const taken = net.createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await vi.waitUntil(() => taken.listening);
    const { port } = Object(taken.address());
    const linked = new ConfigFlow(world.context).link(new Person("alice"), { redirectPort: port });
    await expect(linked).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringContaining(`${DOMAIN.toUpperCase()}_REDIRECT_PORT`),
    });
  });

  it("[row 8] takes [::1] on a machine without IPv4", async () => {
    const listen = net.Server.prototype.listen;
    vi.spyOn(net.Server.prototype, "listen").mockImplementation(function (this: net.Server, ...args) {
      const [options, ready] = [Object(args[0]), args[1]];
      // 127.0.0.1 stands in for ::1, which not every machine has.
      if (options.host === "::1") return listen.call(this, { ...options, host: "127.0.0.1" }, Object(ready));
      const error = Object.assign(new Error("listen EADDRNOTAVAIL"), { code: "EADDRNOTAVAIL" });
      setImmediate(() => this.emit("error", error));
      return this;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const { url } = await startListener();
    expect(url.hostname).toBe("[::1]");
    expect(await canConnect("127.0.0.1", url.port)).toBe(true);
  });

  it("[row 11] is reached from this machine only", async () => {
    const { url } = await startListener();
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const outside = addresses.filter(({ internal, family }) => !internal && family === "IPv4");
    // All of 127.0.0.0/8 leads to this machine, where the system lets it.
    for (const address of ["127.0.0.2", ...outside.map((each) => each.address)]) {
      expect(await canConnect(address, url.port)).toBe(false);
    }
  });

  it.each<[string, number, string, http.RequestOptions]>([
    ["[row 12] a foreign Host header", 421, "/callback?code=1", { headers: { host: "evil.invalid" } }],
    ["[row 12] another name of this machine", 421, "/callback?code=1", { headers: { host: "localhost" } }],
    ["[row 13] another path", 404, "/favicon.ico", {}],
    ["[row 13] a path below", 404, "/callback/more", {}],
    ["[row 13] another method", 405, "/callback?code=1", { method: "POST" }],
    ["[row 13] HEAD", 405, "/callback?code=1", { method: "HEAD" }],
    ["[row 13] a whole address", 400, "http://evil.invalid/callback?code=1", {}],
    ["[row 13] a long address", 400, `/callback?code=${"x".repeat(9_000)}`, {}],
    ["[row 14] a script", 400, "/callback?error=%3Cscript%3E&state=%3Cscript%3E", {}],
  ])("%s gets %i and a constant page", async (_, status, target, options) => {
    const { server, url } = await startListener();
    void server.receive((redirect) => !redirect.search.includes("script"));
    const answer = await send(url, target, options);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toMatch(/script|evil|xxx/);
    expect(answer.headers).toMatchObject(SAFE);
  });

  it("[row 14] [row 15] answers a redirect with nothing of it", async () => {
    const { server, url } = await startListener();
    void server.receive(() => true);
    const { status, body, headers } = await send(url, "/callback?code=1&state=%3Cscript%3E");
    expect([status, body, headers.location]).toEqual([303, "", "/callback"]);
    const [page] = await Promise.all([send(url, "/callback"), server.close("failed")]);
    expect([headers, page.headers]).toMatchObject([SAFE, SAFE]);
  });

  it("[row 13] gives up on long headers and slow senders", async () => {
    const { createServer } = http;
    // Time runs a hundred times faster.
    vi.spyOn(http, "createServer").mockImplementation((options) => {
      const { headersTimeout = Infinity, requestTimeout = Infinity, ...rest } = Object(options);
      const [headers, request] = [headersTimeout / 100, requestTimeout / 100];
      const limits = { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: 10 };
      return createServer({ ...rest, ...limits });
    });
    onTestFinished(() => void vi.restoreAllMocks());
    const { url } = await startListener();
    const cookie = "x".repeat(20_000);
    expect((await send(url, "/callback", { headers: { cookie } })).status).toBe(431);
    const slow = net.connect(Number(url.port), "127.0.0.1");
    slow.write("GET /callback HTTP/1.1\r\n");
    await once(slow.resume(), "close");
  });
});
