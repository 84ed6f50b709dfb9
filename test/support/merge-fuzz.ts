import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text as textOfStream } from "node:stream/consumers";
import { mergeText, type TextMerge } from "../../src/core/merge/merge-text.js";

/** Three versions of a text. */
export interface MergeCase {
  readonly baseline: string;
  readonly yours: string;
  readonly template: string;
}

/** How a merge of ours compares with git's. */
export const VERDICTS = [
  "same text",
  "same conflicts",
  // Both sides have the same lines at a place, by other steps: git writes a conflict with nothing in it, we write none.
  "empty conflict in git",
  "other conflicts",
  "clean here only",
  "clean in git only",
  "other text",
  "line of yours lost",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The numbers of the cases with each verdict. */
export type Tally = Readonly<Record<Verdict, readonly number[]>>;

type Random = (below: number) => number;

/** Whole numbers from 0 up to `below`, the same for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const letters = (count: number): readonly string[] => [..."abcdefghij"].slice(0, count);

const CODE = [
  "",
  "}",
  "  }",
  "  });",
  "  return result;",
  "    if (!answer.ok) throw new LinkError(answer.status);",
  "  const answer = await send(request);",
  "export async function refresh(account: Account): Promise<Token> {",
  "export function authorizationUrl(settings: Settings): URL {",
  '  url.searchParams.set("scope", settings.scopes.join(" "));',
  'import { settings } from "./settings.js";',
  "  /** Sent with every request. */",
] as const;
const MARKDOWN = [
  "",
  "# Acme",
  "Text.",
  "=======",
  "- item",
  "<<<<<<< yours",
  "|||||||| x",
] as const;

const pick = <Item>(random: Random, items: readonly Item[]): Item => {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
};

const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_none, index) => make(index));

/** Many lines that occur once or twice, and some that occur everywhere. */
const WIDE = [
  ...many(1500, (index) => `  line(${index});`),
  ...many(500, (index) => ["", "  }", "}"][index % 3] ?? ""),
];

/** What edits are made of. */
interface Edits {
  readonly random: Random;
  readonly alphabet: readonly string[];
  readonly blocks: readonly (readonly string[])[];
  /** The most lines that one edit takes away or puts in. */
  readonly stretch: number;
}

/**
 * Case `index` of a run: some blocks of few different lines, repeated; both sides edit lines and blocks, sometimes in the same
 * way. One of some hundred is long, with so many edits that a search ends before it found the shortest way.
 */
export function mergeCase(seed: number, index: number): MergeCase {
  const random = randomFrom(Math.imul(seed, 0x9e_37_79_b1) + index);
  const isLong = random(300) === 0;
  const alphabets = [letters(3), letters(6), letters(10), CODE, CODE, MARKDOWN];
  const alphabet = pick(random, isLong ? [...alphabets, WIDE, WIDE, WIDE, WIDE] : alphabets);
  const block = () => many(1 + random(alphabet === WIDE ? 200 : 6), () => pick(random, alphabet));
  const blocks = many(1 + random(alphabet === WIDE ? 40 : 4), block);
  const baseline = many(random(isLong ? 800 : 8), () => pick(random, blocks))
    .flat()
    .slice(0, 4000);
  const edits = { random, alphabet, blocks, stretch: isLong ? pick(random, [5, 50, 500]) : 5 };
  const most = isLong ? pick(random, [3, 30, 400]) : 4;
  const common = random(4) === 0 ? edited(baseline, 1 + random(2), edits) : baseline;
  const side = () => textOf(edited(common, random(most + 1), edits), random);
  return { baseline: textOf(baseline, random), yours: side(), template: side() };
}

function textOf(lines: readonly string[], random: Random): string {
  const isEnded = random(8) > 0;
  return lines.join("\n") + (isEnded && lines.length > 0 ? "\n" : "");
}

function edited(lines: readonly string[], count: number, edits: Edits): readonly string[] {
  const result = [...lines];
  for (let edit = 0; edit < count; edit++) editOnce(result, edits);
  return result;
}

function editOnce(lines: string[], { random, alphabet, blocks, stretch }: Edits): void {
  const at = random(lines.length + 1);
  const length = random(stretch);
  const line = () => (random(3) === 0 ? `new ${random(1000)}` : pick(random, alphabet));
  switch (random(6)) {
    case 0:
      lines.splice(at, 0, line());
      break;
    case 1:
      lines.splice(at, 1, line());
      break;
    case 2:
      lines.splice(at, length);
      break;
    case 3:
      lines.splice(at, 0, ...pick(random, blocks));
      break;
    case 4:
      lines.splice(at, length, ...many(random(stretch), line));
      break;
    default:
      lines.splice(random(lines.length + 1), 0, ...lines.splice(at, length));
  }
}

/** A case and what we made of it. */
interface MergedCase extends MergeCase {
  readonly merge: TextMerge;
}

/** What git makes of a case. */
interface GitMerge {
  readonly text: string;
  readonly isClean: boolean;
}

/** 10,000 lines, 50 of them different, in blocks; both sides replaced, added and dropped lines all over. */
export function repetitiveCase(): MergeCase {
  const random = randomFrom(1);
  const alphabet = many(50, (index) => `  field${index}: value,`);
  const blocks = many(20, () => many(5 + random(10), () => pick(random, alphabet)));
  const baseline = many(2000, () => pick(random, blocks))
    .flat()
    .slice(0, 10_000);
  const edits = { random, alphabet, blocks, stretch: 5 };
  const side = () => `${edited(baseline, 100, edits).join("\n")}\n`;
  return { baseline: `${baseline.join("\n")}\n`, yours: side(), template: side() };
}

/** A source file in which you changed every fiftieth line and the template every seventieth. */
export function sourceCase(source: string): MergeCase {
  const lines = source.split("\n");
  const changed = (every: number, change: (line: string) => string) =>
    lines.map((line, index) => (index % every === every - 1 ? change(line) : line)).join("\n");
  return {
    baseline: source,
    yours: changed(50, (line) => `${line} // mine`),
    template: changed(70, (line) => `${line}\n// added`),
  };
}

/** How long some merges of a case take, in milliseconds of the processor, fastest first: other work on the machine does not count. */
export function timesOf({ baseline, yours, template }: MergeCase, runs: number): readonly number[] {
  const times = many(runs, () => {
    const start = process.cpuUsage();
    mergeText(baseline, yours, template);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.toSorted((a, b) => a - b);
}

/** A shell starts git faster than this process can. One line in: number, marker size; one line out: number, exit status. */
const SCRIPT = `while read -r n size; do
  git merge-file -p --zdiff3 --marker-size="$size" -L yours -L "last generated" -L template \
    "$n.yours" "$n.baseline" "$n.template" > "$n.merged"
  echo "$n $?"
done`;

const SHELLS = 2;

/** Merges cases with git, with the markers that we use, in a folder for temporary files. */
async function gitMerges(cases: readonly MergedCase[]): Promise<readonly GitMerge[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "merge-fuzz-"));
  try {
    for (const [index, one] of cases.entries())
      for (const side of ["baseline", "yours", "template"] as const)
        writeFileSync(path.join(folder, `${index}.${side}`), one[side]);
    const rows = cases.map(({ merge }, index) => `${index} ${merge.markerSize}\n`);
    const shares = many(SHELLS, (shell) => rows.filter((_row, index) => index % SHELLS === shell));
    const answers = await Promise.all(shares.map((share) => shellAnswer(folder, share.join(""))));
    const statuses = new Map(answers.flatMap((answer) => statusRows(answer)));
    return cases.map((_one, index) => {
      // The exit status is the number of conflicts, at most 127.
      const status = statuses.get(index) ?? 255;
      if (status > 127) throw new Error(`git merge-file ended with ${status}.`);
      const merged = readFileSync(path.join(folder, `${index}.merged`), "utf8");
      return { text: merged, isClean: status === 0 };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function statusRows(answer: string): readonly (readonly [index: number, status: number])[] {
  return Array.from(answer.matchAll(/^(\d+) (\d+)$/gmu), ([, index, status]) => [
    Number(index),
    Number(status),
  ]);
}

async function shellAnswer(folder: string, input: string): Promise<string> {
  const shell = spawn("sh", ["-c", SCRIPT], {
    cwd: folder,
    env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  shell.stdin.end(input);
  const [answer] = await Promise.all([textOfStream(shell.stdout), once(shell, "close")]);
  return answer;
}

const BATCH = 1000;

/** Merges `count` cases here and with git, and compares. */
export async function compareWithGit(seed: number, count: number): Promise<Tally> {
  const verdicts: Verdict[] = [];
  while (verdicts.length < count) {
    const first = verdicts.length;
    const cases = many(Math.min(BATCH, count - first), (n) => {
      const versions = mergeCase(seed, first + n);
      const { baseline, yours, template } = versions;
      return { ...versions, merge: mergeText(baseline, yours, template) };
    });
    const theirs = await gitMerges(cases);
    for (const [n, git] of theirs.entries()) {
      const one = cases[n];
      if (one) verdicts.push(verdictOf(one, git));
    }
  }
  return tallyOf(verdicts);
}

/** The three texts of a case, and both results. */
export async function explainCase(
  seed: number,
  index: number,
): Promise<Readonly<Record<string, string>>> {
  const versions = mergeCase(seed, index);
  const merge = mergeText(versions.baseline, versions.yours, versions.template);
  const [git] = await gitMerges([{ ...versions, merge }]);
  return { ...versions, ours: merge.text, git: git?.text ?? "" };
}

function verdictOf({ baseline, yours, merge }: MergedCase, git: GitMerge): Verdict {
  if (!keepsLines(baseline, yours, merge.text)) return "line of yours lost";
  const isClean = merge.conflicts.length === 0;
  if (merge.text === git.text) return isClean ? "same text" : "same conflicts";
  if (merge.text === withoutEmptyConflicts(git.text, merge.markerSize))
    return "empty conflict in git";
  if (isClean) return git.isClean ? "other text" : "clean here only";
  return git.isClean ? "clean in git only" : "other conflicts";
}

/** Whether every line that you added is in the result, as often as you did. */
export function keepsLines(baseline: string, yours: string, merged: string): boolean {
  const counts = new Map<string, number>();
  const count = (text: string, step: number) => {
    for (const line of text.split("\n")) counts.set(line, (counts.get(line) ?? 0) + step);
  };
  count(yours, 1);
  count(baseline, -1);
  for (const [line, added] of counts) if (added <= 0) counts.delete(line);
  for (const line of merged.split("\n")) {
    const added = counts.get(line);
    if (added !== undefined) counts.set(line, added - 1);
  }
  return [...counts.values()].every((missing) => missing <= 0);
}

/** The text without conflicts in which neither side has a line. */
function withoutEmptyConflicts(text: string, markerSize: number): string {
  const [opening, ancestor, middle, closing] = ["<", "\\|", "=", ">"].map(
    (character) => `${character}{${markerSize}}`,
  );
  const before = `^${opening} yours\\n${ancestor} last generated\\n(?:(?!${middle}$)[^\\n]*\\n)*`;
  return text.replaceAll(new RegExp(`${before}${middle}\\n${closing} template\\n`, "gmu"), "");
}

function tallyOf(verdicts: readonly Verdict[]): Tally {
  const casesWith = (verdict: Verdict): readonly number[] =>
    verdicts.flatMap((one, index) => (one === verdict ? [index] : []));
  return {
    "same text": casesWith("same text"),
    "same conflicts": casesWith("same conflicts"),
    "empty conflict in git": casesWith("empty conflict in git"),
    "other conflicts": casesWith("other conflicts"),
    "clean here only": casesWith("clean here only"),
    "clean in git only": casesWith("clean in git only"),
    "other text": casesWith("other text"),
    "line of yours lost": casesWith("line of yours lost"),
  };
}
