import type { Request } from "../cli.js";
import {
  firstSaid,
  readAnswers,
  type SaidAnswers,
  saidByEnvironment,
  saidByFile,
  withAnswer,
} from "../core/answers.js";
import { questions } from "../core/questions.js";
import { TEMPLATE_SETS } from "../core/template-sets.js";
import { readAnswersFile } from "../io/read-answers.js";
import type { Asker, Context } from "./context.js";

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

/** Asks first what to generate: what is looked up depends on it. Nothing is asked where an answer is wrong: that is refused before. */
export async function askForTemplateSet(said: SaidAnswers, ask: Asker): Promise<SaidAnswers> {
  if (said.has("templateSet") || readAnswers(said).problems.length > 0) return said;
  const { message } = questions.templateSet;
  const choices = TEMPLATE_SETS.map((name) => ({ value: name, name }));
  return withAnswer(said, "templateSet", await ask.choice(message, choices, TEMPLATE_SETS[0]));
}
