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
import { DOMAIN, NAME, PROVIDER } from "../src/const.js";
import { openStorage } from "../src/storage/entries.js";
import { openBrowser } from "../src/terminal.js";
import { answerWith, createFolder, PLAIN } from "./support.js";

const root = path.dirname(import.meta.dirname);
const output = path.join(root, ".sandbox");
const read = (file: string): Promise<string> => fs.readFile(path.join(root, file), "utf8");
type Event = Record<string, unknown>;

beforeAll(async () => {
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", output], { cwd: root });
}, 60_000);

interface Desk {
  readonly sandbox: Sandbox;
  readonly env: NodeJS.ProcessEnv;
}

/** A data folder that knows a running sandbox, as `npm run sandbox` leaves it. */
async function createDesk(): Promise<Desk> {
  const sandbox = await startSandbox({ definition: { ...PROVIDER, ...PLAIN } });
  onTestFinished(() => sandbox.close());
  const folder = await createFolder();
  const { clientId, clientSecret } = sandbox.credential;
  const note = { pid: process.pid, provider: sandbox.provider, clientId, clientSecret: clientSecret?.reveal() };
  await fs.mkdir(path.join(folder, "sandbox"));
  await fs.writeFile(path.join(folder, "sandbox/server.json"), JSON.stringify(note));
  return { sandbox, env: { [`${DOMAIN.toUpperCase()}_DATA_DIR`]: folder } };
}

function start({ env }: Desk, args: readonly string[]) {
  const child = spawn(process.execPath, [path.join(output, "cli.js"), ...args, "--json"], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** Runs the program; `user` signs in when it shows an address. Gives the exit code and what was printed. */
async function run(desk: Desk, args: readonly string[], user = "alice") {
  const child = start(desk, args);
  const events: Event[] = [];
  const errors = text(child.stderr);
  for await (const line of createInterface(child.stdout)) {
    const event: Event = JSON.parse(line);
    events.push(event);
    if (event["event"] === "authorization_url") void signIn(String(event["url"]), user);
  }
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, last: events.at(-1), shown: JSON.stringify(events) + (await errors) };
}

it("[row 21] links, calls, refreshes, heals and unlinks, and shows no secret", async () => {
  const desk = await createDesk();
  const linked = await run(desk, ["link", "--sandbox"]);
  const { entryId, uniqueId } = linked.last ?? {};
  expect(linked).toMatchObject({ code: 0, last: { event: "linked", scopes: ["read", "write"], missingScopes: [] } });
  const called = await run(desk, ["call", "get", "/me", "--sandbox"]);
  expect(called).toMatchObject({ code: 0, last: { request: { method: "GET", path: "/api/me" } } });
  const refreshed = await run(desk, ["refresh", "--sandbox"]);
  expect(refreshed).toMatchObject({ code: 0, last: { event: "refreshed", entryId, expiresAt: expect.stringMatching(/Z$/) } });
  answerWith(desk, "/token", 400, { error: "invalid_grant" });
  const refused = await run(desk, ["refresh", "--sandbox"]);
  expect(refused).toMatchObject({ code: 3, last: { event: "error", code: "reauth_required" } });
  const [status, latched] = await Promise.all([
    run(desk, ["status", "--sandbox"]),
    run(desk, ["call", "get", "/me", "--sandbox"]),
  ]);
  expect(status).toMatchObject({ code: 3, last: { entries: [{ entryId, uniqueId, state: "reauth_required" }] } });
  expect(latched.code).toBe(3);
  delete desk.sandbox.hooks.intercept;
  expect(await run(desk, ["reauth", "--sandbox"])).toMatchObject({ code: 0, last: { event: "linked", entryId } });
  const unlinked = await run(desk, ["unlink", "--sandbox"]);
  expect(unlinked).toMatchObject({ code: 0, last: { event: "unlinked", revoked: PROVIDER.revocationUrl !== undefined } });
  const shown = [linked, called, refreshed, refused, unlinked].map((each) => each.shown).join();
  const forms = desk.sandbox.requestsTo("/token").map(({ body }) => new URLSearchParams(body));
  for (const name of ["code", "code_verifier", "refresh_token", "client_secret"]) {
    const secrets = forms.flatMap((form) => form.getAll(name));
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(secrets).not.toEqual([]);
  }
});

it("[row 24] refreshes once for many processes, also after one was killed in the middle", async () => {
  const desk = await createDesk();
  await run(desk, ["link", "--sandbox"]);
  const { entries } = openStorage(desk.env, { sandbox: true });
  for (const entry of (await entries.list()).entries) {
    await entries.save({ ...entry, token: { ...entry.token, obtainedAt: 0, expiresAt: 1 } });
  }
  desk.sandbox.hooks.intercept = ({ path: at }) => at === "/token";
  const killed = start(desk, ["call", "get", "/me", "--sandbox"]);
  await vi.waitUntil(() => desk.sandbox.requestsTo("/token").length === 2);
  killed.kill("SIGKILL");
  delete desk.sandbox.hooks.intercept;
  const calls = Array.from({ length: 3 }, () => run(desk, ["call", "get", "/me", "--sandbox"]));
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(desk.sandbox.requestsTo("/token")).toHaveLength(3);
});

it("ends as soon as a redirect was pasted, though the input goes on", async () => {
  const desk = await createDesk();
  const child = start(desk, ["link", "--sandbox", "--paste"]);
  const [line] = await once(createInterface(child.stdout), "line");
  const { url, redirectUri } = JSON.parse(line);
  const redirect = await signIn(url, "alice", { stopAt: redirectUri });
  child.stdin.write(`${redirect.url}\n`);
  expect(await once(child, "exit")).toEqual([0, null]);
});

it.each<[string, number, string[]]>([
  ["usage", 2, []],
  ["usage", 2, ["nonsense"]],
  ["usage", 2, ["status", "--nonsense"]],
  ["usage", 2, ["call", "get"]],
  ["ambiguous_entry", 2, ["refresh"]],
  ["not_linked", 1, ["refresh", "--entry", "unknown"]],
  ["misconfigured", 1, ["link"]],
  ["misconfigured", 1, ["link", "--sandbox"]],
])("says %s and exits with %i: %j", async (code, exit, args) => {
  const env = { [`${DOMAIN.toUpperCase()}_DATA_DIR`]: await createFolder() };
  const { entries } = openStorage(env);
  const token = { accessToken: "a", scopes: [], obtainedAt: 1 };
  const entry = { domain: DOMAIN, title: "A", uniqueId: "a", clientId: "c", variables: {}, scopes: [], token };
  for (const entryId of ["one", "two"]) await entries.save({ version: 1, entryId, ...entry });
  const child = start({ env, sandbox: Object() }, args);
  child.stdin.end();
  const { event, ...error } = JSON.parse(await text(child.stdout));
  expect([event, error.code, child.exitCode ?? (await once(child, "exit"))[0]]).toEqual(["error", code, exit]);
});

it("[row 35] keeps typed credentials sealed", async () => {
  const folder = await createFolder();
  const child = start({ env: { [`${DOMAIN.toUpperCase()}_DATA_DIR`]: folder }, sandbox: Object() }, ["credentials", "set"]);
  child.stdin.end("typed-id\ntyped-secret\n");
  expect(await once(child, "exit")).toEqual([0, null]);
  for (const name of await fs.readdir(folder)) {
    expect(await fs.readFile(path.join(folder, name), "utf8")).not.toContain("typed");
  }
});

it("[row 17] gives the address to a browser as one word, and only an address of the web", async () => {
  const folder = await createFolder();
  const [browser, note] = [path.join(folder, "browser"), path.join(folder, "note")];
  await fs.writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >> '${note}'\n`, { mode: 0o700 });
  const url = new URL("https://auth.invalid/?a=$(date)&b=`date`;date");
  for (const address of ["file:///etc/hosts", "javascript:1", url.href]) openBrowser(new URL(address), { BROWSER: browser });
  await vi.waitUntil(() => fs.readFile(note, "utf8").catch(() => ""));
  expect(await fs.readFile(note, "utf8")).toBe(`1\n${url.href}\n`);
});

it("[row 35] ships no secret, and git takes none", async () => {
  const { files, bin, name, scripts } = JSON.parse(await read("package.json"));
  expect(files.toSorted()).toEqual(["LICENSE", "README.md", "dist", "manifest.json"]);
  expect(bin).toEqual({ [name.replace(/^@.*\//, "")]: "./dist/cli.js" });
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["build", "typecheck", "lint", "test", "sandbox"]));
  expect((await read(".gitignore")).split("\n")).toEqual(expect.arrayContaining([".env", "dist/"]));
  expect(Object.keys(PROVIDER).filter((key) => /secret|clientId/i.test(key))).toEqual([]);
});
