import { randomInt, randomUUID } from "node:crypto";
import * as credentials from "./application-credentials.js";
import { DOMAIN, NAME } from "./const.js";
import { hideFromInspect, IntegrationError } from "./errors.js";
import { createRequest, waitForRedirect } from "./oauth/authorization-request.js";
import type { FlowHost, FlowOptions } from "./oauth/authorization-request.js";
import { CallbackServer, startCallbackServer } from "./oauth/callback-server.js";
import { capture, revokeGrant, toRedirectUri } from "./oauth/provider.js";
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

/** What a sign-in gave. The account is undefined when the provider cannot say. */
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
    return this.#run(host, { scopes, ...options }, (grant) => this.#create(grant));
  }

  /** Signs in again; account and entry id stay. Throws `wrong_account`, `not_linked`. */
  async reauth(entry: ConfigEntry, host: FlowHost, options: FlowOptions = {}): Promise<FlowResult> {
    credentials.checkEntryBelongs(entry, this.#integration);
    const { scopes, entryId } = entry;
    const variables = { ...valuesOf(entry), ...options.variables };
    const known = { scopes, ...options, variables };
    return this.#run(host, known, (grant) => this.#heal(entryId, grant));
  }

  /** As `reauth`, to change the scopes, the variables or the credentials. */
  reconfigure(...given: Parameters<ConfigFlow["reauth"]>): Promise<FlowResult> {
    return this.reauth(...given);
  }

  async #run(
    host: FlowHost,
    options: Options,
    complete: (grant: Grant) => Promise<ConfigEntry>,
  ): Promise<FlowResult> {
    const server = await this.#listen(options);
    let outcome: "linked" | "failed" = "failed";
    try {
      const grant = await this.#signIn(host, server, options);
      const entry = await complete(grant);
      outcome = "linked";
      const missingScopes = grant.scopes.filter((scope) => !entry.token.scopes.includes(scope));
      return { entry, missingScopes, accountChecked: grant.account !== undefined };
    } finally {
      await server.close(outcome);
    }
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

  async #signIn(host: FlowHost, server: CallbackServer, options: Options): Promise<Grant> {
    const { mechanisms } = this.#integration;
    const { scopes, variables: given = {} } = options;
    const asks = mechanisms.find(({ readVariables }) => readVariables !== undefined);
    const asked = await asks?.readVariables?.(this.#integration, given, host);
    const said = asked ?? { variables: {}, hidden: {} };
    const start = { ...this.#integration, values: valuesOf(said) };
    const { answer, ...signedIn } = await this.#authorize(start, host, server, options);
    const context = capture(signedIn.context, "token", answer);
    const token = toStoredToken(answer, context.provider, { scopes });
    const knows = mechanisms.find(({ identifyAccount }) => identifyAccount !== undefined);
    const account = await knows?.identifyAccount?.(context, token, answer);
    const hidden = hiddenOf(context.values, said.variables);
    return { ...said, hidden, token, account, scopes, context };
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
    const { store, credential, sandbox } = context;
    const entry: ConfigEntry = {
      version: 2,
      entryId: randomUUID(),
      domain: DOMAIN,
      // Where nobody can say whose account it is, all sign-ins count as one account.
      title: account?.title ?? NAME,
      uniqueId: account?.id ?? DOMAIN,
      clientId: credential.clientId,
      ...grant,
      ...(sandbox && { sandbox }),
    };
    return store.exclusive("link", async () => {
      const { entries } = await store.list();
      const known = entries.find((each) => isSameAccount(each, entry));
      if (known !== undefined) {
        // The new tokens are not revoked: at many providers that would end the known ones, too.
        const message = `${known.title} is linked already (entry ${known.entryId}).`;
        throw new IntegrationError("already_linked", `${message} Sign in to another account.`);
      }
      await store.save(entry);
      return entry;
    });
  }

  async #heal(entryId: string, { account, context, ...grant }: Grant): Promise<ConfigEntry> {
    const { store, credential } = this.#integration;
    return store.exclusive(entryId, async () => {
      const stored = await store.load(entryId);
      if (stored === undefined) {
        throw new IntegrationError("not_linked", "The account was unlinked meanwhile. Link it.");
      }
      if (account !== undefined && account.id !== stored.uniqueId) {
        // Nobody will use the new tokens: no live grant is left behind.
        await revokeGrant(context, grant.token);
        const message = `The sign-in was for ${account.title}, but this is ${stored.title}.`;
        throw new IntegrationError("wrong_account", `${message} Sign in to the same account.`);
      }
      const { reauth, retry: _, ...kept } = stored;
      const { title } = account ?? stored;
      const { clientId } = credential;
      // Some providers give a refresh token only once: one that still lives is kept.
      const isAlive = reauth === undefined && stored.clientId === clientId;
      const old = isAlive && stored.token.refreshToken;
      const token = hideFromInspect({ ...(old && { refreshToken: old }), ...grant.token });
      const entry = { ...kept, ...grant, title, clientId, token };
      await store.save(entry);
      return entry;
    });
  }
}

/** Ids of accounts may repeat where the variables differ: each customer's own server counts from 1. */
function isSameAccount(one: ConfigEntry, other: ConfigEntry): boolean {
  const names = Object.keys({ ...one.variables, ...other.variables });
  const differ = names.some((name) => one.variables[name] !== other.variables[name]);
  return one.uniqueId === other.uniqueId && !differ;
}
