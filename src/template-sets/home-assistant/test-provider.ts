import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { USUAL_VALUE } from "../../core/variables.js";
import { sensorsOf } from "./sensors.js";
import { hasValues, readsAnswer, tenants } from "./sign-in.js";
import { answersOf, claimsOf, sampleOf, tokenAnswer, tokenOf } from "./test-answers.js";
import { addressOf, type Fields } from "./test-json.js";
import { requestConstants } from "./test-requests.js";
import {
  ANYTHING,
  CLIENT,
  type Constant,
  constant,
  DICT,
  type Subject,
  subjectOf,
  TEXTS,
} from "./test-subject.js";
import { matches } from "./test-values.js";

/** A hundred years, in seconds. */
const ENDLESS = 3_153_600_000;

/**
 * What the generated tests compare with, in literals: the requests that `explain` prints, with values in the place of placeholders, and
 * the answers of a provider that is as it was described. Nothing here comes from the constants that the integration itself reads.
 */
export function testProvider(said: IntegrationSpec): readonly Constant[] {
  const subject = subjectOf(said);
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

function entered({ variables }: Subject): Fields {
  const forms = Object.keys(variables).length > 0 ? ["user", "reconfigure"] : [];
  return {
    reauth_confirm: {},
    ...Object.fromEntries(forms.map((form) => [form, variables])),
  };
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
