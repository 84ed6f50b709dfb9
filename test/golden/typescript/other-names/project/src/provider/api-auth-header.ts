// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { type Mechanism, required } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** The header that carries the access token: its name, and its text with `{token}`. */
    readonly apiAuthHeader?: string;
  }
}

/** The API wants the token in another way than RFC 6750 has it, so any kind of token is good. */
export const apiAuthHeader: Mechanism = {
  onTokenAnswer: (answer) => ({ ...answer, token_type: "bearer" }),
  onApiRequest(request, token, { provider }) {
    const header = required(provider.apiAuthHeader, "apiAuthHeader");
    const [name = "", ...text] = header.split(":");
    const headers = new Headers(request.headers);
    headers.delete("authorization");
    headers.set(name, text.join(":").trim().split("{token}").join(token));
    return { ...request, headers };
  },
};
