import { isatty } from "node:tty";
import type { ReportedError } from "../core/report.js";
import type { Surroundings } from "./surroundings.js";

/** What a result is: words, laid out for who reads them; or a file or a patch, which stay as they are. */
export type ResultForm = "words" | "file" | "patch";

/** Where everything is printed: results on stdout, the rest on stderr. */
export interface Screen {
  readonly result: (text: string, form: ResultForm) => void;
  readonly say: (text: string) => void;
  readonly fail: (error: Pick<ReportedError, "code" | "message" | "hint">) => void;
  /** Shows that something goes on while `work` runs, to a person only. */
  readonly during: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;
}

/** For files and pipes: everything as it is. */
const plainScreen: Screen = {
  result: (text) => void process.stdout.write(text),
  say: (text) => void process.stderr.write(text),
  fail: ({ message, hint }) => void process.stderr.write(`${message}\n${hint}\n`),
  during: (_what, work) => work(),
};

/** The screen of this process. What a terminal needs is loaded only for one. */
export async function screenFor(
  { environment }: Pick<Surroundings, "environment">,
  json: boolean,
): Promise<Screen> {
  const { FORCE_COLOR: forced } = environment;
  if (json || (forced === undefined && !isatty(1) && !isatty(2))) return plainScreen;
  const { terminalScreen } = await import("./terminal.js");
  return terminalScreen(environment);
}
