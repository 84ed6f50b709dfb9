import vm from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slowness } from "../../src/core/patterns/slow-pattern.js";
import { USUAL_VALUE } from "../../src/core/variables.js";
import { PROVIDERS } from "../support/known-providers.js";

const { raw } = String;

/** Patterns that take for ever to say no, and a text on which they do. */
const SLOW: readonly (readonly [pattern: string, repeated: string])[] = [
  ["(a+)+", "a"],
  ["(a+)+$", "a"],
  ["(?:a*)*", "a"],
  ["(?:a+)*b", "a"],
  ["(?:a{2,})+b", "a"],
  ["(?:a|a)*b", "a"],
  ["(?:a|aa)+", "a"],
  [raw`(?:\w|\d)*`, "1"],
  [raw`(?:[a-z]|\w)+-`, "a"],
  ["(?:.|[^])*!!", "a"],
  [raw`(?:[\w.-]+)*@x`, "a"],
  [raw`(?:\w+\.?)+x!`, "a"],
  [raw`(?:[a-z]+-?)*!!`, "a"],
  ["(?:(?:ab)+|(?:ab)*a)+c", "ab"],
  [raw`(?:a?b?)*c`, "ab"],
  ["(?:x(?:a?|b?))*c", "x"],
  ["(?:a?){40}a{40}", "a"],
  ["(?:a{1,9}){30}b", "a"],
  [".*.*.*.*.*x!", "a"],
  [raw`\w*\w*\w*\w*\w*!`, "a"],
  [raw`[a-z]+\w+[\w-]+[a-z0-9]+\w+!`, "a"],
  ["(?=(?:a+)+!)a", "a"],
  ["(?!(?:a|a)+!!).*b!", "a"],
  [raw`(?:é|\w)+`, "é"],
  ["a?".repeat(40) + "a".repeat(40), "a"],
  ["a{0,19}".repeat(20) + "b", "a"],
  [raw`(a*)\1\1\1\1b`, "a"],
];

/** Patterns that people write. */
const QUICK: readonly string[] = [
  USUAL_VALUE,
  ".+",
  "[^]+",
  "eu|us",
  "[a-z]{2}",
  "[a-z]{2}[0-9]+",
  "[!-~]{1,300}",
  "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?",
  "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
  raw`[a-z]+(?:\.[a-z]+)*`,
  raw`(?:[a-z0-9-]+\.)+[a-z]{2,}`,
  raw`(?:\d{1,3}\.){3}\d{1,3}`,
  "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  raw`https://[a-z0-9-]+\.acme\.com(?:/[\w.-]+)*/?`,
  "https?://.+",
  raw`https://.+\.acme\.com/.+`,
  raw`[^@\s]+@[^@\s.]+\.[^@\s]+`,
  "(?:a|b|ab)(?:c|d)*",
  "(?:ab|ac)*",
  "(?:a|ab)*",
  raw`\d{4}-?\d{4}-?\d{4}-?\d{4}`,
  raw`\p{L}[\p{L}\p{N} ]*`,
  raw`(?:[^"\\]|\\.)*`,
  raw`[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?`,
  "(?<region>eu|us)-[0-9]+",
  "(?:(?!--).)+",
  raw`[^\s/]+(?:/[^\s/]+)+`,
];

const whole = (pattern: string): string => `^(?:${pattern})$`;

/** Whether a text is refused or taken within a second. */
function isAnswered(pattern: string, text: string): boolean {
  try {
    vm.runInNewContext(
      "new RegExp(pattern, 'u').test(text)",
      { pattern: whole(pattern), text },
      { timeout: 1000 },
    );
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}

describe("patterns that take for ever", () => {
  it.each(SLOW)("%s is refused", (pattern) =>
    expect(slowness(pattern)).toEqual(expect.any(String)),
  );

  it.each(SLOW.slice(0, 5))("%s really takes longer than a second", (pattern, repeated) =>
    expect(isAnswered(pattern, `${repeated.repeat(60)}!`)).toBe(false),
  );
});

describe("patterns that never do", () => {
  it.each(QUICK)("%s is taken", (pattern) => {
    expect(slowness(pattern)).toBe(undefined);
    for (const repeated of ["a", "ab", "0", "a.", "a-", "/", ".", "https://a.acme.com/"])
      for (const end of ["", "!", "!!", "\n"])
        expect(isAnswered(pattern, repeated.repeat(500 / repeated.length) + end)).toBe(true);
  });

  const providers = [...PROVIDERS].flatMap(({ id, answers }) =>
    [...(answers.variables ?? []), ...(answers.capture ?? [])].flatMap(({ name, pattern }) =>
      pattern === undefined ? [] : [[id, name, pattern] as const],
    ),
  );

  it.each(providers)("%s: that of %s is taken", (_id, _name, pattern) =>
    expect(slowness(pattern)).toBe(undefined),
  );
});

/** Patterns of a few letters, with every kind of repetition. */
const { pattern: anyPattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "b", "[ab]", ".", raw`\w`, "[^a]"),
    fc.array(tie("part"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
    fc.tuple(tie("pattern"), tie("pattern")).map(([one, other]) => `(?:${one}|${other})`),
  ),
  part: fc
    .tuple(tie("pattern"), fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "{0,30}", "{2,}"))
    .map(([pattern, count]) => (count === "" ? pattern : `(?:${pattern})${count}`)),
}));

it("what is taken answers within a second, whatever it is", () => {
  const texts = ["a", "b", "ab", "aab", "ba"].flatMap((repeated) =>
    ["!", "b!", ""].map((end) => repeated.repeat(400 / repeated.length) + end),
  );
  let taken = 0;
  fc.assert(
    fc.property(anyPattern, (pattern) => {
      if (slowness(pattern) !== undefined) return;
      taken++;
      for (const text of texts)
        expect([pattern, text, isAnswered(pattern, text)]).toEqual([pattern, text, true]);
    }),
    { numRuns: 150 },
  );
  expect(taken).toBeGreaterThan(20);
}, 300_000);

it("is itself quick, for the longest patterns that are taken", () => {
  const letters = Array.from({ length: 160 }, (_, index) => String.fromCodePoint(0x4e_00 + index));
  const begun = performance.now();
  for (const pattern of [
    `(?:${letters.join("|")})*`,
    `(?:${letters.map((letter) => `${letter}+`).join("|")})*`,
    "(?:[a-z]{20}){20}".repeat(29),
    "(".repeat(245) + "a" + ")".repeat(245),
    `(?:${raw`\p{L}`.repeat(90)})+`,
    `${"[ab]".repeat(120)}*`,
  ])
    slowness(pattern);
  expect(performance.now() - begun).toBeLessThan(3000);
});
