import { LONGEST } from "./readers.js";
import type { NumberShape, Shape, TextShape } from "./shapes.js";

/** What a reader takes, in words: "text that must be an npm name, at most 214 characters". */
export function wordsOf(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return wordsOfText(shape);
    case "number":
      return wordsOfNumber(shape);
    case "yes-no":
      return "true or false";
    case "choice":
      return shape.choices.length === 1
        ? String(shape.choices[0])
        : `one of ${shape.choices.join(", ")}`;
    case "list":
      return `a list; each item: ${wordsOf(shape.item)}`;
    case "map":
      return typeof shape.names === "string"
        ? "a map of names to texts"
        : `a map that renames any of ${shape.names.join(", ")}`;
    case "structure":
      return `{${membersOf(shape.fields).join(", ")}}`;
    case "either":
      return shape.shapes.map(wordsOf).join(" or ");
  }
}

/** `path`, `name?`: a member that may be left out carries a question mark. */
function membersOf(fields: Extract<Shape, { readonly kind: "structure" }>["fields"]): string[] {
  return Object.entries(fields).map(([name, { required }]) => (required ? name : `${name}?`));
}

function wordsOfText({ rule, most }: TextShape): string {
  const what = rule === undefined ? "text" : `text that must ${rule}`;
  return most === undefined || most >= LONGEST ? what : `${what}, at most ${most} characters`;
}

function wordsOfNumber({ least, most }: NumberShape): string {
  return `a whole number from ${least} to ${most}`;
}
