import { expect, it, onTestFinished, vi } from "vitest";
import { readToken } from "./read-token.js";

const noon = Date.parse("2030-01-01T12:00:00Z");
const declared = { renameTokenFields: { expires_at: "end" } };
it.each([
  ["seconds", { end: noon / 1000 }, 60],
  ["seconds in words", { end: ` ${noon / 1000}.5` }, 60],
  ["milliseconds", { end: noon }, 60],
  ["milliseconds in words", { end: String(noon) }, 60],
  ["a date", { end: "2030-01-01T13:00:00+01:00" }, 60],
  ["a date without a zone", { end: "2030-01-01 12:00:00" }, 60],
  ["a date of mails", { end: "Tue, 01 Jan 2030 12:00:00 GMT" }, 60],
  ["the past", { end: 1e9 }, 1],
  ["the standard name", { expires_at: noon }, 60],
  ["declared, and a life", { end: noon, expires_in: 9 }, 60],
  ["null, and a life", { end: null, expires_in: "9" }, 9],
  ["nothing", {}, undefined],
  ["zero", { end: 0 }, undefined],
  ["no date", { end: "never" }, undefined],
  ["empty", { end: " " }, undefined],
])("the end is read from %s: %j", async (_, answer, seconds) => {
  vi.spyOn(Date, "now").mockReturnValue(noon - 60_000);
  vi.stubEnv("TZ", "America/New_York");
  onTestFinished(() => void vi.restoreAllMocks().unstubAllEnvs());
  const { expiresAt, obtainedAt } = await readToken(declared, { access_token: "a", ...answer });
  expect(expiresAt && (expiresAt - obtainedAt) / 1000).toBe(seconds);
});

it("the end is as the life says where nothing else is declared", async () => {
  const token = await readToken(
    { renameTokenFields: { scope: "s" } },
    { access_token: "a", expires_in: 60, expires_at: 1e9 },
  );
  expect((token.expiresAt ?? 0) - token.obtainedAt).toBe(60_000);
});
