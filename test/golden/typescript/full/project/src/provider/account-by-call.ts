import { IntegrationError } from "../errors.js";
import { fetchWithToken } from "../oauth/http.js";
import type { Mechanism } from "../oauth/provider.js";
import { toAccount } from "./account.js";

/** The account is what a call of the API answers. */
export const accountByCall: Mechanism = {
  async identifyAccount({ provider: { account, apiBaseUrl } }, { accessToken }) {
    if (account === undefined || !("path" in account)) {
      throw new IntegrationError("misconfigured", "The definition names no call for the account.");
    }
    const { path, query = {}, method = "GET" } = account;
    const { body } = await fetchWithToken(apiBaseUrl, accessToken, { method, path, query });
    return toAccount(body, account.id, account.name);
  },
};
