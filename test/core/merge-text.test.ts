import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conflictLines, hasMarkers, mergeText } from "../../src/core/merge/merge-text.js";
import { compareWithGit, keepsLines } from "../support/merge-fuzz.js";

/** Each word is a line. */
const lines = (words: string): string =>
  words.replaceAll(/\S+ ?/gu, (word) => `${word.trimEnd()}\n`);
const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
const BOM = "\uFEFF";

const conflict = (yours: string, last: string, template: string): string =>
  `<<<<<<< yours\n${lines(yours)}||||||| last generated\n${lines(last)}=======\n${lines(template)}>>>>>>> template\n`;

describe("clean merges", () => {
  it.each<readonly [string, string, string, string, string]>([
    ["nothing changed", "a b c", "a b c", "a b c", "a b c"],
    ["only you", "a b c", "a B c", "a b c", "a B c"],
    ["only the template", "a b c", "a b c", "a B c", "a B c"],
    ["one line apart", "a b c", "A b c", "a b C", "A b C"],
    ["the same change", "a b c", "a X c", "a X c", "a X c"],
    ["the same change and one of each", "a b c d e", "A b X d e", "a b X d E", "A b X d E"],
    ["the same insertion", "a b", "a X b", "a X b", "a X b"],
    ["both emptied it", "a b", "", "", ""],
    ["you emptied it", "a b", "", "a b", ""],
    ["both wrote it", "", "a b", "a b", "a b"],
    ["the template wrote it", "", "", "a b", "a b"],
    ["all are empty", "", "", "", ""],
    ["yours at the top, the template's at the end", "a b", "X a b", "a b Y", "X a b Y"],
    [
      "you dropped a block, the template changed below",
      "a ( b ) c d",
      "a c d",
      "a ( b ) c D",
      "a c D",
    ],
    [
      "a block repeated: each edit lands in its own",
      "1 ( x ) 2 ( x ) 3 ( x ) 4",
      "1 ( x ) 2 ( Y ) 3 ( x ) 4",
      "1 ( x ) 2 ( x ) 3 ( Z ) 4",
      "1 ( x ) 2 ( Y ) 3 ( Z ) 4",
    ],
    [
      "equal blocks: the template adds one, you edit the first",
      "( x ) ( x ) end",
      "( Y ) ( x ) end",
      "( x ) ( x ) ( x ) end",
      "( Y ) ( x ) ( x ) end",
    ],
    ["of equal lines, which one you dropped is open", "b c c", "c Y", "c", "c Y"],
    ["of equal lines, which one you added is open", "a b", "b b a", "b", "b b a"],
    ["of equal lines, which one the template changed is open", "b b", "b b Y", "a b", "a b Y"],
    ["both dropped one of two equal lines, by other steps", "c a a", "X c c a", "c a", "X c c a"],
    [
      "three equal lines, two places to add one",
      "a c b a a",
      "a c c b a a",
      "a X b c b",
      "a X b c c b",
    ],
  ])("%s", (_name, baseline, yours, template, merged) => {
    const merge = mergeText(lines(baseline), lines(yours), lines(template));
    expect(merge).toEqual({ text: lines(merged), conflicts: [], markerSize: 7 });
  });
});

describe("conflicts", () => {
  it.each<readonly [string, string, string, string, string, readonly [number, number]]>([
    ["the same line", "a b c", "a X c", "a Y c", `a\n${conflict("X", "b", "Y")}c\n`, [2, 8]],
    [
      "adjacent lines",
      "a b c d",
      "a X c d",
      "a b Y d",
      `a\n${conflict("X c", "b c", "b Y")}d\n`,
      [2, 11],
    ],
    [
      "both insert at one place",
      "a b",
      "a X b",
      "a Y b",
      `a\n${conflict("X", "", "Y")}b\n`,
      [2, 7],
    ],
    ["both wrote it", "", "X", "Y", conflict("X", "", "Y"), [1, 6]],
    [
      "common first and last lines are outside",
      "a b c",
      "a ( X ) c",
      "a ( Y ) c",
      `a\n(\n${conflict("X", "b", "Y")})\nc\n`,
      [3, 9],
    ],
    [
      "you dropped a block, the template changed it",
      "a ( b ) c",
      "a c",
      "a ( Y ) c",
      `a\n${conflict("", "( b )", "( Y )")}c\n`,
      [2, 11],
    ],
    [
      "the template dropped a block, you changed it",
      "a ( b ) c",
      "a ( X ) c",
      "a c",
      `a\n${conflict("( X )", "( b )", "")}c\n`,
      [2, 11],
    ],
  ])("%s", (_name, baseline, yours, template, text, place) => {
    const merge = mergeText(lines(baseline), lines(yours), lines(template));
    expect(merge).toEqual({ text, conflicts: [place], markerSize: 7 });
  });

  it("are many, and stand where they are said to be", () => {
    const merge = mergeText(lines("a b c d e"), lines("a X c X e"), lines("a Y c Y e"));
    expect(merge.text).toBe(`a\n${conflict("X", "b", "Y")}c\n${conflict("X", "d", "Y")}e\n`);
    expect(merge.conflicts).toEqual([
      [2, 8],
      [10, 16],
    ]);
  });
});

describe("the end of the text", () => {
  it.each<readonly [string, string, string, string, string]>([
    ["you dropped the last newline", "a\nb\nc\n", "a\nb\nc", "A\nb\nc\n", "A\nb\nc"],
    ["the template dropped it", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nc", "A\nb\nc"],
    ["nobody has one", "a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"],
    ["the template adds it", "a\nb", "a\nb", "a\nb\n", "a\nb\n"],
    ["both add it", "a\nb\nc", "A\nb\nc\n", "a\nb\nc\n", "A\nb\nc\n"],
    ["a conflict ends every line", "a", "X", "Y", conflict("X", "a", "Y")],
    ["one adds a line, one a newline", "a", "a\nX\n", "a\n", `a\n${conflict("X", "a", "")}`],
  ])("%s", (_name, baseline, yours, template, merged) => {
    expect(mergeText(baseline, yours, template).text).toBe(merged);
  });
});

describe("line ends and byte order mark", () => {
  const [baseline, yours, template] = [lines("a b c d e"), lines("A b c X e"), lines("a b2 c Y e")];
  const merged = mergeText(baseline, yours, template).text;

  it.each<readonly [string, string, string, string, string]>([
    ["CRLF is yours", baseline, crlf(yours), template, crlf(merged)],
    ["CRLF is the template's", crlf(baseline), yours, crlf(template), merged],
    ["the mark is yours", baseline, BOM + yours, template, BOM + merged],
    ["the mark is the template's", BOM + baseline, yours, BOM + template, merged],
    [
      "mark and CRLF",
      baseline,
      BOM + crlf(lines("a b c")),
      lines("X b c d e"),
      BOM + crlf(lines("X b c")),
    ],
    [
      "mixed: yours stay, new lines are like most",
      lines("a b c"),
      "a\r\nb\nc\r\n",
      lines("a b X c Y"),
      "a\r\nb\nX\r\nc\r\nY\r\n",
    ],
    ["mixed and equally many", lines("a b"), "a\r\nb\n", lines("a b X"), "a\r\nb\nX\n"],
    ["a lone CR is no line end", "a\rb\nc\n", "a\rb\nC\n", "a\rb\nc\n", "a\rb\nC\n"],
    ["yours has no line end at all", "", "", crlf("a\n"), crlf("a\n")],
  ])("%s", (_name, base, own, now, text) => {
    expect(mergeText(base, own, now).text).toBe(text);
  });
});

describe("lines like markers", () => {
  it.each<readonly [string, string, number]>([
    ["a heading in Markdown", "=======", 8],
    ["a longer one", "==============", 15],
    ["an unfinished merge", "<<<<<<< HEAD", 8],
    ["a quotation", ">>>>>>>>> text", 10],
    ["a table", "||||||||||", 11],
    ["six are none", "======", 7],
    ["inside a line", "x =========", 7],
  ])("%s", (_name, line, markerSize) => {
    const merge = mergeText(`a\n${line}\n`, `X\n${line}\n`, `Y\n${line}\n`);
    expect(merge.markerSize).toBe(markerSize);
    expect(merge.conflicts).toEqual([[1, 7]]);
    expect(conflictLines(merge.text, markerSize)).toEqual([[1, 7]]);
    expect(hasMarkers(`a\n${line}\n`, markerSize)).toBe(false);
  });
});

describe("what is still open", () => {
  const { text } = mergeText(lines("a b c d e"), lines("a X c X e"), lines("a Y c Y e"));
  const without = (...numbers: readonly number[]): string =>
    text
      .split("\n")
      .filter((_line, index) => !numbers.includes(index + 1))
      .join("\n");

  it.each<readonly [string, string, string]>([
    ["both", text, "2-8 10-16"],
    ["CRLF", crlf(text), "2-8 10-16"],
    ["in the first line, behind a mark", BOM + without(1), "1-7 9-15"],
    ["a heading further down", `${text}Title\n=======\n`, "2-8 10-16"],
    ["one was decided", without(2, 4, 5, 6, 7, 8), "4-10"],
    ["without its opening", without(2), "3-7 9-15"],
    ["without its base", without(4), "2-7 9-15"],
    ["without its end", without(8), "2-6 9-15"],
    ["only an opening left", "<<<<<<< yours", "1-1"],
    ["only a base left", "a\n||||||| last generated\nb\n", "2-2"],
    ["only an end left", "a\n>>>>>>> template", "2-2"],
    ["a heading alone", "Title\n=======\n", ""],
    ["another label", "<<<<<<< HEAD\n=======\n>>>>>>> main\n", ""],
    ["another size", "<<<<<<<< yours\n======\n>>>>>> template\n", ""],
    ["in a line", "see <<<<<<< yours\n  >>>>>>> template\n", ""],
    ["nothing", "", ""],
  ])("%s", (_name, given, open) => {
    expect(
      conflictLines(given, 7)
        .map((range) => range.join("-"))
        .join(" "),
    ).toBe(open);
    expect(hasMarkers(given, 7)).toBe(open !== "");
  });
});

describe("git as the oracle", () => {
  it("merges 500 random cases in the same way", async () => {
    const { "same text": texts, "same conflicts": conflicts } = await compareWithGit(1, 500);
    expect(texts.length + conflicts.length).toBe(500);
  });
});

describe("laws", () => {
  const RUNS = { numRuns: 1000 };
  const line = fc.oneof(
    fc.constantFrom("a", "b", "c", "", "=======", "<<<<<<< yours", "\rx", "é🙂", "\u2028"),
    fc.string({ maxLength: 3 }),
  );
  const textOf = (end: fc.Arbitrary<string>) =>
    fc
      .tuple(
        fc.constantFrom("", BOM),
        fc.array(fc.tuple(line, end), { maxLength: 12 }),
        fc.boolean(),
      )
      .map(([mark, rows, isEnded]) => {
        const body = rows.map(([words, lineEnd]) => words + lineEnd).join("");
        return mark + (isEnded ? body : body.replace(/\r?\n$/u, ""));
      });
  const anyText = textOf(fc.constantFrom("\n", "\n", "\r\n"));
  const plain = (text: string): string => text.replace(BOM, "").replaceAll("\r\n", "\n");

  it("the template changed nothing: yours, byte for byte", () => {
    fc.assert(
      fc.property(anyText, anyText, (baseline, yours) => {
        expect(mergeText(baseline, yours, baseline).text).toBe(yours);
      }),
      RUNS,
    );
  });

  it("you changed nothing: the template's, with your line ends and mark", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.constantFrom("\n", "\r\n"), (first, second, end) => {
        const baseline = first.replaceAll(/\r?\n/gu, end);
        const merge = mergeText(baseline, baseline, second);
        const mark = baseline.startsWith(BOM) ? BOM : "";
        expect(plain(merge.text)).toBe(plain(second));
        if (baseline.includes("\n"))
          expect(merge.text).toBe(mark + plain(second).replaceAll("\n", end));
      }),
      RUNS,
    );
  });

  it("both wrote the same: just that", () => {
    fc.assert(
      fc.property(anyText, anyText, (baseline, both) => {
        expect(mergeText(baseline, both, both)).toMatchObject({ text: both, conflicts: [] });
      }),
      RUNS,
    );
  });

  it("no line of yours is lost, and conflicts stand where they are said to be", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (baseline, yours, template) => {
        const { text, conflicts, markerSize } = mergeText(baseline, yours, template);
        expect(keepsLines(plain(baseline), plain(yours), plain(text))).toBe(true);
        expect(conflictLines(text, markerSize)).toEqual(conflicts);
        expect(hasMarkers(text, markerSize)).toBe(conflicts.length > 0);
      }),
      RUNS,
    );
  });

  it("line ends change nothing else", () => {
    const plainText = textOf(fc.constant("\n")).map((text) => text.replaceAll("\r", ""));
    fc.assert(
      fc.property(plainText, plainText, plainText, (baseline, yours, template) => {
        fc.pre(yours.includes("\n"));
        const merge = mergeText(baseline, yours, template);
        expect(mergeText(baseline, crlf(yours), crlf(template))).toEqual({
          ...merge,
          text: crlf(merge.text),
        });
      }),
      RUNS,
    );
  });
});
