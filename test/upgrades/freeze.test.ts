import path from "node:path";
import fs from "fs-extra";
import { expect, it } from "vitest";
import { parseState, STATE_FILE } from "../../src/core/state.js";
import { readAnswers, saidByFile } from "../../src/core/answers.js";
import { unpackBaseline } from "../../src/io/state-file.js";
import { GOLDEN_CASES } from "../golden/cases.js";
import { HOME_ASSISTANT_CASES } from "../golden/home-assistant-cases.js";
import { ROOT, useSandboxes } from "../support/program.js";
import { frozenProjects } from "./frozen.js";

/** The answers that are frozen: together they choose most features. The name of the file, and the answers. */
const FROZEN = [
  ...GOLDEN_CASES.filter(({ name }) =>
    ["plain", "full", "tenants", "other-names", "pasted"].includes(name),
  ),
  ...HOME_ASSISTANT_CASES.filter(({ name }) =>
    ["plain", "full", "variables", "hooks"].includes(name),
  ).map(({ name, ...more }) => ({ name: `home-assistant-${name}`, ...more })),
];

const { version } = fs.readJsonSync(path.join(ROOT, "package.json"));
const folder = path.join(import.meta.dirname, version);
const sandbox = useSandboxes();

/** `npm run freeze`, before a release: keeps projects as this version makes them. What was frozen once is never made again. */
async function freeze(): Promise<void> {
  for (const { name, answers } of FROZEN) {
    if (fs.existsSync(path.join(folder, `${name}.json`))) continue;
    const { run, work } = sandbox();
    const file = path.join(work, "answers.json");
    fs.writeJsonSync(file, answers);
    const { code, stderr } = await run(["p", "--answers", file, "--no-git"]);
    expect(code, stderr).toBe(0);
    fs.copySync(path.join(work, "p", STATE_FILE), path.join(folder, `${name}.json`));
  }
}

if (process.env["FREEZE"]) it("freezes", freeze);

it.each(frozenProjects())("$name of version $version can be read", ({ file }) => {
  const { answers, baseline } = parseState(fs.readFileSync(file, "utf8"));
  expect(unpackBaseline(baseline).size).toBeGreaterThan(0);
  expect(readAnswers(saidByFile(answers, STATE_FILE)).problems).toEqual([]);
});
