import type { SaidAnswers } from "../core/answers.js";
import type { Answers, World } from "../core/questions.js";
import { parseSpec, type Specification, withDefaults } from "../core/spec.js";
import { freeDomain, rulesOf } from "./index.js";

/**
 * Reads and checks everything that was said, by the rules of the template set that was chosen.
 * @throws {UserError} `invalid-answers` (exit 2) with all problems at once
 */
export function parseAnswers(said: SaidAnswers, world: World): Specification {
  return parseSpec(said, { ...world, freeDomain }, rulesOf);
}

/** Answers with every default that follows from them and the world. */
export function completeAnswers(answers: Answers, world: World): Answers {
  return withDefaults(answers, { ...world, freeDomain });
}
