import path from "node:path";
import { pathToFileURL } from "node:url";
import fs from "fs-extra";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createProject, lastEvent, type Project } from "./hooks/project.js";
import { demand, type OddServer, startOddServer } from "./hooks/server.js";
import { type Result, showsStack, useSandboxes } from "./support/program.js";
import { ROOT } from "./support/project.js";

const HERE = path.join(ROOT, "test/migration");
const KEY = fs.readFileSync(path.join(HERE, "key.txt"), "utf8").trim();

/** An entry as the older program stored it, and what state it was in. */
interface Stored {
  readonly state: "ok" | "reauth" | "retry";
  readonly version: number;
  readonly entryId: string;
  readonly title: string;
  readonly scopes: readonly string[];
  readonly token: { readonly accessToken: string; readonly refreshToken: string };
}

/** The versions that were ever stored, each with what was newest then. */
const VERSIONS = fs
  .readdirSync(HERE)
  .filter((name) => name.startsWith("version-"))
  .map((name) => Number(name.slice("version-".length)));

const sandbox = useSandboxes();
const box = sandbox();
const data = path.join(box.work, "data");
const entries = path.join(data, "sandbox/entries");
const environment = { OLD_CLOUD_DATA_DIR: data, OLD_CLOUD_ENCRYPTION_KEY: KEY };
let project: Project;
let server: OddServer;

/** A provider at which the stored refresh tokens are good, each once; access tokens from before are not. */
beforeAll(async () => {
  server = await startOddServer({
    "POST /token": ({ body }, { tokens }) => {
      const form = new URLSearchParams(body);
      const refresh_token = form.get("refresh_token") ?? "";
      demand(form.get("grant_type") === "refresh_token", "another grant");
      demand(tokens.delete(refresh_token), "a refresh token that was never given");
      const [access, next] = [`access-after-${refresh_token}`, `refresh-after-${refresh_token}`];
      tokens.add(access).add(next);
      return { body: { access_token: access, refresh_token: next, expires_in: 3600 } };
    },
    "GET /api/me": ({ headers }, { tokens }) => {
      const [, token = ""] = (headers.authorization ?? "").split(" ");
      demand(tokens.has(token), "an access token from before", { status: 401 });
      return { body: { id: "alice" } };
    },
  });
  project = await createProject(box, fs.readJsonSync(path.join(HERE, "answers.json")), environment);
  await project.runScripts("build");
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each(VERSIONS)("what version %i stored", (version) => {
  const fixtures = path.join(HERE, `version-${version}`);
  const stored = fs.readJsonSync(path.join(fixtures, "entries.json")) as readonly Stored[];
  const of = (state: Stored["state"]): Stored => {
    const entry = stored.find((each) => each.state === state);
    if (entry === undefined) throw new Error(`There is no entry with ${state}.`);
    return entry;
  };
  const run = (line: string, entryId: string) =>
    project.run(`${line} --sandbox --entry ${entryId}`);
  const older = (line: string) =>
    box.run([...line.split(" "), "--sandbox", "--json"], { program, environment });
  /** Below the repository, so that its packages are found. */
  const program = path.join(ROOT, `test/.work/migration-${version}/program.mjs`);

  beforeAll(() => fs.copySync(path.join(fixtures, "program.txt"), program));
  afterAll(() => fs.removeSync(path.dirname(program)));

  beforeEach(() => {
    server.forget();
    fs.emptyDirSync(data);
    fs.copySync(path.join(fixtures, "sandbox"), path.join(data, "sandbox"));
    fs.copySync(path.join(fixtures, "credentials.sealed"), path.join(data, "credentials.sealed"));
    const { origin } = server;
    const provider = { tokenUrl: `${origin}/token`, apiBaseUrl: `${origin}/api` };
    const client = { clientId: "sandbox-client", clientSecret: "sandbox-secret" };
    const note = { pid: process.pid, provider, ...client };
    fs.writeJsonSync(path.join(data, "sandbox/server.json"), note);
    for (const { token } of stored) server.state.tokens.add(token.refreshToken);
  });

  it("is shown as it was", async () => {
    expect(stored.map((entry) => entry.version)).toEqual(stored.map(() => version));
    const { code, stdout } = await project.run("status --sandbox");
    const shown = stored
      .toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1))
      .map(({ entryId, title, state, scopes }) => {
        const now = state === "reauth" ? "reauth_required" : "ok";
        return { entryId, title, scopes, state: now, variables: {} };
      });
    expect(JSON.parse(stdout)).toMatchObject({ event: "status", entries: shown });
    expect(code).toBe(3);
  });

  it.each(["ok", "retry"] as const)(
    "is used and written again in the form of today: an account that was %s",
    async (state) => {
      const { entryId, token } = of(state);
      expect(lastEvent(await run("refresh", entryId))).toMatchObject({
        event: "refreshed",
        entryId,
      });
      expect(lastEvent(await run("call GET /me", entryId))).toEqual({ id: "alice" });
      expect(server).toMatchObject({ served: ["POST /token", "GET /api/me"], refusals: [] });
      expect(await readEntry(entryId)).toMatchObject({
        version: 2,
        hidden: {},
        token: { refreshToken: `refresh-after-${token.refreshToken}` },
      });
      expect(await readEntry(entryId)).not.toHaveProperty("retry");
    },
  );

  it("is used by a call at once, and the others stay as they were", async () => {
    const { entryId } = of("ok");
    const before = read(of("retry").entryId);
    expect(lastEvent(await run("call GET /me", entryId))).toEqual({ id: "alice" });
    expect(server.served).toEqual(["POST /token", "GET /api/me"]);
    expect(read(of("retry").entryId)).toBe(before);
  });

  it("is not asked for again when a sign-in was needed", async () => {
    const result = await run("call GET /me", of("reauth").entryId);
    expect([result.code, lastEvent(result)["code"]]).toEqual([3, "reauth_required"]);
    expect([...server.served, ...server.refusals]).toEqual([]);
  });

  it("gives back the credentials that were typed in", async () => {
    const { openStorage } = (await load("src/storage/entries.js")) as {
      readonly openStorage: (env: object) => { readonly credentials: { load(): Promise<object> } };
    };
    const credential = await openStorage(environment).credentials.load();
    expect(credential).toMatchObject({ clientId: "typed-id" });
  });

  it("cannot be read by the older program once it is written again, which says so and changes nothing", async () => {
    const { entryId, title } = of("ok");
    expect((await older("status")).code).toBe(3);
    await run("refresh", entryId);
    const file = read(entryId);
    const status = await older("status");
    expect(status.stdout).toContain(title);
    for (const result of [status, await older(`refresh --entry ${entryId}`)]) {
      expectNewer(result, entryId);
      expect(showsStack(result)).toBe(false);
    }
    expect(server.served).toEqual(["POST /token"]);
    expect(read(entryId)).toBe(file);
  });
});

function expectNewer(result: Result, entryId: string): void {
  const { event, code, message } = lastEvent(result);
  expect([event, code]).toEqual(["error", "storage_corrupt"]);
  expect(message).toContain(`${entryId}.sealed was written by a newer version`);
}

const read = (entryId: string) => fs.readFileSync(path.join(entries, `${entryId}.sealed`), "utf8");

/** What lies in the file, before anything is made of it. */
async function readEntry(entryId: string): Promise<unknown> {
  const { Cipher, envKey } = (await load("src/storage/cipher.js")) as {
    readonly Cipher: new (key: object) => { open(context: string, text: string): Promise<string> };
    readonly envKey: (text: string) => object;
  };
  const context = `old_cloud/entries/${entryId}`;
  return JSON.parse(await new Cipher(envKey(KEY)).open(context, read(entryId)));
}

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(path.join(project.folder, "dist", file)).href);
}
