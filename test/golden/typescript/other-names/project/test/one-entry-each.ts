import { expect } from "vitest";
import { ConfigFlow } from "../src/config-flow.js";
import type { Mechanism } from "../src/oauth/provider.js";
import { failure, link, MECHANISM, Person, sessionOf, type World } from "./support.js";

/** Two people side by side, one of them twice, and one with the other's entry. */
export async function expectOneEntryEach(world: World, mechanism: Mechanism): Promise<void> {
  const context = { ...world.context, mechanisms: [mechanism, MECHANISM] };
  const revoked = () =>
    world.sandbox.requestsTo("/revocation").map(({ form }) => form.get("token"));
  const { entry: alice } = await link({ context });
  let given: unknown;
  world.sandbox.hooks.editToken = (answer) => {
    given = answer["refresh_token"];
    return answer;
  };
  const reauth = () => failure(new ConfigFlow(context).reauth(alice, new Person("bob")));
  expect(await reauth()).toBe("wrong_account");
  expect(revoked()).toEqual([given]);
  const { entry: bob } = await link({ context }, "bob");
  const entries = [alice, bob];
  expect(entries.map(({ uniqueId, title }) => [uniqueId, title])).toEqual([
    ["alice", "Alice"],
    ["bob", "Bob"],
  ]);
  expect(await failure(link({ context }))).toBe("already_linked");
  // At many providers the end of one grant is the end of all that this person gave.
  expect(await reauth()).toBe("wrong_account");
  expect(revoked()).toHaveLength(1);
  const alone = { ...context, mechanisms: [mechanism] };
  const again = new ConfigFlow(alone).reauth(alice, new Person("bob"));
  expect(await failure(again)).toBe("wrong_account");
  for (const entry of entries) {
    expect(await context.store.load(entry.entryId)).toEqual(entry);
    expect(await sessionOf({ context }, entry).refresh()).not.toBe(entry.token.accessToken);
  }
}
