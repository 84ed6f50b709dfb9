// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** Headers of every token request, in the place of the client's own. */
    readonly tokenHeaders?: Readonly<Record<string, string>>;
  }
}

/** The token endpoint wants more headers. */
export const tokenHeaders: Mechanism = {
  onTokenRequest(request, { provider }) {
    if (request.endpoint !== "token") return request;
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(provider.tokenHeaders ?? {}))
      headers.set(name, value);
    return { ...request, headers };
  },
};
