import { ServiceClient } from "./api.js";
import type { IntegrationContext } from "./application-credentials.js";
import { checkEntryBelongs, toIntegration } from "./application-credentials.js";
import { revokeGrant } from "./oauth/provider.js";
import { OAuth2Session } from "./oauth/session.js";
import { type ConfigEntry, valuesOf } from "./storage/entries.js";

/** A linked account in use. The session knows its entry. */
export interface Runtime {
  readonly session: OAuth2Session;
  readonly client: ServiceClient;
}

const runtimes = new Map<string, Promise<Runtime>>();

/** Takes an entry into use, once, and proves that a token can be had. Throws as `OAuth2Session.accessToken`. */
export function setupEntry(entry: ConfigEntry, context: IntegrationContext): Promise<Runtime> {
  const runtime = runtimes.get(entry.entryId) ?? start(entry, context);
  runtimes.set(entry.entryId, runtime);
  // Only this one: the entry may be in use anew by then.
  runtime.catch(() => runtimes.get(entry.entryId) === runtime && unloadEntry(entry.entryId));
  return runtime;
}

async function start(entry: ConfigEntry, context: IntegrationContext): Promise<Runtime> {
  const integration = toIntegration(context);
  checkEntryBelongs(entry, integration);
  const session = new OAuth2Session(entry, integration);
  await session.accessToken();
  return { session, client: new ServiceClient(session) };
}

/** Ends the use of an entry in this process. Gives false when it was not in use. */
export function unloadEntry(entryId: string): boolean {
  return runtimes.delete(entryId);
}

/** Ends the grant at the provider and forgets the entry in any case. Throws `misconfigured`, or as the storage. */
export async function removeEntry(entry: ConfigEntry, context: IntegrationContext) {
  const integration = toIntegration(context);
  checkEntryBelongs(entry, integration);
  const { store } = integration;
  const { entryId } = entry;
  unloadEntry(entryId);
  return store.exclusive(entryId, async () => {
    // Another process may have rotated the token; a file that cannot be read goes all the same.
    const known = (await store.load(entryId).catch(() => undefined)) ?? entry;
    const owner = { ...integration, values: valuesOf(known) };
    const revoked = await revokeGrant(owner, known.token);
    await store.remove(entryId);
    return { revoked };
  });
}
