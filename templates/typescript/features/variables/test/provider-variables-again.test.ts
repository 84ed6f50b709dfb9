import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { ConfigFlow, type FlowOptions } from "../src/config-flow.js";
import type { Mechanism, ProviderDefinition } from "../src/oauth/provider.js";
import { shownValues } from "../src/oauth/provider.js";
import { addressPlaceholders } from "../src/provider/address-placeholders.js";
import { placeholders } from "../src/provider/placeholders.js";
import { variables } from "../src/provider/variables.js";
import { answerWith, createWorld, failure, MECHANISM, Person, sessionOf } from "./support.js";

/** The API counts the accounts of each tenant from one. */
const SAME: Mechanism = { identifyAccount: async () => ({ id: "1", title: "One" }) };
const KEY = 'secret-"key"';
const HOST = "https://{Tenant}.acme.invalid";

/** Accounts that their tenant tells apart, one of them linked. */
async function createTenants(changes: object = {}) {
  const world = await createWorld();
  const { sandbox } = world;
  const provider: ProviderDefinition = {
    ...sandbox.provider,
    docsUrl: HOST,
    variables: [
      { name: "Tenant", label: "Tenant" },
      { name: "key", label: "Key", secret: true, optional: true, pattern: "[^]+" },
    ],
    ...changes,
  };
  const mechanisms = [variables, placeholders, addressPlaceholders, SAME, MECHANISM];
  const context = { ...world.context, provider, mechanisms };
  const flow = new ConfigFlow(context);
  const linkWith = (values: NonNullable<FlowOptions["variables"]>) =>
    flow.link(new Person("alice"), { variables: values });
  const { entry } = await linkWith({ Tenant: "one", key: KEY });
  const change = (values: NonNullable<FlowOptions["variables"]>) =>
    flow.reconfigure(entry, new Person("alice"), { variables: values });
  return { ...world, context, linkWith, entry, change };
}

it("other values take no refresh token along; the same ones do", async () => {
  const { sandbox, entry, change } = await createTenants();
  sandbox.hooks.editToken = (answer) => ({ ...answer, refresh_token: undefined });
  const { entry: same } = await change({ key: "another" });
  expect(same.token.refreshToken).toBe(entry.token.refreshToken);
  const { entry: other } = await change({ Tenant: "two" });
  expect(other.token.refreshToken).toBeUndefined();
});

it("other values do not make one entry of two", async () => {
  const { sandbox, context, linkWith, entry, change } = await createTenants();
  const { entry: two } = await linkWith({ Tenant: "two" });
  expect(await failure(change({ Tenant: "two" }))).toBe("already_linked");
  const stored = [entry, two].map(({ entryId }) => context.store.load(entryId));
  expect(await Promise.all(stored)).toEqual([entry, two]);
  expect(sandbox.requestsTo("/revocation")).toEqual([]);
});

it("capital letters make no other account in a host, and do elsewhere", async () => {
  const { linkWith } = await createTenants();
  expect(await failure(linkWith({ Tenant: "ONE" }))).toBe("already_linked");
  const { linkWith: linkTo } = await createTenants({
    docsUrl: "https://acme.invalid/{Tenant}",
  });
  expect(await failure(linkTo({ Tenant: "ONE" }))).toBe("no error");
});

it("one that became secret is not shown any more, wherever it is stored", async () => {
  const { context } = await createTenants();
  const { provider, mechanisms } = context;
  const values = { Tenant: "one", key: "stored among the shown ones", other: "unknown" };
  expect(shownValues({ provider, mechanisms, values })).toEqual({ Tenant: "one" });
});

it("errors of the API and of the token endpoint show no secret of the account", async () => {
  const { sandbox, context, entry } = await createTenants();
  const { clientSecret } = context.credential;
  const body = { error: `bad ${KEY} ${clientSecret?.reveal()} of one` };
  const session = sessionOf({ context }, entry);
  for (const place of ["/api", "/token"]) {
    answerWith(sandbox, place, {
      status: 400,
      body: place === "/api" ? Buffer.from(body.error) : body,
    });
    const call =
      place === "/api" ? new ServiceClient(session).request("GET", "/") : session.refresh();
    const error: unknown = await call.catch((caught: unknown) => caught);
    expect(Object(error).message).toContain("bad *** *** of one");
  }
});

const apiHeaders = { "x-key": "{key}" };
it.each(["a\nb", "\u20ac", "\u0000"])(
  "%j is refused where it would stand in a header",
  async (key) => {
    const { sandbox, linkWith } = await createTenants({ apiHeaders });
    const before = sandbox.requestsTo("").length;
    expect(await failure(linkWith({ Tenant: "two", key }))).toBe("usage");
    expect(sandbox.requestsTo("")).toHaveLength(before);
  },
);

it("a refusal repeats only the beginning of what was typed", async () => {
  const { linkWith } = await createTenants();
  const error: unknown = await linkWith({ Tenant: `/${"x".repeat(500)}` }).catch(String);
  expect(error).toMatch(/^[^]{1,300}$/);
  expect(error).not.toMatch(/x{61}/);
});
