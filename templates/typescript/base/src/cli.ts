#!/usr/bin/env node
// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import * as commands from "./commands.js";
import { NAME } from "./const.js";
import { IntegrationError, type IntegrationErrorCode } from "./errors.js";
import { redact } from "./redact.js";
import * as terminal from "./terminal.js";

const OPTIONS = {
  "no-browser": { type: "boolean", help: "show the address instead of opening a browser" },
  paste: { type: "boolean", help: "read the redirect address from standard input only" },
  scopes: { type: "string", value: "<list>", help: "ask for these scopes" },
  entry: { type: "string", value: "<id>", help: "the account, when several are linked" },
  data: { type: "string", value: "<json|@file|->", help: "the body: JSON, a file, standard input" },
  sandbox: { type: "boolean", help: "use the running sandbox instead of the provider" },
  json: { type: "boolean", help: "print one JSON object a line" },
  help: { type: "boolean", short: "h", help: "show this help" },
  version: { type: "boolean", help: "show the version" },
} as const;

type OptionName = keyof typeof OPTIONS;

interface Definition {
  readonly run: commands.Command;
  readonly words?: readonly string[];
  readonly options: readonly OptionName[];
  readonly help: string;
}

const SIGN_IN: readonly OptionName[] = ["no-browser", "paste", "scopes"];
const SIGN_IN_AGAIN: readonly OptionName[] = [...SIGN_IN, "entry"];

const COMMANDS: Readonly<Record<string, Definition>> = {
  link: { run: commands.link, options: SIGN_IN, help: "link an account" },
  status: { run: commands.status, options: ["entry"], help: "show the linked accounts" },
  refresh: { run: commands.refresh, options: ["entry"], help: "get a new access token now" },
  reauth: { run: commands.reauth, options: SIGN_IN_AGAIN, help: "sign in to the account again" },
  reconfigure: {
    run: commands.reconfigure,
    options: SIGN_IN_AGAIN,
    help: "sign in again with other scopes or credentials",
  },
  call: {
    run: commands.call,
    words: ["<method>", "<path>"],
    options: ["data", "entry"],
    help: "call the API and print its answer",
  },
  unlink: { run: commands.unlink, options: ["entry"], help: "revoke and forget an account" },
  credentials: {
    run: commands.setCredentials,
    words: ["set"],
    options: [],
    help: "store client id and secret, encrypted",
  },
};

const EVERYWHERE: readonly OptionName[] = ["sandbox", "json", "help", "version"];

const EXIT_CODES: Partial<Record<IntegrationErrorCode, number>> = {
  usage: 2,
  ambiguous_entry: 2,
  reauth_required: 3,
};

const INTERRUPTED = 130;

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const input = new terminal.LineInput();
  // Only once: pressing Ctrl-C again stops the program on the spot.
  process.once("SIGINT", () => {
    interrupt.abort(new IntegrationError("authorization_failed", "Stopped with Ctrl-C."));
    input.close();
  });
  let code: number;
  try {
    code = await dispatch(argv, input, interrupt.signal);
  } catch (error) {
    code = await fail(error, argv.includes("--json"));
  } finally {
    input.close();
  }
  return interrupt.signal.aborted ? INTERRUPTED : code;
}

async function dispatch(
  argv: readonly string[],
  input: terminal.LineInput,
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(argv);
  if (values.help || values.version) {
    terminal.print(values.help ? await formatHelp() : (await readPackage()).version);
    return 0;
  }
  const [name = "", ...words] = positionals;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw usage(name ? `Unknown command "${name}".` : "A command is needed.");
  checkWords(name, command, words);
  const allowed = new Set<string>([...command.options, ...EVERYWHERE]);
  const stray = Object.keys(values).find((option) => !allowed.has(option));
  if (stray !== undefined) throw usage(`"${name}" has no option --${stray}.`);
  const { data: source, ...options } = values;
  const data = source === undefined ? undefined : await readData(source);
  return await command.run({ options, words, data, input, signal, env: process.env });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : "Unknown option").split(". ");
    throw usage(`${message}.`);
  }
}

function checkWords(name: string, command: Definition, words: readonly string[]): void {
  const expected = command.words ?? [];
  const fits = (word: string, index: number): boolean =>
    word.startsWith("<") || word === words[index];
  if (expected.length === words.length && expected.every(fits)) return;
  throw usage(`The command is "${[name, ...expected].join(" ")}", with nothing more or less.`);
}

/** The body that `--data` names: JSON itself, `@` and a file's name, or `-` for standard input. */
async function readData(source: string): Promise<unknown> {
  try {
    if (source === "-") return JSON.parse(await text(process.stdin));
    return JSON.parse(source.startsWith("@") ? await readFile(source.slice(1), "utf8") : source);
  } catch {
    throw usage(
      "--data gives no JSON: it takes JSON, @ and a file's name, or - for standard input.",
    );
  }
}

function usage(message: string): IntegrationError {
  return new IntegrationError("usage", message);
}

/** Prints what went wrong and gives the exit code. */
async function fail(error: unknown, json: boolean): Promise<number> {
  if (!(error instanceof IntegrationError)) {
    terminal.printError("unexpected", redact(String(error)), json);
    return 1;
  }
  terminal.printError(error.code, error.message, json);
  if (error.code === "usage" && !json) terminal.say(`\n${await formatHelp()}`);
  return EXIT_CODES[error.code] ?? 1;
}

async function readPackage(): Promise<{ name: string; version: string }> {
  const file = new URL("../package.json", import.meta.url);
  return JSON.parse(await readFile(file, "utf8"));
}

async function formatHelp(): Promise<string> {
  const { name } = await readPackage();
  const head = `${NAME}\n\nUsage: ${name.replace(/.*\//, "")} <command> [options]`;
  const commandLines = Object.entries(COMMANDS).map(([command, { words = [], help }]) =>
    `  ${[command, ...words].join(" ")}`.padEnd(30).concat(help),
  );
  const optionLines = Object.entries(OPTIONS).map(([option, definition]) => {
    const value = "value" in definition ? ` ${definition.value}` : "";
    return `  --${option}${value}`.padEnd(30).concat(definition.help);
  });
  const exits = "Exit codes: 0 done, 1 error, 2 usage, 3 sign in again.";
  return [head, "\nCommands:", ...commandLines, "\nOptions:", ...optionLines, "", exits].join("\n");
}

// Whoever reads the output may stop reading: that is no error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));
