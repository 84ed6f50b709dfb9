import {
  firstSaid,
  readAnswers,
  type SaidAnswers,
  saidByEnvironment,
  saidByFile,
  valueOfText,
} from "../core/answers.js";
import { UserError } from "../core/errors.js";
import {
  answerKeys,
  type AnswerKey,
  flagOf,
  type Question,
  questions,
  type World,
} from "../core/questions.js";
import { good, isRecord, type Reading } from "../core/readers.js";
import { parseSpec, type Specification, withDefaults } from "../core/spec.js";
import { readAnswersFile } from "../io/read-answers.js";
import type { Request } from "../cli.js";
import type { Asker, Context } from "./context.js";
import { declareVariables, withVariables } from "./declare-variables.js";

/** Everything that was said without a question: a flag wins over the environment, the environment over the answers file. */
export async function saidAnswers(
  request: Pick<Request, "said" | "answersFile">,
  { surroundings, signal }: Context,
): Promise<SaidAnswers> {
  const { answersFile } = request;
  const file =
    answersFile === undefined
      ? new Map()
      : saidByFile(
          await readAnswersFile(answersFile, signal),
          answersFile === "-" ? "standard input" : answersFile,
        );
  return firstSaid(request.said, saidByEnvironment(surroundings.environment), file);
}

/** Asks a person for what is missing on the short path, then offers every other setting. What was said wrongly is refused first. */
export async function askForAnswers(
  said: SaidAnswers,
  world: World,
  suggestedName: string | undefined,
  ask: Asker,
): Promise<SaidAnswers> {
  const { problems } = readAnswers(said);
  if (problems.length > 0) parseSpec(said, world);
  let answers = said;
  for (const key of answerKeys) {
    const asked: Question = questions[key];
    if (!asked.short || said.has(key) || asked.choices?.length === 1) continue;
    const suggestion = key === "name" ? suggestedName : undefined;
    answers = await askAndDeclare(key, answers, world, suggestion, ask);
  }
  if (!(await ask.yesNo("Change advanced settings?", false))) return answers;
  return askAdvanced(answers, world, ask);
}

const LONGEST_KEY = Math.max(...answerKeys.map(({ length }) => length));

/** A list of all settings with their values, until the person is done. */
async function askAdvanced(said: SaidAnswers, world: World, ask: Asker): Promise<SaidAnswers> {
  let answers = said;
  for (;;) {
    const complete = withDefaults(readAnswers(answers).answers, world);
    const rows = answerKeys.map((key) => ({
      value: key,
      name: `${key.padEnd(LONGEST_KEY)} ${shown(complete[key], answers.has(key))}`,
      description: (questions[key] as Question).help,
    }));
    const key = await ask.choice<AnswerKey | "done">(
      "Which setting?",
      [{ value: "done", name: "That is all" }, ...rows],
      "done",
    );
    if (key === "done") return answers;
    answers = await askAndDeclare(key, answers, world, undefined, ask);
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
  const value = await askOne(key, said, world, suggestion, ask);
  return withAnswer(await declareVariables(key, value, said, ask), key, value);
}

function shown(value: unknown, wasSaid: boolean): string {
  const text = value === undefined ? "–" : textOf(value);
  const short = text.length > 48 ? `${text.slice(0, 47)}…` : text;
  return wasSaid || value === undefined ? short : `${short}  (default)`;
}

/** One question, checked where it is answered. `undefined` takes an answer back, so that its default holds. */
async function askOne(
  key: AnswerKey,
  said: SaidAnswers,
  world: World,
  suggestion: string | undefined,
  ask: Asker,
): Promise<unknown> {
  const asked: Question = questions[key];
  const complete = withDefaults(readAnswers(said).answers, world);
  const now = complete[key];
  const usable = now !== undefined && asked.read(now).ok ? now : undefined;
  if (asked.kind === "yes-no") return ask.yesNo(asked.message, now === true);
  if (asked.choices)
    return ask.choice(
      asked.message,
      asked.choices.map((choice) => ({ value: choice, name: choice })),
      typeof now === "string" ? now : undefined,
    );
  const check = (text: string): Reading<unknown> => checkText(key, text, said, world);
  const answer = await ask.text(
    asked.message,
    usable === undefined ? suggestion : textOf(usable),
    check,
  );
  return isEmpty(asked, answer) ? undefined : valueOf(asked, answer);
}

/** Reads one text as a prompt does, and asks the rules between answers whether it fits the others. */
function checkText(
  key: AnswerKey,
  text: string,
  said: SaidAnswers,
  world: World,
): Reading<unknown> {
  const asked: Question = questions[key];
  if (isEmpty(asked, text)) return asked.required ? asked.read(text) : good(undefined);
  const value = valueOfText(asked, text);
  const reading = value.ok ? asked.read(value.value) : value;
  if (!reading.ok) return reading;
  const declared = withVariables(key, reading.value, said);
  return contradictionOf(key, withAnswer(declared, key, reading.value), world);
}

function contradictionOf(key: AnswerKey, said: SaidAnswers, world: World): Reading<unknown> {
  try {
    parseSpec(said, world);
    return good(undefined);
  } catch (error) {
    const problem =
      error instanceof UserError ? error.problems.find((one) => one.key === key) : undefined;
    return problem === undefined
      ? good(undefined)
      : { ok: false, message: `${flagOf(key)} ${problem.message}` };
  }
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

function withAnswer(said: SaidAnswers, key: AnswerKey, value: unknown): SaidAnswers {
  const next = new Map(said);
  if (value === undefined) next.delete(key);
  else next.set(key, { from: "flag", value: good(value) });
  return next;
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
      return parseSpec(answers, world);
    } catch (error) {
      if (!context.ask || !(error instanceof UserError)) throw error;
      context.say(`${error.message}\n`);
      answers = await askAdvanced(answers, world, context.ask);
    }
  }
}
