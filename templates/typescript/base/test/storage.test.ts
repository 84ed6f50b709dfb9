import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DOMAIN } from "../src/const.js";
import { Secret } from "../src/redact.js";
import { Cipher, envKey, fileKey } from "../src/storage/cipher.js";
import { type ConfigEntry, CredentialStore, FileEntryStore } from "../src/storage/entries.js";
import { createFolder, failure, openStore } from "./support.js";

const ENTRY: ConfigEntry = {
  version: 1,
  entryId: "one",
  domain: DOMAIN,
  title: "Alice",
  uniqueId: "alice",
  clientId: "client",
  variables: {},
  scopes: ["read"],
  token: { accessToken: "secret-a", refreshToken: "secret-r", scopes: ["read"], obtainedAt: 1 },
};

/** Two entries on the disk, and the file of the first. */
async function createStored() {
  const folder = await createFolder();
  const store = openStore(folder);
  await store.save(ENTRY);
  await store.save({ ...ENTRY, entryId: "two" });
  const names = await fs.readdir(path.join(folder, "entries"));
  const [file = "", other = ""] = names.toSorted().map((name) => path.join(folder, "entries", name));
  return { folder, store, file, other };
}

describe("a stored entry", () => {
  it("[row 34] is sealed, for this user alone, and the same when it is read", async () => {
    const { folder, store, file } = await createStored();
    expect(await fs.readFile(file, "utf8")).not.toMatch(/secret|Alice|alice/);
    expect(await store.load("one")).toEqual(ENTRY);
    expect(await store.list()).toMatchObject({ entries: [{ entryId: "one" }, { entryId: "two" }] });
    if (process.platform === "win32") return;
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect((await fs.stat(path.join(folder, "entries"))).mode & 0o777).toBe(0o700);
  });

  const flip = (text: string): string => text.slice(0, -3) + (text.at(-3) === "A" ? "B" : "A") + text.slice(-2);
  it.each<[string, (text: string, other: string) => string]>([
    ["changed at one place", flip],
    ["cut", (text) => text.slice(0, -9)],
    ["empty", () => ""],
    ["plain", () => JSON.stringify(ENTRY)],
    ["another entry's", (_, other) => other],
  ])("[row 34] that is %s is an error, stays as it is, and hides no other", async (_, change) => {
    const { store, file, other } = await createStored();
    const text = change(await fs.readFile(file, "utf8"), await fs.readFile(other, "utf8"));
    await fs.writeFile(file, text);
    expect(await failure(store.load("one"))).toBe("storage_corrupt");
    expect(await store.list()).toMatchObject({
      entries: [{ entryId: "two" }],
      problems: [{ entryId: "one", error: { code: "storage_corrupt" } }],
    });
    expect(await fs.readFile(file, "utf8")).toBe(text);
  });

  it("does not open with another key, nor in the sandbox", async () => {
    const { folder } = await createStored();
    const other = new Cipher(envKey(randomBytes(32).toString("base64")));
    expect(await failure(new FileEntryStore(folder, other).load("one"))).toBe("storage_corrupt");
    const { store } = await createStored();
    await store.save({ ...ENTRY, sandbox: true });
    expect(await failure(store.load("one"))).toBe("storage_corrupt");
  });

  it("of a newer version is refused", async () => {
    const { store } = await createStored();
    await store.save(Object.assign({}, ENTRY, { version: 2 }));
    expect(await failure(store.load("one"))).toBe("storage_corrupt");
  });

  it("is always whole, however many write it", async () => {
    const { folder, store } = await createStored();
    const titles = Array.from({ length: 20 }, (_, index) => `Alice ${index}`);
    const loads = titles.map(async (title) => {
      await store.save({ ...ENTRY, title });
      return (await openStore(folder).load("one"))?.entryId;
    });
    expect(new Set(await Promise.all(loads))).toEqual(new Set(["one"]));
    expect(await fs.readdir(path.join(folder, "entries"))).toHaveLength(2);
  });

  it("that cannot be written is storage_failed", async () => {
    const file = path.join(await createFolder(), "file");
    await fs.writeFile(file, "");
    expect(await failure(openStore(file).save(ENTRY))).toBe("storage_failed");
  });
});

describe("the lock", () => {
  it("[row 24] lets one after the other in, also from two stores", async () => {
    const folder = await createFolder();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(name);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(name);
    };
    await Promise.all(["a", "b", "c"].map((name) => openStore(folder).exclusive("one", work(name))));
    expect(order.join("")).toMatch(/^(aa|bb|cc)(aa|bb|cc)(aa|bb|cc)$/);
  });

  it("is free again after a failure", async () => {
    const store = openStore(await createFolder());
    expect(await failure(store.exclusive("one", () => Promise.reject(new Error("oops"))))).toBeInstanceOf(Error);
    expect(await store.exclusive("one", async () => "free")).toBe("free");
  });
});

describe("the key", () => {
  it.each(["", "short", `${randomBytes(31).toString("base64")}`, "x".repeat(44)])(
    "[row 34] %j is misconfigured, not corrupt",
    async (key) => {
      const { folder } = await createStored();
      const store = new FileEntryStore(folder, new Cipher(envKey(key)));
      expect(await failure(store.load("one"))).toBe("misconfigured");
      expect(await failure(store.list())).toBe("misconfigured");
    },
  );

  it("[row 34] in a file is made once, for this user alone, and never replaced", async () => {
    const folder = await createFolder();
    const file = path.join(folder, "master.key");
    const open = () => new CredentialStore(folder, new Cipher(fileKey(file)));
    const credential = { clientId: "client", clientSecret: new Secret("secret-c") };
    await open().save(credential);
    expect((await open().load())?.clientSecret?.reveal()).toBe("secret-c");
    if (process.platform !== "win32") expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    for (const name of await fs.readdir(folder)) {
      expect(await fs.readFile(path.join(folder, name), "utf8")).not.toContain("secret-c");
    }
    await fs.rm(file);
    expect(await failure(open().load())).toBe("misconfigured");
    expect(await failure(open().save(credential))).toBe("misconfigured");
  });
});
