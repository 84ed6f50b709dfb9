import { IntegrationError } from "../errors.js";
import { fetchWithToken } from "../oauth/authorized-fetch.js";
import type { Account, ContextOf, Mechanism } from "../oauth/provider.js";
import { toAccount } from "../oauth/token-answer.js";

/** The account is what a call of the API answers. */
export const accountByCall: Mechanism = { identifyAccount };

async function identifyAccount(context: ContextOf<"identifyAccount">): Promise<Account> {
  const { account, apiBaseUrl } = context.provider;
  if (account === undefined || !("path" in account)) {
    throw new IntegrationError("misconfigured", "The definition names no call for the account.");
  }
  const { path, query = {}, method = "GET" } = account;
  const token = context.accessToken.reveal();
  const { body } = await fetchWithToken(apiBaseUrl, token, { method, path, query });
  return toAccount(body, account.id, account.name);
}
