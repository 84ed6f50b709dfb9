import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { addressPlaceholders } from "../src/provider/address-placeholders.js";
import { createWorld, failure, link, MECHANISM, sessionOf } from "./support.js";

it.each(["apiBaseUrl", "tokenUrl"])(
  "[row 38] sends nothing while %s is not whole",
  async (name) => {
    const { sandbox, context } = await createWorld();
    const whole = new URL(sandbox.provider.apiBaseUrl).origin;
    const { entry } = await link({ context });
    const provider = { ...sandbox.provider, [name]: `${whole}/{missing}` };
    const before = sandbox.requestsTo("").length;
    const mechanisms = [addressPlaceholders, MECHANISM];
    const session = sessionOf({ context: { ...context, mechanisms, provider } }, entry);
    const use =
      name === "apiBaseUrl" ? new ServiceClient(session).request("GET", "/") : session.refresh();
    expect(await failure(use)).toBe("misconfigured");
    expect(sandbox.requestsTo("")).toHaveLength(before);
  },
);
