import { expect, it } from "vitest";
import { accountByCall } from "../src/provider/account-by-call.js";
import { expectOneEntryEach } from "./one-entry-each.js";
import { answerWith, createWorld, failure, link } from "./support.js";

const account = { path: "/people/me", id: "data.user.id", name: "data.user.name" };
const mechanisms = [accountByCall];

it.each([
  account,
  { ...account, method: "POST", query: { fields: "id" } },
  { ...account, path: "people/me?fields=id", query: { more: "" } },
])("reads the account from the answer of a call: %j", async (definition) => {
  const { sandbox, context } = await createWorld({ account: definition });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect([entry.uniqueId, entry.title]).toEqual(["alice", "Alice"]);
  const [call] = sandbox.requestsTo("/api/people/me");
  expect(call?.headers.authorization).toBe(`Bearer ${entry.token.accessToken}`);
});

it.each([
  ["number 7", { data: { user: { id: 7 } } }, "no error"],
  ["a number that JSON rounds", { data: { user: { id: 2 ** 53 } } }, "api_error"],
  ["no account", { data: {} }, "api_error"],
  ["an empty account", { data: { user: { id: "" } } }, "api_error"],
  ["a list", [], "api_error"],
])("takes %s for %s", async (_, body, expected) => {
  const { sandbox, context } = await createWorld({ account });
  answerWith(sandbox, "/api", { status: 200, body });
  expect(await failure(link({ context: { ...context, mechanisms } }))).toBe(expected);
});

it("links nobody while the API is down", async () => {
  const { sandbox, context } = await createWorld({ account });
  answerWith(sandbox, "/api", { status: 503 });
  const linking = link({ context: { ...context, mechanisms } });
  expect(await failure(linking)).toBe("temporarily_unavailable");
  expect((await context.store.list()).entries).toEqual([]);
});

it("[row 30] [row 31] keeps people apart", async () => {
  await expectOneEntryEach(await createWorld({ account }), accountByCall);
});
