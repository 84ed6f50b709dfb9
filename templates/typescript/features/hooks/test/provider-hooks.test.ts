import { expect, it } from "vitest";
import { IntegrationError } from "../src/errors.js";
import { fetchWithToken } from "../src/oauth/http.js";
import type { ProviderHooks } from "../src/oauth/provider.js";
import { defineHooks } from "../src/provider/hooks.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

/** A linked account of a program with these hooks. */
async function createLinked(hooks: ProviderHooks) {
  const world = await createWorld();
  const context = { ...world.context, mechanisms: [MECHANISM, defineHooks(hooks)] };
  const linked = { ...world, context };
  return { ...linked, entry: (await link(linked)).entry };
}

it("each hook changes what is sent or read", async () => {
  const steps: string[] = [];
  const world = await createLinked({
    onAuthorizationUrl: (url) => new URL(`${url.href}&kind=own`),
    onTokenRequest: (request) => {
      const headers = new Headers(request.headers);
      headers.set("x-signature", String(request.parameters.get("grant_type")));
      return { ...request, headers };
    },
    onTokenAnswer: (answer, _context, step) => {
      steps.push(step);
      return { ...answer, expires_in: 7 };
    },
    onApiRequest: async (request, token) => {
      request.headers.set("x-signature", token);
      return request;
    },
  });
  const session = sessionOf(world, world.entry);
  const token = await session.refresh();
  await fetchWithToken(session.context, token, { method: "get", path: "/things" });
  const seen = (start: string) =>
    world.sandbox.requestsTo(start).map(({ headers }) => headers["x-signature"]);
  expect(world.sandbox.requestsTo("/auth")[0]?.query.get("kind")).toBe("own");
  expect(seen("/token")).toEqual(["authorization_code", "refresh_token"]);
  expect(seen("/api").at(-1)).toBe(token);
  expect(steps).toEqual(["sign-in", "refresh"]);
  const { obtainedAt, expiresAt } = session.entry.token;
  expect(expiresAt).toBe(obtainedAt + 7_000);
});

it("a GET carries its parameters in the address, and no body", async () => {
  const world = await createLinked({
    onTokenRequest: (request) =>
      request.parameters.get("grant_type") === "refresh_token"
        ? { ...request, method: "GET", parameters: new URLSearchParams({ a: "b&c" }) }
        : request,
  });
  await failure(sessionOf(world, world.entry).refresh());
  const sent = world.sandbox.requestsTo("/token").at(-1);
  expect(sent).toMatchObject({ method: "GET", body: "" });
  expect(String(sent?.query)).toBe("a=b%26c");
  expect(sent?.headers["content-type"]).toBeUndefined();
});

it.each<[string, ProviderHooks]>([
  ["onAuthorizationUrl", { onAuthorizationUrl: () => new URL("http://auth.invalid/") }],
  ["onAuthorizationUrl", { onAuthorizationUrl: (url) => new URL(url.pathname, url) }],
  ["onTokenRequest", { onTokenRequest: () => Promise.reject(new TypeError("a secret")) }],
  ["onTokenRequest", { onTokenRequest: (_, { provider }) => JSON.parse(provider.tokenUrl) }],
  ["onTokenAnswer", { onTokenAnswer: ({ access_token: token }) => Promise.reject(token) }],
])("what goes wrong in %s says where, and tells no secret", async (hook, hooks) => {
  const error = await createLinked(hooks).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "misconfigured", name: "IntegrationError" });
  expect(String(error)).toContain(`${hook} in src/provider-hooks.ts`);
  expect(JSON.stringify([error, Object(error).cause, String(error)])).not.toMatch(/secret|token":/);
});

it("an error for people passes as it is, and ends the request", async () => {
  const world = await createLinked({
    onApiRequest() {
      throw new IntegrationError("api_error", "Only in the morning.");
    },
  });
  const { context } = sessionOf(world, world.entry);
  const before = world.sandbox.requestsTo("/api").length;
  expect(await failure(fetchWithToken(context, "t", { method: "GET", path: "/" }))).toBe(
    "api_error",
  );
  expect(world.sandbox.requestsTo("/api")).toHaveLength(before);
});

const fail = () => Promise.reject(new Error("It was run."));

it("the sandbox goes without hooks", async () => {
  const world = await createWorld();
  const hooks = defineHooks({ onTokenRequest: fail, onTokenAnswer: fail, onApiRequest: fail });
  const context = { ...world.context, mechanisms: [MECHANISM, hooks], sandbox: true };
  expect((await link({ context })).entry.uniqueId).toBe("alice");
});
