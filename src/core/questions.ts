import { accountQuestions } from "./questions/accounts.js";
import { endpointQuestions } from "./questions/endpoints.js";
import { projectQuestions } from "./questions/project.js";
import type { Question } from "./questions/question.js";
import { requestQuestions } from "./questions/requests.js";

export type { Question, World } from "./questions/question.js";

/** Every question, in the order in which it is asked. Prompts, flags, `--help`, environment, answers file and validation are made from it. */
export const questions = {
  ...projectQuestions,
  ...endpointQuestions,
  ...requestQuestions,
  ...accountQuestions,
} as const;

export type AnswerKey = keyof typeof questions;
export type AnswerOf<Key extends AnswerKey> =
  (typeof questions)[Key] extends Question<infer Value> ? Value : never;
/** Answers that were said and read: typed, each right by itself. */
export type Answers = { readonly [Key in AnswerKey]?: AnswerOf<Key> };

export const answerKeys = Object.keys(questions) as readonly AnswerKey[];

export function isAnswerKey(key: string): key is AnswerKey {
  return Object.hasOwn(questions, key);
}

/** `authorizationUrl` → `--authorization-url`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

export const ENVIRONMENT_PREFIX = "CREATE_OAUTH2_";

/** `authorizationUrl` → `CREATE_OAUTH2_AUTHORIZATION_URL`. */
export function environmentNameOf(key: string): string {
  return `${ENVIRONMENT_PREFIX}${flagOf(key).slice(2).replaceAll("-", "_").toUpperCase()}`;
}
