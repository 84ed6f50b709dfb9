import { exampleOf, fixedDefaultOf } from "./question-values.js";
import { answerKeys, type AnswerKey, type Question, questions } from "./questions.js";
import type { Fields } from "./readers.js";
import { wordsOf } from "./shape-words.js";
import type { ListShape, MapShape, NumberShape, Shape, TextShape } from "./shapes.js";

/** A JSON Schema as a value: `JSON.stringify` writes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of an answers file, made from the questions: an editor completes, explains and checks with it. Nothing is required,
 * because an answer may come from elsewhere; rules between answers are not in it, nor what a pattern cannot say.
 */
export function answersSchema(address: string): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: address,
    title: "Answers of create-oauth2-integration",
    description: "What --answers reads, as JSON or YAML: one key for each answer.",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: {
        type: "string",
        description: "address of this schema: for editors, the program does not look at it",
      },
      ...Object.fromEntries(answerKeys.map((key) => [key, schemaOfQuestion(key)])),
    },
  };
}

function schemaOfQuestion(key: AnswerKey): JsonSchema {
  const { help, kind, read }: Question = questions[key];
  const fallback = fixedDefaultOf(key);
  const schema = schemaOf(read.takes);
  return {
    description: described(help, read.takes),
    ...(fallback !== undefined && { default: fallback }),
    examples: [exampleOf(key)],
    // `scopes: read write` is two, as on the command line.
    ...(kind === "list" ? { anyOf: [schema, { type: "string" }] } : schema),
  };
}

/** What it is for, and what it takes where its schema says that only as a pattern. */
function described(help: string, shape: Shape): string {
  return shape.kind === "text" ? `${help}\n\n${wordsOf(shape)}` : help;
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "text":
      return textSchema(shape);
    case "number":
      return numberSchema(shape);
    case "yes-no":
      return { type: "boolean" };
    case "choice":
      return { enum: shape.choices };
    case "list":
      return listSchema(shape);
    case "map":
      return mapSchema(shape);
    case "structure":
      return structureSchema(shape.fields);
    case "either":
      return { anyOf: shape.shapes.map(schemaOf) };
  }
}

/** Not every engine of regular expressions counts further. */
const COUNTED = 1000;

/** Space around a text is left out before its length and form are looked at, which `maxLength` could not say. */
function textSchema({ pattern, most, whole }: TextShape): JsonSchema {
  if (whole)
    return {
      type: "string",
      ...(pattern !== undefined && { pattern }),
      ...(most !== undefined && { maxLength: most }),
    };
  const isCounted = most !== undefined && most <= COUNTED;
  if (pattern === undefined)
    return {
      type: "string",
      pattern: isCounted ? String.raw`^\s*\S.{0,${most - 1}}\s*$` : String.raw`\S`,
    };
  const length = isCounted ? String.raw`(?=.{1,${most}}\s*$)` : "";
  return {
    type: "string",
    pattern: String.raw`^\s*${length}${pattern.slice(1, -1)}\s*$`,
  };
}

function numberSchema({ least, most, orText }: NumberShape): JsonSchema {
  const number = { type: "integer", minimum: least, maximum: most };
  return orText ? { anyOf: [number, { type: "string", pattern: String.raw`^\d+$` }] } : number;
}

function listSchema({ item, filled }: ListShape): JsonSchema {
  return {
    type: "array",
    items: schemaOf(item),
    uniqueItems: true,
    ...(filled && { minItems: 1 }),
  };
}

function mapSchema({ names, value }: MapShape): JsonSchema {
  const text = schemaOf(value);
  if (typeof names === "string")
    return { type: "object", propertyNames: { pattern: names }, additionalProperties: text };
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, text])),
    additionalProperties: false,
  };
}

function structureSchema(fields: Fields): JsonSchema {
  const all = Object.entries(fields);
  return {
    type: "object",
    properties: Object.fromEntries(
      all.map(([name, { read, help }]) => [
        name,
        { description: described(help, read.takes), ...schemaOf(read.takes) },
      ]),
    ),
    required: all.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}
