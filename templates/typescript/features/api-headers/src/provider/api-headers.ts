// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** Headers of every API request, in the place of the client's own. */
    readonly apiHeaders?: Readonly<Record<string, string>>;
  }
}

/** The API wants more headers. */
export const apiHeaders: Mechanism = {
  onApiRequest(request, _token, { provider }) {
    const headers = new Headers(request.headers);
    for (const [name, value] of Object.entries(provider.apiHeaders ?? {})) headers.set(name, value);
    return { ...request, headers };
  },
};
