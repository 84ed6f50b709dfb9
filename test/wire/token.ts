import { createHash } from "node:crypto";
import {
  clientHeaders,
  clientParameters,
  type Declared,
  expectParameters,
  readTokenParameters,
  requireHeaders,
  requireMethod,
} from "./client-requests.js";
import { pollDevice } from "./device.js";
import { compare, type Pairs, valueOf, type WireRequest } from "./requests.js";
import { exactly, type Expected, Refused, renamed, shaped, TurnedAway } from "./texts.js";
import { answerTokens, grantedScopes } from "./token-answer.js";
import {
  endpointOf,
  type Flow,
  type Grant,
  json,
  requireUp,
  type SeenRequest,
  wentTo,
  type Wire,
  type WireAnswer,
} from "./wire.js";

/** A request to the token or the refresh URL. Which grant it is shows in the parameter that only this grant has. */
export function answerTokenRequest(
  wire: Wire,
  request: WireRequest,
  seen: SeenRequest,
): WireAnswer {
  const atToken = wentTo(request, endpointOf(wire, "tokenUrl"));
  const url = endpointOf(wire, atToken ? "tokenUrl" : "refreshUrl");
  seen.kind = atToken ? "token" : "refresh";
  requireMethod(request, "POST");
  if (url === undefined) throw new Refused("there is no token endpoint");
  const found = readTokenParameters(wire, request, url);
  const has = (name: string) => valueOf(found, tokenName(wire, name)) ?? valueOf(found, name);
  const refresh = has("refresh_token");
  if (refresh !== undefined) {
    seen.kind = "refresh";
    if (!wentTo(request, endpointOf(wire, "refreshUrl")))
      throw new Refused("a refresh at the token URL where a refresh URL is declared");
    return answerRefresh(wire, request, found);
  }
  if (!atToken) throw new Refused("no refresh at the refresh URL");
  if (has("device_code") === undefined) return answerCode(wire, request, found);
  seen.kind = "poll";
  return answerPoll(wire, request, found);
}

const tokenName = ({ answers }: Wire, name: string) =>
  renamed(name, answers.renameTokenParams, answers.renameParams);

/** Parameters and headers of a token request, whatever its grant. */
function check(wire: Wire, request: WireRequest, found: Pairs, declared: Declared): void {
  const { tokenHeaders, renameTokenParams } = wire.answers;
  requireHeaders(wire, request, {
    own: clientHeaders(wire),
    extra: tokenHeaders,
    ...(declared.values !== undefined && { values: declared.values }),
  });
  const standard = { ...declared.standard, ...clientParameters(wire) };
  const expected = expectParameters(wire, { ...declared, standard, renames: renameTokenParams });
  compare("parameter", found, expected);
}

/** RFC 6749, section 4.1.3; RFC 7636, section 4.6. A code that comes twice ends what the first led to (section 4.1.2). */
function answerCode(wire: Wire, request: WireRequest, found: Pairs): WireAnswer {
  const code = valueOf(found, tokenName(wire, "code")) ?? "";
  const flow = wire.flows.get(code);
  if (flow === undefined) throw new Refused(`code ${JSON.stringify(code)} is unknown`);
  check(wire, request, found, {
    standard: { grant_type: exactly("authorization_code"), code: exactly(code), ...bound(flow) },
    extra: wire.answers.tokenParams,
    values: { state: flow.state },
  });
  if (flow.spent) {
    if (flow.grant !== undefined) flow.grant.alive = false;
    throw new Refused("the code came twice");
  }
  flow.spent = true;
  const verifier = valueOf(found, tokenName(wire, "code_verifier"));
  if (verifier !== undefined) wire.secrets.add(verifier);
  if (wire.options.odd?.link === "200 with an error") return failure();
  flow.grant = newGrant(wire);
  return answerTokens(wire, flow.grant, false);
}

function bound({ redirectUri, challenge }: Flow): Readonly<Record<string, Expected>> {
  const verifier: Expected = {
    shown: "the verifier of the challenge",
    fits: (text) =>
      /^[A-Za-z0-9._~-]{43,128}$/u.test(text) &&
      createHash("sha256").update(text).digest("base64url") === challenge,
  };
  return {
    redirect_uri: exactly(redirectUri),
    ...(challenge !== undefined && { code_verifier: verifier }),
  };
}

/** What some services answer with status 200. */
const failure = () =>
  json(200, { error: "invalid_grant", error_description: "The grant is not good any more." });

function newGrant(wire: Wire): Grant {
  const grant: Grant = {
    accessToken: "",
    spentTokens: new Set(),
    scopes: grantedScopes(wire),
    alive: true,
  };
  wire.grants.push(grant);
  return grant;
}

/** RFC 6749, section 6. A refresh token that comes twice ends the grant (RFC 9700, section 4.14.2). */
function answerRefresh(wire: Wire, request: WireRequest, found: Pairs): WireAnswer {
  const token = valueOf(found, tokenName(wire, "refresh_token"));
  check(wire, request, found, {
    standard: { grant_type: exactly("refresh_token"), refresh_token: shaped(/./u) },
    extra: wire.answers.refreshParams,
  });
  requireUp(wire, "refresh");
  if (wire.grants.some(({ revoked, refreshToken }) => revoked && refreshToken === token))
    throw new TurnedAway(400, "invalid_grant");
  const spent = wire.grants.find(({ spentTokens }) => spentTokens.has(token ?? ""));
  if (spent !== undefined) {
    spent.alive = false;
    throw new Refused("the refresh token came twice");
  }
  const grant = wire.grants.find(({ alive, refreshToken }) => alive && refreshToken === token);
  if (grant === undefined) throw new Refused("the refresh token is unknown");
  const odd = wire.options.odd?.refresh;
  if (odd === "revoked") {
    Object.assign(grant, { alive: false, revoked: true });
    throw new TurnedAway(400, "invalid_grant");
  }
  if (odd !== "200 with an error") return answerTokens(wire, grant, true);
  grant.alive = false;
  return failure();
}

/** RFC 8628, section 3.4. */
function answerPoll(wire: Wire, request: WireRequest, found: Pairs): WireAnswer {
  check(wire, request, found, {
    standard: {
      grant_type: exactly("urn:ietf:params:oauth:grant-type:device_code"),
      device_code: shaped(/./u),
    },
    extra: wire.answers.tokenParams,
  });
  const wait = pollDevice(wire, valueOf(found, tokenName(wire, "device_code")));
  return wait === undefined
    ? answerTokens(wire, newGrant(wire), false)
    : json(400, { error: wait });
}
