// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** How a token request carries its parameters; without it, as a form. */
    readonly tokenBodyFormat?: "json" | "query";
  }
}

/** The parameters of a token request go as an object in JSON. */
export const tokenBodyJson: Mechanism = {
  onTokenRequest(request) {
    if (request.endpoint !== "token") return request;
    const headers = new Headers(request.headers);
    headers.set("content-type", "application/json");
    return { ...request, headers, body: JSON.stringify(Object.fromEntries(request.parameters)) };
  },
};
