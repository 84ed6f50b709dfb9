import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, expect, it, vi } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { DOMAIN } from "../src/const.js";
import { MECHANISMS } from "../src/provider/index.js";
import { openStorage } from "../src/storage/entries.js";
import { openBrowser } from "../src/terminal.js";
import { answerWith, createDesk, createFolder, ENTRY, sentSecrets } from "./support.js";
import { buildProgram, BUILT, environmentOf, root, run, start } from "./support.js";

function read(file: string): Promise<string> {
  return fs.readFile(path.resolve(root, file), "utf8");
}

async function readAll(folder: string, ending: string): Promise<string> {
  const files = (await fs.readdir(folder, { recursive: true })).filter((at) => at.endsWith(ending));
  return (await Promise.all(files.map((name) => read(path.join(folder, name))))).join("\n");
}

beforeAll(buildProgram, 60_000);
vi.setConfig({ testTimeout: 30_000 }); // Processes take their time.

it("[row 21] [row 25] links, calls, refreshes, heals and unlinks, and shows no secret", async () => {
  const { sandbox, folder } = await createDesk();
  const revoked = MECHANISMS.some(({ revoke }) => revoke !== undefined);
  const known = { variables: expect.any(Object), uniqueId: expect.any(String) };
  const steps: [string, number, Record<string, unknown>][] = [
    ["link --no-browser", 0, { event: "linked", scopes: ["read", "write"], missingScopes: [] }],
    ["call get /things?a=b", 0, { request: { method: "GET", path: "/api/things?a=b", body: "" } }],
    ["refresh", 0, { event: "refreshed", expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) }],
    ["refresh ended", 3, { event: "error", code: "reauth_required" }],
    ["call get /things ended", 3, { event: "error", code: "reauth_required" }],
    ["status ended", 3, { entries: [expect.objectContaining({ state: "reauth_required" })] }],
    ["reauth --no-browser", 0, { event: "linked", scopes: ["read", "write"], missingScopes: [] }],
    ["status", 0, { entries: [expect.objectContaining({ state: "ok", ...known })] }],
    ["unlink", 0, { event: "unlinked", revoked }],
  ];
  let shown = "";
  for (const [step, code, last] of steps) {
    const [line = "", ended] = step.split(" ended");
    const place = ended === undefined ? "/nothing" : "/token";
    answerWith(sandbox, place, { status: 400, body: { error: "invalid_grant" } });
    const result = await run(folder, [...line.split(" "), "--sandbox"]);
    expect(result, step).toMatchObject({ code, last });
    shown += result.shown;
  }
  expect(sentSecrets(sandbox).filter((secret) => shown.includes(secret))).toEqual([]);
  expect(sandbox.requestsTo("/token")).toHaveLength(4);
});

it("[row 24] refreshes once for many processes, also after one was killed in the middle", async () => {
  const { sandbox, folder } = await createDesk();
  await run(folder, ["link", "--sandbox", "--no-browser"]);
  const { entries } = openStorage(environmentOf(folder), { sandbox: true });
  for (const entry of (await entries.list()).entries)
    await entries.save({ ...entry, token: { ...entry.token, obtainedAt: 0, expiresAt: 1 } });
  sandbox.hooks.intercept = (request) => request.path.startsWith("/token");
  const killed = start(folder, ["call", "get", "/things", "--sandbox"]);
  await vi.waitUntil(() => sandbox.requestsTo("/token").length === 2, 20_000);
  killed.kill("SIGKILL");
  delete sandbox.hooks.intercept;
  const calls = ["1", "2", "3"].map((n) => run(folder, ["call", "get", `/${n}`, "--sandbox"]));
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(sandbox.requestsTo("/token")).toHaveLength(3);
});

it.each(["--paste", "--no-browser"])("ends when a redirect was pasted, with %s", async (option) => {
  const { folder } = await createDesk();
  const child = start(folder, ["link", "--sandbox", option]);
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, redirectUri } = JSON.parse(line);
  child.stdin.write(`${(await signIn(url, "alice", { stopAt: redirectUri })).url}\n`);
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("says in one line what is wrong, and exits with 2 for usage", async () => {
  const folder = await createFolder();
  const { entries } = openStorage(environmentOf(folder));
  for (const entryId of ["one", "two"]) await entries.save({ ...ENTRY, entryId });
  await fs.writeFile(path.join(folder, "entries/broken.sealed"), "");
  const byHand = !MECHANISMS.some(({ credential, register }) => credential ?? register);
  const lines: [string, number, string | undefined][] = [
    ["status --nonsense", 2, "usage"],
    ["call get", 2, "usage"],
    ["refresh", 2, "ambiguous_entry"],
    ["unlink --entry broken", 0, undefined],
    ["refresh --entry unknown", 1, "not_linked"],
    [byHand ? "link" : "link --sandbox", 1, "misconfigured"],
    ["link --sandbox", 1, "misconfigured"],
  ];
  const results = await Promise.all(lines.map(([line]) => run(folder, line.split(" "))));
  expect(results.map(({ code, last }, n) => [lines[n]?.[0], code, last?.["code"]])).toEqual(lines);
});

it("[row 35] keeps typed credentials sealed, and removes them", async () => {
  const folder = await createFolder();
  const child = start(folder, ["credentials", "set"]);
  child.stdin.end("\ntyped-id\n\ntyped-secret\n");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await readAll(folder, ".sealed")).toMatch(/^(?!.*typed)./);
  const { code } = await run(folder, ["credentials", "remove"]);
  expect([code, await readAll(folder, ".sealed")]).toEqual([0, ""]);
});

it("[row 17] gives a browser the address as one word, and only an address of the web", async () => {
  const folder = await createFolder();
  const [browser, note] = [path.join(folder, "browser"), path.join(folder, "note")];
  await fs.writeFile(browser, `#!/bin/sh\nprintf '%s\\n' $# "$@" >> '${note}'\n`, { mode: 0o700 });
  const started = vi.fn();
  subscribe("child_process", started);
  const url = new URL("https://auth.invalid/?a=$(date)&b=`date`;date");
  for (const address of ["file:///etc/hosts", "javascript:1", url])
    openBrowser(new URL(address), { BROWSER: browser });
  await vi.waitUntil(() => read(note).catch(() => ""));
  expect([started.mock.calls.length, await read(note)]).toEqual([1, `1\n${url.href}\n`]);
});

it("[row 35] ships no secret, and says in its files what it is", async () => {
  const { files, bin, name } = JSON.parse(await read("package.json"));
  expect(files).toEqual(["dist/src", "manifest.json"]);
  expect(bin).toEqual({ [name.replace(/^@.*\//, "")]: "./dist/src/cli.js" });
  expect((await read(".gitignore")).split("\n")).toContain(".env");
  const manifest = { domain: DOMAIN, version: expect.stringMatching(/^\d+\.\d/) };
  expect(JSON.parse(await read("manifest.json"))).toMatchObject(manifest);
  expect(await readAll(path.join(BUILT, "src"), ".d.ts")).not.toContain("openid-client");
  const sources = await readAll(path.join(root, "src"), ".ts");
  expect(sources).not.toMatch(/client_?secret["']?\s*[:=]\s*["'][^"']/i);
  // [row 3] No test can see how long a comparison takes.
  expect(sources).toContain("timingSafeEqual(");
});
