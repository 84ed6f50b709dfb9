import { randomInt, randomUUID } from "node:crypto";
import * as credentials from "./application-credentials.js";
import { DOMAIN, NAME } from "./const.js";
import { hideFromInspect, IntegrationError } from "./errors.js";
import { createRequest, waitForRedirect } from "./oauth/authorization-request.js";
import type { FlowHost, FlowOptions } from "./oauth/authorization-request.js";
import { CallbackServer, startCallbackServer } from "./oauth/callback-server.js";
import { type Account, type Integration, revokeGrant } from "./oauth/provider.js";
import { toStoredToken } from "./oauth/token-answer.js";
import { exchangeCode } from "./oauth/token-endpoint.js";
import type { ConfigEntry, StoredToken } from "./storage/entries.js";

export type { FlowHost, FlowOptions };

export interface FlowResult {
  readonly entry: ConfigEntry;
  /** Scopes that were asked for and not granted. */
  readonly missingScopes: readonly string[];
  /** `false`: this provider cannot say whose account it is, so nothing was compared. */
  readonly accountChecked: boolean;
}

/** What a sign-in gave. The account is undefined when the provider cannot say. */
interface Grant {
  readonly token: StoredToken;
  readonly account: Account | undefined;
  readonly scopes: readonly string[];
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
    return this.#run(host, { scopes, ...options }, (grant) => this.#heal(entryId, grant));
  }

  /** As `reauth`, to change the scopes or the credentials. */
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

  async #listen({ listen = true }: Options): Promise<CallbackServer> {
    const { host, port: usual, path } = this.#integration.provider.redirect;
    const port = credentials.redirectPortFromEnvironment(process.env) ?? usual;
    if (listen) return startCallbackServer({ host, port, path });
    // Nothing is there: the browser shows an error, and the address in its bar is pasted.
    const unused = port || randomInt(49_152, 65_536);
    return new CallbackServer([], new URL(path, `http://${host}:${unused}`));
  }

  async #signIn(host: FlowHost, server: CallbackServer, options: Options): Promise<Grant> {
    const integration = this.#integration;
    const { provider, mechanisms } = integration;
    const { scopes } = options;
    const request = await createRequest(integration, server.redirectUri, scopes);
    const redirect = await waitForRedirect(request, host, server, options);
    const answer = await exchangeCode(integration, redirect, request);
    const token = toStoredToken(answer, provider, { scopes });
    const mechanism = mechanisms.find(({ identifyAccount }) => identifyAccount !== undefined);
    const account = await mechanism?.identifyAccount?.(integration, token, answer);
    return { token, account, scopes };
  }

  async #create({ token, account, scopes }: Grant): Promise<ConfigEntry> {
    const { store, credential, sandbox } = this.#integration;
    const entry: ConfigEntry = {
      version: 1,
      entryId: randomUUID(),
      domain: DOMAIN,
      // Where nobody can say whose account it is, all sign-ins count as one account.
      title: account?.title ?? NAME,
      uniqueId: account?.id ?? DOMAIN,
      clientId: credential.clientId,
      variables: {},
      scopes,
      token,
      ...(sandbox && { sandbox }),
    };
    return store.exclusive("link", async () => {
      const { entries } = await store.list();
      const known = entries.find(({ uniqueId }) => uniqueId === entry.uniqueId);
      if (known !== undefined) {
        // The new tokens are not revoked: at many providers that would end the known ones, too.
        const message = `${known.title} is linked already (entry ${known.entryId}).`;
        throw new IntegrationError("already_linked", `${message} Sign in to another account.`);
      }
      await store.save(entry);
      return entry;
    });
  }

  async #heal(entryId: string, { token, account, scopes }: Grant): Promise<ConfigEntry> {
    const integration = this.#integration;
    const { store, credential } = integration;
    return store.exclusive(entryId, async () => {
      const stored = await store.load(entryId);
      if (stored === undefined) {
        throw new IntegrationError("not_linked", "The account was unlinked meanwhile. Link it.");
      }
      if (account !== undefined && account.id !== stored.uniqueId) {
        // Nobody will use the new tokens: no live grant is left behind.
        await revokeGrant(integration, token);
        const message = `The sign-in was for ${account.title}, but this is ${stored.title}.`;
        throw new IntegrationError("wrong_account", `${message} Sign in to the same account.`);
      }
      const { reauth, retry: _, ...kept } = stored;
      const { title } = account ?? stored;
      const { clientId } = credential;
      // Some providers give a refresh token only once: one that still lives is kept.
      const isAlive = reauth === undefined && stored.clientId === clientId;
      const old = isAlive && stored.token.refreshToken;
      const healed = hideFromInspect({ ...(old && { refreshToken: old }), ...token });
      const entry = { ...kept, title, clientId, scopes, token: healed };
      await store.save(entry);
      return entry;
    });
  }
}
