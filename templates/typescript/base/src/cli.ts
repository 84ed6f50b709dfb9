#!/usr/bin/env node
// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { parseArgs } from "node:util";
import * as commands from "./commands.js";
import { NAME } from "./const.js";
import { diagnose } from "./doctor.js";
import { IntegrationError, type IntegrationErrorCode, redact } from "./errors.js";
import type { ProgramOption } from "./oauth/provider.js";
import { MECHANISMS } from "./provider/index.js";
import { openStorage } from "./storage/entries.js";
import { createShow, LineInput } from "./terminal.js";

/** Those that come with the mechanisms of this provider. */
const OWN_OPTIONS: Readonly<Record<string, ProgramOption>> = Object.assign(
  {},
  ...MECHANISMS.map(({ options }) => options),
);
const OPTIONS: typeof OWN_OPTIONS = {
  "no-browser": { type: "boolean", help: "show the address instead of opening a browser" },
  paste: { type: "boolean", help: "read the redirect address from standard input only" },
  scopes: { type: "string", value: "<list>", help: "ask for these scopes" },
  entry: { type: "string", value: "<id>", help: "which account, when several are linked" },
  data: { type: "string", value: "<json|@file|->", help: "the body: JSON, a file, standard input" },
  ...OWN_OPTIONS,
  sandbox: { type: "boolean", help: "use the running sandbox instead of the provider" },
  json: { type: "boolean", help: "print one JSON object a line" },
  help: { type: "boolean", short: "h", help: "show this help" },
};

/** npm takes these for itself when `--` is missing before them. */
const EATEN = ["sandbox", "entry", "scopes", "data", "paste", ...Object.keys(OWN_OPTIONS)];
const EVERYWHERE = ["sandbox", "json", "help"];
const SIGN_IN = ["no-browser", "paste", "scopes", ...Object.keys(OWN_OPTIONS)];
const AGAIN = [...SIGN_IN, "entry"];

/** By how they are called: a word in brackets stands for any. After the help, the options. */
const COMMANDS: Readonly<Record<string, readonly [commands.Command, string, ...string[]]>> = {
  link: [commands.link, "link an account", ...SIGN_IN],
  status: [commands.status, "show the linked accounts", "entry"],
  refresh: [commands.refresh, "get a new access token now", "entry"],
  reauth: [commands.reauth, "sign in to the account again", ...AGAIN],
  reconfigure: [commands.reauth, "the same, with other options or credentials", ...AGAIN],
  "call <method> <path>": [commands.call, "call the API and print its answer", "data", "entry"],
  unlink: [commands.unlink, "forget an account, revoked where the provider can", "entry"],
  doctor: [diagnose, "look for what keeps it from working", "entry"],
  "credentials set": [commands.setCredentials, "store the credentials, encrypted"],
  "credentials remove": [commands.removeCredentials, "forget them"],
};

const inColumns = (name: string, help: string): string => `  ${name.padEnd(25)}${help}`;
const COMMAND_LINES = Object.entries(COMMANDS).map(([name, [, help]]) => inColumns(name, help));
const OPTION_LINES = Object.entries(OPTIONS).map(([name, { value = "", help }]) =>
  inColumns(`--${name} ${value}`, help),
);
const HELP = `${NAME}

Usage: npm run <command> -- <options>

Commands:
${COMMAND_LINES.join("\n")}

Options:
${OPTION_LINES.join("\n")}

Exit codes: 0 done, 1 error, 2 usage, 3 sign in again.
`;

const EXIT_CODES: Partial<Record<IntegrationErrorCode | "unexpected", number>> = {
  usage: 2,
  ambiguous_entry: 2,
  reauth_required: 3,
};

async function main(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const input = new LineInput();
  const show = createShow(args.includes("--json"));
  // Only once: pressing Ctrl-C again stops the program on the spot.
  process.once("SIGINT", () => {
    interrupt.abort(new IntegrationError("authorization_failed", "Stopped with Ctrl-C."));
    input.close();
  });
  const surroundings = { input, show, signal: interrupt.signal, env: process.env };
  try {
    const code = await dispatch(args, surroundings).catch((error: unknown) => fail(error, show));
    return interrupt.signal.aborted ? 130 : code;
  } finally {
    input.close();
  }
}

type Surroundings = Omit<commands.Run, "options" | "words" | "storage">;

async function dispatch(args: readonly string[], surroundings: Surroundings) {
  const { options, words } = parse(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { env } = surroundings;
  const script = env["npm_lifecycle_event"];
  const eaten =
    script && EATEN.find((name) => !Object.hasOwn(options, name) && env[`npm_config_${name}`]);
  if (eaten) throw usage(`Put -- before the options: npm run ${script} -- --${eaten}.`);
  const found = Object.entries(COMMANDS).find(([shape]) => isCalledAs(shape, words));
  const shape = Object.keys(COMMANDS).find((each) => each.startsWith(`${words[0]} `));
  if (found === undefined && shape) throw usage(`${shape.replace(" ", " needs ")}.`);
  // What was typed may be the redirect address, with a code in it.
  if (found === undefined) throw usage("A command is needed.");
  const [name, [run, , ...allowed]] = found;
  const known = new Set([...allowed, ...EVERYWHERE]);
  const stray = Object.keys(options).find((option) => !known.has(option));
  if (stray !== undefined) throw usage(`"${name}" has no option --${stray}.`);
  const storage = openStorage(env, { sandbox: options.sandbox ?? false });
  return (await run({ ...surroundings, options, words, storage })) ?? 0;
}

function parse(args: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { options: parsed.values as commands.Run["options"], words: parsed.positionals };
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : "Unknown option").split(/\.\s/);
    throw usage(`${message}.`);
  }
}

function isCalledAs(shape: string, words: readonly string[]): boolean {
  const expected = shape.split(" ");
  const fits = expected.every((word, index) => word.startsWith("<") || word === words[index]);
  return fits && expected.length === words.length;
}

function usage(problem: string): IntegrationError {
  return new IntegrationError("usage", `${problem} --help shows what there is.`);
}

/** Prints what went wrong and gives the exit code. */
function fail(error: unknown, show: commands.Run["show"]): number {
  const unexpected = { code: "unexpected", message: redact(String(error)) } as const;
  const known = error instanceof IntegrationError ? error : unexpected;
  commands.showError(show, known);
  return EXIT_CODES[known.code] ?? 1;
}

// Whoever reads the output may stop reading: that is no error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));
