import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { ServiceClient } from "../src/api.js";
import { ConfigFlow, type FlowHost, type FlowOptions } from "../src/config-flow.js";
import type { Mechanism, ProviderDefinition } from "../src/oauth/provider.js";
import { addressPlaceholders } from "../src/provider/address-placeholders.js";
import { placeholders } from "../src/provider/placeholders.js";
import { type VariableDefinition, variables } from "../src/provider/variables.js";
import { createWorld, failure, MECHANISM, Person, sessionOf } from "./support.js";
import { startThief } from "./thief.js";

/** The API counts the accounts of each tenant from one. */
const SAME: Mechanism = { identifyAccount: async () => ({ id: "1", title: "One" }) };
const KEY = "secret-key{clientSecret}";
const TENANT = { name: "tenant", label: "Tenant" };
const ALL: readonly VariableDefinition[] = [
  TENANT,
  { name: "key", label: "Key", secret: true, pattern: "secret-.+" },
  { name: "region", label: "Region", default: "eu" },
  { name: "note", label: "Note", optional: true },
];

/** A provider whose accounts have variables, and a way to link one. */
async function createAsking(own: readonly VariableDefinition[] = ALL, changes: object = {}) {
  const world = await createWorld();
  const { sandbox } = world;
  const { origin } = new URL(sandbox.provider.tokenUrl);
  const provider: ProviderDefinition = {
    ...sandbox.provider,
    authorizationUrl: `${origin}/auth?tenant={tenant}`,
    tokenUrl: `${origin}/token/{tenant}`,
    apiBaseUrl: `${origin}/api/{tenant}`,
    variables: own,
    ...changes,
  };
  const mechanisms = [variables, placeholders, addressPlaceholders, SAME, MECHANISM];
  const context = { ...world.context, provider, mechanisms };
  const flow = new ConfigFlow(context);
  const linkWith = (values: FlowOptions["variables"], host: FlowHost = new Person("alice")) =>
    flow.link(host, { ...(values && { variables: values }) });
  return { ...world, context, flow, linkWith, origin };
}

describe("variables", () => {
  const params = {
    authorizationParams: { tenant: "{tenant}", place: "in {region}", note: "{note}" },
    tokenParams: { key: "{key}", place: "{region}", note: "a{note}b" },
    refreshParams: { key: "{key}{region}", note: "{note}" },
  };

  it("stand in addresses and parameters; without a value they are left out", async () => {
    const { sandbox, context, linkWith } = await createAsking(ALL, params);
    const { entry } = await linkWith({ tenant: "acme", key: KEY });
    expect(entry).toMatchObject({
      variables: { tenant: "acme", region: "eu" },
      hidden: { key: KEY },
    });
    const session = sessionOf({ context }, entry);
    await session.refresh();
    await new ServiceClient(session).request("GET", "/things");
    const [asked] = sandbox.requestsTo("/auth").map(({ query }) => query);
    expect([asked?.getAll("tenant"), asked?.get("place")]).toEqual([["acme"], "in eu"]);
    const [first, second] = sandbox.requestsTo("/token/acme").map(({ form }) => form);
    // A value is sent as it is: nothing is filled in twice.
    expect([first?.get("key"), first?.get("place")]).toEqual([KEY, "eu"]);
    expect(second?.get("key")).toBe(`${KEY}eu`);
    for (const sent of [asked, first, second]) expect(sent?.has("note")).toBe(false);
    expect(sandbox.requestsTo("/api/acme/things")).toHaveLength(1);
    expect(inspect(session.entry, { depth: 9 })).not.toContain("secret-key");
  });

  it("tell accounts apart: two side by side, each at its own address", async () => {
    const { sandbox, context, linkWith } = await createAsking();
    const { entry: one } = await linkWith({ tenant: "one", key: KEY });
    const { entry: two } = await linkWith({ tenant: "two", key: KEY });
    expect([one.uniqueId, two.uniqueId]).toEqual(["1", "1"]);
    expect(await failure(linkWith({ tenant: "one", key: KEY }))).toBe("already_linked");
    for (const entry of [one, two]) await sessionOf({ context }, entry).refresh();
    expect(sandbox.requestsTo("/token/two")).toHaveLength(2);
    expect(sandbox.requestsTo("/token/one")).toHaveLength(3);
  });

  it("stay at reauth, and change with reconfigure", async () => {
    const { context, flow, linkWith } = await createAsking();
    const values = { tenant: "one", key: KEY, region: "", note: "x" };
    const optional = [{ ...ALL[2], name: "region", label: "Region", optional: true }];
    const provider = { ...context.provider, variables: [...ALL.toSpliced(2, 1), ...optional] };
    const { entry } = await new ConfigFlow({ ...context, provider }).link(new Person("alice"), {
      variables: values,
    });
    const again = await new ConfigFlow({ ...context, provider }).reauth(entry, new Person("alice"));
    const { key, ...shown } = values;
    expect(again.entry).toMatchObject({ variables: shown, hidden: { key } });
    const changed = { region: "us", key: "secret-2" };
    const options = { variables: changed };
    const { entry: last } = await flow.reconfigure(entry, new Person("alice"), options);
    expect(last).toMatchObject({ entryId: entry.entryId, hidden: { key: "secret-2" } });
    expect(last.variables).toEqual({ ...shown, region: "us" });
    expect(await context.store.load(entry.entryId)).toEqual(last);
    await linkWith({ tenant: "two", key: KEY });
    expect((await context.store.list()).entries).toHaveLength(2);
  });

  it("are asked for, again after a wrong answer, and hidden when they are secret", async () => {
    const { linkWith } = await createAsking();
    const asked: [string, boolean][] = [];
    const answers = ["ac/me", "", "acme", "wrong", KEY, "", ""];
    const problems: string[] = [];
    const host = Object.assign(new Person("alice"), {
      ask: async ({ prompt, hidden }: { prompt: string; hidden: boolean }) => {
        asked.push([prompt, hidden]);
        return answers.shift();
      },
      reportProblem: ({ code, message }: Error & { code: string }) => {
        problems.push(`${code} ${message}`);
      },
    });
    const { entry } = await linkWith(undefined, host);
    expect(entry).toMatchObject({
      variables: { tenant: "acme", region: "eu" },
      hidden: { key: KEY },
    });
    const [tenant, key] = [["Tenant: ", false] as const, ["Key: ", true] as const];
    const rest = [
      ["Region [eu]: ", false],
      ["Note: ", false],
    ] as const;
    expect(asked).toEqual([tenant, tenant, tenant, key, key, ...rest]);
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(/^usage "ac\/me"/);
    expect(problems.join()).not.toContain('"wrong"');
  });

  it("that stay wrong end the sign-in, and so does a host without anybody", async () => {
    const { linkWith, sandbox } = await createAsking([{ ...TENANT, default: "usual" }]);
    const wrong = Object.assign(new Person("alice"), { ask: async () => "/" });
    expect(await failure(linkWith({}, wrong))).toBe("usage");
    expect(sandbox.requestsTo("")).toEqual([]);
    const reportProblem = vi.fn();
    const silent = Object.assign(new Person("alice"), {
      ask: async () => undefined,
      reportProblem,
    });
    for (const host of [silent, new Person("alice")]) {
      expect(await failure((await createAsking()).linkWith({}, host))).toBe("usage");
    }
    expect(reportProblem).not.toHaveBeenCalled();
    const nobody = Object.assign(new Person("alice"), { ask: async () => undefined });
    expect((await linkWith({}, nobody)).entry.variables).toEqual({ tenant: "usual" });
  });
});

const evil = "x@localhost:PORT/ localhost:PORT/ localhost:PORT# localhost:PORT? localhost:PORT\\";
const steps = ". .. ../ ../../x a/.. %2e%2e ..%2f .\t. %2E. \u2024.";
describe.each([undefined, "[^]*"])("[row 38] with the pattern %s", (pattern) => {
  it.each([
    ...evil.split(" ").map((value) => ["https://{tenant}.acme.invalid", value] as const),
    ...["127.1", "0x7f.1", "2130706433", "[::1]:PORT", "localhost:PORT/"].map(
      (value) => ["http://{tenant}/x", value] as const,
    ),
    ...steps.split(" ").map((value) => ["http://127.0.0.1:PORT/x/{tenant}", value] as const),
    ...["", "-a", "a-", "a..b", "\u24d0"].map(
      (value) => ["https://{tenant}.acme.invalid", value] as const,
    ),
  ])("%s sends nothing for %j", async (template, said) => {
    const thief = await startThief();
    const toPort = (text: string): string => text.replace("PORT", String(thief.port));
    const own = [{ ...TENANT, ...(pattern !== undefined && { pattern }) }];
    const { context, sandbox } = await createAsking(own);
    for (const name of ["authorizationUrl", "tokenUrl", "refreshUrl", "apiBaseUrl"]) {
      const provider = { ...context.provider, [name]: toPort(template) };
      const flow = new ConfigFlow({ ...context, provider });
      const options = { variables: { tenant: toPort(said) }, timeoutMs: 1000 };
      const linking = flow.link(new Person("alice"), options);
      expect(await failure(linking), name).toBe("usage");
    }
    expect([thief.visits, sandbox.requestsTo("")]).toEqual([[], []]);
  });
});

it("the sandbox needs none of them, and takes any", async () => {
  const wanted = [
    { ...TENANT, pattern: "T-\\d+" },
    { ...TENANT, name: "url", example: "https://a/" },
  ];
  const { context, sandbox } = await createWorld({
    variables: wanted,
    tokenParams: { a: "{tenant}", b: "{url}" },
  });
  const mechanisms = [variables, placeholders, addressPlaceholders, MECHANISM];
  const flow = new ConfigFlow({ ...context, mechanisms });
  const { entry } = await flow.link(new Person("alice"));
  expect(entry.variables).toEqual({ tenant: "sandbox", url: "https://a/" });
  expect(sandbox.requestsTo("/token")[0]?.form.get("b")).toBe("https://a/");
});
