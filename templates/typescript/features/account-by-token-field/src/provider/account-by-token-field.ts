import { IntegrationError } from "../errors.js";
import type { Mechanism } from "../oauth/provider.js";
import { toAccount } from "./account.js";

/** The account is a field of the token answer. */
export const accountByTokenField: Mechanism = {
  async identifyAccount({ provider: { account } }, _token, answer) {
    if (account !== undefined && "tokenField" in account) {
      return toAccount(answer, account.tokenField, account.name);
    }
    throw new IntegrationError("misconfigured", "The definition names no field for the account.");
  },
};
