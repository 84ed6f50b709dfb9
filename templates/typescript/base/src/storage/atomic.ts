// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { randomUUID } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode, IntegrationError } from "../errors.js";

const HEARTBEAT_MS = 5_000;
const STALE_MS = 30_000;
/** Longer than `STALE_MS`, so that nobody gives up before a dead holder on another host shows. */
const WAIT_MS = 35_000;
const ABANDONED_MS = 60_000;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};

/** A failed file operation as `storage_failed`; an `IntegrationError` passes unchanged. */
export function storageFailed(error: unknown, file: string): IntegrationError {
  if (error instanceof IntegrationError) return error;
  const code = errorCode(error) ?? "unknown";
  const reason = REASONS[code] ?? `the system answered ${code}`;
  const message = `${file} cannot be used: ${reason}. Put that right, or choose another data folder.`;
  return new IntegrationError("storage_failed", message, { cause: error });
}

/** The text of a file, or undefined when there is none. Throws `storage_failed`. */
export async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFailed(error, file);
  }
}

/** Replaces a file as a whole: a reader, or a crash, finds the old text or the new one. Throws `storage_failed`. */
export async function writeAtomic(file: string, text: string): Promise<void> {
  try {
    const temp = await writeTemp(file, text);
    try {
      await patiently(() => fs.rename(temp, file));
    } finally {
      await fs.rm(temp, { force: true });
    }
    await syncFolder(path.dirname(file));
    await removeAbandoned(path.dirname(file));
  } catch (error) {
    throw storageFailed(error, file);
  }
}

/** Creates a file that appears with its whole text; false when it is there already. Throws `storage_failed`. */
export async function createExclusive(file: string, text: string): Promise<boolean> {
  try {
    const temp = await writeTemp(file, text);
    try {
      await patiently(() => fs.link(temp, file));
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      // A file system without hard links gets the file in two steps.
      await fs.writeFile(file, text, { flag: "wx", mode: 0o600 });
    } finally {
      await fs.rm(temp, { force: true });
    }
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw storageFailed(error, file);
  }
}

async function writeTemp(file: string, text: string): Promise<string> {
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temp = `${file}.${process.pid}.${randomUUID()}.tmp`;
  try {
    await fs.writeFile(temp, text, { flag: "wx", mode: 0o600, flush: true });
    return temp;
  } catch (error) {
    await fs.rm(temp, { force: true });
    throw error;
  }
}

/** Windows refuses for a moment what another program, a virus scanner say, holds open. */
async function patiently<T>(run: () => Promise<T>): Promise<T> {
  for (let pause = 10; process.platform === "win32" && pause < 1_000; pause *= 2) {
    try {
      return await run();
    } catch (error) {
      if (!["EPERM", "EBUSY", "EACCES"].includes(errorCode(error) ?? "")) throw error;
    }
    await delay(pause);
  }
  return run();
}

/** Makes a rename outlast a power cut, where the system can do it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Removes what a killed process left half written. The age protects the writers on other hosts. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const file = path.join(folder, name);
    if (name.endsWith(".tmp") && (await age(file)) > ABANDONED_MS)
      await fs.rm(file, { force: true });
  }
}

/** Milliseconds since the last change; 0 when the file is gone. */
async function age(file: string): Promise<number> {
  const stat = await fs.stat(file).catch(() => undefined);
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

/** `waitMs`: how long to wait for a living holder. `signal` ends the waiting. */
type LockOptions = { readonly waitMs?: number; readonly signal?: AbortSignal | undefined };

/**
 * Runs while no other process runs under the same lock file. The lock of a process that died is
 * taken over at once; on another host, where that cannot be seen, when its heartbeat stopped.
 * Throws `storage_locked`, `storage_failed`, or the signal's reason.
 */
export async function withLock<T>(
  lock: string,
  run: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const holder = await acquire(lock, options);
  const beat = setInterval(() => {
    const now = new Date();
    fs.utimes(lock, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  beat.unref();
  try {
    return await run();
  } finally {
    clearInterval(beat);
    await release(lock, holder).catch(() => undefined);
  }
}

async function acquire(lock: string, options: LockOptions): Promise<string> {
  const deadline = Date.now() + (options.waitMs ?? WAIT_MS);
  const own = await describeThisProcess();
  for (;;) {
    options.signal?.throwIfAborted();
    const holder = await readIfPresent(lock);
    if (holder === undefined) {
      if (await createExclusive(lock, own)) return own;
    } else if (await isAbandoned(lock, holder)) {
      await removeLock(lock, options);
    } else if (Date.now() < deadline) {
      await delay(15 + Math.random() * 35);
    } else {
      const message = `${lock} is held by another process. Try again when that one is done; if none is running, delete the file.`;
      throw new IntegrationError("storage_locked", message);
    }
  }
}

/**
 * Removes an abandoned lock. Only one process at a time may look and remove: a second one that
 * looked earlier would remove the lock that the first has made since.
 */
async function removeLock(lock: string, options: LockOptions): Promise<void> {
  const remove = async (): Promise<void> => {
    const holder = await readIfPresent(lock);
    if (holder !== undefined && (await isAbandoned(lock, holder))) await release(lock, holder);
  };
  await withLock(`${lock}.takeover`, remove, options);
}

async function release(lock: string, holder: string): Promise<void> {
  if ((await readIfPresent(lock)) === holder) await patiently(() => fs.rm(lock, { force: true }));
}

/** Process ids say nothing outside the container that gave them: its namespace is part of the host. */
async function hostName(): Promise<string> {
  return `${os.hostname()} ${await fs.readlink("/proc/self/ns/pid").catch(() => "")}`;
}

async function describeThisProcess(): Promise<string> {
  const { started } = await processStat(process.pid);
  return `${process.pid} ${started} ${randomUUID()} ${await hostName()}`;
}

async function isAbandoned(lock: string, holder: string): Promise<boolean> {
  const [, pid, started, host] = /^(\d+) (\d*) \S+ (.*)$/.exec(holder) ?? [];
  if (pid === undefined || host !== (await hostName())) return (await age(lock)) > STALE_MS;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return errorCode(error) !== "EPERM";
  }
  const now = await processStat(Number(pid));
  return now.state === "Z" || now.started !== started;
}

/** State and start time of a process, empty where the system does not tell: fields 3 and 22 of proc(5). */
async function processStat(pid: number): Promise<{ state: string; started: string }> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The command's name may hold spaces: count from the bracket that closes it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", started: fields[19] ?? "" };
}
