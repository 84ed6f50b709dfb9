import type { Capture, ServerOptions, Variable, WireAnswers } from "./declared.js";

/** One value of a factor. */
export interface Level {
  readonly name: string;
  readonly answers?: Partial<WireAnswers>;
  /** Said where no other value says it. */
  readonly unlessSaid?: Partial<WireAnswers>;
  readonly server?: ServerOptions;
  readonly signIn?: "paste" | "device";
  /** What the exclusions go by. */
  readonly is?: readonly Mark[];
}

/** The first level goes with every level of every other factor. */
export interface Factor {
  readonly name: string;
  readonly levels: readonly [Level, ...Level[]];
}

export type Mark =
  | "bare scopes"
  | "client in a header"
  | "device"
  | "expires_at"
  | "expires_in"
  | "form text"
  | "id_token in the redirect"
  | "known issuer"
  | "names the authorization header"
  | "names the client"
  | "names the secret"
  | "needs objects"
  | "never refreshed"
  | "no PKCE"
  | "no secret"
  | "of scopes"
  | "own token type"
  | "redirect capture"
  | "refresh"
  | "secret placeholder"
  | "token type";

/** Pairs that contradict each other. */
export const EXCLUSIONS: readonly {
  readonly marks: readonly [Mark, Mark];
  readonly because: string;
}[] = [
  {
    marks: ["device", "redirect capture"],
    because: "the device flow has no redirect to capture from",
  },
  {
    marks: ["never refreshed", "refresh"],
    because: "a token that never expires is never refreshed",
  },
  {
    marks: ["never refreshed", "expires_in"],
    because: "a token that never expires has no lifetime",
  },
  {
    marks: ["never refreshed", "expires_at"],
    because: "a token that never expires has no lifetime",
  },
  { marks: ["form text", "needs objects"], because: "form text has no objects, lists or nulls" },
  {
    marks: ["no secret", "secret placeholder"],
    because: "a public client has no secret to put in",
  },
  { marks: ["own token type", "token type"], because: "an answer has one token_type" },
  {
    marks: ["id_token in the redirect", "known issuer"],
    because: "only unknown issuers' are declared to be ignored",
  },
  {
    marks: ["bare scopes", "of scopes"],
    because: "without scopes there is nothing to separate or to grant",
  },
  { marks: ["no secret", "names the secret"], because: "a public client has no secret to rename" },
  { marks: ["no secret", "no PKCE"], because: "nothing would protect the code" },
  { marks: ["client in a header", "names the client"], because: "HTTP Basic has no names" },
  { marks: ["client in a header", "names the secret"], because: "HTTP Basic has no names" },
  {
    marks: ["client in a header", "names the authorization header"],
    because: "id and secret stand in it",
  },
  { marks: ["expires_at", "expires_in"], because: "an answer tells one lifetime" },
];

const LOOPBACK = ["127.0.0.1"] as const;

const tenant: Variable = { name: "tenant", label: "Tenant", example: "acme" };
const area: Variable = { name: "area", label: "Area", pattern: "[a-z]+/[a-z]+" };
const realm: Variable = { name: "realm", label: "Realm", pattern: "[a-z &+]+" };
const host: Variable = { name: "host", label: "Host" };
const region: Variable = { name: "region", label: "Region", default: "eu" };
const password: Variable = { name: "password", label: "Password", pattern: ".+", secret: true };
const unit: Variable = { name: "unit", label: "Unit", optional: true };

const VALUES = {
  tenant: "acme.eu-1",
  area: "north/west",
  realm: "a b&c+d",
  host: "127.0.0.1",
  password: "pass-word#7",
  unit: "unit_9",
} as const;

const withVariable = (variable: Variable): Pick<Level, "answers" | "server"> => {
  const value = (VALUES as Readonly<Record<string, string>>)[variable.name];
  return {
    answers: { variables: [variable] },
    ...(value !== undefined && { server: { variables: { [variable.name]: value } } }),
  };
};

const accounts: Capture = {
  name: "accounts",
  from: "redirect",
  key: "accounts-server",
  hostSuffixes: LOOPBACK,
};
const realmId: Capture = { name: "realmId", from: "redirect", key: "realm.id" };
const dataCenter: Capture = { name: "dataCenter", from: "token", key: "data_center" };
const apiDomain: Capture = {
  name: "apiDomain",
  from: "token",
  key: "api.domain",
  hostSuffixes: LOOPBACK,
};
const apiHost: Capture = {
  name: "apiHost",
  from: "token",
  key: "api_host",
  hostSuffixes: LOOPBACK,
};
const team: Capture = { name: "team", from: "token", key: "team.id", pattern: "T[0-9]+" };

const CAPTURED = {
  accounts: "http://127.0.0.1:OTHER_PORT/base/",
  realmId: "4620816365",
  dataCenter: "eu-west",
  apiDomain: "http://127.0.0.1:OTHER_PORT",
  apiHost: "127.0.0.1",
  team: "T012",
} as const;

const withCapture = (capture: Capture): Pick<Level, "answers" | "server"> => ({
  answers: { capture: [capture] },
  server: { captured: { [capture.name]: CAPTURED[capture.name as keyof typeof CAPTURED] } },
});

/** Several parts of a level in one; maps and lists of the answers are joined. */
export function level(name: string, ...parts: readonly Omit<Level, "name">[]): Level {
  return {
    ...Object.assign({}, ...parts),
    name,
    answers: joined(parts.map(({ answers = {} }) => answers)),
    server: joined(parts.map(({ server = {} }) => server)),
  };
}

const says = (answers: Partial<WireAnswers>): Omit<Level, "name"> => ({ answers });
const odd = (
  oddities: NonNullable<ServerOptions["odd"]>,
  ...is: readonly Mark[]
): Omit<Level, "name"> => ({
  server: { odd: oddities },
  is,
});
const EXPIRES_AT = { renameTokenFields: { expires_at: "validUntil" } } as const;
const notSaid: Level = { name: "not said" };

/** What several documents say: maps are joined, lists too (each item once), anything else is the later one's. */
export function joined<Document extends object>(documents: readonly Document[]): Document {
  const whole: Record<string, unknown> = {};
  for (const document of documents)
    for (const [key, value] of Object.entries(document)) whole[key] = joinValue(whole[key], value);
  return whole as Document;
}

function joinValue(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other))
    return [...new Set([...one, ...other] as unknown[])];
  return isMap(one) && isMap(other) ? { ...one, ...other } : other;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every key under "The provider" and "Odd providers" that shows on the wire, and every odd answer. */
export const FACTORS: readonly Factor[] = [
  {
    name: "issuer",
    levels: [
      notSaid,
      level("said", says({ issuer: "http://127.0.0.1:PORT" }), { is: ["known issuer"] }),
      level("announces iss", says({ issuer: "http://127.0.0.1:PORT", issParameter: true }), {
        is: ["known issuer"],
      }),
    ],
  },
  {
    name: "authorizationUrl",
    levels: [
      { name: "plain" },
      level(
        "own query",
        says({ authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize?tenant=main&x=a%20b" }),
      ),
      level(
        "variable in the path",
        withVariable(tenant),
        says({ authorizationUrl: "http://127.0.0.1:PORT/{tenant}/authorize" }),
      ),
      level(
        "variable as the host",
        withVariable(host),
        says({ authorizationUrl: "http://{host}:PORT/oauth/authorize" }),
      ),
      level(
        "variable in the query",
        withVariable(realm),
        says({ authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize?realm={realm}" }),
      ),
    ],
  },
  {
    name: "tokenUrl",
    levels: [
      { name: "plain" },
      level("own query", says({ tokenUrl: "http://127.0.0.1:PORT/oauth/token?v=2" })),
      level(
        "variable in the path",
        withVariable(area),
        says({ tokenUrl: "http://127.0.0.1:PORT/{area}/token" }),
      ),
      level(
        "variable as the host",
        withVariable(host),
        says({ tokenUrl: "http://{host}:PORT/oauth/token" }),
      ),
      level(
        "captured, whole",
        withCapture(accounts),
        says({ tokenUrl: "{accounts}/oauth/token" }),
        {
          unlessSaid: { apiBaseUrl: "http://127.0.0.1:PORT/api" },
          is: ["redirect capture"],
        },
      ),
      level(
        "captured, in the query",
        withCapture(realmId),
        says({ tokenUrl: "http://127.0.0.1:PORT/oauth/token?realm={realmId}" }),
        { is: ["redirect capture"] },
      ),
    ],
  },
  {
    name: "refreshUrl",
    levels: [
      notSaid,
      level("said", says({ refreshUrl: "http://127.0.0.1:PORT/oauth/refresh" }), {
        is: ["refresh"],
      }),
      level(
        "variable",
        withVariable(tenant),
        says({ refreshUrl: "http://127.0.0.1:PORT/{tenant}/refresh?a=1" }),
        { is: ["refresh"] },
      ),
      level(
        "captured from the token",
        withCapture(dataCenter),
        says({ refreshUrl: "http://127.0.0.1:PORT/{dataCenter}/refresh" }),
        { is: ["refresh"] },
      ),
      level(
        "captured from the redirect",
        withCapture(accounts),
        says({ refreshUrl: "{accounts}/refresh" }),
        { is: ["refresh", "redirect capture"] },
      ),
    ],
  },
  {
    name: "revocationUrl",
    levels: [
      notSaid,
      level("said", says({ revocationUrl: "http://127.0.0.1:PORT/oauth/revoke" })),
      level(
        "variable",
        withVariable(tenant),
        says({ revocationUrl: "http://127.0.0.1:PORT/revoke/{tenant}?a=b" }),
      ),
      level(
        "captured",
        withCapture(dataCenter),
        says({ revocationUrl: "http://127.0.0.1:PORT/{dataCenter}/revoke" }),
      ),
    ],
  },
  {
    name: "sign-in",
    levels: [
      { name: "browser" },
      { name: "pasted", signIn: "paste" },
      level("device", says({ deviceAuthorizationUrl: "http://127.0.0.1:PORT/oauth/device" }), {
        signIn: "device",
        is: ["device"],
      }),
      level(
        "browser beside a device endpoint",
        withVariable(tenant),
        says({ deviceAuthorizationUrl: "http://127.0.0.1:PORT/{tenant}/device" }),
        { is: ["device"] },
      ),
    ],
  },
  {
    name: "apiBaseUrl",
    levels: [
      notSaid,
      level("path", says({ apiBaseUrl: "http://127.0.0.1:PORT/api/v1" })),
      level("slash at its end", says({ apiBaseUrl: "http://127.0.0.1:OTHER_PORT/api/" })),
      level(
        "variable in the path",
        withVariable(tenant),
        says({ apiBaseUrl: "http://127.0.0.1:PORT/{tenant}/v1" }),
      ),
      level(
        "variable as the host",
        withVariable(host),
        says({ apiBaseUrl: "http://{host}:OTHER_PORT/v1" }),
      ),
      level("captured, whole", withCapture(apiDomain), says({ apiBaseUrl: "{apiDomain}/v1" })),
      level(
        "captured, as the host",
        withCapture(apiHost),
        says({ apiBaseUrl: "http://{apiHost}:OTHER_PORT" }),
      ),
      level(
        "captured from the redirect",
        withCapture(realmId),
        says({ apiBaseUrl: "http://127.0.0.1:PORT/company/{realmId}" }),
        { is: ["redirect capture"] },
      ),
    ],
  },
  {
    name: "scopes",
    levels: [
      level("two", says({ scopes: ["read", "write"] })),
      { name: "not said", is: ["bare scopes"] },
      level(
        "odd ones",
        says({ scopes: ["https://example.com/scopes/devices.read", "a:b/c_d", "x"] }),
      ),
    ],
  },
  {
    name: "scopeSeparator",
    levels: [
      notSaid,
      level("comma", says({ scopeSeparator: "," }), { is: ["of scopes"] }),
      level("plus", says({ scopeSeparator: "+" }), { is: ["of scopes"] }),
    ],
  },
  {
    name: "pkce",
    levels: [
      notSaid,
      level("S256", says({ pkce: "S256" })),
      level("none", says({ pkce: "none" }), { is: ["no PKCE"] }),
    ],
  },
  {
    name: "clientAuth",
    levels: [
      notSaid,
      level("post", says({ clientAuth: "client_secret_post" })),
      level("basic", says({ clientAuth: "client_secret_basic" }), { is: ["client in a header"] }),
      level("raw basic", says({ clientAuth: "client_secret_basic_raw" }), {
        is: ["client in a header"],
      }),
      level("none", says({ clientAuth: "none" }), { is: ["no secret"] }),
    ],
  },
  {
    name: "authorizationParams",
    levels: [
      notSaid,
      level("more", says({ authorizationParams: { prompt: "consent", access_type: "offline" } })),
      level("replaces", says({ authorizationParams: { response_type: "code" } })),
      level("removes", says({ authorizationParams: { response_type: "" } })),
      level(
        "request and braces",
        says({ authorizationParams: { request: "a b", claims: '{"id_token":null}' } }),
      ),
      level(
        "placeholders",
        says({ authorizationParams: { trace: "{random}", again: "s-{state}", app: "{clientId}" } }),
      ),
      level(
        "variables",
        withVariable(region),
        says({
          authorizationParams: { login_hint: "{region}", unit: "u{unit}" },
          variables: [unit],
        }),
      ),
    ],
  },
  {
    name: "tokenParams",
    levels: [
      notSaid,
      level(
        "more",
        says({ tokenParams: { audience: "https://api.example/?a=b&c", action: "requesttoken" } }),
      ),
      level("replaces", says({ tokenParams: { grant_type: "login" } })),
      level("removes", says({ tokenParams: { redirect_uri: "" } })),
      level(
        "placeholders",
        says({ tokenParams: { sign: "{clientSecret}.{random}", again: "{state}" } }),
        { is: ["secret placeholder"] },
      ),
      level("captured", withCapture(realmId), says({ tokenParams: { company: "{realmId}" } }), {
        is: ["redirect capture"],
      }),
      level(
        "secret variable",
        withVariable(password),
        says({ tokenParams: { password: "{password}" } }),
      ),
    ],
  },
  {
    name: "refreshParams",
    levels: [
      notSaid,
      level("more", says({ refreshParams: { scope: "read", audience: "a" } }), { is: ["refresh"] }),
      level("removes", says({ refreshParams: { client_secret: "" } }), { is: ["refresh"] }),
      level("placeholders", says({ refreshParams: { nonce: "{random}", app: "{clientId}" } }), {
        is: ["refresh"],
      }),
      level(
        "variable and captured",
        withVariable(region),
        withCapture(team),
        says({ refreshParams: { region: "{region}", team: "{team}" } }),
        { is: ["refresh"] },
      ),
    ],
  },
  {
    name: "tokenBodyFormat",
    levels: [
      notSaid,
      level("form", says({ tokenBodyFormat: "form" })),
      level("json", says({ tokenBodyFormat: "json" })),
      level("query", says({ tokenBodyFormat: "query" })),
    ],
  },
  {
    name: "tokenHeaders",
    levels: [
      notSaid,
      level(
        "more",
        says({ tokenHeaders: { "X-App": "wire", Accept: "application/vnd.wire+json" } }),
      ),
      level(
        "placeholders",
        says({ tokenHeaders: { "X-Request": "{clientId}.{random}", "X-State": "{state}" } }),
      ),
      level("replaces", says({ tokenHeaders: { Authorization: "Key {clientSecret}" } }), {
        is: ["secret placeholder", "names the authorization header"],
      }),
      level(
        "variables",
        withVariable(region),
        says({ tokenHeaders: { "X-Region": "{region}", "X-Unit": "{unit}" }, variables: [unit] }),
      ),
    ],
  },
  {
    name: "tokenPath",
    levels: [
      notSaid,
      level("one", says({ tokenPath: "authed_user" }), { is: ["needs objects"] }),
      level("two", says({ tokenPath: "body.tokens" }), { is: ["needs objects"] }),
    ],
  },
  {
    name: "renameParams",
    levels: [
      notSaid,
      level("client_id", says({ renameParams: { client_id: "client_key" } }), {
        is: ["names the client"],
      }),
      level("client_secret", says({ renameParams: { client_secret: "key", token: "victim" } }), {
        is: ["names the secret"],
      }),
      level("others", says({ renameParams: { redirect_uri: "callback", scope: "permissions" } })),
    ],
  },
  {
    name: "renameAuthorizationParams",
    levels: [
      notSaid,
      level("client_id", says({ renameAuthorizationParams: { client_id: "app_id" } })),
      level("scope", says({ renameAuthorizationParams: { scope: "user_scope" } })),
    ],
  },
  {
    name: "renameTokenParams",
    levels: [
      notSaid,
      level("client_id", says({ renameTokenParams: { client_id: "app_id" } }), {
        is: ["names the client"],
      }),
      level("client_secret", says({ renameTokenParams: { client_secret: "app_secret" } }), {
        is: ["names the secret"],
      }),
      level(
        "the grant's",
        says({
          renameTokenParams: {
            code: "auth_code",
            refresh_token: "token",
            grant_type: "type",
            code_verifier: "verifier",
            device_code: "device",
          },
        }),
      ),
    ],
  },
  {
    name: "renameTokenFields",
    levels: [
      notSaid,
      level(
        "camel case",
        says({
          renameTokenFields: {
            access_token: "accessToken",
            refresh_token: "refreshToken",
            expires_in: "expiresIn",
            token_type: "tokenType",
            scope: "grantedScope",
          },
        }),
      ),
      level(
        "dotted",
        says({
          renameTokenFields: {
            access_token: "tokens.access",
            refresh_token: "tokens.refresh",
            id_token: "tokens.id",
          },
        }),
      ),
      level(
        "declared, yet standard",
        says({ renameTokenFields: { access_token: "accessToken", expires_in: "lifetime" } }),
        { server: { standardFields: true } },
      ),
      level("expires_at in seconds", says(EXPIRES_AT), odd({ lifetime: "seconds" }, "expires_at")),
      level(
        "expires_at in milliseconds",
        says(EXPIRES_AT),
        odd({ lifetime: "milliseconds" }, "expires_at"),
      ),
      level("expires_at as a date", says(EXPIRES_AT), odd({ lifetime: "date" }, "expires_at")),
    ],
  },
  { name: "codeParam", levels: [notSaid, level("said", says({ codeParam: "auth_code" }))] },
  {
    name: "apiAuthHeader",
    levels: [
      notSaid,
      level("another header", says({ apiAuthHeader: "X-Auth-Token: {token}" })),
      level(
        "another word, type bot",
        says({ apiAuthHeader: "Authorization: token {token}" }),
        odd({ tokenType: "bot" }, "own token type"),
      ),
      level(
        "text around, type MAC",
        says({ apiAuthHeader: 'X-Auth: key="{token}", v=1' }),
        odd({ tokenType: "MAC" }, "own token type"),
      ),
    ],
  },
  {
    name: "apiHeaders",
    levels: [
      notSaid,
      level("more", says({ apiHeaders: { "Client-Id": "{clientId}", "X-Request": "{random}" } })),
      level(
        "over the client's own",
        says({
          apiHeaders: {
            Accept: "application/vnd.wire.v1+json",
            "User-Agent": "wire/1.0",
            "Content-Type": "application/vnd.wire+json",
          },
        }),
      ),
      level(
        "variable and captured",
        withVariable(tenant),
        withCapture(team),
        says({ apiHeaders: { "X-Tenant": "{tenant}", "X-Team": "{team}" } }),
      ),
      level("the client's secret", says({ apiHeaders: { "X-Key": "{clientSecret}" } }), {
        is: ["secret placeholder"],
      }),
    ],
  },
  {
    name: "variables",
    levels: [
      notSaid,
      level("default", withVariable(region), says({ apiHeaders: { "X-Region": "{region}" } })),
      level("pattern", withVariable(realm), says({ apiHeaders: { "X-Realm": "{realm}" } })),
      level("secret", withVariable(password), says({ apiHeaders: { "X-Password": "{password}" } })),
      level(
        "optional, empty",
        says({
          variables: [unit],
          apiHeaders: { "X-Unit": "{unit}" },
          tokenParams: { unit: "{unit}" },
        }),
      ),
      level(
        "optional, said",
        withVariable(unit),
        says({ apiHeaders: { "X-Unit": "{unit}" }, tokenParams: { unit: "{unit}" } }),
      ),
    ],
  },
  {
    name: "capture",
    levels: [
      notSaid,
      level("nested", withCapture(team), says({ apiHeaders: { "X-Captured": "{team}" } })),
      level(
        "literally dotted",
        withCapture(team),
        says({ apiHeaders: { "X-Captured": "{team}" } }),
        { server: { literalKeys: true } },
      ),
      level(
        "from the redirect",
        withCapture(realmId),
        says({ apiHeaders: { "X-Captured": "{realmId}" } }),
        { is: ["redirect capture"] },
      ),
      level(
        "a number",
        says({
          capture: [{ name: "number", from: "token", key: "number" }],
          apiHeaders: { "X-Captured": "{number}" },
        }),
        { server: { captured: { number: 12 } } },
      ),
      level(
        "missing at a refresh",
        withCapture(team),
        says({ apiHeaders: { "X-Captured": "{team}" } }),
        { server: { capturedAtRefresh: { team: null } }, is: ["refresh"] },
      ),
      level(
        "another at a refresh",
        withCapture(team),
        says({ apiHeaders: { "X-Captured": "{team}" } }),
        { server: { capturedAtRefresh: { team: "T9" } }, is: ["refresh"] },
      ),
      level(
        "unfit at a refresh",
        withCapture(team),
        says({ apiHeaders: { "X-Captured": "{team}" } }),
        { server: { capturedAtRefresh: { team: "no team" }, unfit: ["no team"] }, is: ["refresh"] },
      ),
    ],
  },
  {
    name: "tokensExpire",
    levels: [
      notSaid,
      level("true", says({ tokensExpire: true })),
      level("false", says({ tokensExpire: false }), { is: ["never refreshed"] }),
    ],
  },
  {
    name: "assumedLifetime",
    levels: [notSaid, level("said", says({ assumedLifetime: 1200 }), { is: ["refresh"] })],
  },
  {
    name: "account",
    levels: [
      notSaid,
      level("none", says({ account: "none" })),
      level("call", says({ account: { path: "/me", id: "id" } })),
      level(
        "call, nested, with a query",
        says({
          account: {
            path: "/users/self",
            id: "data.user.id",
            name: "data.user.name",
            query: { fields: "id,name", v: "1 2" },
          },
        }),
      ),
      level(
        "call by POST, a number",
        says({ account: { path: "/me", id: "id", method: "POST" } }),
        { server: { user: { id: 4711, name: "Ada" } } },
      ),
      level("claim", says({ account: { claim: "sub", name: "email" } })),
      level(
        "dotted claim of the id token",
        says({ account: { claim: "https://example.com/account", token: "id_token" } }),
      ),
      level("token field", says({ account: { tokenField: "user_id" } })),
      level(
        "dotted token field",
        says({ account: { tokenField: "owner.id", name: "owner.name" } }),
      ),
    ],
  },
  {
    name: "redirect",
    levels: [
      notSaid,
      level("localhost", says({ redirect: { host: "localhost" } })),
      level("any port", says({ redirect: { port: 0 } })),
      level(
        "port and path",
        says({ redirect: { port: "REDIRECT_PORT", path: "/oauth/callback" } }),
      ),
      level("no path", says({ redirect: { path: "/" } })),
      level("https", says({ redirect: { url: "https://app.example.com/oauth/done" } })),
    ],
  },
  {
    name: "pages",
    levels: [
      notSaid,
      level(
        "said",
        says({
          registrationUrl: "https://example.com/apps",
          docsUrl: "https://example.com/docs?a=b",
        }),
      ),
    ],
  },
  {
    name: "token_type",
    levels: [
      { name: "Bearer" },
      level("absent", odd({ tokenType: "" }, "token type")),
      level("null", odd({ tokenType: null }, "token type", "needs objects")),
      level("in capitals", odd({ tokenType: "BEARER" }, "token type")),
    ],
  },
  {
    name: "expires_in",
    levels: [
      { name: "a number" },
      level("text", odd({ lifetime: "text" }, "expires_in")),
      level("absent", odd({ lifetime: "absent" }, "expires_in")),
      level("null", odd({ lifetime: "null" }, "expires_in", "needs objects")),
    ],
  },
  {
    name: "scope",
    levels: [
      { name: "as asked" },
      level("absent", odd({ scope: "absent" }, "of scopes")),
      level("null", odd({ scope: "null" }, "of scopes", "needs objects")),
      level("list", odd({ scope: "list" }, "of scopes", "needs objects")),
      level("with spaces", odd({ scope: "spaces" }, "of scopes")),
      level("fewer", odd({ scope: "fewer" }, "of scopes")),
    ],
  },
  {
    name: "refresh answer",
    levels: [
      { name: "a new token" },
      level("no new token", odd({ refresh: "no new token" }, "refresh")),
      level("null", odd({ refresh: "null" }, "refresh", "needs objects")),
      level("200 with an error", odd({ refresh: "200 with an error" }, "refresh")),
    ],
  },
  {
    name: "token answer",
    levels: [
      { name: "JSON" },
      level("form text", odd({ shape: "form" }, "form text")),
      level("201", odd({ shape: "201" })),
      level("more members", odd({ shape: "extra members" })),
    ],
  },
  { name: "id_token", levels: [{ name: "none" }, level("unasked", odd({ idToken: "unasked" }))] },
  {
    name: "redirect answer",
    levels: [
      { name: "plain" },
      level("iss", odd({ redirect: "iss" })),
      level("id_token", odd({ redirect: "id_token" }, "id_token in the redirect")),
      level("more", odd({ redirect: "extra" })),
    ],
  },
];

/** What contradicts so much that it stands alone. */
export const ALONE: readonly Level[] = [
  level("authorizationParams: a fresh nonce", says({ authorizationParams: { nonce: "{random}" } })),
  level(
    "tokenParams: the client's id beside HTTP Basic",
    says({ clientAuth: "client_secret_basic", tokenParams: { client_id: "{clientId}" } }),
  ),
  level(
    "polling: pending, then slower",
    says({ deviceAuthorizationUrl: "http://127.0.0.1:PORT/oauth/device" }),
    { signIn: "device", server: { polling: ["authorization_pending", "slow_down"] } },
  ),
];
