import { requireHeaders } from "./client-requests.js";
import { compare, parsePairs, valueOf, type WireRequest } from "./requests.js";
import { exactly, type Expected, Refused } from "./texts.js";
import { accessToken } from "./tokens.js";
import {
  clientOf,
  endpointOf,
  type Grant,
  json,
  keepSecret,
  type SeenRequest,
  wentTo,
  type Wire,
  type WireAnswer,
} from "./wire.js";

/** The tokens that an exchange gives live for 60 days. */
const SIXTY_DAYS = 5_184_000;

/** What no answer says: the exchange of a short-lived token by GET, and the refresh of a token by itself. */
export function answerHook(
  wire: Wire,
  request: WireRequest,
  seen: SeenRequest,
): WireAnswer | undefined {
  if (request.method !== "GET") return undefined;
  const { hook } = wire.options;
  const refresh = endpointOf(wire, "refreshUrl");
  if (hook === "exchanged-token" && wentTo(request, endpointOf(wire, "tokenUrl"))) {
    seen.kind = "exchange";
    return exchange(wire, request, "fb_exchange_token", {
      grant_type: exactly("fb_exchange_token"),
      client_id: exactly(clientOf(wire).id),
      client_secret: exactly(clientOf(wire).secret),
    });
  }
  if (hook !== "self-refreshing-token" || refresh === undefined) return undefined;
  const prefix = refreshGrant(wire).replace(/refresh_token$/u, "");
  if (wentTo(request, refresh)) {
    seen.kind = "refresh";
    return refreshItself(wire, request, refreshGrant(wire));
  }
  if (!wentTo(request, new URL(refresh.href.replace(/[^/]*$/u, "access_token")))) return undefined;
  seen.kind = "exchange";
  return exchange(wire, request, "access_token", {
    grant_type: exactly(`${prefix}exchange_token`),
    client_secret: exactly(clientOf(wire).secret),
  });
}

const refreshGrant = ({ answers }: Wire): string => answers.refreshParams?.["grant_type"] ?? "";

/** Only a token that nobody exchanged is good for it. */
function exchange(
  wire: Wire,
  request: WireRequest,
  tokenName: string,
  standard: Readonly<Record<string, Expected>>,
): WireAnswer {
  const grant = grantOf(wire, request, tokenName, standard);
  if (grant.needsExchange !== true) throw new Refused("the token is exchanged already");
  return longLived(wire, grant);
}

function refreshItself(wire: Wire, request: WireRequest, grantType: string): WireAnswer {
  const grant = grantOf(wire, request, "access_token", { grant_type: exactly(grantType) });
  if (grant.needsExchange === true) throw new Refused("a short-lived token cannot be refreshed");
  return longLived(wire, grant);
}

/** The grant of the token that stands in the query, beside what is declared and nothing else. */
function grantOf(
  wire: Wire,
  request: WireRequest,
  tokenName: string,
  standard: Readonly<Record<string, Expected>>,
): Grant {
  if (request.body !== "") throw new Refused("a body where none belongs");
  requireHeaders(wire, request, { own: new Map() });
  const found = parsePairs(request.query);
  const token = valueOf(found, tokenName) ?? "";
  compare(
    "parameter",
    found,
    new Map(Object.entries({ ...standard, [tokenName]: exactly(token) })),
  );
  const grant = wire.grants.find(({ alive, accessToken: own }) => alive && own === token);
  if (grant === undefined) throw new Refused("the token is unknown");
  return grant;
}

function longLived(wire: Wire, grant: Grant): WireAnswer {
  grant.accessToken = keepSecret(wire, accessToken(wire));
  grant.needsExchange = false;
  // One that refreshes itself cannot once it has ended: the project tells half of its life.
  const told = wire.options.hook === "self-refreshing-token" ? SIXTY_DAYS / 2 : SIXTY_DAYS;
  grant.expiresAt = Date.now() + told * 1000;
  return json(200, {
    access_token: grant.accessToken,
    token_type: "bearer",
    expires_in: SIXTY_DAYS,
  });
}
