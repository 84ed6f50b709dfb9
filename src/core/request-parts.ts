import {
  type BuiltInPlaceholder,
  fillPlaceholders,
  isBuiltIn,
  placeholdersIn,
} from "./placeholders.js";

/** Names and texts of parameters or headers. */
export type Texts = Readonly<Record<string, string>>;

/** What stands for a value that only the running client knows. */
const SHOWN: Readonly<Record<BuiltInPlaceholder, string>> = {
  clientId: "<client id>",
  clientSecret: "<client secret>",
  state: "<state>",
  random: "<random>",
  token: "<access token>",
};

/** A text as it is explained: variables and captures stay `{name}`. */
export function shown(text: string): string {
  return fillPlaceholders(text, (name) => (isBuiltIn(name) ? SHOWN[name] : `{${name}}`));
}

/** Texts as they are explained. One whose placeholder has no value in this request is left out. */
export function shownTexts(texts: Texts, absent: readonly string[]): Texts {
  return Object.fromEntries(
    Object.entries(texts)
      .filter(([, text]) => !placeholdersIn(text).some((name) => absent.includes(name)))
      .map(([name, text]) => [name, shown(text)]),
  );
}

/** Extra parameters added to standard ones: the same name replaces, an empty value removes. */
export function replaced(standard: Texts, extra: Texts): Texts {
  return Object.fromEntries(
    Object.entries({ ...standard, ...extra }).filter(([, value]) => value !== ""),
  );
}

/** Parameters under the names that the provider has for them. */
export function renamed(parameters: Texts, names: Texts): Texts {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      Object.hasOwn(names, name) ? (names[name] ?? name) : name,
      value,
    ]),
  );
}

/** Headers over others; a name means the same in any case (RFC 9110, section 5.1), and stands in lower case. */
export function withHeaders(headers: Texts, others: Texts): Texts {
  return Object.fromEntries(
    [...Object.entries(headers), ...Object.entries(others)].map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
}

export function appendPath(base: string, path: string): string {
  return base.replace(/\/+$/u, "") + path;
}

/** A URL with parameters after those that it has, form-encoded; what is filled in later stays readable. */
export function withQuery(url: string, parameters: Texts, space: "+" | "%20" = "+"): string {
  const query = Object.entries(parameters).map((pair) =>
    pair.map((text) => encoded(text).replaceAll("+", space)).join("="),
  );
  if (query.length === 0) return url;
  const joint = url.includes("?") ? "&" : "?";
  return url + joint + query.join("&");
}

/** What stands for a value that the client makes or is given, and placeholders. */
const READABLE =
  /(<(?:client (?:id|secret)|state|random|code(?: (?:challenge|verifier))?|(?:refresh|access) token|device code|port)>|\{[A-Za-z][A-Za-z0-9_-]*\})/u;

function encoded(text: string): string {
  return text
    .split(READABLE)
    .map((part) => (READABLE.test(part) ? part : formEncoded(part)))
    .join("");
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
