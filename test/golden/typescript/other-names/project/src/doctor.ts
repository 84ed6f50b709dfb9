// Managed by the template: updates carry fixes for this file, so better do not edit it.
import * as credentials from "./application-credentials.js";
import { connect, findServer, listChosen, type Run } from "./commands.js";
import { IntegrationError, redact } from "./errors.js";
import { startCallbackServer } from "./oauth/callback-server.js";
import { examineClient, examineSignIn, originsOf, readSkew } from "./oauth/examination.js";
import { type Found, ok, unknown } from "./oauth/examination.js";
import { type Integration, type ProviderDefinition, toRedirectUri } from "./oauth/provider.js";
import { OAuth2Session } from "./oauth/session.js";
import { MECHANISMS } from "./provider/index.js";
import { type ConfigEntry, valuesOf } from "./storage/entries.js";

const REGISTERS = MECHANISMS.some(({ register }) => register !== undefined);

type Finding = Found & { readonly check: string };

/** Looks for what keeps the program from working. Nobody signs in, and no account changes. */
export async function diagnose(run: Run): Promise<number> {
  const findings = await examine(run);
  const problems = findings.filter(({ state }) => state === "problem");
  const end = problems.length === 0 ? "No problem was found." : `Problems: ${problems.length}.`;
  run.show({ event: "doctor", findings }, [...findings.flatMap(toLines), end].join("\n"));
  if (problems.some(({ code }) => code === "reauth_required")) return 3;
  return problems.length > 0 ? 1 : 0;
}

function toLines({ check, state, message, request = [] }: Finding): string[] {
  const line = `${state.padEnd(9)}${check.padEnd(16)}${message}`;
  return [line, ...request.map((each) => `${" ".repeat(25)}${each}`)];
}

async function examine(run: Run): Promise<Finding[]> {
  const { env, storage } = run;
  const server = await findServer(run);
  const { provider } = server;
  const entries = (await listChosen(run).catch(() => undefined))?.entries ?? [];
  const values = entries[0] === undefined ? {} : valuesOf(entries[0]);
  const stranger = { ...server, credential: { clientId: "" }, store: storage.entries, values };
  let integration: Integration | undefined;
  const findings = [
    await look("storage", () => examineStorage(run)),
    await look("credentials", async () => {
      const credential = server.credential ?? (await storage.credentials.load());
      if (credential === undefined && REGISTERS)
        return unknown("They come with the first sign-in.");
      integration = credentials.toIntegration({ ...(await connect(run)), values });
      return ok(`The client id is ${redact(integration.credential.clientId)}.`);
    }),
    await look("redirect port", () => examinePort(provider, env)),
    ...(await examineServers(integration ?? { ...stranger, mechanisms: MECHANISMS })),
  ];
  if (integration === undefined) return findings;
  const context = integration;
  const uri = toRedirectUri(provider.redirect, findPort(provider, env) || 49_152);
  findings.push(await look("sign-in page", () => examineSignIn(context, uri)));
  findings.push(await look("token endpoint", () => examineClient(context, uri)));
  for (const entry of entries)
    findings.push(await look("account", () => examineAccount(entry, context)));
  return findings;
}

/** An error says what is wrong, and what to do about it: it is a finding. */
async function look(check: string, examination: () => Promise<Found>): Promise<Finding> {
  try {
    return { check, ...(await examination()) };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const { code, message } = error;
    return { check, state: "problem", code, message };
  }
}

async function examineStorage({ storage }: Run): Promise<Found> {
  await storage.check();
  const { problems } = await storage.entries.list();
  if (problems[0] !== undefined) throw problems[0].error;
  return ok(`Everything is kept in ${storage.folder}.`);
}

/** The port of the redirect; undefined where none of this machine is used. Throws `misconfigured`. */
function findPort({ redirect }: ProviderDefinition, env: credentials.Environment) {
  if ("url" in redirect) return undefined;
  return credentials.redirectPortFromEnvironment(env) ?? redirect.port;
}

async function examinePort(provider: ProviderDefinition, env: credentials.Environment) {
  const { redirect } = provider;
  if ("url" in redirect) return ok("The redirect is pasted: no port is needed.");
  const port = findPort(provider, env) ?? 0;
  const server = await startCallbackServer({ ...redirect, port });
  await server.close("failed");
  return ok(port === 0 ? "Each sign-in takes a free one." : `Port ${port} is free.`);
}

async function examineServers(integration: Integration): Promise<Finding[]> {
  const skews: number[] = [];
  const visit = async (origin: string): Promise<Found> => {
    const skew = await readSkew(origin);
    if (skew !== undefined) skews.push(skew);
    return ok(`${origin} answers.`);
  };
  const origins = originsOf(integration);
  const visits = await Promise.all(origins.map((each) => look("network", () => visit(each))));
  return [...visits, await look("clock", async () => examineClock(skews))];
}

const MOST_SKEW_MS = 60_000;

function examineClock(skews: readonly number[]): Found {
  const [skew] = skews.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (skew === undefined) return unknown("No server told the time.");
  if (Math.abs(skew) < MOST_SKEW_MS) return ok("It agrees with the provider's.");
  const far = `${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"}`;
  const message = `The clock of this machine is ${far} the provider's. Set it right: the lifetimes of tokens go by it.`;
  throw new IntegrationError("misconfigured", message);
}

async function examineAccount(entry: ConfigEntry, integration: Integration): Promise<Found> {
  const title = redact(entry.title);
  const own = { ...integration, values: valuesOf(entry) };
  const session = new OAuth2Session(entry, own);
  await session.accessToken();
  const { scopes } = session.entry.token;
  const missing = entry.scopes.filter((scope) => !scopes.includes(scope));
  const again = `"reauth --entry ${entry.entryId}" asks again`;
  if (missing.length > 0) {
    const message = `${title} has not granted ${redact(missing.join(" "))}. Where that is needed: ${again}.`;
    return { state: "problem", message };
  }
  if (entry.clientId !== integration.credential.clientId) {
    const message = `${title} was linked with another client id. Set that one, or sign in: ${again}.`;
    throw new IntegrationError("misconfigured", message);
  }
  // The definition may ask for more since then.
  const wanted = integration.provider.scopes;
  const unasked = redact(wanted.filter((scope) => !entry.scopes.includes(scope)).join(" "));
  if (unasked === "") return ok(`${title} has a good token.`);
  const how = `"reauth --entry ${entry.entryId} --scopes '${redact(wanted.join(" "))}'"`;
  return unknown(`${title} was never asked for ${unasked}. If you need it: ${how}.`);
}
