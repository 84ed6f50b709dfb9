// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { ExtraParameters, Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** From the standard name of a parameter to the provider's, in every request. */
    readonly renameParams?: ExtraParameters;
    /** The same in the authorization request only. */
    readonly renameAuthorizationParams?: ExtraParameters;
    /** The same in requests to the token endpoint only. */
    readonly renameTokenParams?: ExtraParameters;
  }
}

/** The provider has names of its own for standard parameters. */
export const renamedParameters: Mechanism = {
  onAuthorizationUrl(url, { provider: { renameParams, renameAuthorizationParams } }) {
    const changed = new URL(url);
    const names = { ...renameParams, ...renameAuthorizationParams };
    changed.search = rename(url.searchParams, names).toString();
    return changed;
  },
  onTokenRequest(request, { provider: { renameParams, renameTokenParams } }) {
    const own = request.endpoint === "token" ? renameTokenParams : {};
    const parameters = rename(request.parameters, { ...renameParams, ...own });
    return { ...request, parameters };
  },
};

function rename(parameters: URLSearchParams, names: ExtraParameters): URLSearchParams {
  const pairs = [...parameters].map(([name, value]): [string, string] => [
    Object.hasOwn(names, name) ? String(names[name]) : name,
    value,
  ]);
  return new URLSearchParams(pairs);
}
