import { fillPlaceholders, placeholdersIn } from "../../core/placeholders.js";
import type { Texts } from "../../core/request-parts.js";
import { unfitFor } from "../../core/rules/variable-values.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { type Capture, USUAL_VALUE, type Variable } from "../../core/variables.js";

/** What stands for `{name}` in the generated tests. */
export interface TestValues {
  readonly variables: Texts;
  readonly captures: Texts;
}

/** Values that most patterns take one of. */
const CANDIDATES = [
  "acme",
  "1",
  "12345",
  "https://acme.example.com",
  "https://example.com",
  "acme.example.com",
  "eu",
  "EU",
  "eu-1",
  "12345678",
  "1234567890",
  "A1",
  "0123456789abcdef0123456789abcdef",
  "01234567-89ab-4def-8123-456789abcdef",
  "ada@example.com",
  "2026-01-02",
] as const;

/** A value for each variable and each capture: the example, the default, or one that fits. */
export function testValues(spec: IntegrationSpec): TestValues {
  const { authorizationUrl, tokenUrl, refreshUrl, revocationUrl, apiBaseUrl } = spec;
  const addresses = [authorizationUrl, tokenUrl, refreshUrl, revocationUrl, apiBaseUrl].filter(
    (address) => address !== undefined,
  );
  const variables = spec.variables.map(
    (variable) => [variable.name, valueOf(variable, addresses)] as const,
  );
  const known = Object.fromEntries(variables);
  const captures = spec.capture.map(
    (capture) => [capture.name, capturedValue(capture, addresses, known)] as const,
  );
  return { variables: known, captures: Object.fromEntries(captures) };
}

function valueOf(variable: Variable, addresses: readonly string[]): string {
  const { pattern = USUAL_VALUE, example, default: usual } = variable;
  const said = [example, usual].filter((value) => value !== undefined);
  const own = variable.secret === true ? [...said, "s3cret-value"] : said;
  const places = addresses.filter((address) => placeholdersIn(address).includes(variable.name));
  const fits = (value: string): boolean =>
    matches(pattern, value) &&
    places.every((address) => unfitFor(variable, value, address) === undefined);
  return [...own, ...CANDIDATES].find(fits) ?? own[0] ?? CANDIDATES[0];
}

function capturedValue(
  { name, pattern = "[!-~]+", hostSuffixes = [] }: Capture,
  addresses: readonly string[],
  known: Texts,
): string {
  const places = addresses.filter((address) => placeholdersIn(address).includes(name));
  const hosts = hostSuffixes.flatMap((suffix) => [
    `api.${suffix}`,
    `https://api.${suffix}`,
    suffix,
    `https://${suffix}`,
    `http://${suffix}`,
  ]);
  const leadsThere = (value: string): boolean =>
    places.every((address) => {
      const standIn = (one: string): string =>
        address.startsWith(`{${one}}`) ? "https://example.com" : "x";
      const text = fillPlaceholders(address, (one) =>
        one === name ? value : (known[one] ?? standIn(one)),
      );
      if (!URL.canParse(text)) return false;
      return hostSuffixes.length === 0 || isBelow(new URL(text).hostname, hostSuffixes);
    });
  const fits = (value: string): boolean => matches(pattern, value) && leadsThere(value);
  const candidates = places.some((address) => address.startsWith(`{${name}}`))
    ? [...hosts, ...CANDIDATES]
    : [...CANDIDATES, ...hosts];
  return candidates.find(fits) ?? CANDIDATES[0];
}

export function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`, "u").test(value);
}

function isBelow(host: string, suffixes: readonly string[]): boolean {
  return suffixes.some((suffix) => `.${host}`.endsWith(`.${suffix}`));
}
