import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { apiAuthHeader as mechanism } from "../src/provider/api-auth-header.js";
import { createWorld, failure, link, sessionOf } from "./support.js";

const mechanisms = [mechanism];

it.each([
  ["X-Auth-Token: {token}", "x-auth-token", ""],
  ["Authorization: token {token}", "authorization", "token "],
  ['X-Auth:key="{token}", v=1', "x-auth", 'key="'],
])("[row 19] sends the token as declared, and nowhere else: %s", async (...row) => {
  const [apiAuthHeader, name, before] = row;
  const { sandbox, context: world } = await createWorld({ apiAuthHeader });
  const context = { ...world, mechanisms };
  const { entry } = await link({ context });
  const client = new ServiceClient(sessionOf({ context }, entry));
  expect(await client.request("GET", "/things")).toMatchObject({ status: 200 });
  const [call] = sandbox.requestsTo("/api/things");
  const { accessToken } = entry.token;
  const carriers = Object.entries(call?.headers ?? {}).filter(([, text]) =>
    text?.includes(accessToken),
  );
  expect(carriers).toEqual([[name, expect.stringContaining(before + accessToken)]]);
});

it("[row 28] replaces a token that is refused with 401 there, too", async () => {
  const { context: world } = await createWorld({ apiAuthHeader: "X-Auth-Token: {token}" });
  const context = { ...world, mechanisms };
  const { entry } = await link({ context });
  const token = { ...entry.token, accessToken: "ended" };
  await context.store.save({ ...entry, token });
  const client = new ServiceClient(sessionOf({ context }, { ...entry, token }));
  expect(await client.request("GET", "/things")).toMatchObject({ status: 200 });
});

it.each(["mac", "session", "", null])("takes a token of any type: %j", async (type) => {
  const { sandbox, context } = await createWorld({ apiAuthHeader: "X-Auth-Token: {token}" });
  sandbox.hooks.editToken = (answer) => ({ ...answer, token_type: type });
  expect(await failure(link({ context: { ...context, mechanisms } }))).toBe("no error");
});

const headers = ["X-Auth-Token: {token}", "Authorization: Secret {token}"];
it.each(headers)("is refused by the sandbox with a bearer token: %s", async (apiAuthHeader) => {
  const { sandbox, context } = await createWorld({ apiAuthHeader });
  expect(await failure(link({ context }))).toBe("authorization_failed");
  sandbox.hooks.editToken = (answer) => ({ ...answer, token_type: "bearer" });
  const { entry } = await link({ context: { ...context, mechanisms: [] } });
  const client = new ServiceClient(sessionOf({ context }, entry));
  expect(await failure(client.request("GET", "/things"))).toBe("api_error");
});
