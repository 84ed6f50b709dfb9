import fs from "node:fs";
import path from "node:path";
import { foldersOver } from "./folders.js";

/** The folder with a `.git`, a folder or (in worktrees and submodules) a file, at or above this one. No git is run. */
export function repositoryAround(folder: string): string | undefined {
  const real = fs.realpathSync(folder);
  return [real, ...foldersOver(real)].find((one) => fs.existsSync(path.join(one, ".git")));
}
