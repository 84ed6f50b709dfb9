import { nearest } from "./nearest.js";
import { placeholdersIn } from "./placeholders.js";
import {
  bad,
  type Fault,
  good,
  isRecord,
  kindOf,
  LONGEST,
  pattern,
  type Reader,
  reader,
  textMap,
  UNPRINTABLE,
} from "./readers.js";

/** The parameters that each kind of request may have by itself, beside the extra ones. */
export const STANDARD_PARAMETERS = {
  // RFC 6749, section 4.1.1; RFC 7636, section 4.3.
  authorization: [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
  ],
  // RFC 6749, sections 2.3.1 and 4.1.3; RFC 7636, section 4.5.
  token: ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"],
  // RFC 6749, section 6.
  refresh: ["grant_type", "refresh_token", "scope", "client_id", "client_secret"],
  // RFC 8628, sections 3.1 and 3.4.
  deviceAuthorization: ["client_id", "scope", "client_secret"],
  deviceToken: ["grant_type", "device_code", "client_id", "client_secret"],
  // RFC 7009, section 2.1.
  revocation: ["token", "token_type_hint", "client_id", "client_secret"],
} as const;

export type RequestKind = keyof typeof STANDARD_PARAMETERS;

const PARAMETER_NAME = /^[!-~]{1,200}$/u;
/** A text may be empty: that removes a parameter. */
const PARAMETERS = {
  names: PARAMETER_NAME.source,
  value: { kind: "text", whole: true, most: LONGEST },
} as const;
const parameterNameFault: Fault = (name) =>
  PARAMETER_NAME.test(name) && !/[&=#?]/u.test(name) ? undefined : "no parameter can have";

const parameterTextFault: Fault = (text) => {
  if (UNPRINTABLE.test(text)) return "without line breaks or control characters";
  return text.length > LONGEST ? `of at most ${LONGEST} characters` : undefined;
};

/** The names and values of extra parameters. An empty value is kept: it removes a standard parameter. */
export const parameters: Reader<Readonly<Record<string, string>>> = textMap(
  PARAMETERS,
  parameterNameFault,
  parameterTextFault,
);

/** Extra parameters in which nothing is filled in. */
export const fixedParameters: Reader<Readonly<Record<string, string>>> = textMap(
  PARAMETERS,
  parameterNameFault,
  (text) => {
    const [placeholder] = placeholdersIn(text);
    return placeholder === undefined
      ? parameterTextFault(text)
      : `without the placeholder {${placeholder}}: nothing is filled in here`;
  },
);

/** The name of one parameter. */
export const parameterName: Reader<string> = pattern(
  /^(?!__proto__$)[^&=#?{}\s\u0080-\uffff]+$/u,
  "be the name of a parameter: ASCII, without &, =, #, ?, { and }",
  200,
);

/** Error and protection of the redirect keep their names (RFC 6749, section 4.1.2; RFC 9207, section 2). */
const REDIRECT_PARAMETERS = new Set(["state", "iss", "error", "error_description", "error_uri"]);

/** The name of the code in the redirect. */
export const codeParam: Reader<string> = reader(parameterName.takes, (said) => {
  const name = parameterName(said);
  return name.ok && REDIRECT_PARAMETERS.has(name.value)
    ? bad(`must not be ${name.value}: the redirect has another use for that name.`)
    : name;
});

/** A map from standard names to the provider's. */
export function renames(
  standard: readonly string[],
  target: Reader<string>,
): Reader<Readonly<Record<string, string>>> {
  const names = [...new Set(standard)].filter((name) => name !== "state");
  return reader({ kind: "map", names, value: target.takes }, (said) => {
    if (!isRecord(said)) return bad(`must be a map of names to names, not ${kindOf(said)}.`);
    const pairs: [string, string][] = [];
    for (const [name, value] of Object.entries(said)) {
      if (name === "state")
        return bad("must not rename state: the redirect brings it back under that name.");
      if (!names.includes(name)) return bad(unknownName(name, names));
      const reading = target(value);
      if (!reading.ok) return bad(`renames ${name} to something that ${reading.message}`);
      pairs.push([name, reading.value]);
    }
    return good(Object.fromEntries(pairs));
  });
}

function unknownName(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  const hint = meant === undefined ? `; it knows ${names.join(", ")}.` : `; did you mean ${meant}?`;
  return `renames ${JSON.stringify(name)}, which is no standard name here${hint}`;
}
