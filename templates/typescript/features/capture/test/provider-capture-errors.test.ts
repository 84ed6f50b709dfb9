import { expect, it } from "vitest";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { capture } from "../src/provider/capture.js";
import { addressPlaceholders } from "../src/provider/address-placeholders.js";
import { placeholders } from "../src/provider/placeholders.js";
import { createWorld, link, MECHANISM } from "./support.js";

it.each([
  ["{at}/api", undefined, 'should say "server", but does not'],
  [
    "{at}/api",
    "https://www.evil.test/x",
    '"at" www.evil.test, which is not below 127.0.0.1 (hostSuf',
  ],
  ["{at}/api", "127.0.0.1", '"at" no whole address'],
  ["https://{at}/api", "https://127.0.0.1", '"at" a whole address, with a scheme'],
  ["https://127.0.0.1/{other}", "a/..", '"other" cannot stand where'],
])("[row 38] in %s, a value like %j ends the grant: %s", async (apiBaseUrl, said, expected) => {
  const { sandbox, context } = await createWorld();
  sandbox.hooks.editToken = (answer) => ({ ...answer, server: said });
  const provider: ProviderDefinition = {
    ...sandbox.provider,
    apiBaseUrl,
    capture: (["at", "other"] as const)
      .filter((name) => apiBaseUrl.includes(name))
      .map((name) => ({ name, from: "token", key: "server" })),
    hostSuffixes: { at: ["127.0.0.1"] },
  };
  const mechanisms = [capture, placeholders, addressPlaceholders, MECHANISM];
  const linking = link({ context: { ...context, provider, mechanisms } });
  const error: unknown = await linking.catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "authorization_failed",
    message: expect.stringContaining(expected),
  });
  expect(sandbox.requestsTo("/revocation")).toHaveLength(1);
});
