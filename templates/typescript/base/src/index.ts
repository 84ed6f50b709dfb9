export * from "./api.js";
export {
  credentialFromEnvironment,
  redirectPortFromEnvironment,
} from "./application-credentials.js";
export type { ClientCredential, IntegrationContext } from "./application-credentials.js";
export * from "./config-flow.js";
export { DOMAIN, NAME, PROVIDER } from "./const.js";
export { IntegrationError, type IntegrationErrorCode } from "./errors.js";
export * from "./init.js";
export type { ApiAnswer, ApiRequest } from "./oauth/authorized-fetch.js";
export type { Account, Mechanism, ProviderDefinition } from "./oauth/provider.js";
export type { OAuth2Session, SessionEvents } from "./oauth/session.js";
export { redact, Secret } from "./redact.js";
export { Cipher, envKey, fileKey, type KeySource } from "./storage/cipher.js";
export { CredentialStore, FileEntryStore } from "./storage/entries.js";
export type { ConfigEntry, EntryListing, EntryStore, StoredToken } from "./storage/entries.js";
