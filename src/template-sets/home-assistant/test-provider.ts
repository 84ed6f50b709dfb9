import { explain, type ExplainedRequest } from "../../core/explain.js";
import { fillPlaceholders } from "../../core/placeholders.js";
import { appendPath, type Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { USUAL_VALUE } from "../../core/variables.js";
import { BODIES } from "./constants.js";
import { NOT_NUMERIC } from "./device-classes.js";
import { polledPaths, sensorsOf } from "./sensors.js";
import { asksItself, hasValues, readsAnswer, tenants } from "./sign-in.js";
import { addressOf, type Fields, type Json, jwt, withField } from "./test-json.js";
import { matches, testValues } from "./test-values.js";

/** The credentials of the generated tests: a form encodes them, the raw kind of HTTP Basic does not. */
const CLIENT = { id: "client+1", secret: "s3cret/+=" };
const REDIRECT_URI = "https://example.com/auth/external/callback";
/** Stands in an expected request for what nobody can foretell. */
const ANYTHING = "<anything>";
/**
 * Stands for the `<` of an answer while its requests are explained: what looks there like `<client id>` is then what `explain` wrote. No
 * answer can hold this letter.
 */
const ANGLE = "\ufdd0";
/** A hundred years, in seconds. */
const ENDLESS = 3_153_600_000;

/** One constant of the generated tests' `provider.py`. */
interface Constant {
  /** A line above it. */
  readonly comment: string;
  readonly name: string;
  /** The annotation behind `Final`, where none follows from the value. */
  readonly type: string;
  readonly value: unknown;
}

type Sensor = IntegrationSpec["sensors"][number];

/** Answers, and the same with values in the place of all placeholders, as they are explained. */
interface Subject {
  readonly said: IntegrationSpec;
  readonly filled: IntegrationSpec;
  readonly variables: Texts;
  readonly captures: Texts;
}

const TEXTS = "[dict[str, str]]";
const DICT = "[dict[str, Any]]";

/**
 * What the generated tests compare with, in literals: the requests that `explain` prints, with values in the place of placeholders, and
 * the answers of a provider that is as it was described. Nothing here comes from the constants that the integration itself reads.
 */
export function testProvider(said: IntegrationSpec): readonly Constant[] {
  const { variables, captures } = testValues(said);
  const subject = {
    said,
    filled: filledIn(said, { ...variables, ...captures }),
    variables,
    captures,
  };
  return [
    constant("CLIENT_ID", CLIENT.id),
    constant("CLIENT_SECRET", CLIENT.secret),
    constant("ANYTHING", ANYTHING, "", "Where it stands, everything is right."),
    constant(
      "ENTERED",
      entered(subject),
      "[dict[str, dict[str, str]]]",
      "What the user enters, by form.",
    ),
    ...variableConstants(said),
    ...requestConstants(subject),
    constant(
      "ANSWERS",
      answersOf(subject, "1"),
      DICT,
      "What the provider and the API answer, by address.",
    ),
    ...lifetimeConstants(subject),
    ...captureConstants(subject),
    ...accountConstants(subject),
    ...storedConstants(subject),
    constant("SENSORS", sensorStates(subject), TEXTS, "The states of the sensors, by key."),
  ];
}

function constant(name: string, value: unknown, type = "", comment = ""): Constant {
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

function entered({ variables }: Subject): Fields {
  const forms = Object.keys(variables).length > 0 ? ["user", "reconfigure"] : [];
  return {
    reauth_confirm: {},
    ...Object.fromEntries(forms.map((form) => [form, variables])),
  };
}

/** Every request, by the name that it has in `explain`. Parameters are in the body, in whichever format it is. */
function requestConstants({ said, filled }: Subject): readonly Constant[] {
  const explained = explain({ ...filled, tokenBodyFormat: "form" });
  const request = (name: string): ExplainedRequest | undefined =>
    explained.find((one) => one.name === name);
  const sent = (
    name: string,
    constantName: string,
    body: string = BODIES.form,
  ): readonly Constant[] => {
    const found = request(name);
    if (found === undefined) return [];
    return [constant(constantName, sentRequest(said, found, body), DICT)];
  };
  const [authorize = "", query = ""] = (request("authorization request")?.url ?? "").split(
    /\?(.*)/su,
  );
  return [
    constant("AUTHORIZE_URL", withAngles(authorize), "", "What the provider is asked."),
    constant("AUTHORIZE_QUERY", foretold(Object.fromEntries(new URLSearchParams(query))), TEXTS),
    constant("TOKEN_URL", addressOf(filled.tokenUrl)),
    ...sent("token request", "TOKEN_REQUEST", BODIES[said.tokenBodyFormat]),
    constant("TOKEN_BODY", BODIES[said.tokenBodyFormat]),
    ...(said.tokensExpire
      ? [constant("REFRESH_URL", addressOf(filled.refreshUrl ?? filled.tokenUrl))]
      : []),
    ...sent("refresh request", "REFRESH_REQUEST", BODIES[said.tokenBodyFormat]),
    ...(filled.revocationUrl === undefined
      ? []
      : [constant("REVOCATION_URL", addressOf(filled.revocationUrl))]),
    ...sent("revocation request", "REVOCATION_REQUEST"),
    constant("API_URL", filled.apiBaseUrl.replace(/\/+$/u, ""), "", "What the API is asked."),
    constant("API_HEADERS", foretold(request("API request")?.headers ?? {}), TEXTS),
    ...pkceConstants(said),
    ...accountCallConstants(request("account request")),
  ];
}

/** The names that RFC 7636 gives to challenge and verifier, or the provider's. */
function pkceConstants(said: IntegrationSpec): readonly Constant[] {
  if (said.pkce === "none") return [];
  const { renameParams, renameAuthorizationParams, renameTokenParams } = said;
  const challenge = { ...renameParams, ...renameAuthorizationParams }["code_challenge"];
  const verifier = { ...renameParams, ...renameTokenParams }["code_verifier"];
  return [
    constant("CHALLENGE", challenge ?? "code_challenge"),
    constant("VERIFIER", verifier ?? "code_verifier"),
  ];
}

function accountCallConstants(explained: ExplainedRequest | undefined): readonly Constant[] {
  if (explained === undefined) return [];
  const { method, url, headers } = explained;
  const request = {
    method,
    url: url.replaceAll(encodeURIComponent(ANGLE), "%3C"),
    headers: foretold(headers, "new-access"),
  };
  return [constant("ACCOUNT_URL", addressOf(url)), constant("ACCOUNT_REQUEST", request, DICT)];
}

function isCalled({ account }: IntegrationSpec): boolean {
  return account !== "none" && "path" in account;
}

/** As the generated code gives it to aiohttp, which adds the content type by itself. */
function sentRequest(
  said: IntegrationSpec,
  { name, method, url, headers, body = {} }: ExplainedRequest,
  place: string,
): unknown {
  const isSaid = Object.keys(said.tokenHeaders).some((one) => /^content-type$/iu.test(one));
  const own = Object.entries(foretold(headers)).filter(
    ([header]) => header !== "content-type" || (isSaid && !name.startsWith("revocation")),
  );
  return {
    method,
    url,
    headers: asksItself(said) ? Object.fromEntries(own) : {},
    [place]: foretold(body),
  };
}

/** What `explain` shows in the place of a value, and the value that it has in the tests. */
function foretold(texts: Texts, accessToken = "old-access"): Texts {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, foretoldText(text, accessToken)]),
  );
}

function foretoldText(text: string, accessToken: string): string {
  if (/<(?:state|random|code challenge|code verifier)>/u.test(text)) return ANYTHING;
  const basic = /^Basic <client id>:<client secret>( \(not form-encoded\))?$/u.exec(text);
  if (basic) {
    const [id, secret] = [CLIENT.id, CLIENT.secret].map((part) =>
      basic[1] === undefined ? encodeURIComponent(part) : part,
    );
    return `Basic ${btoa(`${id}:${secret}`)}`;
  }
  return withAngles(
    text
      .replaceAll("<client id>", CLIENT.id)
      .replaceAll("<client secret>", CLIENT.secret)
      .replaceAll("<code>", "the-code")
      .replaceAll("<refresh token>", "old-refresh")
      .replaceAll("<access token>", accessToken),
  );
}

function withAngles(text: string): string {
  return text.replaceAll(ANGLE, "<");
}

/** The token as the standard has it. */
function tokenOf({ said }: Subject, claims: Fields): Fields {
  const { account, scopes, tokensExpire } = said;
  const claimed = account !== "none" && "claim" in account ? (account.token ?? "access_token") : "";
  return {
    access_token: "new-access",
    token_type: "Bearer",
    ...(tokensExpire && { refresh_token: "new-refresh", expires_in: 3600 }),
    // Some say what they granted where nothing was asked for.
    scope: scopes.length > 0 ? scopes.join(" ") : "basic",
    ...(claimed !== "" && { [claimed]: jwt(claims) }),
  };
}

/** The answer of the token endpoint to who has the account of a number, or to nobody known. */
function tokenAnswer(subject: Subject, number: string | undefined): Fields {
  const { account, renameTokenFields: names, tokenPath, assumedLifetime, capture } = subject.said;
  const isAbsolute = names["expires_at"] !== undefined;
  const { expires_in: lifetime, ...token } = tokenOf(subject, claimsOf(subject, number));
  const standard: Fields = {
    ...token,
    ...(lifetime !== undefined && isAbsolute && { expires_at: "2100-01-01T00:00:00Z" }),
    ...(lifetime !== undefined &&
      !isAbsolute &&
      assumedLifetime === undefined && { expires_in: lifetime }),
  };
  const holder = Object.entries(standard).reduce<Fields>(
    (fields, [name, value]) => withField(fields, names[name] ?? name, value),
    {},
  );
  const answer = tokenPath === undefined ? holder : withField({}, tokenPath, holder);
  const captured = capture.reduce<Fields>(
    (fields, { name, key }) => withField(fields, key, subject.captures[name] ?? ""),
    answer,
  );
  if (number === undefined || account === "none" || !("tokenField" in account)) return captured;
  return withAccount(captured, account.tokenField, account.name, number);
}

function claimsOf({ said: { account } }: Subject, number: string | undefined): Fields {
  if (number === undefined || account === "none" || !("claim" in account)) return {};
  const name = account.name === undefined ? {} : { [account.name]: `Account ${number}` };
  return { ...name, [account.claim]: `account-${number}` };
}

function withAccount(answer: Fields, id: string, name: string | undefined, number: string): Fields {
  const named = name === undefined ? answer : withField(answer, name, `Account ${number}`);
  return withField(named, id, `account-${number}`);
}

/** What each address answers where all goes well. */
function answersOf(subject: Subject, number: string | undefined): Fields {
  const { said, filled } = subject;
  const token = tokenAnswer(subject, number);
  const api = Object.keys(polledPaths(said)).map((path) => apiAnswer(subject, path, number));
  const called = isCalled(said) ? [apiAnswer(subject, accountPath(said), number)] : [];
  return {
    [addressOf(filled.tokenUrl)]: token,
    ...(filled.refreshUrl !== undefined && { [addressOf(filled.refreshUrl)]: token }),
    ...(filled.revocationUrl !== undefined && { [addressOf(filled.revocationUrl)]: {} }),
    ...Object.fromEntries([...api, ...called]),
  };
}

function accountPath({ account }: IntegrationSpec): string {
  return account !== "none" && "path" in account ? account.path : "";
}

function apiAnswer(
  { said, filled }: Subject,
  polled: string,
  number: string | undefined,
): readonly [string, Fields] {
  const path = addressOf(polled);
  const sensors = said.sensors.filter((sensor) => addressOf(sensor.path) === path);
  const fields = sensors.reduce<Fields>(
    (answer, sensor) => withField(answer, sensor.field, sampleOf(said, sensor)),
    {},
  );
  const { account } = said;
  const isAccount = account !== "none" && "path" in account && account.path === path;
  const answer =
    isAccount && number !== undefined
      ? withAccount(fields, account.id, account.name, number)
      : fields;
  return [appendPath(filled.apiBaseUrl, path), answer];
}

/** A value as a sensor wants it; of two that show the same field, the one that wants more says. */
function sampleOf({ sensors }: IntegrationSpec, { path, field }: Sensor): Json {
  const same = sensors.filter((one) => one.path === path && one.field === field);
  const { unit, deviceClass } =
    same.find((one) => one.unit !== undefined || one.deviceClass !== undefined) ?? {};
  if (deviceClass === "date") return "2026-01-02";
  if (deviceClass !== undefined && NOT_NUMERIC.has(deviceClass)) return "2026-01-02T03:04:05+00:00";
  return unit === undefined && deviceClass === undefined ? "fine" : 21;
}

function sensorStates({ said }: Subject): Texts {
  const states = sensorsOf(said).map(({ key, path = "" }, index) => {
    const asked = said.sensors[index];
    if (path === "") return [key, ANYTHING];
    if (asked === undefined)
      return [
        key,
        said.account !== "none" && "path" in said.account && said.account.name !== undefined
          ? "Account 1"
          : "account-1",
      ];
    // Home Assistant converts units to those of the user.
    return [key, asked.unit === undefined ? String(sampleOf(said, asked)) : ANYTHING];
  });
  return Object.fromEntries(states);
}

/** The same where nobody says how long the token lives. */
function lifetimeConstants(subject: Subject): readonly Constant[] {
  const { said, filled } = subject;
  if (!readsAnswer(said) || !said.tokensExpire || said.assumedLifetime !== undefined) return [];
  const endless = { ...subject, said: { ...said, tokensExpire: false } };
  const answer = { [addressOf(filled.tokenUrl)]: tokenAnswer(endless, "1") };
  return [constant("NO_LIFETIME", answer, DICT)];
}

/** What no variable of such a pattern takes, and what need not be said. */
function variableConstants({ variables }: IntegrationSpec): readonly Constant[] {
  if (variables.length === 0) return [];
  const invalid = variables.flatMap(({ name, pattern = USUAL_VALUE }) => {
    const value = ["a b", "..", "%", "{}"].find((one) => !matches(pattern, one));
    return value === undefined ? [] : [[name, value] as const];
  });
  const optional = variables.flatMap((one) => (one.optional === true ? [one.name] : []));
  return [
    constant("INVALID", Object.fromEntries(invalid), TEXTS),
    constant("OPTIONAL", optional, "[tuple[str, ...]]"),
  ];
}

/** Where the captured values are, and values in their place that lead to somebody else. */
function captureConstants({ said, captures }: Subject): readonly Constant[] {
  if (said.capture.length === 0) return [];
  const thefts = said.capture.flatMap(({ name, key, hostSuffixes: [suffix] = [] }) =>
    suffix === undefined
      ? []
      : theftsOf(captures[name] ?? "", suffix).map((value) => [key, value] as const),
  );
  return [
    constant(
      "CAPTURED",
      said.capture.map(({ key }) => key),
      "[tuple[str, ...]]",
    ),
    constant("THEFTS", thefts, "[tuple[tuple[str, str], ...]]"),
  ];
}

/** By whether the value is an address, a host or a part of one. */
function theftsOf(value: string, suffix: string): readonly string[] {
  const hosts = [
    `evil${suffix}`,
    `${suffix}.evil.com`,
    `evil.com/${suffix}`,
    `evil.com?.${suffix}`,
    `evil.com#.${suffix}`,
    String.raw`evil.com\.${suffix}`,
    `${suffix}@evil.com`,
  ];
  if (value.includes("://"))
    return [...hosts.map((host) => `https://${host}`), `ftp://${suffix}`, `//${suffix}`];
  return value.includes(".") ? hosts : ["evil.com/", "evil.com?", "evil.com#", "a@evil.com/", ".."];
}

/** Who signs in, and how it looks when it is somebody else, or nobody. */
function accountConstants(subject: Subject): readonly Constant[] {
  const { account } = subject.said;
  if (account === "none") return [constant("UNIQUE_ID", undefined)];
  const places = tenants(subject.said).map((name) => subject.variables[name]?.toLowerCase());
  const right = answersOf(subject, "1");
  const differing = (number: string | undefined): Fields =>
    Object.fromEntries(
      Object.entries(answersOf(subject, number)).filter(
        ([address, answer]) => JSON.stringify(answer) !== JSON.stringify(right[address]),
      ),
    );
  return [
    constant(
      "OTHER_ACCOUNT",
      differing("2"),
      DICT,
      "The same where somebody else signs in, and where nobody is named.",
    ),
    constant("NO_ACCOUNT", differing(undefined), DICT),
    constant("UNIQUE_ID", [...places, "account-1"].join("/")),
    constant("ACCOUNT_NAME", account.name === undefined ? "account-1" : "Account 1"),
  ];
}

/** What an entry keeps before and after a new token. */
function storedConstants(subject: Subject): readonly Constant[] {
  const { said, variables, captures } = subject;
  const { expires_in: lifetime, ...token } = tokenOf(subject, claimsOf(subject, "1"));
  const known = hasValues(said)
    ? { values: { ...variables, clientId: CLIENT.id, ...captures } }
    : {};
  const isAbsolute = said.renameTokenFields["expires_at"] !== undefined;
  const kept = said.assumedLifetime ?? (said.tokensExpire ? lifetime : ENDLESS);
  const secrets = said.variables.flatMap(({ name, secret }) =>
    secret === true ? [variables[name] ?? ""] : [],
  );
  return [
    constant(
      "NEW_TOKEN",
      {
        ...token,
        ...(!isAbsolute && { expires_in: kept }),
        ...known,
      },
      DICT,
      "What an entry keeps after a sign-in, and what it had before.",
    ),
    constant(
      "OLD_TOKEN",
      {
        access_token: "old-access",
        token_type: "Bearer",
        ...(said.tokensExpire && { refresh_token: "old-refresh" }),
        ...known,
      },
      DICT,
    ),
    constant(
      "SECRETS",
      [CLIENT.secret, "old-access", "old-refresh", ...secrets],
      "[tuple[str, ...]]",
    ),
  ];
}
