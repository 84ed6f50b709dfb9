// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { VARIABLES } from "../application-credentials.js";
import { IntegrationError } from "../errors.js";
import { readIfPresent, withLock, writeAtomic } from "./atomic.js";

/** How the name of every file ends that a `Cipher` has sealed. */
export const SEALED = ".sealed";

const FORMAT = "v1";
const KEY_BYTES = 32;

/** Gives the 32 bytes that protect everything stored. Throws `misconfigured` when there is no usable key. */
export type KeySource = () => Promise<Buffer>;

/** A key of 32 bytes in base64, as an environment variable holds it. */
export function envKey(value: string): KeySource {
  return async () => parseKey(value, VARIABLES.encryptionKey);
}

/** A key file of this user alone (mode 0600), made when it is first needed and nothing is sealed yet. */
export function fileKey(file: string): KeySource {
  const create = () => withLock(`${file}.lock`, () => createKey(file));
  return async () => parseKey((await readIfPresent(file)) ?? (await create()), file);
}

async function createKey(file: string): Promise<string> {
  const made = await readIfPresent(file);
  if (made !== undefined) return made;
  const key = await newKey(path.dirname(file), `The key file ${file} is missing`);
  await writeAtomic(file, `${key}\n`);
  return key;
}

/** A new key for a folder with nothing sealed in it; else `lost` begins the error's message. Throws `misconfigured`. */
export async function newKey(folder: string, lost: string): Promise<string> {
  const folders = [folder, path.join(folder, "entries")];
  const names = await Promise.all(folders.map((each) => fs.readdir(each).catch(() => [])));
  if (!names.flat().some((name) => name.endsWith(SEALED)))
    return randomBytes(KEY_BYTES).toString("base64");
  const message = `${lost}, but data sealed with it is there. Bring the key back, set ${VARIABLES.encryptionKey}, or delete ${folder} and link again.`;
  throw new IntegrationError("misconfigured", message);
}

/** The key in a text; `source` is where it was found. Throws `misconfigured`. */
export function parseKey(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === KEY_BYTES && key.toString("base64") === text.trim()) return key;
  const message = `${source} does not hold a key: 32 bytes in base64 are needed. Bring back the right one; "openssl rand -base64 32" makes a new one.`;
  throw new IntegrationError("misconfigured", message);
}

/**
 * AES-256-GCM with a key of its own for each record (HKDF, RFC 5869). The context, the record's
 * identity, is authenticated too: a file copied over another record does not open.
 */
export class Cipher {
  readonly #source: KeySource;

  constructor(source: KeySource) {
    this.#source = source;
  }

  /** Gives the sealed text. Throws `misconfigured` without a usable key. */
  async seal(context: string, plain: string): Promise<string> {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", await this.#recordKey(context), iv);
    cipher.setAAD(Buffer.from(FORMAT + context));
    const data = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    const parts = [iv, cipher.getAuthTag(), data].map((part) => part.toString("base64url"));
    return [FORMAT, ...parts].join(".");
  }

  /** Gives the plain text. Throws `misconfigured`, and `storage_corrupt`, which names the file. */
  async open(context: string, sealed: string, file = context): Promise<string> {
    const key = await this.#recordKey(context);
    const [format = "", iv = "", tag = "", data = ""] = sealed.split(".");
    try {
      const nonce = Buffer.from(iv, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
      decipher.setAAD(Buffer.from(format + context)).setAuthTag(Buffer.from(tag, "base64url"));
      return decipher.update(data, "base64url", "utf8") + decipher.final("utf8");
    } catch (cause) {
      const message = `${file} cannot be decrypted: it was changed, the key is another one, or a newer version wrote it. Bring back the file or the key, or delete the file and link again.`;
      throw new IntegrationError("storage_corrupt", message, { cause });
    }
  }

  async #recordKey(context: string): Promise<Buffer> {
    const master = await this.#source();
    return Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), context, KEY_BYTES));
  }
}
