import { placeholdersIn } from "./placeholders.js";
import { bad, type Fault, line, type Reader, reader, textMap } from "./readers.js";

/** RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/u;

/** Headers that belong to the connection or to the length of the message (RFC 9110, sections 7.2, 7.6.1, 8.6 and 10.1.1; RFC 9112, section 6.1). */
const NEVER_SET = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const headerNameFault: Fault = (name) => {
  if (!HEADER_NAME.test(name)) return "no header can have (RFC 9110, section 5.6.2)";
  return NEVER_SET.has(name.toLowerCase())
    ? "no client may set: the connection needs it"
    : undefined;
};

const headerTextFault: Fault = (text) =>
  /^[!-~](?:[ -~]{0,4094}[!-~])?$/u.test(text)
    ? undefined
    : "of printable ASCII characters, at most 4096, without spaces around them";

const readHeaders = textMap(
  {
    names: HEADER_NAME.source,
    value: {
      kind: "text",
      rule: "be printable ASCII without space around it",
      pattern: "^[!-~](?:[ -~]*[!-~])?$",
      whole: true,
    },
  },
  headerNameFault,
  headerTextFault,
);

/** Names and values of headers. Names are compared without regard to case (RFC 9110, section 5.1). */
export const headers: Reader<Readonly<Record<string, string>>> = reader(
  readHeaders.takes,
  (said) => {
    const reading = readHeaders(said);
    if (!reading.ok) return reading;
    const names = Object.keys(reading.value).map((name) => name.toLowerCase());
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    return twice === undefined ? reading : bad(`gives the header ${twice} twice.`);
  },
);

/** The two halves of `Header-Name: text with {token}`. */
export function headerParts(written: string): { readonly name: string; readonly value: string } {
  const at = written.indexOf(":");
  return { name: written.slice(0, at).trim(), value: written.slice(at + 1).trim() };
}

const readLine = line();

const AUTH_HEADER = {
  kind: "text",
  rule: "be a header that holds {token} once",
  pattern: String.raw`^[^\s:]+: *[^ ].*$`,
} as const;

/** `Header-Name: text with {token}`, kept as it was said. */
export const apiAuthHeader: Reader<string> = reader(AUTH_HEADER, (said) => {
  const text = readLine(said);
  if (!text.ok) return text;
  if (!/^[^\s:]+: *[^ ]/u.test(text.value))
    return bad("must be written as a header is: X-Api-Token: {token}");
  const { name, value } = headerParts(text.value);
  const nameFault = headerNameFault(name);
  if (nameFault !== undefined)
    return bad(`has the name ${JSON.stringify(name)}, which ${nameFault}.`);
  const fault = headerTextFault(value);
  if (fault !== undefined) return bad(`must have a text ${fault}.`);
  const stranger = placeholdersIn(value).find((placeholder) => placeholder !== "token");
  if (stranger !== undefined) return bad(`holds {${stranger}}; only {token} may stand in it.`);
  return value.split("{token}").length === 2 ? text : bad("must hold {token} exactly once.");
});
