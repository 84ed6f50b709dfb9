// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { fetchWithToken } from "../oauth/http.js";
import { type Mechanism, required } from "../oauth/provider.js";
import { toAccount } from "./account.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** The call that says whose token it is. `id` and `name` are dotted paths into its answer. */
    readonly account?: {
      readonly path: string;
      readonly id: string;
      readonly name?: string;
      readonly query?: ExtraParameters;
      readonly method?: string;
    };
  }
}

/** The account is what a call of the API answers. */
export const accountByCall: Mechanism = {
  async identifyAccount(context, { accessToken }) {
    const account = required(context.provider.account, "account");
    const { path, query = {}, method = "GET" } = account;
    const { body } = await fetchWithToken(context, accessToken, { method, path, query });
    return toAccount(body, account.id, account.name);
  },
};
