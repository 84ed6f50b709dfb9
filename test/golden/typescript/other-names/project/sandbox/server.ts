/**
 * A real authorization server on loopback that behaves as this project's provider definition says, with two users and
 * a small API. `npm run sandbox` starts it for people; the tests use the same one.
 */
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Configuration } from "oidc-provider";
import type { ClientCredential } from "../src/application-credentials.js";
import { NAME, PROVIDER } from "../src/const.js";
import { type ProviderDefinition, toRedirectUri } from "../src/oauth/provider.js";
import { Secret } from "../src/errors.js";
import { writeAtomic } from "../src/storage/atomic.js";
import { openStorage } from "../src/storage/entries.js";
import {
  isTokenAnswer,
  type Json,
  readRequest,
  type Rule,
  type SandboxRequest,
  serve,
} from "./behaviour.js";
import { CLIENT_ID, CLIENT_SECRET, FILLER_SCOPE, USERS } from "./sign-in.js";

export interface SandboxOptions {
  /** What to behave like, this project's own definition when left out; its addresses are replaced. */
  readonly definition?: ProviderDefinition;
  /** Seconds; an hour when left out. */
  readonly tokenLifetime?: number;
}

export interface Sandbox {
  /** The definition to use against this server. */
  readonly provider: ProviderDefinition;
  readonly credential: ClientCredential;
  /** The requests so far to `/auth`, `/token`, `/revocation` or `/api`, and to what is below. */
  requestsTo(start: string): SandboxRequest[];
  /** What a test puts in the server's way. */
  readonly hooks: {
    /** Answers instead of the server when it gives true. */
    intercept?: (request: SandboxRequest, response: ServerResponse) => boolean;
    /** Changes what the token endpoint answers. */
    editToken?: (answer: Json) => Json;
  };
  close(): Promise<void>;
}

const HOUR = 3600;
const YEARS = 10 * 365 * 24 * HOUR;

// oidc-provider warns that its defaults are not for production: a sandbox is not production.
for (const method of ["info", "warn"] as const) {
  const print = console[method];
  console[method] = (...line: unknown[]) => {
    if (!String(line[0]).includes("oidc-provider ")) print(...line);
  };
}
const { default: Provider } = await import("oidc-provider");
const RULES = await loadRules();

/** Starts the server on a random port of 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const definition = definitionAt(issuer, options.definition ?? PROVIDER);
  const configuration = RULES.reduce(
    (configured, rule) => rule.configure?.(configured, definition) ?? configured,
    configure(definition, options.tokenLifetime ?? HOUR),
  );
  const server = new Provider(issuer, configuration);
  const requests: SandboxRequest[] = [];
  const hooks: Sandbox["hooks"] = {};
  server.use(async (context, next) => {
    const request = await readRequest(context);
    requests.push(request);
    if (hooks.intercept?.(request, context.res) === true) {
      context.respond = false;
      return;
    }
    await serve({ server, definition, rules: RULES, context, request }, next);
    if (isTokenAnswer(context)) context.body = hooks.editToken?.(context.body) ?? context.body;
  });
  const handle = server.callback();
  http.on("request", (request, response) => void handle(request, response));
  return {
    provider: definition,
    credential: credentialFor(definition),
    hooks,
    requestsTo: (start) =>
      requests.filter(({ path: at }) => at === start || at.startsWith(`${start}/`)),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** The rules of this project's mechanisms: those of the folder `rules`, if there is one. */
async function loadRules(): Promise<readonly Rule[]> {
  const folder = new URL("rules/", import.meta.url);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.[jt]s$/.test(name) && !name.endsWith(".d.ts"));
  const modules = files.toSorted().map((name) => import(new URL(name, folder).href));
  return (await Promise.all(modules)).map(({ rule }) => rule);
}

/** The definition with its addresses replaced; what it leaves out stays left out. */
function definitionAt(origin: string, definition: ProviderDefinition): ProviderDefinition {
  const here = {
    ...definition,
    authorizationUrl: `${origin}/auth`,
    tokenUrl: `${origin}/token`,
    apiBaseUrl: `${origin}/api`,
    ...(definition.refreshUrl !== undefined && { refreshUrl: `${origin}/token/refresh` }),
    ...(definition.issuer !== undefined && { issuer: origin }),
  };
  return RULES.reduce((changed, rule) => rule.announce?.(changed, origin) ?? changed, here);
}

function credentialFor(definition: ProviderDefinition): ClientCredential {
  if (definition.clientAuth === "none") return { clientId: CLIENT_ID };
  return { clientId: CLIENT_ID, clientSecret: new Secret(CLIENT_SECRET) };
}

function configure(definition: ProviderDefinition, lifetime: number): Configuration {
  const { clientAuth = "client_secret_post", scopes, pkce, tokensExpire, redirect } = definition;
  const method = clientAuth === "client_secret_basic_raw" ? "client_secret_basic" : clientAuth;
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        ...(clientAuth !== "none" && { client_secret: CLIENT_SECRET }),
        token_endpoint_auth_method: method,
        application_type: "native",
        // Registered without a port, any port is good.
        redirect_uris: [toRedirectUri(redirect).replace(":0/", "/")],
        grant_types: ["authorization_code", "refresh_token"],
      },
    ],
    scopes: ["openid", "offline_access", FILLER_SCOPE, ...scopes],
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    pkce: { required: () => pkce !== "none" },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: tokensExpire === false ? YEARS : lifetime,
      AuthorizationCode: HOUR,
      Grant: YEARS,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: YEARS,
      Session: HOUR,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    routes: { revocation: "/revocation" },
    interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
    cookies: { keys: [randomUUID()] },
  };
}

/** Tells the program's `--sandbox` where the server is. */
export async function announce(sandbox: Sandbox, env: NodeJS.ProcessEnv): Promise<void> {
  const { provider, credential } = sandbox;
  const clientSecret = credential.clientSecret?.reveal();
  const known = { clientId: credential.clientId, clientSecret };
  // A client that registers itself does so here, too.
  const registers = "registrationEndpoint" in provider;
  const note = { pid: process.pid, provider, ...(!registers && known) };
  await writeAtomic(noteFile(env), JSON.stringify(note));
}

function noteFile(env: NodeJS.ProcessEnv): string {
  return path.join(openStorage(env, { sandbox: true }).folder, "server.json");
}

/** The process whose note is there, when it still runs. */
async function findRunning(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(noteFile(env), "utf8"));
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

async function run(): Promise<void> {
  const { env, pid } = process;
  const other = await findRunning(env);
  if (other !== undefined && other !== pid) {
    console.error(`The sandbox runs already, as process ${other}: use that one, or end it first.`);
    process.exitCode = 1;
    return;
  }
  const sandbox = await startSandbox();
  await announce(sandbox, env);
  const { origin } = new URL(sandbox.provider.tokenUrl);
  console.log(
    `The sandbox of ${NAME} listens on ${origin}, with the users ${USERS.join(" and ")}.`,
  );
  console.log("Link an account in another terminal: npm run link -- --sandbox");
  console.log("Ctrl-C ends it.");
  const stop = async (): Promise<void> => {
    if ((await findRunning(env)) === pid) await rm(noteFile(env), { force: true });
    await sandbox.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop());
}

if (import.meta.url === pathToFileURL(realpathSync(process.argv[1] ?? ".")).href) await run();
