import type { WriteStream } from "node:tty";
import { painted, paintedPatch, paintedWords } from "../core/colours.js";
import { layOut } from "../core/layout.js";
import type { ResultForm, Screen } from "./screen.js";
import { spinnerOn } from "./spinner.js";
import { type Surroundings, whyNobodyLooks } from "./surroundings.js";

/** Prints for a person: lines as wide as the terminal, colours where they say something, and a sign of life. */
export function terminalScreen(environment: Surroundings["environment"]): Screen {
  const { stdout, stderr } = process;
  const hasColours = (stream: WriteStream): boolean => isColoured(stream, environment);
  const words = (text: string, stream: WriteStream): string => {
    const fitted = fit(text, stream);
    return hasColours(stream) ? paintedWords(fitted) : fitted;
  };
  const shaped: Readonly<Record<ResultForm, (text: string) => string>> = {
    words: (text) => words(text, stdout),
    file: (text) => text,
    // A patch in a file is for git, whoever wants colours.
    patch: (text) => (stdout.isTTY && hasColours(stdout) ? paintedPatch(text) : text),
  };
  const moves = stderr.isTTY && environment["TERM"] !== "dumb" && !whyNobodyLooks(environment);
  const spinner = moves ? spinnerOn(stderr) : undefined;
  const say = (text: string): void => {
    spinner?.clear();
    stderr.write(text);
  };
  return {
    result: (text, form) => {
      spinner?.clear();
      stdout.write(shaped[form](text));
    },
    say: (text) => say(words(text, stderr)),
    fail: ({ code, message, hint }) => {
      const isWrong = code !== "cancelled" && hasColours(stderr);
      const told = fit(message, stderr);
      say(`${isWrong ? reddened(told) : told}\n${words(hint, stderr)}\n`);
    },
    during: spinner?.during ?? ((_what, work) => work()),
  };
}

/** What happened in red; a list below it, or what a program printed, as it is. */
function reddened(message: string): string {
  const [head = "", ...list] = message.split(/\n(?= )/u);
  return [painted("red", head), ...list].join("\n");
}

function fit(text: string, { isTTY, columns }: WriteStream): string {
  if (!isTTY || !columns) return text;
  return layOut(text, { width: columns, joinsLines: process.platform !== "win32" });
}

/** FORCE_COLOR counts before NO_COLOR, as Node has it. */
function isColoured(
  { isTTY }: WriteStream,
  { FORCE_COLOR: forced, NO_COLOR: none = "", TERM: terminal }: Surroundings["environment"],
): boolean {
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTTY && none === "" && terminal !== "dumb";
}
