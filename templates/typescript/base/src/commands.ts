// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  credentialFromEnvironment,
  type Environment,
  type IntegrationContext,
  redirectPortFromEnvironment,
  toIntegration,
  VARIABLES,
} from "./application-credentials.js";
import { ConfigFlow, type FlowHost, type FlowOptions, type FlowResult } from "./config-flow.js";
import { PROVIDER } from "./const.js";
import { IntegrationError } from "./errors.js";
import { removeEntry, setupEntry } from "./init.js";
import { OAuth2Session } from "./oauth/session.js";
import { Secret } from "./redact.js";
import { type ConfigEntry, openStorage, type Storage } from "./storage/entries.js";
import * as terminal from "./terminal.js";

/** One run of a command. */
export interface Call {
  readonly options: Readonly<Partial<Record<"entry" | "scopes", string>>> &
    Readonly<Partial<Record<"no-browser" | "paste" | "sandbox" | "json", boolean>>>;
  readonly words: readonly string[];
  /** The body of the request, if there is one. */
  readonly data: unknown;
  readonly input: terminal.LineInput;
  /** Aborted with Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: Environment;
}

/** Does the work and gives the exit code. Throws `IntegrationError`. */
export type Command = (run: Call) => Promise<number>;

export async function link(run: Call): Promise<number> {
  const storage = open(run);
  const asks = terminal.hasTerminal() && !run.options.sandbox;
  if (asks && !(await findCredential(run, storage))) await setCredentials(run);
  const flow = await openFlow(run, storage);
  return showLinked(run, await flow.link(flowHost(run), flowOptions(run)));
}

export const reauth = signInAgain("reauth");
export const reconfigure = signInAgain("reconfigure");

function signInAgain(way: "reauth" | "reconfigure"): Command {
  return async (run) => {
    const storage = open(run);
    const entry = await pickEntry(run, storage);
    const flow = await openFlow(run, storage);
    return showLinked(run, await flow[way](entry, flowHost(run), flowOptions(run)));
  };
}

export async function status(run: Call): Promise<number> {
  const { entry: wanted, json } = run.options;
  const listing = await open(run).entries.list();
  const isWanted = ({ entryId }: { entryId: string }): boolean => (wanted ?? entryId) === entryId;
  const entries = listing.entries.filter(isWanted);
  const problems = listing.problems.filter(isWanted);
  const described = entries.map(describeEntry);
  const table = terminal.formatAccounts(entries, problems);
  report(run, { event: "status", entries: described }, table);
  for (const { error } of problems) terminal.printError(error.code, error.message, json);
  if (described.some(({ state }) => state === "reauth_required")) return 3;
  return problems.length > 0 ? 1 : 0;
}

export async function refresh(run: Call): Promise<number> {
  const storage = open(run);
  const entry = await pickEntry(run, storage);
  const session = new OAuth2Session(entry, toIntegration(await connect(run, storage)));
  await session.refresh();
  const { entryId, title, token } = session.entry;
  const event = { event: "refreshed", entryId, expiresAt: toIso(token.expiresAt) };
  const expiry = terminal.formatExpiry(token.expiresAt);
  return report(run, event, `Refreshed ${title}: expires ${expiry}.`);
}

export async function call(run: Call): Promise<number> {
  const [method = "", target = ""] = run.words;
  const storage = open(run);
  const entry = await pickEntry(run, storage);
  const { client } = await setupEntry(entry, await connect(run, storage));
  const options = { json: run.data, signal: run.signal };
  const { body } = await client.request(method.toUpperCase(), target, options);
  if (body === undefined) return 0;
  return report(run, body, typeof body === "string" ? body : JSON.stringify(body, null, 2));
}

export async function unlink(run: Call): Promise<number> {
  const storage = open(run);
  const entry = await pickEntry(run, storage);
  const { revoked } = await forget(run, storage, entry);
  const where = revoked ? "here and at the provider" : "here only: end the access there, too";
  return report(run, { event: "unlinked", revoked }, `Unlinked ${entry.title} ${where}.`);
}

/** Asks for client id and secret, or reads them as two lines, and stores them. */
export async function setCredentials(run: Call): Promise<number> {
  const { input, signal, env } = run;
  if (terminal.hasTerminal()) {
    terminal.say(terminal.describeRegistration(PROVIDER, redirectPortFromEnvironment(env)));
  }
  const clientId = await input.next(signal, { prompt: "Client id: " });
  const needsSecret = PROVIDER.clientAuth !== "none";
  const question = { prompt: "Client secret (does not show): ", hidden: true };
  const secret = clientId && needsSecret ? await input.next(signal, question) : undefined;
  if (!clientId || (needsSecret && !secret)) {
    const wanted = needsSecret ? "Client id and client secret, a line each," : "The client id";
    throw new IntegrationError("misconfigured", `${wanted} must be given. Nothing was stored.`);
  }
  const credential = { clientId, ...(secret && { clientSecret: new Secret(secret) }) };
  await open(run).credentials.save(credential);
  terminal.say("The credentials are stored.");
  return 0;
}

function open({ env, options }: Call): Storage {
  return openStorage(env, { sandbox: options.sandbox ?? false });
}

async function pickEntry(run: Call, { entries: store }: Storage): Promise<ConfigEntry> {
  const { entry: entryId } = run.options;
  if (entryId !== undefined) {
    const entry = await store.load(entryId);
    if (entry !== undefined) return entry;
    const message = `No account has the entry id ${entryId}. "status" lists the accounts.`;
    throw new IntegrationError("not_linked", message);
  }
  const { entries, problems } = await store.list();
  const [first, second] = entries;
  if (second !== undefined) {
    const message = 'Several accounts are linked. Choose one with --entry; "status" lists them.';
    throw new IntegrationError("ambiguous_entry", message);
  }
  if (first !== undefined) return first;
  if (problems[0] !== undefined) throw problems[0].error;
  throw new IntegrationError("not_linked", 'No account is linked. "link" links one.');
}

async function findCredential({ env }: Call, storage: Storage) {
  return credentialFromEnvironment(env) ?? (await storage.credentials.load());
}

async function connect(run: Call, storage: Storage): Promise<IntegrationContext> {
  const store = storage.entries;
  if (run.options.sandbox) return { ...(await readSandbox(storage)), store, sandbox: true };
  const credential = await findCredential(run, storage);
  if (credential !== undefined) return { credential, store };
  const { clientId, clientSecret } = VARIABLES;
  const advice = `Set ${clientId} and ${clientSecret}, or store them with "credentials set".`;
  throw new IntegrationError("misconfigured", `There are no credentials. ${advice}`);
}

async function openFlow(run: Call, storage: Storage): Promise<ConfigFlow> {
  const flow = new ConfigFlow(await connect(run, storage));
  await storage.check();
  return flow;
}

/** What the running sandbox wrote about itself. */
async function readSandbox({ folder }: Storage): Promise<Omit<IntegrationContext, "store">> {
  try {
    const note = JSON.parse(await readFile(path.join(folder, "server.json"), "utf8"));
    process.kill(note.pid, 0);
    const secret = note.clientSecret && { clientSecret: new Secret(note.clientSecret) };
    const credential = { clientId: note.clientId, ...secret };
    return { provider: { ...PROVIDER, ...note.provider }, credential };
  } catch (cause) {
    const message = 'The sandbox is not running. Start it elsewhere with "npm run sandbox".';
    throw new IntegrationError("misconfigured", message, { cause });
  }
}

async function forget(run: Call, storage: Storage, entry: ConfigEntry) {
  try {
    return await removeEntry(entry, await connect(run, storage));
  } catch (error) {
    // Without credentials nothing can be revoked; the account goes all the same.
    if (!(error instanceof IntegrationError) || error.code !== "misconfigured") throw error;
    await storage.entries.remove(entry.entryId);
    return { revoked: false };
  }
}

function flowOptions({ env, options, signal }: Call): FlowOptions {
  const redirectPort = redirectPortFromEnvironment(env);
  const scopes = options.scopes?.split(/[\s,]+/).filter((scope) => scope !== "");
  return {
    signal,
    listen: !options.paste,
    ...(redirectPort !== undefined && { redirectPort }),
    ...(scopes !== undefined && { scopes }),
  };
}

function flowHost({ env, options, input }: Call): FlowHost {
  const opens = !options.paste && !options["no-browser"] && terminal.canOpenBrowser(env);
  return {
    showAuthorizationUrl(url, redirectUri) {
      const event = { event: "authorization_url", url: url.href, redirectUri };
      if (options.json) terminal.print(JSON.stringify(event));
      else terminal.say(terminal.describeSignIn(url, redirectUri, options.paste));
      if (opens) terminal.openBrowser(url, env);
    },
    async readRedirect(signal) {
      let line = await input.next(signal);
      while (line === "") line = await input.next(signal);
      // The end of the input ends nothing: the listener may still get the redirect.
      return line ?? (await new Promise(() => undefined));
    },
    reportProblem: ({ code, message }) => terminal.say(`${code}: ${message}`),
  };
}

function showLinked(run: Call, { entry, missingScopes, accountChecked }: FlowResult): 0 {
  const { entryId, title, uniqueId, token } = entry;
  if (missingScopes.length > 0) terminal.say(`Not granted: ${missingScopes.join(" ")}.`);
  if (!accountChecked) terminal.say("The provider does not say whose account it is.");
  const event = { event: "linked", entryId, title, uniqueId, scopes: token.scopes, missingScopes };
  return report(run, event, `Linked ${title} (entry ${entryId}).`);
}

function describeEntry({ entryId, title, uniqueId, token, variables, ...entry }: ConfigEntry) {
  const state = entry.reauth === undefined ? "ok" : "reauth_required";
  const expiresAt = toIso(token.expiresAt);
  return { entryId, title, uniqueId, state, expiresAt, scopes: token.scopes, variables };
}

function toIso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** The result, for a program or for a person. */
function report({ options }: Call, event: unknown, readable: string): 0 {
  terminal.print(options.json ? JSON.stringify(event) : readable);
  return 0;
}
