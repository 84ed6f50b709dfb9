import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startStrictServer, type StrictServer } from "../wire/strict-server.js";
import { type Case, CASES } from "./cases.js";
import { type Frontend, onboard } from "./frontend.js";
import { emptyFolder, install } from "./installation.js";
import { complaintsOfLife, live, optionsOf } from "./life.js";
import { complaintsAbout, secretsIn } from "./log.js";
import { freePort, type HomeAssistant, startHomeAssistant } from "./process.js";

// They wait for Home Assistant most of the time.
vi.setConfig({ maxConcurrency: CASES.length });

const begun = Date.now();
const servers = new Map<Case, StrictServer>();
let homeAssistant: HomeAssistant;
let frontend: Frontend;

beforeAll(async () => {
  const folder = emptyFolder("configuration");
  const port = await freePort();
  const redirect = { host: "127.0.0.1", port, path: "/auth/external/callback" };
  for (const one of CASES) {
    const server = await startStrictServer({ ...one.answers, redirect }, optionsOf(one));
    servers.set(one, server);
    const { redirect: _ofHomeAssistant, ...answers } = server.answers;
    install(answers, folder);
  }
  homeAssistant = await startHomeAssistant(folder, port);
  frontend = await onboard(homeAssistant);
  // Else it goes back to another port after five minutes.
  await frontend.command("http/config/promote");
});

afterAll(async () => {
  frontend?.[Symbol.dispose]();
  await homeAssistant?.[Symbol.asyncDispose]();
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
  const requests = [...servers.values()].reduce((sum, { wire }) => sum + wire.log.length, 0);
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `${servers.size} integrations in a real Home Assistant: ${requests} requests in ${seconds} s`,
  );
});

const serverOf = (one: Case): StrictServer => {
  const server = servers.get(one);
  if (server === undefined) throw new Error(`There is no server for ${one.is}.`);
  return server;
};

describe.concurrent("the life of an account", () => {
  it.each(CASES)("$is", async (one) => {
    await live({ one, domain: one.answers.domain, server: serverOf(one), homeAssistant, frontend });
  });
});

describe("the log, after Home Assistant has ended", () => {
  beforeAll(() => homeAssistant[Symbol.asyncDispose]());

  it.each(CASES)("complains about nothing but what happened: $is", (one) => {
    const complaints = complaintsAbout(one.answers.domain, homeAssistant.printed());
    expect(complaints).toEqual(complaintsOfLife(one).map((shape) => expect.stringMatching(shape)));
  });

  it.each(CASES)("holds no secret: $is", (one) => {
    const { secrets } = serverOf(one).wire;
    expect(secretsIn(homeAssistant.printed(), secrets)).toEqual([]);
    expect(secrets.size).toBeGreaterThan(5);
  });

  it("says nothing else about custom integrations", () => {
    const named = new Set(
      CASES.flatMap(({ answers }) => complaintsAbout(answers.domain, homeAssistant.printed())),
    );
    const all = complaintsAbout("custom[ _](?:component|integration)s?", homeAssistant.printed());
    expect(all.filter((complaint) => !named.has(complaint))).toEqual([]);
  });
});
