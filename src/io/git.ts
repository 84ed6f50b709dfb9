import fs from "node:fs";
import path from "node:path";
import { run } from "./run.js";

/** The name in git's settings, or `undefined`. */
export async function gitUserName(cwd: string): Promise<string | undefined> {
  const { ok, stdout } = await run("git", ["config", "--get", "user.name"], { cwd, timeout: 5000 });
  return ok && stdout.trim() !== "" ? stdout.trim() : undefined;
}

/** The https address of the `origin` remote, where the target itself is a repository's root. */
export async function gitOrigin(target: string): Promise<string | undefined> {
  if (!fs.existsSync(path.join(target, ".git"))) return undefined;
  const { ok, stdout } = await run("git", ["remote", "get-url", "origin"], {
    cwd: target,
    timeout: 5000,
  });
  return ok ? httpsAddress(stdout.trim()) : undefined;
}

/** `git@host:owner/name.git` and `ssh://git@host/owner/name.git` → `https://host/owner/name`. */
export function httpsAddress(remote: string): string | undefined {
  const ssh = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::\d+\/|[:/])(.+)$/u.exec(remote);
  const address = ssh ? `https://${ssh[1]}/${ssh[2]}` : remote;
  if (!URL.canParse(address) || new URL(address).protocol !== "https:") return undefined;
  const { host, pathname } = new URL(address);
  return `https://${host}${pathname.replace(/\/+$/u, "").replace(/\.git$/u, "")}`;
}

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
