import { appendPath } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { NOT_NUMERIC } from "./device-classes.js";
import { polledPaths } from "./sensors.js";
import { addressOf, type Fields, type Json, jwt, withField } from "./test-json.js";
import type { Subject } from "./test-subject.js";

type Sensor = IntegrationSpec["sensors"][number];

/** What each address answers where all goes well. */
export function answersOf(subject: Subject, number: string | undefined): Fields {
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

function isCalled({ account }: IntegrationSpec): boolean {
  return account !== "none" && "path" in account;
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
export function sampleOf({ sensors }: IntegrationSpec, { path, field }: Sensor): Json {
  const same = sensors.filter((one) => one.path === path && one.field === field);
  const { unit, deviceClass } =
    same.find((one) => one.unit !== undefined || one.deviceClass !== undefined) ?? {};
  if (deviceClass === "date") return "2026-01-02";
  if (deviceClass !== undefined && NOT_NUMERIC.has(deviceClass)) return "2026-01-02T03:04:05+00:00";
  return unit === undefined && deviceClass === undefined ? "fine" : 21;
}

/** The answer of the token endpoint to who has the account of a number, or to nobody known. */
export function tokenAnswer(subject: Subject, number: string | undefined): Fields {
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

/** The token as the standard has it. */
export function tokenOf({ said }: Subject, claims: Fields): Fields {
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

export function claimsOf({ said: { account } }: Subject, number: string | undefined): Fields {
  if (number === undefined || account === "none" || !("claim" in account)) return {};
  const name = account.name === undefined ? {} : { [account.name]: `Account ${number}` };
  return { ...name, [account.claim]: `account-${number}` };
}

function withAccount(answer: Fields, id: string, name: string | undefined, number: string): Fields {
  const named = name === undefined ? answer : withField(answer, name, `Account ${number}`);
  return withField(named, id, `account-${number}`);
}
