import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readAnswers } from "../../src/core/answers.js";
import { formatAnswersFile, SCHEMA_ADDRESS } from "../../src/core/answers-file.js";
import type { Answers } from "../../src/core/questions.js";
import { type AnswerDocument, said } from "../support/answers.js";
import { answers } from "../support/arbitrary-answers.js";

const fileOf = (document: Answers): string =>
  formatAnswersFile({ said: document, needed: new Set(["name"]), complete: document });

/** What both versions of YAML read in the file. */
function readBack(document: Answers): readonly unknown[] {
  return (["1.1", "1.2"] as const).map((version) => parse(fileOf(document), { version }));
}

describe("an answers file gives back what was filled in", () => {
  it("answers of any length", () => {
    fc.assert(
      fc.property(answers, (sample) => {
        const read = readAnswers(said(sample as AnswerDocument)).answers;
        const whole = { $schema: SCHEMA_ADDRESS, ...read };
        expect(readBack(read)).toEqual([whole, whole]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ..."yes No ON off true False null NULL y N ~ 1 1e3 0x1 2026-01-01 12:30 a: :a - -a ? !x &x *x @x `x %x #x".split(
      " ",
    ),
    "a: b",
    "a #b",
    "a, b",
    "[a]",
    "{a}",
    "'a'",
    '"a"',
    "a  b",
    "a - b",
    "a\\b",
    "漢字 🙂",
  ])("the name %j", (name) => {
    const whole = { $schema: SCHEMA_ADDRESS, name };
    expect(readBack({ name })).toEqual([whole, whole]);
  });
});
