import { expect, it } from "vitest";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { tokenFields } from "../src/provider/token-fields.js";
import { readToken } from "./read-token.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

const asked = ["read", "write"];
const inside = { tokenPath: "authed_user" };
const renamed = { renameTokenFields: { access_token: "data.key", scope: "scopes" } };
const another = { access_token: "b", refresh_token: "b", scope: "b", expires_in: 9, id_token: "b" };

it.each<Partial<ProviderDefinition>>([
  inside,
  { tokenPath: "body.tokens", renameTokenFields: { access_token: "a.b", refresh_token: "a.c" } },
  { renameTokenFields: { access_token: "accessToken", expires_in: "expiresIn", scope: "s" } },
  { renameTokenFields: { expires_at: "valid.until", token_type: "kind" } },
])("links and refreshes where the token is moved: %j", async (definition) => {
  const { context: world } = await createWorld(definition);
  const context = { ...world, mechanisms: [tokenFields, MECHANISM] };
  const { entry, missingScopes } = await link({ context });
  expect([entry.uniqueId, missingScopes]).toEqual(["alice", []]);
  await sessionOf({ context }, entry).refresh();
  const token = (await context.store.load(entry.entryId))?.token;
  expect(token?.refreshToken).not.toBe(entry.token.refreshToken);
  const life = ((token?.expiresAt ?? 0) - (token?.obtainedAt ?? 0)) / 1000;
  expect([3598, 3599, 3600]).toContain(life);
});

it("is moved by the sandbox", async () => {
  const seen = [];
  for (const definition of [inside, { renameTokenFields: { expires_at: "end" } }]) {
    const { context } = await createWorld(definition);
    const { entry } = await link({ context: { ...context, mechanisms: [] } });
    seen.push([entry.token.accessToken === "another", entry.token.expiresAt]);
  }
  expect(seen).toEqual([
    [true, undefined],
    [false, undefined],
  ]);
  expect(await failure(link(await createWorld(renamed)))).toBe("authorization_failed");
});

it.each([
  ["what is beside", inside, { ...another, authed_user: { access_token: "a" } }, {}],
  ["nulls", renamed, { data: { key: null }, access_token: "a", refresh_token: null }, {}],
  ["a list", renamed, { data: { key: "a" }, scopes: ["x", "y"] }, { scopes: ["x", "y"] }],
  ["other names", renamed, { "data.key": "a", data: { key: "b" } }, {}],
])("reads a token, and not %s: %j %j", async (_, definition, answer, expected) => {
  const token = { accessToken: "a", scopes: asked, obtainedAt: expect.any(Number), ...expected };
  expect(await readToken(definition, answer)).toEqual(token);
});

it.each([{}, { authed_user: null }, { authed_user: "a" }, { authed_user: {} }])(
  "takes nothing from beside where the token is not: %j",
  async (answer) => {
    const reading = readToken(inside, { ...another, ...answer });
    expect(await failure(reading)).toBe("authorization_failed");
  },
);

it("takes the refreshed token from beside, where the path leads nowhere", async () => {
  const { context: world, sandbox } = await createWorld({
    ...inside,
    renameTokenFields: { scope: "scopes" },
  });
  const context = { ...world, mechanisms: [tokenFields, MECHANISM] };
  const { entry } = await link({ context });
  let rotated: unknown;
  sandbox.hooks.editToken = ({ authed_user: token }) => {
    rotated = Object(token).refresh_token;
    return { ok: true, ...Object(token) };
  };
  await sessionOf({ context }, entry).refresh();
  const { token } = (await context.store.load(entry.entryId)) ?? {};
  expect([token?.refreshToken, token?.scopes]).toEqual([rotated, asked]);
  expect(await failure(link({ context }, "bob"))).toBe("authorization_failed");
});
