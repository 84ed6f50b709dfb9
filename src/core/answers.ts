import { type Problem, UserError, WRITE_ANSWERS } from "./errors.js";
import {
  answerKeys,
  type AnswerKey,
  type Answers,
  ENVIRONMENT_PREFIX,
  environmentNameOf,
  flagOf,
  isAnswerKey,
  type Question,
  questions,
} from "./questions.js";
import { shellWord } from "./literals.js";
import { bad, good, isRecord, type Reading } from "./readers.js";
import { nearest } from "./nearest.js";

/** What was said for each key, not yet read: text from a flag, JSON from a file. */
export type SaidAnswers = ReadonlyMap<string, Said>;

/** One thing said, and where, so that a problem can name the place. */
export interface Said {
  /** JSON, or the reason why the text is not what the key needs. */
  readonly value: Reading<unknown>;
  readonly from: "flag" | "environment" | "answers";
  /** The answers file, as a problem names it. */
  readonly file?: string;
}

/**
 * Turns a flag's text into JSON: lists are separated by spaces or are a JSON array, structures are JSON, `none` stands for itself.
 * A map takes one `name=value` for each flag.
 */
export function saidByFlag(key: AnswerKey, texts: readonly string[]): Said {
  return { from: "flag", value: flagValue(questions[key], texts) };
}

function flagValue(question: Question, texts: readonly string[]): Reading<unknown> {
  if (question.kind === "map") return mapOfPairs(texts);
  const text = texts.at(-1) ?? "";
  if (question.kind === "list" && !text.trimStart().startsWith("["))
    return good(text.split(/\s+/u).filter((word) => word !== ""));
  return valueOfText(question, text);
}

/** Reads a text from an environment variable or a prompt: maps and structures are JSON, lists are words or a JSON array. */
export function valueOfText(question: Question, text: string): Reading<unknown> {
  switch (question.kind) {
    case "yes-no":
      return text === "true" || text === "false"
        ? good(text === "true")
        : bad(`must be true or false, not ${JSON.stringify(text)}.`);
    case "list":
      return text.trimStart().startsWith("[")
        ? json(text)
        : good(text.split(/\s+/u).filter((word) => word !== ""));
    case "map":
      return text.trim() === "" ? good({}) : json(text);
    case "structure":
      return text.trim() === "none" ? good("none") : json(text);
    default:
      return good(text);
  }
}

function mapOfPairs(texts: readonly string[]): Reading<unknown> {
  const pairs: [string, string][] = [];
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at < 1) return bad(`must be given as name=value, not ${JSON.stringify(text)}.`);
    const name = text.slice(0, at);
    if (pairs.some(([known]) => known === name)) return bad(`gives ${name} twice.`);
    pairs.push([name, text.slice(at + 1)]);
  }
  return good(Object.fromEntries(pairs));
}

function json(text: string): Reading<unknown> {
  try {
    return good(JSON.parse(text));
  } catch {
    return bad(
      `must be JSON, and ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)} is not.`,
    );
  }
}

/** The answers of `CREATE_OAUTH2_<NAME>` variables. An empty variable says nothing. */
export function saidByEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): SaidAnswers {
  const said = new Map<string, Said>();
  for (const key of answerKeys) {
    const text = environment[environmentNameOf(key)];
    if (text !== undefined && text !== "")
      said.set(key, { from: "environment", value: valueOfText(questions[key], text) });
  }
  // A misspelt variable must not build something else silently.
  const known = new Set(answerKeys.map(environmentNameOf));
  for (const [name, text] of Object.entries(environment)) {
    if (name.startsWith(ENVIRONMENT_PREFIX) && text !== "" && !known.has(name))
      said.set(name, { from: "environment", value: good(text) });
  }
  return said;
}

/**
 * The answers of an answers file, already parsed from JSON or YAML.
 * @throws {UserError} `invalid-answers` when it is not a map
 */
export function saidByFile(document: unknown, file: string): SaidAnswers {
  if (!isRecord(document))
    throw new UserError(
      "invalid-answers",
      `${file} does not hold a map of answers.`,
      WRITE_ANSWERS,
      {
        paths: [file],
      },
    );
  return new Map(
    Object.entries(document)
      .filter(([key]) => key !== "$schema")
      .map(([key, value]) => [key, { from: "answers", file, value: fileValue(key, value) }]),
  );
}

/** A text where a list is wanted is taken as a flag's text is: `scopes: read write` are two. */
function fileValue(key: string, value: unknown): Reading<unknown> {
  const isText = typeof value === "string" && isAnswerKey(key) && questions[key].kind === "list";
  return isText ? valueOfText(questions[key], value) : good(value);
}

/** Puts answers of several places together; the first one that says a key wins. */
export function firstSaid(...places: readonly SaidAnswers[]): SaidAnswers {
  return new Map(places.toReversed().flatMap((place) => [...place]));
}

/** Reads every answer by its question, without defaults. */
export function readAnswers(said: SaidAnswers): {
  readonly answers: Answers;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const pairs: [AnswerKey, unknown][] = [];
  for (const key of answerKeys) {
    const found = said.get(key);
    if (found === undefined) continue;
    const { read }: Question = questions[key];
    const reading = found.value.ok ? read(found.value.value) : found.value;
    if (reading.ok) pairs.push([key, reading.value]);
    else problems.push({ key, flag: flagOf(key), message: placeOf(key, found) + reading.message });
  }
  for (const [key, one] of said) if (!isAnswerKey(key)) problems.push(unknownKey(key, one));
  return { answers: Object.fromEntries(pairs), problems };
}

/** Where the answer was said, for one that no flag said. */
function placeOf(key: AnswerKey, { file }: Said): string {
  return file === undefined ? "" : `(in ${file}: ${key}) `;
}

/** Nobody gives these to a generator: the generated program takes them. */
const SECRETS = /^client_?(?:id|secret)$/iu;

/** A key that is no answer, named as it was written. */
function unknownKey(key: string, { from, file = "the answers file" }: Said): Problem {
  const written = from === "environment" ? answerKeys.map(environmentNameOf) : answerKeys;
  const place = from === "environment" ? "in the environment" : `in ${file}`;
  if (SECRETS.test(key.replace(ENVIRONMENT_PREFIX, "")))
    return {
      key,
      flag: key,
      message: `(${place}) is never an answer: the generated program takes it.`,
    };
  const meant = nearest(key, written);
  const hint = meant === undefined ? "." : `; did you mean ${meant}?`;
  return {
    key,
    flag: key,
    message: `(${place}) is not an answer${hint}`,
    ...(meant !== undefined && { suggestion: meant }),
  };
}

/** Writes an answer as the words of a command line. */
export function flagWords(key: AnswerKey, value: unknown): readonly string[] {
  const flag = flagOf(key);
  if (questions[key].kind === "map" && isRecord(value)) {
    return Object.entries(value).map(
      ([name, text]) => `${flag} ${shellWord(`${name}=${String(text)}`)}`,
    );
  }
  if (questions[key].kind === "list" && Array.isArray(value)) {
    const words = value.join(" ");
    return [
      `${flag} ${shellWord(words === "" || words.startsWith("[") ? JSON.stringify(value) : words)}`,
    ];
  }
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return [text.startsWith("-") ? `${flag}=${shellWord(text)}` : `${flag} ${shellWord(text)}`];
}

/** What was said, and one more answer to a question; `undefined` takes an answer back. */
export function withAnswer(said: SaidAnswers, key: AnswerKey, value: unknown): SaidAnswers {
  const next = new Map(said);
  if (value === undefined) next.delete(key);
  else next.set(key, { from: "flag", value: good(value) });
  return next;
}
