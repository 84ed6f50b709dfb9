import { expect, it } from "vitest";
import { toIntegration } from "../src/application-credentials.js";
import { authenticateClient, send } from "../src/oauth/token-endpoint.js";
import { renamedParameters } from "../src/provider/renamed-parameters.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const definition = {
  renameParams: { client_id: "client_key", client_secret: "key", redirect_uri: "callback" },
  renameAuthorizationParams: { client_id: "app_id", scope: "permissions" },
  renameTokenParams: { code: "auth_code", refresh_token: "token", client_secret: "secret" },
};
const mechanisms = [renamedParameters, MECHANISM];
// What was sent, apart from what is fresh each time.
const fresh = /state|code_/;
const names = (sent: URLSearchParams) => [...sent.keys()].filter((name) => !fresh.test(name));

it("sends parameters under the provider's names", async () => {
  const { sandbox, context: world } = await createWorld(definition);
  const context = { ...world, mechanisms };
  const { entry, missingScopes } = await link({ context });
  expect([entry.uniqueId, missingScopes]).toEqual(["alice", []]);
  await sessionOf({ context }, entry).refresh();
  const [authorization] = sandbox.requestsTo("/auth").map(({ query }) => names(query).toSorted());
  expect(authorization).toEqual(["app_id", "callback", "permissions", "response_type"]);
  const [exchange, refresh] = sandbox.requestsTo("/token").map(({ form }) => names(form));
  expect(exchange?.toSorted()).toEqual([
    "auth_code",
    "callback",
    "client_key",
    "grant_type",
    "secret",
  ]);
  expect(refresh?.toSorted()).toEqual(["client_key", "grant_type", "secret", "token"]);
});

it("renames in other requests what is renamed everywhere", async () => {
  const { sandbox, context: world } = await createWorld(definition);
  const context = { ...world, mechanisms };
  const { entry } = await link({ context });
  const url = new URL("/revocation", sandbox.provider.tokenUrl);
  const parameters = new URLSearchParams({ token: entry.token.refreshToken ?? "" });
  const headers = new Headers();
  const integration = toIntegration(context);
  authenticateClient(integration, parameters, headers);
  const request = { endpoint: "revocation", url, headers, parameters } as const;
  expect(await send(integration, "The server", request)).toMatchObject({ ok: true });
  const [sent] = sandbox.requestsTo("/revocation").map(({ form }) => names(form));
  expect(sent?.toSorted()).toEqual(["client_key", "key", "token"]);
  expect(await failure(sessionOf({ context }, entry).refresh())).toBe("reauth_required");
});

it.each([{ code: "auth_code" }, { client_secret: "key" }, { redirect_uri: "callback" }])(
  "is refused by the sandbox with the standard name: %j",
  async (renameTokenParams) => {
    const world = await createWorld({ renameTokenParams });
    expect(await failure(link(world))).toBe("authorization_failed");
  },
);
