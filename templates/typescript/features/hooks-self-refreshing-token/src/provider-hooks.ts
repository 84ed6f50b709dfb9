// Yours to change: this file is written once, and no update of the template touches it.
import { boundedFetch } from "./oauth/http.js";
import { type Integration, required, type TokenAnswer } from "./oauth/provider.js";
import { isJsonObject, parseTokenAnswer } from "./oauth/token-answer.js";
import { defineHooks } from "./provider/hooks.js";

/**
 * The token of a sign-in lives for an hour. It is exchanged for one of 60 days, once. There is no
 * refresh token: the token itself is what is refreshed.
 */
export const hooks = defineHooks({
  /** A refresh is a GET with the token itself, and without the client's credentials. */
  onTokenRequest(request) {
    const token = request.parameters.get("refresh_token");
    if (request.endpoint !== "token" || token === null) return request;
    const grant = request.parameters.get("grant_type") ?? "";
    const parameters = new URLSearchParams({ grant_type: grant, access_token: token });
    return { ...request, method: "GET", parameters };
  },

  async onTokenAnswer(answer, context, step) {
    const { access_token: token } = answer;
    if (typeof token !== "string") return toStandardRefusal(answer);
    if (step === "refresh") return withRefresh(answer);
    const exchanged = await exchange(token, context);
    return "access_token" in exchanged ? withRefresh({ ...answer, ...exchanged }) : exchanged;
  },
});

/**
 * What the exchange answered: a token, or a refusal in the standard form. Its address stands beside
 * the one of the refresh, and its grant type is named like the other one (`ig_refresh_token`).
 */
async function exchange(token: string, { provider, credential }: Integration) {
  const refreshGrant = required(provider.refreshParams?.["grant_type"], "refreshParams");
  const url = new URL("access_token", required(provider.refreshUrl, "refreshUrl"));
  url.searchParams.set("grant_type", refreshGrant.replace("refresh", "exchange"));
  url.searchParams.set("client_secret", credential.clientSecret?.reveal() ?? "");
  url.searchParams.set("access_token", token);
  const request = { subject: "The exchange", method: "GET", headers: new Headers(), body: null };
  const answer = parseTokenAnswer(await boundedFetch(url, request));
  return typeof answer["access_token"] === "string" ? answer : toStandardRefusal(answer);
}

/**
 * The token refreshes itself. One that has ended cannot, so half of its life is told: an account
 * that is used at least once a month stays linked.
 */
function withRefresh(answer: TokenAnswer): TokenAnswer {
  const { access_token, expires_in } = answer;
  return { ...answer, refresh_token: access_token, expires_in: Number(expires_in) / 2 };
}

/** "190" says that a token has ended: with the standard's name the person is asked to sign in. */
function toStandardRefusal(answer: TokenAnswer): TokenAnswer {
  const { error = "unknown_error" } = answer;
  const isEnded = isJsonObject(error) && error["code"] === 190;
  return { error: isEnded ? "invalid_grant" : error };
}
