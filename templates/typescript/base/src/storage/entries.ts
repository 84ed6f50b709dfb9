// Managed by the template: updates carry fixes for this file, so better do not edit it.
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ClientCredential, Environment } from "../application-credentials.js";
import { toCredential, VARIABLES } from "../application-credentials.js";
import { DOMAIN } from "../const.js";
import { hideFromInspect, IntegrationError } from "../errors.js";
import type { EntryValues, Values } from "../oauth/provider.js";
import { MECHANISMS } from "../provider/index.js";
import { ifPresent, onDisk, readIfPresent, withLock, writeAtomic } from "./atomic.js";
import { Cipher, envKey, fileKey, SEALED } from "./cipher.js";

/** What the token endpoint gave. Times in milliseconds since the epoch. */
export interface StoredToken {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** The granted ones, which may be fewer than asked. */
  readonly scopes: readonly string[];
  readonly obtainedAt: number;
  readonly expiresAt?: number;
}

/** One linked account. */
export interface ConfigEntry {
  readonly version: 2;
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** The account's id at the provider. */
  readonly uniqueId: string;
  readonly clientId: string;
  /** What the person said of the account, as far as it may be shown. */
  readonly variables: Values;
  /** The rest of it, and what was captured. Since version 2. */
  readonly hidden: Values;
  /** The scopes asked for. */
  readonly scopes: readonly string[];
  readonly token: StoredToken;
  /** Present when only signing in again helps. */
  readonly reauth?: { readonly since: number; readonly reason: string };
  /** No token request before this time. */
  readonly retry?: { readonly at: number };
  /** No call of the API before this time. */
  readonly apiRetry?: { readonly at: number };
  /** Linked with the sandbox instead of the provider. */
  readonly sandbox?: true;
}

/** The readable entries, and what is wrong with each of the others. */
export interface EntryListing {
  readonly entries: readonly ConfigEntry[];
  readonly problems: readonly { readonly entryId: string; readonly error: IntegrationError }[];
}

/** Where entries are kept. A host with a storage of its own implements this. */
export interface EntryStore {
  load(entryId: string): Promise<ConfigEntry | undefined>;
  list(): Promise<EntryListing>;
  save(entry: ConfigEntry): Promise<void>;
  remove(entryId: string): Promise<void>;
  /** Runs while no other process runs for the same entry. */
  exclusive<T>(entryId: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

const ENTRY_ID = /^[A-Za-z0-9-]{1,64}$/;
/** One step for each version: the first one makes version 2 of version 1, and so on. */
const MIGRATIONS: readonly ((stored: ConfigEntry) => ConfigEntry)[] = [
  (stored) => ({ ...stored, version: 2, hidden: {} }),
];

/** What stands for the placeholders of the definition, in requests for this account. */
export function valuesOf({ variables, hidden }: EntryValues): Values {
  return { ...variables, ...hidden };
}

/** The values that an entry keeps beside its variables. */
export function hiddenOf(values: Values, variables: Values): Values {
  const rest = Object.entries(values).filter(([name]) => !Object.hasOwn(variables, name));
  return hideFromInspect(Object.fromEntries(rest));
}

/** A record in a sealed file. Its name in the data folder is its identity. */
export class SealedFile<T extends { readonly version: number }> {
  readonly path: string;
  readonly #context: string;
  readonly #cipher: Cipher;

  constructor(folder: string, name: string, cipher: Cipher) {
    this.path = path.join(folder, `${name}${SEALED}`);
    this.#context = `${DOMAIN}/${name}`;
    this.#cipher = cipher;
  }

  /** The shape needs no check: only this program, with this key, can have sealed it. */
  async read(newestVersion = 1): Promise<T | undefined> {
    const sealed = await readIfPresent(this.path);
    if (sealed === undefined) return undefined;
    const stored: T = JSON.parse(await this.#cipher.open(this.#context, sealed, this.path));
    if (stored.version > newestVersion) throw this.corrupt("was written by a newer version");
    return stored;
  }

  async write(record: T): Promise<void> {
    await writeAtomic(this.path, await this.#cipher.seal(this.#context, JSON.stringify(record)));
  }

  remove(): Promise<void> {
    return onDisk(this.path, () => fs.rm(this.path, { force: true }));
  }

  corrupt(reason: string): IntegrationError {
    const message = `${this.path} ${reason}. Bring back the right file, or delete it and link again.`;
    return new IntegrationError("storage_corrupt", message);
  }
}

/** One sealed file for each entry. Its methods throw `storage_corrupt`, `storage_failed`, `misconfigured`. */
export class FileEntryStore implements EntryStore {
  readonly #folder: string;
  readonly #cipher: Cipher;
  readonly #sandbox: boolean | undefined;

  constructor(folder: string, cipher: Cipher, options: { readonly sandbox?: boolean } = {}) {
    this.#folder = folder;
    this.#cipher = cipher;
    this.#sandbox = options.sandbox;
  }

  async load(entryId: string): Promise<ConfigEntry | undefined> {
    if (!ENTRY_ID.test(entryId)) return undefined;
    const file = this.#file(entryId);
    const stored = await file.read(MIGRATIONS.length + 1);
    if (stored === undefined) return undefined;
    const entry = MIGRATIONS.slice(stored.version - 1).reduce((old, step) => step(old), stored);
    hideFromInspect(entry.token);
    hideFromInspect(entry.hidden);
    if (this.#sandbox === undefined || this.#sandbox === (entry.sandbox ?? false)) return entry;
    throw file.corrupt("belongs elsewhere: the sandbox and the provider are kept apart");
  }

  async list(): Promise<EntryListing> {
    const entries: ConfigEntry[] = [];
    const problems: { entryId: string; error: IntegrationError }[] = [];
    const folder = path.join(this.#folder, "entries");
    const names = (await onDisk(folder, () => ifPresent(fs.readdir(folder)))) ?? [];
    for (const name of names.filter((each) => each.endsWith(SEALED)).toSorted()) {
      const entryId = path.basename(name, SEALED);
      try {
        const entry = await this.load(entryId);
        if (entry !== undefined) entries.push(entry);
      } catch (error) {
        // Without a key nothing can be read: that is no matter of this one entry.
        if (!(error instanceof IntegrationError) || error.code === "misconfigured") throw error;
        problems.push({ entryId, error });
      }
    }
    return { entries, problems };
  }

  save(entry: ConfigEntry): Promise<void> {
    return this.#file(entry.entryId).write(entry);
  }

  remove(entryId: string): Promise<void> {
    return this.#file(entryId).remove();
  }

  exclusive<T>(entryId: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withLock(`${this.#file(entryId).path}.lock`, run, signal);
  }

  #file(entryId: string): SealedFile<ConfigEntry> {
    if (!ENTRY_ID.test(entryId)) throw new TypeError(`"${entryId}" is no entry id.`);
    return new SealedFile(this.#folder, `entries/${entryId}`, this.#cipher);
  }
}

/** The client id and secret of this program, sealed. Throws as `FileEntryStore`. */
export class CredentialStore {
  readonly #file: SealedFile<{ version: 1; clientId: string; clientSecret: string | undefined }>;

  constructor(folder: string, cipher: Cipher) {
    this.#file = new SealedFile(folder, "credentials", cipher);
  }

  async load(): Promise<ClientCredential | undefined> {
    const stored = await this.#file.read();
    if (stored !== undefined) return toCredential(stored.clientId, stored.clientSecret);
    return MECHANISMS.find(({ credential }) => credential !== undefined)?.credential;
  }

  save({ clientId, clientSecret }: ClientCredential): Promise<void> {
    return this.#file.write({ version: 1, clientId, clientSecret: clientSecret?.reveal() });
  }

  remove(): Promise<void> {
    return this.#file.remove();
  }
}

/** Everything kept in one data folder. */
export type Storage = ReturnType<typeof openStorage>;

/** The data folder that the environment names, with the key that belongs to it. Touches no file yet. */
export function openStorage(env: Environment, options: { sandbox?: boolean } = {}) {
  const xdg = env["XDG_DATA_HOME"] ?? "";
  // XDG Base Directory Specification: a path that is not absolute counts as not set.
  const home = path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), ".local", "share");
  const base = env[VARIABLES.dataDir] || path.join(home, DOMAIN);
  const folder = path.resolve(base, options.sandbox ? "sandbox" : "");
  const key = env[VARIABLES.encryptionKey];
  const file = path.join(folder, "master.key");
  const own = MECHANISMS.find(({ keySource }) => keySource !== undefined);
  const source = key === undefined ? (own?.keySource?.(file) ?? fileKey(file)) : envKey(key);
  const cipher = new Cipher(source);
  return {
    folder,
    entries: new FileEntryStore(folder, cipher, options),
    credentials: new CredentialStore(folder, cipher),
    /** What a mechanism keeps. */
    fileOf: <T extends { readonly version: number }>(name: string) =>
      new SealedFile<T>(folder, name, cipher),
    /** Throws now what would keep a sign-in from being stored: `storage_failed`, `misconfigured`. */
    async check(): Promise<void> {
      // A lock is written to the disk, too.
      await withLock(path.join(folder, "check.lock"), source);
    },
  };
}
