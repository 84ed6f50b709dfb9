/**
 * Type-checks, lints and tests the base folder of the typescript set where it lies: renders its few templates beside themselves (git
 * ignores the results, and so does the build), with the answers of the plain golden project.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fs from "fs-extra";
import { readTemplates } from "./compile-templates.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const set = path.join(root, "templates/typescript");
const base = path.join(set, "base");
const project = path.join(root, "test/.work/check-base");
const bin = (/** @type {string} */ name) => path.join(root, "node_modules/.bin", name);

/**
 * @param {string} program
 * @param {readonly string[]} words
 */
function run(program, words, cwd = base) {
  execFileSync(program, words, { cwd, stdio: "inherit" });
}

fs.removeSync(project);
const answers = [
  "--name",
  "Acme Cloud",
  "--authorization-url",
  "https://auth.acme.com/oauth/authorize",
  "--token-url",
  "https://auth.acme.com/oauth/token",
  "--scopes",
  "profile devices:read",
];
run(process.execPath, [
  path.join(root, "bin/create-oauth2-integration.js"),
  project,
  ...answers,
  "--no-git",
  "--no-interactive",
]);
for (const { feature, isTemplate, target } of readTemplates(set)) {
  if (feature === "base" && isTemplate)
    fs.copySync(path.join(project, target), path.join(base, target));
}
fs.removeSync(project);
run(bin("tsc"), ["--noEmit"]);
run(bin("oxlint"), []);
run(bin("vitest"), ["run", "--root", base, "--dir", "test"]);
