import fs from "node:fs";
import { namesBelow } from "./folders.js";
import { run } from "./run.js";

/** Makes a repository of the project, without a commit, unless it lies inside one. */
export async function initialiseGit(
  target: string,
): Promise<"initialised" | "skipped" | "missing" | "failed"> {
  const inside = await run("git", ["rev-parse", "--is-inside-work-tree"], {
    cwd: target,
    timeout: 10_000,
  });
  if (inside.missing) return "missing";
  if (inside.ok && inside.stdout.trim() === "true") return "skipped";
  const { ok } = await run("git", ["init", "--quiet"], { cwd: target, timeout: 10_000 });
  return ok ? "initialised" : "failed";
}

/** What git says about files that are about to change. */
export type Uncommitted =
  | { readonly paths: readonly string[] }
  | { readonly failed: string }
  | "no-git";

/** Paths in one git command; for more of them it is asked about the whole folder. */
const MOST_PATHS = 500;

/**
 * Which of these files (relative to `folder`, inside the repository) have changes that are not committed, or are new to git (ignored ones
 * are not). git is run once, and neither touches the index nor starts a hook.
 */
export async function uncommitted(
  repository: string,
  folder: string,
  paths: readonly string[],
): Promise<Uncommitted> {
  // Before git runs: the folder may be another one after it.
  const above = namesBelow(repository, fs.realpathSync(folder));
  const asked = paths.length > MOST_PATHS ? ["."] : paths;
  const { ok, missing, stdout, stderr } = await run(
    "git",
    [...GIT_QUIETLY, "status", ...STATUS_OPTIONS, "--", ...asked],
    { cwd: folder, timeout: 60_000, environment: WITHOUT_OTHER_REPOSITORY },
  );
  if (missing) return "no-git";
  if (!ok) return { failed: stderr.trim() };
  const wanted = new Set(paths);
  const start = above.map((name) => `${name}/`).join("");
  const changed = stdout
    .split("\0")
    .map((line) => line.slice(3))
    .filter((file) => file.startsWith(start))
    .map((file) => file.slice(start.length));
  return { paths: changed.filter((file) => wanted.has(file)) };
}

/** Neither the index is written nor a program of the settings started. */
const GIT_QUIETLY = ["--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false"];
const STATUS_OPTIONS = [
  "--porcelain=v1",
  "-z",
  "--no-renames",
  "--untracked-files=all",
  "--ignore-submodules=all",
];

/** A hook that runs this program has these set, for another repository maybe. */
const WITHOUT_OTHER_REPOSITORY = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_PREFIX: undefined,
};
