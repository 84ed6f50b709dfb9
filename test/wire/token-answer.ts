import type { Oddities, ServerOptions } from "./declared.js";
import { accessToken, idToken, refreshToken } from "./tokens.js";
import { type Grant, json, keepSecret, userOf, type Wire, type WireAnswer } from "./wire.js";

const LIFETIME = 3600;

type Members = Record<string, unknown>;

/** A token answer (RFC 6749, section 5.1), as odd as it is declared. It changes the grant to what the client now holds. */
export function answerTokens(wire: Wire, grant: Grant, isRefresh: boolean): WireAnswer {
  const { answers, options } = wire;
  grant.accessToken = keepSecret(wire, accessToken(wire));
  const { hook } = wire.options;
  grant.needsExchange = hook === "exchanged-token" || hook === "self-refreshing-token";
  const members = {
    access_token: grant.accessToken,
    ...tokenType(wire),
    ...(grant.needsExchange ? {} : lifetime(wire, grant, isRefresh)),
    ...(grant.needsExchange ? {} : rotation(wire, grant, isRefresh)),
    ...scopeMember(wire, grant),
    ...idTokenMember(wire),
  };
  const document: Members = {};
  const holder: Members = {};
  const literal = isLiteral(options);
  const names = options.standardFields === true ? {} : answers.renameTokenFields;
  for (const [name, value] of Object.entries(members))
    place(holder, names?.[name] ?? name, { value, literal });
  if (answers.tokenPath === undefined) Object.assign(document, holder);
  else place(document, answers.tokenPath, { value: holder, literal: false });
  addAccount(wire, document);
  addCaptures(wire, document, isRefresh);
  return encode(document, options.odd?.shape);
}

/** Form text has no objects, so that a dotted key can only stand in it as it is. */
const isLiteral = ({ literalKeys, odd }: ServerOptions) =>
  literalKeys === true || odd?.shape === "form";

function tokenType({ options, answers }: Wire): Members {
  const type = options.odd?.tokenType;
  if (type === "") return {};
  if (type !== undefined) return { token_type: type };
  return { token_type: answers.apiAuthHeader === undefined ? "Bearer" : "bearer" };
}

function lifetime(wire: Wire, grant: Grant, isRefresh: boolean): Members {
  const { tokensExpire = true, assumedLifetime } = wire.answers;
  const odd = wire.options.odd?.lifetime;
  delete grant.expiresAt;
  if (!tokensExpire) return {};
  const lives = wire.options.lifetimes?.[isRefresh ? "refresh" : "token"] ?? LIFETIME;
  const silent = odd === "absent" || odd === "null";
  const seconds = silent ? assumedLifetime : lives;
  if (seconds !== undefined) grant.expiresAt = Date.now() + seconds * 1000;
  const at = new Date(Date.now() + lives * 1000);
  const said: Readonly<Record<NonNullable<Oddities["lifetime"]>, Members>> = {
    text: { expires_in: String(lives) },
    absent: {},
    null: { expires_in: null },
    seconds: { expires_at: Math.floor(at.getTime() / 1000) },
    milliseconds: { expires_at: String(at.getTime()) },
    date: { expires_at: at.toISOString() },
  };
  return odd === undefined ? { expires_in: lives } : said[odd];
}

/** A new refresh token spends the old one; none (or `null`) leaves it (RFC 6749, section 6). */
function rotation(wire: Wire, grant: Grant, isRefresh: boolean): Members {
  if (wire.answers.tokensExpire === false) return {};
  const odd = wire.options.odd?.refresh;
  if (isRefresh && odd === "no new token") return {};
  if (isRefresh && odd === "null") return { refresh_token: null };
  if (grant.refreshToken !== undefined) grant.spentTokens.add(grant.refreshToken);
  grant.refreshToken = keepSecret(wire, refreshToken());
  return { refresh_token: grant.refreshToken };
}

/** May be left out where it is what was asked for (RFC 6749, section 5.1). */
function scopeMember({ answers, options }: Wire, grant: Grant): Members {
  const odd = options.odd?.scope;
  if (grant.scopes.length === 0 || odd === "absent") return {};
  if (odd === "null") return { scope: null };
  if (odd === "list") return { scope: grant.scopes };
  return { scope: grant.scopes.join(odd === "spaces" ? " " : (answers.scopeSeparator ?? " ")) };
}

/** What the server grants of the scopes that were asked for. */
export function grantedScopes({ answers, options }: Wire): readonly string[] {
  const asked = answers.scopes ?? [];
  return options.odd?.scope === "fewer" ? asked.slice(0, -1) : asked;
}

function idTokenMember(wire: Wire): Members {
  const { account = "none" } = wire.answers;
  const needed = account !== "none" && "claim" in account && account.token === "id_token";
  if (!needed && wire.options.odd?.idToken !== "unasked") return {};
  return { id_token: keepSecret(wire, idToken(wire)) };
}

function addAccount(wire: Wire, document: Members): void {
  const { answers, options } = wire;
  const { account = "none" } = answers;
  const user = userOf(wire);
  if (account === "none" || !("tokenField" in account)) return;
  const literal = isLiteral(options);
  place(document, account.tokenField, { value: user.id, literal });
  if (account.name !== undefined) place(document, account.name, { value: user.name, literal });
}

/** What the client captures from this answer. One that is missing at a refresh leaves the value from before. */
function addCaptures(wire: Wire, document: Members, isRefresh: boolean): void {
  const { answers, options } = wire;
  const { captured = {}, capturedAtRefresh = {} } = options;
  const literal = isLiteral(options);
  for (const { name, from, key } of answers.capture ?? []) {
    const again = isRefresh ? capturedAtRefresh[name] : undefined;
    const value = again === undefined ? captured[name] : again;
    if (from !== "token" || value === undefined || value === null) continue;
    place(document, key, { value, literal });
    if (options.unfit?.includes(String(value)) !== true)
      wire.captured = { ...wire.captured, [name]: String(value) };
  }
}

/** Puts a value under a dotted path, as nested objects or under the path as it is. */
export function place(
  document: Members,
  path: string,
  { value, literal }: { readonly value: unknown; readonly literal: boolean },
): void {
  const parts = literal ? [path] : path.split(".");
  const last = parts.pop() ?? "";
  let holder = document;
  for (const part of parts) holder = (holder[part] ??= {}) as Members;
  holder[last] = value;
}

function encode(document: Members, shape: Oddities["shape"]): WireAnswer {
  if (shape === "form") {
    const body = new URLSearchParams(document as Record<string, string>).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { status: 200, headers, body };
  }
  const members = { account_hint: { deep: [1, null, { x: true }] }, "": "", created: 1, ok: true };
  if (shape === "extra members") return json(200, { ...members, ...document });
  return json(shape === "201" ? 201 : 200, document);
}
