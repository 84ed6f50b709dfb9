import { expect, it } from "vitest";
import { toIntegration } from "../src/application-credentials.js";
import { send } from "../src/oauth/token-endpoint.js";
import { tokenHeaders as mechanism } from "../src/provider/token-headers.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const tokenHeaders = { "X-App": "one", Accept: "application/vnd.service+json" };
const mechanisms = [mechanism, MECHANISM];

it("sends the headers with token requests, in the place of the client's own", async () => {
  const { sandbox, context: world } = await createWorld({ tokenHeaders });
  const context = { ...world, mechanisms };
  const { entry } = await link({ context });
  await sessionOf({ context }, entry).refresh();
  const sent = { "x-app": "one", accept: "application/vnd.service+json" };
  const requests = sandbox.requestsTo("/token").map(({ headers }) => headers);
  expect(requests).toMatchObject([sent, sent]);
});

it("can send one that says something else than who the client is", async () => {
  const { context } = await createWorld({ tokenHeaders: { authorization: "Key of the app" } });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect(entry.uniqueId).toBe("alice");
});

it("sends them with no other request", async () => {
  const { sandbox, context } = await createWorld({ tokenHeaders });
  const url = new URL("/revocation", sandbox.provider.tokenUrl);
  const parameters = new URLSearchParams({ token: "a" });
  const request = { endpoint: "revocation", url, headers: new Headers(), parameters } as const;
  await send(toIntegration({ ...context, mechanisms }), "The server", request);
  const [headers] = sandbox.requestsTo("/revocation").map((each) => each.headers);
  expect(headers).not.toHaveProperty("x-app");
});

it("is refused by the sandbox without them", async () => {
  const world = await createWorld({ tokenHeaders });
  expect(await failure(link(world))).toBe("authorization_failed");
});
