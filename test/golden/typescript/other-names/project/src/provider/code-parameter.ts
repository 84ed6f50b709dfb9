// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { type Mechanism, required } from "../oauth/provider.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** The name of the code in the redirect. */
    readonly codeParam?: string;
  }
}

/** The code comes under another name. */
export const codeParameter: Mechanism = {
  onRedirect(redirect, { provider }) {
    const standard = new URL(redirect);
    const codes = redirect.searchParams.getAll(required(provider.codeParam, "codeParam"));
    standard.searchParams.delete("code");
    for (const code of codes) standard.searchParams.append("code", code);
    return standard;
  },
};
