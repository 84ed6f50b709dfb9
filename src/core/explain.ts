import { headerParts } from "./headers.js";
import {
  appendPath,
  renamed,
  replaced,
  shown,
  shownTexts,
  type Texts,
  withHeaders,
  withQuery,
} from "./request-parts.js";
import type { IntegrationSpec } from "./spec.js";
import type { Capture, Variable } from "./variables.js";

/** One request that the generated code sends. Secrets and fresh values stand as `<client secret>`, `<state>` and the like. */
export interface ExplainedRequest {
  readonly name: string;
  readonly method: string;
  /** With its whole query, form-encoded; placeholders stay readable. */
  readonly url: string;
  readonly headers: Texts;
  /** The parameters of a form or JSON body, decoded. */
  readonly body?: Texts;
}

/** The requests of one account's life: sign-in, code exchange, account, refresh, API call, revocation. */
export function explain(spec: IntegrationSpec): readonly ExplainedRequest[] {
  return [
    authorizationRequest(spec),
    codeExchange(spec),
    deviceAuthorization(spec),
    deviceTokenRequest(spec),
    accountCall(spec),
    refresh(spec),
    apiCall(spec),
    revocation(spec),
  ].filter((request) => request !== undefined);
}

/** Where the value of each `{placeholder}` comes from, in words: a line for each, and none where nothing is declared. */
export function formatPlaceholders({
  variables,
  capture,
}: Pick<IntegrationSpec, "variables" | "capture">): string {
  const rows = [
    ...variables.map((variable) => [`{${variable.name}}`, askedAs(variable)] as const),
    ...capture.map((captured) => [`{${captured.name}}`, readAs(captured)] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, origin]) => `${name.padEnd(width)}  ${origin}\n`).join("");
}

function askedAs({ label, pattern, example, default: usual, optional, secret }: Variable): string {
  return [
    `asked when an account is linked: ${label}`,
    pattern === undefined ? "letters, digits, ., - and _" : `pattern ${pattern}`,
    example === undefined ? "" : `for example ${example}`,
    usual === undefined ? "" : `default ${usual}`,
    optional === true ? "may be left out" : "",
    secret === true ? "secret" : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function readAs({ from, key, hostSuffixes, pattern }: Capture): string {
  return [
    from === "redirect"
      ? `read from the redirect: parameter ${key}`
      : `read from the token answer: ${key}`,
    pattern === undefined ? "" : `pattern ${pattern}`,
    hostSuffixes === undefined ? "" : `leads only to ${hostSuffixes.join(", ")} and below`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

/** RFC 6749, section 4.1.1; RFC 7636, section 4.3. */
function authorizationRequest(spec: IntegrationSpec): ExplainedRequest {
  const parameters = replaced(
    {
      response_type: "code",
      client_id: "<client id>",
      redirect_uri: redirectUri(spec),
      ...scopeOf(spec),
      state: "<state>",
      ...(spec.pkce === "S256" && {
        code_challenge: "<code challenge>",
        code_challenge_method: "S256",
      }),
    },
    shownTexts(spec.authorizationParams, []),
  );
  const names = { ...spec.renameParams, ...spec.renameAuthorizationParams };
  return {
    name: "authorization request",
    method: "GET",
    url: withQuery(spec.authorizationUrl, renamed(parameters, names), "%20"),
    headers: {},
  };
}

/** RFC 6749, section 4.1.3; RFC 7636, section 4.5. */
function codeExchange(spec: IntegrationSpec): ExplainedRequest {
  return tokenRequest(spec, {
    name: "token request",
    url: spec.tokenUrl,
    standard: {
      grant_type: "authorization_code",
      code: "<code>",
      redirect_uri: redirectUri(spec),
      ...(spec.pkce === "S256" && { code_verifier: "<code verifier>" }),
    },
    extra: spec.tokenParams,
    absent: [],
  });
}

/** RFC 8628, section 3.1. */
function deviceAuthorization(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (spec.deviceAuthorizationUrl === undefined) return undefined;
  // RFC 8707, section 2: named wherever access is asked for.
  const { resource } = spec.authorizationParams;
  const standard = {
    client_id: "<client id>",
    ...scopeOf(spec),
    ...(resource !== undefined && resource !== "" && { resource }),
  };
  return formRequest(spec, "device authorization request", spec.deviceAuthorizationUrl, standard);
}

/** RFC 8628, section 3.4. There is no redirect, so there is no state. */
function deviceTokenRequest(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (spec.deviceAuthorizationUrl === undefined) return undefined;
  return tokenRequest(spec, {
    name: "device token request",
    url: spec.tokenUrl,
    standard: {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "<device code>",
    },
    extra: spec.tokenParams,
    absent: ["state"],
  });
}

/** RFC 6749, section 6. */
function refresh(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (!spec.tokensExpire) return undefined;
  return tokenRequest(spec, {
    name: "refresh request",
    url: spec.refreshUrl ?? spec.tokenUrl,
    standard: { grant_type: "refresh_token", refresh_token: "<refresh token>" },
    extra: spec.refreshParams,
    absent: ["state"],
  });
}

/** RFC 7009, section 2.1. */
function revocation(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (spec.revocationUrl === undefined) return undefined;
  const token = spec.tokensExpire ? "refresh" : "access";
  const standard = { token: `<${token} token>`, token_type_hint: `${token}_token` };
  const request = formRequest(spec, "revocation request", spec.revocationUrl, standard);
  // The answer has no body worth a format (RFC 7009, section 2.2).
  const { accept: _, ...headers } = request.headers;
  return { ...request, headers };
}

function accountCall(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (spec.account === "none" || !("path" in spec.account)) return undefined;
  const { path, method = "GET", query = {} } = spec.account;
  return {
    name: "account request",
    method,
    url: withQuery(appendPath(spec.apiBaseUrl, path), query),
    headers: apiHeaders(spec),
  };
}

function apiCall(spec: IntegrationSpec): ExplainedRequest {
  return {
    name: "API request",
    method: "GET",
    url: appendPath(spec.apiBaseUrl, "/<path>"),
    headers: apiHeaders(spec),
  };
}

/** RFC 6750, section 2.1, unless the API wants the token in another header. */
function apiHeaders(spec: IntegrationSpec): Texts {
  const { name, value } = headerParts(spec.apiAuthHeader ?? "Authorization: Bearer {token}");
  const own = { [name]: shown(value), accept: "application/json" };
  return withHeaders(own, shownTexts(spec.apiHeaders, []));
}

function scopeOf({ scopes, scopeSeparator }: IntegrationSpec): Texts {
  return scopes.length > 0 ? { scope: scopes.join(scopeSeparator) } : {};
}

/** How the client says who it is (RFC 6749, section 2.3.1). */
function authentication({ clientAuth }: IntegrationSpec): {
  readonly headers: Texts;
  readonly parameters: Texts;
} {
  const id = { client_id: "<client id>" };
  const basic = "Basic <client id>:<client secret>";
  return {
    client_secret_post: { headers: {}, parameters: { ...id, client_secret: "<client secret>" } },
    client_secret_basic: { headers: { authorization: basic }, parameters: {} },
    client_secret_basic_raw: {
      headers: { authorization: `${basic} (not form-encoded)` },
      parameters: {},
    },
    none: { headers: {}, parameters: id },
  }[clientAuth];
}

/** A request in the form that the standards give it: revocation and device authorization know no other. */
function formRequest(
  spec: IntegrationSpec,
  name: string,
  url: string,
  standard: Texts,
): ExplainedRequest {
  const { headers, parameters } = authentication(spec);
  return {
    name,
    method: "POST",
    url,
    headers: { accept: "application/json", "content-type": FORM, ...headers },
    body: renamed({ ...standard, ...parameters }, spec.renameParams),
  };
}

const FORM = "application/x-www-form-urlencoded";

interface TokenRequestParts {
  readonly name: string;
  readonly url: string;
  readonly standard: Texts;
  readonly extra: Texts;
  /** Placeholders that have no value in this request. */
  readonly absent: readonly string[];
}

/** A request to the token or refresh URL: these take every setting for token requests. */
function tokenRequest(spec: IntegrationSpec, parts: TokenRequestParts): ExplainedRequest {
  const { name, url, standard, extra, absent } = parts;
  const client = authentication(spec);
  const parameters = renamed(
    replaced({ ...standard, ...client.parameters }, shownTexts(extra, absent)),
    { ...spec.renameParams, ...spec.renameTokenParams },
  );
  const type = { form: FORM, json: "application/json", query: undefined }[spec.tokenBodyFormat];
  const headers = withHeaders(
    {
      accept: "application/json",
      ...(type !== undefined && { "content-type": type }),
      ...client.headers,
    },
    shownTexts(spec.tokenHeaders, absent),
  );
  return spec.tokenBodyFormat === "query"
    ? { name, method: "POST", url: withQuery(url, parameters), headers }
    : { name, method: "POST", url, headers, body: parameters };
}

/** The redirect URI that both requests carry and that is registered at the provider. */
export function redirectUri({ redirect }: Pick<IntegrationSpec, "redirect">): string {
  if (redirect.url !== undefined) return redirect.url;
  const { host, port, path } = redirect;
  return `http://${host}:${port === 0 ? "<port>" : port}${path}`;
}
