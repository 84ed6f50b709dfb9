import type { WriteStream } from "node:tty";
import type { Screen } from "./screen.js";

/** A line at the end of what is on the terminal: that something goes on, what, and for how long. */
export interface Spinner {
  readonly during: Screen["during"];
  /** Takes the line away before something else is printed; it comes back by itself. */
  readonly clear: () => void;
}

/** Milliseconds. What is done earlier shows nothing. */
const DELAY = 400;
const INTERVAL = 100;

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_LINE = "\r\u001b[2K";

/** A spinner on a terminal. However the process ends, the line is gone and the cursor there. */
export function spinnerOn(stream: WriteStream): Spinner {
  let isShown = false;
  const clear = (): void => {
    if (!isShown) return;
    isShown = false;

    stream.write(CLEAR_LINE + SHOW_CURSOR);
  };
  const draw = (what: string, begin: number): void => {
    const milliseconds = performance.now() - begin;
    if (milliseconds < DELAY) return;
    const frame = FRAMES[Math.floor(milliseconds / INTERVAL) % FRAMES.length] ?? "";
    const line = Array.from(`${frame} ${what} ${Math.floor(milliseconds / 1000)} s`);
    stream.write(`${HIDE_CURSOR}${CLEAR_LINE}${line.slice(0, stream.columns - 1).join("")}`);
    isShown = true;
  };
  let isBusy = false;
  const during: Spinner["during"] = async (what, work) => {
    // The outer line says what goes on.
    if (isBusy) return work();
    isBusy = true;
    const begin = performance.now();
    const timer = setInterval(() => draw(what, begin), INTERVAL);
    process.on("exit", clear);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      process.off("exit", clear);
      clear();
      isBusy = false;
    }
  };
  return { during, clear };
}

/** The console of Linux, and that of old Windows, have no Braille. */
const isSimple = process.env["TERM"] === "linux" || process.platform === "win32";
const FRAMES = Array.from(isSimple ? "-+" : "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏");
