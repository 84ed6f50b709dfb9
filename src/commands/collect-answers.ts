import {
  readAnswers,
  type SaidAnswers,
  saidByFlag,
  valueOfText,
  withAnswer,
} from "../core/answers.js";
import { type Problem, UserError } from "../core/errors.js";
import {
  answerKeys,
  type AnswerKey,
  flagOf,
  isAnswerKey,
  type Question,
  questions,
  type World,
} from "../core/questions.js";
import { labelOf } from "../core/known-provider.js";
import { columns } from "../core/literals.js";
import { bad, good, isRecord, type Reading } from "../core/readers.js";
import type { Specification } from "../core/spec.js";
import { knownProviders } from "../io/known-providers.js";
import { loadSaidTemplateSet } from "../template-sets/index.js";
import { completeAnswers, parseAnswers } from "../template-sets/parse-answers.js";
import type { Asker, Context } from "./context.js";
import { withProvider } from "./read-world.js";
import { declarePlaceholders, nameFault, withVariables } from "./declare-variables.js";

/** Asks a person for what is missing on the short path, then offers every other setting. What was said wrongly is refused first. */
export async function askForAnswers(
  said: SaidAnswers,
  world: World,
  suggestedName: string | undefined,
  ask: Asker,
): Promise<SaidAnswers> {
  const { problems } = readAnswers(said);
  if (problems.length > 0) parseAnswers(said, world);
  let answers = said;
  for (const key of answerKeys) {
    const known = withProvider(world, answers);
    if (said.has(key)) answers = await declareSaid(key, answers, ask);
    if (!isAskedFor(key, answers, known)) continue;
    const suggestion = key === "name" ? suggestedName : undefined;
    answers = await askAndDeclare(key, answers, known, suggestion, ask);
  }
  answers = await askForNeeded(answers, withProvider(world, answers), ask);
  if (!(await ask.yesNo("Change advanced settings?", false))) return answers;
  return askAdvanced(answers, world, ask);
}

/** Whether a question is on the short path: nobody has said the answer, and what was looked up does not give it. */
function isAskedFor(
  key: AnswerKey,
  said: SaidAnswers,
  { found, provider, scopes }: World,
): boolean {
  const asked: Question = questions[key];
  if (!asked.short || said.has(key)) return false;
  // Who says an address, or had it looked up, means no known provider.
  if (key === "provider") return found === undefined && !said.has("authorizationUrl");
  const isKnown = found?.[key] !== undefined || provider?.answers[key] !== undefined;
  // Scopes that are known are for choosing, also where some are usual.
  return !isKnown || (key === "scopes" && scopes !== undefined);
}

/** Asks for what only the rules of the chosen template set need, each once. */
async function askForNeeded(said: SaidAnswers, world: World, ask: Asker): Promise<SaidAnswers> {
  let answers = said;
  for (const { key } of problemsOf(said, world))
    if (isAnswerKey(key) && !answers.has(key))
      answers = await askAndDeclare(key, answers, world, undefined, ask);
  return answers;
}

/** What is wrong with the answers as far as they were said. */
export function problemsOf(said: SaidAnswers, world: World): readonly Problem[] {
  try {
    parseAnswers(said, world);
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
}

const LONGEST_KEY = Math.max(...answerKeys.map(({ length }) => length));

/** A list of all settings with their values, until the person is done. */
async function askAdvanced(said: SaidAnswers, world: World, ask: Asker): Promise<SaidAnswers> {
  let answers = said;
  for (;;) {
    const known = withProvider(world, answers);
    const complete = completeAnswers(readAnswers(answers).answers, known);
    // One line for each, the cursor in front of it included.
    const width = (process.stderr.columns || 80) - 3;
    const rows = answerKeys.map((key) => ({
      value: key,
      name: cut(`${key.padEnd(LONGEST_KEY)} ${shown(key, complete[key], answers.has(key))}`, width),
      description: (questions[key] as Question).help,
    }));
    const key = await ask.choice<AnswerKey | "done">(
      "Which setting?",
      [{ value: "done", name: "That is all" }, ...rows],
      "done",
    );
    if (key === "done") return answers;
    answers = await askAndDeclare(key, answers, known, undefined, ask);
  }
}

/** One question, and one more for each placeholder that its answer brings up. */
async function askAndDeclare(
  key: AnswerKey,
  said: SaidAnswers,
  world: World,
  suggestion: string | undefined,
  ask: Asker,
): Promise<SaidAnswers> {
  const answer = await askOne(key, said, world, suggestion, ask);
  const declared = await declarePlaceholders(key, answer, said, ask);
  const answered = withAnswer(declared.said, key, declared.value);
  if (key === "templateSet") await loadSaidTemplateSet(answered);
  return answered;
}

/** Asks about the placeholders of an address that was said without a question. */
async function declareSaid(key: AnswerKey, said: SaidAnswers, ask: Asker): Promise<SaidAnswers> {
  const value = readAnswers(said).answers[key];
  const isSound = nameFault(key, value, said) === undefined;
  const declared = isSound ? await declarePlaceholders(key, value, said, ask) : { value, said };
  return declared.value === value ? declared.said : withAnswer(declared.said, key, declared.value);
}

function shown(key: AnswerKey, value: unknown, wasSaid: boolean): string {
  const text = value === undefined ? "–" : namedText(key, value);
  const short = cut(text, 48);
  return wasSaid || value === undefined ? short : `${short}  (default)`;
}

/** An answer in one line: by the name under which it is offered, where its text cannot be seen. */
function namedText(key: AnswerKey, value: unknown): string {
  const { offers = [] }: Question = questions[key];
  const text = textOf(value);
  if (text.trim() !== "") return text;
  return offers.find((offer) => offer.value === value)?.name ?? (text === "" ? "–" : `"${text}"`);
}

/** A line of at most so many columns. */
function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  for (const letter of text) {
    if (columns(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Every answer that is not what its question gives by itself, a line for each, apart from those that are shown already. */
export function otherAnswers(
  stored: Specification["stored"],
  alreadyShown: ReadonlySet<AnswerKey>,
  width: number,
): string {
  const world = { year: new Date().getFullYear() };
  const rows = answerKeys
    .filter((key) => stored[key] !== undefined && !alreadyShown.has(key))
    .filter((key) => {
      const { [key]: answer, ...others } = stored;
      return JSON.stringify(completeAnswers(others, world)[key]) !== JSON.stringify(answer);
    })
    .map((key) => [key, namedText(key, stored[key])] as const);
  const longest = Math.max(...rows.map(([key]) => key.length));
  return rows
    .map(([key, text]) => `${cut(`  ${key.padEnd(Math.max(14, longest))} ${text}`, width)}\n`)
    .join("");
}

/** The choice behind which any other text is typed. */
const OTHER = "";

/** One question, checked where it is answered. `undefined` takes an answer back, so that its default holds. */
async function askOne(
  key: AnswerKey,
  said: SaidAnswers,
  world: World,
  suggestion: string | undefined,
  ask: Asker,
): Promise<unknown> {
  const asked: Question = questions[key];
  const complete = completeAnswers(readAnswers(said).answers, world);
  const now = complete[key];
  const usable = now !== undefined && asked.read(now).ok ? now : undefined;
  if (key === "provider") return askProvider(ask);
  if (key === "scopes" && Object.keys(world.scopes ?? {}).length > 0)
    return askScopes(world.scopes ?? {}, Array.isArray(now) ? now : [], ask);
  if (asked.kind === "yes-no") return ask.yesNo(asked.message, now === true);
  if (asked.choices)
    return ask.choice(
      asked.message,
      asked.choices.map((choice) => ({ value: choice, name: choice })),
      typeof now === "string" ? now : undefined,
    );
  if (asked.offers) {
    const offered = asked.offers.find(({ value }) => value === usable);
    const other = { value: OTHER, name: "something else" };
    const initial = offered?.value ?? (usable === undefined ? undefined : OTHER);
    const chosen = await ask.choice(asked.message, [...asked.offers, other], initial);
    if (chosen !== OTHER) return chosen;
  }
  const check = (text: string): Reading<unknown> => checkText(key, text, said, world);
  const initial = usable === undefined ? undefined : textOf(usable);
  // A suggestion is no text to go on with: what is typed takes its place.
  if (initial === undefined && suggestion !== undefined) {
    const message = `${asked.message} (${suggestion})`;
    const answer = await ask.text(message, undefined, (text) => check(text || suggestion));
    return valueOf(asked, answer || suggestion);
  }
  const answer = await ask.text(promptOf(key), initial?.trim() === "" ? undefined : initial, check);
  return isEmpty(asked, answer) ? undefined : valueOf(asked, answer);
}

/** A known provider, or none. */
async function askProvider(ask: Asker): Promise<string | undefined> {
  const chosen = await ask.search("Provider (type to search)", [
    { value: OTHER, name: "another one: I know its URLs" },
    ...knownProviders().map((known) => ({ value: known.id, name: labelOf(known) })),
  ]);
  return chosen === OTHER ? undefined : chosen;
}

/** Scopes that are known, to tick; others can be typed. */
async function askScopes(
  known: Readonly<Record<string, string>>,
  usual: readonly unknown[],
  ask: Asker,
): Promise<readonly string[]> {
  const width = Math.max(...Object.keys(known).map((scope) => scope.length));
  const ticked = await ask.many("Scopes", [
    ...Object.entries(known).map(([scope, allows]) => ({
      value: scope,
      name: allows === "" ? scope : `${scope.padEnd(Math.min(width, 40))}  ${allows}`,
      checked: usual.includes(scope),
    })),
    { value: OTHER, name: "others: I type them", checked: false },
  ]);
  const chosen = ticked.filter((scope) => scope !== OTHER);
  if (!ticked.includes(OTHER)) return chosen;
  const check = (text: string): Reading<unknown> => {
    const value = valueOfText(questions.scopes, text);
    return value.ok ? questions.scopes.read(value.value) : value;
  };
  const typed = await ask.text(questions.scopes.message, undefined, check);
  const words = valueOf(questions.scopes, typed);
  return [...new Set([...chosen, ...(Array.isArray(words) ? words.map(String) : [])])];
}

/** What a prompt asks; what is answered in JSON comes with a sample of it. */
function promptOf(key: AnswerKey): string {
  const { kind, message, example }: Question = questions[key];
  if (kind !== "structure" && kind !== "map") return message;
  const { value } = saidByFlag(key, [example]);
  return value.ok ? `${message}\n  such as ${JSON.stringify(value.value)}\n ` : message;
}

/** Reads one text as a prompt does, and asks the rules between answers whether it fits the others. */
function checkText(
  key: AnswerKey,
  text: string,
  said: SaidAnswers,
  world: World,
): Reading<unknown> {
  const asked: Question = questions[key];
  if (isEmpty(asked, text))
    return asked.required
      ? asked.read(text)
      : contradictionOf(key, withAnswer(said, key, undefined), world);
  const value = valueOfText(asked, text);
  const reading = value.ok ? asked.read(value.value) : value;
  if (!reading.ok) return reading;
  const fault = nameFault(key, reading.value, said);
  if (fault !== undefined) return bad(fault);
  const declared = withVariables(key, reading.value, said);
  return contradictionOf(key, withAnswer(declared, key, reading.value), world);
}

function contradictionOf(key: AnswerKey, said: SaidAnswers, world: World): Reading<unknown> {
  const problem = problemsOf(said, world).find((one) => one.key === key);
  return problem === undefined ? good(undefined) : bad(`${flagOf(key)} ${problem.message}`);
}

function isEmpty({ kind }: Question, text: string): boolean {
  return text.trim() === "" && kind !== "list" && kind !== "map" && text === "";
}

function valueOf(asked: Question, text: string): unknown {
  const reading = valueOfText(asked, text);
  return reading.ok ? reading.value : text;
}

/** An answer as a prompt shows it. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.some(isRecord) ? JSON.stringify(value) : value.join(" ");
  if (isRecord(value)) return Object.keys(value).length === 0 ? "" : JSON.stringify(value);
  return String(value);
}

/** Reads what was said; at a terminal, contradictions lead back to the settings instead of ending the run. */
export async function settle(
  said: SaidAnswers,
  world: World,
  context: Context,
): Promise<Specification> {
  let answers = said;
  for (;;) {
    try {
      return parseAnswers(answers, withProvider(world, answers));
    } catch (error) {
      if (!context.ask || !(error instanceof UserError)) throw error;
      context.say(`${error.message}\n`);
      answers = await askAdvanced(answers, world, context.ask);
    }
  }
}
