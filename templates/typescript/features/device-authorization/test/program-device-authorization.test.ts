import { syncBuiltinESMExports } from "node:module";
import tty from "node:tty";
import { beforeAll, expect, it, vi } from "vitest";
import { deviceAuthorization } from "../src/provider/device-authorization.js";
import { canOpenBrowser } from "../src/terminal.js";
import { buildProgram, createDesk, run, start } from "./support.js";

const deviceAuthorizationUrl = "https://auth.invalid/device";

// Processes take their time.
vi.setConfig({ testTimeout: 30_000 });
beforeAll(buildProgram, 60_000);

it.each([["link"], ["link", "--device"]])("[row 33] shows a code: %s %s", async (...args) => {
  const { folder } = await createDesk({ deviceAuthorizationUrl });
  const { code, events } = await run(folder, [...args, "--sandbox"]);
  const shown = { event: "user_code", userCode: expect.any(String) };
  expect(events[0]).toMatchObject({
    ...shown,
    verificationUri: expect.stringMatching(/device$/),
  });
  expect([code, events.at(-1)?.["event"]]).toEqual([0, "linked"]);
});

it("[row 33] ends with 1 when it was denied, and with 130 after Ctrl-C", async () => {
  const { folder } = await createDesk({ deviceAuthorizationUrl });
  const denied = await run(folder, ["link", "--device", "--sandbox"], "nobody");
  expect([denied.code, denied.last?.["code"]]).toEqual([1, "authorization_denied"]);
  const child = start(folder, ["link", "--device", "--sandbox"]);
  child.stdout.once("data", () => child.kill("SIGINT"));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(130);
});

it.each([
  [{}, false, true],
  [{}, true, false],
  [{ device: true }, true, true],
  [{ paste: true }, false, false],
  [{ "no-browser": true }, false, false],
])("with %j, a browser %s: a code %s", (options, opens, device) => {
  expect(deviceAuthorization.readOptions?.(options, opens)).toEqual({ device });
});

it("takes a browser only at a terminal of this machine", () => {
  const atTerminal = vi.spyOn(tty, "isatty").mockReturnValue(true);
  const none = vi.spyOn(process, "platform", "get").mockReturnValue("linux");
  syncBuiltinESMExports();
  const display = { DISPLAY: ":0" };
  const found = [display, { ...display, SSH_CONNECTION: "a b" }, {}].map(canOpenBrowser);
  atTerminal.mockReturnValue(false);
  found.push(canOpenBrowser(display));
  for (const spy of [atTerminal, none]) spy.mockRestore();
  syncBuiltinESMExports();
  expect(found).toEqual([true, false, false, false]);
});
