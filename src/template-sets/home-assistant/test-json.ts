/** JSON without lists. */
export type Json = string | number | boolean | null | Fields;
export interface Fields {
  readonly [name: string]: Json;
}

/** The same with a value at a dotted path; what stands beside it stays. */
export function withField(fields: Fields, path: string, value: Json): Fields {
  const [name = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...fields, [name]: value };
  const inner = fields[name];
  const holder = typeof inner === "object" && inner !== null ? inner : {};
  return { ...fields, [name]: withField(holder, rest.join("."), value) };
}

/** A JWT that nobody signed (RFC 7519). */
export function jwt(claims: Fields): string {
  const part = (value: Fields): string =>
    btoa(String.fromCodePoint(...new TextEncoder().encode(JSON.stringify(value))))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/u, "");
  return `${part({ alg: "none" })}.${part(claims)}.`;
}

/** A URL without its query. */
export function addressOf(url: string): string {
  return url.split("?")[0] ?? url;
}
