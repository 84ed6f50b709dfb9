import { bad, pattern, type Reader, reader } from "./readers.js";

/**
 * A placeholder is written `{name}` and stands for a value that is known only when an account is linked or a request is sent.
 * Other braces are literal text (`claims={"id_token":null}`).
 */
const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/gu;

/** Placeholders that every project knows. A variable or capture of such a name would hide one. */
export const BUILT_IN_PLACEHOLDERS = [
  "clientId",
  "clientSecret",
  "state",
  "random",
  "token",
] as const;
export type BuiltInPlaceholder = (typeof BUILT_IN_PLACEHOLDERS)[number];

/** The names of the placeholders in a text, each once, in their order. */
export function placeholdersIn(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name = ""]) => name))];
}

/** The text with something in the place of each placeholder. */
export function fillPlaceholders(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(PLACEHOLDER, (_written, name: string) => valueOf(name));
}

const readName = pattern(
  /^[A-Za-z][A-Za-z0-9_-]*$/u,
  "start with a letter and hold only letters, digits, _ and -",
  40,
);

/** The name of a variable or of a capture. */
export const placeholderName: Reader<string> = reader(readName.takes, (said) => {
  const name = readName(said);
  if (!name.ok) return name;
  // `values[name]` would find it where nobody gave a value.
  if (Object.hasOwn(Object.prototype, name.value))
    return bad(`must not be ${name.value}, which every object of JavaScript has.`);
  if (!isBuiltIn(name.value)) return name;
  return bad(`must not be ${name.value}: {${name.value}} stands for something else already.`);
});

export function isBuiltIn(name: string): name is BuiltInPlaceholder {
  return BUILT_IN_PLACEHOLDERS.some((one) => one === name);
}
