import { expect, it } from "vitest";
import { toIntegration } from "../src/application-credentials.js";
import { send } from "../src/oauth/token-endpoint.js";
import { tokenBodyJson } from "../src/provider/token-body-json.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const definition = { tokenBodyFormat: "json", tokenParams: { audience: 'a "b"' } } as const;
const mechanisms = [tokenBodyJson, MECHANISM];

it.each(["client_secret_post", "client_secret_basic", "none"] as const)(
  "sends token requests as an object of texts, as a client with %s",
  async (clientAuth) => {
    const { sandbox, context: world } = await createWorld({ ...definition, clientAuth });
    const context = { ...world, mechanisms };
    const { entry } = await link({ context });
    await sessionOf({ context }, entry).refresh();
    const requests = sandbox.requestsTo("/token");
    const types = requests.map(({ headers }) => headers["content-type"]);
    expect(types).toEqual(["application/json", "application/json"]);
    expect(requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { grant_type: "authorization_code", audience: 'a "b"' },
      { grant_type: "refresh_token", refresh_token: entry.token.refreshToken },
    ]);
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
