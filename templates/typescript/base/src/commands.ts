// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import * as credentials from "./application-credentials.js";
import { ConfigFlow, type FlowHost, type FlowOptions } from "./config-flow.js";
import { NAME, PROVIDER } from "./const.js";
import { IntegrationError } from "./errors.js";
import { removeEntry, setupEntry } from "./init.js";
import { type ProgramOptions, shownValues, toRedirectUri } from "./oauth/provider.js";
import { OAuth2Session } from "./oauth/session.js";
import { MECHANISMS } from "./provider/index.js";
import { type ConfigEntry, type EntryListing, type Storage, valuesOf } from "./storage/entries.js";
import * as terminal from "./terminal.js";

/** One run of a command: what was said, and what it can touch. Ctrl-C aborts the signal. */
export interface Run {
  readonly input: terminal.LineInput;
  readonly show: ReturnType<typeof terminal.createShow>;
  readonly signal: AbortSignal;
  readonly env: credentials.Environment;
  readonly options: ProgramOptions &
    Readonly<Partial<Record<"entry" | "scopes" | "data", string>>> &
    Readonly<Partial<Record<"no-browser" | "paste" | "sandbox", boolean>>>;
  readonly words: readonly string[];
  readonly storage: Storage;
}

/** Gives the exit code when it is not 0. Throws `IntegrationError`. */
export type Command = (run: Run) => Promise<number | void>;

/** Registers this program where nobody has to do that by hand. */
const registrar = MECHANISMS.find(({ register }) => register !== undefined);

export async function link(run: Run): Promise<void> {
  const asks = terminal.hasTerminal() && !run.options.sandbox && registrar === undefined;
  const typed = credentials.credentialFromEnvironment(run.env);
  if (asks && !(typed ?? (await run.storage.credentials.load()))) await setCredentials(run);
  await signIn(run);
}

/** Also what `reconfigure` does: the options, and the credentials, say what is new. */
export async function reauth(run: Run): Promise<void> {
  await signIn(run, await pickEntry(run));
}

async function signIn(run: Run, known?: ConfigEntry): Promise<void> {
  const { options, env, signal, storage } = run;
  const opens = terminal.canOpenBrowser(env);
  const own = MECHANISMS.map(({ readOptions }) => readOptions?.(options, opens));
  await storage.check();
  const { provider, credential } = await findServer(run);
  const port = credentials.redirectPortFromEnvironment(env);
  const uri = toRedirectUri(provider.redirect, port);
  if (credential === undefined) await registrar?.register?.(provider, storage, uri);
  const flow = new ConfigFlow(await connect(run));
  const scopes = options.scopes?.split(/[\s,]+/).filter(Boolean);
  const usual = { signal, listen: !options.paste, ...(scopes && { scopes }) };
  const how = [flowHost(run), Object.assign(usual, ...own) as FlowOptions] as const;
  const { entry, missingScopes, accountChecked } =
    known === undefined ? await flow.link(...how) : await flow.reauth(known, ...how);
  const { entryId, title, uniqueId, token } = entry;
  if (missingScopes.length > 0) terminal.say(`Not granted: ${missingScopes.join(" ")}.`);
  if (!accountChecked && known !== undefined)
    terminal.say("The provider does not say whose account it is.");
  const event = { event: "linked", entryId, title, uniqueId, scopes: token.scopes, missingScopes };
  run.show(event, `Linked ${title} (entry ${entryId}).`);
}

const NO_END = PROVIDER.tokensExpire === false ? "never" : "unknown";

export async function status(run: Run): Promise<number> {
  const { problems, ...listing } = await listChosen(run);
  const entries = listing.entries.map(describeEntry);
  const rows = entries.map(({ title, variables, state, expiresAt, scopes, entryId }) => {
    const account = [title, ...Object.values(variables)].join(", ");
    return [account, state, expiresAt ?? NO_END, scopes.join(" ") || "–", entryId];
  });
  const lines = terminal.toTable(["account", "state", "expires", "scopes", "entry"], rows);
  lines.push(...problems.map(({ entryId }) => `Entry ${entryId} cannot be read.`));
  run.show({ event: "status", entries }, lines.join("\n") || "No account is linked.");
  for (const { error } of problems) showError(run.show, error);
  if (entries.some(({ state }) => state === "reauth_required")) return 3;
  return problems.length > 0 ? 1 : 0;
}

export async function refresh(run: Run): Promise<void> {
  const entry = await pickEntry(run);
  const session = new OAuth2Session(entry, credentials.toIntegration(await connect(run)));
  await session.refresh();
  const { entryId, title, expiresAt } = describeEntry(session.entry);
  const event = { event: "refreshed", entryId, expiresAt };
  run.show(event, `Refreshed ${title}: expires ${expiresAt ?? NO_END}.`);
}

export async function call(run: Run): Promise<void> {
  const [, method = "", target = ""] = run.words;
  const jsonText = await readData(run.options.data);
  const { client } = await setupEntry(await pickEntry(run), await connect(run));
  const { body, text } = await client.request(method, target, { jsonText, signal: run.signal });
  // Parsed and written again, large numbers would be others. JSON has line breaks only between its parts.
  const line = body === text ? JSON.stringify(text) : text.replaceAll(/[\r\n]+/g, " ");
  if (body !== undefined) run.show(line, text);
}

/** The body that `--data` names: JSON itself, `@` and a file's name, or `-` for standard input. */
async function readData(source: string | undefined): Promise<string | undefined> {
  if (source === undefined) return undefined;
  try {
    const file = source.startsWith("@") ? readFile(source.slice(1), "utf8") : source;
    const data = await (source === "-" ? readAll(process.stdin) : file);
    JSON.parse(data);
    return data;
  } catch (error) {
    const advice = "--data gives no JSON: it takes JSON, @ and a file's name, or -.";
    const message = error instanceof SyntaxError ? advice : `${source.slice(1)} cannot be read.`;
    throw new IntegrationError("usage", message);
  }
}

export async function unlink(run: Run): Promise<void> {
  const { entry: chosen } = run.options;
  // Only a chosen one goes when it cannot be read.
  const entry = await unless(chosen === undefined ? "" : "storage_corrupt", () => pickEntry(run));
  // Without credentials nothing can be revoked; the account goes all the same.
  const removed =
    entry && (await unless("misconfigured", async () => removeEntry(entry, await connect(run))));
  const { entries } = run.storage;
  const { entryId = chosen ?? "", title = `entry ${chosen}, which cannot be read,` } = entry ?? {};
  // Locked: a refresh at this moment would bring it back.
  if (!removed) await entries.exclusive(entryId, () => entries.remove(entryId));
  const revoked = removed?.revoked ?? false;
  const end = revoked ? "and at the provider" : "only: end the access at the provider, too";
  run.show({ event: "unlinked", revoked }, `Unlinked ${title} here ${end}.`);
}

/** What a step gives, or undefined when it fails with this code. */
function unless<T>(code: string, step: () => Promise<T>): Promise<T | undefined> {
  return step().catch((error: unknown) => {
    if (error instanceof IntegrationError && error.code === code) return undefined;
    throw error;
  });
}

/** Asks for client id and secret, or reads them as two lines, and stores them. */
export async function setCredentials({ input, signal, env, storage }: Run): Promise<void> {
  if (terminal.hasTerminal()) terminal.say(describeRegistration(env));
  const needsSecret = PROVIDER.clientAuth !== "none";
  const clientId = await input.nextText(signal, { prompt: "Client id: " });
  const question = { prompt: "Client secret (does not show): ", hidden: true };
  const secret = clientId && needsSecret ? await input.nextText(signal, question) : undefined;
  if (!clientId || (needsSecret && !secret)) {
    const wanted = needsSecret ? "Client id and client secret, a line each," : "The client id";
    throw new IntegrationError("misconfigured", `${wanted} must be given. Nothing was stored.`);
  }
  await storage.credentials.save(credentials.toCredential(clientId, secret));
  terminal.say("The credentials are stored.");
}

/** Forgets the stored credentials, at the provider too where the program has registered itself. */
export async function removeCredentials({ storage }: Run): Promise<void> {
  const ended = await registrar?.unregister?.(storage);
  await storage.credentials.remove();
  const advice = "The registration could not be ended at the provider: end it there, too.";
  const end = ended ? "The provider has ended the registration." : advice;
  terminal.say(`The credentials are removed. ${ended === undefined ? "" : end}`.trim());
}

/** Where a person registers this program, and what the provider has to be told there. */
function describeRegistration(env: credentials.Environment): string {
  const { redirect, scopes, registrationUrl, docsUrl } = PROVIDER;
  const uri = toRedirectUri(redirect, credentials.redirectPortFromEnvironment(env));
  return [
    `Register an app at ${registrationUrl ?? docsUrl ?? NAME}:`,
    `  Redirect URI: ${uri.replace(":0/", "/")}`,
    ...(uri.includes(":0/") ? ["                with any port"] : []),
    ...(scopes.length > 0 ? [`  Scopes:       ${scopes.join(" ")}`] : []),
    "Then type what you got. It is stored encrypted.",
  ].join("\n");
}

/** An error as an event among the results, or a line of talk. */
export function showError(show: Run["show"], error: Readonly<Record<"code" | "message", string>>) {
  const { code, message } = error;
  show({ event: "error", code, message }, `${code}: ${message}`, process.stderr);
}

/** All accounts, or the one that `--entry` names. */
export async function listChosen({ options, storage }: Run): Promise<EntryListing> {
  const { entries, problems } = await storage.entries.list();
  const isChosen = ({ entryId }: { entryId: string }) => (options.entry ?? entryId) === entryId;
  return { entries: entries.filter(isChosen), problems: problems.filter(isChosen) };
}

async function pickEntry(run: Run): Promise<ConfigEntry> {
  const { entries, problems } = await listChosen(run);
  const [first, second] = entries;
  if (second !== undefined) {
    const message = 'Several accounts are linked. Choose one with --entry; "status" lists them.';
    throw new IntegrationError("ambiguous_entry", message);
  }
  if (first !== undefined) return first;
  if (problems[0] !== undefined) throw problems[0].error;
  const { entry } = run.options;
  const which = entry === undefined ? "is linked" : "has this entry id";
  const message = `No account ${which}: "status" lists the accounts, "link" links one.`;
  throw new IntegrationError("not_linked", message);
}

/** Who is talked to, and the credentials that do not come from the storage. */
export function findServer({ options, storage, env }: Run) {
  return credentials.findServer(env, options.sandbox ? storage.folder : undefined);
}

export async function connect(run: Run): Promise<credentials.IntegrationContext> {
  const { entries: store, credentials: stored } = run.storage;
  const server = await findServer(run);
  const credential = server.credential ?? (await stored.load());
  if (credential !== undefined) return { ...server, credential, store };
  const { clientId, clientSecret } = credentials.VARIABLES;
  const names = PROVIDER.clientAuth === "none" ? clientId : `${clientId} and ${clientSecret}`;
  const message = `There are no credentials. Set ${names}, or store them with "credentials set".`;
  throw new IntegrationError("misconfigured", message);
}

function flowHost({ env, options, input, show, signal }: Run): FlowHost {
  const isPasted = options.paste || "url" in PROVIDER.redirect;
  const opens = !options.paste && !options["no-browser"] && terminal.canOpenBrowser(env);
  const wait = "Waiting for the browser to come back. If it cannot reach this machine, paste";
  return {
    showAuthorizationUrl(url, redirectUri) {
      const next = `${isPasted ? "Then paste" : wait} the address of the page it ends on`;
      const message = `Sign in with a browser at this address:\n\n  ${url.href}\n\n${next} (${redirectUri}?…).`;
      show({ event: "authorization_url", url: url.href, redirectUri }, message, process.stderr);
      if (opens) terminal.openBrowser(url, env);
    },
    readRedirect: (end) => input.nextText(end),
    show: (event, message) => show(event, message, process.stderr),
    ask: async (question) => (terminal.hasTerminal() ? input.next(signal, question) : undefined),
    reportProblem: ({ code, message }) => terminal.say(`${code}: ${message}`),
  };
}

function describeEntry(entry: ConfigEntry) {
  const { entryId, title, uniqueId, token, reauth: mark } = entry;
  const values = valuesOf(entry);
  const variables = shownValues({ provider: PROVIDER, mechanisms: MECHANISMS, values });
  const state = mark === undefined ? "ok" : "reauth_required";
  const expiresAt = token.expiresAt === undefined ? null : new Date(token.expiresAt).toISOString();
  return { entryId, title, uniqueId, state, expiresAt, scopes: token.scopes, variables };
}
