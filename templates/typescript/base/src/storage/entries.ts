// Managed by the template: updates carry fixes for this file, so better do not edit it.
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type ClientCredential, type Environment, VARIABLES } from "../application-credentials.js";
import { DOMAIN } from "../const.js";
import { errorCode, IntegrationError } from "../errors.js";
import { Secret } from "../redact.js";
import { readIfPresent, storageFailed, withLock, writeAtomic } from "./atomic.js";
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
  readonly version: 1;
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** The account's id at the provider. */
  readonly uniqueId: string;
  readonly clientId: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The scopes asked for. */
  readonly scopes: readonly string[];
  readonly token: StoredToken;
  /** Present when only signing in again helps. */
  readonly reauth?: { readonly since: number; readonly reason: string };
  /** No token request before this time. */
  readonly retry?: { readonly at: number };
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

/** One step for each version: the first one makes version 2 of version 1, and so on. */
const MIGRATIONS: readonly ((stored: Record<string, unknown>) => Record<string, unknown>)[] = [];

/** One sealed file for each entry. Its methods throw `storage_corrupt`, `storage_failed`, `misconfigured`. */
export class FileEntryStore implements EntryStore {
  readonly #folder: string;
  readonly #cipher: Cipher;
  readonly #sandbox: boolean | undefined;

  constructor(folder: string, cipher: Cipher, options: { readonly sandbox?: boolean } = {}) {
    this.#folder = path.join(folder, "entries");
    this.#cipher = cipher;
    this.#sandbox = options.sandbox;
  }

  async load(entryId: string): Promise<ConfigEntry | undefined> {
    if (!isEntryId(entryId)) return undefined;
    const file = this.#file(entryId, SEALED);
    const sealed = await readIfPresent(file);
    if (sealed === undefined) return undefined;
    const text = await this.#cipher.open(identity(entryId), sealed, file);
    const entry = parseEntry(entryId, file, text);
    if (this.#sandbox === undefined || this.#sandbox === (entry.sandbox ?? false)) return entry;
    throw corrupt(file, "belongs elsewhere: the sandbox and the provider are kept apart");
  }

  async list(): Promise<EntryListing> {
    const entries: ConfigEntry[] = [];
    const problems: { entryId: string; error: IntegrationError }[] = [];
    for (const entryId of await this.#ids()) {
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

  async save(entry: ConfigEntry): Promise<void> {
    const sealed = await this.#cipher.seal(identity(entry.entryId), JSON.stringify(entry));
    await writeAtomic(this.#file(entry.entryId, SEALED), sealed);
  }

  async remove(entryId: string): Promise<void> {
    const file = this.#file(entryId, SEALED);
    await fs.rm(file, { force: true }).catch((error: unknown) => {
      throw storageFailed(error, file);
    });
  }

  exclusive<T>(entryId: string, run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return withLock(this.#file(entryId, ".lock"), run, { signal });
  }

  #file(entryId: string, suffix: string): string {
    if (!isEntryId(entryId)) throw new TypeError(`"${entryId}" is no entry id.`);
    return path.join(this.#folder, `${entryId}${suffix}`);
  }

  async #ids(): Promise<string[]> {
    try {
      const names = (await fs.readdir(this.#folder)).filter((name) => name.endsWith(SEALED));
      return names.map((name) => path.basename(name, SEALED)).toSorted();
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw storageFailed(error, this.#folder);
    }
  }
}

/** The client id and secret that a person typed in, sealed. */
export class CredentialStore {
  readonly #file: string;
  readonly #cipher: Cipher;

  constructor(folder: string, cipher: Cipher) {
    this.#file = path.join(folder, `credentials${SEALED}`);
    this.#cipher = cipher;
  }

  /** Throws `storage_corrupt`, `storage_failed`, `misconfigured`. */
  async load(): Promise<ClientCredential | undefined> {
    const sealed = await readIfPresent(this.#file);
    if (sealed === undefined) return undefined;
    const text = await this.#cipher.open(CREDENTIALS, sealed, this.#file);
    const { version, clientId, clientSecret } = JSON.parse(text);
    if (version !== 1) throw corrupt(this.#file, "was written by a newer version");
    return { clientId, ...(clientSecret && { clientSecret: new Secret(clientSecret) }) };
  }

  /** Throws `storage_failed`, `misconfigured`. */
  async save(credential: ClientCredential): Promise<void> {
    const { clientId, clientSecret } = credential;
    const stored = JSON.stringify({ version: 1, clientId, clientSecret: clientSecret?.reveal() });
    await writeAtomic(this.#file, await this.#cipher.seal(CREDENTIALS, stored));
  }
}

const CREDENTIALS = `${DOMAIN}/credentials`;

/** Everything kept in one data folder. */
export interface Storage {
  readonly folder: string;
  readonly entries: FileEntryStore;
  readonly credentials: CredentialStore;
  /** Throws now what would keep a sign-in from being stored: `storage_failed`, `misconfigured`. */
  check(): Promise<void>;
}

/** The data folder that the environment names, with the key that belongs to it. Touches no file yet. */
export function openStorage(env: Environment, options: { sandbox?: boolean } = {}): Storage {
  const base = env[VARIABLES.dataDir] || path.join(dataHome(env), DOMAIN);
  const folder = path.resolve(base, options.sandbox ? "sandbox" : "");
  const key = env[VARIABLES.encryptionKey];
  const cipher = new Cipher(
    key === undefined ? fileKey(path.join(folder, "master.key")) : envKey(key),
  );
  return {
    folder,
    entries: new FileEntryStore(folder, cipher, options),
    credentials: new CredentialStore(folder, cipher),
    async check() {
      await withLock(path.join(folder, "check.lock"), () => cipher.seal("", ""));
    },
  };
}

/** XDG Base Directory Specification: a path that is not absolute counts as not set. */
function dataHome(env: Environment): string {
  const home = env["XDG_DATA_HOME"];
  return home && path.isAbsolute(home) ? home : path.join(os.homedir(), ".local", "share");
}

function isEntryId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(text);
}

function identity(entryId: string): string {
  return `${DOMAIN}/entry/${entryId}`;
}

function corrupt(file: string, reason: string): IntegrationError {
  const message = `${file} ${reason}. Bring back the right file, or delete it and link again.`;
  return new IntegrationError("storage_corrupt", message);
}

/** The shape needs no check: only this program, with this key, can have sealed it. */
function parseEntry(entryId: string, file: string, text: string): ConfigEntry {
  const stored = JSON.parse(text);
  if (stored.version > MIGRATIONS.length + 1) throw corrupt(file, "was written by a newer version");
  const entry = MIGRATIONS.slice(stored.version - 1).reduce((old, step) => step(old), stored);
  if (entry.entryId === entryId && entry.domain === DOMAIN) return entry;
  throw corrupt(file, "holds no account of this integration");
}
