import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { PROGRAM, ROOT } from "../support/program.js";
import type { WireAnswers } from "../wire/declared.js";

/** Everything that is written by these tests, one folder for each. */
const WORK = path.join(ROOT, "test/.work/home-assistant");

export function emptyFolder(name: string): string {
  const folder = path.join(WORK, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/** Generates an integration with the built program, and copies it as its README says to. */
export function install(answers: WireAnswers, configuration: string): void {
  const { domain = "" } = answers;
  const folder = emptyFolder(domain);
  const file = path.join(folder, "answers.json");
  const said = {
    templateSet: "home-assistant",
    repository: `https://github.com/ada/${domain}`,
    author: "Ada Lovelace",
    year: 2026,
    ...answers,
  };
  fs.writeFileSync(file, JSON.stringify(said));
  const project = path.join(folder, "project");
  const words = [PROGRAM, project, "--answers", file, "--no-git", "--no-interactive"];
  execFileSync(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  fs.cpSync(
    path.join(project, "custom_components", domain),
    path.join(configuration, "custom_components", domain),
    { recursive: true },
  );
}
