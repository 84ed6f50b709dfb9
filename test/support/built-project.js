import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fs from "fs-extra";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The smallest answers: the plain project. */
const ANSWERS = [
  ["--name", "Acme Cloud"],
  ["--authorization-url", "https://auth.acme.com/authorize"],
  ["--token-url", "https://auth.acme.com/token"],
].flat();

/**
 * Generates the plain project with the built generator and compiles it, below the repository: its packages are found there.
 * @param {string} name of the folder
 * @returns {string} the project's folder
 */
export function buildPlainProject(name) {
  if (process.env.BUILT_PROJECT) return process.env.BUILT_PROJECT;
  const project = path.join(root, "test/.work", name);
  fs.removeSync(project);
  const program = path.join(root, "bin/create-oauth2-integration.js");
  const options = [...ANSWERS, "--no-git", "--no-interactive"];
  execFileSync(process.execPath, [program, project, ...options], { stdio: "pipe" });
  execFileSync(path.join(root, "node_modules/.bin/tsc"), { cwd: project, stdio: "inherit" });
  return project;
}
