// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { type Mechanism, required } from "../oauth/provider.js";
import { toAccount } from "./account.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** Where the token answer says whose token it is: dotted paths. */
    readonly account?: { readonly tokenField: string; readonly name?: string };
  }
}

/** The account is a field of the token answer. */
export const accountByTokenField: Mechanism = {
  async identifyAccount({ provider }, _token, answer) {
    const { tokenField, name } = required(provider.account, "account");
    return toAccount(answer, tokenField, name);
  },
};
