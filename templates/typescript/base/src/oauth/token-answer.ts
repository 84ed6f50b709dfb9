// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError, type IntegrationErrorCode } from "../errors.js";
import { hideFromInspect, redact } from "../redact.js";
import type { StoredToken } from "../storage/entries.js";
import type { HttpAnswer } from "./http.js";
import type { Account, ProviderDefinition, TokenAnswer } from "./provider.js";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a dotted path. A member with the whole path as its name is tried first. */
function readPath(value: unknown, path: string): unknown {
  return readMember(value, path) ?? path.split(".").reduce<unknown>(readMember, value);
}

function readMember(value: unknown, name: string): unknown {
  const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isThere ? Reflect.get(value, name) : undefined;
}

/** The account at two paths of an answer. Throws `api_error` when there is no id. */
export function toAccount(answer: unknown, idPath: string, namePath = idPath): Account {
  const id = readPath(answer, idPath);
  const name = readPath(answer, namePath);
  if ((typeof id !== "string" && typeof id !== "number") || id === "") {
    const message = `The provider did not say whose account it is (nothing at ${idPath}).`;
    throw new IntegrationError("api_error", `${message} Check the definition of the account.`);
  }
  return { id: String(id), title: redact(typeof name === "string" && name ? name : String(id)) };
}

/**
 * Brings the odd answers of real servers into the form that the strict library checks (RFC 6749,
 * sections 5.1 and 5.2): a token with its members, or else an `error` when there is one.
 * Only the form is forgiven. Undefined: neither JSON nor a form.
 */
export function normalizeAnswer({ status, text }: HttpAnswer): TokenAnswer | undefined {
  const body = parseBody(text);
  if (body === undefined) return undefined;
  const token = body["access_token"];
  const isToken = status >= 200 && status < 300 && typeof token === "string" && token !== "";
  return isToken ? normalizeToken(body) : { error: readError(body) };
}

function parseBody(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    const isForm = /^\s*[\w.]+=[^\s<>]*\s*$/.test(text);
    return isForm ? Object.fromEntries(new URLSearchParams(text.trim())) : undefined;
  }
}

/** A hundred years: a later date cannot be printed. */
const LONGEST_LIFE_S = 3_155_760_000;

function normalizeToken(body: JsonObject): TokenAnswer {
  const { scope, expires_in: life, token_type: type, ...rest } = body;
  const token: Record<string, unknown> = { ...rest, token_type: type || "bearer" };
  for (const name of ["refresh_token", "id_token"]) {
    if (typeof token[name] !== "string" || token[name] === "") delete token[name];
  }
  const scopes = Array.isArray(scope) ? scope.join(" ") : scope;
  if (typeof scopes === "string" && scopes !== "") token["scope"] = scopes;
  const seconds = typeof life === "string" ? Number(life) : life;
  if (typeof seconds === "number" && seconds > 0) {
    token["expires_in"] = Math.min(seconds, LONGEST_LIFE_S);
  }
  return token;
}

/** The code of a refusal: a text, an object with a code, or the first of a list. */
function readError({ error, errors }: JsonObject): string | undefined {
  const found: unknown = error ?? (Array.isArray(errors) ? errors[0] : undefined);
  if (!isJsonObject(found)) return toErrorName(found);
  return toErrorName(found["code"] ?? found["errorType"] ?? found["type"] ?? "unknown_error");
}

/** The name of an error as a server sent it, made fit for a message. */
export function toErrorName(error: unknown): string | undefined {
  if (!error) return undefined;
  return String(error)
    .slice(0, 64)
    .replaceAll(/[^\w.-]+/g, "_");
}

const MEANINGS: readonly (readonly [names: RegExp, code: IntegrationErrorCode])[] = [
  [/^(invalid|bad)_(grant|refresh_token)$/, "reauth_required"],
  [/^(invalid|unauthorized)_client$|^incorrect_client|^unsupported_grant/, "misconfigured"],
  [/^(temporarily_unavailable|server_error)$/, "temporarily_unavailable"],
  [/denied|cancel|_required$/, "authorization_denied"],
];

/** What the error of a server means (RFC 6749, sections 4.1.2.1 and 5.2), its common synonyms included. */
export function meaningOf(error: string): IntegrationErrorCode {
  const known = MEANINGS.find(([names]) => names.test(error));
  return known?.[1] ?? "authorization_failed";
}

/**
 * The token to store. What the answer does not say is as asked, or as before (RFC 6749, sections 5.1 and 6).
 * Throws `authorization_failed` for a token that no header can carry.
 */
export function toStoredToken(
  answer: TokenAnswer,
  provider: ProviderDefinition,
  before: Pick<StoredToken, "scopes" | "refreshToken">,
): StoredToken {
  const { access_token: accessToken, refresh_token: sent, scope, expires_in: life } = answer;
  // RFC 6749, appendix A.12. The platform's error about a bad header would print the token whole.
  if (typeof accessToken !== "string" || !/^[\x21-\x7e]+$/.test(accessToken)) {
    const message = "The access token that came has characters that no header may carry.";
    throw new IntegrationError("authorization_failed", `${message} It was dropped.`);
  }
  const obtainedAt = Date.now();
  const expires = provider.tokensExpire !== false;
  const refreshToken = typeof sent === "string" ? sent : before.refreshToken;
  return hideFromInspect({
    accessToken,
    ...(expires && refreshToken !== undefined && { refreshToken }),
    scopes: typeof scope === "string" ? splitScopes(scope, provider) : before.scopes,
    obtainedAt,
    ...(expires && typeof life === "number" && { expiresAt: obtainedAt + life * 1000 }),
  });
}

function splitScopes(scope: string, { scopeSeparator = " " }: ProviderDefinition): string[] {
  const separated = scope.replaceAll(scopeSeparator, " ");
  return separated.split(/[\s,]+/).filter((one) => one !== "");
}
