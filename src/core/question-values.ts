import { saidByFlag } from "./answers.js";
import { type AnswerKey, answerKeys, type Question, questions, type World } from "./questions.js";
import type { EarlierAnswers } from "./questions/question.js";

/** The example of a question as an answers file has it. */
export function exampleOf(key: AnswerKey): unknown {
  const asked: Question = questions[key];
  const { value } = saidByFlag(key, [asked.example]);
  const reading = value.ok ? asked.read(value.value) : value;
  if (reading.ok) return reading.value;
  throw new Error(`The example of ${key} ${reading.message}`);
}

/** Nothing is known of the world. What comes from it is not asked for. */
const NO_WORLD: World = { year: 0 };

/** The default that holds whatever else is answered; `undefined` where there is none, or it follows from something. */
export function fixedDefaultOf(key: AnswerKey): unknown {
  const { fallback, fromWorld }: Question = questions[key];
  return fromWorld ? undefined : fallback?.({}, NO_WORLD);
}

/** The default where every earlier question is answered as in its example; `undefined` where none follows from them. */
export function derivedDefaultOf(key: AnswerKey): unknown {
  const { fallback, fromWorld }: Question = questions[key];
  if (fromWorld) return undefined;
  const earlier = answerKeys
    .slice(0, answerKeys.indexOf(key))
    .filter((one) => (questions[one] as Question).required);
  const answers: EarlierAnswers = Object.fromEntries(earlier.map((one) => [one, exampleOf(one)]));
  return fallback?.(answers, NO_WORLD);
}

/** Whether an answer says nothing: an empty list or map. */
export function isNothing(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
