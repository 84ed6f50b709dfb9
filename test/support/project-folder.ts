import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { STATE_FILE, type ProjectState } from "../../src/core/state.js";
import { unpackBaseline } from "../../src/io/state-file.js";
import { makeVersion, type TemplateFiles } from "./other-version.js";
import { FLAGS, type Result, runTool, type Sandbox } from "./program.js";
import { reportOf } from "./report.js";
import { snapshot, without } from "./snapshot.js";

/** A generated project in a sandbox, with what an owner does to it. */
export interface ProjectFolder {
  readonly folder: string;
  /** Runs a command of the program in the project. */
  readonly run: (...argv: readonly string[]) => Promise<Result>;
  /** The same with `--json`; stdout has to fit the schema. */
  readonly report: (...argv: readonly string[]) => Promise<ReturnType<typeof reportOf>>;
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string | Uint8Array) => void;
  /** Replaces text that the file holds. */
  readonly edit: (file: string, search: string, replacement: string) => void;
  readonly remove: (file: string) => void;
  readonly move: (from: string, to: string) => void;
  readonly exists: (file: string) => boolean;
  /** The same project, run by another version of the program. */
  readonly with: (program: string) => ProjectFolder;
  /** The state file, parsed. */
  readonly state: () => Readonly<Record<string, unknown>>;
  /** The text (or bytes) of every file that the state file remembers. */
  readonly baseline: () => Readonly<Record<string, string | Uint8Array>>;
}

/** Everything is said, so that no other program is asked. */
const SETTLED = ["--author", "Ada", "--repository", "https://example.test/acme/cloud", "--no-git"];

/** Generates a project; `flags` are more answers. */
export async function makeProject(
  box: Sandbox,
  flags: readonly string[] = [],
  program?: string,
): Promise<ProjectFolder> {
  const { code, stderr } = await box.run(
    ["p", ...FLAGS, ...SETTLED, ...flags],
    program === undefined ? {} : { program },
  );
  if (code !== 0) throw new Error(stderr);
  return openFolder(box, path.join(box.work, "p"), program);
}

/**
 * A project made by an older version (0.2.0), whose templates are `before` and nothing else; it is run by a newer one (0.3.0), whose
 * templates are `after`, and whose template set says that it `moved` files.
 */
export async function makeOutdated(
  box: Sandbox,
  before: TemplateFiles,
  after: TemplateFiles,
  {
    flags = [],
    moved = {},
  }: { readonly flags?: readonly string[]; readonly moved?: Readonly<Record<string, string>> } = {},
): Promise<ProjectFolder> {
  const older = versionOf(box, "0.2.0", before);
  const newer = versionOf(box, "0.3.0", after, moved);
  return (await makeProject(box, flags, older)).with(newer);
}

/** A version of the program whose templates are these files and nothing else. */
export function versionOf(
  box: Sandbox,
  version: string,
  files: TemplateFiles,
  moved: Readonly<Record<string, string>> = {},
): string {
  const folder = path.join(box.work, "..", `version-${version}`);
  return makeVersion(folder, version, (templates) => templates.only(files), moved);
}

/** A text of ten lines, some of them others: enough to be known again elsewhere. */
export function lines(changes: Readonly<Record<number, string>> = {}, name = "line"): string {
  const numbers = Array.from({ length: 10 }, (_none, index) => index + 1);
  return numbers
    .map((number) => `${changes[number] ?? `const ${name}${number} = ${number};`}\n`)
    .join("");
}

/** A line of yours, a line of the template, and both in one text. */
export const MINE = { 2: "// mine" };
export const TEMPLATE = { 9: "// template" };
export const BOTH = lines({ ...MINE, ...TEMPLATE });

export const BEFORE = { "src/a.ts": lines(), "src/b.ts": lines(), "c.md": lines() };
export const AFTER = { ...BEFORE, "src/a.ts": lines(TEMPLATE), "src/b.ts": lines(TEMPLATE) };

/** A project of three files, two of which a newer version changes. */
export function outdated(box: Sandbox): Promise<ProjectFolder> {
  return makeOutdated(box, BEFORE, AFTER);
}

/** The permissions of a file, in octal digits. */
export function modeOf({ folder }: ProjectFolder, file: string): string {
  return (fs.statSync(path.join(folder, file)).mode & 0o777).toString(8);
}

export function chmod({ folder }: ProjectFolder, file: string, mode: number): void {
  fs.chmodSync(path.join(folder, file), mode);
}

/** Runs git, and gives what it prints. */
export async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const settings = ["user.name=Ada", "user.email=ada@example.test", "protocol.file.allow=always"];
  const { code, stdout, stderr } = await runTool(
    "git",
    [...settings.flatMap((setting) => ["-c", setting]), ...words],
    { cwd: folder },
  );
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Makes a repository of a folder, with everything committed. */
export async function committed(folder: string): Promise<void> {
  await git(folder, "init", "--quiet");
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "Everything");
}

/** Runs a command that has to exit with 1, and to write nothing. Gives its error. */
export async function refused(project: ProjectFolder, ...argv: readonly string[]) {
  const before = snapshot(project.folder);
  const { code, stdout } = await project.run(...argv, "--json");
  expect(code).toBe(1);
  expect(snapshot(project.folder)).toEqual(before);
  const { error } = reportOf(stdout);
  if (error === undefined) throw new Error(stdout);
  return error;
}

/** What an update did, in a form that a test compares as a whole. */
export interface Updated {
  readonly code: number;
  /** Path → action and reason, with where it came from. */
  readonly files: Readonly<Record<string, string>>;
  readonly conflicts: readonly unknown[];
  /** Code and key of each notice. */
  readonly notices: readonly string[];
}

/** An outcome, where nothing is said: exit 0, and nothing else. */
export function outcome(expected: Partial<Updated>): Updated {
  return { code: 0, files: {}, conflicts: [], notices: [], ...expected };
}

/**
 * Updates a project, and holds every update to the promises: a dry run writes nothing and says the same as the real run; the state file
 * holds the conflicts; a second run writes nothing, and repeats exit 3 until somebody decides.
 */
export async function update(
  project: ProjectFolder,
  ...flags: readonly string[]
): Promise<Updated> {
  const taken = () => without(snapshot(project.folder), ".git");
  const before = taken();
  const dry = reportOf((await project.run("update", "--json", "--dry-run", ...flags)).stdout);
  expect(taken()).toEqual(before);
  const { code, stdout, stderr } = await project.run("update", "--json", ...flags);
  const report = reportOf(stdout);
  const after = taken();
  expect({ ...report, dryRun: true, written: false }, stderr).toEqual(dry);
  expect(code).toBe(report.exitCode);
  expect([0, 3], stdout).toContain(code);
  const { files = [], conflicts = [], notices = [] } = report;
  expect(code === 3).toBe(conflicts.length > 0);
  expect(report.written).toBe(JSON.stringify(after) !== JSON.stringify(before));
  expect(project.state()["generator"]).toBe(report.generator?.to);
  expect(project.state()["conflicts"]).toHaveLength(conflicts.length);

  const again = await project.run("update", "--allow-dirty", "--json");
  expect(again.code, again.stderr + again.stdout).toBe(code);
  expect(reportOf(again.stdout)).toMatchObject({ written: false, conflicts });
  expect(taken()).toEqual(after);
  return {
    code: report.exitCode,
    files: Object.fromEntries(
      files.map((file) => [
        file.path,
        `${file.action} ${file.reason}${file.from === undefined ? "" : ` from ${file.from}`}`,
      ]),
    ),
    conflicts,
    notices: notices.map((notice) => `${notice.code} ${notice.path ?? notice.key}`),
  };
}

/** A project that is there already. */
export function openFolder(box: Sandbox, folder: string, program?: string): ProjectFolder {
  const at = (file: string): string => path.join(folder, file);
  const read = (file: string): string => fs.readFileSync(at(file), "utf8");
  const write: ProjectFolder["write"] = (file, text) => {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true });
    fs.writeFileSync(at(file), text);
  };
  const run: ProjectFolder["run"] = (...argv) =>
    box.run(argv, { cwd: folder, ...(program !== undefined && { program }) });
  return {
    folder,
    run,
    report: async (...argv) => reportOf((await run(...argv, "--json")).stdout),
    read,
    write,
    edit: (file, search, replacement) => {
      const text = read(file);
      if (!text.includes(search)) throw new Error(`${file} does not hold: ${search}`);
      write(
        file,
        text.replace(search, () => replacement),
      );
    },
    remove: (file) => fs.rmSync(at(file), { recursive: true }),
    move: (from, to) => {
      fs.mkdirSync(path.dirname(at(to)), { recursive: true });
      fs.renameSync(at(from), at(to));
    },
    exists: (file) => fs.existsSync(at(file)),
    with: (other) => openFolder(box, folder, other),
    state: () => JSON.parse(read(STATE_FILE)),
    baseline: () => {
      const { baseline }: ProjectState = JSON.parse(read(STATE_FILE));
      const files = [...unpackBaseline(baseline)];
      return Object.fromEntries(files.map(([file, { content }]) => [file, content]));
    },
  };
}
