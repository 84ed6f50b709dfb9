import { IntegrationError } from "../errors.js";
import type { Mechanism } from "../oauth/provider.js";
import { toAccount } from "./account.js";

/**
 * The account is a claim of a JWT. It came straight from the token endpoint over TLS, so its
 * signature is not verified (OpenID Connect Core 1.0, section 3.1.3.7).
 */
export const accountByClaim: Mechanism = {
  async identifyAccount({ provider: { account } }, _token, answer) {
    if (account === undefined || !("claim" in account)) {
      throw new IntegrationError("misconfigured", "The definition names no claim for the account.");
    }
    const claims = readClaims(answer[account.token ?? "access_token"]);
    return toAccount(claims, account.claim, account.name);
  },
};

function readClaims(token: unknown): unknown {
  const payload = typeof token === "string" ? token.split(".")[1] : undefined;
  try {
    return JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8"));
  } catch (cause) {
    throw new IntegrationError("api_error", "The token with the account is no JWT.", { cause });
  }
}
