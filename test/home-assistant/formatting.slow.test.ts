import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import fs from "fs-extra";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf } from "../../src/core/files.js";
import { DEVICE_CLASSES } from "../../src/template-sets/home-assistant/device-classes.js";
import { refusedKeys, specOf } from "../support/answers.js";
import { answers, member, text } from "../support/arbitrary-answers.js";
import { renderSpec } from "../support/project.js";
import { pythonOf } from "./environments.js";

/** How many projects are written; answers that contradict each other are not among them. */
const CASES = 150;

const sensors = fc.uniqueArray(
  fc
    .record(
      {
        path: fc.integer({ min: 1, max: 120 }).map((length) => `/${"p".repeat(length)}`),
        field: member,
        name: text(40),
        deviceClass: fc.constantFrom(...Object.keys(DEVICE_CLASSES)),
      },
      { requiredKeys: ["path", "field", "name"] },
    )
    .map((sensor) => ({ ...sensor, unit: DEVICE_CLASSES[sensor.deviceClass ?? ""]?.[0] })),
  { maxLength: 4, selector: ({ name }) => name },
);

const more = fc.record(
  {
    repository: fc
      .integer({ min: 1, max: 39 })
      .map((length) => `https://github.com/${"o".repeat(length)}/acme`),
    sensors,
    pkce: fc.constantFrom("S256", "none"),
  },
  { requiredKeys: ["repository"] },
);

/** What Home Assistant has no place for, or another set alone. */
const FOREIGN = [
  "codeParam",
  "deviceAuthorizationUrl",
  "issuer",
  "keychain",
  "packageName",
  "redirect",
] as const;

const integrations = fc.tuple(answers, more).map(([common, own]) => {
  const said: Record<string, unknown> = { ...common, ...own, templateSet: "home-assistant" };
  for (const key of FOREIGN) delete said[key];
  const capture = common.capture?.map((one) => ({ ...one, from: "token" }));
  return { ...said, ...(capture && { capture }) };
});

it(`ruff finds nothing to change or to object to in ${CASES} projects from answers of any length`, async () => {
  // Outside the repository, whose `.gitignore` names folders that ruff would skip.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "formatting-"));
  onTestFinished(() => (process.env["KEEP"] ? undefined : fs.removeSync(folder)));
  const seed = Number(process.env["SEED"] ?? Date.now());
  let written = 0;
  for (const said of fc.sample(integrations, { seed, numRuns: CASES * 6 })) {
    if (written === CASES) break;
    if (refusedKeys(said).length > 0) continue;
    const tree = await renderSpec(specOf(said));
    for (const [file, { content }] of tree)
      if (/\.(?:py|toml)$/u.test(file))
        fs.outputFileSync(path.join(folder, String(written), file), bytesOf(content));
    written++;
  }
  expect(written).toBe(CASES);
  for (const words of [
    ["format", "--check", "--diff"],
    ["check", "--output-format", "concise"],
  ]) {
    const { status, stdout, stderr } = spawnSync(pythonOf("newest"), ["-m", "ruff", ...words], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
    expect(status, `seed ${seed}\n${(stdout + stderr).slice(0, 20_000)}`).toBe(0);
  }
});
