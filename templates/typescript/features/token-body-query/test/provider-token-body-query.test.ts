import { expect, it } from "vitest";
import { toIntegration } from "../src/application-credentials.js";
import { send } from "../src/oauth/token-endpoint.js";
import { tokenBodyQuery } from "../src/provider/token-body-query.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const definition = { tokenBodyFormat: "query" } as const;
const mechanisms = [tokenBodyQuery, MECHANISM];

it.each(["client_secret_post", "client_secret_basic", "none"] as const)(
  "sends token requests in the address, beside its own query, as a client with %s",
  async (clientAuth) => {
    const { sandbox, context: world } = await createWorld({ ...definition, clientAuth });
    const provider = { ...sandbox.provider, tokenUrl: `${sandbox.provider.tokenUrl}?version=1` };
    const context = { ...world, provider, mechanisms };
    const { entry } = await link({ context });
    await sessionOf({ context }, entry).refresh();
    const requests = sandbox.requestsTo("/token");
    const grants = requests.map(({ query }) => [query.get("version"), query.get("grant_type")]);
    expect(grants).toEqual([
      ["1", "authorization_code"],
      ["1", "refresh_token"],
    ]);
    expect(requests.map(({ body }) => body)).toEqual(["", ""]);
    const types = requests.map(({ headers }) => headers["content-type"]);
    expect(types).toEqual([undefined, undefined]);
  },
);

it("sends no other request like that", async () => {
  const { sandbox, context } = await createWorld(definition);
  const url = new URL("/revocation", sandbox.provider.tokenUrl);
  const parameters = new URLSearchParams({ token: "a" });
  const request = { endpoint: "revocation", url, headers: new Headers(), parameters } as const;
  await send(toIntegration({ ...context, mechanisms }), "The server", request);
  expect(sandbox.requestsTo("/revocation").map(({ body }) => body)).toEqual(["token=a"]);
});

it("is refused by the sandbox when it sends a form", async () => {
  const world = await createWorld(definition);
  expect(await failure(link(world))).toBe("authorization_failed");
});
