import path from "node:path";
import fs from "fs-extra";

/** What a project of ours needs for its tests and its lint alone: half of all that it installs. */
const TOOLS = new Set(["oxfmt", "oxlint", "vitest"]);

/**
 * Takes the tests and their tools out of a project that nobody else has, into a folder, so that it is installed and built sooner.
 * Gives what puts them back.
 */
export function setTestsAside(project: string, folder: string): () => void {
  const tests = path.join(project, "test");
  const aside = path.join(folder, "test");
  const file = path.join(project, "package.json");
  const text = fs.readFileSync(file, "utf8");
  const manifest = JSON.parse(text) as { readonly devDependencies: Record<string, string> };
  const needed = Object.entries(manifest.devDependencies).filter(([name]) => !TOOLS.has(name));
  fs.writeJsonSync(file, { ...manifest, devDependencies: Object.fromEntries(needed) });
  fs.moveSync(tests, aside);
  return () => {
    fs.moveSync(aside, tests);
    fs.writeFileSync(file, text);
  };
}
