import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** The name in git's settings, or `undefined`. */
export function gitUserName(cwd: string): string | undefined {
  return lineOfGit(cwd, "config", "--get", "user.name");
}

/** The https address of the `origin` remote, where the target itself is a repository's root. */
export function gitOrigin(target: string): string | undefined {
  if (!fs.existsSync(path.join(target, ".git"))) return undefined;
  const remote = lineOfGit(target, "remote", "get-url", "origin");
  return remote === undefined ? undefined : httpsAddress(remote);
}

/** `git@host:owner/name.git` and `ssh://git@host/owner/name.git` → `https://host/owner/name`. */
export function httpsAddress(remote: string): string | undefined {
  const ssh = /^(?:ssh:\/\/)?(?:[\w.-]+@)([\w.-]+)(?::\d+\/|[:/])(.+)$/u.exec(remote);
  const address = ssh ? `https://${ssh[1]}/${ssh[2]}` : remote;
  if (!URL.canParse(address) || new URL(address).protocol !== "https:") return undefined;
  const { host, pathname } = new URL(address);
  return `https://${host}${pathname.replace(/\/+$/u, "").replace(/\.git$/u, "")}`;
}

/** Nearly every creation asks git for such a line, which it gives at once: what runs other programs would take longer to load. */
function lineOfGit(cwd: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 5000,
    windowsHide: true,
  });
  const line = status === 0 ? stdout.trim() : "";
  return line === "" ? undefined : line;
}
