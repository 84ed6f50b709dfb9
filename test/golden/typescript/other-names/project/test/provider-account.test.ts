import { expect, it } from "vitest";
import { ConfigFlow } from "../src/config-flow.js";
import { DOMAIN } from "../src/const.js";
import { IntegrationError } from "../src/errors.js";
import { fetchWithToken } from "../src/oauth/http.js";
import type { Mechanism } from "../src/oauth/provider.js";
import { answerWith, createWorld, failure, link, MECHANISM, Person } from "./support.js";

const { revoke: _revoke, ...KNOWS } = MECHANISM;
const failing = (): Promise<never> => Promise.reject(new Error("It is down."));

/** From now on the server gives no refresh token: some do so only once. */
async function createSilent(mechanisms: readonly Mechanism[], user = "alice") {
  const world = await createWorld();
  const context = { ...world.context, mechanisms };
  const { entry } = await link({ context }, user);
  world.sandbox.hooks.editToken = (answer) => ({ ...answer, refresh_token: undefined });
  return { context, entry };
}

it("keeps a refresh token that the same account has already", async () => {
  const { context, entry } = await createSilent([MECHANISM]);
  const again = await new ConfigFlow(context).reauth(entry, new Person("alice"));
  expect(again.entry.token.refreshToken).toBe(entry.token.refreshToken);
});

it("keeps no refresh token where nobody can say whose it is", async () => {
  const { context, entry } = await createSilent([]);
  const again = await new ConfigFlow(context).reauth(entry, new Person("bob"));
  expect(again.entry).toMatchObject({ entryId: entry.entryId, uniqueId: DOMAIN });
  expect(again.entry.token.refreshToken).toBeUndefined();
});

it("gives an entry from when nobody could say whose it is the account that signs in", async () => {
  const { context, entry } = await createSilent([], "bob");
  const flow = new ConfigFlow({ ...context, mechanisms: [MECHANISM] });
  const { entry: healed } = await flow.reauth(entry, new Person("alice"));
  expect(healed).toMatchObject({ entryId: entry.entryId, uniqueId: "alice", title: "Alice" });
  expect(healed.token.refreshToken).toBeUndefined();
  expect(await failure(flow.reauth(healed, new Person("bob")))).toBe("wrong_account");
  await context.store.save({ ...entry, entryId: "second" });
  const second = flow.reauth({ ...entry, entryId: "second" }, new Person("alice"));
  expect(await failure(second)).toBe("already_linked");
  expect(await context.store.load(entry.entryId)).toEqual(healed);
});

it.each<[string, Mechanism, number, boolean]>([
  ["is ended", MECHANISM, 1, false],
  ["is told of where it cannot be ended", { ...MECHANISM, revoke: failing }, 0, true],
  ["is told of where there is no way to end it", KNOWS, 0, true],
])("a grant that nobody can use %s", async (_, mechanism, count, isTold) => {
  const { sandbox, context } = await createWorld();
  answerWith(sandbox, "/api", { status: 500 });
  const down: Mechanism = {
    ...mechanism,
    async identifyAccount(integration, { accessToken }) {
      await fetchWithToken(integration, accessToken, { method: "GET", path: "/me" });
      return { id: "", title: "" };
    },
  };
  const linking = link({ context: { ...context, mechanisms: [down] } });
  const error = await linking.catch((caught: unknown) => Object(caught));
  expect([error.code, error.message.includes("granted access")]).toEqual([
    "temporarily_unavailable",
    isTold,
  ]);
  expect(sandbox.requestsTo("/revocation")).toHaveLength(count);
});

it("a grant that may be the one of a linked account is not ended", async () => {
  const { sandbox, context } = await createWorld();
  const { entry } = await link({ context });
  const mute: Mechanism = {
    ...MECHANISM,
    identifyAccount: () => Promise.reject(new IntegrationError("api_error", "No id.")),
  };
  const flow = new ConfigFlow({ ...context, mechanisms: [mute] });
  const error = await flow.reauth(entry, new Person("alice")).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "api_error", message: expect.stringContaining("granted") });
  expect(sandbox.requestsTo("/revocation")).toEqual([]);
});
