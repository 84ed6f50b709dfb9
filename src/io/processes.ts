import { errnoOf } from "./errors.js";

/** Whether a process with this id runs. One that we may not signal does. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== "ESRCH";
  }
}
