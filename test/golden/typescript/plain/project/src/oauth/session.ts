// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { EventEmitter } from "node:events";
import { hideFromInspect, IntegrationError } from "../errors.js";
import { type ConfigEntry, hiddenOf, valuesOf } from "../storage/entries.js";
import { capture, type Integration } from "./provider.js";
import { toStoredToken } from "./token-answer.js";
import { requestGrant } from "./token-endpoint.js";

/** What a session tells. Expiry in milliseconds since the epoch. */
export interface SessionEvents {
  /** Once each time that the account begins to need a sign-in. */
  reauth_required: [{ entryId: string; title: string; reason: string }];
  token_refreshed: [{ entryId: string; expiresAt: number | undefined }];
}

const EARLIEST_MS = 60_000;
const LONGEST_BACKOFF_MS = 300_000;
/** What ends by itself: a token that is still good serves meanwhile. */
const PASSING = new Set(["temporarily_unavailable", "network_error", "storage_locked"]);

/** Keeps the access token of one entry fresh: one refresh at a time, in and between processes. */
export class OAuth2Session extends EventEmitter<SessionEvents> {
  readonly #integration: Integration;
  /** As it was last read or stored. */
  #entry: ConfigEntry;
  /** The entry with a token that could not be stored yet. */
  #unsaved: ConfigEntry | undefined;
  #flight: Promise<string> | undefined;
  #failure: { count: number; until: number; error: IntegrationError } | undefined;

  constructor(entry: ConfigEntry, integration: Integration) {
    super();
    this.#integration = integration;
    this.#entry = entry;
    hideFromInspect(entry.token);
  }

  /** The entry as this session knows it. */
  get entry(): ConfigEntry {
    return this.#entry;
  }

  /** What requests for this account go by. */
  get context(): Integration {
    return { ...this.#integration, values: valuesOf(this.#entry) };
  }

  /**
   * A token that is good now. `rejected` is one that the API refused: only that one is replaced.
   * Throws `reauth_required`, `not_linked`, `misconfigured`, `temporarily_unavailable`,
   * `network_error`, `authorization_failed` (no token that can be used), or as the store.
   */
  async accessToken(rejected?: string): Promise<string> {
    if (isGood(this.#entry, rejected, EARLIEST_MS)) return this.#entry.token.accessToken;
    const renew = (): Promise<string> => this.#findOrRenew(rejected);
    this.#flight ??= this.#integration.store
      .exclusive(this.#entry.entryId, renew)
      .finally(() => void (this.#flight = undefined));
    try {
      return await this.#flight;
    } catch (error) {
      const isPassing = error instanceof IntegrationError && PASSING.has(error.code);
      if (isPassing && isGood(this.#entry, rejected, 0)) return this.#entry.token.accessToken;
      throw error;
    }
  }

  /** Asks for a new token with exactly one request, fresh token or not. Throws as `accessToken`. */
  refresh(): Promise<string> {
    return this.#integration.store.exclusive(this.#entry.entryId, async () => {
      const entry = await this.#reload();
      if (entry.token.refreshToken !== undefined) return this.#renew(entry);
      const message = `${entry.title} has no refresh token. Sign in again when its token ends.`;
      throw new IntegrationError("misconfigured", message);
    });
  }

  /** Throws `temporarily_unavailable` while the API wants no call, whichever process it told. */
  requireCallable(): void {
    requirePast(this.#entry.apiRetry, "The API");
  }

  /** Keeps for every process that the API wants no call for so many milliseconds. */
  async keepApiRetry(retryAfter: number): Promise<void> {
    const apiRetry = { at: Date.now() + retryAfter };
    const keep = async (): Promise<void> => this.#mark({ ...(await this.#reload()), apiRetry });
    await this.#integration.store.exclusive(this.#entry.entryId, keep).catch(() => undefined);
  }

  async #findOrRenew(rejected: string | undefined): Promise<string> {
    const entry = await this.#reload();
    if (isGood(entry, rejected, EARLIEST_MS)) return entry.token.accessToken;
    if (entry.token.refreshToken === undefined)
      return this.#latch(entry, `the token ${rejected === undefined ? "ended" : "was refused"}.`);
    if (this.#failure !== undefined && Date.now() < this.#failure.until) throw this.#failure.error;
    return this.#renew(entry);
  }

  /** Reads what other processes stored meanwhile. Throws `not_linked`, `reauth_required`. */
  async #reload(): Promise<ConfigEntry> {
    const { entryId, title, token } = this.#entry;
    const stored = await this.#integration.store.load(entryId);
    if (stored === undefined)
      throw new IntegrationError("not_linked", `${title} was unlinked. Link it again.`);
    const isOld = stored.token.accessToken === token.accessToken;
    if (isOld && this.#unsaved !== undefined) await this.#store(this.#unsaved);
    else this.#adopt(stored);
    if (this.#entry.reauth !== undefined) throw reauthRequired(this.#entry);
    return this.#entry;
  }

  async #renew(entry: ConfigEntry): Promise<string> {
    this.#checkMayAsk(entry);
    const { retry: _, token: old, ...rest } = entry;
    try {
      const { context } = this;
      const grant = { refresh_token: old.refreshToken ?? "" };
      const answer = await requestGrant(context, "refresh", "refresh_token", grant);
      const hidden = hiddenOf(capture(context, "refresh", answer).values, rest.variables);
      this.#unsaved = { ...rest, hidden, token: toStoredToken(answer, context.provider, old) };
    } catch (error) {
      return this.#recover(entry, error);
    }
    this.#failure = undefined;
    // Stored before it is handed out: the one before it may be spent already.
    return this.#store(this.#unsaved);
  }

  #checkMayAsk({ retry, clientId, title }: ConfigEntry): void {
    if (clientId !== this.#integration.credential.clientId) {
      const message = `${title} was linked with another client id. Reconfigure it with this one.`;
      throw new IntegrationError("misconfigured", message);
    }
    requirePast(retry, "The provider");
  }

  async #recover(entry: ConfigEntry, error: unknown): Promise<string> {
    if (!(error instanceof IntegrationError)) throw error;
    if (error.code === "reauth_required") {
      // The refresh token is dead, unless somebody stored another one meanwhile.
      const { token } = await this.#reload();
      if (token.accessToken !== entry.token.accessToken) return token.accessToken;
      return this.#latch(entry, error.message);
    }
    const count = (this.#failure?.count ?? 0) + 1;
    const wait = error.retryAfter || Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** count);
    this.#failure = { count, until: Date.now() + wait, error };
    if (error.retryAfter) await this.#mark({ ...entry, retry: { at: this.#failure.until } });
    throw error;
  }

  /** Marks the entry, so that no process asks again until somebody signs in. */
  async #latch(entry: ConfigEntry, reason: string): Promise<never> {
    const latched = { ...entry, reauth: { since: Date.now(), reason } };
    await this.#mark(latched);
    throw reauthRequired(latched);
  }

  /** A mark counts here also when it cannot be stored. */
  async #mark(entry: ConfigEntry): Promise<void> {
    this.#adopt(entry);
    await this.#integration.store.save(entry).catch(() => undefined);
  }

  async #store(renewed: ConfigEntry): Promise<string> {
    const { entryId, token } = renewed;
    await this.#integration.store.save(renewed);
    this.#adopt(renewed);
    this.emit("token_refreshed", { entryId, expiresAt: token.expiresAt });
    return token.accessToken;
  }

  #adopt(entry: ConfigEntry): void {
    const { reauth: before } = this.#entry;
    const { reauth, entryId, title, token } = entry;
    this.#entry = entry;
    this.#unsaved = undefined;
    hideFromInspect(token);
    if (reauth === undefined || before !== undefined) return;
    this.emit("reauth_required", { entryId, title, reason: reauth.reason });
  }
}

function requirePast(retry: ConfigEntry["retry"], subject: string): void {
  const retryAfter = (retry?.at ?? 0) - Date.now();
  if (retryAfter <= 0) return;
  const message = `${subject} wants no request for another ${Math.ceil(retryAfter / 1000)} s. Try again then.`;
  throw new IntegrationError("temporarily_unavailable", message, { retryAfter });
}

/** Whether the token is good for that much longer, or a quarter of its life if that is less. */
function isGood({ reauth, token }: ConfigEntry, rejected: string | undefined, earliestMs: number) {
  const { accessToken, obtainedAt, expiresAt = Number.POSITIVE_INFINITY } = token;
  const early = Math.min(earliestMs, (expiresAt - obtainedAt) / 4);
  return reauth === undefined && accessToken !== rejected && expiresAt - Date.now() > early;
}

function reauthRequired({ title, reauth }: ConfigEntry): IntegrationError {
  const message = `${title} must be signed in again: ${reauth?.reason}`;
  return new IntegrationError("reauth_required", message);
}
