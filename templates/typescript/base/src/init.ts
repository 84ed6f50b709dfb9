import { ServiceClient } from "./api.js";
import type { IntegrationContext } from "./application-credentials.js";
import { checkEntryBelongs, toIntegration } from "./application-credentials.js";
import { revokeGrant } from "./oauth/provider.js";
import { OAuth2Session } from "./oauth/session.js";
import type { ConfigEntry } from "./storage/entries.js";

/** A linked account in use. */
export interface Runtime {
  /** As the session knows it now. */
  readonly entry: ConfigEntry;
  readonly session: OAuth2Session;
  readonly client: ServiceClient;
}

const runtimes = new Map<string, Promise<Runtime>>();

/**
 * Takes an entry into use, once: a second call gives the same. It proves that a token can be had.
 * Throws what `OAuth2Session.accessToken` throws.
 */
export function setupEntry(entry: ConfigEntry, context: IntegrationContext): Promise<Runtime> {
  const known = runtimes.get(entry.entryId);
  if (known !== undefined) return known;
  const starting = start(entry, context);
  runtimes.set(entry.entryId, starting);
  starting.catch(() => runtimes.delete(entry.entryId));
  return starting;
}

async function start(entry: ConfigEntry, context: IntegrationContext): Promise<Runtime> {
  const integration = toIntegration(context);
  checkEntryBelongs(entry, integration);
  const session = new OAuth2Session(entry, integration);
  await session.accessToken();
  const client = new ServiceClient(session, integration.provider.apiBaseUrl);
  return {
    get entry() {
      return session.entry;
    },
    session,
    client,
  };
}

/** Ends the use of an entry in this process. Gives false when it was not in use. */
export function unloadEntry(entryId: string): boolean {
  return runtimes.delete(entryId);
}

/**
 * Ends the grant at the provider and forgets the entry, whatever the provider answers: `revoked`
 * says whether it was confirmed. Throws `misconfigured` or an error of the storage.
 */
export async function removeEntry(
  entry: ConfigEntry,
  context: IntegrationContext,
): Promise<{ readonly revoked: boolean }> {
  const integration = toIntegration(context);
  checkEntryBelongs(entry, integration);
  const { store } = integration;
  const { entryId } = entry;
  unloadEntry(entryId);
  return store.exclusive(entryId, async () => {
    // Another process may have rotated the token; a file that cannot be read goes all the same.
    const stored = await store.load(entryId).catch(() => undefined);
    const { token } = stored ?? entry;
    const revoked = await revokeGrant({ ...integration, token });
    await store.remove(entryId);
    return { revoked };
  });
}
