import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";

export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly scopes: readonly string[];
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

export interface Entry {
  readonly entryId: string;
  readonly token: Token;
  readonly reauth?: unknown;
  readonly retry?: { readonly at: number };
}

interface Store {
  load(entryId: string): Promise<Entry | undefined>;
  save(entry: Entry): Promise<void>;
}

/** What a host hands to the library. */
export interface Context {
  readonly provider: object;
  readonly credential: object;
  readonly store: Store;
  readonly sandbox: true;
}

/** What is used of the built library. */
export interface Library {
  readonly DOMAIN: string;
  readonly PROVIDER: object;
  readonly Secret: new (value: string) => object;
  readonly ConfigFlow: new (context: Context) => {
    link(host: {
      showAuthorizationUrl(url: URL, redirectUri: string): void;
    }): Promise<{ readonly entry: Entry }>;
  };
  openStorage(env: NodeJS.ProcessEnv, options: object): { readonly entries: Store };
  setupEntry(
    entry: Entry,
    context: Context,
  ): Promise<{
    readonly session: { refresh(): Promise<string> };
    readonly client: { request(method: string, path: string): Promise<{ readonly body: unknown }> };
  }>;
  unloadEntry(entryId: string): boolean;
}

/** The built plain project. */
export interface Project {
  readonly folder: string;
  readonly library: Library;
}

export async function openProject(folder: string): Promise<Project> {
  const library = (await import(path.join(folder, "dist/src/index.js"))) as Library;
  return { folder, library };
}

/** Every secret begins like this, so that none can slip out unseen. */
export const SECRET = "hard-";
const LIFE = 3_600_000;

export function makeToken(changes: Partial<Token> = {}): Token {
  const now = Date.now();
  const secrets = { accessToken: `${SECRET}access`, refreshToken: `${SECRET}refresh` };
  return { ...secrets, scopes: [], obtainedAt: now, expiresAt: now + LIFE, ...changes };
}

const ENDED = { obtainedAt: 0, expiresAt: 1 };

export interface Run {
  readonly code: number | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  /** Then it is killed, and the test fails. */
  readonly limit?: number;
  /** What happens when the program shows the address of the sign-in. */
  readonly browse?: (url: URL, redirect: URL) => unknown;
}

/** The largest resident size that any program of the project had, in MB, and where. */
export const peak = { megabytes: 0, scenario: "" };
export const MOST_MEGABYTES = 100;

/** A person's data folder, with a server that the program takes for its sandbox. */
export class Desk {
  readonly project: Project;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly context: Context;

  constructor(project: Project, origin: string) {
    const { DOMAIN, PROVIDER, Secret, openStorage } = project.library;
    this.project = project;
    this.folder = mkdtempSync(path.join(os.tmpdir(), "hardness-"));
    this.env = { [`${DOMAIN.toUpperCase()}_DATA_DIR`]: this.folder };
    const addresses = {
      authorizationUrl: `${origin}/auth`,
      tokenUrl: `${origin}/token`,
      apiBaseUrl: `${origin}/api`,
      redirect: { host: "127.0.0.1", port: 0, path: "/callback" },
    };
    const secret = `${SECRET}client`;
    this.context = {
      provider: { ...PROVIDER, ...addresses },
      credential: { clientId: "desk", clientSecret: new Secret(secret) },
      store: openStorage(this.env, { sandbox: true }).entries,
      sandbox: true,
    };
    const note = { pid: process.pid, provider: addresses, clientId: "desk", clientSecret: secret };
    mkdirSync(path.join(this.folder, "sandbox"));
    writeFileSync(path.join(this.folder, "sandbox/server.json"), JSON.stringify(note));
  }

  /** Stores an account whose token ended, or with another one. */
  async keep(token: Partial<Token> = ENDED): Promise<Entry> {
    const about = { version: 2, domain: this.project.library.DOMAIN, sandbox: true, scopes: [] };
    const account = { entryId: "one", uniqueId: "alice", title: "Alice", clientId: "desk" };
    const values = { variables: {}, hidden: {} };
    const entry = { ...about, ...account, ...values, token: makeToken(token) };
    await this.context.store.save(entry);
    return entry;
  }

  stored(): Promise<Entry | undefined> {
    return this.context.store.load("one");
  }

  /** Runs the program to its end, or a script of ours against the library. */
  async run(words: readonly string[], options: RunOptions = {}): Promise<Run> {
    const program = path.join(this.project.folder, "dist/src/cli.js");
    return this.node([program, ...words, "--sandbox", "--json"], words.join(" "), options);
  }

  async node(words: readonly string[], scenario: string, options: RunOptions = {}): Promise<Run> {
    const { limit = 40_000, browse = signIn } = options;
    const begin = performance.now();
    const note = path.join(this.folder, `peak-${Math.random()}`);
    const child = spawn(
      process.execPath,
      ["--require", path.join(import.meta.dirname, "peak.cjs"), ...words],
      { env: { ...this.env, PEAK_FILE: note }, stdio: ["ignore", "pipe", "pipe"], timeout: limit },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      const { event, url, redirectUri } = toEvent(line);
      if (event !== "authorization_url") return;
      void browse(new URL(String(url)), new URL(String(redirectUri)));
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    const milliseconds = performance.now() - begin;
    const megabytes = code === null ? Infinity : Number(readFileSync(note, "utf8"));
    if (megabytes > peak.megabytes) Object.assign(peak, { megabytes, scenario });
    expect(megabytes, `memory of ${scenario}`).toBeLessThan(MOST_MEGABYTES);
    return { code, events: lines.map(toEvent), stdout: lines.join("\n"), stderr, milliseconds };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function toEvent(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line)) as Readonly<Record<string, unknown>>;
  } catch {
    return { broken: line };
  }
}

/** A browser that is sent back at once. */
export async function signIn(url: URL, redirect: URL): Promise<void> {
  const back = new URL(redirect);
  back.searchParams.set("code", `${SECRET}code`);
  back.searchParams.set("state", url.searchParams.get("state") ?? "");
  await fetch(back).then(
    (page) => page.text(),
    () => undefined,
  );
}

const EXIT_CODES: Readonly<Record<string, number>> = { ok: 0, usage: 2, reauth_required: 3 };

/** "ok" or the code of the one error that a run told of; the rest of what it showed must be clean. */
export function outcomeOf({ code, events, stdout, stderr }: Run): string {
  const errors = events.filter(({ event }) => event === "error");
  const outcome = code === 0 ? "ok" : String(errors[0]?.["code"] ?? "silent");
  expect(stdout + stderr).not.toContain(SECRET);
  expect(stderr).not.toMatch(/^\s+at .+[:(]\d+|node:internal|Warning/mu);
  expect({ outcome, code, errors: errors.length }).toEqual({
    outcome,
    code: EXIT_CODES[outcome] ?? 1,
    errors: outcome === "ok" ? 0 : 1,
  });
  return outcome;
}
