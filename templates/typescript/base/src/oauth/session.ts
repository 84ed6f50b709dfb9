// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { EventEmitter } from "node:events";
import type { Integration } from "../application-credentials.js";
import { IntegrationError } from "../errors.js";
import { hideFromInspect } from "../redact.js";
import type { ConfigEntry, StoredToken } from "../storage/entries.js";
import { toStoredToken } from "./token-answer.js";
import { refreshGrant } from "./token-endpoint.js";

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
  #entry: ConfigEntry;
  #flight: Promise<string> | undefined;
  /** The access token in the store, while the newer one could not be saved. */
  #stale: string | undefined;
  #failures = 0;
  #failure: { readonly until: number; readonly error: IntegrationError } | undefined;

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

  /**
   * A token that is good now. `rejected` is one that the API refused: only that one is replaced.
   * Throws `reauth_required`, `not_linked`, `misconfigured`, `temporarily_unavailable`, `network_error`,
   * `authorization_failed` (a token came that cannot be used), or what the store throws.
   */
  async accessToken(rejected?: string): Promise<string> {
    const { reauth, token } = this.#entry;
    const wasStale = this.#stale !== undefined;
    if (!wasStale && reauth === undefined && isFresh(token, rejected)) return token.accessToken;
    this.#flight ??= this.#exclusive(() => this.#findOrRenew(rejected)).finally(() => {
      this.#flight = undefined;
    });
    try {
      return await this.#flight;
    } catch (error) {
      if (this.#canGoOn(error, wasStale, rejected)) return this.#entry.token.accessToken;
      throw error;
    }
  }

  /** Asks for a new token with exactly one request, fresh token or not. Throws as `accessToken`. */
  refresh(): Promise<string> {
    return this.#exclusive(async () => {
      const entry = await this.#reload();
      if (this.#refreshTokenOf(entry) !== undefined) return this.#renew(entry);
      const message = `${entry.title} has no refresh token: there is nothing to refresh.`;
      throw new IntegrationError("misconfigured", message);
    });
  }

  #exclusive(run: () => Promise<string>): Promise<string> {
    return this.#integration.store.exclusive(this.#entry.entryId, run);
  }

  async #findOrRenew(rejected: string | undefined): Promise<string> {
    const entry = await this.#reload();
    if (isFresh(entry.token, rejected)) return entry.token.accessToken;
    if (this.#refreshTokenOf(entry) === undefined) {
      return this.#latch(entry, `the token ${rejected === undefined ? "ended" : "was refused"}.`);
    }
    if (this.#failure !== undefined && Date.now() < this.#failure.until) throw this.#failure.error;
    return this.#renew(entry);
  }

  /** The definition may have said something else when the account was linked. */
  #refreshTokenOf({ token }: ConfigEntry): string | undefined {
    return this.#integration.provider.tokensExpire === false ? undefined : token.refreshToken;
  }

  /** Reads what other processes stored meanwhile. Throws `not_linked`, `reauth_required`. */
  async #reload(): Promise<ConfigEntry> {
    const stored = await this.#integration.store.load(this.#entry.entryId);
    if (stored === undefined) {
      throw new IntegrationError("not_linked", `${this.#entry.title} was unlinked. Link it again.`);
    }
    if (this.#stale === stored.token.accessToken) await this.#save();
    else this.#adopt(stored);
    const { reauth } = this.#entry;
    if (reauth !== undefined) throw reauthRequired(this.#entry, reauth.reason);
    return this.#entry;
  }

  async #renew(entry: ConfigEntry): Promise<string> {
    this.#checkMayAsk(entry);
    const { retry: _, token: old, ...rest } = entry;
    let token: StoredToken;
    try {
      const answer = await refreshGrant(this.#integration, old.refreshToken ?? "");
      token = toStoredToken(answer, this.#integration.provider, old);
    } catch (error) {
      return this.#recover(entry, error);
    }
    this.#failures = 0;
    this.#failure = undefined;
    this.#entry = { ...rest, token };
    this.#stale ??= old.accessToken;
    // Saved before it is handed out: the one before it may be spent already.
    const cause = await this.#save();
    if (cause !== undefined) throw notSaved(entry, cause);
    this.emit("token_refreshed", { entryId: entry.entryId, expiresAt: token.expiresAt });
    return token.accessToken;
  }

  #checkMayAsk({ retry, clientId, title }: ConfigEntry): void {
    if (clientId !== this.#integration.credential.clientId) {
      const message = `${title} was linked with another client id. Reconfigure it with this one.`;
      throw new IntegrationError("misconfigured", message);
    }
    const retryAfter = (retry?.at ?? 0) - Date.now();
    if (retryAfter <= 0) return;
    const message = `The provider wants no request for another ${Math.ceil(retryAfter / 1000)} s.`;
    throw new IntegrationError("temporarily_unavailable", message, { retryAfter });
  }

  async #recover(entry: ConfigEntry, error: unknown): Promise<string> {
    if (!(error instanceof IntegrationError)) throw error;
    const backoff = Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** this.#failures);
    const until = Date.now() + (error.retryAfter || backoff);
    this.#failures += 1;
    this.#failure = { until, error };
    if (error.code === "reauth_required") return this.#bury(entry, error.message);
    if (error.retryAfter) {
      this.#entry = { ...entry, retry: { at: until } };
      await this.#save();
    }
    throw error;
  }

  /** The refresh token is dead, unless somebody stored another one meanwhile. */
  async #bury(entry: ConfigEntry, reason: string): Promise<string> {
    const stored = await this.#integration.store.load(entry.entryId);
    const known = this.#stale ?? entry.token.accessToken;
    const isNewer = stored !== undefined && stored.token.accessToken !== known;
    if (!isNewer) return this.#latch(entry, reason);
    this.#adopt(stored);
    return stored.token.accessToken;
  }

  /** Marks the entry, so that no process asks again until somebody signs in. */
  async #latch(entry: ConfigEntry, reason: string): Promise<never> {
    this.#adopt({ ...entry, reauth: { since: Date.now(), reason } });
    await this.#save();
    throw reauthRequired(entry, reason);
  }

  /** Gives what went wrong, if anything did: a mark that is not stored is no loss, a token may be one. */
  async #save(): Promise<unknown> {
    try {
      await this.#integration.store.save(this.#entry);
      this.#stale = undefined;
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #adopt(entry: ConfigEntry): void {
    const { reauth: before } = this.#entry;
    const { reauth, entryId, title, token } = entry;
    this.#entry = entry;
    this.#stale = undefined;
    hideFromInspect(token);
    if (reauth === undefined || before !== undefined) return;
    this.emit("reauth_required", { entryId, title, reason: reauth.reason });
  }

  /** A failed save was reported once; after that its token serves. */
  #canGoOn(error: unknown, wasStale: boolean, rejected: string | undefined): boolean {
    if (!(error instanceof IntegrationError) || this.#entry.reauth !== undefined) return false;
    const { accessToken, expiresAt = Number.POSITIVE_INFINITY } = this.#entry.token;
    const isPassing = PASSING.has(error.code) || (wasStale && error.code === "storage_failed");
    return isPassing && accessToken !== rejected && expiresAt > Date.now();
  }
}

/** Good for another minute at least, or for a quarter of its life when that is shorter. */
function isFresh(token: StoredToken, rejected: string | undefined): boolean {
  const { accessToken, obtainedAt, expiresAt = Number.POSITIVE_INFINITY } = token;
  const early = Math.min(EARLIEST_MS, (expiresAt - obtainedAt) / 4);
  return accessToken !== rejected && expiresAt - Date.now() > early;
}

function reauthRequired({ title }: ConfigEntry, reason: string): IntegrationError {
  return new IntegrationError("reauth_required", `${title} must be signed in again: ${reason}`);
}

function notSaved({ title }: ConfigEntry, cause: unknown): IntegrationError {
  const message = `The new token of ${title} could not be saved. This process goes on with it`;
  const risk = "if it ends before a later try succeeds, the account must perhaps be linked again";
  return new IntegrationError("storage_failed", `${message}; ${risk}.`, { cause });
}
