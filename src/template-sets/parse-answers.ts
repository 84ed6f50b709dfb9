import type { SaidAnswers } from "../core/answers.js";
import type { World } from "../core/questions.js";
import { parseSpec, type Specification } from "../core/spec.js";
import { rulesOf } from "./index.js";

/**
 * Reads and checks everything that was said, by the rules of the template set that was chosen.
 * @throws {UserError} `invalid-answers` (exit 2) with all problems at once
 */
export function parseAnswers(said: SaidAnswers, world: World): Specification {
  return parseSpec(said, world, rulesOf);
}
