import { stripVTControlCharacters } from "node:util";
import { type IPty, spawn } from "@lydell/node-pty";
import headless from "@xterm/headless";
import { PROGRAM, type Sandbox, until } from "./program.js";

export const ENTER = "\r";
export const CTRL_C = "\u0003";
export const CTRL_D = "\u0004";
export const DOWN = "\u001b[B";
/** Clears what was typed so far. */
export const CTRL_U = "\u0015";

export interface Ended {
  readonly code: number;
  readonly signal: number;
}

/** A program at a pseudo terminal. */
export interface Terminal {
  readonly processId: number;
  /** Everything that was printed, with its escape codes. */
  readonly raw: () => string;
  /** Everything that was printed, as plain text. */
  readonly text: () => string;
  /** Waits until a text appears that was printed after the last key. */
  readonly see: (text: string) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly ended: Promise<Ended>;
  /** Closes the window. */
  readonly close: () => void;
}

/** Opens a terminal with a program in it, ours by default; `wrapper` is a command line that starts it in its own way. */
export function openTerminal(
  { work, environment }: Sandbox,
  argv: readonly string[],
  extra: Readonly<Record<string, string>> = {},
  wrapper: readonly string[] = [],
  program: string = PROGRAM,
  width = 110,
): Terminal {
  const words = [...wrapper, process.execPath, program, ...argv];
  const pty: IPty & { destroy?: () => void } = spawn(words[0] ?? "", words.slice(1), {
    // What stands in the environment does not count for it.
    name: extra["TERM"] ?? "xterm-256color",
    cols: width,
    rows: 60,
    cwd: work,
    env: { ...environment, ...extra },
  });
  let raw = "";
  let mark = 0;
  pty.onData((data) => (raw += data));
  const ended = new Promise<Ended>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => resolve({ code: exitCode, signal }));
  });
  return {
    processId: pty.pid,
    raw: () => raw,
    text: () => stripVTControlCharacters(raw),
    see: (text) => until(() => stripVTControlCharacters(raw.slice(mark)).includes(text)),
    type: (keys) => {
      mark = raw.length;
      pty.write(keys);
    },
    ended,
    close: () => pty.destroy?.(),
  };
}

/** What stands on a terminal of this width after a program has printed, without the empty rest. */
export async function shownBy(raw: string, width: number): Promise<string> {
  const screen = new headless.Terminal({ cols: width, rows: 1000, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(raw, resolve));
  const { active } = screen.buffer;
  const lines = Array.from({ length: active.length }, (_, index) =>
    active.getLine(index)?.translateToString(true),
  );
  screen.dispose();
  return lines.join("\n").trimEnd();
}

/** Answers questions one after the other: waits for each, then types. */
export async function answer(
  terminal: Terminal,
  answers: readonly (readonly [question: string, keys: string])[],
): Promise<void> {
  for (const [question, keys] of answers) {
    await terminal.see(question);
    terminal.type(keys);
  }
}

/** Whether the cursor is visible at the end. */
export function showsCursor(raw: string): boolean {
  return raw.lastIndexOf("\u001b[?25h") >= raw.lastIndexOf("\u001b[?25l");
}
