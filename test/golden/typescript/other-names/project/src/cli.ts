#!/usr/bin/env node
// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { parseArgs } from "node:util";
import * as commands from "./commands.js";
import { NAME } from "./const.js";
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
const OPTIONS = {
  "no-browser": { type: "boolean" },
  paste: { type: "boolean" },
  scopes: { type: "string" },
  entry: { type: "string" },
  data: { type: "string" },
  sandbox: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** npm takes these for itself when `--` is missing before them. */
const EATEN = ["sandbox", "entry", "scopes", "data", "paste", ...Object.keys(OWN_OPTIONS)];
const EVERYWHERE = ["sandbox", "json", "help"];
const SIGN_IN = ["no-browser", "paste", "scopes", ...Object.keys(OWN_OPTIONS)];

/** By how they are called: a word in brackets stands for any. */
const COMMANDS: Readonly<Record<string, { run: commands.Command; options: readonly string[] }>> = {
  link: { run: commands.link, options: SIGN_IN },
  status: { run: commands.status, options: ["entry"] },
  refresh: { run: commands.refresh, options: ["entry"] },
  reauth: { run: commands.reauth, options: [...SIGN_IN, "entry"] },
  reconfigure: { run: commands.reconfigure, options: [...SIGN_IN, "entry"] },
  "call <method> <path>": { run: commands.call, options: ["data", "entry"] },
  unlink: { run: commands.unlink, options: ["entry"] },
  "credentials set": { run: commands.setCredentials, options: [] },
};

const HELP = `${NAME}

Usage: npm run <command> -- <options>

Commands:
  link                     link an account
  status                   show the linked accounts
  refresh                  get a new access token now
  reauth                   sign in to the account again
  reconfigure              sign in again with other scopes or credentials
  call <method> <path>     call the API and print its answer
  unlink                   forget an account, revoked where the provider can
  credentials set          store the credentials, encrypted

Options:
  --no-browser             show the address instead of opening a browser
  --paste                  read the redirect address from standard input only
  --scopes <list>          ask for these scopes
  --entry <id>             which account, when several are linked
  --data <json|@file|->    the body: JSON, a file, standard input
${Object.values(OWN_OPTIONS)
  .map(({ help: [option, text] }) => `  ${option.padEnd(25)}${text}\n`)
  .join("")}  --sandbox                use the running sandbox instead of the provider
  --json                   print one JSON object a line
  --help                   show this help

Exit codes: 0 done, 1 error, 2 usage, 3 sign in again.
`;

const EXIT_CODES: Partial<Record<IntegrationErrorCode, number>> = {
  usage: 2,
  ambiguous_entry: 2,
  reauth_required: 3,
};
const INTERRUPTED = 130;

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
    return interrupt.signal.aborted ? INTERRUPTED : code;
  } finally {
    input.close();
  }
}

async function dispatch(args: readonly string[], surroundings: commands.Surroundings) {
  const { values: options, positionals: words } = parse(args);
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
  if (words.length === 0) throw usage("A command is needed.");
  const shape = Object.keys(COMMANDS).find((each) => each.startsWith(`${words[0]} `));
  if (found === undefined && shape) throw usage(`${shape.replace(" ", " needs ")}.`);
  if (found === undefined) throw usage(`"${words.join(" ")}" is no command.`);
  const [name, command] = found;
  const allowed = new Set([...command.options, ...EVERYWHERE]);
  const stray = Object.keys(options).find((option) => !allowed.has(option));
  if (stray !== undefined) throw usage(`"${name}" has no option --${stray}.`);
  const storage = openStorage(env, { sandbox: options.sandbox ?? false });
  return (await command.run({ ...surroundings, options, words, storage })) ?? 0;
}

function parse(args: readonly string[]) {
  try {
    const { values, ...rest } = parseArgs({
      args: [...args],
      options: { ...OPTIONS, ...OWN_OPTIONS } as typeof OPTIONS,
      allowPositionals: true,
    });
    return { values: values as commands.Run["options"] & typeof values, ...rest };
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : "Unknown option").split(". ");
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
  if (error instanceof IntegrationError) {
    commands.showError(show, error);
    return EXIT_CODES[error.code] ?? 1;
  }
  const message = redact(String(error));
  const event = { event: "error", code: "unexpected", message };
  show(event, `Unexpected error: ${message}`, process.stderr);
  return 1;
}

// Whoever reads the output may stop reading: that is no error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));
