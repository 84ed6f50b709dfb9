import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { CLIENT, type ServerOptions } from "../wire/declared.js";
import type { StrictServer } from "../wire/strict-server.js";
import { type RequestKind, revokeAll, userOf } from "../wire/wire.js";
import { type Case, END_OF_TOKEN } from "./cases.js";
import { eventually } from "./eventually.js";
import type { Frontend } from "./frontend.js";
import type { HomeAssistant } from "./process.js";

/** A case with everything that runs it. */
export interface Stage {
  readonly one: Case;
  readonly domain: string;
  readonly server: StrictServer;
  readonly homeAssistant: HomeAssistant;
  readonly frontend: Frontend;
}

/** Home Assistant encodes queries as its URL library does. */
export const optionsOf = ({ options }: Case): ServerOptions => ({
  ...options,
  queriesOfUris: true,
});

/** What a step of a flow answers. */
interface Step {
  readonly type: "form" | "external" | "external_done" | "abort" | "create_entry";
  readonly flow_id: string;
  readonly step_id?: string;
  readonly url?: string;
  readonly reason?: string;
  readonly title?: string;
  readonly errors?: object;
  readonly description_placeholders?: Readonly<Record<string, string>>;
  readonly result?: Entry;
}

interface Entry {
  readonly entry_id: string;
  readonly domain: string;
  readonly title: string;
  readonly state: string;
}

interface StoredEntry {
  readonly entry_id: string;
  readonly unique_id: string | null;
  readonly data: { readonly token: Readonly<Record<string, unknown>> };
}

const OTHER = { id: "user-8", name: "Grace Hopper" } as const;

/** The life of an account: linked, refreshed, an outage, access taken away and given again, removed. */
export async function live(stage: Stage): Promise<void> {
  await seeCredentials(stage);
  if (stage.one.answers.capture !== undefined) await seeElsewhereRefused(stage);
  const entry = await seeLinked(stage);
  await seeSensors(stage, entry);
  await seeNoTwin(stage);
  if (expires(stage.one)) await seeRefreshed(stage, entry);
  if (polls(stage.one)) await seeOutage(stage);
  if (polls(stage.one)) await seeAccessTaken(stage, entry);
  if (expires(stage.one)) await seeRefreshRefused(stage, entry);
  await seeDiagnostics(stage, entry);
  await seeRemoved(stage, entry);
}

/** What such a life leaves in the log, in its order. */
export function complaintsOfLife(one: Case): readonly RegExp[] {
  const { domain } = one.answers;
  const about = `^ERROR .*\\[custom_components\\.${domain}\\]`;
  const refused = `^WARNING .*Config entry .* for ${domain} integration could not authenticate: `;
  return [
    // Home Assistant says so of each custom integration.
    new RegExp(`^WARNING .*We found a custom integration ${domain} which has not been tested`, "u"),
    ...(polls(one)
      ? [
          new RegExp(`${about} Error fetching ${domain} data: .* status 503`, "u"),
          new RegExp(`${about} Authentication failed while fetching ${domain} data: `, "u"),
          new RegExp(`${refused}The service does not take the token any more`, "u"),
        ]
      : []),
    ...(expires(one) ? [new RegExp(`${refused}400`, "u")] : []),
    // The wrong account, and then the refused token once more.
    ...(!polls(one) && knowsAccount(one) ? [new RegExp(`${refused}400`, "u")] : []),
  ];
}

const expires = ({ answers }: Case) => answers.tokensExpire !== false;
const knowsAccount = ({ answers }: Case) => typeof answers.account === "object";
const asksAccount = ({ answers: { account } }: Case) =>
  typeof account === "object" && "path" in account;
const polls = (one: Case) => polled(one).length > 0;

/** What the coordinator asks for each time. */
function polled(one: Case): readonly RequestKind[] {
  if (one.answers.sensors !== undefined) return ["api"];
  return asksAccount(one) ? ["account"] : [];
}

/** What a sign-in asks the server for. */
const signIn = (one: Case): readonly RequestKind[] => [
  "authorization",
  "token",
  ...(asksAccount(one) ? (["account"] as const) : []),
];

/** Does something, and sees that the server got exactly these requests, and refused none. */
async function requests<Result>(
  { server: { wire } }: Stage,
  kinds: readonly RequestKind[],
  act: () => Promise<Result>,
): Promise<Result> {
  const before = wire.log.length;
  const result = await act();
  expect(wire.refusals).toEqual([]);
  expect(wire.log.slice(before).map(({ kind }) => kind)).toEqual(kinds);
  return result;
}

/** The dialog says what to register, and keeps what is typed. */
async function seeCredentials({ domain, one, frontend }: Stage): Promise<void> {
  const { integrations } = await frontend.command<{
    readonly integrations: Readonly<Record<string, { readonly description_placeholders: object }>>;
  }>("application_credentials/config");
  expect(integrations[domain]?.description_placeholders).toEqual({
    name: one.answers.name,
    redirect_uri: `${frontend.origin}/auth/external/callback`,
    registration_url: one.answers.registrationUrl ?? `https://github.com/ada/${domain}#readme`,
    scopes: one.answers.scopes?.join(" ") ?? "-",
  });
  await frontend.command("application_credentials/create", {
    domain,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    name: one.answers.name,
  });
}

/** Begins a flow as the frontend does; with an entry it is the one that reconfigures it. */
const begin = ({ frontend, domain }: Stage, entryId?: string): Promise<Step> =>
  frontend.request("POST", "/api/config/config_entries/flow", {
    handler: domain,
    show_advanced_options: false,
    ...(entryId !== undefined && { entry_id: entryId }),
  });

const answer = ({ frontend }: Stage, flowId: string, input: object): Promise<Step> =>
  frontend.request("POST", `/api/config/config_entries/flow/${flowId}`, input);

/** Goes through a flow that has begun: fills in its form, signs in at the provider, comes back. Gives its end. */
async function goThrough(stage: Stage, begun: Step): Promise<Step> {
  const { frontend } = stage;
  const step = begun.type === "form" ? await fillIn(stage, begun) : begun;
  expect(step, JSON.stringify(step)).toMatchObject({ type: "external", step_id: "auth" });
  const progressed: string[] = [];
  await frontend.onEvent<{ readonly flow_id: string }>("data_entry_flow_progressed", (data) =>
    progressed.push(data.flow_id),
  );
  await comeBack(stage, step.url ?? "");
  await eventually("the dialog hears of it", async () => progressed.includes(step.flow_id));
  return frontend.request("GET", `/api/config/config_entries/flow/${step.flow_id}`);
}

/** The form of the variables, first with a value that leads elsewhere. */
async function fillIn(stage: Stage, { flow_id: flowId }: Step): Promise<Step> {
  const { variables = {} } = stage.server.wire.options;
  const [first = ""] = Object.keys(variables);
  const refused = await answer(stage, flowId, { ...variables, [first]: "evil.example/" });
  expect(refused).toMatchObject({ type: "form", errors: { [first]: "invalid_value" } });
  return answer(stage, flowId, variables);
}

/** The other window of the browser: the provider sends it back to Home Assistant, which closes it. */
async function comeBack({ frontend, server }: Stage, url: string): Promise<void> {
  const redirect = await fetch(url, { redirect: "manual" });
  const location = redirect.headers.get("location") ?? "";
  expect(server.wire.refusals).toEqual([]);
  expect(location).toMatch(`${frontend.origin}/auth/external/callback?`);
  const page = await fetch(location);
  expect(await page.text()).toBe("<script>window.close()</script>");
}

/** A host that only looks like one of the provider's: nothing is sent there. */
async function seeElsewhereRefused(stage: Stage): Promise<void> {
  const elsewhere = "https://127.0.0.1.evil.example";
  const captured = { ...stage.one.options?.captured, apiDomain: elsewhere };
  become(stage, { captured, unfit: [elsewhere] });
  const end = await requests(stage, ["authorization", "token"], async () =>
    goThrough(stage, await begin(stage)),
  );
  become(stage);
  expect(end).toMatchObject({ type: "abort", reason: "oauth_failed" });
  expect(await entriesOf(stage)).toEqual([]);
}

async function seeLinked(stage: Stage): Promise<Entry> {
  const { one, server } = stage;
  return requests(stage, [...signIn(stage.one), ...polled(stage.one)], async () => {
    const end = await goThrough(stage, await begin(stage));
    const title = knowsAccount(stage.one) ? userOf(server.wire).name : one.answers.name;
    expect(end, JSON.stringify(end)).toMatchObject({ type: "create_entry", title });
    return reach(stage, end.result?.entry_id ?? "", "loaded");
  });
}

/** Waits until an entry is in a state. */
const reach = (stage: Stage, entryId: string, state: string): Promise<Entry> =>
  eventually(`${stage.domain} is ${state}`, async () => {
    const entries = await entriesOf(stage);
    return entries.find((entry) => entry.entry_id === entryId && entry.state === state);
  });

const entriesOf = ({ frontend, domain }: Stage): Promise<readonly Entry[]> =>
  frontend.request("GET", `/api/config/config_entries/entry?domain=${domain}`);

interface Registered {
  readonly entity_id: string;
  readonly platform: string;
  readonly translation_key: string;
  readonly config_entry_id: string;
}

async function entitiesOf({ frontend, domain }: Stage): Promise<readonly Registered[]> {
  const all = await frontend.command<readonly Registered[]>("config/entity_registry/list");
  return all.filter(({ platform }) => platform === domain);
}

async function statesOf(stage: Stage): Promise<Readonly<Record<string, string>>> {
  const entities = await entitiesOf(stage);
  const states = entities.map(async ({ entity_id: id, translation_key: key }) => {
    const { state } = await stage.frontend.request<{ state: string }>("GET", `/api/states/${id}`);
    return [key, state] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}

/** Each sensor shows its value, on the device of the account. */
async function seeSensors(stage: Stage, entry: Entry): Promise<void> {
  const states = await statesOf(stage);
  expect(Object.keys(states).toSorted()).toEqual(Object.keys(stage.one.sensors).toSorted());
  for (const [key, value] of Object.entries(stage.one.sensors))
    if (value === END_OF_TOKEN) seeEndOfToken(stage, states[key]);
    else expect(states[key]).toBe(value);
  const devices = await stage.frontend.command<
    readonly { readonly name: string; readonly config_entries: readonly string[] }[]
  >("config/device_registry/list");
  const own = devices.filter(({ config_entries: ids }) => ids.includes(entry.entry_id));
  expect(own).toMatchObject([
    { name: entry.title, manufacturer: stage.one.answers.name, entry_type: "service" },
  ]);
}

/** Within ten seconds of what the server told. */
function seeEndOfToken({ server }: Stage, shown = ""): void {
  const end = server.wire.grants.at(-1)?.expiresAt ?? 0;
  expect(Math.abs(Date.parse(shown) - end), shown).toBeLessThan(10_000);
}

/** The same account a second time. */
async function seeNoTwin(stage: Stage): Promise<void> {
  if (!knowsAccount(stage.one)) {
    expect(await begin(stage)).toMatchObject({ type: "abort", reason: "single_instance_allowed" });
    return;
  }
  const end = await requests(stage, signIn(stage.one), async () =>
    goThrough(stage, await begin(stage)),
  );
  expect(end).toMatchObject({ type: "abort", reason: "already_configured" });
  expect(await entriesOf(stage)).toHaveLength(1);
}

/** Home Assistant writes what has changed a second later. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1500));

/** What stands on the disk about the entry. */
function stored({ homeAssistant }: Stage, entryId: string): StoredEntry | undefined {
  const file = path.join(homeAssistant.folder, ".storage/core.config_entries");
  const { data } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    readonly data: { readonly entries: readonly StoredEntry[] };
  };
  return data.entries.find(({ entry_id: id }) => id === entryId);
}

/** The tokens that the server gave last are those on the disk. */
async function seeStored(stage: Stage, entry: Entry): Promise<void> {
  const grant = stage.server.wire.grants.at(-1);
  await eventually(`${stage.domain} stores the tokens`, async () => {
    const token = stored(stage, entry.entry_id)?.data.token;
    return (
      token?.["access_token"] === grant?.accessToken &&
      (token?.["refresh_token"] ?? undefined) === grant?.refreshToken
    );
  });
}

/** The server behaves otherwise in some things; the rest stays as the case has it. */
const become = ({ one, server }: Stage, changes: ServerOptions = {}): void =>
  server.become({ ...optionsOf(one), ...changes });

/** Signs in again with a token that is as good as dead: the setup refreshes it, once the token endpoint is there again. */
async function seeRefreshed(stage: Stage, entry: Entry): Promise<void> {
  become(stage, { lifetimes: { token: 10 }, down: ["refresh"] });
  await requests(stage, [...signIn(stage.one), "refresh"], async () => {
    const end = await goThrough(stage, await begin(stage, entry.entry_id));
    expect(end).toMatchObject({ type: "abort", reason: "reconfigure_successful" });
    await reach(stage, entry.entry_id, "setup_retry");
  });
  become(stage);
  const before = stage.server.wire.grants.at(-1)?.refreshToken;
  await requests(stage, ["refresh", ...polled(stage.one)], () =>
    reach(stage, entry.entry_id, "loaded"),
  );
  expect(stage.server.wire.grants.at(-1)?.refreshToken).not.toBe(before);
  await seeStored(stage, entry);
}

/** Asks the integration for what is new now, as `homeassistant.update_entity` does. */
async function update(stage: Stage): Promise<void> {
  const [entity] = await entitiesOf(stage);
  await stage.frontend.request("POST", "/api/services/homeassistant/update_entity", {
    entity_id: entity?.entity_id,
  });
}

/** The API is not there, and comes back. */
async function seeOutage(stage: Stage): Promise<void> {
  const before = await statesOf(stage);
  become(stage, { down: ["account", "api"] });
  await requests(stage, polled(stage.one), () => updateUntil(stage, "unavailable"));
  expect(await openFlows(stage)).toEqual([]);
  become(stage);
  await requests(stage, polled(stage.one), () => updateUntil(stage, ...Object.values(before)));
}

/** Asks once, and waits until the sensors show it: Home Assistant lets ten seconds go by between two times. */
async function updateUntil(stage: Stage, ...shown: readonly string[]): Promise<void> {
  await update(stage);
  await eventually(`${stage.domain} shows ${shown.join(", ")}`, async () =>
    Object.values(await statesOf(stage)).every((state) => shown.includes(state)),
  );
}

/** The API no longer takes the token: Home Assistant asks to sign in again, and only the same account will do. */
async function seeAccessTaken(stage: Stage, entry: Entry): Promise<void> {
  revokeAll(stage.server.wire);
  await requests(stage, polled(stage.one), () => updateUntil(stage, "unavailable"));
  await seeWrongAccount(stage, entry);
  await requests(stage, polled(stage.one), async () => {
    await reload(stage, entry);
    await reach(stage, entry.entry_id, "setup_error");
  });
  await seeHealed(stage, entry);
}

const reload = ({ frontend }: Stage, { entry_id: id }: Entry): Promise<unknown> =>
  frontend.request("POST", `/api/config/config_entries/entry/${id}/reload`);

/** The token endpoint no longer takes the refresh token. */
async function seeRefreshRefused(stage: Stage, entry: Entry): Promise<void> {
  become(stage, {
    lifetimes: { token: 10 },
    odd: { ...stage.one.options?.odd, refresh: "revoked" },
  });
  await requests(stage, [...signIn(stage.one), "refresh"], async () => {
    const end = await goThrough(stage, await begin(stage, entry.entry_id));
    expect(end).toMatchObject({ type: "abort", reason: "reconfigure_successful" });
    await reach(stage, entry.entry_id, "setup_error");
  });
  become(stage);
  if (!polls(stage.one) && knowsAccount(stage.one)) {
    await seeWrongAccount(stage, entry);
    await requests(stage, ["refresh"], async () => {
      await reload(stage, entry);
      await reach(stage, entry.entry_id, "setup_error");
    });
  }
  await seeHealed(stage, entry);
}

interface OpenFlow {
  readonly flow_id: string;
  readonly handler: string;
}

/** The dialogs that Home Assistant opened by itself. */
async function openFlows({ frontend, domain }: Stage): Promise<readonly OpenFlow[]> {
  const flows = await frontend.command<readonly OpenFlow[]>("config_entries/flow/progress");
  return flows.filter(({ handler }) => handler === domain);
}

const askedAgain = (stage: Stage, entry: Entry): Promise<string> =>
  eventually(`${stage.domain} asks to sign in again`, async () => {
    const own = await openFlows(stage);
    if (own.length === 0) return undefined;
    expect(own).toMatchObject([
      { step_id: "reauth_confirm", context: { source: "reauth", entry_id: entry.entry_id } },
    ]);
    return own[0]?.flow_id;
  });

/** Signs in where Home Assistant asked for it. */
async function signInAgain(stage: Stage, entry: Entry): Promise<Step> {
  const flowId = await askedAgain(stage, entry);
  const form = await stage.frontend.request<Step>(
    "GET",
    `/api/config/config_entries/flow/${flowId}`,
  );
  expect(form).toMatchObject({
    type: "form",
    step_id: "reauth_confirm",
    description_placeholders: { name: entry.title },
  });
  return goThrough(stage, await answer(stage, flowId, {}));
}

async function seeWrongAccount(stage: Stage, entry: Entry): Promise<void> {
  await settled();
  const before = stored(stage, entry.entry_id);
  become(stage, { user: OTHER });
  const end = await requests(stage, signIn(stage.one), () => signInAgain(stage, entry));
  become(stage);
  expect(end).toMatchObject({ type: "abort", reason: "wrong_account" });
  await settled();
  expect(stored(stage, entry.entry_id)).toEqual(before);
}

async function seeHealed(stage: Stage, entry: Entry): Promise<void> {
  await requests(stage, [...signIn(stage.one), ...polled(stage.one)], async () => {
    const end = await signInAgain(stage, entry);
    expect(end).toMatchObject({ type: "abort", reason: "reauth_successful" });
    await reach(stage, entry.entry_id, "loaded");
  });
  expect(await entriesOf(stage)).toHaveLength(1);
  await seeStored(stage, entry);
  await seeSensors(stage, entry);
}

/** What a user may attach to an issue tells no secret. */
async function seeDiagnostics({ frontend, server }: Stage, entry: Entry): Promise<void> {
  const told = JSON.stringify(
    await frontend.request("GET", `/api/diagnostics/config_entry/${entry.entry_id}`),
  );
  expect(told).toContain(entry.domain);
  for (const secret of server.wire.secrets) expect(told).not.toContain(secret);
}

/** Nothing is left of the account, and the provider knows it where there is a way to say it. */
async function seeRemoved(stage: Stage, entry: Entry): Promise<void> {
  const revokes = stage.one.answers.revocationUrl !== undefined;
  await requests(stage, revokes ? ["revocation"] : [], () =>
    stage.frontend.request("DELETE", `/api/config/config_entries/entry/${entry.entry_id}`),
  );
  expect(await entriesOf(stage)).toEqual([]);
  expect(await entitiesOf(stage)).toEqual([]);
  await eventually(`${stage.domain} is gone from the disk`, async () =>
    stored(stage, entry.entry_id) === undefined ? true : undefined,
  );
}
