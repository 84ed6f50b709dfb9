import type { TemplateSetName } from "../../src/core/template-sets.js";

/** Features of which no project has two, or one of the first with one of the second: and why. */
interface Apart {
  readonly sets: readonly TemplateSetName[];
  readonly some: readonly string[];
  /** Nothing: those of `some` exclude each other. */
  readonly others?: readonly string[];
  readonly because: string;
}

const BOTH = ["typescript", "home-assistant"] as const;
const HOME_ASSISTANT = ["home-assistant"] as const;

const ACCOUNTS = ["account-by-call", "account-by-claim", "account-by-token-field"];

const APART: readonly Apart[] = [
  { sets: BOTH, some: ACCOUNTS, because: "an account is told in one way" },
  {
    sets: BOTH,
    some: [
      "hooks-empty",
      "hooks-exchanged-token",
      "hooks-self-refreshing-token",
      "hooks-secret-as-user-name",
    ],
    because: "the owner's file is one of them",
  },
  {
    sets: BOTH,
    some: ["license-mit", "license-apache-2.0", "license-bsd-3-clause", "license-isc"],
    because: "a project has one licence",
  },
  {
    sets: ["typescript"],
    some: ["client-metadata", "registration"],
    because: "published metadata need no registration",
  },
  {
    sets: ["typescript"],
    some: ["token-body-json", "token-body-query"],
    because: "a request has one format",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["single-account"],
    others: ["account", "tenants", "tenants-in-path", ...ACCOUNTS],
    because: "a single account is not told apart",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["client-auth-basic", "client-auth-basic-raw", "client-auth-none", "client-auth-post"],
    because: "a client authenticates in one way",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["lifetime-assumed", "lifetime-endless", "lifetime-said"],
    because: "a token has one lifetime",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["lifetime-endless", "sensor-of-link"],
    others: ["captures-refreshed", "refusal-in-answer", "sensor-of-token", "tokens-expire"],
    because: "a token for ever is never refreshed",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["sensor-of-link"],
    others: ["lifetime-assumed", "lifetime-said"],
    because: "it stands in where a token lives for ever",
  },
  {
    sets: HOME_ASSISTANT,
    some: ["sensor-of-link", "sensor-of-token"],
    others: ["account-by-call", "sensors-of-api"],
    because: "it stands in where there is nothing to poll",
  },
];

/** Every pair of features that cannot be, as `one + other` with the names in order, and the reason. */
export function neverTogether(set: TemplateSetName): ReadonlyMap<string, string> {
  return new Map(
    APART.filter(({ sets }) => sets.includes(set)).flatMap(({ some, others, because }) =>
      some.flatMap((one, index) =>
        (others ?? some.slice(index + 1)).map((other) => [nameOf(one, other), because] as const),
      ),
    ),
  );
}

/** A pair by its names, in one order. */
export const nameOf = (one: string, other: string): string => [one, other].toSorted().join(" + ");
