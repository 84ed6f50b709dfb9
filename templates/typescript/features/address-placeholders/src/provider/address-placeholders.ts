// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism, ProviderDefinition } from "../oauth/provider.js";
import { fillAddress } from "./address.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** The hosts that a captured value may lead to, itself or below, by the name of the value. */
    readonly hostSuffixes?: Readonly<Record<string, readonly string[]>>;
  }
}

/** Puts values in the place of `{name}` in addresses, where they lead nowhere else. */
export const addressPlaceholders: Mechanism = {
  fillIn(context) {
    const { provider, values } = context;
    const members = Object.entries(provider).map(([name, member]: [string, unknown]) => {
      const isAddress = typeof member === "string" && /Url$|^issuer$/.test(name);
      return [name, isAddress ? fillAddress(member, values, provider) : member];
    });
    // No request can be sent to an address that is not whole: it is left out.
    const known = members.filter(([, member]) => member !== undefined);
    return { ...context, provider: Object.fromEntries(known) as ProviderDefinition };
  },
};
