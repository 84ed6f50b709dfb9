import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { AsyncEntry } from "@napi-rs/keyring";
import { expect, it, onTestFinished } from "vitest";
import { DOMAIN } from "../src/const.js";
import { MECHANISMS } from "../src/provider/index.js";
import { createFolder, failure } from "./support.js";

const keychain = MECHANISMS.find(({ keySource }) => keySource !== undefined);

/** A data folder, and what the keychain has for it: undefined where this machine has none. */
async function createPlace() {
  const folder = await createFolder();
  const file = path.join(folder, "master.key");
  const open = async () => new AsyncEntry(DOMAIN, file, { linux: { store: "secret-service" } });
  const read = async () => (await open()).getPassword().then((key) => key ?? "nothing");
  onTestFinished(async () => void (await open().then((entry) => entry.deletePassword(), String)));
  const findKey = async () => (await keychain?.keySource?.(file)())?.toString("base64");
  return { folder, file, read: () => read().catch(() => undefined), findKey };
}

it("gives everybody the same key, and writes none to the disk", async () => {
  const { folder, read, findKey } = await createPlace();
  const there = (await read()) !== undefined;
  const [key, ...others] = await Promise.all([1, 2, 3].map(() => findKey().catch(() => "none")));
  expect(others).toEqual([key, key]);
  expect(key).toBe((await read()) ?? "none");
  expect(key).toMatch(there ? /^.{43}=$/ : /^none$/);
  expect(await fs.readdir(folder)).toEqual([]);
});

it("moves a key file in, and leaves it where there is no keychain", async () => {
  const { file, read, findKey } = await createPlace();
  const key = randomBytes(32).toString("base64");
  await fs.writeFile(file, `${key}\n`);
  const there = (await read()) !== undefined;
  const found = await findKey().catch((error: unknown) => Object(error));
  if (!there) expect(found).toMatchObject({ code: "misconfigured", message: expect.any(String) });
  expect(there ? found : found.message).toContain(there ? key : file);
  expect(await fs.readFile(file, "utf8").catch(() => read())).toContain(key);
  expect((await fs.readdir(path.dirname(file))).length).toBe(there ? 0 : 1);
});

it.each<[string, string, string | undefined]>([
  ["no key for sealed data", "credentials.sealed", undefined],
  ["a key file that holds none", "master.key", "short"],
])("%s is an error, and changes nothing", async (_, name, text = "v1.a.b.c") => {
  const { folder, read, findKey } = await createPlace();
  await fs.writeFile(path.join(folder, name), text);
  const before = await read();
  expect(await failure(findKey())).toBe("misconfigured");
  expect([await read(), await fs.readdir(folder)]).toEqual([before, [name]]);
});
