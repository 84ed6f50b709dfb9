// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { PROVIDER } from "../const.js";
import { type Mechanism, required } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    readonly clientMetadataUrl?: string;
  }
}

/**
 * The client id is the address where `client-metadata.json` is published: servers read there what
 * others are told when an app is registered (OAuth Client ID Metadata Document).
 */
export const clientMetadata: Mechanism = {
  credential: { clientId: required(PROVIDER.clientMetadataUrl, "clientMetadataUrl") },
};
