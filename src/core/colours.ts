/** What colours say: red is gone or wrong, green is new, yellow wants a look, cyan is a place. */
const CODES = { red: 31, green: 32, yellow: 33, cyan: 36 } as const;

type Colour = keyof typeof CODES;

/** A text in a colour of the terminal. */
export function painted(colour: Colour, text: string): string {
  return `\u001b[${CODES[colour]}m${text}\u001b[39m`;
}

/** The words of a result or a message that mean something: a conflict, a deletion, a note. */
export function paintedWords(text: string): string {
  return text
    .replaceAll(/(?<=^ +)conflict(?= )/gmu, (word) => painted("yellow", word))
    .replaceAll(/(?<=^ +)delete(?= )/gmu, (word) => painted("red", word))
    .replaceAll(/^(?:Note:|To resolve:|Outdated:)/gmu, (word) => painted("yellow", word));
}

/** A unified diff: what went, what came, and where. */
export function paintedPatch(patch: string): string {
  const colours: Readonly<Record<string, Colour>> = { "+": "green", "-": "red", "@": "cyan" };
  return patch.replaceAll(/^(?!\+\+\+ |--- )([-+@]).*$/gmu, (line, sign: string) =>
    painted(colours[sign] ?? "cyan", line),
  );
}
