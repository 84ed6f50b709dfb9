import { expect, it } from "vitest";
import { assumedLifetime as mechanism } from "../src/provider/assumed-lifetime.js";
import { createWorld, link, MECHANISM, sessionOf } from "./support.js";

const mechanisms = [mechanism, MECHANISM];
const assumedLifetime = 1200;

it.each([
  ["not said", {}, 1200],
  ["null", { expires_in: null }, 1200],
  ["no number", { expires_in: "soon" }, 1200],
  ["zero", { expires_in: 0 }, 1200],
  ["said", { expires_in: 60 }, 60],
  ["said in words", { expires_in: "60" }, 60],
])("takes a life that is %s for what it is: %j", async (_, said, seconds) => {
  const { sandbox, context: world } = await createWorld({ assumedLifetime });
  sandbox.hooks.editToken = (answer) => {
    expect(answer).not.toHaveProperty("expires_in");
    return { ...answer, ...said };
  };
  const context = { ...world, mechanisms };
  const { entry } = await link({ context });
  await sessionOf({ context }, entry).refresh();
  const refreshed = await context.store.load(entry.entryId);
  for (const token of [entry.token, refreshed?.token]) {
    expect((token?.expiresAt ?? 0) - (token?.obtainedAt ?? 0)).toBe(seconds * 1000);
  }
});
