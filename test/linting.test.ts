import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf } from "../src/core/files.js";
import { GOLDEN_CASES } from "./golden/cases.js";
import { specOf } from "./support/answers.js";
import { ROOT, renderSpec } from "./support/project.js";

// Here without an installation; test/golden.slow.test.ts runs `npm run lint`.
it.each(GOLDEN_CASES)(
  "its own linter and formatter find nothing in project $name",
  async ({ answers }) => {
    // Outside the repository: both skip what `.gitignore` names.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "linting-"));
    onTestFinished(() => fs.removeSync(folder));
    for (const [file, { content }] of await renderSpec(specOf(answers)))
      fs.outputFileSync(path.join(folder, file), bytesOf(content));
    for (const [tool = "", ...words] of [["oxlint"], ["oxfmt", "--check", "!openapi.json"]]) {
      const program = path.join(ROOT, "node_modules/.bin", tool);
      const { status, stdout } = spawnSync(program, words, { cwd: folder, encoding: "utf8" });
      expect(stdout).toMatch(/on \d{2,} files/u);
      expect(status, stdout).toBe(0);
    }
  },
);
