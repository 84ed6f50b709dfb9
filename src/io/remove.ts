import fs from "node:fs";

/**
 * Removes a folder of our own, if need be at a second try. What cannot be removed now is removed by the next run: the folder's
 * name holds the id of this process.
 */
export function removeQuietly(folder: string): void {
  for (let tries = 0; tries < 2; tries++) {
    try {
      fs.rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      // Once more, then never mind.
    }
  }
}
