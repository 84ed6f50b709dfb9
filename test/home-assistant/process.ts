import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pythonOf } from "./environments.js";
import { eventually } from "./eventually.js";

/** A Home Assistant that runs on loopback, with a configuration folder of its own. */
export interface HomeAssistant extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly origin: string;
  readonly folder: string;
  /** All that it has printed by now. */
  readonly printed: () => string;
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const configuration = (port: number) => `\
frontend:
http:
  server_host: 127.0.0.1
  server_port: ${port}
logger:
  default: info
  logs:
    custom_components: debug
    homeassistant.helpers.config_entry_oauth2_flow: debug
    homeassistant.helpers.oauth2: debug
`;

/** The step of the onboarding that would set up integrations of other services has been taken. */
const ONBOARDING = { version: 4, key: "onboarding", data: { done: ["core_config"] } };

/** Starts it in a folder that may hold `custom_components`, and waits until it answers. */
export async function startHomeAssistant(folder: string, port: number): Promise<HomeAssistant> {
  fs.writeFileSync(path.join(folder, "configuration.yaml"), configuration(port));
  fs.mkdirSync(path.join(folder, ".storage"), { recursive: true });
  fs.writeFileSync(path.join(folder, ".storage/onboarding"), JSON.stringify(ONBOARDING));
  // Without pip: nothing here needs the packages of other integrations, and a test that installs them is a slow one.
  const words = ["-m", "homeassistant", "-c", folder, "--skip-pip", "--log-no-color"];
  const child = spawn(pythonOf("process"), ["-W", "default", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, PYTHONDONTWRITEBYTECODE: "1", TZ: "UTC" },
  });
  let printed = "";
  const take = (text: string) => (printed += text);
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const origin = `http://127.0.0.1:${port}`;
  await eventually("Home Assistant answers", async () => {
    if (child.exitCode !== null) throw new Error(`Home Assistant ended:\n${printed}`);
    const answer = await fetch(`${origin}/api/onboarding`).catch(() => undefined);
    return answer?.ok === true;
  });
  return {
    origin,
    folder,
    printed: () => printed,
    [Symbol.asyncDispose]: () => stop(child),
  };
}

/** Politely, and after half a minute for good. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill();
  const patience = setTimeout(() => child.kill("SIGKILL"), 30_000);
  await closed;
  clearTimeout(patience);
}
