// Managed by the template: updates carry fixes for this file, so better do not edit it.
import type { Mechanism } from "../oauth/provider.js";
import { isJsonObject } from "../oauth/token-answer.js";
import { readPath } from "./dotted-path.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** A dotted path to the object of the token answer that holds the token. */
    readonly tokenPath?: string;
    /** From the standard name of a member to the provider's; `expires_at` is a point in time. */
    readonly renameTokenFields?: Readonly<Record<string, string>>;
  }
}

const STANDARD = "access_token refresh_token expires_in expires_at scope token_type id_token".split(
  " ",
);

/** The token answer holds the token under other names, or further inside. */
export const tokenFields: Mechanism = {
  onTokenAnswer(answer, { provider: { tokenPath, renameTokenFields: names = {} } }, step) {
    const holder = tokenPath === undefined ? answer : readPath(answer, tokenPath);
    // A sign-in may give another token beside the path (Slack: the bot's); a refresh gives but one.
    const inside = isJsonObject(holder) ? holder : step === "refresh" ? answer : {};
    // What lies beside the holder stays, but never counts as a part of the token.
    const beside = Object.entries(answer).filter(([name]) => !STANDARD.includes(name));
    const named = Object.entries(names).map(([standard, name]) => [
      standard,
      readPath(inside, name) ?? inside[standard],
    ]);
    const token = { ...Object.fromEntries(beside), ...inside, ...Object.fromEntries(named) };
    const { expires_in: life, expires_at: end } = token;
    // The time left needs no clock that agrees with the server's.
    if (Number(life) > 0 && !Object.hasOwn(names, "expires_at")) return token;
    return { ...token, expires_in: secondsUntil(end) ?? life };
  },
};

/** A number below this counts seconds since the epoch, one above it milliseconds. */
const MOST_SECONDS = 1e11;

/** At least one for a point in time; none for what is none, or for zero, which means no end. */
function secondsUntil(end: unknown): number | undefined {
  const text = String(end ?? "").trim();
  const count = text === "" ? Number.NaN : Number(text);
  if (count <= 0) return undefined;
  // Where no zone is said, UTC is meant.
  const zone = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text) ? "Z" : "";
  const date = Number.isNaN(count) ? Date.parse(text + zone) : count;
  const time = count < MOST_SECONDS ? date * 1000 : date;
  const seconds = Math.floor((time - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(1, seconds);
}
