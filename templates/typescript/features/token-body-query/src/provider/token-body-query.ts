// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** How a token request carries its parameters; without it, as a form. */
    readonly tokenBodyFormat?: "json" | "query";
  }
}

/** The parameters of a token request go in its address; the body is empty. */
export const tokenBodyQuery: Mechanism = {
  onTokenRequest(request) {
    if (request.endpoint !== "token") return request;
    const url = new URL(request.url);
    for (const [name, value] of request.parameters) url.searchParams.append(name, value);
    const headers = new Headers(request.headers);
    headers.delete("content-type");
    return { ...request, url, headers, body: null };
  },
};
