// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import type { Environment } from "./application-credentials.js";
import { redact } from "./errors.js";
import type { Question } from "./oauth/authorization-request.js";

/** Talk with the person: to stderr, for stdout is for results. */
export function say(talk: string): void {
  process.stderr.write(`${talk}\n`);
}

/** Shows what happened: a text, to stderr if it is talk, or with `--json` an event, on one line. */
export function createShow(json: boolean) {
  return (event: object | string, text: string, stream: Writable = process.stdout): void => {
    const line = typeof event === "string" ? event : JSON.stringify(event);
    if (json) process.stdout.write(`${line}\n`);
    else stream.write(`${text}\n`);
  };
}

/** The lines of a table, of text from outside; without rows, none. */
export function toTable(head: readonly string[], texts: readonly string[][]): string[] {
  const rows = texts.map((row) => row.map((cell) => redact(cell)));
  const widths = head.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? "")].map(({ length }) => length)),
  );
  const pad = (cell: string, at: number) => cell.padEnd(widths[at] ?? 0);
  const toLine = (row: readonly string[]) => row.map(pad).join("  ").trimEnd();
  return rows.length === 0 ? [] : [head, ...rows].map(toLine);
}

/** Whether a person can be asked: the questions go to stderr. */
export function hasTerminal(): boolean {
  return isatty(0) && isatty(2);
}

/** Whether a browser here is the way to sign in: not over SSH, nor without display or terminal. */
export function canOpenBrowser(env: Environment): boolean {
  if (!hasTerminal() || env["SSH_CONNECTION"]) return false;
  return process.platform !== "linux" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

const BROWSERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens an http address in the person's browser, past every shell. Whether it worked cannot be known. */
export function openBrowser(url: URL, env: Environment): void {
  if (url.protocol !== "https:" && url.protocol !== "http:") return;
  const chosen = env["BROWSER"];
  // A command line in BROWSER, with arguments or `%s`, would need a shell.
  const isProgram = chosen !== undefined && /^[^\s%]+$/.test(chosen);
  const [program, ...args] = isProgram ? [chosen] : (BROWSERS[process.platform] ?? ["xdg-open"]);
  const child = spawn(program, [...args, url.href], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/** The lines of standard input, opened when the first one is wanted. */
export class LineInput {
  #readline: Interface | undefined;
  #lines: AsyncIterator<string> | undefined;
  #shows = false;

  /** The next line, or undefined after the last one. Throws the signal's reason. */
  async next(signal: AbortSignal, question?: Partial<Question>): Promise<string | undefined> {
    signal.throwIfAborted();
    const readline = (this.#readline ??= this.#open());
    const lines = (this.#lines ??= readline[Symbol.asyncIterator]());
    this.#ask(readline, question);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    let line: string | undefined;
    try {
      const next = await Promise.race([lines.next(), aborted]);
      return (line = next.done ? undefined : next.value.trim());
    } finally {
      // The cursor still stands behind the question.
      const isOpen = question?.hidden || (question?.prompt && line === undefined);
      if (hasTerminal() && isOpen) say("");
    }
  }

  /** The next line with something in it. */
  async nextText(...asked: Parameters<LineInput["next"]>): Promise<string | undefined> {
    let line = await this.next(...asked);
    while (line === "") line = await this.next(...asked);
    return line;
  }

  /** Gives the terminal back and lets the program end. */
  close(): void {
    if (this.#readline === undefined) return;
    this.#readline.close();
    process.stdin.destroy();
  }

  #ask(readline: Interface, { prompt = "", hidden = false }: Partial<Question> = {}): void {
    readline.setPrompt(hidden ? "" : prompt);
    this.#shows = !hidden;
    if (prompt === "" || !hasTerminal()) return;
    // `prompt()` would show what was typed ahead, too.
    if (hidden) process.stderr.write(prompt);
    else readline.prompt();
  }

  #open(): Interface {
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        if (this.#shows) process.stderr.write(chunk);
        done();
      },
    });
    const terminal = isatty(0);
    const readline = createInterface({ input: process.stdin, output, terminal, historySize: 0 });
    // What is typed ahead of the next question may be a secret.
    readline.on("line", () => void (this.#shows = false));
    // In raw mode Ctrl-C is a key like any other.
    return readline.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  }
}
