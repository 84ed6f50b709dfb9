/** An address, as hassfest finds it in a translation and refuses it. */
const ADDRESS =
  /(?:(?:ftps?|scp|https?|mqtts?|socket|socks5):\/\/|www\.)[a-z0-9]+(?:[-.][a-z0-9]+)*\.[a-z]{2,5}/iu;

/** Whether a text holds an address that no translation may hold. */
export function holdsAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/**
 * A text of a user as a translation. Braces are placeholders there (ICU MessageFormat in the browser, `str.format` in Python), an
 * apostrophe before one is a quote, `<` begins a tag, and `[%` a reference to another translation.
 */
export function inTranslations(text: string): string {
  return text
    .replaceAll(/[{<]|\[(?=%)/gu, "(")
    .replaceAll(/[}>]|(?<=%)\]/gu, ")")
    .replaceAll("'", "’");
}
