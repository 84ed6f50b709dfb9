import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  type Attack,
  ATTACKS,
  good,
  isToken,
  makeBombs,
  type Outcomes,
  SLOW_ATTACKS,
} from "./hardness/attacks.js";
import {
  Desk,
  type Entry,
  makeToken,
  openProject,
  outcomeOf,
  peak,
  type Project,
  SECRET,
  signIn,
} from "./hardness/desk.js";
import { ALL_AT_ONCE, FLOODS } from "./hardness/floods.js";
import { json, type RawServer, startRawServer, whole } from "./hardness/server.js";
import { buildPlainProject } from "./support/built-project.js";

/** Milliseconds over its limits that a program may take to start and end. */
const START_MS = 6_000;

let project: Project;

beforeAll(async () => {
  [project] = await Promise.all([openProject(buildPlainProject("hardness")), makeBombs()]);
});

afterAll(() => {
  console.log(`Largest program: ${peak.megabytes.toFixed(1)} MB (${peak.scenario})`);
});

async function start(attack: Pick<Attack, "answer" | "greet">): Promise<RawServer> {
  const server = await startRawServer(attack.answer, attack.greet);
  onTestFinished(() => server.close());
  return server;
}

function sit({ origin }: RawServer): Desk {
  const desk = new Desk(project, origin);
  onTestFinished(() => desk.remove());
  return desk;
}

const GOOD = makeToken();

/** What the program makes of a server that attacks. */
async function programUnder(server: RawServer, name: string): Promise<Outcomes> {
  const run = async (words: string, token?: object) => {
    const desk = sit(server);
    if (words !== "link") await desk.keep(token);
    const result = await desk.run(words.split(" "));
    const limit = (words.startsWith("call") ? 30_000 : 15_000) + START_MS;
    expect(result.milliseconds, `${words}: ${name}`).toBeLessThan(limit);
    const outcome = outcomeOf(result);
    if (words === "refresh" && outcome !== "ok") await expectKept(desk);
    return { outcome, shown: result.stdout + result.stderr };
  };
  const [refresh, link, call] = await Promise.all([
    run("refresh"),
    run("link"),
    run("call get /me", GOOD),
  ]);
  expect(verifiers(server).filter((verifier) => link.shown.includes(verifier))).toEqual([]);
  return { refresh: refresh.outcome, link: link.outcome, call: call.outcome };
}

function verifiers({ requests }: RawServer): readonly string[] {
  return requests.flatMap(({ body }) => new URLSearchParams(body).getAll("code_verifier"));
}

/** The account outlives it: the refresh token is there, and no sign-in is asked for. */
async function expectKept(desk: Desk): Promise<void> {
  const stored = await desk.stored();
  expect(stored?.reauth).toBeUndefined();
  expect(stored?.token.refreshToken).toBe(GOOD.refreshToken);
}

/** What a host gets from the library meanwhile. */
async function libraryUnder(server: RawServer): Promise<Outcomes> {
  const { ConfigFlow, setupEntry, unloadEntry } = project.library;
  const set = async (desk: Desk, entry: Entry) => {
    unloadEntry(entry.entryId);
    return setupEntry(entry, desk.context);
  };
  const [first, second, third] = [sit(server), sit(server), sit(server)];
  const { session } = await set(first, await first.keep(GOOD));
  const { client } = await set(third, await third.keep(GOOD));
  const flow = new ConfigFlow(second.context);
  const [refresh, link, call] = await Promise.all([
    failure(session.refresh()),
    failure(
      flow.link({ showAuthorizationUrl: (url, redirect) => void signIn(url, new URL(redirect)) }),
    ),
    failure(client.request("GET", "/me")),
  ]);
  return { refresh, link, call };
}

/** "ok" or the code of an error; an error shows no secret, however deep one looks. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "ok";
  } catch (error) {
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    return String(Object(error).code ?? error);
  }
}

/** What both make of an attack. */
async function expectUnder({
  name,
  answer,
  greet,
  library: better,
  ...expected
}: Attack): Promise<void> {
  const server = await start({ answer, ...(greet && { greet }) });
  const [program, library] = await Promise.all([programUnder(server, name), libraryUnder(server)]);
  const [ofProgram, ofLibrary] = [expected, { ...expected, ...better }];
  expect({ name, program, library }).toEqual({ name, program: ofProgram, library: ofLibrary });
}

const requestsFor = ({ requests }: RawServer): number => requests.filter(isToken).length;

describe("a server that attacks", () => {
  it.each(ATTACKS)("at once: $name", expectUnder);

  it("for ever: nothing is waited for longer than 15 s, at the API 30 s", async () => {
    await Promise.all(SLOW_ATTACKS.map(expectUnder));
  });

  it.each([301, 302, 303, 307, 308])(
    "with %i to another server: nothing gets there",
    async (status) => {
      const elsewhere = await start({ answer: (one, request) => void one.write(good(request)) });
      const answer: Attack["answer"] = (one, request) => {
        one.write(whole(status, { location: `${elsewhere.origin}${request.path}` }));
      };
      const [refresh, link] = ["temporarily_unavailable", "authorization_failed"];
      await expectUnder({ name: "elsewhere", answer, refresh, link, call: "api_error" });
      expect(elsewhere.connections()).toBe(0);
    },
  );

  it("in the middle of a connection in use: a call is made again on a new one", async () => {
    const used = new WeakSet();
    const server = await start({
      answer: (one, request) => {
        if (used.has(one)) one.resetAndDestroy();
        else one.write(good(request));
        used.add(one);
      },
    });
    const desk = sit(server);
    project.library.unloadEntry("one");
    const { client } = await project.library.setupEntry(await desk.keep(GOOD), desk.context);
    for (let index = 0; index < 5; index += 1) {
      expect((await client.request("GET", "/me")).body).toEqual({ fine: true });
      // The connection is free again.
      await delay(10);
    }
    expect([server.requests.length, server.connections()]).toEqual([9, 5]);
  });
});

describe("Retry-After", () => {
  const inSeconds = (seconds: number) => () => new Date(Date.now() + seconds * 1000).toUTCString();
  it.each([
    { status: 503, value: () => "6" },
    { status: 429, value: inSeconds(7) },
  ])("$status is kept for every process, until its time", async ({ status, value }) => {
    const down = { "retry-after": value() };
    let isUp = false;
    const server = await start({
      answer: (one, request) => void one.write(isUp ? good(request) : whole(status, down, "{}")),
    });
    const desk = sit(server);
    await desk.keep();
    const lines = ["refresh", "call get /me", "refresh"];
    for (const line of lines) {
      expect(outcomeOf(await desk.run(line.split(" ")))).toBe("temporarily_unavailable");
    }
    const shown = await desk.run(["status"]);
    expect(outcomeOf(shown)).toBe("ok");
    const entries = [expect.objectContaining({ state: "ok" })];
    expect(shown.events.at(-1)).toMatchObject({ entries });
    const { at = 0 } = (await desk.stored())?.retry ?? {};
    expect(at, "The machine was too slow for this test.").toBeGreaterThan(Date.now());
    expect(requestsFor(server)).toBe(1);
    isUp = true;
    await delay(at - Date.now() + 10);
    expect(outcomeOf(await desk.run(["call", "get", "/me"]))).toBe("ok");
    expect(requestsFor(server)).toBe(2);
    expect((await desk.run(["status"])).events.at(-1)).toMatchObject({
      entries: [{ state: "ok" }],
    });
  });

  it.each([
    ["9".repeat(400), 24],
    ["99999999999", 24],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 24],
    ["-5", 0],
    ["0", 0],
    ["soon", 0],
    ["1e9", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
  ])("%s means %i hours at most", async (value, hours) => {
    const server = await start({
      answer: (one) => void one.write(whole(503, { "retry-after": value })),
    });
    const desk = sit(server);
    await desk.keep();
    for (let times = 0; times < 2; times += 1) {
      expect(outcomeOf(await desk.run(["refresh"]))).toBe("temporarily_unavailable");
    }
    const { at = Date.now() } = (await desk.stored())?.retry ?? {};
    expect(Math.max(0, Math.round((at - Date.now()) / 3_600_000))).toBe(hours);
    expect(requestsFor(server)).toBe(hours === 0 ? 2 : 1);
  });
});

describe("Retry-After of the API", () => {
  it.each([429, 503])(
    "%i is told to the caller and kept for other processes, and keeps nobody from a token",
    async (status) => {
      const server = await start({
        answer: (one, request) =>
          void one.write(isToken(request) ? good(request) : whole(status, { "retry-after": "7" })),
      });
      const desk = sit(server);
      project.library.unloadEntry("one");
      const { client } = await project.library.setupEntry(await desk.keep(GOOD), desk.context);
      const call = client.request("GET", "/me");
      await expect(call).rejects.toMatchObject({
        code: "temporarily_unavailable",
        status,
        retryAfter: 7_000,
      });
      const calls = (): number => server.requests.length;
      const before = calls();
      // Another process, and the same one again: neither asks.
      expect(outcomeOf(await desk.run(["call", "GET", "/me"]))).toBe("temporarily_unavailable");
      await expect(client.request("GET", "/me")).rejects.toMatchObject({ status: undefined });
      expect(calls()).toBe(before);
      expect((await desk.stored())?.retry).toBeUndefined();
      expect(outcomeOf(await desk.run(["refresh"]))).toBe("ok");
    },
  );

  it("is over when its time has come", async () => {
    let isBusy = true;
    const server = await start({
      answer: (one, request) =>
        void one.write(isBusy ? whole(429, { "retry-after": "1" }) : good(request)),
    });
    const desk = sit(server);
    await desk.keep(GOOD);
    expect(outcomeOf(await desk.run(["call", "GET", "/me"]))).toBe("temporarily_unavailable");
    isBusy = false;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(outcomeOf(await desk.run(["call", "GET", "/me"]))).toBe("ok");
  });
});

describe("100 calls at once in each of 12 processes", () => {
  it.each([
    ["ended", { obtainedAt: 0, expiresAt: 1 }],
    ["was refused", {}],
  ])("make one token request when the token %s", async (_, token) => {
    const server = await start({
      answer: (one, request) => {
        // Slow, so that all of them have to wait for it.
        if (isToken(request)) setTimeout(() => one.write(good(request)), 500);
        else if (request.head.includes(`${SECRET}access-2`)) one.write(good(request));
        else one.write(json({ error: "invalid_token" }, 401));
      },
    });
    const desk = sit(server);
    await desk.keep(token);
    const script = path.join(import.meta.dirname, "hardness/parallel-calls.js");
    const words = [
      script,
      path.join(project.folder, "dist/src/index.js"),
      String(Date.now() + 4_000),
    ];
    const runs = Array.from({ length: 12 }, () => desk.node(words, "parallel calls"));
    for (const run of await Promise.all(runs)) {
      expect(outcomeOf(run)).toBe("ok");
      expect(run.events).toEqual([{ event: "called", statuses: Array(100).fill(200) }]);
    }
    expect(requestsFor(server)).toBe(1);
    const good200 = server.requests.filter(({ head }) => head.includes(`${SECRET}access-2`));
    expect(good200).toHaveLength(1_200);
  });
});

describe("a sign-in whose listener is under fire", () => {
  // What is dropped is memory until V8 collects it: of three tries, one has to stay below the limit.
  it.each([...FLOODS, ALL_AT_ONCE])("$name", { retry: 2 }, async ({ start: fire }) => {
    const server = await start({ answer: (one, request) => void one.write(good(request)) });
    const ends: (() => void)[] = [];
    onTestFinished(() => ends.forEach((end) => end()));
    const browse = async (url: URL, redirect: URL): Promise<void> => {
      ends.push(await fire(redirect));
      // Once more, and again after it was taken.
      await Promise.all([signIn(url, redirect), signIn(url, redirect)]);
      await signIn(url, redirect);
    };
    const run = await sit(server).run(["link"], { browse, limit: 30_000 });
    expect(outcomeOf(run)).toBe("ok");
    expect(run.milliseconds).toBeLessThan(15_000);
    const { ConfigFlow } = project.library;
    const linked = new ConfigFlow(sit(server).context).link({
      showAuthorizationUrl: (url, redirect) => void browse(url, new URL(redirect)),
    });
    expect(await failure(linked)).toBe("ok");
    expect(requestsFor(server)).toBe(2);
  });
});
