// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";
import { type Mechanism, required } from "../oauth/provider.js";
import { toAccount } from "./account.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** The claim that says whose token it is, of the access token unless said otherwise. */
    readonly account?: {
      readonly claim: string;
      readonly name?: string;
      readonly token?: "access_token" | "id_token";
    };
  }
}

/**
 * The account is a claim of a JWT. It came straight from the token endpoint over TLS, so its
 * signature is not verified (OpenID Connect Core 1.0, section 3.1.3.7).
 */
export const accountByClaim: Mechanism = {
  async identifyAccount({ provider }, _token, answer) {
    const { claim, name, token = "access_token" } = required(provider.account, "account");
    return toAccount(readClaims(answer[token]), claim, name);
  },
};

function readClaims(token: unknown): unknown {
  const payload = typeof token === "string" ? token.split(".")[1] : undefined;
  try {
    return JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8"));
  } catch (cause) {
    const message = "The token with the account is no JWT. Name another one in the definition.";
    throw new IntegrationError("api_error", message, { cause });
  }
}
