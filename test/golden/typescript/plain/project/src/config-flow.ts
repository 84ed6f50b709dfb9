import { randomInt, randomUUID } from "node:crypto";
import * as credentials from "./application-credentials.js";
import { DOMAIN, NAME } from "./const.js";
import { hideFromInspect, IntegrationError } from "./errors.js";
import { createRequest, waitForRedirect } from "./oauth/authorization-request.js";
import type { FlowHost, FlowOptions } from "./oauth/authorization-request.js";
import { CallbackServer, startCallbackServer } from "./oauth/callback-server.js";
import { capture, revokeGrant, shownValues, toRedirectUri } from "./oauth/provider.js";
import type { Account, EntryValues, Integration } from "./oauth/provider.js";
import { toStoredToken } from "./oauth/token-answer.js";
import { exchangeCode } from "./oauth/token-endpoint.js";
import { type ConfigEntry, hiddenOf, valuesOf } from "./storage/entries.js";

export type { FlowHost, FlowOptions };

export interface FlowResult {
  readonly entry: ConfigEntry;
  /** Scopes that were asked for and not granted. */
  readonly missingScopes: readonly string[];
  /** `false`: this provider cannot say whose account it is, so nothing was compared. */
  readonly accountChecked: boolean;
}

/** What a sign-in gave. The account is undefined while, or where, nobody can say. */
interface Grant extends EntryValues, Pick<ConfigEntry, "scopes" | "token"> {
  readonly account: Account | undefined;
  /** By which the token can be used, and revoked. */
  readonly context: Integration;
}

type Options = FlowOptions & Pick<Grant, "scopes">;

/** Links accounts and signs in again. Throws `IntegrationError`, and whatever the host throws. */
export class ConfigFlow {
  readonly #integration: Integration;

  /** Throws `misconfigured`. */
  constructor(context: credentials.IntegrationContext) {
    this.#integration = credentials.toIntegration(context);
  }

  /** Links one more account. Throws `already_linked`; the entry that is there stays as it is. */
  link(host: FlowHost, options: FlowOptions = {}): Promise<FlowResult> {
    const { scopes } = this.#integration.provider;
    return this.#run(host, { scopes, ...options });
  }

  /** Signs in again; account and entry id stay. Throws `wrong_account`, `not_linked`, as `link`. */
  async reauth(entry: ConfigEntry, host: FlowHost, options: FlowOptions = {}): Promise<FlowResult> {
    credentials.checkEntryBelongs(entry, this.#integration);
    const variables = { ...valuesOf(entry), ...options.variables };
    return this.#run(host, { scopes: entry.scopes, ...options, variables }, entry.entryId);
  }

  /** As `reauth`, to change the scopes, the variables or the credentials. */
  reconfigure(...given: Parameters<ConfigFlow["reauth"]>): Promise<FlowResult> {
    return this.reauth(...given);
  }

  async #run(host: FlowHost, options: Options, entryId?: string): Promise<FlowResult> {
    const server = await this.#listen(options);
    const result = this.#signIn(host, server, options, entryId);
    const outcome = await result.then(() => "linked" as const).catch(() => "failed" as const);
    await server.close(outcome);
    return result;
  }

  async #listen({ listen = true, device = false }: Options): Promise<CallbackServer> {
    const { redirect } = this.#integration.provider;
    if ("url" in redirect) return new CallbackServer([], new URL(redirect.url), redirect.url);
    const port = credentials.redirectPortFromEnvironment(process.env) ?? redirect.port;
    if (listen && !device) return startCallbackServer({ ...redirect, port });
    // Nothing is there: the browser shows an error, and the address in its bar is pasted.
    const unused = port || randomInt(49_152, 65_536);
    return new CallbackServer([], new URL(toRedirectUri(redirect, unused)));
  }

  async #signIn(host: FlowHost, server: CallbackServer, options: Options, entryId?: string) {
    const { mechanisms, store } = this.#integration;
    const { scopes, variables: given = {} } = options;
    const asks = mechanisms.find(({ readVariables }) => readVariables !== undefined);
    const asked = await asks?.readVariables?.(this.#integration, given, host);
    const said = asked ?? { variables: {}, hidden: {} };
    const start = { ...this.#integration, values: valuesOf(said) };
    const { answer, context: signedIn } = await this.#authorize(start, host, server, options);
    const token = toStoredToken(answer, start.provider, { scopes });
    let grant: Grant = { ...said, token, scopes, context: signedIn, account: undefined };
    try {
      const context = capture(signedIn, "token", answer);
      grant = { ...grant, context, hidden: hiddenOf(context.values, said.variables) };
      const knows = mechanisms.find(({ identifyAccount }) => identifyAccount !== undefined);
      grant = { ...grant, account: await knows?.identifyAccount?.(context, token, answer) };
      // One after the other: two sign-ins at once cannot both find the account free.
      const entry = await store.exclusive("link", () =>
        entryId === undefined ? this.#create(grant) : this.#heal(entryId, grant),
      );
      const missingScopes = scopes.filter((scope) => !token.scopes.includes(scope));
      return { entry, missingScopes, accountChecked: grant.account !== undefined };
    } catch (error) {
      throw await abandon(grant, error);
    }
  }

  async #authorize(start: Integration, host: FlowHost, server: CallbackServer, options: Options) {
    const device = start.mechanisms.find(({ authorizeDevice }) => authorizeDevice !== undefined);
    const answer = options.device && (await device?.authorizeDevice?.(start, host, options));
    if (answer) return { context: start, answer };
    const request = await createRequest(start, server.redirectUri, options.scopes);
    const redirect = await waitForRedirect(request, host, server, options);
    const context = capture(start, "redirect", Object.fromEntries(redirect.searchParams));
    return { context, answer: await exchangeCode(context, redirect, request) };
  }

  async #create({ account, context, ...grant }: Grant): Promise<ConfigEntry> {
    const { credential, sandbox } = context;
    return save(context, {
      version: 2,
      entryId: randomUUID(),
      domain: DOMAIN,
      // Where nobody can say whose account it is, all sign-ins count as one account.
      title: account?.title ?? NAME,
      uniqueId: account?.id ?? DOMAIN,
      clientId: credential.clientId,
      ...grant,
      ...(sandbox && { sandbox }),
    });
  }

  async #heal(entryId: string, { account, context, ...grant }: Grant): Promise<ConfigEntry> {
    const { store, credential } = context;
    return store.exclusive(entryId, async () => {
      const stored = await store.load(entryId);
      if (stored === undefined)
        throw new IntegrationError("not_linked", "The account was unlinked meanwhile. Link it.");
      const { reauth, retry: _, ...kept } = stored;
      const { id: uniqueId, title } = account ?? { id: kept.uniqueId, title: kept.title };
      // One from when nobody could say whose account it is takes the account that is known now.
      if (uniqueId !== kept.uniqueId && kept.uniqueId !== DOMAIN) {
        const message = `The sign-in was for ${title}, but this is ${kept.title}.`;
        throw new IntegrationError("wrong_account", `${message} Sign in to the same account.`);
      }
      const entry = { ...kept, ...grant, uniqueId, title, clientId: credential.clientId };
      const same = await findSame(context, entry);
      // Some providers give a refresh token only once: one that still lives, of this account, is kept.
      const isSame = account !== undefined && same.some((each) => each.entryId === entryId);
      const isAlive = reauth === undefined && kept.clientId === entry.clientId;
      const old = isAlive && isSame && kept.token.refreshToken;
      const token = hideFromInspect({ ...(old && { refreshToken: old }), ...grant.token });
      return save(context, { ...entry, token });
    });
  }
}

async function save(context: Integration, entry: ConfigEntry): Promise<ConfigEntry> {
  const same = await findSame(context, entry);
  const known = same.find(({ entryId }) => entryId !== entry.entryId);
  if (known !== undefined) {
    const advice = `Sign in to another account, or use "reauth --entry ${known.entryId}"`;
    throw new IntegrationError("already_linked", `${known.title} is linked already. ${advice}.`);
  }
  await context.store.save(entry);
  return entry;
}

/** Ends a grant that nobody will use; not one of a linked account: at many providers that would end both. */
async function abandon({ account, context, ...grant }: Grant, error: unknown): Promise<unknown> {
  const linked = await findSame(context, { ...grant, uniqueId: account?.id });
  const isKnown = linked.length > 0 && account !== undefined;
  const isSettled = isKnown || (linked.length === 0 && (await revokeGrant(context, grant.token)));
  if (!(error instanceof IntegrationError) || isSettled || error.code === "already_linked")
    return error;
  const message = `${error.message} The provider has granted access all the same: end it there.`;
  return new IntegrationError(error.code, message, error);
}

type Identity = EntryValues & { readonly uniqueId: string | undefined };

/** The entries of an account. Ids may repeat where the values differ: each customer's server counts from 1. */
async function findSame(context: Integration, { uniqueId, ...own }: Identity) {
  const keyOf = (each: EntryValues): string =>
    JSON.stringify(shownValues({ ...context, values: valuesOf(each) }));
  const { entries } = await context.store.list();
  const ofId = entries.filter((each) => each.uniqueId === (uniqueId ?? each.uniqueId));
  return ofId.filter((each) => keyOf(each) === keyOf(own));
}
