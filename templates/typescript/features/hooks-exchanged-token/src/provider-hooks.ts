// Yours to change: this file is written once, and no update of the template touches it.
import { boundedFetch } from "./oauth/http.js";
import type { Integration, TokenAnswer } from "./oauth/provider.js";
import { isJsonObject, parseTokenAnswer } from "./oauth/token-answer.js";
import { defineHooks } from "./provider/hooks.js";

/**
 * The token of a sign-in lives for hours. It is exchanged for one of about 60 days, once. There is
 * no refresh token: when that token ends, the account is signed in again.
 */
export const hooks = defineHooks({
  async onTokenAnswer(answer, context) {
    const { access_token: token } = answer;
    if (typeof token !== "string") return toStandardRefusal(answer);
    const exchanged = await exchange(token, context);
    return "access_token" in exchanged ? { ...answer, ...exchanged } : exchanged;
  },
});

/** What the exchange answered: a token, or a refusal in the standard form. */
async function exchange(token: string, { provider, credential }: Integration) {
  const url = new URL(provider.tokenUrl);
  url.searchParams.set("grant_type", "fb_exchange_token");
  url.searchParams.set("client_id", credential.clientId);
  url.searchParams.set("client_secret", credential.clientSecret?.reveal() ?? "");
  url.searchParams.set("fb_exchange_token", token);
  const request = { subject: "The exchange", method: "GET", headers: new Headers(), body: null };
  const answer = parseTokenAnswer(await boundedFetch(url, request));
  return typeof answer["access_token"] === "string" ? answer : toStandardRefusal(answer);
}

/** "190" says that a token has ended: with the standard's name the person is asked to sign in. */
function toStandardRefusal(answer: TokenAnswer): TokenAnswer {
  const { error = "unknown_error" } = answer;
  const isEnded = isJsonObject(error) && error["code"] === 190;
  return { error: isEnded ? "invalid_grant" : error };
}
