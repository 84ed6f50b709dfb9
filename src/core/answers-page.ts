import { flagWords } from "./answers.js";
import { markdownCode } from "./literals.js";
import { derivedDefaultOf, exampleOf, fixedDefaultOf, isNothing } from "./question-values.js";
import {
  answerKeys,
  type AnswerKey,
  environmentNameOf,
  flagOf,
  type Question,
  questions,
} from "./questions.js";
import type { Fields } from "./readers.js";
import { wordsOf } from "./shape-words.js";
import type { Shape } from "./shapes.js";

/** The page of all questions, made from them: `docs/answers.md`. */
export function answersPage(): string {
  const sections = [
    ["The project", "project"],
    ["The provider", "provider"],
  ] as const;
  return [
    HEAD,
    ...sections.flatMap(([title, group]) => [
      `## ${title}\n`,
      ...answerKeys.filter((key) => questions[key].group === group).map(entryOf),
    ]),
  ].join("\n");
}

const HEAD = `# Answers

Every question, in the order in which it is asked. Each is a flag, an environment variable and a key of the answers file; of two places
that say an answer, a flag wins over the environment, and the environment over the file. \`npm run docs\` makes this page, and the schema
beside it, from the questions.

An answers file is JSON or YAML 1.2: one key for each answer. \`create-oauth2-integration --print-answers\` prints one to start from. Its
\`$schema\` names [the schema](answers.schema.json), with which an editor completes keys, explains them and marks what cannot be right. On
the command line a list is separated by spaces or is a JSON array, a map takes one flag for each \`name=value\`, and a structure is JSON;
in the environment maps are JSON too.
`;

/** One question: what it is for, then its facts. */
function entryOf(key: AnswerKey): string {
  const { help, kind, read, required }: Question = questions[key];
  const facts: readonly (readonly [string, string])[] = [
    ["flag", markdownCode(flagOf(key))],
    ["environment", markdownCode(environmentNameOf(key))],
    ["kind", `${kind}${required && derivedDefaultOf(key) === undefined ? ", needed" : ""}`],
    ["takes", escaped(wordsOf(read.takes))],
    ["default", defaultOf(key)],
    ["example", markdownCode(`${key}: ${JSON.stringify(exampleOf(key))}`)],
    ["as a flag", markdownCode(flagWords(key, exampleOf(key)).join(" "))],
  ];
  const rows = facts.map(([name, fact]) => `| ${name} | ${fact.replaceAll("|", "\\|")} |\n`);
  return [
    `### \`${key}\`\n`,
    `${escaped(help)}.\n`,
    `| | |\n| --- | --- |\n${rows.join("")}`,
    ...structuresIn(read.takes).map(membersTable),
  ].join("\n");
}

/** What a question's help says of its default, what holds in any case, or what follows from the examples of needed answers. */
function defaultOf(key: AnswerKey): string {
  const { help }: Question = questions[key];
  const told = /\(default: ([^)]*)\)/u.exec(help)?.[1];
  if (told !== undefined) return escaped(told);
  const fixed = fixedDefaultOf(key);
  if (fixed !== undefined) return isNothing(fixed) ? "none" : markdownCode(JSON.stringify(fixed));
  const derived = derivedDefaultOf(key);
  if (derived === undefined) return "none";
  return `follows from other answers: ${markdownCode(JSON.stringify(derived))} with their examples`;
}

/** The structures that a shape holds, outermost first. */
function structuresIn(shape: Shape): readonly Fields[] {
  switch (shape.kind) {
    case "structure":
      return [
        shape.fields,
        ...Object.values(shape.fields).flatMap(({ read }) => structuresIn(read.takes)),
      ];
    case "list":
      return structuresIn(shape.item);
    case "either":
      return shape.shapes.flatMap(structuresIn);
    default:
      return [];
  }
}

function membersTable(fields: Fields): string {
  const rows = Object.entries(fields).map(
    ([name, { read, required, help }]) =>
      `| \`${name}\` | ${required ? "yes" : "no"} | ${escaped(help)} | ${escaped(wordsOf(read.takes)).replaceAll("|", "\\|")} |\n`,
  );
  return `| member | needed | what it is | takes |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

/** Text of ours in Markdown: only these letters of it would mean something there. */
function escaped(text: string): string {
  return text.replaceAll(/[<>*_]/gu, String.raw`\$&`);
}
