import { answerKeys, type AnswerKey, type Question, questions } from "./questions.js";
import type { Fields } from "./readers.js";
import { wordsOf } from "./shape-words.js";
import type { Shape } from "./shapes.js";

/** The answers as a TypeScript interface, made from the questions: `src/api/answers.ts`. */
export function answersInterface(): string {
  return [
    "// Made from the questions: npm run docs writes it.\n",
    "/** What is said about a service and its project: a member for each question. */",
    "export interface Answers {",
    ...answerKeys.map(memberOf),
    "}\n",
  ].join("\n");
}

function memberOf(key: AnswerKey): string {
  const { help, read }: Question = questions[key];
  return documented(key, help, read.takes, "?");
}

/** A member under its docstring, which says what the type cannot. */
function documented(name: string, help: string, shape: Shape, mark: "?" | ""): string {
  const isRuled = shape.kind === "number" || (shape.kind === "text" && shape.rule !== undefined);
  const rule = isRuled ? ` Takes ${wordsOf(shape)}.` : "";
  const told = `${help.charAt(0).toUpperCase()}${help.slice(1)}.${rule}`;
  return `/** ${told.replaceAll("*/", "* /")} */\nreadonly ${name}${mark}: ${typeOf(shape)};`;
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "string";
    case "number":
      return shape.orText ? "number | string" : "number";
    case "yes-no":
      return "boolean";
    case "choice":
      return shape.choices.map((choice) => JSON.stringify(choice)).join(" | ");
    case "list":
      return `readonly (${typeOf(shape.item)})[]`;
    case "map":
      return typeof shape.names === "string"
        ? "Readonly<Record<string, string>>"
        : `Readonly<Partial<Record<${shape.names.map((name) => JSON.stringify(name)).join(" | ")}, string>>>`;
    case "structure":
      return structureType(shape.fields);
    case "either":
      return shape.shapes.map(typeOf).join(" | ");
  }
}

function structureType(fields: Fields): string {
  const members = Object.entries(fields).map(([name, { read, required, help }]) =>
    documented(name, help, read.takes, required ? "" : "?"),
  );
  return `{\n${members.join("\n")}\n}`;
}
