import fs from "node:fs";
import path from "node:path";

/** The folder with a `.git`, a folder or (in worktrees and submodules) a file, at or above this one. No git is run. */
export function repositoryAround(folder: string): string | undefined {
  let at = fs.realpathSync(folder);
  while (!fs.existsSync(path.join(at, ".git"))) {
    const above = path.dirname(at);
    if (above === at) return undefined;
    at = above;
  }
  return at;
}
