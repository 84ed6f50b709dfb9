// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { getSystemErrorMap } from "node:util";
import { errorCode, IntegrationError } from "../errors.js";

/** Longer than two requests can take, so that a slow server is waited for. */
const WAIT_MS = 35_000;
/** Nothing here takes this long: what is older was left behind. */
const ABANDONED_MS = 120_000;
const ANYTHING = { recursive: true, force: true, maxRetries: 5 } as const;

/** Runs file operations. What the system refuses is `storage_failed`; other errors pass. */
export async function onDisk<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof Error) || !("errno" in cause)) throw cause;
    const [code, reason] = getSystemErrorMap().get(Number(cause.errno)) ?? ["", "unknown error"];
    const message = `${file} cannot be used: ${reason} (${code}). Put that right, or choose another data folder.`;
    throw new IntegrationError("storage_failed", message, { cause });
  }
}

/** What an operation gives, or undefined when the file or folder is not there. */
export async function ifPresent<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The text of a file, or undefined when there is none. Throws `storage_failed`. */
export function readIfPresent(file: string): Promise<string | undefined> {
  return onDisk(file, () => ifPresent(fs.readFile(file, "utf8")));
}

/** Replaces a file as a whole: a reader, or a crash, finds the old text or the new one. Throws `storage_failed`. */
export function writeAtomic(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  const temp = `${file}.${randomUUID()}.tmp`;
  return onDisk(file, async () => {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await fs.writeFile(temp, text, { flag: "wx", mode: 0o600, flush: true });
      await replace(temp, file);
    } finally {
      await fs.rm(temp, ANYTHING);
    }
    await syncFolder(folder);
    await removeAbandoned(folder);
  });
}

/** Windows refuses for a moment what another program, a virus scanner say, holds open. */
async function replace(temp: string, file: string, pause = 10): Promise<void> {
  try {
    await fs.rename(temp, file);
  } catch (error) {
    const isBusy = ["EPERM", "EBUSY", "EACCES"].includes(errorCode(error) ?? "");
    if (!isBusy || pause > 1_000) throw error;
    await delay(pause);
    await replace(temp, file, pause * 2);
  }
}

/** Makes a rename outlast a power cut, where the system can do it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Removes what a killed process left half made. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const file = path.join(folder, name);
    if (name.endsWith(".tmp") && (await isOld(file))) await fs.rm(file, ANYTHING);
  }
}

async function isOld(file: string): Promise<boolean> {
  const stat = await ifPresent(fs.stat(file));
  return stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_MS;
}

/**
 * Runs while nobody else runs under the same lock: a folder with one file, named after its holder.
 * A dead holder's file is removed by that name, so never a living one's, and a folder replaces only
 * an empty folder: one of many gets in. Throws `storage_locked`, `storage_failed`, the signal's reason.
 */
export async function withLock<T>(
  lock: string,
  run: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const holder = `${process.pid} ${await startOf(process.pid)} ${randomUUID()} ${await place()}`;
  const deadline = Date.now() + WAIT_MS;
  signal?.throwIfAborted();
  while (!(await onDisk(lock, () => take(lock, holder)))) {
    if (Date.now() > deadline) {
      const message = `${lock} is held by another process. Try again when that one is done; if none is running, delete it.`;
      throw new IntegrationError("storage_locked", message);
    }
    await delay(15 + Math.random() * 35);
    signal?.throwIfAborted();
  }
  try {
    return await run();
  } finally {
    await release(lock, holder).catch(() => undefined);
  }
}

async function take(lock: string, holder: string): Promise<boolean> {
  for (const other of (await ifPresent(fs.readdir(lock))) ?? []) {
    if (!(await hasEnded(lock, other))) return false;
    await fs.rm(path.join(lock, other), ANYTHING);
  }
  // Windows replaces no folder at all.
  await fs.rmdir(lock).catch(() => undefined);
  const temp = `${lock}.${randomUUID()}.tmp`;
  try {
    await fs.mkdir(temp, { recursive: true, mode: 0o700 });
    // Not empty: a full disk shows here, before a token is spent that could not be stored.
    await fs.writeFile(path.join(temp, holder), holder, { mode: 0o600 });
    const renamed = fs.rename(temp, lock).then(() => true);
    return await renamed.catch(() => false);
  } finally {
    await fs.rm(temp, ANYTHING);
  }
}

async function release(lock: string, holder: string): Promise<void> {
  await fs.rm(path.join(lock, holder), ANYTHING);
  // It stays when somebody else has the lock already.
  await fs.rmdir(lock).catch(() => undefined);
}

async function hasEnded(lock: string, holder: string): Promise<boolean> {
  const [pid, started, , where] = holder.split(" ");
  if (where !== (await place())) return isOld(path.join(lock, holder));
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return errorCode(error) !== "EPERM";
  }
  return (await startOf(Number(pid))) !== started;
}

/** Where process ids mean the same: this host, and in it this container. */
async function place(): Promise<string> {
  const namespace = await fs.readlink("/proc/self/ns/pid").catch(() => "");
  return encodeURIComponent(`${os.hostname()} ${namespace}`);
}

/** When a process started, where the system tells (proc(5), fields 3 and 22); a zombie has ended. */
async function startOf(pid: number): Promise<string> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The command's name may hold spaces: count from the bracket that closes it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
}
