import { exampleOf, isNothing } from "./question-values.js";
import { answerKeys, type AnswerKey, type Answers, type Question, questions } from "./questions.js";
import { isRecord } from "./readers.js";
import { wordsOf } from "./shape-words.js";

/** Where the schema of the answers file stands: it is made from the questions, and every version keeps the keys of earlier ones. */
export const SCHEMA_ADDRESS =
  "https://raw.githubusercontent.com/create-oauth2-integration/create-oauth2-integration/main/docs/answers.schema.json";

/** What is known of the answers before anybody wrote the file. */
export interface KnownAnswers {
  /** Said elsewhere: they are filled in. */
  readonly said: Answers;
  /** What `create` cannot do without. */
  readonly needed: ReadonlySet<AnswerKey>;
  /** What holds where nothing is said. */
  readonly complete: Answers;
}

/**
 * An answers file to start from, as YAML: every question with its help, its default and an example. A line of an answer begins with `#`
 * and no space, so that whoever takes away that one letter has an answer.
 */
export function formatAnswersFile(known: KnownAnswers): string {
  const rest = answerKeys.filter((key) => !known.needed.has(key));
  const isShort = (key: AnswerKey): boolean => (questions[key] as Question).short === true;
  const others = rest.filter((key) => !isShort(key));
  const sections: readonly (readonly [string, readonly AnswerKey[]])[] = [
    ["Needed", answerKeys.filter((key) => known.needed.has(key))],
    ["Usual", rest.filter(isShort)],
    ["The project", others.filter((key) => questions[key].group === "project")],
    ["The provider", others.filter((key) => questions[key].group === "provider")],
  ];
  return [
    HEAD,
    ...sections
      .filter(([, keys]) => keys.length > 0)
      .map(([title, keys]) => `# --- ${title} ---\n\n${keys.map(entryOf(known)).join("\n")}`),
  ].join("\n");
}

const HEAD = `# yaml-language-server: $schema=${SCHEMA_ADDRESS}
$schema: ${SCHEMA_ADDRESS}

# Answers for create-oauth2-integration. Take away the # in front of a key to say it, then run:
#   npx create-oauth2-integration --answers <this file>
`;

const WIDTH = 100;

/** What stands in the file for one question. */
function entryOf({ said, complete }: KnownAnswers): (key: AnswerKey) => string {
  return (key) => {
    const { help, read }: Question = questions[key];
    const answer = said[key];
    const facts = [`Takes ${wordsOf(read.takes)}.`];
    if (answer === undefined && complete[key] !== undefined && !isNothing(complete[key]))
      facts.push(`Default: ${yamlValue(complete[key])}`);
    const line =
      answer === undefined
        ? `#${key}: ${yamlValue(exampleOf(key))}`
        : `${key}: ${yamlValue(answer)}`;
    return `${[help, ...facts].map(comment).join("")}${line}\n`;
  };
}

/** A sentence as lines of a comment. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}\n`).join("");
}

/** Texts that need no quotes in YAML, of either version: no number, no date, no word that means something. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z](?:[\w./@-]|:(?=\S)| (?=\w))*$/iu;

/** An answer in one line of YAML; beside plain texts it is JSON, which YAML 1.2 holds. */
function yamlValue(value: unknown): string {
  return typeof value === "string" && PLAIN.test(value) ? value : spacedJson(value);
}

/** JSON with spaces, as a person writes it. */
function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, one]) => `${JSON.stringify(name)}: ${spacedJson(one)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
