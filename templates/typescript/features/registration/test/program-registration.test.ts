import { once } from "node:events";
import { beforeAll, expect, it, vi } from "vitest";
import { VARIABLES } from "../src/application-credentials.js";
import { openStorage } from "../src/storage/entries.js";
import { answerWith, buildProgram, createDesk, environmentOf, run, start } from "./support.js";

const registrationEndpoint = "https://auth.invalid/register";

beforeAll(buildProgram, 60_000);
// Processes take their time.
vi.setConfig({ testTimeout: 30_000 });

it("[row 21] registers, links and ends the registration, and shows no secret of it", async () => {
  const { sandbox, folder } = await createDesk({ registrationEndpoint });
  const linked = await run(folder, ["link", "--sandbox", "--no-browser"]);
  const again = await run(folder, ["reauth", "--sandbox", "--no-browser"]);
  expect([linked.code, again.code, again.last?.["event"]]).toEqual([0, 0, "linked"]);
  expect(sandbox.requestsTo("/reg").map(({ method }) => method)).toEqual(["POST"]);
  const storage = openStorage(environmentOf(folder), { sandbox: true });
  const { clientSecret } = (await storage.credentials.load()) ?? {};
  const file = storage.fileOf<{ version: 1; management: { token: string } }>("registration");
  const token = (await file.read())?.management.token ?? "";
  const removed = await run(folder, ["credentials", "remove", "--sandbox"]);
  expect([removed.code, removed.shown]).toEqual([0, expect.stringContaining("has ended")]);
  expect(sandbox.requestsTo("/reg").at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
  expect([await storage.credentials.load(), await file.read()]).toEqual([undefined, undefined]);
  const shown = linked.shown + again.shown + removed.shown;
  for (const secret of [token, clientSecret?.reveal() ?? ""]) {
    expect(secret.length).toBeGreaterThan(8);
    expect(shown).not.toContain(secret);
  }
  const call = await run(folder, ["call", "get", "/things", "--sandbox"]);
  expect([call.code, call.last?.["code"]]).toEqual([1, "misconfigured"]);
});

it("says what the server said to it, and that a registration may be left", async () => {
  const { sandbox, folder } = await createDesk({ registrationEndpoint });
  await run(folder, ["link", "--sandbox", "--no-browser"]);
  answerWith(sandbox, "/reg", { status: 400, body: { error: "invalid_client_metadata" } });
  const removed = await run(folder, ["credentials", "remove", "--sandbox"]);
  expect([removed.code, removed.shown]).toEqual([0, expect.stringContaining("end it there, too")]);
  const linked = await run(folder, ["link", "--sandbox", "--no-browser"]);
  expect([linked.code, linked.last?.["code"]]).toEqual([1, "misconfigured"]);
  expect(linked.shown).toContain("invalid_client_metadata");
});

it("registers nothing where the environment has credentials", async () => {
  const { folder } = await createDesk({ registrationEndpoint });
  const environment = { ...environmentOf(folder), [VARIABLES.clientId]: "a" };
  const { clientSecret } = VARIABLES;
  const child = start(folder, ["link", "--paste"], { ...environment, [clientSecret]: "b" });
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([1, null]);
  const { fileOf, credentials } = openStorage(environmentOf(folder));
  const kept = [await credentials.load(), await fileOf("registration").read()];
  expect(kept).toEqual([undefined, undefined]);
});
