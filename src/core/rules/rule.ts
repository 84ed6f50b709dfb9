import type { AnswerKey, Answers } from "../questions.js";

/** Something wrong between answers that are each right. */
export interface Finding {
  /** The key to blame. */
  readonly key: AnswerKey;
  /** The rest of a sentence that begins with the key's flag; it names the flag of the other key. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** A rule between answers. An answer that is not there could not be read: about that one a rule says nothing. */
export type Rule = (answers: Answers) => readonly Finding[];

/** A finding, where its condition holds. */
export function findIf(wrong: boolean, key: AnswerKey, message: string): readonly Finding[] {
  return wrong ? [{ key, message }] : [];
}
