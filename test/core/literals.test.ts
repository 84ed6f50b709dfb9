import fc from "fast-check";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import {
  jsonString,
  layOut,
  markdownCode,
  markdownText,
  shellWord,
  typescriptLiteral,
  typescriptString,
  unmarked,
} from "../../src/core/literals.js";

const RUNS = { numRuns: 1500 };
/** Any text at all: lone surrogates, controls, quotes, line separators, characters beyond U+FFFF. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      "`",
      "\\",
      "$",
      "{",
      "}",
      "/",
      "*",
      "\n",
      "\r",
      "\u2028",
      "\u202e",
      "\0",
      "\ud800",
      "\udc00",
      "🙂",
      "é",
      "漢",
      "x",
      ":",
      "#",
      "-",
      " ",
      "0",
    ),
  }),
);

const evaluated = (code: string): unknown => new Function(`return ${code}`)() as unknown;

describe("a text enters a language as one literal and is read back as it was", () => {
  it("TypeScript", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { code } = transformSync(`export const value: string = ${typescriptString(text)};`, {
          loader: "ts",
          charset: "utf8",
        });
        expect(
          evaluated(
            code
              .replace(/^const value = |^export const value = /u, "")
              .replace(/;\s*(?:export[\s\S]*)?$/u, ""),
          ),
        ).toBe(text);
      }),
      RUNS,
    );
  });

  it("JSON", () => {
    fc.assert(
      fc.property(anyText, (text) => void expect(JSON.parse(jsonString(text))).toBe(text)),
      RUNS,
    );
  });

  it("a list of objects", () => {
    const object = fc.record({ text: anyText, list: fc.array(anyText, { maxLength: 2 }) });
    const mixed = fc.record({ flag: fc.boolean(), count: fc.integer(), inner: fc.array(object) });
    fc.assert(
      fc.property(fc.array(fc.oneof(object, mixed), { maxLength: 3 }), (list) => {
        fc.pre(!anyNoncharacter(JSON.stringify(list)));
        expect(evaluated(unmarked(typescriptLiteral(list, 1)))).toEqual(list);
        expect(evaluated(layOut(`[\n  ${typescriptLiteral(list, 1)},\n]`))).toEqual([list]);
      }),
      { numRuns: 300 },
    );
  });

  it("a list and a map of texts", () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { maxLength: 5 }),
        fc.dictionary(
          anyText.filter((key) => key !== "__proto__"),
          anyText,
          { maxKeys: 5 },
        ),
        (list, map) => {
          const whole = anyNoncharacter(JSON.stringify([list, map]));
          fc.pre(!whole);
          expect(evaluated(unmarked(typescriptLiteral(list, 0)))).toEqual(list);
          expect(evaluated(`(${unmarked(typescriptLiteral(map, 0))})`)).toEqual({ ...map });
          expect(evaluated(layOut(`[\n  ${typescriptLiteral(list, 0)},\n]`))).toEqual([list]);
        },
      ),
      RUNS,
    );
  });
});

/** The marks of the layout are noncharacters, which every literal escapes; only raw text could hold them. */
const anyNoncharacter = (text: string): boolean => /[\ufdd0-\ufdef]/u.test(text);

describe("literals", () => {
  it.each([
    ["plain", '"plain"'],
    ['say "hi"', `'say "hi"'`],
    ["it's", '"it\'s"'],
    [`"a" 'b' "c"`, String.raw`'"a" \'b\' "c"'`],
    ["Ünïcode 漢字 한글", '"Ünïcode 漢字 한글"'],
    ["a\u202eb", String.raw`"a\u202eb"`],
    ["🙂", String.raw`"\ud83d\ude42"`],
    ["`${x}`", '"`${x}`"'],
    ["a\nb\u2028", String.raw`"a\nb\u2028"`],
  ])("TypeScript: %j → %s", (text, expected) => expect(typescriptString(text)).toBe(expected));

  it("a list of objects has a line for each member", () => {
    const value = [
      { name: "a", list: ["b"], flag: true },
      { name: "c", list: [] },
    ];
    expect(unmarked(typescriptLiteral(value, 1))).toBe(
      '[\n    {\n      name: "a",\n      list: ["b"],\n      flag: true,\n    },\n' +
        '    {\n      name: "c",\n      list: [],\n    },\n  ]',
    );
  });

  it.each([
    ["plain", "`plain`"],
    ["with `ticks`", "`` with `ticks` ``"],
  ])("a code span holds %j as %j", (text, expected) => expect(markdownCode(text)).toBe(expected));

  it.each([
    ["1. one", String.raw`1\. one`],
    ["1) one", String.raw`1\) one`],
    ["- one", String.raw`\- one`],
    ["2026", "2026"],
    ["a. b - c", "a. b - c"],
    ["<b> [x](y)", String.raw`\<b\> \[x\]\(y\)`],
  ])("Markdown shows %j from %j", (text, expected) => expect(markdownText(text)).toBe(expected));

  it.each([
    ["plain-1.0", "plain-1.0"],
    ["two words", "'two words'"],
    ["it's", String.raw`'it'\''s'`],
    ["$(x)", "'$(x)'"],
    ["", "''"],
  ])("a shell reads %j as the word %s", (text, expected) => expect(shellWord(text)).toBe(expected));
});
