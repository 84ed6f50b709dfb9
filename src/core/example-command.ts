import { flagWords, readAnswers, saidByFlag } from "./answers.js";
import { contradictions } from "./contradictions.js";
import type { Problem } from "./errors.js";
import type { Rule } from "./rules/rule.js";
import {
  answerKeys,
  type AnswerKey,
  type Answers,
  isAnswerKey,
  type Question,
  questions,
} from "./questions.js";

/** A command that works: what was said and right, with an example for whatever is missing or wrong. */
export function exampleCommand(
  problems: readonly Problem[],
  answers: Answers,
  rules: readonly Rule[] = [],
): string {
  const wrong = new Set(problems.map(({ key }) => key));
  const right = answerKeys.filter((key) => !wrong.has(key) && answers[key] !== undefined);
  const optional = answerKeys.filter((key) => wrong.has(key) && !isRequired(key));
  const domain: readonly AnswerKey[] = wrong.has("domain") ? ["domain"] : [];
  // A known provider gives what is required; what it does not give is among the problems.
  const isGiven = wrong.has("provider") || right.includes("provider");
  const required = answerKeys.filter(
    (key) =>
      key !== "domain" && isRequired(key) && (!isGiven || wrong.has(key) || right.includes(key)),
  );
  // An example of each optional answer too, unless it would contradict another one.
  const whole = withExamples([...right, ...optional, ...domain], required, right, answers);
  const least = withExamples([...right, ...domain], required, right, answers);
  const needed = found(least, rules)
    .map(({ key }) => key)
    .filter(isAnswerKey);
  const words =
    found(whole, rules).length > 0
      ? consistent([...right, ...domain, ...needed], required, right, answers, rules)
      : whole;
  return [
    "npx create-oauth2-integration",
    ...answerKeys.flatMap((key) => words.get(key)?.words ?? []),
  ].join(" ");
}

/** One answer of the example: its words on the command line, and what they are read as. */
interface Told {
  readonly words: readonly string[];
  readonly value: unknown;
}
type Example = ReadonlyMap<AnswerKey, Told>;

/** Some answers, those that were right as they were said, and every required one. */
function withExamples(
  keys: readonly AnswerKey[],
  required: readonly AnswerKey[],
  right: readonly AnswerKey[],
  answers: Answers,
): Example {
  const told = answerKeys.filter((key) => keys.includes(key) || required.includes(key));
  return new Map(
    told.map((key) => {
      if (right.includes(key))
        return [key, { words: flagWords(key, answers[key]), value: answers[key] }];
      const { example } = questions[key];
      const read = readAnswers(new Map([[key, saidByFlag(key, [example])]])).answers[key];
      return [key, { words: flagWords(key, example), value: read }];
    }),
  );
}

/** Leaves out answers that were right by themselves and lean on one that is not there, until nothing is contradicted. */
function consistent(
  keys: readonly AnswerKey[],
  required: readonly AnswerKey[],
  right: readonly AnswerKey[],
  answers: Answers,
  rules: readonly Rule[],
): Example {
  const example = withExamples(keys, required, right, answers);
  const blamed = new Set(found(example, rules).map(({ key }) => key));
  const kept = keys.filter((key) => !blamed.has(key));
  return kept.length === keys.length
    ? example
    : consistent(
        kept,
        required,
        right.filter((key) => !blamed.has(key)),
        answers,
        rules,
      );
}

function found(example: Example, rules: readonly Rule[]): readonly Problem[] {
  const values = Object.fromEntries(Array.from(example, ([key, { value }]) => [key, value]));
  // Nothing that is not in the example is said: rules need to know that no placeholder is declared.
  return contradictions({ variables: [], capture: [], ...values }, rules);
}

function isRequired(key: AnswerKey): boolean {
  return (questions[key] as Question).required === true;
}
