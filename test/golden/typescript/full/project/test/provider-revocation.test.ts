import { expect, it } from "vitest";
import { removeEntry } from "../src/init.js";
import { revocation } from "../src/provider/revocation.js";
import { answerWith, createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const revocationUrl = "https://auth.invalid/revoke";
const mechanisms = [revocation, MECHANISM];

it.each(["client_secret_post", "client_secret_basic", "client_secret_basic_raw", "none"] as const)(
  "[row 32] ends the grant at the server, as a client with %s",
  async (clientAuth) => {
    const world = await createWorld({ revocationUrl, clientAuth });
    const context = { ...world.context, mechanisms };
    const { entry } = await link({ context });
    expect(await removeEntry(entry, context)).toEqual({ revoked: true });
    const [{ form } = { form: undefined }] = world.sandbox.requestsTo("/revocation");
    expect(form?.get("token")).toBe(entry.token.refreshToken);
    expect(form?.get("token_type_hint")).toBe("refresh_token");
    await context.store.save(entry);
    expect(await failure(sessionOf(world, entry).refresh())).toBe("reauth_required");
  },
);

it("revokes the access token where there is no other", async () => {
  const world = await createWorld({ revocationUrl, tokensExpire: false });
  const context = { ...world.context, mechanisms };
  const { entry } = await link({ context });
  expect(await removeEntry(entry, context)).toEqual({ revoked: true });
  const headers = { authorization: `Bearer ${entry.token.accessToken}` };
  const { status } = await fetch(`${world.sandbox.provider.apiBaseUrl}/me`, { headers });
  expect(status).toBe(401);
});

it.each([400, 503, 0])("[row 32] does not claim what was not confirmed: %i", async (status) => {
  const world = await createWorld({ revocationUrl });
  const context = { ...world.context, mechanisms };
  const { entry } = await link({ context });
  answerWith(world.sandbox, "/revocation", { status });
  expect(await removeEntry(entry, context)).toEqual({ revoked: false });
  expect(await context.store.load(entry.entryId)).toBeUndefined();
});
