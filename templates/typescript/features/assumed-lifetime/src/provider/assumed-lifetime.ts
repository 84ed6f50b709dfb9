// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** Seconds that an access token lives when the answer does not say. */
    readonly assumedLifetime?: number;
  }
}

/** The token answer does not say when the token ends, but it does end. */
export const assumedLifetime: Mechanism = {
  onTokenAnswer(answer, { provider }) {
    const isSaid = Number(answer["expires_in"]) > 0;
    return isSaid ? answer : { ...answer, expires_in: provider.assumedLifetime };
  },
};
