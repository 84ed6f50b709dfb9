import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Page, startBrowser } from "../support/browser.js";
import { startStrictServer, type StrictServer } from "../wire/strict-server.js";
import { type Frontend, onboard, OWNER } from "./frontend.js";
import { emptyFolder, install } from "./installation.js";
import { freePort, type HomeAssistant, startHomeAssistant } from "./process.js";
import { type Screen, screenOf, type View } from "./screen.js";

/** A generated integration in Home Assistant's own pages: what a person sees there, from adding it to the device of an account. */

/** Where the person has Home Assistant; the browser finds it on loopback. */
const HOME = "http://homeassistant.local:8123";
const APP = { id: "home-of-ada", secret: "a-secret-of-a-test" } as const;
const USER = { id: "user-7", name: "Ada Lovelace" } as const;

const CLIMATE = { temperature: 21.4, humidity: 47, energy: 3.82, filter: 38, mode: "Comfort" };

/** What each of them is on the screen, in its order there. */
const SHOWN = [
  ["Energy today", "3.82\u00A0kWh", "mdi:lightning-bolt"],
  ["Filter used", "38%", "mdi:gauge"],
  ["Humidity", "47%", "mdi:water-percent"],
  ["Mode", "Comfort", "mdi:information-outline"],
  ["Temperature", "21.4\u00A0°C", "mdi:thermometer"],
];

const sensor = (field: keyof typeof CLIMATE, more: object): object => ({
  path: "/devices",
  field: `climate.${field}`,
  ...more,
});

const ANSWERS = {
  name: "Acme Cloud",
  domain: "acme_cloud",
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
  apiBaseUrl: "http://127.0.0.1:OTHER_PORT/{house}",
  scopes: ["profile", "devices:read"],
  account: { path: "/me", id: "id", name: "name" },
  variables: [{ name: "house", label: "House", example: "villa-7" }],
  registrationUrl: "https://developer.acme.com/apps",
  redirect: { url: `${HOME}/auth/external/callback` },
  sensors: [
    sensor("temperature", { name: "Temperature", unit: "°C", deviceClass: "temperature" }),
    sensor("humidity", { name: "Humidity", unit: "%", deviceClass: "humidity" }),
    sensor("energy", { name: "Energy today", unit: "kWh", deviceClass: "energy" }),
    sensor("filter", { name: "Filter used", unit: "%" }),
    sensor("mode", { name: "Mode" }),
  ],
};

const HOUSE = "villa-7";

const OPTIONS = {
  queriesOfUris: true,
  client: APP,
  user: USER,
  variables: { house: HOUSE },
  documents: { "/devices": { climate: CLIMATE } },
};

let server: StrictServer;
let homeAssistant: HomeAssistant;
let frontend: Frontend;
let page: Page & AsyncDisposable;
let screen: Screen;

beforeAll(async () => {
  const folder = emptyFolder("screen");
  const port = await freePort();
  server = await startStrictServer(ANSWERS, OPTIONS);
  const { redirect: _ofHomeAssistant, ...answers } = server.answers;
  install(answers, folder);
  homeAssistant = await startHomeAssistant(folder, port);
  frontend = await onboard(homeAssistant);
  await tidyUp();
  const { host } = new URL(HOME);
  page = await startBrowser(
    "--hide-scrollbars",
    `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`,
  );
  screen = screenOf(page);
});

afterAll(async () => {
  await page?.[Symbol.asyncDispose]();
  frontend?.[Symbol.dispose]();
  await homeAssistant?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

interface Issue {
  readonly domain: string;
  readonly issue_id: string;
}

/** Does what a new home asks for, so that nothing in a picture wants attention. */
async function tidyUp(): Promise<void> {
  await frontend.command("http/config/promote");
  await frontend.command("config/core/update", { country: "GB" });
  await frontend.request("POST", "/api/services/persistent_notification/dismiss_all");
  const { issues } = await frontend.command<{ readonly issues: readonly Issue[] }>(
    "repairs/list_issues",
  );
  for (const { domain, issue_id } of issues)
    await frontend.command("repairs/ignore_issue", { domain, issue_id, ignore: true });
}

/** Draws what is seen; `npm run pictures` keeps it, and the README shows it. */
async function draw(name: string, view: View): Promise<void> {
  const folder = process.env["PICTURES"];
  for (const [colours, picture] of Object.entries(await screen.draw(view))) {
    expect(picture.length, `bytes of ${name}-${colours}.png`).toBeLessThan(120_000);
    if (folder !== undefined)
      fs.outputFileSync(path.join(folder, `${name}-${colours}.png`), picture);
  }
}

/** All texts: each has come from a translation, with its values in it. */
async function readAll(): Promise<readonly string[]> {
  const texts = await screen.texts();
  const raw = /component\.|config\.|\bui\.|\{\w+\}|undefined|\[object/u;
  expect(texts.filter((text) => raw.test(text))).toEqual([]);
  return texts;
}

describe.sequential("Home Assistant's own pages", () => {
  it("ask for the credentials of an app, and say what to register", async () => {
    await page.look({ width: 1200, height: 1040, colours: "light" });
    await page.open(`${HOME}/config/integrations/dashboard/add?domain=${ANSWERS.domain}`);
    await screen.fill("username", OWNER.username);
    await screen.fill("password", OWNER.password);
    await screen.press("Log in");
    await screen.wait("Do you want to set up Acme Cloud?");
    await screen.press("OK");
    await screen.wait("Register an app at Acme Cloud");
    const texts = await readAll();
    for (const shown of ["where and how", ANSWERS.redirect.url, ANSWERS.scopes.join(" ")])
      expect(texts).toContain(shown);
    await screen.fill("name", ANSWERS.name);
    await screen.fill("clientId", APP.id);
    await screen.fill("clientSecret", APP.secret);
    // So large that nothing else of the page is near the dialog.
    await draw("home-assistant-credentials", { width: 1200, height: 1040, selector: "dialog" });
    await screen.press("Add");
  });

  it("ask for the variables of an account, each with its label and its description", async () => {
    await screen.wait("Link an account");
    const texts = await readAll();
    for (const shown of ["House*", "For example villa-7"]) expect(texts).toContain(shown);
    await screen.fill("house", HOUSE);
    await screen.press("Submit");
  });

  it("show the account as a device, with name, state and icon of each sensor", async () => {
    await screen.wait("Device name");
    expect(await readAll()).toContain(ANSWERS.name);
    await screen.press("Skip and finish");
    const devices = await frontend.command<
      readonly { readonly id: string; readonly name: string }[]
    >("config/device_registry/list");
    const device = devices.find(({ name }) => name === USER.name);
    await page.open(`${HOME}/config/devices/device/${device?.id}`);
    await screen.wait("Sensors");
    const texts = await readAll();
    for (const shown of [USER.name, "by Acme Cloud"]) expect(texts).toContain(shown);
    const rows = await screen.read(
      `seen("hui-generic-entity-row").map((row) => [
        row.shadowRoot.querySelector(".info").innerText,
        row.innerText,
        all(row.shadowRoot).find(({ localName }) => localName === "ha-icon").icon,
      ])`,
    );
    expect(rows).toEqual(SHOWN);
    await draw("home-assistant-device", { width: 960, height: 540 });
  });

  it("ask nobody but this Home Assistant, which signs in without a mistake", () => {
    const hosts = new Set(page.requests.map((request) => new URL(request).host));
    expect([...hosts].filter((host) => host !== "")).toEqual([new URL(HOME).host]);
    expect(server.wire.refusals).toEqual([]);
    expect(server.wire.log.map(({ kind }) => kind)).toEqual([
      "authorization",
      "token",
      "account",
      "api",
    ]);
  });
});
