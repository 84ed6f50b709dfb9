import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { startStrictServer, type StrictServer } from "../wire/strict-server.js";
import { type Case, CASES } from "./cases.js";
import { type Frontend, onboard } from "./frontend.js";
import { emptyFolder, install } from "./installation.js";
import { live } from "./life.js";
import { type HomeAssistant, freePort, startHomeAssistant } from "./process.js";

// They wait for Home Assistant most of the time.
vi.setConfig({ maxConcurrency: CASES.length });

const servers = new Map<Case, StrictServer>();
let homeAssistant: HomeAssistant;
let frontend: Frontend;

beforeAll(async () => {
  const folder = emptyFolder("configuration");
  const port = await freePort();
  const redirect = { host: "127.0.0.1", port, path: "/auth/external/callback" };
  for (const one of CASES) {
    const server = await startStrictServer({ ...one.answers, redirect }, one.options);
    servers.set(one, server);
    const { redirect: _ofHomeAssistant, ...answers } = server.answers;
    install(answers, folder);
  }
  homeAssistant = await startHomeAssistant(folder, port);
  frontend = await onboard(homeAssistant);
  await frontend.command("http/config/promote");
});

afterAll(async () => {
  frontend[Symbol.dispose]();
  await homeAssistant[Symbol.asyncDispose]();
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
  console.log(homeAssistant.printed().split("\n").filter((l) => /proof_|Ada|Trace/.test(l)).join("\n"));
});

describe.concurrent("a real Home Assistant", () => {
  it.each(CASES)("$is: the life of an account", async (one) => {
    const server = servers.get(one);
    if (server === undefined) throw new Error("There is no server.");
    const domain = one.answers.domain ?? "";
    await live({ one, domain, server, homeAssistant, frontend });
  });
});
