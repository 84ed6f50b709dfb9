import { readAnswers, type SaidAnswers, saidByFlag } from "../core/answers.js";
import { formatAnswersFile } from "../core/answers-file.js";
import { ExitCode } from "../core/errors.js";
import { type AnswerKey, isAnswerKey, questions, type World } from "../core/questions.js";
import { loadSaidTemplateSet } from "../template-sets/index.js";
import { completeAnswers, parseAnswers } from "../template-sets/parse-answers.js";
import type { Request } from "../cli.js";
import { problemsOf } from "./collect-answers.js";
import type { Context, Outcome } from "./context.js";
import { readWorld } from "./read-world.js";
import { saidAnswers } from "./said-answers.js";

/**
 * Prints an answers file to start from, with what was said filled in, and writes nothing.
 * @throws {UserError} `invalid-answers` when what was said cannot be used
 */
export async function printAnswers(request: Request, context: Context): Promise<Outcome> {
  const said = await saidAnswers(request, context);
  await loadSaidTemplateSet(said);
  const world = await readWorld(said, request, context);
  const needed = neededKeys(said, world);
  const { answers } = readAnswers(said);
  return {
    report: {
      schema: 1,
      command: "create",
      exitCode: ExitCode.done,
      generator: { to: context.version },
      written: false,
    },
    text: formatAnswersFile({ said: answers, needed, complete: completeAnswers(answers, world) }),
    form: "file",
  };
}

/** What is missing: each such answer is taken as its example says, until nothing is. */
function neededKeys(said: SaidAnswers, world: World): ReadonlySet<AnswerKey> {
  const needed = new Set<AnswerKey>();
  let answers = said;
  for (;;) {
    const missing = problemsOf(answers, world).flatMap(({ key }) =>
      isAnswerKey(key) && !answers.has(key) ? [key] : [],
    );
    if (missing.length === 0) break;
    for (const key of missing) needed.add(key);
    const examples = missing.map(
      (key) => [key, saidByFlag(key, [questions[key].example])] as const,
    );
    answers = new Map([...answers, ...examples]);
  }
  // What is wrong now was said.
  parseAnswers(answers, world);
  return needed;
}
