import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { STATE_FILE } from "../../src/core/state.js";
import { makeVersion } from "../support/other-version.js";
import { ROOT, runTool, showsStack, useSandboxes } from "../support/program.js";
import { makeProject, type ProjectFolder } from "../support/project-folder.js";
import { snapshot } from "../support/snapshot.js";

/** The table of states in docs/updates.md is the table of these tests: a row without a test, and a test without a row, fail. */

const sandbox = useSandboxes();

const FILE = "src/api.ts";
/** The line that the newer template changes, and one far from it. */
const LINE = "export class ServiceClient {";
const OTHER_LINE = 'import { IntegrationError } from "./errors.js";';

let newer: string;
let sameTemplates: string;

beforeAll(() => {
  const { work } = sandbox();
  newer = makeVersion(path.join(work, "newer"), "0.2.0", (templates) => {
    templates.replace(`base/${FILE}`, LINE, `// The newer template.\n${LINE}`);
    templates.replace("base/package.json.hbs", '"scripts": {', '"private": false,\n  "scripts": {');
  });
  sameTemplates = makeVersion(path.join(work, "same"), "0.1.1");
});

async function git(folder: string, ...words: readonly string[]): Promise<void> {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
  expect((await runTool("git", [...identity, ...words], { cwd: folder })).code).toBe(0);
}

async function committed(project: ProjectFolder): Promise<void> {
  await git(project.folder, "init", "--quiet");
  await git(project.folder, "add", "--all");
  await git(project.folder, "commit", "--quiet", "--message", "Everything");
}

/** An open conflict in text: both changed the same line. */
async function conflict(project: ProjectFolder): Promise<ProjectFolder> {
  project.edit(FILE, LINE, `// Mine.\n${LINE}`);
  const updated = project.with(newer);
  expect((await updated.run("update")).code).toBe(3);
  return updated;
}

/** An open conflict in JSON. */
async function jsonConflict(project: ProjectFolder): Promise<ProjectFolder> {
  project.edit("package.json", '"scripts": {', '"private": true,\n  "scripts": {');
  const updated = project.with(newer);
  expect((await updated.run("update")).code).toBe(3);
  expect(JSON.parse(project.read("package.json")).private).toBe(true);
  return updated;
}

interface Prepared {
  readonly project: ProjectFolder;
  readonly flags?: readonly string[];
}

type Prepare = (project: ProjectFolder) => Prepared | Promise<Prepared>;

const STATES: Readonly<Record<string, Prepare>> = {
  "as generated, no newer template": (project) => ({ project }),
  "as generated, newer template": (project) => ({ project: project.with(newer) }),
  "as generated, newer version with the same templates": (project) => ({
    project: project.with(sameTemplates),
  }),
  "edited by hand, no newer template": (project) => {
    project.edit(FILE, LINE, `// Mine.\n${LINE}`);
    return { project };
  },
  "edited by hand, newer template, other lines": (project) => {
    project.edit(FILE, OTHER_LINE, `// Mine.\n${OTHER_LINE}`);
    return { project: project.with(newer) };
  },
  "edited by hand, newer template, the same lines": (project) => {
    project.edit(FILE, LINE, `// Mine.\n${LINE}`);
    return { project: project.with(newer) };
  },
  "open conflict, markers still there": async (project) => ({ project: await conflict(project) }),
  "open conflict, markers gone": async (project) => {
    const updated = await conflict(project);
    const lines = project.read(FILE).split("\n");
    project.write(
      FILE,
      lines.filter((line) => !/^(?:<{7}|\|{7}|={7}|>{7})/u.test(line)).join("\n"),
    );
    return { project: updated };
  },
  "open conflict in JSON, nothing decided": async (project) => ({
    project: await jsonConflict(project),
  }),
  "open conflict in JSON, another value there": async (project) => {
    const updated = await jsonConflict(project);
    project.edit("package.json", '"private": true', '"private": "later"');
    return { project: updated };
  },
  "open conflict, `--resolved`": async (project) => ({
    project: await jsonConflict(project),
    flags: ["--resolved", "package.json"],
  }),
  "deleted by hand, newer template": async (project) => {
    project.remove(FILE);
    project.remove("package.json");
    return { project: project.with(newer) };
  },
  "killed half-way": (project) => {
    // As a kill leaves it: the journal of a process that is gone, one file already replaced.
    const journal = path.join(project.folder, ".create-oauth2-integration.999999999");
    fs.mkdirSync(path.join(journal, "old"), { recursive: true });
    fs.mkdirSync(path.join(journal, "new"));
    fs.renameSync(path.join(project.folder, FILE), path.join(journal, "old/0"));
    fs.writeFileSync(
      path.join(journal, "journal.json"),
      JSON.stringify({
        steps: [{ path: FILE, replaces: true, sha256: "0" }],
        folders: [],
        emptied: [],
      }),
    );
    return { project: project.with(newer) };
  },
  "uncommitted changes in a file that would change": async (project) => {
    await committed(project);
    project.edit(FILE, OTHER_LINE, `// Mine.\n${OTHER_LINE}`);
    return { project: project.with(newer) };
  },
  "uncommitted changes elsewhere": async (project) => {
    await committed(project);
    project.edit("README.md", "#", "# Mine\n\n#");
    project.write("mine.txt", "mine\n");
    return { project: project.with(newer) };
  },
  "made by a newer version": async (project) => {
    expect((await project.with(newer).run("update")).code).toBe(0);
    return { project };
  },
  "state file missing": (project) => {
    project.remove(STATE_FILE);
    return { project };
  },
  "state file damaged": (project) => {
    project.edit(STATE_FILE, '"data": "', '"data": "AAAA');
    return { project };
  },
  "state file full of merge markers": (project) => {
    project.edit(STATE_FILE, '  "generator"', '<<<<<<< ours\n  "generator"');
    return { project };
  },
  "state file of another project": (project) => {
    for (const name of fs.readdirSync(project.folder))
      if (name !== STATE_FILE) project.remove(name);
    project.write("theirs.txt", "theirs\n");
    return { project };
  },
  "state file missing, `--adopt`": (project) => {
    const { answers } = project.state();
    project.remove(STATE_FILE);
    fs.writeFileSync(
      path.join(project.folder, "../answers.json"),
      JSON.stringify({ $schema: "x", ...(answers as object) }),
    );
    project.edit(FILE, OTHER_LINE, `// Mine.\n${OTHER_LINE}`);
    return { project, flags: ["--adopt", "--answers", "../answers.json"] };
  },
};

interface Row {
  readonly state: string;
  readonly cells: Readonly<Record<"update" | "check" | "diff", string>>;
}

const rows = readRows();

function readRows(): readonly Row[] {
  const page = fs.readFileSync(path.join(ROOT, "docs/updates.md"), "utf8");
  const lines = page.split("\n");
  const head = lines.findIndex((line) => line.startsWith("| state of the project"));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"));
  return lines.slice(head + 2, end).map((line) => {
    const [state = "", update = "", check = "", diff = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { state, cells: { update, check, diff } };
  });
}

const WORDS = { update: ["update"], check: ["update", "--check"], diff: ["diff"] } as const;

describe("the states of a project", () => {
  it("of the page and of these tests are the same", () => {
    expect(rows.map(({ state }) => state)).toEqual(Object.keys(STATES));
  });

  const cells = rows.flatMap(({ state, cells: byCommand }) =>
    Object.entries(byCommand).map(([command, cell]) => ({ state, command, cell })),
  );
  it.concurrent.each(cells.filter(({ cell }) => cell !== ""))(
    "$state: $command → $cell",
    async ({ state, command, cell }) => {
      const prepare = STATES[state] ?? (() => expect.fail("no such state"));
      const { project, flags = [] } = await prepare(await makeProject(sandbox()));
      const [, code, effect = ""] = /^exit (\d)(?:, (.+))?$/u.exec(cell) ?? [];
      const before = withoutGit(snapshot(project.folder));
      const result = await project.run(...WORDS[command as keyof typeof WORDS], ...flags);
      expect(result.code, result.stderr + result.stdout).toBe(Number(code));
      expect(showsStack(result)).toBe(false);
      if (result.code === 1 || result.code === 2) expect(result.stderr).not.toBe("");
      const after = withoutGit(snapshot(project.folder));
      const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (file) => before[file] !== after[file],
      );
      if (command === "diff") expect(result.stdout === "").toBe(effect !== "shows edits");
      // Whatever comes first puts in order what a kill left.
      const isPutBack = state === "killed half-way";
      const expected: Readonly<Record<string, (files: readonly string[]) => boolean>> = {
        "changes files": (files) => files.includes(STATE_FILE) && files.length > 1,
        "changes the state file only": (files) => String(files) === STATE_FILE,
      };
      const isAsExpected = expected[effect] ?? ((files) => isPutBack || files.length === 0);
      expect(isAsExpected(changed), String(changed)).toBe(true);
      expect(fs.readdirSync(project.folder).filter((name) => /\.\d+$/u.test(name))).toEqual([]);
    },
  );
});

function withoutGit(taken: ReturnType<typeof snapshot>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(taken ?? {}).filter(([file]) => file !== "" && !file.startsWith(".git/")),
  );
}
