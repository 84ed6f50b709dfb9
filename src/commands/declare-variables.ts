import { readAnswers, type SaidAnswers } from "../core/answers.js";
import { contradictions } from "../core/contradictions.js";
import { nearest } from "../core/nearest.js";
import { isBuiltIn, placeholderName, placeholdersIn } from "../core/placeholders.js";
import { type AnswerKey, questions } from "../core/questions.js";
import { bad, good, type Reading } from "../core/readers.js";
import { capturesAt, reachesHost } from "../core/rules/placeholders.js";
import { leadingPlaceholder } from "../core/urls.js";
import type { Capture, Variable } from "../core/variables.js";
import type { Asker } from "./context.js";

/** Why a new placeholder of an address cannot be declared under its name; `undefined`: all can. */
export function nameFault(key: AnswerKey, value: unknown, said: SaidAnswers): string | undefined {
  for (const name of undeclared(key, value, said)) {
    const reading = placeholderName(name);
    if (!reading.ok) return `holds {${name}}: such a name ${reading.message}`;
  }
  return undefined;
}

/**
 * What was said, with something for each placeholder of an address that nothing declares: so `https://{tenant}.acme.com` can just be
 * typed. It takes any value: what the placeholder stands for is asked once the address is right.
 */
export function withVariables(key: AnswerKey, value: unknown, said: SaidAnswers): SaidAnswers {
  return undeclared(key, value, said).reduce(
    (answers, name) => add("variables", { name, label: labelOf(name), pattern: "[^]+" }, answers),
    said,
  );
}

/** An address as it was meant, and what was said with a declaration of each of its placeholders. */
export interface Declared {
  readonly value: unknown;
  readonly said: SaidAnswers;
}

/** Asks where the value of each new placeholder of an address comes from, and declares it. */
export async function declarePlaceholders(
  key: AnswerKey,
  value: unknown,
  said: SaidAnswers,
  ask: Asker,
): Promise<Declared> {
  const [name] = undeclared(key, value, said);
  if (name === undefined || typeof value !== "string") return { value, said };
  const meant = nearest(name, knownAt(key, said));
  if (meant !== undefined && (await ask.yesNo(`Did you mean {${meant}}?`, true)))
    return declarePlaceholders(key, value.replaceAll(`{${name}}`, `{${meant}}`), said, ask);
  const answers = await declare({ key, value, name }, said, ask);
  return declarePlaceholders(key, value, answers, ask);
}

/** One new placeholder, and the address that it stands in. */
interface Use {
  readonly key: AnswerKey;
  readonly value: string;
  readonly name: string;
}

const ORIGINS = {
  variable: "The person is asked for it when an account is linked",
  redirect: "The provider sends it in the redirect",
  token: "The provider sends it in the token answer",
} as const;

async function declare(use: Use, said: SaidAnswers, ask: Asker): Promise<SaidAnswers> {
  const { key, name } = use;
  const origins = ["variable", ...(capturesAt(key) ?? [])] as const;
  const origin =
    origins.length === 1
      ? "variable"
      : await ask.choice(
          `Where {${name}} comes from`,
          origins.map((one) => ({ value: one, name: ORIGINS[one] })),
          "variable",
        );
  return origin === "variable"
    ? add("variables", await askVariable(use, said, ask), said)
    : add("capture", await askCapture(use, origin, ask), said);
}

async function askVariable(use: Use, said: SaidAnswers, ask: Asker): Promise<Variable> {
  const { value, name } = use;
  const fits = (variable: Variable): Reading<unknown> => fitsAddress(variable, use, said);
  const label = await askText(
    `What {${name}} is called when an account is linked`,
    labelOf(name),
    (text) => questions.variables.read([{ name, label: text }]),
    ask,
  );
  const isWhole = leadingPlaceholder(value) === name;
  const shape = await askText(
    isWhole
      ? `Which addresses {${name}} may be: a regular expression (https://[a-z0-9-]+[.]acme[.]com)`
      : `What {${name}} looks like: a regular expression (empty: letters, digits, ., - and _)`,
    undefined,
    (text) => {
      if (text !== "") return fits({ name, label, pattern: text });
      return isWhole ? bad("must not be empty: any address could be named.") : good(text);
    },
    ask,
  );
  const variable = { name, label, ...(shape !== "" && { pattern: shape }) };
  const example = await askText(
    `An example of {${name}} (empty: none)`,
    undefined,
    (text) => (text === "" ? good(text) : fits({ ...variable, example: text })),
    ask,
  );
  return { ...variable, ...(example !== "" && { example }) };
}

/** Whether a variable is right by itself and where its address has it. */
function fitsAddress(variable: Variable, { key, value }: Use, said: SaidAnswers): Reading<unknown> {
  const reading = questions.variables.read([variable]);
  if (!reading.ok) return reading;
  const { capture = [] } = readAnswers(said).answers;
  const found = contradictions({ variables: reading.value, capture, [key]: value });
  const own = found.find(
    (problem) =>
      problem.key === "variables" && problem.message.startsWith(`gives ${variable.name} `),
  );
  return own === undefined ? good(variable) : bad(own.message);
}

async function askCapture(
  { value, name }: Use,
  from: Capture["from"],
  ask: Asker,
): Promise<Capture> {
  const read = (capture: object): Reading<unknown> => questions.capture.read([capture]);
  const key = await askText(
    from === "redirect"
      ? `The parameter of the redirect that holds {${name}}`
      : `Where {${name}} stands in the token answer (a dotted path)`,
    undefined,
    (text) => read({ name, from, key: text }),
    ask,
  );
  if (!reachesHost(value, name)) return { name, from, key };
  const hosts = await askText(
    `Hosts that {${name}} may lead to, these and all below them, separated by spaces`,
    undefined,
    (text) => read({ name, from, key, hostSuffixes: words(text) }),
    ask,
  );
  return { name, from, key, hostSuffixes: words(hosts) };
}

/** One line of text; what a reader says about the whole declaration is cut down to the fault. */
async function askText(
  message: string,
  initial: string | undefined,
  read: (text: string) => Reading<unknown>,
  ask: Asker,
): Promise<string> {
  const said = await ask.text(message, initial, (text) => {
    const reading = read(text.trim());
    return reading.ok ? reading : bad(withoutField(reading.message));
  });
  return said.trim();
}

/** `holds {…}, which has a key that must be …` → `must be …`: the question says already which field it is. */
function withoutField(message: string): string {
  return message.replace(/^holds \{.*?\}, which (?:has a \w+ that )?/u, "");
}

const words = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== "");

function undeclared(key: AnswerKey, value: unknown, said: SaidAnswers): readonly string[] {
  if (capturesAt(key) === undefined || typeof value !== "string") return [];
  const { variables = [], capture = [] } = readAnswers(said).answers;
  const known = new Set([...variables, ...capture].map(({ name }) => name));
  return placeholdersIn(value).filter((name) => !known.has(name) && !isBuiltIn(name));
}

/** The placeholders that may stand in an address by now. */
function knownAt(key: AnswerKey, said: SaidAnswers): readonly string[] {
  const { variables = [], capture = [] } = readAnswers(said).answers;
  const captured = capture.filter(({ from }) => capturesAt(key)?.includes(from));
  return [...variables, ...captured].map(({ name }) => name);
}

/** What was said, with one declaration more. */
function add(
  key: "variables" | "capture",
  declaration: Variable | Capture,
  said: SaidAnswers,
): SaidAnswers {
  const known = readAnswers(said).answers[key] ?? [];
  return new Map(said).set(key, { from: "flag", value: good([...known, declaration]) });
}

/** `accountServer` → `Account server`. */
function labelOf(name: string): string {
  const spaced = name.replaceAll(/[_-]+/gu, " ").replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
