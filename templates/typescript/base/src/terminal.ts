// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import type { Environment } from "./application-credentials.js";
import { NAME } from "./const.js";
import type { ProviderDefinition } from "./oauth/provider.js";
import type { ConfigEntry, EntryListing } from "./storage/entries.js";

/** A result: to stdout. */
export function print(result: string): void {
  process.stdout.write(`${result}\n`);
}

/** Talk with the person: to stderr. */
export function say(talk: string): void {
  process.stderr.write(`${talk}\n`);
}

/** What went wrong: a line of talk, or an event among the results. */
export function printError(code: string, message: string, json = false): void {
  if (json) print(JSON.stringify({ event: "error", code, message }));
  else say(`${code}: ${message}`);
}

/** Whether a person can be asked: the questions go to stderr. */
export function hasTerminal(): boolean {
  return isatty(0) && isatty(2);
}

/** Whether a browser on this machine is the way to sign in: not over SSH, nor without display or terminal. */
export function canOpenBrowser(env: Environment): boolean {
  if (!hasTerminal() || env["SSH_CONNECTION"]) return false;
  return process.platform !== "linux" || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

/** Opens an http address in the person's browser, past every shell. Whether it worked cannot be known. */
export function openBrowser(url: URL, env: Environment): void {
  if (url.protocol !== "https:" && url.protocol !== "http:") return;
  const [program, ...args] = browserCommand(env);
  const child = spawn(program, [...args, url.href], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

function browserCommand(env: Environment): [string, ...string[]] {
  const chosen = env["BROWSER"];
  // A command line in BROWSER, with arguments or `%s`, would need a shell.
  if (chosen && !/[\s%]/.test(chosen)) return [chosen];
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return ["xdg-open"];
}

/** A question; without a terminal the line is read and nothing is printed. */
export interface Question {
  readonly prompt?: string;
  /** The answer does not show while it is typed. */
  readonly hidden?: boolean;
}

/** The lines of standard input, opened when the first one is wanted. */
export class LineInput {
  readonly #lines: string[] = [];
  #readline: Interface | undefined;
  #ended = false;
  #echo = false;
  #wake: () => void = () => undefined;

  /** The next line, or undefined after the last one. Throws the signal's reason. */
  async next(signal: AbortSignal, question: Question = {}): Promise<string | undefined> {
    this.#ask(question);
    while (this.#lines.length === 0 && !this.#ended && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    if (hasTerminal() && (question.hidden || this.#ended)) say("");
    signal.throwIfAborted();
    return this.#lines.shift();
  }

  /** Gives the terminal back and lets the program end. */
  close(): void {
    if (this.#readline === undefined) return;
    this.#readline.close();
    process.stdin.destroy();
  }

  #ask({ prompt = "", hidden = false }: Question): void {
    this.#readline ??= this.#open();
    this.#readline.setPrompt(hidden ? "" : prompt);
    this.#echo = !hidden;
    if (this.#ended || prompt === "" || !hasTerminal()) return;
    // `prompt()` would show what was typed ahead, too.
    if (hidden) process.stderr.write(prompt);
    else this.#readline.prompt();
  }

  #open(): Interface {
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        if (this.#echo) process.stderr.write(chunk);
        done();
      },
    });
    const terminal = isatty(0);
    const readline = createInterface({ input: process.stdin, output, terminal, historySize: 0 });
    readline.on("line", (line) => {
      // What is typed ahead of the next question may be a secret.
      this.#echo = false;
      this.#lines.push(line.trim());
      this.#wake();
    });
    readline.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
    // In raw mode Ctrl-C is a key like any other.
    readline.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    return readline;
  }
}

/** The accounts as a table, with those that cannot be read. */
export function formatAccounts(
  entries: readonly ConfigEntry[],
  problems: EntryListing["problems"],
): string {
  if (entries.length + problems.length === 0) return "No account is linked.";
  return formatTable([
    ["ACCOUNT", "STATE", "EXPIRES", "SCOPES", "ENTRY"],
    ...entries.map(({ title, reauth, token, entryId }) => {
      const state = reauth === undefined ? "ok" : "reauth_required";
      const scopes = token.scopes.join(" ") || "-";
      return [title, state, formatExpiry(token.expiresAt), scopes, entryId];
    }),
    ...problems.map(({ entryId }) => ["-", "corrupt", "-", "-", entryId]),
  ]);
}

/** Aligned columns. Control characters, which could steer the terminal, become spaces. */
function formatTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")));
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => width(row[column]))));
  const pad = (cell: string, column: number): string =>
    cell + " ".repeat((widths?.[column] ?? 0) - width(cell));
  return cells.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Columns that a text takes: the scripts of East Asia and pictures take two for each character. */
function width(text = ""): number {
  const wide = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{Emoji_Presentation}]/gu;
  return [...text.replaceAll(/\p{Mn}/gu, "").replaceAll(wide, "  ")].length;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** A time (milliseconds since the epoch) in words from now, and as ISO 8601. */
export function formatExpiry(time: number | undefined, now = Date.now()): string {
  if (time === undefined) return "never";
  const left = time - now;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(left) >= each) ?? ["second", 1_000];
  const words = new Intl.RelativeTimeFormat("en").format(Math.trunc(left / size), unit);
  return `${words} (${new Date(time).toISOString()})`;
}

/** Where a person registers this program, and what the provider has to be told there. */
export function describeRegistration(provider: ProviderDefinition, redirectPort?: number): string {
  const { redirect, scopes, registrationUrl, docsUrl } = provider;
  const port = redirectPort ?? redirect.port;
  const origin = `http://${redirect.host}${port === 0 ? "" : `:${port}`}`;
  const where = registrationUrl ?? docsUrl;
  return [
    `${NAME} has to know this program. Register an app${where ? ` at ${where}` : " there"}:`,
    `  Redirect URI: ${origin}${redirect.path}${port === 0 ? " (any port)" : ""}`,
    ...(scopes.length > 0 ? [`  Scopes:       ${scopes.join(" ")}`] : []),
    "Then type what you got. It is stored encrypted.",
  ].join("\n");
}

/** What to do with the address of a sign-in. */
export function describeSignIn(url: URL, redirectUri: string, pasteOnly = false): string {
  const end = `the address of the page it ends on (${redirectUri}?…)`;
  const next = pasteOnly
    ? `Then paste ${end}.`
    : `Waiting for the browser to come back. If it cannot reach this machine, paste ${end}.`;
  return `Sign in with a browser at this address:\n\n  ${url.href}\n\n${next}`;
}
