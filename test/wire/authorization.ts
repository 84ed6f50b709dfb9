import { randomBytes } from "node:crypto";
import type { WireAnswers } from "./declared.js";
import { expectParameters } from "./client-requests.js";
import { compare, parsePairs, valueOf, type WireRequest } from "./requests.js";
import { exactly, type Expected, renamed, Refused, shaped } from "./texts.js";
import { clientOf, endpointOf, json, keepSecret, type Wire, type WireAnswer } from "./wire.js";
import { idToken } from "./tokens.js";

/** At least 128 bits (RFC 6749, section 10.10), in characters that need no encoding. */
const STATE = /^[A-Za-z0-9._~-]{22,}$/u;

/** The authorization endpoint (RFC 6749, section 4.1.1): everybody is signed in and agrees, so it redirects at once. */
export function authorize(wire: Wire, request: WireRequest): WireAnswer {
  if (request.method !== "GET") throw new Refused(`${request.method} where GET belongs`);
  const found = parsePairs(request.query);
  const { authorizationParams: extra, renameAuthorizationParams: renames } = wire.answers;
  const nameOf = (name: string) => renamed(name, renames, wire.answers.renameParams);
  const state = valueOf(found, nameOf("state")) ?? "";
  const own = parsePairs(endpointOf(wire, "authorizationUrl")?.search.slice(1) ?? "");
  const expected = new Map([
    ...own.map(([name, value]) => [name, exactly(value)] as const),
    ...expectParameters(wire, { standard: standard(wire), extra, renames, values: { state } }),
  ]);
  compare("parameter", found, expected);
  if ([...wire.flows.values()].some((flow) => flow.state === state))
    throw new Refused("the state is not fresh");
  const redirectUri = valueOf(found, nameOf("redirect_uri")) ?? "";
  const challenge = valueOf(found, nameOf("code_challenge"));
  const code = keepSecret(wire, `code-${randomBytes(16).toString("hex")}`);
  wire.flows.set(code, {
    state,
    redirectUri,
    ...(challenge !== undefined && { challenge }),
    spent: false,
  });
  return redirectTo(wire, { redirectUri, code, state });
}

function standard(wire: Wire): Readonly<Record<string, Expected>> {
  const { answers } = wire;
  const { scopes = [], scopeSeparator = " ", pkce = "S256" } = answers;
  return {
    response_type: exactly("code"),
    client_id: exactly(clientOf(wire).id),
    redirect_uri: shaped(redirectShape(answers)),
    state: shaped(STATE),
    ...(scopes.length > 0 && { scope: exactly(scopes.join(scopeSeparator)) }),
    ...(pkce === "S256" && {
      code_challenge: shaped(/^[A-Za-z0-9_-]{43}$/u),
      code_challenge_method: exactly("S256"),
    }),
  };
}

/** The declared redirect address; without a port one from 20000 to 29999, with 0 any that needs no privilege. */
function redirectShape({ redirect = {} }: WireAnswers): RegExp {
  const { host = "127.0.0.1", port, path = "/callback", url } = redirect;
  const literal = (text: string) => text.replaceAll(/[.?*+^$|()[\]{}/\\]/gu, String.raw`\$&`);
  if (url !== undefined) return new RegExp(`^${literal(url)}$`, "u");
  const ports: Partial<Record<string, string>> = {
    undefined: String.raw`2\d{4}`,
    0: String.raw`[1-9]\d{3,4}`,
  };
  const shape = ports[String(port)] ?? String(port);
  return new RegExp(`^http://${literal(host)}:${shape}${literal(path)}$`, "u");
}

interface Redirection {
  readonly redirectUri: string;
  readonly code: string;
  readonly state: string;
}

/** The redirect (RFC 6749, section 4.1.2), with `iss` where it is announced (RFC 9207, section 2). */
function redirectTo(wire: Wire, { redirectUri, code, state }: Redirection): WireAnswer {
  const { answers, options } = wire;
  const odd = options.odd?.redirect;
  const target = new URL(redirectUri);
  const add = (name: string, value: string) => target.searchParams.append(name, value);
  add(answers.codeParam ?? "code", code);
  add("state", state);
  if (odd === "wrong iss") add("iss", "https://attacker.example");
  else if ((answers.issParameter === true || odd === "iss") && odd !== "no iss")
    add("iss", wire.issuer);
  if (odd === "id_token") add("id_token", keepSecret(wire, idToken(wire)));
  if (odd === "extra") add("session_state", "1/2 3&4");
  for (const { name, from, key } of answers.capture ?? []) {
    const value = options.captured?.[name];
    if (from !== "redirect" || value === undefined) continue;
    add(key, String(value));
    wire.captured = { ...wire.captured, [name]: String(value) };
  }
  return { ...json(302, {}), headers: { location: target.href } };
}
