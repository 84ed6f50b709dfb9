import { placeholdersIn } from "../../core/placeholders.js";
import type { AnswerKey, Answers } from "../../core/questions.js";
import { type Finding, findIf, type Rule } from "../../core/rules/rule.js";
import { DEVICE_CLASSES, NOT_NUMERIC, UNIT_OPTIONAL } from "./device-classes.js";
import { keyOf } from "./sensors.js";
import { holdsAddress } from "./translations.js";
import {
  isCoreDomain,
  isPartOfHomeAssistant,
  isPythonKeyword,
  isStandardModule,
} from "./taken-domains.js";

/** An integration needs a home: HACS, the manifest and the dialogs lead to it. */
const repositoryRule: Rule = ({ repository }) =>
  findIf(
    repository === undefined,
    "repository",
    "is missing: the manifest of an integration needs its documentation, issue tracker and code owner.",
  );

const domainRule: Rule = ({ domain = "", allowCoreDomain }) => [
  ...findIf(
    isPythonKeyword(domain),
    "domain",
    `must not be ${domain}, a keyword of Python. Say another.`,
  ),
  ...findIf(
    isStandardModule(domain) && !isCoreDomain(domain),
    "domain",
    `must not be ${domain}, a module of Python's standard library. Say another.`,
  ),
  ...findIf(
    isPartOfHomeAssistant(domain),
    "domain",
    `must not be ${domain}: that is a part of Home Assistant itself, whose place no service can take. Say another.`,
  ),
  ...findIf(
    isCoreDomain(domain) && !isPartOfHomeAssistant(domain) && allowCoreDomain !== true,
    "domain",
    `must not be ${domain}: Home Assistant has an integration of that name. Say another, or --allow-core-domain true to take its place.`,
  ),
];

/** The page that the browser comes back to is Home Assistant's: it reads `code` and `state`, and nothing else. */
const redirectRule: Rule = ({ codeParam = "code", capture = [] }) => {
  const captured = capture.find(({ from }) => from === "redirect");
  return [
    ...findIf(
      codeParam !== "code",
      "codeParam",
      `is ${codeParam}, and Home Assistant reads code alone. This provider cannot be linked to Home Assistant.`,
    ),
    ...findIf(
      captured !== undefined,
      "capture",
      `reads ${captured?.name} from the redirect, of which Home Assistant passes nothing on. Say "from":"token" if the token answer has it too.`,
    ),
  ];
};

/** The client of an account gets its headers when it is made; the secret of the app is not among what it knows. */
const apiHeadersRule: Rule = ({ apiHeaders = {} }) =>
  Object.entries(apiHeaders).flatMap(([header, text]) =>
    placeholdersIn(text)
      .filter((name) => name === "random" || name === "clientSecret")
      .map((name) => ({
        key: "apiHeaders" as const,
        message: `gives ${header} {${name}}, which a call from Home Assistant does not know. ${name === "random" ? "Say --hooks true, and set it in on_api_request." : "Ask for it with --variables, as a secret."}`,
      })),
  );

const sensorsRule: Rule = ({ sensors = [] }) => {
  const keys = sensors.map(({ name }, index) => keyOf(name, index));
  const twin = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  return [
    ...findIf(
      twin !== -1,
      "sensors",
      `holds ${JSON.stringify(sensors[twin]?.name)} and another name that gives ${keys[twin]} in code. Name one of them otherwise.`,
    ),
    ...sensors.flatMap(({ name, unit, deviceClass }) =>
      unitFault(unit, deviceClass).map((fault) => ({
        key: "sensors" as const,
        message: `holds ${JSON.stringify(name)}, ${fault}`,
      })),
    ),
  ];
};

/** What Home Assistant would say in its log about a unit and a device class. */
function unitFault(unit: string | undefined, deviceClass: string | undefined): readonly string[] {
  if (deviceClass === undefined) return [];
  if (!Object.hasOwn(DEVICE_CLASSES, deviceClass))
    return [
      `whose device class ${deviceClass} cannot be used here. Take one of ${Object.keys(DEVICE_CLASSES).join(", ")}, or none.`,
    ];
  if (NOT_NUMERIC.has(deviceClass))
    return unit === undefined ? [] : [`which is a ${deviceClass} and has no unit. Take it out.`];
  const units = DEVICE_CLASSES[deviceClass];
  if (unit === undefined)
    return units === undefined || UNIT_OPTIONAL.has(deviceClass)
      ? []
      : [`which needs a unit for ${deviceClass}: ${units.join(", ")}.`];
  if (units === undefined || units.includes(unit)) return [];
  const known = units.length === 0 ? "has no unit" : `is measured in ${units.join(", ")}`;
  return [`whose ${deviceClass} ${known}.`];
}

/** What a regular expression of JavaScript may hold that Python reads otherwise, or not at all. */
const NOT_PYTHON = /\\[pPkuc]|\(\?<|\(\?[a-z-]*:(?<!\(\?:)|\[\^?\]|\[[^\]]*(?:\[|--|&&|\|\||~~)/u;

/** Patterns are matched by Python here, by JavaScript in the other set: one answers file serves both. */
const patternRule: Rule = ({ variables = [], capture = [] }) =>
  (
    [
      ["variables", variables],
      ["capture", capture],
    ] as const
  ).flatMap(([key, items]) =>
    items
      .filter(({ pattern = "" }) => NOT_PYTHON.test(pattern))
      .map(({ name, pattern }) => ({
        key,
        message: `gives ${name} the pattern ${pattern}, which Python does not read as JavaScript does. Write it without \\p, \\u, named groups, lookbehind and nested classes.`,
      })),
  );

/** hassfest refuses addresses in translations, and that is where these texts go. */
const addressRule: Rule = ({ variables = [], sensors = [] }) => {
  const texts = [
    ...variables.flatMap(({ label, description = "" }) =>
      [label, description].map((text) => ["variables", text] as const),
    ),
    ...sensors.map(({ name }) => ["sensors", name] as const),
  ];
  return texts
    .filter(([, text]) => holdsAddress(text))
    .map(([key, text]) => ({
      key,
      message: `says ${JSON.stringify(text)}, and Home Assistant refuses addresses in its texts. Leave out https:// and www.`,
    }));
};

export const rules: readonly Rule[] = [
  repositoryRule,
  domainRule,
  redirectRule,
  apiHeadersRule,
  sensorsRule,
  patternRule,
  addressRule,
];

/** Answers for what Home Assistant does by itself, or has no place for. */
const IDLE: Readonly<Partial<Record<AnswerKey, string>>> = {
  packageName: "a custom integration is no npm package.",
  keychain: "Home Assistant keeps the tokens.",
  redirect: "Home Assistant has its own redirect URI.",
  deviceAuthorizationUrl: "Home Assistant signs in with a browser.",
  clientMetadataUrl: "Home Assistant takes the credentials of an app that was registered by hand.",
  registrationEndpoint:
    "Home Assistant takes the credentials of an app that was registered by hand.",
  issuer: "Home Assistant does not look at the issuer.",
  issParameter: "Home Assistant does not look at the issuer.",
};

export const unused: Rule = (answers: Answers): readonly Finding[] => {
  const said = (Object.keys(IDLE) as AnswerKey[]).filter(
    (key) => answers[key] !== undefined && answers[key] !== false,
  );
  return said.map((key) => ({ key, message: `is not used: ${IDLE[key]}` }));
};
