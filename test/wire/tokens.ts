import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { clientOf, userOf, type Wire } from "./wire.js";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const random = () => randomBytes(24).toString("base64url");

/** A JWT as a server signs it (RFC 7519), with the account's claims. */
function jwt(claims: Readonly<Record<string, unknown>>): string {
  const parts = [{ alg: "RS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const text = parts.join(".");
  return `${text}.${sign("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
}

/** An access token: a JWT where the account is read from one, else opaque. */
export function accessToken(wire: Wire): string {
  const { account = "none" } = wire.answers;
  const readsIt = account !== "none" && "claim" in account && account.token !== "id_token";
  return readsIt ? jwt({ jti: random(), ...accountClaims(wire) }) : `access-${random()}`;
}

export const refreshToken = (): string => `refresh-${random()}`;

/** An id token that passes the checks of OpenID Connect Core, section 3.1.3.7. */
export function idToken(wire: Wire): string {
  const now = Math.floor(Date.now() / 1000);
  return jwt({
    iss: wire.issuer,
    sub: "subject-1",
    aud: clientOf(wire).id,
    exp: now + 600,
    iat: now,
    jti: random(),
    ...accountClaims(wire),
  });
}

function accountClaims(wire: Wire): Record<string, unknown> {
  const { account = "none" } = wire.answers;
  const user = userOf(wire);
  if (account === "none" || !("claim" in account)) return {};
  const { claim, name } = account;
  return { [claim]: user.id, ...(name !== undefined && { [name]: user.name }) };
}
