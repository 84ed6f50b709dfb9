import { Command, CommanderError, Option } from "commander";
import { type SaidAnswers, type Said, saidByFlag } from "./core/answers.js";
import { UserError } from "./core/errors.js";
import { answerKeys, type AnswerKey, flagOf, type Question, questions } from "./core/questions.js";

/** The commands; without one of them, a project is created. */
const COMMANDS = ["update", "diff", "explain", "providers", "demo"] as const;

/** What the command line asks for. */
export interface Request extends UpdateRequest {
  readonly command: "create" | (typeof COMMANDS)[number];
  /** As it was written; `undefined` when it was left out. */
  readonly directory: string | undefined;
  /** What `providers` is asked for: words to search, or `show` and an id. */
  readonly words: readonly string[];
  readonly said: SaidAnswers;
  readonly answersFile: string | undefined;
  readonly dryRun: boolean;
  /** An answers file to start from is printed, and nothing else done. */
  readonly printAnswers: boolean;
  readonly git: boolean;
  /** Whether an issuer or a resource is looked up. */
  readonly discovery: boolean;
  /** `undefined`: asked at a terminal, otherwise not done. */
  readonly install: boolean | undefined;
  /** `undefined`: asked at a terminal, otherwise not done. */
  readonly link: boolean | undefined;
  readonly json: boolean;
  readonly interactive: boolean;
}

/** What only `update` takes. */
export interface UpdateRequest {
  /** `key=value`, as they were written. */
  readonly set: readonly string[];
  readonly check: "plain" | "strict" | undefined;
  readonly restore: readonly string[];
  readonly resolved: readonly string[];
  readonly allowDirty: boolean;
  readonly adopt: boolean;
}

/** Text that was asked for instead of work: help or the version. */
export interface Information {
  readonly text: string;
}

interface Flags extends Readonly<Record<string, unknown>> {
  readonly answers?: string;
  readonly dryRun?: boolean;
  readonly printAnswers?: boolean;
  readonly git?: boolean;
  readonly discovery?: boolean;
  readonly install?: boolean;
  readonly link?: boolean;
  readonly json?: boolean;
  readonly interactive?: boolean;
  readonly set?: readonly string[];
  readonly check?: boolean;
  readonly checkStrict?: boolean;
  readonly restore?: readonly string[];
  readonly resolved?: readonly string[];
  readonly allowDirty?: boolean;
  readonly adopt?: boolean;
}

/**
 * Turns the command line into a request, and does nothing else.
 * @throws {UserError} `invalid-usage` (exit 2)
 */
export function parseArgv(argv: readonly string[], version: string): Request | Information {
  let request: Request | undefined;
  let information = "";
  const take =
    (command: Request["command"]) =>
    (directory: string | undefined, _flags: Flags, self: Command) => {
      request = requestOf(command, directory, self.optsWithGlobals<Flags>(), []);
    };
  const program = new Command("create-oauth2-integration")
    .description("Turns any OAuth2 service into a project that links its accounts.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .enablePositionalOptions()
    .argument("[directory]", "where the project goes (default: ./<domain>)")
    .addHelpText("after", AFTER_HELP)
    .action(take("create"));
  const named = commandOf(argv);
  // Sixty options that no one gave would take time to make.
  if (named === "create") addAnswerOptions(program);
  program
    .option("--no-git", "do not make a git repository")
    .option("--install", "install the dependencies with the package manager that runs this")
    .option("--no-install", "do not install, do not ask")
    .option("--link", "install, build and link an account at once")
    .option("--dry-run", "show what would be written, and write nothing")
    .option("--print-answers", "print an answers file to start from, and write nothing");
  addCommonOptions(program);

  const update = program
    .command("update")
    .description("bring a project to the templates of this version, or to other answers");
  update
    .argument("[directory]", "the project (default: the current folder)")
    .action(take("update"));
  addUpdateOptions(update);
  addCommonOptions(update);
  const diff = program
    .command("diff")
    .description("show what was changed by hand since the last generation");
  diff.argument("[directory]", "the project (default: the current folder)").action(take("diff"));
  addCommonOptions(diff);
  const explain = program
    .command("explain")
    .description("print the requests that a project, or answers, will send");
  explain
    .argument("[directory]", "the project (default: the current folder)")
    .action(take("explain"));
  if (named === "explain") addAnswerOptions(explain);
  addCommonOptions(explain);
  const providers = program
    .command("providers")
    .description("list the known providers; providers show <id> tells all about one");
  providers
    .argument("[words...]", "what to search for, or: show <id>")
    .action((words: readonly string[], _flags: Flags, self: Command) => {
      request = requestOf("providers", undefined, self.optsWithGlobals<Flags>(), words);
    });
  addCommonOptions(providers);
  const demo = program
    .command("demo")
    .description(
      "in a temporary folder: generate, install, build, link against the sandbox, refresh, call",
    );
  demo.action((flags: Flags, self: Command) => take("demo")(undefined, flags, self));
  addCommonOptions(demo);

  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: false })
      .configureOutput({
        writeOut: (text) => void (information += text),
        writeErr: () => undefined,
      });
  }
  try {
    program.parse(argv.map(withoutValueOfCheck), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { text: information };
    throw usage(error, named);
  }
  return request ?? { text: information };
}

/** The command that a command line names, also where the rest of it cannot be parsed. */
export function commandOf(argv: readonly string[]): Request["command"] {
  const takeValues = new Set([...answerKeys.map(flagOf), "--answers"]);
  const name = argv.find(
    (word, index) => !word.startsWith("-") && !takeValues.has(argv[index - 1] ?? ""),
  );
  return COMMANDS.find((command) => command === name) ?? "create";
}

/** An optional value would take the directory that follows: `--check=strict` becomes a flag of its own. */
function withoutValueOfCheck(word: string): string {
  if (!word.startsWith("--check=")) return word;
  if (word === "--check=strict") return "--check-strict";
  throw new UserError(
    "invalid-usage",
    `${word} is not known.`,
    "Write --check, or --check=strict.",
  );
}

function addUpdateOptions(command: Command): void {
  const list = (text: string, before: readonly string[] | undefined) => [...(before ?? []), text];
  const repeated = (flags: string, help: string): void => {
    command.addOption(new Option(flags, `${help} (repeatable)`).argParser(list));
  };
  repeated("--set <key=value>", "change an answer; without a value it is taken back");
  command
    .option("--check", "write nothing: exit 4 when outdated; --check=strict also when edited")
    .addOption(new Option("--check-strict").hideHelp())
    .option("--dry-run", "show what would be written, and write nothing");
  repeated("--restore <path>", "bring back a file that you deleted");
  repeated("--resolved <path>", "take a conflict as resolved");
  command
    .option("--allow-dirty", "also touch files with changes that are not committed")
    .option("--adopt", "make a lost state file anew; yours stays yours")
    .option("--answers <file>", "with --adopt: the lost answers (JSON or YAML, -: standard input)");
}

function addAnswerOptions(command: Command): void {
  const headings = { project: "The project:", provider: "The provider:" } as const;
  for (const key of answerKeys) {
    const asked: Question = questions[key];
    command.addOption(
      new Option(`${flagOf(key)} <${placeholderOf(asked)}>`, helpOf(asked))
        .argParser((text: string, before: readonly string[] | undefined) => [
          ...(before ?? []),
          text,
        ])
        .helpGroup(headings[asked.group]),
    );
  }
  command.optionsGroup("Options:");
  command.option("--no-discovery", "look nothing up, also where --issuer or --resource is said");
  command.option("--answers <file>", "read answers from a JSON or YAML file (-: standard input)");
}

function addCommonOptions(command: Command): void {
  command
    .option("--json", "print one JSON object; asks nothing")
    .option("--no-interactive", "ask nothing, also at a terminal");
}

function placeholderOf({ kind }: Question): string {
  return {
    text: "text",
    choice: "choice",
    "yes-no": "true|false",
    list: "list",
    map: "name=value",
    structure: "json",
  }[kind];
}

function helpOf({ help, choices, kind }: Question): string {
  const repeated = kind === "map" ? " (repeatable)" : "";
  return `${help}${choices === undefined ? "" : ` (${choices.join(", ")})`}${repeated}`;
}

const AFTER_HELP = `
Every answer is also an environment variable (CREATE_OAUTH2_TOKEN_URL) and a key of the answers file (tokenUrl).
Of two places that say an answer, a flag wins over the environment, and the environment over the file.

Exit codes: 0 done, 1 something to mend, 2 usage, 3 conflicts to resolve, 4 --check: outdated, 70 a bug of ours, 130 cancelled, 143 and 129 after SIGTERM and SIGHUP.

Example:
  npx create-oauth2-integration --name "Acme Cloud" \\
    --authorization-url https://auth.acme.com/oauth/authorize \\
    --token-url https://auth.acme.com/oauth/token --scopes "read offline_access"
`;

function requestOf(
  command: Request["command"],
  directory: string | undefined,
  flags: Flags,
  words: readonly string[],
): Request {
  if (flags.answers !== undefined && command === "update" && !flags.adopt)
    throw new UserError(
      "invalid-usage",
      "--answers belongs to --adopt: an update takes changed answers from --set only.",
      "Run npx create-oauth2-integration update --set key=value, with a --set for each answer that changes.",
    );
  if (flags.link && flags.install === false)
    throw new UserError(
      "invalid-usage",
      "--link and --no-install contradict each other: an account is linked by the installed project.",
      "Leave one of them out.",
    );
  const beside = ["check", "checkStrict", "restore", "resolved"].filter((name) => name in flags);
  if (flags.adopt && beside.length > 0)
    throw new UserError(
      "invalid-usage",
      "--adopt only makes the state file anew: --check, --restore and --resolved have nothing to do then.",
      "Run npx create-oauth2-integration update --adopt alone, then the rest.",
    );
  if (flags.printAnswers && flags.json)
    throw new UserError(
      "invalid-usage",
      "--print-answers prints an answers file, and --json one JSON object.",
      "Leave one of them out; --dry-run --json gives the answers as JSON.",
    );
  const isUrl = directory !== undefined && /^https?:\/\//iu.test(directory);
  return {
    command,
    words,
    directory: isUrl ? undefined : directory,
    said: isUrl ? withResource(directory, command, saidByFlags(flags)) : saidByFlags(flags),
    answersFile: flags.answers,
    dryRun: flags.dryRun ?? false,
    printAnswers: flags.printAnswers ?? false,
    git: flags.git ?? true,
    discovery: flags.discovery ?? true,
    install: flags.link ? true : flags.install,
    link: flags.link,
    json: flags.json ?? false,
    interactive: flags.interactive ?? true,
    set: flags.set ?? [],
    check: flags.checkStrict ? "strict" : flags.check ? "plain" : undefined,
    restore: flags.restore ?? [],
    resolved: flags.resolved ?? [],
    allowDirty: flags.allowDirty ?? false,
    adopt: flags.adopt ?? false,
  };
}

/** A URL in the place of the directory is the service to discover. */
function withResource(url: string, command: Request["command"], said: SaidAnswers): SaidAnswers {
  if (command !== "create" || said.has("resource"))
    throw new UserError(
      "invalid-usage",
      `${url} is a URL, and the directory of the project is asked for.`,
      said.has("resource")
        ? "Say the URL once: as --resource, or in the place of the directory."
        : "Give the directory of the project.",
    );
  return new Map([...said, ["resource", saidByFlag("resource", [url])]]);
}

function saidByFlags(flags: Flags): SaidAnswers {
  const texts = (key: AnswerKey): readonly string[] | undefined =>
    flags[key] as readonly string[] | undefined;
  return new Map<string, Said>(
    answerKeys.flatMap((key) =>
      texts(key) === undefined ? [] : [[key, saidByFlag(key, texts(key) ?? [])] as const],
    ),
  );
}

function usage(error: CommanderError, command: Request["command"]): UserError {
  const message = error.message.replace(/^error: /u, "").replaceAll(/\s*\n\s*/gu, " ");
  const hints: Readonly<Record<string, string>> = {
    "commander.excessArguments": "Give one directory. After `npm create`, put -- before the flags.",
    "commander.optionMissingArgument": "Give the flag its value; an empty one is written --flag=.",
  };
  return new UserError(
    "invalid-usage",
    `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/([^.?)])$/u, "$1.")}`,
    hints[error.code] ??
      `Run npx create-oauth2-integration ${command === "create" ? "" : `${command} `}--help to see every flag.`,
  );
}
