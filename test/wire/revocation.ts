import {
  clientHeaders,
  clientParameters,
  expectParameters,
  readForm,
  requireHeaders,
  requireMethod,
} from "./client-requests.js";
import { compare, valueOf, type WireRequest } from "./requests.js";
import { exactly, Refused, renamed } from "./texts.js";
import { endpointOf, json, type Wire, type WireAnswer } from "./wire.js";

/** The revocation request (RFC 7009, section 2.1): always a form; the hint may be left out, but not lie. */
export function revoke(wire: Wire, request: WireRequest): WireAnswer {
  const url = endpointOf(wire, "revocationUrl");
  if (url === undefined) throw new Refused("there is no revocation endpoint");
  requireMethod(request, "POST");
  requireHeaders(wire, request, { own: clientHeaders(wire) });
  const found = readForm(request, url);
  const nameOf = (name: string) => renamed(name, wire.answers.renameParams);
  const token = valueOf(found, nameOf("token")) ?? "";
  const grant = wire.grants.find(
    (one) => one.alive && (one.refreshToken === token || one.accessToken === token),
  );
  if (grant === undefined) throw new Refused("the token to revoke is unknown");
  const kind = grant.refreshToken === token ? "refresh_token" : "access_token";
  const hinted = valueOf(found, nameOf("token_type_hint")) !== undefined;
  const standard = {
    token: exactly(token),
    ...(hinted && { token_type_hint: exactly(kind) }),
    ...clientParameters(wire),
  };
  compare("parameter", found, expectParameters(wire, { standard }));
  if (kind === "refresh_token" || grant.refreshToken === undefined) grant.alive = false;
  return { ...json(200, {}), body: "" };
}
