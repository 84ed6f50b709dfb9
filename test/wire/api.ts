import { requireHeaders, requireMethod } from "./client-requests.js";
import type { WireAnswers } from "./declared.js";
import { compare, parsePairs, valueOf, type WireRequest } from "./requests.js";
import { exactly, type Expected, type ExpectedTexts, Refused, TurnedAway } from "./texts.js";
import { place } from "./token-answer.js";
import {
  apiBaseOf,
  cameTo,
  type Grant,
  json,
  requireUp,
  type SeenRequest,
  userOf,
  type Wire,
  type WireAnswer,
} from "./wire.js";

/** What `call GET /things` gives, and what `call POST /things` takes. */
export const THINGS = { things: [{ id: 1, name: "Lamp" }] } as const;

/** The path below the API's base, if the request went there. */
export function apiPathOf(wire: Wire, request: WireRequest): string | undefined {
  const base = apiBaseOf(wire);
  if (base === undefined || !cameTo(request, base)) return undefined;
  const prefix = base.pathname.replace(/\/$/u, "");
  return request.path.startsWith(`${prefix}/`) ? request.path.slice(prefix.length) : undefined;
}

/** The API: it knows the account request, GET and POST of /things, documents that it was given, and refuses what it does not know. */
export function callApi(wire: Wire, request: WireRequest, seen: SeenRequest): WireAnswer {
  const path = apiPathOf(wire, request);
  const account = accountRequest(wire.answers);
  const isAccount = account !== undefined && path === account.path;
  const document = wire.options.documents?.[path ?? ""];
  if (!isAccount && path !== "/things" && document === undefined)
    throw new Refused("there is nothing at this address");
  seen.kind = isAccount ? "account" : "api";
  requireUp(wire, seen.kind);
  requireToken(wire, request);
  const query = Object.entries((isAccount ? account.query : undefined) ?? {});
  compare(
    "query parameter",
    parsePairs(request.query),
    new Map(query.map(([name, value]) => [name, exactly(value)])),
  );
  if (isAccount) return answerAccount(wire, request, account);
  if (request.method === "POST" && document === undefined)
    return json(201, { made: readThing(request) });
  requireMethod(request, "GET");
  requireNoBody(request);
  return json(200, document ?? THINGS);
}

type AccountCall = Extract<WireAnswers["account"], { readonly path: string }>;

function accountRequest({ account = "none" }: WireAnswers): AccountCall | undefined {
  return account !== "none" && "path" in account ? account : undefined;
}

function answerAccount(wire: Wire, request: WireRequest, account: AccountCall): WireAnswer {
  requireMethod(request, account.method ?? "GET");
  requireNoBody(request);
  const document = { unrelated: [1, 2] };
  const user = userOf(wire);
  const literal = wire.options.literalKeys === true;
  place(document, account.id, { value: user.id, literal });
  if (account.name !== undefined) place(document, account.name, { value: user.name, literal });
  return json(200, document);
}

/** The token of a living grant, in the declared header and nowhere else (RFC 6750, section 2.1), and the declared headers. */
function requireToken(wire: Wire, request: WireRequest): void {
  const { apiAuthHeader = "Authorization: Bearer {token}", apiHeaders } = wire.answers;
  const [, header = "", template = ""] = /^([^:]+): ?(.*)$/su.exec(apiAuthHeader) ?? [];
  const holds = (value: string, { accessToken }: Grant) =>
    template.split("{token}").join(accessToken) === value;
  const good: Expected = {
    shown: `${template} with a token that is good`,
    fits: (value) =>
      wire.grants.some(
        (grant) =>
          (grant.alive || grant.revoked) && grant.needsExchange !== true && holds(value, grant),
      ),
  };
  const own: ExpectedTexts = new Map([[header.toLowerCase(), good]]);
  requireHeaders(wire, request, { own, extra: apiHeaders });
  const said = valueOf(request.headers, header.toLowerCase()) ?? "";
  if (wire.grants.some((grant) => grant.revoked && holds(said, grant)))
    throw new TurnedAway(401, "invalid_token");
}

function requireNoBody({ body }: WireRequest): void {
  if (body !== "") throw new Refused("a body where none belongs");
}

function readThing(request: WireRequest): unknown {
  const type = request.headers.find(([name]) => name === "content-type")?.[1] ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json(?:;.*)?$/iu.test(type))
    throw new Refused(`the body is ${type || "of no type"} where JSON belongs`);
  return JSON.parse(request.body) as unknown;
}
