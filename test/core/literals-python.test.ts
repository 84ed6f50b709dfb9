import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { layOut, pythonLiteral, pythonString } from "../../src/core/literals.js";

const CASES = 3000;

/** Text with everything that a language of quotes and escapes may trip over. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      ..."\"'`\\{}$%#\n\r\t\0\u007f\u0085\u2028\u202e\ufeff\ufdd4\ufdd6é漢аοıN0x8 ".split(""),
      "🙂",
      "\\N{BULLET}",
      "\\u0041",
      "'''",
      '"""',
    ),
    maxLength: 40,
  }),
);
const scalar = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("any"), { maxLength: 4 }),
    // A dict of Python keeps the order of its members; an object of JavaScript puts numbers first.
    fc.dictionary(text, tie("any"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

/** Reads statements `a = …`, and prints the values as JSON; surrogates become what they are in JavaScript. */
const READER = `
import ast, json, sys
print(json.dumps([ast.literal_eval(ast.parse(code).body[0].value) for code in json.load(sys.stdin)]))
`;

function readBack(statements: readonly string[]): unknown {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", READER], {
    input: JSON.stringify(statements),
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

it(`Python reads back ${CASES} values as they were, wherever the formatter breaks them`, () => {
  const seed = Number(process.env["SEED"] ?? Date.now());
  const samples = fc.sample(fc.tuple(value, fc.integer({ min: 0, max: 90 })), {
    seed,
    numRuns: CASES,
  });
  const statements = samples.map(([sample, width]) =>
    layOut(`${"n".repeat(width + 1)}: Final = ${pythonLiteral(sample)}`),
  );
  const expected: unknown = JSON.parse(JSON.stringify(samples.map(([sample]) => sample)));
  expect(readBack(statements), `seed ${seed}`).toEqual(expected);
});

it("no text ends its string, or hides a letter that looks like another", () => {
  const seed = Number(process.env["SEED"] ?? Date.now());
  const samples = fc.sample(text, { seed, numRuns: CASES });
  const statements = samples.map((sample) => `x = ${pythonString(sample)}`);
  for (const statement of statements) expect(statement).not.toMatch(/[\n\r\0\u202e\u2028]/u);
  expect(readBack(statements), `seed ${seed}`).toEqual(samples);
});
