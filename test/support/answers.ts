import { type SaidAnswers, saidByFile } from "../../src/core/answers.js";
import type { KnownProvider } from "../../src/core/known-provider.js";
import { UserError } from "../../src/core/errors.js";
import { type IntegrationSpec, type Specification } from "../../src/core/spec.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";

/** The smallest complete answers. */
export const PLAIN = {
  name: "Acme Cloud",
  authorizationUrl: "https://auth.acme.com/authorize",
  tokenUrl: "https://auth.acme.com/token",
} as const;

export const WORLD = { year: 2026 } as const;

/** A known provider that says nothing of itself, under the id that examples use. */
export const GITHUB: KnownProvider = {
  id: "github",
  name: "GitHub",
  verified: true,
  answers: {},
  sources: {},
  pages: {},
};

export type AnswerDocument = Readonly<Record<string, unknown>>;

export function said(answers: AnswerDocument): SaidAnswers {
  return saidByFile(answers, "answers");
}

/** Reads the plain answers with some changed; `undefined` leaves one out. */
export function specify(changes: AnswerDocument = {}): Specification {
  const answers = Object.entries({ ...PLAIN, ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  return parseAnswers(said(Object.fromEntries(answers)), WORLD);
}

export function specOf(changes: AnswerDocument = {}): IntegrationSpec {
  return specify(changes).spec;
}

/** The keys that are refused, in order. */
export function refusedKeys(changes: AnswerDocument): readonly string[] {
  try {
    specify(changes);
    return [];
  } catch (error) {
    if (error instanceof UserError && error.code === "invalid-answers" && error.exitCode === 2)
      return error.problems.map(({ key }) => key);
    throw error;
  }
}
