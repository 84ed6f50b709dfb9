import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { parse as parseJson, type ParseError } from "jsonc-parser";
import { beforeAll, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import type { Report } from "../src/core/report.js";
import { STATE_FILE } from "../src/core/state.js";
import { EDITS, handsOn } from "./corpus/edits.js";
import { RELEASES, released } from "./corpus/template-changes.js";
import { makeVersion } from "./support/other-version.js";
import { type Result, ROOT, runTool, type Sandbox, useSandboxes } from "./support/program.js";

/*
 * How often hand edits and template changes go together: every edit of the corpus with every release of it, merged by us and by
 * `git merge` (what `merge-tree` does without a working tree, renames included). "Builds" is: no marker is left, JSON and YAML can
 * be read, and the project's own `tsc` finds nothing.
 */

const ANSWERS = {
  name: "Acme Cloud",
  authorizationUrl: "https://auth.acme.com/oauth/authorize",
  tokenUrl: "https://auth.acme.com/oauth/token",
  revocationUrl: "https://auth.acme.com/oauth/revoke",
  apiBaseUrl: "https://api.acme.com/v1",
  scopes: ["profile", "devices:read"],
  account: { path: "/me", id: "id", name: "name" },
  hooks: true,
  repository: "https://github.com/acme/cloud",
  author: "Ada Lovelace",
  year: 2026,
};

/** How a merge ended. */
interface Merged {
  readonly clean: boolean;
  readonly builds: boolean;
  /** Where the conflicts are. */
  readonly places: readonly string[];
}

interface Pair {
  readonly edit: string;
  readonly release: string;
  readonly ours: Merged;
  readonly git: Merged;
  /** Lines of the edit that are nowhere in our result. */
  readonly lost: readonly string[];
}

const edits = Object.keys(EDITS);
const releases = Object.keys(RELEASES);
const newSandbox = useSandboxes();
let box: Sandbox;
let pairs: readonly Pair[];
/** Edits and releases that do not build by themselves: the corpus is wrong there. */
let broken: readonly string[];

beforeAll(async () => {
  box = newSandbox();
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(box.work, "node_modules"));
  const answers = path.join(box.work, "answers.json");
  fs.writeJsonSync(answers, ANSWERS);
  const generate = async (name: string, program?: string): Promise<string> => {
    const words = [name, "--answers", answers, "--no-interactive", "--no-git"];
    const { code, stderr } = await box.run(words, program === undefined ? {} : { program });
    expect(code, stderr).toBe(0);
    return path.join(box.work, name);
  };
  const baseline = await generate("baseline");
  const repository = await openRepository();
  const base = await repository.commit(baseline);
  const lines = linesOf(baseline);

  const edited = await inOrder(Object.entries(EDITS), async ([name, edit], index) => {
    const folder = path.join(box.work, `edit-${index}`);
    fs.copySync(baseline, folder);
    edit(handsOn(folder, ROOT));
    const commit = await repository.commit(folder, base);
    return { name, folder, commit, lines: linesOf(folder) };
  });
  const newer = await inOrder(Object.entries(RELEASES), async ([name, release], index) => {
    const place = path.join(box.work, `version-${index}`);
    const program = makeVersion(place, "9.0.0", released(release), release.moved);
    const folder = await generate(`release-${index}`, program);
    const commit = await repository.commit(folder, base);
    return { name, folder, program, commit, lines: linesOf(folder) };
  });
  const alone = await inTurn([...edited, ...newer], async ({ name, folder }) =>
    (await builds(folder)) ? [] : [name],
  );
  broken = alone.flat();

  const both = edited.flatMap((edit) => newer.map((release) => ({ edit, release })));
  pairs = await inTurn(both, async ({ edit, release }, index) => {
    const folder = path.join(box.work, `pair-${index}`);
    fs.copySync(edit.folder, folder);
    const ours = await update(folder, release.program);
    const lost = lostLines(lines, edit.lines, release.lines, linesOf(folder));
    const git = await repository.merge(edit.commit, release.commit, `${folder}-git`);
    for (const made of [folder, `${folder}-git`]) fs.removeSync(made);
    return { edit: edit.name, release: release.name, ours, git, lost };
  });
  const { stdout: version } = await runTool("git", ["--version"]);
  const day = new Date().toISOString().slice(0, 10);
  const about = `${day}, Node ${process.versions.node}, ${version.trim()}`;
  console.log([about, toTable(), toList()].join("\n\n"));
}, 1_200_000);

/** What `update` makes of a project with its owner's edits. */
async function update(folder: string, program: string): Promise<Merged> {
  const { code, stdout, stderr } = await box.run(["update", folder, "--json"], { program });
  if (code !== 0 && code !== 3) throw new Error(`${folder}: ${code} ${stdout}${stderr}`);
  const { conflicts = [] } = JSON.parse(stdout) as Report;
  expect(conflicts.length > 0).toBe(code === 3);
  const places = [...new Set(conflicts.map((conflict) => `${conflict.path} (${conflict.kind})`))];
  return { clean: code === 0, builds: code === 0 && (await builds(folder)), places };
}

/** What an edit added and the result does not hold. Indentation, line ends and commas after members of JSON do not count. */
function lostLines(...sides: readonly [base: Lines, edit: Lines, release: Lines, result: Lines]) {
  return [...sides[1].keys()].filter((line) => {
    const [base = 0, edit = 0, release = 0, result = 0] = sides.map((side) => side.get(line) ?? 0);
    return edit > base && result < edit - Math.max(0, base - release);
  });
}

/** How often each line stands in a project. */
type Lines = ReadonlyMap<string, number>;

function linesOf(folder: string): Lines {
  const lines = new Map<string, number>();
  for (const [name, text] of textsIn(folder)) {
    if (name === STATE_FILE) continue;
    for (const line of text.split("\n")) {
      const bare = line.trim().replace(/,$/u, "");
      lines.set(bare, (lines.get(bare) ?? 0) + 1);
    }
  }
  return lines;
}

/** The files of a project by their paths, in order. */
function textsIn(folder: string): ReadonlyMap<string, string> {
  const found = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((file) => file.isFile());
  const paths = files.map((file) => path.join(file.parentPath, file.name)).toSorted();
  return new Map(
    paths.map((file) => [path.relative(folder, file), fs.readFileSync(file, "utf8")] as const),
  );
}

/* ---- git ---- */

interface Repository {
  /** Commits a folder as it is, without the state file. */
  readonly commit: (folder: string, parent?: string) => Promise<string>;
  /** Merges two commits into a folder. */
  readonly merge: (ours: string, theirs: string, folder: string) => Promise<Merged>;
}

async function openRepository(): Promise<Repository> {
  const repository = path.join(box.work, "repository");
  const person = { NAME: "Ada", EMAIL: "ada@example.test", DATE: "2026-01-01T00:00:00Z" };
  const identity = Object.entries(person).flatMap(([key, value]) =>
    ["AUTHOR", "COMMITTER"].map((role) => [`GIT_${role}_${key}`, value]),
  );
  const run = (folder: string, ...words: readonly string[]): Promise<Result> =>
    runTool("git", words, {
      cwd: folder,
      env: {
        ...box.environment,
        ...Object.fromEntries(identity),
        GIT_DIR: repository,
        GIT_WORK_TREE: folder,
        GIT_INDEX_FILE: `${folder}.index`,
      },
    });
  const git = async (folder: string, ...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(folder, ...words);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };
  fs.mkdirSync(repository);
  await runTool("git", ["init", "--quiet", "--bare", repository], { env: box.environment });
  fs.writeFileSync(path.join(repository, "info/exclude"), `${STATE_FILE}\n`);
  return {
    commit: async (folder, parent) => {
      await git(folder, "add", "--all");
      const tree = await git(folder, "write-tree");
      const parents = parent === undefined ? [] : ["-p", parent];
      return git(folder, "commit-tree", tree, ...parents, "-m", path.basename(folder));
    },
    merge: async (ours, theirs, folder) => {
      fs.mkdirSync(folder);
      const words = ["merge-tree", "--write-tree", "--name-only", ours, theirs];
      const { code, stdout, stderr } = await run(folder, ...words);
      if (code !== 0 && code !== 1) throw new Error(stderr);
      const [tree = "", ...rest] = stdout.split("\n");
      const places = code === 0 ? [] : rest.slice(0, rest.indexOf(""));
      if (code === 0) {
        await git(folder, "read-tree", tree);
        await git(folder, "checkout-index", "--all");
      }
      return { clean: code === 0, builds: code === 0 && (await builds(folder)), places };
    },
  };
}

/* ---- whether a project builds ---- */

/** By what a compiler sees: most merges of the corpus differ in nothing that one reads. */
const compiled = new Map<string, Promise<boolean>>();

async function builds(folder: string): Promise<boolean> {
  const texts = textsIn(folder);
  if (![...texts].every(([name, text]) => isReadable(name, text))) return false;
  const hash = createHash("sha256");
  hash.update(String(parseJson(texts.get("package.json") ?? "").type));
  for (const [name, text] of texts)
    if (name.endsWith(".ts") || name === "tsconfig.json")
      hash.update(`\0${name}\0${text.replaceAll("\r\n", "\n")}`);
  const key = hash.digest("hex");
  const known = compiled.get(key) ?? compile(folder);
  compiled.set(key, known);
  return known;
}

async function compile(folder: string): Promise<boolean> {
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const { code } = await runTool(process.execPath, [compiler, "--noEmit"], { cwd: folder });
  return code === 0;
}

function isReadable(name: string, text: string): boolean {
  if (/^(?:<{7,}|>{7,}) /m.test(text)) return false;
  if (name.endsWith(".json")) {
    const errors: ParseError[] = [];
    parseJson(text, errors, { disallowComments: name === "package.json" });
    return errors.length === 0;
  }
  if (!name.endsWith(".yml")) return true;
  try {
    return parseYaml(text) !== undefined;
  } catch {
    return false;
  }
}

/* ---- many at once ---- */

/** One after the other. */
async function inOrder<In, Out>(
  items: readonly In[],
  run: (item: In, index: number) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  for (const [index, item] of items.entries()) results.push(await run(item, index));
  return results;
}

/** As many at a time as there are processors. */
async function inTurn<In, Out>(
  items: readonly In[],
  run: (item: In, index: number) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
  return results;
}

/* ---- the figures ---- */

type Verdict = (pair: Pair) => boolean;

const VERDICTS: Readonly<Record<string, Verdict>> = {
  pairs: () => true,
  "ours clean": ({ ours }) => ours.clean,
  "ours clean, builds": ({ ours }) => ours.builds,
  "git clean": ({ git }) => git.clean,
  "git clean, builds": ({ git }) => git.builds,
};

function count(verdict: string, release?: string): number {
  const among = pairs.filter((pair) => release === undefined || pair.release === release);
  return among.filter(VERDICTS[verdict] ?? (() => false)).length;
}

/** The table of docs/benchmarks.md. */
function toTable(): string {
  const head = ["release", ...Object.keys(VERDICTS)];
  const rows = releases.map((release) => [
    release,
    ...Object.keys(VERDICTS).map((verdict) => String(count(verdict, release))),
  ]);
  const sum = Object.keys(VERDICTS).map((verdict) => String(count(verdict)));
  const share = sum.map((text) => `${((100 * Number(text)) / pairs.length).toFixed(1)} %`);
  const lines = [head, ...rows, ["all", ...sum], ["share", ...share]];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [toLine(head), rule, ...lines.slice(1).map(toLine)].join("\n");
}

/** The pairs that do not go together, ours or git's. */
function toList(): string {
  const told = (who: string, { clean, builds: isBuilt, places }: Merged): string => {
    if (!clean) return `${who}: ${places.join(", ")}`;
    return isBuilt ? `${who}: fine` : `${who}: does not build`;
  };
  return pairs
    .filter(({ ours, git }) => !ours.builds || !git.builds)
    .map(({ edit, release, ours, git }) =>
      [`${release} × ${edit}`, told("ours", ours), told("git", git)].join("\n    "),
    )
    .join("\n");
}

it("is of things that build by themselves", () => {
  expect(edits.length).toBeGreaterThanOrEqual(34);
  expect(releases.length).toBeGreaterThanOrEqual(6);
  expect(broken).toEqual([]);
});

it("merges nine pairs of ten, and they build", () => {
  expect(count("ours clean, builds") / pairs.length).toBeGreaterThanOrEqual(0.9);
});

it.each(["clean", "clean, builds"])("never gives fewer than git that are %s", (verdict) => {
  for (const release of [undefined, ...releases])
    expect(count(`ours ${verdict}`, release), release).toBeGreaterThanOrEqual(
      count(`git ${verdict}`, release),
    );
});

it("loses no line of an edit", () => {
  const lost = pairs.flatMap(({ edit, release, lost: lines }) =>
    lines.map((line) => `${release} × ${edit}: ${line}`),
  );
  expect(lost).toEqual([]);
});

it("has no conflict where git has none", () => {
  const worse = pairs.filter(({ ours, git }) => git.clean && !ours.clean);
  expect(worse.map(({ edit, release }) => `${release} × ${edit}`)).toEqual([]);
});
