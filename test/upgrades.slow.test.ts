import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { link, runStep, type Stage, withSandbox } from "../src/commands/demo.js";
import { bareWorld } from "../src/commands/read-world.js";
import { changedAnswers, specified } from "../src/commands/open-project.js";
import { bytesOf } from "../src/core/files.js";
import { parseState, STATE_FILE } from "../src/core/state.js";
import { unpackBaseline } from "../src/io/state-file.js";
import { makeVersion, type TemplateChange } from "./support/other-version.js";
import { PROGRAM } from "./support/program.js";
import { frozenProjects } from "./upgrades/frozen.js";

/** What owners do to their projects. */
const EDITS: Readonly<Record<string, (project: string) => void>> = {
  "a section in the README": (project) =>
    change(project, "README.md", (text) => `${text}\n## How we run it\n\nOn the small machine.\n`),
  "a script and a dependency": (project) =>
    change(project, "package.json", (text) =>
      text.replace('"scripts": {', '"scripts": {\n    "mine": "node -e 0",'),
    ),
  "a file of their own": (project) =>
    fs.writeFileSync(
      path.join(project, "src/mine.ts"),
      'import { setupEntry } from "./init.js";\n\n/** Takes an account into use. */\nexport const start = setupEntry;\n',
    ),
  "a comment in a managed file": (project) =>
    change(project, "src/errors.ts", (text) => `${text}\n// Checked by us.\n`),
};

function change(project: string, file: string, edit: (text: string) => string): void {
  const name = path.join(project, file);
  fs.writeFileSync(name, edit(fs.readFileSync(name, "utf8")));
}

/** A template of the future: what every update has to carry along. */
const NEXT: TemplateChange = (templates) => {
  templates.replace(
    "base/package.json.hbs",
    '"scripts": {',
    '"scripts": {\n    "next": "node -e 1",',
  );
  for (const file of ["src/errors.ts", "src/init.ts", "src/storage/entries.ts"])
    templates.write(
      `base/${file}`,
      `// The next template.\n${fs.readFileSync(path.join(templates.folder, "base", file), "utf8")}`,
    );
};

const work = fs.mkdtempSync(path.join(os.tmpdir(), "upgrades-"));
afterAll(() => fs.removeSync(work));
let next: string;
beforeAll(() => {
  next = makeVersion(path.join(work, "next"), "99.0.0", NEXT);
});

describe.each(frozenProjects("typescript"))(
  "$name of version $version",
  ({ name, version, file }) => {
    const text = fs.readFileSync(file, "utf8");
    const { answers, baseline } = parseState(text);
    const project = path.join(work, version, name);
    const said = changedAnswers(answers, []);
    const { domain } = specified(said, bareWorld(said)).spec;
    const stage: Stage = {
      subject: {
        project,
        domain,
        tokensExpire: answers["tokensExpire"] !== false,
        dataFolder: path.join(work, version, `${name}-data`),
        environment: {
          [`${domain.toUpperCase()}_ENCRYPTION_KEY`]: randomBytes(32).toString("base64"),
        },
      },
      signal: new AbortController().signal,
      step: (_step, run) => run(),
    };
    const npm = (...words: readonly string[]) => runStep(stage, "npm", ...words);

    beforeAll(async () => {
      for (const [place, entry] of unpackBaseline(baseline))
        fs.outputFileSync(path.join(project, place), bytesOf(entry.content), {
          mode: entry.executable ? 0o777 : 0o666,
        });
      fs.writeFileSync(path.join(project, STATE_FILE), text);
      await npm("install", "--no-audit", "--no-fund", "--prefer-offline");
      await npm("run", "build");
    });

    it("is updated with its owner's edits, builds, passes, and its account is still linked", async () => {
      await withSandbox(stage, async (program) => {
        await link(stage);
        const before = await program("status", "--json");
        for (const edit of Object.values(EDITS)) edit(project);
        for (const generator of [PROGRAM, next]) {
          const words = [generator, "update", "--json"];
          const report = JSON.parse(
            execFileSync(process.execPath, words, { cwd: project, encoding: "utf8" }),
          );
          expect(report).toMatchObject({ exitCode: 0, conflicts: [] });
          expect(fs.readFileSync(path.join(project, "README.md"), "utf8")).toContain(
            "On the small machine",
          );
          expect(fs.readJsonSync(path.join(project, "package.json")).scripts.mine).toBe(
            "node -e 0",
          );
          await npm("install", "--no-audit", "--no-fund", "--prefer-offline");
          await npm("run", "build");
          expect(entriesOf(await program("status", "--json"))).toEqual(entriesOf(before));
          if (stage.subject.tokensExpire) await program("refresh");
          await program("call", "GET", "/me");
        }
        await program("unlink");
      });
      expect(fs.readJsonSync(path.join(project, "package.json")).scripts.next).toBe("node -e 1");
      for (const script of ["typecheck", "lint", "test"]) await npm("run", script);
    });
  },
);

/** Who is linked; when a token ends changes with each refresh. */
function entriesOf(status: string): readonly unknown[] {
  return status
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ entryId, title, uniqueId, state }) => ({ entryId, title, uniqueId, state }));
}
