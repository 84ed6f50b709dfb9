/** What the tests stand on: a sandbox, a data folder, a person with a browser, and the program. */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { announce, type Sandbox, startSandbox } from "../sandbox/server.js";
import { type Page, signIn, type SignInOptions } from "../sandbox/sign-in.js";
import { VARIABLES } from "../src/application-credentials.js";
import { type IntegrationContext, toIntegration } from "../src/application-credentials.js";
import { ConfigFlow, type FlowHost, type FlowResult } from "../src/config-flow.js";
import { DOMAIN, PROVIDER } from "../src/const.js";
import type { Mechanism, ProviderDefinition } from "../src/oauth/provider.js";
import { OAuth2Session } from "../src/oauth/session.js";
import { authenticateClient } from "../src/oauth/token-endpoint.js";
import { Cipher, envKey } from "../src/storage/cipher.js";
import { type ConfigEntry, FileEntryStore } from "../src/storage/entries.js";

/** The commonest provider, whatever this project's own is like. The sandbox replaces the addresses. */
export const PLAIN = {
  authorizationUrl: "https://auth.invalid/authorize",
  tokenUrl: "https://auth.invalid/token",
  apiBaseUrl: "https://api.invalid",
  scopes: ["read", "write"],
  scopeSeparator: " ",
  pkce: "S256",
  clientAuth: "client_secret_post",
  authorizationParams: {},
  tokenParams: {},
  refreshParams: {},
  tokensExpire: true,
  redirect: { host: "127.0.0.1", port: 0, path: "/callback" },
} as const satisfies ProviderDefinition;

/** Asks the sandbox's API whose token it is, and revokes there: this project may do it in other ways. */
export const MECHANISM: Mechanism = {
  async identifyAccount({ provider }, { accessToken }) {
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${provider.apiBaseUrl}/me`, { headers });
    const { id, name } = Object(await answer.json());
    return { id, title: name };
  },
  async revoke(context, { refreshToken = "" }) {
    const body = new URLSearchParams({ token: refreshToken });
    const headers = new Headers();
    authenticateClient(context, body, headers);
    const url = new URL("/revocation", context.provider.tokenUrl);
    if (!(await fetch(url, { method: "POST", headers, body })).ok) throw new Error("Not revoked.");
  },
};

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A provider with changes, and an empty store. All ends with the test. */
export async function createWorld(
  changes: Partial<ProviderDefinition> = {},
  definition: ProviderDefinition = PLAIN,
) {
  const sandbox = await startSandbox({ definition: { ...definition, ...changes } });
  onTestFinished(() => sandbox.close());
  const folder = await createFolder();
  const { provider, credential } = sandbox;
  const server = { provider, credential, mechanisms: [MECHANISM] };
  const context: IntegrationContext = { ...server, store: openStore(folder) };
  return { sandbox, folder, context };
}

export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "integration-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

const token = { accessToken: "secret-a", refreshToken: "secret-r", scopes: [], obtainedAt: 1 };
const account = { domain: DOMAIN, uniqueId: "alice", title: "Alice", clientId: "client" };
const about = { version: 2, entryId: "one", ...account, variables: {}, hidden: {} } as const;
export const ENTRY: ConfigEntry = { ...about, scopes: [], token };

/** Not every machine that tests has a keychain, where this project's key may lie. */
const KEY = randomBytes(32).toString("base64");

export function openStore(folder: string): FileEntryStore {
  return new FileEntryStore(folder, new Cipher(envKey(KEY)));
}

/** A person who signs in as soon as the address is shown. */
export class Person implements FlowHost {
  page: Promise<Page | undefined> = Promise.resolve(undefined);
  readonly showAuthorizationUrl: (url: URL) => void;

  constructor(user: string, options: SignInOptions = {}) {
    this.showAuthorizationUrl = (url) => {
      this.page = signIn(url, user, options);
    };
  }

  /** The heading of the page that the browser ends on. */
  async title(): Promise<string | undefined> {
    return /<title>([^<]*)/.exec((await this.page)?.html ?? "")?.[1];
  }
}

/** Links an account of the sandbox. */
export function link({ context }: Pick<World, "context">, user = "alice"): Promise<FlowResult> {
  return new ConfigFlow(context).link(new Person(user));
}

export function sessionOf({ context }: Pick<World, "context">, entry: ConfigEntry): OAuth2Session {
  return new OAuth2Session(entry, toIntegration(context));
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** From now on the server gives this answer to every request below a path; status 0: none. */
export function answerWith({ hooks }: Sandbox, place: string, { status, body, headers }: Answer) {
  const content = body instanceof Uint8Array ? body : JSON.stringify(body ?? {});
  hooks.intercept = (request, response) => {
    if (!request.path.startsWith(place)) return false;
    if (status === 0) response.destroy();
    else response.writeHead(status, { ...headers }).end(content);
    return true;
  };
}

/** What a promise was refused with: the code of the error, or what was wrong instead. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  const fine = promise.then(() => "no error");
  return fine.catch((error: unknown) => Object(error).code ?? error);
}

/** All secrets that the token endpoint was sent. */
export function sentSecrets(sandbox: Sandbox): string[] {
  const names = ["code", "code_verifier", "refresh_token", "client_secret"];
  const forms = sandbox.requestsTo("/token").map(({ form }) => form);
  return forms.flatMap((form) => names.flatMap((name) => form.getAll(name)));
}

export const root = path.dirname(import.meta.dirname);
/** Each process that tests has one, so that nobody builds what another one runs. */
export const BUILT = path.join(root, `dist/test-${process.env["VITEST_POOL_ID"] ?? 0}`);

export function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { [VARIABLES.dataDir]: folder, [VARIABLES.encryptionKey]: KEY };
}

/** To be called before all tests of a file. */
export function buildProgram(): void {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = path.join(path.dirname(typescript), "bin/tsc");
  execFileSync(process.execPath, [compiler, "--outDir", BUILT], { cwd: root });
}

/** A data folder that knows of a running sandbox, as `npm run sandbox` leaves it. */
export async function createDesk(changes: Partial<ProviderDefinition> = {}): Promise<World> {
  const world = await createWorld(changes, { ...PROVIDER, ...PLAIN });
  await announce(world.sandbox, environmentOf(world.folder));
  return world;
}

export function start(folder: string, args: readonly string[], env = environmentOf(folder)) {
  const program = [path.join(BUILT, "src/cli.js"), ...args, "--json"];
  const child = spawn(process.execPath, program, { env });
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
