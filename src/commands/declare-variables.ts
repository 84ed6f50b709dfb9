import { readAnswers, type SaidAnswers } from "../core/answers.js";
import { nearest } from "../core/nearest.js";
import { isBuiltIn, placeholdersIn } from "../core/placeholders.js";
import type { AnswerKey } from "../core/questions.js";
import { bad, good, line } from "../core/readers.js";
import type { Variable } from "../core/variables.js";
import type { Asker } from "./context.js";

/** Where a placeholder that nothing declares yet can only be meant as a variable. */
const ADDRESSES: ReadonlySet<AnswerKey> = new Set<AnswerKey>([
  "issuer",
  "authorizationUrl",
  "tokenUrl",
  "refreshUrl",
  "revocationUrl",
  "deviceAuthorizationUrl",
  "apiBaseUrl",
]);

/** What was said, with a variable for each placeholder of an address that nothing declares: so `https://{tenant}.acme.com` can just be typed. */
export function withVariables(key: AnswerKey, value: unknown, said: SaidAnswers): SaidAnswers {
  const names = undeclared(key, value, said);
  return addVariables(
    said,
    names.map((name) => ({ name, label: labelOf(name) })),
  );
}

/** Asks what each new placeholder of an address stands for, and declares it. */
export async function declareVariables(
  key: AnswerKey,
  value: unknown,
  said: SaidAnswers,
  ask: Asker,
): Promise<SaidAnswers> {
  const read = line(100);
  let answers = said;
  for (const name of undeclared(key, value, said)) {
    const label = await ask.text(
      `What {${name}} is called when an account is linked`,
      labelOf(name),
      (text) => (read(text).ok ? good(text) : bad("must be one line of at most 100 characters.")),
    );
    answers = addVariables(answers, [{ name, label: label.trim() }]);
  }
  return answers;
}

function undeclared(key: AnswerKey, value: unknown, said: SaidAnswers): readonly string[] {
  if (!ADDRESSES.has(key) || typeof value !== "string") return [];
  const { variables = [], capture = [] } = readAnswers(said).answers;
  const known = [...variables, ...capture].map(({ name }) => name);
  // One that looks like a known name is misspelt: the check of the answers says so.
  return placeholdersIn(value).filter(
    (name) => !known.includes(name) && !isBuiltIn(name) && nearest(name, known) === undefined,
  );
}

function addVariables(said: SaidAnswers, added: readonly Variable[]): SaidAnswers {
  if (added.length === 0) return said;
  const { variables = [] } = readAnswers(said).answers;
  return new Map(said).set("variables", { from: "flag", value: good([...variables, ...added]) });
}

/** `accountServer` → `Account server`. */
function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/gu, " ").replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
