import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/server.js";
import { signIn } from "../sandbox/sign-in.js";
import { DOMAIN, PROVIDER } from "../src/const.js";
import { openStorage } from "../src/storage/entries.js";
import { openBrowser } from "../src/terminal.js";
import { answerWith, createFolder, PLAIN, tokenForms } from "./support.js";

const root = path.dirname(import.meta.dirname);
const read = (file: string): Promise<string> => fs.readFile(path.join(root, file), "utf8");
const DATA_DIR = `${DOMAIN.toUpperCase()}_DATA_DIR`;

beforeAll(async () => {
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  const options = ["-p", "tsconfig.build.json", "--outDir", ".sandbox"];
  await promisify(execFile)(process.execPath, [compiler, ...options], { cwd: root });
}, 60_000);

/** A data folder that knows of a running sandbox, as `npm run sandbox` leaves it. */
async function createDesk(): Promise<{ sandbox: Sandbox; folder: string }> {
  const sandbox = await startSandbox({ definition: { ...PROVIDER, ...PLAIN } });
  onTestFinished(() => sandbox.close());
  const folder = await createFolder();
  const { provider, credential } = sandbox;
  const clientSecret = credential.clientSecret?.reveal();
  const note = { pid: process.pid, provider, clientId: credential.clientId, clientSecret };
  await fs.mkdir(path.join(folder, "sandbox"));
  await fs.writeFile(path.join(folder, "sandbox/server.json"), JSON.stringify(note));
  return { sandbox, folder };
}

function start(folder: string, args: readonly string[]) {
  const program = [path.join(root, ".sandbox/cli.js"), ...args, "--json"];
  const child = spawn(process.execPath, program, { env: { [DATA_DIR]: folder } });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs the program to its end; Alice signs in when it shows an address. */
async function run(folder: string, args: readonly string[]) {
  const child = start(folder, args);
  const [exit, errors] = [once(child, "exit"), text(child.stderr)];
  const events: Record<string, unknown>[] = [];
  for await (const line of createInterface(child.stdout)) {
    events.push(JSON.parse(line));
    const url = events.at(-1)?.["url"];
    if (url !== undefined) void signIn(String(url), "alice");
  }
  return {
    code: (await exit)[0],
    last: events.at(-1),
    shown: JSON.stringify(events) + (await errors),
  };
}

it("[row 21] [row 25] links, calls, refreshes, heals and unlinks, and shows no secret", async () => {
  const { sandbox, folder } = await createDesk();
  const revoked = PROVIDER.revocationUrl !== undefined;
  const steps: [string, number, Record<string, unknown>][] = [
    ["link", 0, { event: "linked", scopes: ["read", "write"], missingScopes: [] }],
    ["call get /things", 0, { request: { method: "GET", path: "/api/things", body: "" } }],
    ["refresh", 0, { event: "refreshed", expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) }],
    ["refresh ended", 3, { event: "error", code: "reauth_required" }],
    ["call get /things ended", 3, { event: "error", code: "reauth_required" }],
    ["status ended", 3, { entries: [expect.objectContaining({ state: "reauth_required" })] }],
    ["reauth", 0, { event: "linked", scopes: ["read", "write"], missingScopes: [] }],
    ["status", 0, { entries: [expect.objectContaining({ state: "ok", variables: {} })] }],
    ["unlink", 0, { event: "unlinked", revoked }],
    ["status", 0, { event: "status", entries: [] }],
  ];
  let shown = "";
  for (const [step, code, last] of steps) {
    const [line = "", ended] = step.split(" ended");
    delete sandbox.hooks.intercept;
    if (ended !== undefined)
      answerWith(sandbox, "/token", { status: 400, body: { error: "invalid_grant" } });
    const result = await run(folder, [...line.split(" "), "--sandbox"]);
    expect(result, step).toMatchObject({ code, last });
    shown += result.shown;
  }
  const names = ["code", "code_verifier", "refresh_token", "client_secret"];
  const secrets = tokenForms(sandbox).flatMap((form) => names.flatMap((name) => form.getAll(name)));
  expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  expect(tokenForms(sandbox)).toHaveLength(4);
});

it("[row 24] refreshes once for many processes, also after one was killed in the middle", async () => {
  const { sandbox, folder } = await createDesk();
  await run(folder, ["link", "--sandbox"]);
  const { entries } = openStorage({ [DATA_DIR]: folder }, { sandbox: true });
  for (const entry of (await entries.list()).entries) {
    await entries.save({ ...entry, token: { ...entry.token, obtainedAt: 0, expiresAt: 1 } });
  }
  sandbox.hooks.intercept = (request) => request.path === "/token";
  const killed = start(folder, ["call", "get", "/things", "--sandbox"]);
  await vi.waitUntil(() => tokenForms(sandbox).length === 2);
  killed.kill("SIGKILL");
  delete sandbox.hooks.intercept;
  const calls = ["1", "2", "3"].map((n) => run(folder, ["call", "get", `/${n}`, "--sandbox"]));
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(tokenForms(sandbox)).toHaveLength(3);
});

it.each(["--paste", "--no-browser"])("ends when a redirect was pasted, with %s", async (option) => {
  const { folder } = await createDesk();
  const child = start(folder, ["link", "--sandbox", option]);
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, redirectUri } = JSON.parse(line);
  // The input stays open.
  child.stdin.write(`${(await signIn(url, "alice", { stopAt: redirectUri })).url}\n`);
  expect(await once(child, "exit")).toEqual([0, null]);
});

it.each<[string, number, string]>([
  ["usage", 2, "nonsense"],
  ["usage", 2, "status --nonsense"],
  ["usage", 2, "call get"],
  ["ambiguous_entry", 2, "refresh"],
  ["not_linked", 1, "refresh --entry unknown"],
  ["misconfigured", 1, "link"],
  ["misconfigured", 1, "link --sandbox"],
])("says %s and exits with %i: %s", async (code, exit, line) => {
  const folder = await createFolder();
  const token = { accessToken: "a", scopes: [], obtainedAt: 1 };
  const entry = { domain: DOMAIN, title: "A", clientId: "c", variables: {}, scopes: [], token };
  for (const entryId of ["one", "two"]) {
    const { entries } = openStorage({ [DATA_DIR]: folder });
    await entries.save({ version: 1, entryId, uniqueId: entryId, ...entry });
  }
  const result = await run(folder, line.split(" "));
  expect(result).toMatchObject({ code: exit, last: { event: "error", code } });
});

it("[row 35] keeps typed credentials sealed", async () => {
  const folder = await createFolder();
  const child = start(folder, ["credentials", "set"]);
  child.stdin.end("typed-id\ntyped-secret\n");
  expect(await once(child, "exit")).toEqual([0, null]);
  const files = await fs.readdir(folder);
  const texts = await Promise.all(
    files.map((name) => fs.readFile(path.join(folder, name), "utf8")),
  );
  expect(texts.join("\n")).not.toContain("typed");
});

it("[row 17] gives a browser the address as one word, and only an address of the web", async () => {
  const folder = await createFolder();
  const [browser, note] = [path.join(folder, "browser"), path.join(folder, "note")];
  const script = `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >> '${note}'\n`;
  await fs.writeFile(browser, script, { mode: 0o700 });
  const url = new URL("https://auth.invalid/?a=$(date)&b=`date`;date");
  for (const address of ["file:///etc/hosts", "javascript:1", url]) {
    openBrowser(new URL(address), { BROWSER: browser });
  }
  await vi.waitUntil(() => fs.readFile(note, "utf8").catch(() => ""));
  expect(await read(path.relative(root, note))).toBe(`1\n${url.href}\n`);
});

it("[row 35] ships no secret, and says in its files what it is", async () => {
  const { files, bin, name } = JSON.parse(await read("package.json"));
  expect(files.toSorted()).toEqual(["LICENSE", "README.md", "dist", "manifest.json"]);
  expect(bin).toEqual({ [name.replace(/^@.*\//, "")]: "./dist/cli.js" });
  expect((await read(".gitignore")).split("\n")).toContain(".env");
  expect(JSON.parse(await read("manifest.json"))).toMatchObject({
    domain: DOMAIN,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    config_flow: true,
    dependencies: ["application_credentials"],
  });
  const types = (await fs.readdir(path.join(root, ".sandbox"), { recursive: true })).filter(
    (file) => file.endsWith(".d.ts"),
  );
  for (const file of types) expect(await read(`.sandbox/${file}`)).not.toContain("openid-client");
  const sources = (await fs.readdir(path.join(root, "src"), { recursive: true })).filter((file) =>
    file.endsWith(".ts"),
  );
  const code = (await Promise.all(sources.map((file) => read(`src/${file}`)))).join("\n");
  expect(code).not.toMatch(/TODO|FIXME|example\.(com|org)|client_?secret["']?\s*[:=]\s*["'][^"']/i);
});
