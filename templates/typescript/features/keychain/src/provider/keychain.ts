// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { rm } from "node:fs/promises";
import path from "node:path";
import { VARIABLES } from "../application-credentials.js";
import { DOMAIN } from "../const.js";
import { IntegrationError } from "../errors.js";
import type { Mechanism } from "../oauth/provider.js";
import { readIfPresent, withLock } from "../storage/atomic.js";
import { newKey, parseKey } from "../storage/cipher.js";

/** The key of the storage lies in the keychain of the system, named after the key file. */
export const keychain: Mechanism = {
  keySource(file) {
    let key: Buffer | undefined;
    return async () => (key ??= await findKey(file));
  },
};

/** Where the keychain keeps the key of one data folder. */
interface Place {
  readonly name: string;
  /** Both throw `misconfigured` when the keychain is locked, or refuses. */
  read(): Promise<string | undefined>;
  /** Returns only when the keychain gives the same key back. */
  write(key: string): Promise<void>;
}

async function findKey(file: string): Promise<Buffer> {
  const place = await openPlace(file);
  const key = await place.read();
  const isSettled = key !== undefined && (await readIfPresent(file)) === undefined;
  if (isSettled) return parseKey(key, place.name);
  return withLock(`${file}.lock`, () => settle(place, file));
}

/**
 * Settles on one key for all processes. A key file from before is moved: whenever this is killed,
 * the file or the keychain has the key. Throws `misconfigured` when it is lost, or there are two.
 */
async function settle(place: Place, file: string): Promise<Buffer> {
  const [kept, old] = [await place.read(), (await readIfPresent(file))?.trim()];
  if (kept !== undefined && old !== undefined && kept !== old) {
    const message = `${place.name} is not the one that ${file} holds.`;
    const advice = `Move the wrong one away, or set ${VARIABLES.encryptionKey} to the right one.`;
    throw new IntegrationError("misconfigured", `${message} ${advice}`);
  }
  const text = kept ?? old ?? (await newKey(path.dirname(file), `${place.name} is missing`));
  const key = parseKey(text, kept === undefined ? file : place.name);
  if (kept === undefined) await place.write(text);
  await rm(file, { force: true });
  return key;
}

async function openPlace(file: string): Promise<Place> {
  const missing = "The package @napi-rs/keyring does not load. Install the packages again";
  const { AsyncEntry } = await orExplain(missing, file, () => import("@napi-rs/keyring"));
  const none = "No keychain answers here. Start one (on Linux: a Secret Service, over D-Bus)";
  // Without it the kernel's keyring would be taken, which forgets everything at a restart.
  const options = { linux: { store: "secret-service" } } as const;
  const entry = await orExplain(none, file, () => new AsyncEntry(DOMAIN, file, options));
  const locked = "The keychain is locked, or refuses. Unlock it";
  const read = () => orExplain(locked, file, () => entry.getPassword());
  return {
    name: `The key of ${DOMAIN} for ${file} in the keychain`,
    read: async () => (await read()) ?? undefined,
    async write(key) {
      await orExplain(locked, file, () => entry.setPassword(key));
      if ((await read()) === key) return;
      const message = `The keychain did not keep the key of ${file}. Unlock it, and try again.`;
      throw new IntegrationError("misconfigured", message);
    },
  };
}

/** Says what is wrong with the keychain, and how to do without it. */
async function orExplain<T>(problem: string, file: string, run: () => T): Promise<Awaited<T>> {
  try {
    return await run();
  } catch (cause) {
    const { encryptionKey } = VARIABLES;
    const start = `the key; where nothing is stored yet, "openssl rand -base64 32" makes one`;
    const key = (await readIfPresent(file)) === undefined ? start : `what ${file} holds`;
    const message = `${problem}, or set ${encryptionKey} to ${key}.`;
    throw new IntegrationError("misconfigured", message, { cause });
  }
}
