import { explain, type ExplainedRequest } from "../../core/explain.js";
import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { BODIES } from "./constants.js";
import { asksItself } from "./sign-in.js";
import { addressOf } from "./test-json.js";
import {
  ANGLE,
  ANYTHING,
  CLIENT,
  type Constant,
  constant,
  DICT,
  type Subject,
  TEXTS,
  withAngles,
} from "./test-subject.js";

/** Every request, by the name that it has in `explain`. Parameters are in the body, in whichever format it is. */
export function requestConstants({ said, filled }: Subject): readonly Constant[] {
  const explained = explain({ ...filled, tokenBodyFormat: "form" });
  const request = (name: string): ExplainedRequest | undefined =>
    explained.find((one) => one.name === name);
  const sent = (
    name: string,
    constantName: string,
    body: string = BODIES.form,
  ): readonly Constant[] => {
    const found = request(name);
    if (found === undefined) return [];
    return [constant(constantName, sentRequest(said, found, body), DICT)];
  };
  const [authorize = "", query = ""] = (request("authorization request")?.url ?? "").split(
    /\?(.*)/su,
  );
  return [
    constant("AUTHORIZE_URL", withAngles(authorize), "", "What the provider is asked."),
    constant("AUTHORIZE_QUERY", foretold(Object.fromEntries(new URLSearchParams(query))), TEXTS),
    constant("TOKEN_URL", addressOf(filled.tokenUrl)),
    ...sent("token request", "TOKEN_REQUEST", BODIES[said.tokenBodyFormat]),
    constant("TOKEN_BODY", BODIES[said.tokenBodyFormat]),
    ...(said.tokensExpire
      ? [constant("REFRESH_URL", addressOf(filled.refreshUrl ?? filled.tokenUrl))]
      : []),
    ...sent("refresh request", "REFRESH_REQUEST", BODIES[said.tokenBodyFormat]),
    ...(filled.revocationUrl === undefined
      ? []
      : [constant("REVOCATION_URL", addressOf(filled.revocationUrl))]),
    ...sent("revocation request", "REVOCATION_REQUEST"),
    constant("API_URL", filled.apiBaseUrl.replace(/\/+$/u, ""), "", "What the API is asked."),
    constant("API_HEADERS", foretold(request("API request")?.headers ?? {}), TEXTS),
    ...pkceConstants(said),
    ...accountCallConstants(request("account request")),
  ];
}

/** The names that RFC 7636 gives to challenge and verifier, or the provider's. */
function pkceConstants(said: IntegrationSpec): readonly Constant[] {
  if (said.pkce === "none") return [];
  const { renameParams, renameAuthorizationParams, renameTokenParams } = said;
  const challenge = { ...renameParams, ...renameAuthorizationParams }["code_challenge"];
  const verifier = { ...renameParams, ...renameTokenParams }["code_verifier"];
  return [
    constant("CHALLENGE", challenge ?? "code_challenge"),
    constant("VERIFIER", verifier ?? "code_verifier"),
  ];
}

function accountCallConstants(explained: ExplainedRequest | undefined): readonly Constant[] {
  if (explained === undefined) return [];
  const { method, url, headers } = explained;
  const request = {
    method,
    url: url.replaceAll(encodeURIComponent(ANGLE), "%3C"),
    headers: foretold(headers, "new-access"),
  };
  return [constant("ACCOUNT_URL", addressOf(url)), constant("ACCOUNT_REQUEST", request, DICT)];
}

/** As the generated code gives it to aiohttp, which adds the content type by itself. */
function sentRequest(
  said: IntegrationSpec,
  { name, method, url, headers, body = {} }: ExplainedRequest,
  place: string,
): unknown {
  const isSaid = Object.keys(said.tokenHeaders).some((one) => /^content-type$/iu.test(one));
  const own = Object.entries(foretold(headers)).filter(
    ([header]) => header !== "content-type" || (isSaid && !name.startsWith("revocation")),
  );
  return {
    method,
    url,
    headers: asksItself(said) ? Object.fromEntries(own) : {},
    [place]: foretold(body),
  };
}

/** What `explain` shows in the place of a value, and the value that it has in the tests. */
function foretold(texts: Texts, accessToken = "old-access"): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, foretoldText(text, accessToken)]),
  );
}

function foretoldText(text: string, accessToken: string): string {
  if (/<(?:state|random|code challenge|code verifier)>/u.test(text)) return ANYTHING;
  const basic = /^Basic <client id>:<client secret>( \(not form-encoded\))?$/u.exec(text);
  if (basic) {
    const [id, secret] = [CLIENT.id, CLIENT.secret].map((part) =>
      basic[1] === undefined ? encodeURIComponent(part) : part,
    );
    return `Basic ${btoa(`${id}:${secret}`)}`;
  }
  return withAngles(
    text
      .replaceAll("<client id>", CLIENT.id)
      .replaceAll("<client secret>", CLIENT.secret)
      .replaceAll("<code>", "the-code")
      .replaceAll("<refresh token>", "old-refresh")
      .replaceAll("<access token>", accessToken),
  );
}
