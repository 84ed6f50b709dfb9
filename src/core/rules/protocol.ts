import { findIf, type Rule } from "./rule.js";

/** What the protocol asks for between its settings. */
export const protocolRule: Rule = ({
  pkce,
  clientAuth,
  issuer,
  issParameter,
  clientMetadataUrl,
  tokensExpire,
  assumedLifetime,
}) => [
  ...findIf(
    pkce === "none" && clientAuth === "none",
    "pkce",
    "is none and --client-auth is none too: nothing would protect the code. Let one of them be something else.",
  ),
  ...findIf(
    issParameter === true && issuer === undefined,
    "issParameter",
    "is true, but --issuer is not said: there is nothing to compare with.",
  ),
  ...findIf(
    clientMetadataUrl !== undefined && (clientAuth ?? "none") !== "none",
    "clientAuth",
    `is ${clientAuth}, and --client-metadata-url makes a public client: a document that everybody can read holds no secret. Leave --client-auth out, or say none.`,
  ),
  ...findIf(
    tokensExpire === false && assumedLifetime !== undefined,
    "assumedLifetime",
    "says how long a token lives, and --tokens-expire false says that it lives for ever. Take one of them away.",
  ),
];

/** Scopes and what stands between them. */
export const scopesRule: Rule = ({ scopes = [], scopeSeparator = " " }) => {
  const split =
    scopeSeparator.trim() === ""
      ? undefined
      : scopes.find((scope) => scope.includes(scopeSeparator));
  const listed = scopes.find((scope) => /[,;]$/u.test(scope));
  return [
    ...findIf(
      split !== undefined,
      "scopes",
      `holds ${JSON.stringify(split)}, which has the separator of --scope-separator in it. Write the scopes with spaces between them (${JSON.stringify(apart(scopes, scopeSeparator))}): requests put the separator there.`,
    ),
    ...findIf(
      listed !== undefined,
      "scopes",
      `holds ${JSON.stringify(listed)}: write scopes with spaces between them, and say --scope-separator where the provider wants another.`,
    ),
  ];
};

function apart(scopes: readonly string[], separator: string): string {
  const words = scopes.flatMap((scope) => scope.split(separator));
  return words.filter((word) => word !== "").join(" ");
}
