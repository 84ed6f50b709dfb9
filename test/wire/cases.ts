import type { ServerOptions, WireAnswers } from "./declared.js";
import { coveringRows, fits, type Row } from "./covering.js";
import { ALONE, FACTORS, joined, type Level } from "./factors.js";

export const SEED = 20_261_123;

/** One answers document, the server that behaves as it says, and how its accounts are linked. */
export interface WireCase {
  readonly name: string;
  readonly answers: WireAnswers;
  readonly options: ServerOptions;
  readonly signIn: "browser" | "paste" | "device";
}

const BASE = {
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
  scopes: ["read", "write"],
} as const satisfies Partial<WireAnswers>;

/** Each value alone on top of plain answers. */
export function casesAlone(): readonly WireCase[] {
  const inFactors = FACTORS.flatMap(({ name, levels: [first, ...others] }) =>
    others.map((level) => caseOf(`${name}: ${level.name}`, [first, level])),
  );
  return [...inFactors, ...ALONE.map((level) => caseOf(level.name, [level]))];
}

/** The rows that hold every allowed pair of values. */
export function casesInPairs(
  rows: readonly Row[] = coveringRows(FACTORS, SEED, fits),
): readonly WireCase[] {
  return rows.map((row) => {
    const levels = FACTORS.flatMap(({ levels: all }, factor) => all[row[factor] ?? 0] ?? []);
    return caseOf(describeRow(row), levels);
  });
}

function caseOf(name: string, levels: readonly Level[]): WireCase {
  const parts = [
    ...levels.map(({ unlessSaid = {} }) => unlessSaid),
    ...levels.map(({ answers = {} }) => answers),
  ];
  const answers = withoutScopes({ name: "Wire", ...BASE, ...joined(parts) }, levels);
  const options = joined(levels.map(({ server = {} }) => server));
  return { name, answers, options, signIn: signInOf(answers, levels) };
}

/** The plain answers have scopes; where they are not said, none are. */
function withoutScopes({ scopes, ...rest }: WireAnswers, levels: readonly Level[]): WireAnswers {
  const bare = levels.some(({ is = [] }) => is.includes("bare scopes"));
  return bare || scopes === undefined ? rest : { ...rest, scopes };
}

/** An https address of the redirect can only be pasted. */
function signInOf({ redirect }: WireAnswers, levels: readonly Level[]): WireCase["signIn"] {
  const said = levels.find(({ signIn }) => signIn !== undefined)?.signIn;
  return said ?? (redirect?.url === undefined ? "browser" : "paste");
}

/** What a row is made of, without the first levels. */
function describeRow(row: Row): string {
  const words = FACTORS.flatMap(({ name, levels }, factor) => {
    const index = row[factor] ?? 0;
    return index === 0 ? [] : [`${name}: ${levels[index]?.name}`];
  });
  return words.join(" · ");
}
