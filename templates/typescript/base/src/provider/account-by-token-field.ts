import { IntegrationError } from "../errors.js";
import type { Account, ContextOf, Mechanism } from "../oauth/provider.js";
import { toAccount } from "../oauth/token-answer.js";

/** The account is a field of the token answer. */
export const accountByTokenField: Mechanism = { identifyAccount };

async function identifyAccount(context: ContextOf<"identifyAccount">): Promise<Account> {
  const { account } = context.provider;
  if (account !== undefined && "tokenField" in account) {
    return toAccount(context.answer, account.tokenField, account.name);
  }
  throw new IntegrationError("misconfigured", "The definition names no field for the account.");
}
