import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Result, resultOf, runTool, showsStack, useSandboxes } from "./support/program.js";

/** What the machine offers: a keychain that is open, one that is locked, a session without one, or no session at all. */
type Machine = "open" | "locked" | "without keychain" | "without session";

const PASSWORD = "correct horse";
const KEYRING = "gnome-keyring-daemon --components=secrets";
/** What starts the keychain in a new session of D-Bus; then comes the program. */
const STARTS: Readonly<Record<Machine, string>> = {
  open: `printf '%s' '${PASSWORD}' | ${KEYRING} --daemonize --unlock >/dev/null 2>&1`,
  locked: `${KEYRING} --start --daemonize >/dev/null 2>&1`,
  "without keychain": "true",
  "without session": "true",
};
/** A bus that starts no service by itself. */
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
<allow own="*"/></policy></busconfig>`;

const sandbox = useSandboxes();
const box = sandbox();
const project = path.join(box.work, "project");
const program = path.join(project, "dist/src/cli.js");
let server: ReturnType<typeof spawn>;

beforeAll(async () => {
  const file = path.join(box.work, "answers.json");
  fs.writeJsonSync(file, {
    name: "Vault",
    authorizationUrl: "https://vault.invalid/authorize",
    tokenUrl: "https://vault.invalid/token",
    apiBaseUrl: "https://vault.invalid/api",
    scopes: ["read"],
    account: { path: "/me", id: "id", name: "name" },
    keychain: true,
  });
  await expectSuccess(box.run([project, "--answers", file, "--no-git", "--no-interactive"]));
  const npm = (...words: readonly string[]) =>
    expectSuccess(runTool("npm", words, { cwd: project, env: process.env }));
  await npm("install", "--no-audit", "--no-fund", "--prefer-offline");
  await npm("run", "build");
  server = spawn(process.execPath, [path.join(project, "dist/sandbox/server.js")], {
    env: environmentOf(path.join(box.work, "first")),
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (server.stdout !== null) await once(createInterface(server.stdout), "line");
});
afterAll(() => void server.kill());

async function expectSuccess(running: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await running;
  expect(code, stdout + stderr).toBe(0);
}

function environmentOf(data: string): Record<string, string> {
  return { ...box.environment, VAULT_DATA_DIR: data };
}

/** A person's machine with an empty data folder, which knows the running sandbox. */
function createDesk() {
  const folder = fs.mkdtempSync(path.join(box.temporary, "desk-"));
  const [data, home] = [path.join(folder, "data"), path.join(folder, "home")];
  const bus = path.join(folder, "bus.conf");
  fs.mkdirSync(home);
  fs.writeFileSync(bus, BUS);
  const note = "sandbox/server.json";
  fs.copySync(path.join(box.work, "first", note), path.join(data, note));
  const environment = { ...environmentOf(data), HOME: home };
  /** Runs a line of shell on that machine, with `vault` for the program. */
  const run = (machine: Machine, line: string, more: Readonly<Record<string, string>> = {}) => {
    const script = `vault() { "${process.execPath}" $NODE_FLAGS "${program}" "$@"; }\n${STARTS[machine]}\n${line}`;
    const session = [
      "dbus-run-session",
      ...(machine === "without keychain" ? ["--config-file", bus] : []),
      "--",
    ];
    const [tool = "", ...words] = [
      ...(machine === "without session" ? [] : session),
      "sh",
      "-c",
      script,
    ];
    // A keychain of the run before that is about to end is not found.
    const runtime = { XDG_RUNTIME_DIR: fs.mkdtempSync(path.join(folder, "run-")) };
    return spawn(tool, words, { env: { ...environment, ...runtime, ...more }, cwd: project });
  };
  return {
    data,
    home,
    key: path.join(data, "sandbox/master.key"),
    run: (...how: Parameters<typeof run>) => resultOf(run(...how)),
    /** Links an account of the sandbox. */
    async link(...[machine, more]: [Machine, Readonly<Record<string, string>>?]) {
      const child = run(machine, "vault link --sandbox --no-browser --json", more);
      const result = resultOf(child);
      const first = once(createInterface(child.stdout), "line") as Promise<[string]>;
      const line = await Promise.race([first, result]);
      const url = Array.isArray(line) && (JSON.parse(line[0]) as { url?: string }).url;
      const browser = path.join(project, "dist/sandbox/sign-in.js");
      if (url) await expectSuccess(runTool(process.execPath, [browser, url, "alice"]));
      return result;
    },
  };
}

function lastEvent({ stdout }: Result): Readonly<Record<string, unknown>> {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
}

const STATUS = "vault status --sandbox --json";
const OK = { event: "status", entries: [{ title: "Alice", state: "ok" }] };
const SEALED = /^sandbox\/entries\/.*\.sealed$/u;

function filesOf(data: string): readonly string[] {
  const names = fs.readdirSync(data, { recursive: true, encoding: "utf8" });
  return names.filter(
    (name) => fs.statSync(path.join(data, name)).isFile() && !name.endsWith(".json"),
  );
}

/** Prints the key for a file. */
const FIND_KEY = `import { MECHANISMS } from ${JSON.stringify(path.join(project, "dist/src/provider/index.js"))};
const keychain = MECHANISMS.find(({ keySource }) => keySource !== undefined);
console.log((await keychain.keySource(process.argv[2])()).toString("base64"));`;

/** Ends the process the hard way at one point of the move. */
const KILLER = `import fs from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
const { prototype } = createRequire(process.argv[1])("@napi-rs/keyring").AsyncEntry;
const killed = (point, isIt, run) => async function (...words) {
  const die = (when) =>
    isIt(...words) && process.env.KILL === when + point && process.kill(process.pid, "SIGKILL");
  die("before ");
  const result = await run.apply(this, words);
  die("after ");
  return result;
};
prototype.setPassword = killed("the keychain has it", () => true, prototype.setPassword);
fs.rm = killed("the file is gone", (file) => file.endsWith("master.key"), fs.rm);
syncBuiltinESMExports();`;

const newKey = () => randomBytes(32).toString("base64");

describe("with a keychain that is open", () => {
  it("an account is linked, used and unlinked, and no key lies on the disk", async () => {
    const { data, run, link } = createDesk();
    expect(lastEvent(await link("open"))).toMatchObject({ event: "linked", title: "Alice" });
    expect(filesOf(data)).toEqual([expect.stringMatching(SEALED)]);
    const words = ["status", "refresh", "call GET /me", "unlink"];
    const lines = words.map((each) => `vault ${each} --sandbox --json | tr -d '\n'; echo`);
    const { stdout } = await run("open", lines.join("\n"));
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(events).toMatchObject([
      OK,
      { event: "refreshed" },
      { id: "alice" },
      { event: "unlinked" },
    ]);
  });

  it("many processes at first use agree on one key, and each folder has its own", async () => {
    const { data, run } = createDesk();
    const script = path.join(box.temporary, "find-key.mjs");
    fs.writeFileSync(script, FIND_KEY);
    const files = ["master.key", "sandbox/master.key"].map((file) => path.join(data, file));
    const lines = files.map((file) => `"${process.execPath}" "${script}" "${file}" &\n`.repeat(4));
    const { stdout, stderr } = await run("open", `${lines.join("")}wait`);
    const keys = stdout.trim().split("\n");
    expect([keys.length, new Set(keys).size], stderr).toEqual([8, 2]);
    expect(filesOf(data)).toEqual([]);
  });

  it.each([
    "never",
    "before the keychain has it",
    "after the keychain has it",
    "before the file is gone",
    "after the file is gone",
  ])("a key file moves in, and nothing is lost when that is killed: %s", async (point) => {
    const { key, run, link } = createDesk();
    const VAULT_ENCRYPTION_KEY = newKey();
    await link("open", { VAULT_ENCRYPTION_KEY });
    fs.writeFileSync(key, `${VAULT_ENCRYPTION_KEY}\n`);
    const killer = path.join(box.temporary, "killer.mjs");
    fs.writeFileSync(killer, KILLER);
    if (point !== "never") {
      const more = { NODE_FLAGS: `--import ${killer}`, KILL: point };
      expect((await run("open", STATUS, more)).code).toBe(137);
    }
    expect(lastEvent(await run("open", STATUS))).toMatchObject(OK);
    expect(fs.existsSync(key)).toBe(false);
    expect(lastEvent(await run("open", STATUS))).toMatchObject(OK);
  });

  it.each<[string, (desk: ReturnType<typeof createDesk>) => void]>([
    ["lost", ({ home }) => fs.removeSync(path.join(home, ".local/share/keyrings"))],
    ["another one than the file's", ({ key }) => fs.writeFileSync(key, newKey())],
  ])("a key that is %s is an error each time, and nothing is changed", async (_name, change) => {
    const desk = createDesk();
    await desk.link("open");
    change(desk);
    const files = filesOf(desk.data);
    for (const line of [STATUS, "vault link --sandbox --paste --json", STATUS])
      expectNoKey(await desk.run("open", line));
    expect(filesOf(desk.data)).toEqual(files);
  });
});

describe("without a keychain", () => {
  const cases: readonly (readonly [Machine, RegExp])[] = [
    ["locked", /keychain is locked/u],
    ["without keychain", /No keychain answers/u],
    ["without session", /No keychain answers/u],
  ];

  it.each(cases)(
    "%s: an account that is there stays, and the error says the way out",
    async (machine, message) => {
      const { data, run, link } = createDesk();
      await link("open");
      const files = filesOf(data);
      for (const line of [STATUS, "vault refresh --sandbox --json"])
        expectNoKey(await run(machine, line), message);
      expect(filesOf(data)).toEqual(files);
      expect(lastEvent(await run("open", STATUS))).toMatchObject(OK);
    },
  );

  it.each(cases)(
    "%s: nobody signs in for nothing, and the variable goes before the keychain",
    async (machine, message) => {
      const { data, key, run, link } = createDesk();
      fs.outputFileSync(path.join(data, "sandbox/.keep"), "");
      expectNoKey(await link(machine), message);
      const more = { VAULT_ENCRYPTION_KEY: newKey() };
      expect(lastEvent(await link(machine, more))).toMatchObject({ event: "linked" });
      expect(lastEvent(await run(machine, STATUS, more))).toMatchObject(OK);
      expect(fs.existsSync(key)).toBe(false);
    },
  );

  it("a key file from before is kept, and the error says to use it", async () => {
    const { key, run } = createDesk();
    const text = newKey();
    fs.writeFileSync(key, text);
    const result = await run("without session", "vault link --sandbox --paste --json");
    expectNoKey(result, /VAULT_ENCRYPTION_KEY to what .*master\.key holds/u);
    expect(fs.readFileSync(key, "utf8")).toBe(text);
  });

  it("the error says when it is the package that is missing", async () => {
    const folder = path.join(project, "node_modules/@napi-rs");
    const away = path.join(box.temporary, "away");
    fs.moveSync(folder, away);
    try {
      expectNoKey(await createDesk().link("open"), /@napi-rs\/keyring does not load/u);
      fs.copySync(path.join(away, "keyring"), path.join(folder, "keyring"));
      expectNoKey(await createDesk().link("open"), /@napi-rs\/keyring does not load/u);
    } finally {
      fs.moveSync(away, folder, { overwrite: true });
    }
  });
});

function expectNoKey(result: Result, message = /keychain/u): void {
  const event = lastEvent(result);
  expect([result.code, event["code"]], JSON.stringify(result)).toEqual([1, "misconfigured"]);
  expect(event["message"]).toMatch(message);
  expect(event["message"]).toContain("VAULT_ENCRYPTION_KEY");
  expect(showsStack(result)).toBe(false);
}
