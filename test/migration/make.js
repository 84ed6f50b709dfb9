/**
 * Makes the fixtures of one version again: generates a project with the program of the last commit that wrote it, links accounts against
 * that project's own sandbox, and keeps what it stored. Needs the history of this repository: `node test/migration/make.js`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import esbuild from "esbuild";
import fs from "fs-extra";

const COMMIT = "040938b";
const VERSION = 1;
const root = fileURLToPath(new URL("../../", import.meta.url));
const here = import.meta.dirname;
const kept = path.join(here, `version-${VERSION}`);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "migration-"));
const project = path.join(work, "project");
const data = path.join(work, "data");
const env = {
  ...process.env,
  OLD_CLOUD_DATA_DIR: data,
  OLD_CLOUD_ENCRYPTION_KEY: fs.readFileSync(path.join(here, "key.txt"), "utf8").trim(),
};
Object.assign(process.env, env);

/**
 * @param {string} program
 * @param {readonly string[]} words
 */
const run = (program, words, cwd = project) =>
  execFileSync(program, words, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });

/** Links an account, or runs another command, with the old program; an exit code that is not 0 is no failure here. */
const cli = async (/** @type {string} */ line, user = "") => {
  const program = [
    path.join(project, "dist/src/cli.js"),
    ...line.split(" "),
    "--sandbox",
    "--json",
  ];
  const child = spawn(process.execPath, program, { env, stdio: ["pipe", "pipe", "inherit"] });
  if (line.startsWith("credentials")) child.stdin.end("typed-id\ntyped-secret\n");
  for await (const text of createInterface(child.stdout)) {
    const { url } = JSON.parse(text);
    if (url !== undefined) void signIn(url, user);
  }
  if (child.exitCode === null) await once(child, "exit");
};

/** @param {string} file */
const load = (file) => import(pathToFileURL(path.join(project, "dist", file)).href);

const old = path.join(work, "old");
fs.mkdirSync(old);
run("git", ["archive", "--output", path.join(work, "old.tar"), COMMIT], root);
run("tar", ["-xf", path.join(work, "old.tar"), "-C", old], work);
fs.symlinkSync(path.join(root, "node_modules"), path.join(old, "node_modules"));
run(process.execPath, ["src/build/build.js"], old);
const generator = path.join(old, "bin/create-oauth2-integration.js");
const words = ["--answers", path.join(here, "answers.json"), "--no-git", "--no-interactive"];
run(process.execPath, [generator, "project", ...words], work);
fs.symlinkSync(path.join(root, "node_modules"), path.join(project, "node_modules"));
run(process.execPath, ["node_modules/typescript/bin/tsc"]);

const { startSandbox, announce } = await load("sandbox/server.js");
const { signIn } = await load("sandbox/sign-in.js");
const { openStorage } = await load("src/storage/entries.js");
const sandbox = await startSandbox();
await announce(sandbox, process.env);
const { entries } = openStorage(process.env, { sandbox: true });
const stored = path.join(data, "sandbox/entries");

/**
 * Links an account, brings its entry into a state, and keeps the file. Gives what it holds.
 * @param {string} state
 * @param {string} user
 * @param {{ status: number, error: string }} [refusal] what the token endpoint answers to a refresh
 */
async function keep(state, user, refusal) {
  await cli("link --no-browser", user);
  if (refusal !== undefined) await refuse(refusal);
  const [entry] = (await entries.list()).entries;
  fs.copySync(stored, path.join(kept, "sandbox/entries"));
  fs.emptyDirSync(stored);
  return { state, ...entry };
}

/** @param {{ status: number, error: string }} refusal */
async function refuse({ status, error }) {
  sandbox.hooks.intercept = (
    /** @type {{ path: string }} */ request,
    /** @type {import("node:http").ServerResponse} */ response,
  ) => {
    if (request.path !== "/token") return false;
    response.writeHead(status, { "retry-after": "1" }).end(JSON.stringify({ error }));
    return true;
  };
  await cli("refresh");
  delete sandbox.hooks.intercept;
}

fs.emptyDirSync(kept);
const expected = [
  await keep("ok", "alice"),
  await keep("reauth", "bob", { status: 400, error: "invalid_grant" }),
  await keep("retry", "alice", { status: 503, error: "temporarily_unavailable" }),
];
await cli("credentials set");
fs.copySync(path.join(data, "sandbox/credentials.sealed"), path.join(kept, "credentials.sealed"));
fs.writeJsonSync(path.join(kept, "entries.json"), expected, { spaces: 2 });
await esbuild.build({
  entryPoints: [path.join(project, "dist/src/cli.js")],
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  packages: "external",
  outfile: path.join(kept, "program.txt"),
});
fs.chmodSync(path.join(kept, "program.txt"), 0o644);
await sandbox.close();
fs.removeSync(work);
