import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { toIntegration } from "../src/application-credentials.js";
import { IntegrationError } from "../src/errors.js";
import { fillIn, type Mechanism, type ProviderDefinition } from "../src/oauth/provider.js";
import { requestGrant } from "../src/oauth/token-endpoint.js";
import { placeholders } from "../src/provider/placeholders.js";
import { answerWith, createWorld, link, MECHANISM, sessionOf } from "./support.js";

const mechanisms = [placeholders, MECHANISM];

it("sends client id, secret, state and random values in the place of their names", async () => {
  const all = { id: "{clientId}", two: "a{clientId}b{random}", json: '{"id_token":null,"a":{}}' };
  const secret = { secret: "{clientSecret}", random: "{random}" };
  const world = await createWorld({
    authorizationParams: { ...all, again: "{state}" },
    tokenParams: { ...all, ...secret, again: "{state}" },
    refreshParams: { ...all, ...secret },
  });
  const { sandbox } = world;
  const context = { ...world.context, mechanisms };
  const { entry } = await link({ context });
  await sessionOf({ context }, entry).refresh();
  const [asked] = sandbox.requestsTo("/auth").map(({ query }) => query);
  const [first, second] = sandbox.requestsTo("/token").map(({ form }) => form);
  const { clientId, clientSecret } = sandbox.credential;
  for (const sent of [asked, first, second]) {
    expect(sent?.get("id")).toBe(clientId);
    expect(sent?.get("two")).toMatch(new RegExp(`^a${clientId}b[\\w-]{22,}$`));
    expect(sent?.get("json")).toBe(all.json);
  }
  expect(asked?.get("again")).toBe(asked?.get("state"));
  expect(first?.get("again")).toBe(asked?.get("state"));
  for (const sent of [first, second]) expect(sent?.get("secret")).toBe(clientSecret?.reveal());
  const random = [first, second].map((sent) => sent?.get("random"));
  for (const text of random) expect(text).toMatch(/^[\w-]{22,}$/);
  expect(random[0]).not.toBe(random[1]);
  // Nothing of it is kept.
  expect([entry.variables, entry.hidden]).toEqual([{}, {}]);
});

it("leaves out what has no value, and fills in nothing twice", async () => {
  const { context, sandbox } = await createWorld();
  const shapes = {
    tokenHeaders: { "x-state": "{state}", "x-twice": "{evil}{state}" },
    apiHeaders: { "x-twice": "{evil} {evil}" },
    refreshParams: { none: "a{missing}b", empty: "{empty}", kept: "" },
  };
  const provider: ProviderDefinition = { ...sandbox.provider, ...shapes };
  const integration = toIntegration({ ...context, mechanisms, provider });
  const values = { evil: "{clientSecret}{random}", empty: "" };
  const filled = fillIn({ ...integration, values }).provider;
  expect(filled).toMatchObject({
    tokenHeaders: {},
    apiHeaders: { "x-twice": `${values.evil} ${values.evil}` },
    refreshParams: { kept: "" },
  });
  expect(Object.keys({ ...filled.refreshParams })).toEqual(["kept"]);
  const twice = fillIn({ ...integration, values }, { state: "{evil}" }).provider;
  expect(twice).toMatchObject({ tokenHeaders: { "x-state": "{evil}" } });
});

it.each(["tokenHeaders", "apiHeaders"])(
  "sends nothing in %s that no header can carry",
  async (name) => {
    const { sandbox, context } = await createWorld();
    const provider = { ...sandbox.provider, [name]: { "x-key": "a {key}" } };
    const integration = toIntegration({ ...context, mechanisms, provider });
    const fillWith = (key: string) => () => fillIn({ ...integration, values: { key } });
    for (const key of ["secret\r\nx: y", "secret\u0000", "secret\u20ac"]) {
      expect(fillWith(key)).toThrow(IntegrationError);
      expect(fillWith(key)).not.toThrow("secret");
    }
    expect(Object(fillWith("b\tc")().provider)[name]).toEqual({ "x-key": "a b\tc" });
  },
);

it("[row 22] errors of the API and of the token endpoint show no value that is hidden", async () => {
  const { sandbox, context } = await createWorld();
  const { entry } = await link({ context });
  const values = { key: 'secret-"key"', no: "" };
  const session = sessionOf({ context: { ...context, mechanisms } }, { ...entry, hidden: values });
  const secret = context.credential.clientSecret?.reveal();
  const text = `bad ${values.key} ${secret}`;
  answerWith(sandbox, "/api", { status: 400, body: Buffer.from(text) });
  const call = new ServiceClient(session).request("GET", "/");
  await expect(call).rejects.toThrow("400: bad *** ***");
  const echo: Mechanism = { onTokenAnswer: () => ({ error: text }) };
  const integration = { ...session.context, mechanisms: [echo] };
  const asking = requestGrant(integration, "sign-in", "refresh_token", { refresh_token: "x" });
  await expect(asking).rejects.toThrow(": bad *** ***.");
});
