import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  FLAGS,
  type Result,
  ROOT,
  runTool,
  type Sandbox,
  useSandboxes,
} from "../support/program.js";
import { reportOf } from "../support/report.js";

/** The packed program, installed by npm without a registry, and called the ways in which people call it. */

const sandbox = useSandboxes();

let box: Sandbox;
let installed: string;

beforeAll(async () => {
  box = sandbox();
  installed = path.join(box.work, "installed");
  fs.mkdirSync(installed);
  fs.writeFileSync(path.join(installed, "package.json"), '{"private":true}');
  const packed = await npm(ROOT, "pack", "--ignore-scripts", "--pack-destination", box.work);
  expect([packed.code, packed.stderr]).toEqual([0, expect.anything()]);
  const tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
  const done = await npm(installed, "install", "--no-audit", path.join(box.work, tarball));
  expect([done.code, done.stdout, done.stderr]).toEqual([0, expect.anything(), expect.anything()]);
});

function npm(cwd: string, ...words: readonly string[]): Promise<Result> {
  const env = {
    ...box.environment,
    npm_config_registry: "http://127.0.0.1:1",
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    npm_config_cache: path.join(box.work, "../cache"),
  };
  return runTool("npm", words, { cwd, env });
}

describe.each([
  ["npm create", ["create", "oauth2-integration"]],
  ["npm exec", ["exec", "create-oauth2-integration"]],
])("%s", (_how, call) => {
  it("with --: the flags reach us", async () => {
    const { code, stdout } = await npm(
      installed,
      "--silent",
      ...call,
      "--",
      ...FLAGS,
      "--json",
      "--dry-run",
    );
    expect([code, reportOf(stdout).dryRun]).toEqual([0, true]);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [FLAGS, ["--name", "--authorization-url", "--token-url"]],
    [
      ["--name=Acme Cloud", "--token-url=https://acme.test/t"],
      ["--name 'Acme Cloud'", "--token-url"],
    ],
    [["--no-git"], ["--no-git"]],
    [["--no-install"], ["--no-install"]],
    [["--no-interactive"], ["--no-interactive"]],
    [["some", "--answers", "answers.yaml"], ["some --answers answers.yaml"]],
  ])("without --: %j is refused, with the corrected command", async (flags, corrected) => {
    const before = fs.readdirSync(installed);
    const { code, stderr } = await npm(installed, ...call, ...flags);
    const command = stderr.split("\n").find((line) => line.startsWith("  npm create")) ?? "";
    expect(code).toBe(2);
    for (const words of corrected) expect(command).toContain(words);
    expect(fs.readdirSync(installed)).toEqual(before);
  });
});

it("installs alone: no dependency, and notices of what is bundled", () => {
  const modules = path.join(installed, "node_modules");
  expect(fs.readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual([
    "create-oauth2-integration",
  ]);
  const shipped = fs.readdirSync(path.join(modules, "create-oauth2-integration/dist"));
  expect(shipped).toContain("THIRD-PARTY-NOTICES.txt");
});
