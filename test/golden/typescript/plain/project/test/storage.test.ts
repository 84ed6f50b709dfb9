import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { VARIABLES } from "../src/application-credentials.js";
import { DOMAIN } from "../src/const.js";
import { Secret } from "../src/errors.js";
import { MECHANISMS } from "../src/provider/index.js";
import { Cipher, envKey, fileKey } from "../src/storage/cipher.js";
import { type ConfigEntry, CredentialStore, FileEntryStore } from "../src/storage/entries.js";
import { openStorage } from "../src/storage/entries.js";
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
  // The platform would take these four bytes of sixteen for the whole tag.
  ["almost unsigned", (text) => text.replace(/(\.[^.]{6})[^.]*(\.[^.]*)$/, "$1$2")],
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

it("what is no entry is not listed, and a path is no entry's id", async () => {
  const { store, entries, file } = await createStored();
  for (const name of ["one (copy).sealed", "one"])
    await fs.copyFile(file, path.join(entries, name));
  const listing = { entries: [{ entryId: "one" }, { entryId: "two" }], problems: [] };
  expect(await store.list()).toMatchObject(listing);
  expect(await store.load("../entries/one")).toBeUndefined();
  expect(() => store.save({ ...ENTRY, entryId: "../one" })).toThrow(TypeError);
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

const LONG_AGO = new Date(Date.now() - 3_600_000);

it("what is left half made is removed at once, or in time", async () => {
  const { store, entries } = await createStored();
  await fs.mkdir(path.join(entries, "three.sealed"));
  const times = { "new.tmp": new Date(), "old.tmp": LONG_AGO, old: LONG_AGO };
  for (const [name, at] of Object.entries(times)) {
    await fs.writeFile(path.join(entries, name), "");
    await fs.utimes(path.join(entries, name), at, at);
  }
  expect(await failure(store.load("three"))).toBe("storage_failed");
  expect(await failure(store.save({ ...ENTRY, entryId: "three" }))).toBe("storage_failed");
  await store.save(ENTRY);
  const kept = ["new.tmp", "old", "one.sealed", "three.sealed", "two.sealed"];
  expect((await fs.readdir(entries)).toSorted()).toEqual(kept);
});

it("[row 24] the lock lets one after the other in, also after a failure", async () => {
  const { folder, entries } = await createStored();
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
  expect(await fs.readdir(entries)).toHaveLength(2);
});

/** Only Linux tells when a process started. */
const reuseId = (holder: string[]) =>
  process.platform === "linux" ? holder.with(0, String(process.ppid)) : holder.with(1, "0");

it.each<[string, string, (holder: string[]) => string[], Date?]>([
  ["a living process", "storage_locked", (holder) => holder],
  ["a dead one", "no error", (holder) => holder.with(0, "4194305")],
  ["a dead one, whose id another has", "no error", reuseId],
  ["one elsewhere", "storage_locked", (holder) => holder.with(3, "elsewhere")],
  ["one elsewhere, long ago", "no error", (holder) => holder.with(3, "elsewhere"), LONG_AGO],
])("[row 24] who waits for a lock of %s gets %s", async (_, expected, change, at = new Date()) => {
  const { store, file } = await createStored();
  const lock = `${file}.lock`;
  const [holder = ""] = await store.exclusive("one", () => fs.readdir(lock));
  const held = path.join(lock, change(holder.split(" ")).join(" "));
  await fs.mkdir(lock);
  await fs.writeFile(held, "");
  await fs.utimes(held, at, at);
  // Time runs away: each look at the clock is twenty seconds later.
  let now = Date.now();
  const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += 20_000));
  onTestFinished(() => clock.mockRestore());
  expect(await failure(store.exclusive("one", async () => undefined))).toBe(expected);
});

const unusable = ["", randomBytes(31).toString("base64"), "x".repeat(44), `${"x".repeat(43)}=`];
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
  // Of many that need it at once, all have the one that stays.
  const keys = await Promise.all(Array.from({ length: 9 }, () => fileKey(file)()));
  expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(1);
  await open().save(credential);
  expect((await open().load())?.clientSecret?.reveal()).toBe("secret-c");
  await open().save({ clientId: "client" });
  expect(await open().load()).toEqual({ clientId: "client" });
  if (process.platform !== "win32") expect(await mode(file)).toBe(0o600);
  await fs.rm(file);
  expect(await failure(open().load())).toBe("misconfigured");
  expect(await failure(open().save(credential))).toBe("misconfigured");
});

const [temp, home] = [path.resolve(tmpdir()), path.join(homedir(), ".local/share", DOMAIN)];
it.each([
  [{ [VARIABLES.dataDir]: temp, XDG_DATA_HOME: "/other" }, true, path.join(temp, "sandbox")],
  [{ [VARIABLES.dataDir]: "", XDG_DATA_HOME: temp }, false, path.join(temp, DOMAIN)],
  [{ XDG_DATA_HOME: "relative" }, false, home],
])("with %j, sandbox %j, the data folder is %s", (env, sandbox, folder) => {
  expect(openStorage(env, { sandbox }).folder).toBe(folder);
});

const hasFile = !MECHANISMS.some(({ keySource }) => keySource);
it.runIf(hasFile)("a key that nobody gave is a file of the data folder", async () => {
  const folder = await createFolder();
  await openStorage({ [VARIABLES.dataDir]: folder }).check();
  expect(await fs.readdir(folder)).toEqual(["master.key"]);
});
