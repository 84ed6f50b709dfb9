import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";

/** What is wrong with JSON first, and where: not every engine says the line. */
export function jsonFault(text: string): string {
  const faults: ParseError[] = [];
  parse(text, faults, { disallowComments: true });
  const { error, offset } = faults[0] ?? { error: undefined, offset: text.length };
  const before = text.slice(0, offset).split("\n");
  const what = error === undefined ? "InvalidText" : printParseErrorCode(error);
  return `${what} at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}.`;
}
