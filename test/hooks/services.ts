import { createHash, createHmac, randomUUID } from "node:crypto";
import { type Answer, CLIENT, demand, type Seen, type Service, type State } from "./server.js";

/** Spends a code (RFC 7636, section 4.6). */
function spendCode(form: URLSearchParams, { codes }: State): void {
  const code = form.get("code") ?? "";
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  demand(form.get("grant_type") === "authorization_code", "another grant type");
  demand(codes.get(code) === challenge, "no such code, or another verifier");
  codes.delete(code);
}

/** Gives the parameters when there are these and no others. */
function exactly(
  parameters: URLSearchParams,
  expected: Readonly<Record<string, string | undefined>>,
): void {
  const names = [...parameters.keys()].toSorted().join(" ");
  demand(names === Object.keys(expected).toSorted().join(" "), `other parameters: ${names}`);
  for (const [name, value] of Object.entries(expected))
    demand(value === undefined || parameters.get(name) === value, `another ${name}`);
}

function readForm({ headers, body }: Seen): URLSearchParams {
  const type = headers["content-type"] ?? "";
  demand(type.startsWith("application/x-www-form-urlencoded"), "no form");
  return new URLSearchParams(body);
}

/** The token of a sign-in is good for nothing but an exchange; the one that comes then refreshes itself. */
export const LONG_LIVED_TOKENS: Service = {
  "POST /token": (seen, state) => {
    const form = readForm(seen);
    exactly(form, {
      grant_type: "authorization_code",
      code: undefined,
      code_verifier: undefined,
      redirect_uri: undefined,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
    });
    spendCode(form, state);
    return { body: { access_token: issue(state.shortTokens, "short"), user_id: 17 } };
  },
  "GET /graph/access_token": (seen, { shortTokens, tokens }) => {
    const query = readQuery(seen);
    exactly(query, {
      grant_type: "ig_exchange_token",
      client_secret: CLIENT.secret,
      access_token: undefined,
    });
    demand(shortTokens.delete(query.get("access_token") ?? ""), "no token of a sign-in");
    return longLived(tokens);
  },
  "GET /graph/refresh_access_token": (seen, { tokens }) => {
    const query = readQuery(seen);
    exactly(query, { grant_type: "ig_refresh_token", access_token: undefined });
    demand(tokens.delete(query.get("access_token") ?? ""), "no long-lived token", ENDED);
    return longLived(tokens);
  },
  "GET /graph/me": ({ headers }, { tokens }) => {
    const [scheme, token = ""] = (headers.authorization ?? "").split(" ");
    demand(scheme === "Bearer" && tokens.has(token), "no long-lived token", ENDED);
    return { body: { id: "17" } };
  },
};

/** As Facebook says it. */
const ENDED = { status: 400, body: { error: { type: "OAuthException", code: 190 } } };
const SIXTY_DAYS = 5_184_000;

function longLived(tokens: Set<string>): Answer {
  const access_token = issue(tokens, "long");
  return { body: { access_token, token_type: "bearer", expires_in: SIXTY_DAYS } };
}

function readQuery({ url, headers, body }: Seen): URLSearchParams {
  demand(body === "" && headers["content-type"] === undefined, "a body");
  return url.searchParams;
}

function issue(tokens: Set<string>, kind: string): string {
  const token = `${kind}-${randomUUID()}`;
  tokens.add(token);
  return token;
}

/** Nothing is served without a fresh signature, and the secret never comes. */
export const SIGNED_REQUESTS: Service = {
  "POST /token": (seen, state) => {
    const form = readSigned(seen);
    if (form.get("grant_type") !== "refresh_token") {
      spendCode(form, state);
      return { body: signedToken(state) };
    }
    demand(state.tokens.delete(form.get("refresh_token") ?? ""), "no such refresh token", {
      status: 400,
      body: { error: "invalid_grant" },
    });
    return { body: signedToken(state) };
  },
  "GET /api/me": (seen, state) => {
    checkSignedCall(seen, state);
    return { body: { id: 7 } };
  },
  "GET /api/things": (seen, state) => {
    checkSignedCall(seen, state);
    return { body: { things: seen.url.searchParams.getAll("kind") } };
  },
};

function signedToken({ tokens }: State): object {
  return {
    access_token: issue(tokens, "access"),
    refresh_token: issue(tokens, "refresh"),
    token_type: "Bearer",
    expires_in: 3600,
  };
}

function checkSignedCall({ method, url, headers }: Seen, { tokens }: State): void {
  const [scheme, token = ""] = (headers.authorization ?? "").split(" ");
  demand(scheme === "Bearer" && tokens.has(token), "no token", { status: 401 });
  const time = String(headers["x-timestamp"]);
  const signed = [method, url.pathname + url.search, time].join("\n");
  checkSignature(String(headers["x-signature"]), token, signed);
  checkTime(time);
}

/** Checks the signature over the parameters as they came, sorted by name. */
function readSigned(seen: Seen): URLSearchParams {
  const form = readForm(seen);
  demand(!seen.body.includes(encodeURIComponent(CLIENT.secret)), "the secret itself");
  const signature = form.get("signature") ?? "";
  form.delete("signature");
  const sorted = [...form].toSorted(([a], [b]) => (a < b ? -1 : 1));
  checkSignature(signature, CLIENT.secret, String(new URLSearchParams(sorted)));
  checkTime(form.get("timestamp"));
  return form;
}

function checkSignature(came: string, key: string, signed: string): void {
  const expected = createHmac("sha256", key).update(signed).digest("hex");
  demand(came === expected, "not signed, or wrongly signed", { status: 403 });
}

function checkTime(seconds: string | null): void {
  demand(Math.abs(Number(seconds) - Date.now() / 1000) < 60, "another time", { status: 403 });
}
