import { expect, it } from "vitest";
import { accountByClaim } from "../src/provider/account-by-claim.js";
import { expectOneEntryEach } from "./one-entry-each.js";
import { createWorld, failure, link, sessionOf } from "./support.js";

const mechanisms = [accountByClaim];

it.each([
  { claim: "sub", name: "name" },
  { claim: "https://api.invalid/user_id", name: "nick" },
  { claim: "user.id", name: "user.name", token: "access_token" as const },
  { claim: "email", name: "name", token: "id_token" as const },
])("reads the account from a claim: %j", async (account) => {
  const { context } = await createWorld({ account });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect([entry.uniqueId, entry.title]).toEqual(["alice", "Alice"]);
});

it.each([
  ["no token", undefined],
  ["no JWT", "opaque"],
  ["a JWT without JSON", "e30.e30e30.x"],
  ["a JWT without the claim", "e30.e30.x"],
])("takes %s for no account", async (_, token) => {
  const account = { claim: "email", token: "id_token" as const };
  const { sandbox, context } = await createWorld({ account });
  sandbox.hooks.editToken = (answer) => ({ ...answer, id_token: token });
  expect(await failure(link({ context: { ...context, mechanisms } }))).toBe("api_error");
});

const tokens = ["access_token", "id_token"] as const;
it.each(tokens)("[row 30] [row 31] keeps people apart by the %s", async (token) => {
  const account = { claim: "user.id", name: "user.name", token };
  await expectOneEntryEach(await createWorld({ account }), accountByClaim);
});

it.each(["RS512", "PS256", "ES256", "ES256K", "EdDSA", "Ed25519"])(
  "takes an id token that is signed with %s, and needs none at a refresh",
  async (alg) => {
    const account = { claim: "email", name: "name", token: "id_token" as const };
    const definition = { account, issuer: "https://auth.invalid", scopes: ["openid"] };
    const { sandbox, context: world } = await createWorld(definition);
    const head = Buffer.from(JSON.stringify({ typ: "JWT", alg })).toString("base64url");
    const withHead = (token: unknown) => String(token).replace(/^[^.]*/, head);
    sandbox.hooks.editToken = (answer) => ({ ...answer, id_token: withHead(answer["id_token"]) });
    const context = { ...world, mechanisms: [accountByClaim] };
    const { entry } = await link({ context });
    expect(entry.uniqueId).toBe("alice");
    let rotated: unknown;
    sandbox.hooks.editToken = (answer) => {
      rotated = answer["refresh_token"];
      return { ...answer, id_token: "e30.e30.x" };
    };
    await sessionOf({ context }, entry).refresh();
    expect((await context.store.load(entry.entryId))?.token.refreshToken).toBe(rotated);
  },
);

/** The same token, of times that are long over. */
function age(token: unknown): string {
  const [head, claims = "", signature] = String(token).split(".");
  const known = JSON.parse(Buffer.from(claims, "base64url").toString());
  const old = Buffer.from(JSON.stringify({ ...known, iat: 1, exp: 2 })).toString("base64url");
  return [head, old, signature].join(".");
}

it("names the clock when the times of an id token do not fit", async () => {
  const account = { claim: "sub", token: "id_token" as const };
  const definition = { account, issuer: "https://auth.invalid", scopes: ["openid"] };
  const { sandbox, context } = await createWorld(definition);
  sandbox.hooks.editToken = (answer) => ({ ...answer, id_token: age(answer["id_token"]) });
  await expect(link({ context: { ...context, mechanisms } })).rejects.toThrow(/Set the clock/);
});
