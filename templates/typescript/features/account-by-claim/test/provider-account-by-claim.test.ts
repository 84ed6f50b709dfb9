import { expect, it } from "vitest";
import { accountByClaim } from "../src/provider/account-by-claim.js";
import { expectOneEntryEach } from "./one-entry-each.js";
import { createWorld, failure, link } from "./support.js";

const mechanisms = [accountByClaim];

it.each([
  { claim: "sub", name: "name" },
  { claim: "https://api.invalid/user_id", name: "nick" },
  { claim: "user.id", name: "user.name", token: "access_token" as const },
  { claim: "email", name: "name", token: "id_token" as const },
])("reads the account from a claim: %j", async (account) => {
  const { context } = await createWorld({ account });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect([entry.uniqueId, entry.title]).toEqual(["alice", "Alice"]);
});

it.each([
  ["no token", undefined],
  ["no JWT", "opaque"],
  ["a JWT without JSON", "e30.e30e30.x"],
  ["a JWT without the claim", "e30.e30.x"],
])("takes %s for no account", async (_, token) => {
  const account = { claim: "email", token: "id_token" as const };
  const { sandbox, context } = await createWorld({ account });
  sandbox.hooks.editToken = (answer) => ({ ...answer, id_token: token });
  expect(await failure(link({ context: { ...context, mechanisms } }))).toBe("api_error");
});

const tokens = ["access_token", "id_token"] as const;
it.each(tokens)("[row 30] [row 31] keeps people apart by the %s", async (token) => {
  const account = { claim: "user.id", name: "user.name", token };
  await expectOneEntryEach(await createWorld({ account }), accountByClaim);
});
