/** The program itself: built, and run in processes of its own against a sandbox. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { announce, type Sandbox, startSandbox } from "../sandbox/server.js";
import { signIn } from "../sandbox/sign-in.js";
import { VARIABLES } from "../src/application-credentials.js";
import { PROVIDER } from "../src/const.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { createFolder, PLAIN } from "./support.js";

export const root = path.dirname(import.meta.dirname);
/** Not every machine that tests has a keychain, where this project's key may lie. */
const KEY = randomBytes(32).toString("base64");
/** Each process that tests has one, so that nobody builds what another one runs. */
export const BUILT = path.join(root, `dist/test-${process.env["VITEST_POOL_ID"] ?? 0}`);

export function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { [VARIABLES.dataDir]: folder, [VARIABLES.encryptionKey]: KEY };
}

/** To be called before all tests of a file. */
export function buildProgram(): void {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = path.join(path.dirname(typescript), "bin/tsc");
  const options = ["-p", "tsconfig.json", "--outDir", BUILT];
  execFileSync(process.execPath, [compiler, ...options], { cwd: root });
}

/** A data folder that knows of a running sandbox, as `npm run sandbox` leaves it. */
export async function createDesk(
  changes: Partial<ProviderDefinition> = {},
): Promise<{ sandbox: Sandbox; folder: string }> {
  const sandbox = await startSandbox({ definition: { ...PROVIDER, ...PLAIN, ...changes } });
  onTestFinished(() => sandbox.close());
  const folder = await createFolder();
  await announce(sandbox, environmentOf(folder));
  return { sandbox, folder };
}

export function start(folder: string, args: readonly string[]) {
  const program = [path.join(BUILT, "src/cli.js"), ...args, "--json"];
  const child = spawn(process.execPath, program, { env: environmentOf(folder) });
  onTestFinished(async () => {
    if (child.kill("SIGKILL")) await once(child, "exit");
  });
  return child;
}

/** Runs the program to its end; somebody signs in when it shows an address. */
export async function run(folder: string, args: readonly string[], user = "alice") {
  const child = start(folder, args);
  const [exit, errors] = [once(child, "exit"), text(child.stderr)];
  const events: Record<string, unknown>[] = [];
  for await (const line of createInterface(child.stdout)) {
    const event = JSON.parse(line);
    events.push(event);
    const url = event.url ?? event.verificationUriComplete;
    if (url !== undefined) void signIn(url, user);
  }
  const shown = JSON.stringify(events) + (await errors);
  return { code: (await exit)[0], last: events.at(-1), events, shown };
}
