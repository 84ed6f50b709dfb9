import { readFile } from "node:fs/promises";
import path from "node:path";
import { DOMAIN, PROVIDER } from "./const.js";
import { IntegrationError, Secret } from "./errors.js";
import { checkProvider, type Integration, type ProviderDefinition } from "./oauth/provider.js";
import { MECHANISMS } from "./provider/index.js";
import type { ConfigEntry } from "./storage/entries.js";

/** What the provider gave when this program was registered there. */
export interface ClientCredential {
  readonly clientId: string;
  readonly clientSecret?: Secret;
}

/** What a host gives. Defaults: the definition in `const.ts`, the list in `provider/index.ts`. */
export type IntegrationContext = Pick<Integration, "credential" | "store"> & Partial<Integration>;

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = DOMAIN.toUpperCase();

/** The names of the environment variables that this package reads. */
export const VARIABLES = {
  clientId: `${PREFIX}_CLIENT_ID`,
  clientSecret: `${PREFIX}_CLIENT_SECRET`,
  encryptionKey: `${PREFIX}_ENCRYPTION_KEY`,
  dataDir: `${PREFIX}_DATA_DIR`,
  redirectPort: `${PREFIX}_REDIRECT_PORT`,
} as const;

/** An empty secret is none: a public client. */
export function toCredential(clientId: string, secret: string | undefined): ClientCredential {
  return { clientId, ...(secret && { clientSecret: new Secret(secret) }) };
}

/** Client id and secret from the environment, or undefined without an id. */
export function credentialFromEnvironment(environment: Environment): ClientCredential | undefined {
  const clientId = environment[VARIABLES.clientId]?.trim();
  return clientId ? toCredential(clientId, environment[VARIABLES.clientSecret]?.trim()) : undefined;
}

/**
 * The provider, or the sandbox that runs with this data folder, with the credentials that do not
 * come from the storage. Throws `misconfigured`.
 */
export async function findServer(environment: Environment, sandboxFolder?: string) {
  if (sandboxFolder !== undefined) return { ...(await readSandbox(sandboxFolder)), sandbox: true };
  const credential = credentialFromEnvironment(environment);
  return { provider: PROVIDER, credential, sandbox: false };
}

/** What the running sandbox wrote about itself. */
async function readSandbox(folder: string) {
  try {
    const note = JSON.parse(await readFile(path.join(folder, "server.json"), "utf8"));
    process.kill(note.pid, 0);
    const { clientId, clientSecret } = note;
    const credential: ClientCredential | undefined =
      clientId && toCredential(clientId, clientSecret);
    return { provider: { ...PROVIDER, ...note.provider } as ProviderDefinition, credential };
  } catch (cause) {
    const message = 'The sandbox is not running. Start it elsewhere with "npm run sandbox".';
    throw new IntegrationError("misconfigured", message, { cause });
  }
}

/** The redirect port from the environment (0: a free one), or undefined. Throws `misconfigured`. */
export function redirectPortFromEnvironment(environment: Environment): number | undefined {
  const text = environment[VARIABLES.redirectPort]?.trim();
  if (!text) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  const message = `${VARIABLES.redirectPort} must be a number from 0 to 65535.`;
  throw new IntegrationError("misconfigured", message);
}

/** Fills in the defaults and checks the definition. Throws `misconfigured`. */
export function toIntegration(context: IntegrationContext): Integration {
  const usual = { provider: PROVIDER, mechanisms: MECHANISMS, sandbox: false, values: {} };
  const integration = { ...usual, ...context };
  const { provider, credential } = integration;
  checkProvider(provider);
  const needsSecret = provider.clientAuth !== "none" && credential.clientSecret === undefined;
  if (credential.clientId !== "" && !needsSecret) return integration;
  const name = VARIABLES[credential.clientId === "" ? "clientId" : "clientSecret"];
  const message = `${name} is missing: set it, or store the credentials with "credentials set".`;
  throw new IntegrationError("misconfigured", message);
}

/** Keeps entries of the sandbox and of the provider apart. Throws `misconfigured`. */
export function checkEntryBelongs(entry: ConfigEntry, { sandbox }: Integration): void {
  if (entry.domain === DOMAIN && (entry.sandbox ?? false) === sandbox) return;
  const message = `${entry.title} was linked elsewhere (the sandbox, or another provider).`;
  throw new IntegrationError("misconfigured", `${message} Link it here before you use it.`);
}
