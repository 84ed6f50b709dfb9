/** What all languages share: which letters stay readable in code, and how many columns they take. */

/** Letters that stay readable in code; everything else outside ASCII is escaped. Width 1, then width 2. */
const NARROW =
  /[\u00a1-\u00ac\u00ae-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u0481\u048a-\u052f]/u;
const WIDE = /[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fa5\uac00-\ud7a3]/u;

/** Whether a letter outside ASCII stays as it is. */
export function isReadable(letter: string): boolean {
  return NARROW.test(letter) || WIDE.test(letter);
}

/** The columns that a line of code takes: ideographs, kana and hangul count two. */
export function columns(line: string): number {
  let width = 0;
  for (const letter of line) width += WIDE.test(letter) ? 2 : 1;
  return width;
}

/** `\uXXXX` for a UTF-16 unit. */
export function unitEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** `\uXXXX` or `\UXXXXXXXX` for a code point, as Python writes it. */
export function codePointEscape(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : unitEscape(code);
}

/** The quote that needs fewer escapes in a text; double where both need as many. */
export function quoteFor(text: string): '"' | "'" {
  const doubles = text.split('"').length - 1;
  const singles = text.split("'").length - 1;
  return doubles > singles ? "'" : '"';
}
