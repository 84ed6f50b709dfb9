import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { apiHeaders as mechanism } from "../src/provider/api-headers.js";
import { createWorld, failure, link, sessionOf } from "./support.js";

const apiHeaders = {
  "X-Api-Version": "2",
  Accept: "application/vnd.service+json",
  "User-Agent": "service/1",
  "Content-Type": "application/vnd.service+json",
};

it("sends the headers with calls of the API, in the place of the client's own", async () => {
  const { sandbox, context: world } = await createWorld({ apiHeaders });
  const context = { ...world, mechanisms: [mechanism] };
  const { entry } = await link({ context });
  const client = new ServiceClient(sessionOf({ context }, entry));
  await client.request("GET", "/things");
  await client.request("POST", "/things", { json: { a: 1 } });
  const sent = {
    "x-api-version": "2",
    accept: "application/vnd.service+json",
    "user-agent": "service/1",
    "content-type": "application/vnd.service+json",
    authorization: `Bearer ${entry.token.accessToken}`,
  };
  const requests = sandbox.requestsTo("/api/things").map(({ headers }) => headers);
  expect(requests).toMatchObject([sent, sent]);
  const [exchange] = sandbox.requestsTo("/token").map(({ headers }) => headers);
  expect(exchange).not.toHaveProperty("x-api-version");
});

it("is refused by the sandbox without them", async () => {
  const { context: world } = await createWorld({ apiHeaders });
  const context = { ...world, mechanisms: [] };
  const { entry } = await link({ context });
  const client = new ServiceClient(sessionOf({ context }, entry));
  expect(await failure(client.request("GET", "/things"))).toBe("api_error");
});
