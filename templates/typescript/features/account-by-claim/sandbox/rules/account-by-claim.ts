/** Makes the declared token a JWT that says whose it is; nobody verifies the signature. */
import type { Json, Rule } from "../behaviour.js";
import { placeAccount } from "../place-account.js";
import { CLIENT_ID } from "../sign-in.js";

export const rule: Rule = {
  writeTokenAnswer(answer, user, { server, nonce, definition: { account } }) {
    if (account === undefined) return answer;
    const { claim, name, token = "access_token" } = account;
    const iat = Math.floor(Date.now() / 1000);
    const own = { iss: server.issuer, sub: user, aud: CLIENT_ID, nonce };
    const standard = { ...own, iat, exp: iat + 3600 };
    // The server knows its own token by what stands in the place of the signature.
    const signature = token === "access_token" ? answer[token] : "signature";
    const head = encode({ typ: "JWT", alg: "RS256" });
    const payload = encode(placeAccount(standard, user, claim, name));
    return { ...answer, [token]: `${head}.${payload}.${String(signature)}` };
  },
};

function encode(part: Json): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
