import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { Secret } from "../src/errors.js";
import { Cipher, envKey, fileKey } from "../src/storage/cipher.js";
import { type ConfigEntry, CredentialStore, FileEntryStore } from "../src/storage/entries.js";
import { createFolder, ENTRY, failure, openStore } from "./support.js";

/** Two entries, and the files that hold them. */
async function createStored() {
  const folder = await createFolder();
  const store = openStore(folder);
  for (const entryId of ["one", "two"]) await store.save({ ...ENTRY, entryId });
  const entries = path.join(folder, "entries");
  const [file = "", other = ""] = ["one", "two"].map((id) => path.join(entries, `${id}.sealed`));
  return { folder, store, entries, file, other };
}

const mode = async (file: string): Promise<number> => (await fs.stat(file)).mode & 0o777;

it("[row 34] an entry is sealed, for this user alone, and comes back the same", async () => {
  const { store, entries, file } = await createStored();
  expect(await fs.readFile(file, "utf8")).not.toMatch(/secret|alice/i);
  expect(await store.load("one")).toEqual(ENTRY);
  expect(await failure(openStore(file).save(ENTRY))).toBe("storage_failed");
  if (process.platform === "win32") return;
  expect([await mode(file), await mode(entries)]).toEqual([0o600, 0o700]);
});

it.each<[string, (text: string, other: string) => string]>([
  ["changed", (text) => text.replace(/.(?=..$)/s, (sign) => (sign === "A" ? "B" : "A"))],
  ["cut", (text) => text.slice(0, -9)],
  ["empty", () => ""],
  ["plain", () => JSON.stringify(ENTRY)],
  ["another entry's", (_, other) => other],
])("[row 34] a file that is %s is an error, is kept, and hides no other", async (_, change) => {
  const { store, file, other } = await createStored();
  const text = change(await fs.readFile(file, "utf8"), await fs.readFile(other, "utf8"));
  await fs.writeFile(file, text);
  expect(await failure(store.load("one"))).toBe("storage_corrupt");
  const problems = [{ entryId: "one", error: { code: "storage_corrupt" } }];
  expect(await store.list()).toMatchObject({ entries: [{ entryId: "two" }], problems });
  expect(await fs.readFile(file, "utf8")).toBe(text);
});

it.each<[string, object, { sandbox?: boolean; key?: Buffer }]>([
  ["of a newer version", { version: 3 }, {}],
  ["of the sandbox", { sandbox: true }, { sandbox: false }],
  ["that is none of the sandbox", {}, { sandbox: true }],
  ["[row 34] that was sealed with another key", {}, { key: randomBytes(32) }],
])("an entry %s is refused", async (_, changes, { sandbox = false, key }) => {
  const folder = await createFolder();
  const own = new Cipher(fileKey(path.join(folder, "master.key")));
  await new FileEntryStore(folder, own).save(Object.assign({}, ENTRY, changes));
  const cipher = key === undefined ? own : new Cipher(envKey(key.toString("base64")));
  const store = new FileEntryStore(folder, cipher, { sandbox });
  expect(await failure(store.load("one"))).toBe("storage_corrupt");
});

it("an entry of version 1 is read as it was, in the form of today", async () => {
  const { store } = await createStored();
  const { hidden: _, ...old } = { ...ENTRY, entryId: "old", version: 1 };
  await store.save(old as unknown as ConfigEntry);
  expect(await store.load("old")).toEqual({ ...old, version: 2, hidden: {} });
});

it("an entry is always whole, however many write it", async () => {
  const { folder, store, entries } = await createStored();
  const loads = Array.from({ length: 20 }, async (_, index) => {
    await store.save({ ...ENTRY, title: `Alice ${index}` });
    return (await openStore(folder).load("one"))?.entryId;
  });
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["one"]));
  expect(await fs.readdir(entries)).toHaveLength(2);
});

it("[row 24] the lock lets one after the other in, also after a failure", async () => {
  const { folder } = await createStored();
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    order.push(name);
    await delay(60);
    order.push(name);
    throw new Error("That is no reason to keep the lock.");
  };
  const stores = ["a", "b", "c"].map((name) => [name, openStore(folder)] as const);
  await Promise.allSettled(stores.map(([name, store]) => store.exclusive("one", () => work(name))));
  expect(order.join("")).toMatch(/^(aa|bb|cc){3}$/);
});

const unusable = ["", "short", randomBytes(31).toString("base64"), "x".repeat(44)];
it.each(unusable)("[row 34] the key %j is misconfigured, and nothing is corrupt", async (key) => {
  const { folder } = await createStored();
  const store = new FileEntryStore(folder, new Cipher(envKey(key)));
  expect(await failure(store.load("one"))).toBe("misconfigured");
  expect(await failure(store.list())).toBe("misconfigured");
});

it("[row 34] a key file is made once, for this user alone, and never replaced", async () => {
  const folder = await createFolder();
  const file = path.join(folder, "master.key");
  const open = () => new CredentialStore(folder, new Cipher(fileKey(file)));
  const credential = { clientId: "client", clientSecret: new Secret("secret-c") };
  await open().save(credential);
  expect((await open().load())?.clientSecret?.reveal()).toBe("secret-c");
  if (process.platform !== "win32") expect(await mode(file)).toBe(0o600);
  await fs.rm(file);
  expect(await failure(open().load())).toBe("misconfigured");
  expect(await failure(open().save(credential))).toBe("misconfigured");
});
