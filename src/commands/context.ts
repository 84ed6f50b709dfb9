import type { Report } from "../core/report.js";
import type { Asker } from "../io/asker.js";
import type { ResultForm, Screen } from "../io/screen.js";
import type { Surroundings } from "../io/surroundings.js";

/** What a command gets beside its request. Built once, in `main.ts`. */
export interface Context {
  readonly version: string;
  readonly cwd: string;
  readonly surroundings: Surroundings;
  /** Absent where nobody can be asked. */
  readonly ask: Asker | undefined;
  /** Aborted when the person or the system ends the run. */
  readonly signal: AbortSignal;
  /** Says something while the command works: on stderr. */
  readonly say: Screen["say"];
  /** Works with a sign of life, where a person looks: for what may take over a second. */
  readonly during: Screen["during"];
}

/** What a command did: the same in JSON and in words. `text` is the result for stdout. */
export interface Outcome {
  readonly report: Report;
  readonly text: string;
  /** `words` where it is left out. */
  readonly form?: ResultForm;
}

/** Lets signals in that came while nothing was waited for, through one whole turn of the event loop; then ends the run if one came. */
export async function stopIfInterrupted({ signal }: Context): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(() => setImmediate(resolve), 0);
  });
  signal.throwIfAborted();
}

export type { Asker };
