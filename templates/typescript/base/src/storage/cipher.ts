// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { VARIABLES } from "../application-credentials.js";
import { IntegrationError } from "../errors.js";
import { createExclusive, readIfPresent } from "./atomic.js";

/** How the name of every file ends that a `Cipher` has sealed. */
export const SEALED = ".sealed";

const FORMAT = "v1";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Where the 32 bytes come from that protect everything stored. A keychain can be one, too. */
export interface KeySource {
  /** Throws `misconfigured` when there is no usable key. */
  masterKey(): Promise<Buffer>;
}

/** A key of 32 bytes in base64, as an environment variable holds it. */
export function envKey(value: string): KeySource {
  return { masterKey: async () => parseKey(value, VARIABLES.encryptionKey) };
}

/** A key file of this user alone (mode 0600), made when it is first needed and nothing is sealed yet. */
export function fileKey(file: string): KeySource {
  const read = async (): Promise<Buffer | undefined> => {
    const text = await readIfPresent(file);
    return text === undefined ? undefined : parseKey(text, file);
  };
  const create = async (): Promise<Buffer | undefined> => {
    if (!(await holdsSealedFiles(path.dirname(file)))) {
      await createExclusive(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
    }
    // Another process may have made the key, and sealed something, since the first look.
    return read();
  };
  return {
    async masterKey() {
      const key = (await read()) ?? (await create());
      if (key !== undefined) return key;
      const message = `The key file ${file} is missing, but data sealed with it is there. Bring the file back, set ${VARIABLES.encryptionKey}, or delete the folder and link again.`;
      throw new IntegrationError("misconfigured", message);
    },
  };
}

function parseKey(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === KEY_BYTES && key.toString("base64") === text.trim()) return key;
  const message = `${source} does not hold a key: 32 bytes in base64 are needed. Bring back the right one; "openssl rand -base64 32" makes a new one.`;
  throw new IntegrationError("misconfigured", message);
}

async function holdsSealedFiles(folder: string): Promise<boolean> {
  const lists = [folder, path.join(folder, "entries")].map((each) =>
    fs.readdir(each).catch(() => []),
  );
  return (await Promise.all(lists)).flat().some((name) => name.endsWith(SEALED));
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
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", await this.#recordKey(context), iv);
    cipher.setAAD(Buffer.from(context));
    const data = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    const parts = [iv, cipher.getAuthTag(), data].map((part) => part.toString("base64url"));
    return [FORMAT, ...parts].join(".");
  }

  /** Gives the plain text. Throws `storage_corrupt`, by the file's name, when it was changed or the key is another one. */
  async open(context: string, sealed: string, file = context): Promise<string> {
    const key = await this.#recordKey(context);
    const [format, ...parts] = sealed.trim().split(".");
    const [iv, tag, data] = parts.map((part) => Buffer.from(part, "base64url"));
    if (format !== FORMAT || !iv || !data || tag?.length !== TAG_BYTES) {
      const message = `${file} is in no format this version knows: it was changed, or written by a newer version. Use that one, or delete the file and link again.`;
      throw new IntegrationError("storage_corrupt", message);
    }
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
    } catch (cause) {
      const message = `${file} cannot be decrypted: it was changed, or the key is another one. Bring back the key or the file, or delete the file and link again.`;
      throw new IntegrationError("storage_corrupt", message, { cause });
    }
  }

  async #recordKey(context: string): Promise<Buffer> {
    const master = await this.#source.masterKey();
    return Buffer.from(hkdfSync("sha256", master, Buffer.alloc(0), context, KEY_BYTES));
  }
}
