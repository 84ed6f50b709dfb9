import { headerParts } from "../../core/headers.js";
import { placeholdersIn } from "../../core/placeholders.js";
import type { TemplateView } from "../../core/render.js";
import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { USUAL_VALUE } from "../../core/variables.js";
import { accountCall, polledPaths } from "./sensors.js";
import {
  asksItself,
  authorizationNames,
  authorizationParameters,
  authorizationValues,
  hasPlaceholder,
  hasValues,
  isSaid,
  movesToken,
  renamedTokenParameters,
} from "./sign-in.js";

/** One constant of `const.py`. */
interface Constant {
  readonly name: string;
  /** The annotation behind `Final`, where none follows from the value. */
  readonly type: string;
  readonly value: unknown;
  /** What its name does not say. */
  readonly comment: string;
}

const TEXTS = "[dict[str, str]]";

/** The constants of `const.py`, each with the code that reads it, in groups. */
export function constants(spec: IntegrationSpec): TemplateView {
  return {
    names: isSaid(spec.variables) ? ["Any", "Final"] : ["Final"],
    provider: [
      constant("OAUTH2_AUTHORIZE", spec.authorizationUrl.split("?")[0]),
      constant("OAUTH2_TOKEN", spec.tokenUrl),
      constant("OAUTH2_SCOPES", spec.scopes, "[tuple[str, ...]]"),
      constant("OAUTH2_AUTHORIZE_PARAMETERS", authorizationParameters(spec), TEXTS),
      constant("REGISTRATION_URL", registrationUrl(spec)),
      ...(isSaid(authorizationValues(spec))
        ? [constant("AUTHORIZE_VALUES", authorizationValues(spec), TEXTS)]
        : []),
      ...(isSaid(authorizationNames(spec))
        ? [constant("RENAMED_AUTHORIZE_PARAMETERS", authorizationNames(spec), TEXTS)]
        : []),
      ...(asksItself(spec) ? requestConstants(spec) : []),
      ...revocationConstants(spec),
      ...answerConstants(spec),
      ...(hasValues(spec) ? valueConstants(spec) : []),
      ...accountConstants(spec.account),
    ],
    api: [
      constant("API_BASE_URL", spec.apiBaseUrl.replace(/\/+$/u, "")),
      constant("API_HEADERS", apiHeaders(spec), TEXTS),
    ],
    polled: constant("POLLED", polledPaths(spec), TEXTS),
  };
}

function constant(name: string, value: unknown, type = "", comment = ""): Constant {
  return { name, type, value, comment };
}

/** Where an app is registered, or at least where that may be read. */
function registrationUrl({ registrationUrl: said, docsUrl, repository }: IntegrationSpec): string {
  return said ?? docsUrl ?? `${repository ?? ""}#readme`;
}

/** aiohttp's names of the ways to send parameters. */
export const BODIES = { form: "data", json: "json", query: "params" } as const;

function requestConstants(spec: IntegrationSpec): readonly Constant[] {
  return [
    constant("OAUTH2_REFRESH", spec.refreshUrl ?? spec.tokenUrl),
    constant("TOKEN_BODY", BODIES[spec.tokenBodyFormat], "[str]"),
    constant(
      "TOKEN_HEADERS",
      withoutTwins({ Accept: "application/json" }, spec.tokenHeaders),
      TEXTS,
    ),
    constant("TOKEN_PARAMETERS", spec.tokenParams, TEXTS),
    constant("REFRESH_PARAMETERS", spec.refreshParams, TEXTS),
    ...(isSaid(renamedTokenParameters(spec))
      ? [constant("RENAMED_TOKEN_PARAMETERS", renamedTokenParameters(spec), TEXTS)]
      : []),
  ];
}

function revocationConstants({
  revocationUrl,
  renameParams,
}: IntegrationSpec): readonly Constant[] {
  if (revocationUrl === undefined) return [];
  return [
    constant("OAUTH2_REVOKE", revocationUrl),
    constant("RENAMED_REVOCATION_PARAMETERS", renameParams, TEXTS),
  ];
}

function answerConstants(spec: IntegrationSpec): readonly Constant[] {
  return [
    ...(movesToken(spec)
      ? [
          constant("TOKEN_PATH", spec.tokenPath ?? "", "[str]"),
          constant("RENAMED_TOKEN_FIELDS", spec.renameTokenFields, TEXTS),
        ]
      : []),
    ...(spec.assumedLifetime === undefined
      ? []
      : [constant("ASSUMED_LIFETIME", spec.assumedLifetime)]),
  ];
}

function valueConstants(spec: IntegrationSpec): readonly Constant[] {
  const { authorizationUrl, tokenUrl, refreshUrl = "", revocationUrl = "", apiBaseUrl } = spec;
  const addresses = [authorizationUrl, tokenUrl, refreshUrl, revocationUrl, apiBaseUrl];
  const hosts = spec.capture.flatMap(({ name, hostSuffixes }) =>
    hostSuffixes === undefined ? [] : [[name, hostSuffixes] as const],
  );
  const shaped = spec.variables.filter(({ pattern }) => pattern !== undefined);
  return [
    constant(
      "ADDRESSES",
      [...new Set(addresses)].filter(hasPlaceholder),
      "[tuple[str, ...]]",
      "All addresses that hold a placeholder: what a value makes of them is checked first.",
    ),
    constant(
      "HOST_SUFFIXES",
      Object.fromEntries(hosts),
      "[dict[str, tuple[str, ...]]]",
      "The hosts that a captured value may lead to, these and what is below them.",
    ),
    constant(
      "OWN_PATTERNS",
      shaped.map(({ name }) => name),
      "[tuple[str, ...]]",
      "Variables with a pattern of their own, which may let a host have a port.",
    ),
    ...(isSaid(spec.capture)
      ? [
          constant(
            "CAPTURES",
            captures(spec, addresses),
            "[tuple[dict[str, str], ...]]",
            "What is read from the answer of the token endpoint, at which dotted path.",
          ),
        ]
      : []),
    ...(isSaid(spec.variables)
      ? [
          constant(
            "VARIABLES",
            variables(spec),
            "[tuple[dict[str, Any], ...]]",
            "What the user is asked for before the sign-in.",
          ),
        ]
      : []),
  ];
}

/** What is captured, and what it has to look like: text without spaces where nothing else says more. */
function captures({ capture }: IntegrationSpec, addresses: readonly string[]): readonly object[] {
  const inAddresses = new Set(addresses.flatMap(placeholdersIn));
  return capture.map(({ name, key, pattern, hostSuffixes }) => ({
    name,
    key,
    pattern:
      pattern ?? (hostSuffixes === undefined && inAddresses.has(name) ? USUAL_VALUE : "[!-~]+"),
  }));
}

function variables({ variables: asked }: IntegrationSpec): readonly object[] {
  return asked.map((variable) => ({
    name: variable.name,
    pattern: variable.pattern ?? USUAL_VALUE,
    default: variable.default ?? "",
    secret: variable.secret ?? false,
    optional: variable.optional ?? false,
  }));
}

function accountConstants(account: IntegrationSpec["account"]): readonly Constant[] {
  if (account === "none") return [];
  if ("path" in account) {
    const { path, method } = accountCall(account);
    return [
      constant("ACCOUNT_METHOD", method),
      constant("ACCOUNT_PATH", path),
      constant("ACCOUNT_ID", account.id),
      constant("ACCOUNT_NAME", account.name ?? account.id),
    ];
  }
  if ("claim" in account)
    return [
      constant("ACCOUNT_TOKEN", account.token ?? "access_token"),
      constant("ACCOUNT_CLAIM", account.claim),
      constant("ACCOUNT_NAME", account.name ?? account.claim),
    ];
  return [
    constant("ACCOUNT_FIELD", account.tokenField),
    constant("ACCOUNT_NAME", account.name ?? account.tokenField),
  ];
}

/** The headers of a call to the API; a name means the same in any case, and the one that was said counts. */
function apiHeaders({ apiAuthHeader, apiHeaders: said }: IntegrationSpec): Texts {
  const { name, value } = headerParts(apiAuthHeader ?? "Authorization: Bearer {token}");
  return withoutTwins({ [name]: value, Accept: "application/json" }, said);
}

function withoutTwins(usual: Texts, said: Texts): Texts {
  const names = new Set(Object.keys(said).map((name) => name.toLowerCase()));
  const kept = Object.entries(usual).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...said };
}
