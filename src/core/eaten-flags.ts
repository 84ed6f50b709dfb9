import { UserError } from "./errors.js";
import { answerKeys, flagOf } from "./questions.js";
import { shellWord } from "./literals.js";

/** Settings of npm's own that have the name of one of our flags: npm sets them for its own reasons. */
const OF_NPM = new Set(["description", "json", "offline", "yes"]);
const SWITCHES = ["dry-run", "install", "link", "print-answers"];
/** With npm, `--no-install` is the setting `install` with an empty value; `--no-git` gives `false`, because npm has a setting `git`. */
const NEGATED = ["git", "install", "interactive"];

/**
 * `npm create x --flag value` without `--`: npm takes the flag for a setting of its own and passes on the value as a positional.
 * @throws {UserError} `eaten-flags` (exit 2) with the corrected command
 */
export function refuseEatenFlags(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const { npm_command: command } = environment;
  if (command !== "exec" && command !== "init") return;
  const eaten = [...eatenFlags(environment), ...eatenSwitches(environment)];
  if (eaten.length === 0) return;
  const rest = argv.map(shellWord);
  throw new UserError(
    "eaten-flags",
    `npm took ${eaten.map(([flag]) => flag).join(", ")} for itself: without -- before them, flags never reach this program.`,
    `Put -- before the flags:\n  npm create oauth2-integration@latest -- ${correctedWords(rest, eaten).join(" ")}`,
  );
}

type Eaten = readonly [flag: string, value: string | undefined];

function eatenFlags(environment: Readonly<Record<string, string | undefined>>): readonly Eaten[] {
  return [...answerKeys.map(flagOf), "--answers"].flatMap((flag) => {
    const value = environment[settingOf(flag.slice(2))];
    if (value === undefined || value === "" || OF_NPM.has(flag.slice(2))) return [];
    return [[flag, value === "true" ? undefined : value] as const];
  });
}

function eatenSwitches(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Eaten[] {
  const given = SWITCHES.filter((name) => (environment[settingOf(name)] ?? "") !== "").map(
    (name) => [`--${name}`, ""] as const,
  );
  const negated = NEGATED.filter((name) =>
    ["", "false"].includes(environment[settingOf(name)] ?? "-"),
  ).map((name) => [`--no-${name}`, ""] as const);
  return [...given, ...negated];
}

function settingOf(name: string): string {
  return `npm_config_${name.replaceAll("-", "_")}`;
}

/** The values that npm passed on as positionals stand last; which belongs to which flag is known only where there is one. */
function correctedWords(
  positionals: readonly string[],
  eaten: readonly Eaten[],
): readonly string[] {
  const open = eaten.filter(([, value]) => value === undefined).length;
  const last = positionals.slice(Math.max(0, positionals.length - open));
  const only = open === 1 ? last[0] : undefined;
  const flags = eaten.map(([flag, value]) =>
    value === "" ? flag : `${flag} ${value === undefined ? (only ?? "<value>") : shellWord(value)}`,
  );
  return [...positionals.slice(0, positionals.length - last.length), ...flags];
}
