import fs from "node:fs";
import { errnoOf } from "./errors.js";

/**
 * Whether a run of this program with this id is at work. One that we may not signal is; one that is another program (ids are given
 * again, and those of a container mean others outside) is not, where the system tells.
 */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
  }
  try {
    const words = fs.readFileSync(`/proc/${processId}/cmdline`, "utf8");
    return words.includes("create-oauth2-integration");
  } catch {
    return true;
  }
}
