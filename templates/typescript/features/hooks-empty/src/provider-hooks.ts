// Yours to change: this file is written once, and no update of the template touches it.
import { defineHooks } from "./provider/hooks.js";

/**
 * What no answer of the generator can say. Each hook is given what is about to be used, and gives
 * back what is used instead. As they stand here they change nothing; delete those you do not need.
 *
 * `context` tells what the request goes by: `context.provider` is the definition of `const.ts`
 * without placeholders, `context.credential` has `clientId` and `clientSecret?.reveal()`, and
 * `context.values` what was asked and captured for this account.
 *
 * A hook may be `async`. To end the request, throw an `IntegrationError` (`./errors.js`) with a
 * message without secrets. To send a request of your own, use `boundedFetch` (`./oauth/http.js`).
 * The sandbox goes without hooks.
 */
export const hooks = defineHooks({
  /**
   * The address of the sign-in page. All of it may change but the parameter `state`: by that the
   * sign-in is known when the browser comes back.
   */
  onAuthorizationUrl(url, _context) {
    return url;
  },

  /**
   * A request to the authorization server: `request.endpoint` says to which part. `url`, `method`,
   * `headers` and `parameters` may change, and `body` may be set, for something else than a form.
   * `request.parameters.get("grant_type")` is "refresh_token" at a refresh. What signs a request
   * belongs here: all other changes are made by now.
   */
  onTokenRequest(request, _context) {
    return request;
  },

  /**
   * What the token endpoint answered, under the standard names: `access_token`, `refresh_token`,
   * `expires_in` in seconds, `scope`. A refusal comes by here, too: it has no `access_token`.
   * `step` is "sign-in" or "refresh". What exchanges a token for another one belongs here.
   */
  onTokenAnswer(answer, _context, _step) {
    return answer;
  },

  /**
   * A request to the API: `url`, `method`, `headers` and `body` may change. The access token is in
   * the headers already; `token` is the same, for a signature.
   */
  onApiRequest(request, _token, _context) {
    return request;
  },
});
