import os from "node:os";
import path from "node:path";
import fs from "fs-extra";

/** Makes a folder of our own under the system's temporary one. */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  return fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), prefix)));
}

/** Removes a folder with all that is in it. */
export async function removeFolder(folder: string): Promise<void> {
  await fs.remove(folder);
}
