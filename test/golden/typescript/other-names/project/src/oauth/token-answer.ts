// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { hideFromInspect, IntegrationError, type IntegrationErrorCode, redact } from "../errors.js";
import type { StoredToken } from "../storage/entries.js";
import type { HttpAnswer } from "./http.js";
import type { ProviderDefinition, TokenAnswer } from "./provider.js";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** What asks the token endpoint. */
export type Step = "sign-in" | "refresh";

/** A hundred years: a later date cannot be printed. */
const LONGEST_LIFE_S = 3_155_760_000;

/**
 * Brings the odd answers of real servers into the form that the strict library checks (RFC 6749,
 * section 5.1). Only the form is forgiven. Throws `authorization_failed`, or as `toRefusal` gives.
 */
export function readTokenAnswer(
  { ok, status }: HttpAnswer,
  body: TokenAnswer,
  step: Step,
  secrets: readonly string[],
): TokenAnswer {
  const { access_token: token, refresh_token: refresh, id_token, scope, ...rest } = body;
  if (!ok || !isText(token)) {
    const error = readError(body) || (status === 401 ? "invalid_client" : "unreadable");
    const what = `The token endpoint gave no token (${status})`;
    throw toRefusal(step, what, redact(String(error), secrets), status);
  }
  const type = String(rest["token_type"] || "bearer");
  checkToken(token, type);
  const scopes = Array.isArray(scope) ? scope.join(" ") : scope;
  const seconds = Math.min(Number(rest["expires_in"]), LONGEST_LIFE_S);
  return hideFromInspect({
    ...rest,
    access_token: token,
    token_type: type,
    expires_in: seconds > 0 ? seconds : undefined,
    refresh_token: isText(refresh) ? refresh : undefined,
    id_token: isText(id_token) ? id_token : undefined,
    scope: isText(scopes) ? scopes : undefined,
  });
}

/** The members of an answer: JSON, or a form. None where it is neither. */
export function parseTokenAnswer({ text }: HttpAnswer): TokenAnswer {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    const isForm = /^\s*[\w.]+=[^\s<>]*\s*$/.test(text);
    return isForm ? Object.fromEntries(new URLSearchParams(text.trim())) : {};
  }
}

/** RFC 6749, section 7.1 and appendix A.12: the platform's error about a bad header prints it. */
function checkToken(token: string, type: string): void {
  const isBearer = type.toLowerCase() === "bearer";
  if (isBearer && /^[\x21-\x7e]+$/.test(token)) return;
  const problem = isBearer ? "it has characters that no header may carry" : `"${redact(type)}"`;
  const message = `The token that came is no bearer token (${problem}). It was dropped.`;
  throw new IntegrationError("authorization_failed", message);
}

/** The code of a refusal: a text, an object with a code, or the first of a list. */
function readError({ error, errors }: JsonObject): unknown {
  const found: unknown = error ?? (Array.isArray(errors) ? errors[0] : undefined);
  if (!isJsonObject(found)) return found;
  return found["code"] ?? found["errorType"] ?? found["type"] ?? "unknown_error";
}

/** What the error of a server means at a sign-in, and at a refresh where that differs. */
const MEANINGS: readonly [error: RegExp, IntegrationErrorCode, IntegrationErrorCode?][] = [
  [/^(invalid|bad)_(grant|refresh_token)$/, "authorization_failed", "reauth_required"],
  [/^(invalid|unauthorized)_client$|^incorrect_client|^unsupported_grant/, "misconfigured"],
  [/^(temporarily_unavailable|server_error)$/, "temporarily_unavailable"],
  [/^unreadable$/, "authorization_failed", "temporarily_unavailable"],
  [/denied|cancel|_required$/, "authorization_denied", "reauth_required"],
];

const ADVICE: Partial<Record<IntegrationErrorCode, string>> = {
  reauth_required: "The grant ended, or its newest token was lost: sign in again",
  misconfigured: 'Check the client id and secret; "doctor" shows what is sent',
  temporarily_unavailable: "Try again later",
};

/** For errors with a cure of their own, by their names. */
const CURES: readonly (readonly [error: RegExp, cure: string])[] = [
  [/redirect/, 'Register exactly the redirect URI that "doctor" shows, then sign in again'],
  [/scope/, "Allow the scopes of this app at the provider, or ask for others with --scopes"],
];

/** The error for a server's (RFC 6749, sections 4.1.2.1 and 5.2), common synonyms included. */
export function toRefusal(step: Step, what: string, error: unknown, status?: number) {
  const name = redact(String(error));
  const found = MEANINGS.find(([names]) => names.test(name));
  const [, atSignIn = "authorization_failed", atRefresh = atSignIn] = found ?? [];
  const code = step === "refresh" ? atRefresh : atSignIn;
  const [, cure = ADVICE[code] ?? "Sign in again"] =
    CURES.find(([words]) => words.test(name)) ?? [];
  const message = `${what}: ${name}. ${cure}.`;
  return new IntegrationError(code, message, { status, reason: name });
}

/** What the answer does not say is as asked, or as before (RFC 6749, sections 5.1 and 6). */
export function toStoredToken(
  answer: TokenAnswer,
  { tokensExpire: expires = true, scopeSeparator = " " }: ProviderDefinition,
  before: Pick<StoredToken, "scopes" | "refreshToken">,
): StoredToken {
  const { access_token: accessToken, refresh_token: sent, scope, expires_in: life } = answer;
  const refreshToken = isText(sent) ? sent : before.refreshToken;
  const scopes = isText(scope) ? scope.replaceAll(scopeSeparator, " ").split(/[\s,]+/) : undefined;
  const obtainedAt = Date.now();
  return hideFromInspect({
    accessToken: String(accessToken),
    ...(expires && refreshToken !== undefined && { refreshToken }),
    scopes: scopes?.filter(Boolean) ?? before.scopes,
    obtainedAt,
    ...(expires && typeof life === "number" && { expiresAt: obtainedAt + life * 1000 }),
  });
}
