import { expect, it } from "vitest";
import { accountByTokenField } from "../src/provider/account-by-token-field.js";
import { expectOneEntryEach } from "./one-entry-each.js";
import { createWorld, failure, link } from "./support.js";

const mechanisms = [accountByTokenField];

it.each([
  { tokenField: "user_id", name: "user_name" },
  { tokenField: "team.user.id", name: "team.user.name" },
])("reads the account from the token answer: %j", async (account) => {
  const { context } = await createWorld({ account });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect([entry.uniqueId, entry.title]).toEqual(["alice", "Alice"]);
});

it("takes a missing field for no account", async () => {
  const { sandbox, context } = await createWorld({ account: { tokenField: "user_id" } });
  sandbox.hooks.editToken = (answer) => ({ ...answer, user_id: undefined });
  expect(await failure(link({ context: { ...context, mechanisms } }))).toBe("api_error");
});

it("[row 30] [row 31] keeps people apart", async () => {
  const account = { tokenField: "team.user.id", name: "team.user.name" };
  await expectOneEntryEach(await createWorld({ account }), accountByTokenField);
});
