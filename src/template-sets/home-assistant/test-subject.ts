import { fillPlaceholders } from "../../core/placeholders.js";
import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { testValues } from "./test-values.js";

/** The credentials of the generated tests: a form encodes them, the raw kind of HTTP Basic does not. */
export const CLIENT = { id: "client+1", secret: "s3cret/+=" };

const REDIRECT_URI = "https://example.com/auth/external/callback";

/** Stands in an expected request for what nobody can foretell. */
export const ANYTHING = "<anything>";

/**
 * Stands for the `<` of an answer while its requests are explained: what looks there like `<client id>` is then what `explain` wrote. No
 * answer can hold this letter.
 */
export const ANGLE = "\ufdd0";

/** One constant of the generated tests' `provider.py`. */
export interface Constant {
  /** A line above it. */
  readonly comment: string;
  readonly name: string;
  /** The annotation behind `Final`, where none follows from the value. */
  readonly type: string;
  readonly value: unknown;
}

/** Answers, and the same with values in the place of all placeholders, as they are explained. */
export interface Subject {
  readonly said: IntegrationSpec;
  readonly filled: IntegrationSpec;
  readonly variables: Texts;
  readonly captures: Texts;
}

/** Annotations of constants. */
export const TEXTS = "[dict[str, str]]";
export const DICT = "[dict[str, Any]]";

/** A constant, with the annotation that its value leaves open and the line above it. */
export function constant(name: string, value: unknown, type = "", comment = ""): Constant {
  return { comment, name, type, value };
}

function filledIn(said: IntegrationSpec, values: Texts): IntegrationSpec {
  const fill = (text: string): string =>
    fillPlaceholders(text, (name) => values[name] ?? `{${name}}`);
  const plain = (text: string): string => fill(text).replaceAll("<", ANGLE);
  const fillAll = (texts: Texts): Texts =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, plain(text)]));
  return {
    ...said,
    scopes: said.scopes.map(plain),
    scopeSeparator: plain(said.scopeSeparator),
    authorizationUrl: plain(said.authorizationUrl),
    tokenUrl: fill(said.tokenUrl),
    ...(said.refreshUrl !== undefined && { refreshUrl: fill(said.refreshUrl) }),
    ...(said.revocationUrl !== undefined && { revocationUrl: fill(said.revocationUrl) }),
    apiBaseUrl: fill(said.apiBaseUrl),
    authorizationParams: fillAll(said.authorizationParams),
    tokenParams: fillAll(said.tokenParams),
    refreshParams: fillAll(said.refreshParams),
    tokenHeaders: fillAll(said.tokenHeaders),
    apiHeaders: fillAll(said.apiHeaders),
    ...(said.apiAuthHeader !== undefined && { apiAuthHeader: plain(said.apiAuthHeader) }),
    account: accountWith(said.account, fillAll),
    redirect: { url: REDIRECT_URI },
  };
}

function accountWith(
  account: IntegrationSpec["account"],
  texts: (texts: Texts) => Texts,
): IntegrationSpec["account"] {
  if (account === "none" || !("path" in account) || account.query === undefined) return account;
  return { ...account, query: texts(account.query) };
}

export function withAngles(text: string): string {
  return text.replaceAll(ANGLE, "<");
}

/** Answers with values that the generated tests have for their placeholders. */
export function subjectOf(said: IntegrationSpec): Subject {
  const { variables, captures } = testValues(said);
  return { said, filled: filledIn(said, { ...variables, ...captures }), variables, captures };
}
