import { fillPlaceholders, placeholdersIn } from "./placeholders.js";
import { bad, line, type Reader, reader } from "./readers.js";
import type { TextShape } from "./shapes.js";

export interface UrlRules {
  /** A `?query` may be part of it. */
  readonly query: boolean;
  /** http to a loopback address is accepted too. */
  readonly loopback: boolean;
}

const readLine = line(2048);

/** No character of these stands in a URL that is written as one. */
const NEVER = String.raw`\s"<>\\^\x60|#`;

/** `https://…` in any case of letters, and what may follow. */
function urlShape({ query, loopback }: UrlRules, isTemplate: boolean): TextShape {
  const scheme = `[Hh][Tt][Tt][Pp][Ss]${loopback ? "?" : ""}://`;
  const start = isTemplate ? String.raw`(?:${scheme}|\{)` : scheme;
  const never = `${NEVER}${isTemplate ? "" : "{}"}${query ? "" : "?"}`;
  return {
    kind: "text",
    rule: `be an https URL${loopback ? ", or http to this machine" : ""}${query ? "" : ", without a query"}`,
    pattern: `^${start}[^${never}]+$`,
    most: 2048,
  };
}

/** An https URL, kept as it was said. No placeholder may stand in it. */
export function url(rules: UrlRules): Reader<string> {
  return reader(urlShape(rules, false), (said) => {
    const text = readLine(said);
    if (!text.ok) return text;
    const brace = /\{[^{}]*\}?|\}/u.exec(text.value)?.[0];
    if (brace !== undefined) return bad(`holds ${brace}, and nothing is filled in here.`);
    const fault = urlFault(text.value, rules);
    return fault === undefined ? text : bad(fault);
  });
}

/**
 * A URL that may hold placeholders: it is https, or http to loopback, or http where the whole host is one placeholder (the client
 * checks that one once it is filled in). Which placeholders may stand in it depends on other answers.
 */
export function urlTemplate({ query }: Pick<UrlRules, "query">): Reader<string> {
  return reader(urlShape({ query, loopback: true }, true), (said) => {
    const text = readLine(said);
    if (!text.ok) return text;
    const fault = templateFault(text.value, { query, loopback: true });
    return fault === undefined ? text : bad(fault);
  });
}

/** Whether a host is this machine itself (RFC 8252, section 8.3 adds that `localhost` may not be). */
export function isLoopback(host: string): boolean {
  return host === "127.0.0.1" || host === "[::1]" || host === "localhost";
}

function urlFault(value: string, { query, loopback }: UrlRules): string | undefined {
  if (!URL.canParse(value)) return `must be an https URL; ${JSON.stringify(value)} is not a URL.`;
  const { protocol, hostname, username, password, href } = new URL(value);
  if (protocol !== "https:" && !(loopback && protocol === "http:" && isLoopback(hostname)))
    return loopback
      ? "must be an https URL (http only to 127.0.0.1, [::1] or localhost)."
      : "must be an https URL.";
  if (!/^[!-~]+$/u.test(value)) return `must be written in ASCII: ${href}`;
  if (!/^https?:\/\/[^/\\]/iu.test(value) || /["<>\\^`|]/u.test(value))
    return `is not written as a URL is: ${href}`;
  if (username !== "" || password !== "") return "must not hold a user name or password.";
  if (value.includes("#")) return "must not hold a fragment (#…).";
  if (!query && value.includes("?")) return "must not hold a query (?…).";
  return undefined;
}

function templateFault(value: string, rules: UrlRules): string | undefined {
  const stray = /\{[^{}]*\}?|\}/u.exec(fillPlaceholders(value, () => ""))?.[0];
  if (stray !== undefined)
    return `holds ${stray}, which is no placeholder: {name} with letters, digits, _ and -.`;
  const [first = ""] = placeholdersIn(value);
  if (/^\{[^}]+\}(?![/?]|$)/u.test(value))
    return `begins with {${first}}, which stands for a whole URL there: only a path or a query may follow.`;
  return concreteFault(value, rules);
}

/** Checks the URL with something plain in the place of each placeholder, and speaks of the placeholders. */
function concreteFault(value: string, rules: UrlRules): string | undefined {
  const standIns = new Map(placeholdersIn(value).map((name, index) => [name, `zz${index}zz`]));
  const filled = fillPlaceholders(value, (name) => standIns.get(name) ?? "");
  const whole = value.startsWith("{") ? `https://${filled}` : filled;
  const hostAlone = /^http(?=:\/\/\{[^}]+\}(?::\d*)?(?:[/?]|$))/iu;
  const fault = urlFault(hostAlone.test(value) ? whole.replace(/^http/iu, "https") : whole, rules);
  const names = [...standIns.keys()];
  return fault?.replaceAll(/zz(\d+)zz/gu, (_all, index: string) => `{${names[Number(index)]}}`);
}

/** What stands between `//` and the path; nothing in a URL that begins with a placeholder. */
function authorityOf(value: string): string {
  return /^[a-z]+:\/\/([^/?#]*)/iu.exec(value)?.[1] ?? "";
}

/** The placeholder that a URL begins with: it stands for a whole URL. */
export function leadingPlaceholder(value: string): string | undefined {
  return value.startsWith("{") ? placeholdersIn(value)[0] : undefined;
}

/** The placeholders in a URL's host. */
export function hostPlaceholders(value: string): readonly string[] {
  return placeholdersIn(authorityOf(value));
}

/** The origin of a URL as text, also where placeholders stand in it. */
export function originOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const origin = /^(?:\{[^}]+\}|https?:\/\/[^/?]+)/iu.exec(address)?.[0] ?? "";
  if (placeholdersIn(origin).length > 0) return origin;
  return URL.canParse(origin) ? new URL(origin).origin : undefined;
}
