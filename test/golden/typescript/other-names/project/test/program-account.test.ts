import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { beforeAll, expect, it, vi } from "vitest";
import { openStorage } from "../src/storage/entries.js";
import { answerWith, buildProgram, createDesk, createFolder, ENTRY } from "./support.js";
import { environmentOf, run, start } from "./support.js";

// Processes take their time.
vi.setConfig({ testTimeout: 30_000 });
beforeAll(buildProgram, 60_000);

const LARGE = '{"id":12345678901234567890,"e":1.0}';

it("calls with numbers as they were typed, and shows those that came", async () => {
  const { sandbox, folder } = await createDesk();
  await run(folder, ["link", "--sandbox", "--no-browser"]);
  await run(folder, ["call", "post", "/things", "--data", LARGE, "--sandbox"]);
  expect(sandbox.requestsTo("/api/things")[0]?.body).toBe(LARGE);
  const bodies = [LARGE.replace(",", ",\r\n "), "plain\ntext", '"a string"'];
  const lines = [LARGE.replace(",", ",  "), '"plain\\ntext"', '"a string"'];
  for (const [index, body] of bodies.entries()) {
    answerWith(sandbox, "/api", { status: 200, body: Buffer.from(body) });
    const { stdout } = start(folder, ["call", "get", "/things", "--sandbox"]);
    expect(await text(stdout)).toBe(`${lines[index]}\n`);
  }
});

it("takes no --data that is not JSON", async () => {
  const { code, last } = await run(await createFolder(), ["call", "post", "/", "--data", "{a"]);
  expect([code, last?.["code"]]).toEqual([2, "usage"]);
});

it("unlinks without credentials only when nobody else works on the entry", async () => {
  const folder = await createFolder();
  const { entries } = openStorage(environmentOf(folder));
  await entries.save(ENTRY);
  const exit = await entries.exclusive(ENTRY.entryId, async () => {
    const child = start(folder, ["unlink"]);
    const ended = once(child, "exit");
    await delay(1500);
    // As a refresh does at its end.
    await entries.save(ENTRY);
    return { ended };
  });
  expect([await exit.ended, await entries.load(ENTRY.entryId)]).toEqual([[0, null], undefined]);
});

it.each([
  [["https://app.invalid/?spapi_code=typed-secret"]],
  [["link", "https://app.invalid/?code=typed-secret"]],
  [["call", "http://127.0.0.1/?key=typed-secret", "/"]],
  [["status", "--https://app.invalid/?code=typed-secret"]],
])("does not repeat what was typed in a wrong place: %j", async (words) => {
  const { sandbox, folder } = await createDesk();
  await run(folder, ["link", "--sandbox", "--no-browser"]);
  const { code, last, shown } = await run(folder, [...words, "--sandbox"]);
  expect([code, last?.["code"], /typed-secret/i.test(shown)]).toEqual([2, "usage", false]);
  expect(sandbox.requestsTo("/api/things")).toEqual([]);
});
