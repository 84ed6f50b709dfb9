import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { KnownProvider } from "../../src/core/known-provider.js";
import { PROVIDERS, providerOf } from "../support/known-providers.js";
import { makeVersion } from "../support/other-version.js";
import { useSandboxes } from "../support/program.js";
import { reportOf } from "../support/report.js";

const sandbox = useSandboxes();

describe.concurrent("providers", () => {
  it("lists all, in words and as JSON", async () => {
    const { run } = sandbox();
    const { code, stdout } = await run(["providers"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^github +GitHub$/mu);
    expect(stdout).toMatch(/^gitbook +GitBook \(unverified\)$/mu);
    expect(stdout).toContain(`${PROVIDERS.length} of ${PROVIDERS.length} known providers`);
    const { providers = [] } = reportOf((await run(["providers", "--json"])).stdout);
    expect(providers).toEqual(
      PROVIDERS.map(({ id, name, verified, answers: { docsUrl } }) => ({
        id,
        name,
        ...(docsUrl && { docsUrl }),
        verified,
      })),
    );
  });

  it.each([
    [["git"], ["digitalocean", "gitbook", "gitea", "github", "gitlab"]],
    [["LOGIN", "amazon"], ["amazon"]],
    [["quickbooks"], ["quickbooks"]],
  ])("%j finds %j, by id and by name", async (words, ids) => {
    const { stdout } = await sandbox().run(["providers", ...words, "--json"]);
    expect(reportOf(stdout).providers?.map(({ id }) => id)).toEqual(ids);
  });

  it.each([["githb"], ["show", "githb"]])(
    "%s %s: the three nearest names, exit 1",
    async (...words) => {
      const { code, stdout } = await sandbox().run(["providers", ...words, "--json"]);
      const { error } = reportOf(stdout);
      expect([code, error?.code]).toEqual([1, "unknown-provider"]);
      expect(error?.message).toContain("github, gitea, gitlab");
    },
  );

  it.each([["show"], ["show", "github", "gitlab"]])("%s %s is usage", async (...words) => {
    const { code, stdout } = await sandbox().run(["providers", ...words, "--json"]);
    expect([code, reportOf(stdout).error?.code]).toEqual([2, "invalid-usage"]);
  });
});

describe.concurrent("providers show", () => {
  it("tells each value with the page that it was read on", async () => {
    const { run } = sandbox();
    const { stdout } = await run(["providers", "show", "github"]);
    const { answers, sources, pages } = providerOf("github");
    expect(stdout).toContain(
      `  tokenUrl: ${answers.tokenUrl}\n    ${pages[sources["tokenUrl"] ?? ""]?.url} (read 2026-11-28)\n`,
    );
    expect(stdout).toContain("read and write all repositories");
    expect(stdout).not.toContain("unverified");
    const { provider } = reportOf((await run(["providers", "show", "github", "--json"])).stdout);
    expect(provider).toMatchObject({ id: "github", name: "GitHub", verified: true, answers });
    expect(Object.keys(provider?.sources ?? {})).toEqual(Object.keys(sources));
  });

  it("says who is unverified, and names the list", async () => {
    const { stdout } = await sandbox().run(["providers", "show", "fitbit"]);
    expect(stdout).toMatch(/^Fitbit \(fitbit\), unverified/u);
    expect(stdout).toMatch(/grant@\d+\.\d+\.\d+\//u);
  });

  it("tells what comes as hooks and what there is not, with reasons and pages", async () => {
    const { run } = sandbox();
    const { stdout } = await run(["providers", "show", "stripe"]);
    for (const text of ["What comes as hooks:", "secret-as-user-name", "What it does not have:"])
      expect(stdout).toContain(text);
    const { provider } = reportOf((await run(["providers", "show", "stripe", "--json"])).stdout);
    expect(provider?.hook?.kind).toBe("secret-as-user-name");
    expect(provider?.lacks?.["revocationUrl"]?.page).toMatch(/^https:\/\//u);
  });
});

/** Everything that a project's state file holds. */
function readState(folder: string): { readonly answers: Readonly<Record<string, unknown>> } {
  const text = fs.readFileSync(path.join(folder, ".create-oauth2-integration.json"), "utf8");
  return JSON.parse(text) as { readonly answers: Readonly<Record<string, unknown>> };
}

describe.concurrent("--provider", () => {
  it("two answers are enough: name and provider; the state holds what was said", async () => {
    const { run, work } = sandbox();
    const { code } = await run(["hub", "--name", "Hub", "--provider", "github", "--no-git"]);
    expect(code).toBe(0);
    const { answers } = readState(path.join(work, "hub"));
    expect(answers).toEqual({
      provider: "github",
      name: "Hub",
      year: expect.any(Number) as number,
    });
    expect(fs.readFileSync(path.join(work, "hub/src/const.ts"), "utf8")).toContain(
      '"https://github.com/login/oauth/access_token"',
    );
  });

  it("the same in the Home Assistant set", async () => {
    const { run, work } = sandbox();
    const set = ["--template-set", "home-assistant", "--repository", "https://github.com/a/b"];
    const { code, stdout } = await run(["hub", "--provider", "github", ...set, "--json"]);
    expect([code, reportOf(stdout).answers?.tokenUrl]).toEqual([0, undefined]);
    const constants = "hub/custom_components/github_custom/const.py";
    expect(fs.readFileSync(path.join(work, constants), "utf8")).toContain(
      "https://github.com/login/oauth/access_token",
    );
  });

  it.each([
    ["typescript", "src/provider-hooks.ts"],
    ["home-assistant", "custom_components/stripe_connect/provider_hooks.py"],
  ])("ships its hooks in the %s set", async (set, file) => {
    const { run, work } = sandbox();
    const more = ["--template-set", set, "--repository", "https://github.com/a/b", "--no-git"];
    expect((await run(["t", "--provider", "stripe", ...more])).code).toBe(0);
    expect(fs.readFileSync(path.join(work, "t", file), "utf8")).toContain("user name");
    const { answers } = readState(path.join(work, "t"));
    expect(answers).not.toHaveProperty("hooks");
    expect((await run(["update", "t", "--check"])).code).toBe(0);
  });

  it("explain says that hooks may change what it shows", async () => {
    const { run } = sandbox();
    const { stdout } = await run(["explain", "--provider", "stripe"]);
    expect(stdout).toContain("hooks (secret-as-user-name) may change these requests");
    const json = reportOf((await run(["explain", "--provider", "stripe", "--json"])).stdout);
    expect(json.notices?.map(({ code }) => code)).toEqual([
      "redirect-not-taken",
      "hooks-not-explained",
    ]);
    expect((await run(["explain", "--provider", "github"])).stdout).not.toContain("hooks");
  });

  it("an unknown one: the three nearest names, exit 2, nothing written", async () => {
    const { run, work } = sandbox();
    const { code, stdout } = await run(["--provider", "githb", "--json"]);
    const problems = reportOf(stdout).error?.problems ?? [];
    expect([code, problems.map(({ key }) => key)]).toEqual([2, ["provider"]]);
    expect(problems[0]?.message).toContain("github, gitea, gitlab");
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it("what it does not have is refused, with the reason and the page", async () => {
    const device = ["--device-authorization-url", "https://api.amazon.com/device"];
    const { code, stdout } = await sandbox().run(["--provider", "amazon", ...device, "--json"]);
    const [problem] = reportOf(stdout).error?.problems ?? [];
    expect([code, problem?.key]).toEqual([2, "deviceAuthorizationUrl"]);
    expect(problem?.message).toMatch(/not RFC 8628\. See https:\/\/developer\.amazon\.com\/\S+$/u);
  });

  it("an update follows the data of its own version", async () => {
    const { run, work } = sandbox();
    const made = ["hub", "--provider", "github", "--scopes", "gist", "--no-git"];
    expect((await run(made)).code).toBe(0);
    const program = makeVersion(path.join(work, "../newer"), "0.1.1");
    const data = path.join(work, "../newer/dist/providers.json");
    const known = JSON.parse(fs.readFileSync(data, "utf8")) as readonly KnownProvider[];
    const moved = known.map((one) =>
      one.id === "github"
        ? {
            ...one,
            answers: { ...one.answers, tokenUrl: "https://github.com/new/token", scopes: ["repo"] },
          }
        : one,
    );
    fs.writeFileSync(data, JSON.stringify(moved));
    expect((await run(["update", "hub", "--check"], { program })).code).toBe(4);
    const { code, stdout } = await run(["update", "hub", "--json"], { program });
    const files = reportOf(stdout).files ?? [];
    expect([code, files.map(({ path: file }) => file)]).toEqual([
      0,
      expect.arrayContaining(["src/const.ts"]),
    ]);
    const constants = fs.readFileSync(path.join(work, "hub/src/const.ts"), "utf8");
    expect(constants).toContain('"https://github.com/new/token"');
    expect(constants).toContain('"gist"');
    expect(constants).not.toContain('"repo"');
  });
});
