import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { FLAGS, runTool, useSandboxes } from "./support/program.js";
import { reportOf } from "./support/report.js";
import { answer, DOWN, ENTER, openTerminal, type Terminal } from "./support/terminal.js";
import { CLIENT } from "./wire/declared.js";
import { startStrictServer } from "./wire/strict-server.js";

/** From one command to a linked account, without leaving it. */

const sandbox = useSandboxes();
/** Packages come from the cache that every other test fills, too. */
const NPM = {
  npm_config_cache: execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim(),
  npm_config_prefer_offline: "true",
};

/** The address that a terminal shows to open in a browser. */
async function shownAddress(terminal: Terminal): Promise<string> {
  await terminal.see("code_challenge=");
  await terminal.see("\n");
  return /http:\/\/127\.0\.0\.1:\d+\/\S+code_challenge=\S+/u.exec(terminal.text())?.[0] ?? "";
}

it("--link installs, builds, and links with the service", { timeout: 600_000 }, async () => {
  const box = sandbox();
  await using server = await startStrictServer({
    name: "Acme Cloud",
    authorizationUrl: "http://127.0.0.1:PORT/authorize",
    tokenUrl: "http://127.0.0.1:PORT/token",
    scopes: ["read"],
    account: { path: "/me", id: "id" },
  });
  const { authorizationUrl = "", tokenUrl } = server.answers;
  const account = '{"path":"/me","id":"id"}';
  const words = ["--name=Acme Cloud", "--scopes=read", `--account=${account}`];
  const urls = [`--authorization-url=${authorizationUrl}`, `--token-url=${tokenUrl}`];
  const flags = ["acme", ...words, ...urls, "--no-git", "--no-interactive", "--link"];
  const terminal = openTerminal(box, flags, NPM);
  await answer(terminal, [
    ["Client id:", `${CLIENT.id}${ENTER}`],
    ["Client secret", `${CLIENT.secret}${ENTER}`],
  ]);
  const there = await fetch(await shownAddress(terminal), { redirect: "manual" });
  await (await fetch(there.headers.get("location") ?? "")).text();
  expect((await terminal.ended).code, terminal.text()).toBe(0);
  expect(terminal.text()).toMatch(/Linked/u);
  expect(terminal.text()).toMatch(/cd acme\s+npm run status/u);
  expect(terminal.text()).not.toContain(CLIENT.secret);
  expect(server.wire.refusals).toEqual([]);
});

it("a person is asked, and may try it in the sandbox", { timeout: 600_000 }, async () => {
  const box = sandbox();
  const terminal = openTerminal(
    box,
    ["acme", ...FLAGS, "--domain", "acme", "--scopes", "read", "--no-git", "--install"],
    NPM,
  );
  await answer(terminal, [
    ["What", ENTER],
    ["Change advanced settings?", ENTER],
    ["Write these", ENTER],
    ["Link an account now?", `${DOWN}${ENTER}`],
  ]);
  const address = await shownAddress(terminal);
  const project = path.join(box.work, "acme");
  const browser = [path.join(project, "dist/sandbox/sign-in.js"), address, "alice"];
  expect((await runTool(process.execPath, browser)).code).toBe(0);
  expect((await terminal.ended).code, terminal.text()).toBe(0);
  expect(terminal.text()).toMatch(/Linked/u);
});

it(
  "what cannot be linked says so, and the project stays complete",
  { timeout: 600_000 },
  async () => {
    const box = sandbox();
    const words = ["acme", ...FLAGS, "--no-git", "--link", "--json"];
    const { code, stdout } = await box.run(words, { environment: NPM });
    const { error, install, link, files } = reportOf(stdout);
    expect([code, error?.code, install, link]).toEqual([1, "link-failed", "done", "failed"]);
    expect(files?.length).toBeGreaterThan(30);
  },
);
