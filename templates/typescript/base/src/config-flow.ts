import { randomInt, randomUUID } from "node:crypto";
import * as credentials from "./application-credentials.js";
import type { Integration, IntegrationContext } from "./application-credentials.js";
import { DOMAIN, NAME } from "./const.js";
import { IntegrationError } from "./errors.js";
import * as authorization from "./oauth/authorization-request.js";
import type { FlowHost } from "./oauth/authorization-request.js";
import { type CallbackServer, startCallbackServer } from "./oauth/callback-server.js";
import { type Account, type RedirectDefinition, revokeGrant } from "./oauth/provider.js";
import { toStoredToken } from "./oauth/token-answer.js";
import { exchangeCode } from "./oauth/token-endpoint.js";
import { hideFromInspect, Secret } from "./redact.js";
import type { ConfigEntry, StoredToken } from "./storage/entries.js";

export type { FlowHost };

export interface FlowOptions {
  /** Default: those of the definition for `link`, else those of the entry. */
  readonly scopes?: readonly string[];
  /** Ends the sign-in with `authorization_failed`. */
  readonly signal?: AbortSignal;
  /** How long the redirect is waited for. Default: five minutes. */
  readonly timeoutMs?: number;
  /** `false`: no listener, the redirect is pasted. Default: `true`. */
  readonly listen?: boolean;
  /** Default: the environment's, else the definition's. 0: a free one. */
  readonly redirectPort?: number;
}

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

interface SignIn extends Options {
  readonly server: CallbackServer | undefined;
  readonly redirectUri: string;
}

const SIGN_IN_MS = 300_000;

/** Links accounts and signs in again. Throws `IntegrationError`, and whatever the host throws. */
export class ConfigFlow {
  readonly #integration: Integration;

  /** Throws `misconfigured`. */
  constructor(context: IntegrationContext) {
    this.#integration = credentials.toIntegration(context);
  }

  /** Links one more account. Throws `already_linked` for one that is there, which stays as it is. */
  link(host: FlowHost, options: FlowOptions = {}): Promise<FlowResult> {
    const { scopes } = this.#integration.provider;
    return this.#run(host, { scopes, ...options }, (grant) => this.#create(grant));
  }

  /** Signs in again to the same account; the entry keeps its id. Throws `wrong_account`, `not_linked`. */
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
    const { redirectPort, listen = true, scopes } = options;
    const { redirect } = this.#integration.provider;
    const ownPort = redirectPort ?? credentials.redirectPortFromEnvironment(process.env);
    const portVariable = credentials.VARIABLES.redirectPort;
    const place = { ...redirect, port: ownPort ?? redirect.port, portVariable };
    const server = listen ? await startCallbackServer(place) : undefined;
    let outcome: "linked" | "failed" = "failed";
    try {
      const redirectUri = server?.redirectUri ?? unboundUri(place);
      const grant = await this.#authorize(host, { ...options, server, redirectUri });
      const entry = await complete(grant);
      outcome = "linked";
      const missingScopes = scopes.filter((scope) => !entry.token.scopes.includes(scope));
      return { entry, missingScopes, accountChecked: grant.account !== undefined };
    } finally {
      await server?.close(outcome);
    }
  }

  async #authorize(host: FlowHost, options: SignIn): Promise<Grant> {
    const integration = this.#integration;
    const { provider, mechanisms } = integration;
    const { redirectUri, server, scopes, signal, timeoutMs = SIGN_IN_MS } = options;
    const request = await authorization.createRequest(integration, redirectUri, scopes);
    const url = await authorization.waitForRedirect(request, host, { server, signal, timeoutMs });
    const redirect = authorization.checkRedirect(url, request, provider);
    const answer = await exchangeCode(integration, redirect, { ...request, signal });
    const token = toStoredToken(answer, provider, { scopes });
    const accessToken = new Secret(token.accessToken);
    const mechanism = mechanisms.find((one) => one.identifyAccount !== undefined);
    const account = await mechanism?.identifyAccount?.({ ...integration, accessToken, answer });
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
    const { store, credential } = this.#integration;
    return store.exclusive(entryId, async () => {
      const stored = await store.load(entryId);
      if (stored === undefined) {
        throw new IntegrationError("not_linked", "The account was unlinked meanwhile. Link it.");
      }
      if (account !== undefined && account.id !== stored.uniqueId) {
        // Nobody will use the new tokens: no live grant is left behind.
        await revokeGrant({ ...this.#integration, token });
        const message = `The sign-in was for ${account.title}, but this is ${stored.title}.`;
        throw new IntegrationError("wrong_account", `${message} Sign in to the same account.`);
      }
      const { reauth: _, retry: __, ...kept } = stored;
      const { title } = account ?? stored;
      const { clientId } = credential;
      const entry = { ...kept, title, clientId, scopes, token: this.#complete(token, stored) };
      await store.save(entry);
      return entry;
    });
  }

  /** Some providers give a refresh token at the first sign-in only: one that still lives is kept. */
  #complete(token: StoredToken, stored: ConfigEntry): StoredToken {
    const { provider, credential } = this.#integration;
    const { refreshToken } = stored.token;
    const isAlive = stored.reauth === undefined && stored.clientId === credential.clientId;
    if (!isAlive || refreshToken === undefined || provider.tokensExpire === false) return token;
    return hideFromInspect({ refreshToken, ...token });
  }
}

/** Nothing listens there: the browser shows an error, and the address in its bar is pasted. */
function unboundUri({ host, port, path }: RedirectDefinition): string {
  return new URL(path, `http://${host}:${port || randomInt(49_152, 65_536)}`).href;
}
