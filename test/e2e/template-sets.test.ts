import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FLAGS, useSandboxes } from "../support/program.js";
import { reportOf } from "../support/report.js";

const sandbox = useSandboxes();

const HOME_ASSISTANT = [
  ...FLAGS,
  "--template-set",
  "home-assistant",
  "--repository",
  "https://github.com/acme/acme-hass",
] as const;

const noticesOf = (stdout: string): readonly string[] =>
  (reportOf(stdout).notices ?? []).map(({ code, key }) =>
    key === undefined ? code : `${code} ${key}`,
  );

describe.concurrent("the home-assistant set", () => {
  it("makes an integration, says what to do with it, and that its brand is nobody's", async () => {
    const { run, work } = sandbox();
    const { code, stdout } = await run([...HOME_ASSISTANT, "--json"]);
    const report = reportOf(stdout);
    expect([code, report.templateSet, report.install]).toEqual([0, "home-assistant", "skipped"]);
    expect(noticesOf(stdout)).toEqual(["neutral-brand"]);
    expect(report.nextSteps?.join("\n")).toContain("custom_components/acme_cloud");
    const manifest = path.join(work, "acme_cloud/custom_components/acme_cloud/manifest.json");
    expect(JSON.parse(fs.readFileSync(manifest, "utf8"))).toMatchObject({ domain: "acme_cloud" });
  });

  it("tells which answers it does not use, and that there is nothing to install", async () => {
    const { run } = sandbox();
    const unused = ["--package-name", "acme", "--keychain", "true", "--redirect", '{"port":1}'];
    const { code, stdout } = await run([...HOME_ASSISTANT, ...unused, "--install", "--json"]);
    expect(code).toBe(0);
    expect(noticesOf(stdout)).toEqual([
      "unused-answer packageName",
      "unused-answer keychain",
      "unused-answer redirect",
      "neutral-brand",
      "nothing-to-install",
    ]);
  });

  it("tells that no account is linked by the project itself", async () => {
    const { run } = sandbox();
    const { code, stdout } = await run([...HOME_ASSISTANT, "--link", "--json"]);
    expect([code, noticesOf(stdout)]).toEqual([0, ["neutral-brand", "nothing-to-link"]]);
  });

  it("refuses all at once what it needs and what cannot work, with an example that works", async () => {
    const { run } = sandbox();
    const sensor = { path: "/me", field: "x", name: "X", deviceClass: "energy", unit: "m" };
    const wrong = [
      "--template-set",
      "home-assistant",
      "--name",
      "Spotify",
      "--domain",
      "spotify",
      "--code-param",
      "authCode",
      "--sensors",
      JSON.stringify([sensor]),
    ];
    const { code, stdout, stderr } = await run([...FLAGS.slice(2), ...wrong, "--json"]);
    expect(code).toBe(2);
    const problems = reportOf(stdout).error?.problems?.map(({ key }) => key);
    expect(problems?.toSorted()).toEqual(["codeParam", "domain", "repository", "sensors"]);
    const words = /^ {2}npx create-oauth2-integration (.*)$/mu.exec(stderr)?.[1] ?? "";
    const again = await run(["explain", ...shellWords(words)]);
    expect([words, again.code]).toEqual([expect.stringContaining("--repository"), 0]);
  });

  it("explain shows Home Assistant's redirect URI, and no request that it does not send", async () => {
    const { run } = sandbox();
    const device = ["--device-authorization-url", "https://auth.acme.test/device"];
    const { stdout } = await run(["explain", ...HOME_ASSISTANT, ...device, "--json"]);
    const requests = reportOf(stdout).requests ?? [];
    expect(requests.map(({ name }) => name)).toEqual([
      "authorization request",
      "token request",
      "refresh request",
      "API request",
    ]);
    expect(requests[1]?.body?.["redirect_uri"]).toBe("https://my.home-assistant.io/redirect/oauth");
    // Home Assistant's own request says nothing of the answer's form.
    expect(requests[1]?.headers).not.toHaveProperty("accept");
  });
});

it("the typescript set says that sensors are not its own", async () => {
  const { run } = sandbox();
  const { stdout } = await run([...FLAGS, "--sensors", "[]", "--dry-run", "--json"]);
  expect(noticesOf(stdout)).toEqual(["unused-answer sensors"]);
});

/** The words of a command that holds quotes as `shellWord` writes them, and nothing else of a shell. */
function shellWords(command: string): readonly string[] {
  return Array.from(
    command.matchAll(/'([^']*)'|(\S+)/gu),
    ([, quoted, word]) => quoted ?? word ?? "",
  );
}
