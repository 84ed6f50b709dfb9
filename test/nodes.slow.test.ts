import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./support/project.js";
import { PLAIN } from "./support/answers.js";

/** The versions of Node that a generated project's own workflow names. A package of npm brings each binary. */
const VERSIONS = ["20.19.0", "22", "24", "26"];

const NODE = `node-${process.platform}-${process.arch}`;

const work = fs.mkdtempSync(path.join(os.tmpdir(), "nodes-"));
const project = path.join(work, "project");
afterAll(() => fs.removeSync(work));

const npm = (cwd: string, ...words: readonly string[]) =>
  execFileSync("npm", words, { cwd, encoding: "utf8", stdio: "pipe" });

beforeAll(() => {
  const words = [
    "--name",
    PLAIN.name,
    "--authorization-url",
    PLAIN.authorizationUrl,
    "--token-url",
    PLAIN.tokenUrl,
    "--no-git",
  ];
  execFileSync(
    process.execPath,
    [path.join(ROOT, "bin/create-oauth2-integration.js"), project, ...words],
    { stdio: "pipe" },
  );
  npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline");
});

describe.each(VERSIONS)("Node %s", (version) => {
  const folder = path.join(work, `node-${version}`);
  const node = path.join(folder, "node_modules", NODE, "bin/node");
  const run = (...words: readonly string[]) =>
    execFileSync(node, words, { cwd: project, encoding: "utf8", stdio: "pipe" });

  beforeAll(() => {
    fs.outputJsonSync(path.join(folder, "package.json"), { private: true });
    npm(folder, "install", "--no-audit", "--no-fund", "--no-save", `${NODE}@${version}`);
  });

  it("is the version", () => expect(run("--version")).toContain(`v${version}`));

  it("builds, lints and passes the tests of a project", () => {
    run("node_modules/typescript/bin/tsc");
    run("node_modules/oxlint/bin/oxlint");
    expect(run("node_modules/vitest/vitest.mjs", "run", "--dir", "test")).toMatch(
      /Tests .*passed/u,
    );
  });

  it("runs the generator", () => {
    const made = path.join(folder, "made");
    run(
      path.join(ROOT, "bin/create-oauth2-integration.js"),
      made,
      "--name",
      "X",
      "--authorization-url",
      PLAIN.authorizationUrl,
      "--token-url",
      PLAIN.tokenUrl,
      "--no-git",
    );
    expect(fs.readdirSync(made)).toContain("package.json");
  });

  it("takes what a run before it compiled, and goes without where that is damaged", () => {
    const help = () => run(path.join(ROOT, "bin/create-oauth2-integration.js"), "--help");
    const first = help();
    const cache = path.join(ROOT, "dist/compile-cache");
    const folders = fs.existsSync(cache) ? fs.readdirSync(cache) : [];
    const mine = folders.filter((name) => name.startsWith(run("--version").trim()));
    expect(mine).toHaveLength(version === "20.19.0" ? 0 : 1);
    for (const name of mine)
      for (const file of fs.readdirSync(path.join(cache, name)))
        fs.writeFileSync(path.join(cache, name, file), "damaged");
    expect(help()).toBe(first);
  });
});
