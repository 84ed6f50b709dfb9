/** Letters that Unicode does not take apart into a Latin letter and a mark. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

/** A domain made from a name (`Acme Cloud` → `acme_cloud`), or `undefined` where the name has no Latin letter to start with. */
export function domainFromName(name: string): string | undefined {
  const letters = Array.from(name.toLowerCase(), (letter) => SPELLED[letter] ?? letter).join("");
  const words = letters
    .normalize("NFKD")
    .replaceAll(/\p{M}+|['’]/gu, "")
    .replaceAll(/[^a-z0-9]+/gu, "_")
    .replaceAll(/^_+|_+$/gu, "");
  if (!/^[a-z]/u.test(words)) return undefined;
  return words.slice(0, 50).replace(/_+$/u, "");
}

/** `acme_cloud` → `acme-cloud-integration`. */
export function packageNameFromDomain(domain: string): string {
  return `${domain.replaceAll("_", "-").replace(/-+$/u, "")}-integration`;
}

/**
 * The redirect port that a domain gets: the same one on every machine, from 20000 to 29999, because most providers compare the
 * whole redirect URI with the registered one (RFC 9700, section 2.1). FNV-1a over the UTF-16 units.
 */
export function portFromDomain(domain: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < domain.length; index++) {
    hash ^= domain.charCodeAt(index);
    hash = Math.imul(hash, 0x01_00_01_93);
  }
  return 20_000 + ((hash >>> 0) % 10_000);
}
