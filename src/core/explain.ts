import type { IntegrationSpec } from "./spec.js";

/** One request that the generated code sends. Secrets and fresh values stand as `<client secret>`, `<state>` and the like. */
export interface ExplainedRequest {
  readonly name: string;
  readonly method: string;
  /** With its whole query, form-encoded; placeholders stay readable. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The parameters of a form body, decoded. */
  readonly body?: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, string>>;

/** The requests of one account's life: sign-in, code exchange, account, refresh, API call, revocation. */
export function explain(spec: IntegrationSpec): readonly ExplainedRequest[] {
  return [
    authorizationRequest(spec),
    codeExchange(spec),
    accountCall(spec),
    refresh(spec),
    apiCall(spec),
    revocation(spec),
  ].filter((request) => request !== undefined);
}

/** RFC 6749, section 4.1.1; RFC 7636, section 4.3. */
function authorizationRequest(spec: IntegrationSpec): ExplainedRequest {
  const parameters = replaced(
    {
      response_type: "code",
      client_id: "<client id>",
      redirect_uri: redirectUri(spec),
      ...(spec.scopes.length > 0 && { scope: spec.scopes.join(spec.scopeSeparator) }),
      state: "<state>",
      ...(spec.pkce === "S256" && {
        code_challenge: "<code challenge>",
        code_challenge_method: "S256",
      }),
    },
    spec.authorizationParams,
  );
  return {
    name: "authorization request",
    method: "GET",
    url: withQuery(spec.authorizationUrl, parameters),
    headers: {},
  };
}

/** RFC 6749, section 4.1.3; RFC 7636, section 4.5. */
function codeExchange(spec: IntegrationSpec): ExplainedRequest {
  return tokenEndpointRequest(
    "token request",
    spec.tokenUrl,
    spec,
    {
      grant_type: "authorization_code",
      code: "<code>",
      redirect_uri: redirectUri(spec),
      ...(spec.pkce === "S256" && { code_verifier: "<code verifier>" }),
    },
    spec.tokenParams,
  );
}

/** RFC 6749, section 6. */
function refresh(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (!spec.tokensExpire) return undefined;
  return tokenEndpointRequest(
    "refresh request",
    spec.refreshUrl ?? spec.tokenUrl,
    spec,
    { grant_type: "refresh_token", refresh_token: "<refresh token>" },
    spec.refreshParams,
  );
}

/** RFC 7009, section 2.1. */
function revocation(spec: IntegrationSpec): ExplainedRequest | undefined {
  if (spec.revocationUrl === undefined) return undefined;
  const token = spec.tokensExpire ? "refresh" : "access";
  const standard = { token: `<${token} token>`, token_type_hint: `${token}_token` };
  const request = tokenEndpointRequest(
    "revocation request",
    spec.revocationUrl,
    spec,
    standard,
    {},
  );
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
    headers: bearer,
  };
}

function apiCall(spec: IntegrationSpec): ExplainedRequest {
  return {
    name: "API request",
    method: "GET",
    url: appendPath(spec.apiBaseUrl, "/<path>"),
    headers: bearer,
  };
}

/** RFC 6750, section 2.1. */
const bearer = { authorization: "Bearer <access token>", accept: "application/json" } as const;

/** A request with the client's authentication (RFC 6749, section 2.3.1). */
function tokenEndpointRequest(
  name: string,
  url: string,
  spec: IntegrationSpec,
  standard: Parameters,
  extra: Parameters,
): ExplainedRequest {
  const authentication: Readonly<
    Record<
      IntegrationSpec["clientAuth"],
      { readonly headers: Parameters; readonly body: Parameters }
    >
  > = {
    client_secret_post: {
      headers: {},
      body: { client_id: "<client id>", client_secret: "<client secret>" },
    },
    client_secret_basic: {
      headers: { authorization: "Basic <client id>:<client secret>" },
      body: {},
    },
    none: { headers: {}, body: { client_id: "<client id>" } },
  };
  const { headers, body } = authentication[spec.clientAuth];
  return {
    name,
    method: "POST",
    url,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    body: replaced({ ...standard, ...body }, extra),
  };
}

/** Extra parameters added to standard ones: the same name replaces, an empty value removes. */
function replaced(standard: Parameters, extra: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries({ ...standard, ...extra }).filter(([, value]) => value !== ""),
  );
}

/** The redirect URI that both requests carry and that is registered at the provider. */
export function redirectUri({
  redirect: { host, port, path },
}: Pick<IntegrationSpec, "redirect">): string {
  return `http://${host}:${port === 0 ? "<port>" : port}${path}`;
}

function appendPath(base: string, path: string): string {
  return base.replace(/\/+$/u, "") + path;
}

function withQuery(url: string, parameters: Parameters): string {
  const query = Object.entries(parameters).map(
    ([name, value]) =>
      `${formEncoded(name)}=${/<[a-z ]+>/u.test(value) ? value : formEncoded(value)}`,
  );
  if (query.length === 0) return url;
  const joint = url.includes("?") ? "&" : "?";
  return url + joint + query.join("&");
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
