import { nearest } from "../nearest.js";
import { type BuiltInPlaceholder, isBuiltIn, placeholdersIn } from "../placeholders.js";
import { type AnswerKey, type Answers, flagOf } from "../questions.js";
import { hostPlaceholders, leadingPlaceholder, originOf } from "../urls.js";
import type { Capture, Variable } from "../variables.js";
import { type Finding, findIf, type Rule } from "./rule.js";
import { unfitFor } from "./variable-values.js";

/** Which placeholders may stand in an answer, beside variables. */
interface Place {
  /** Where captures may come from: those that are known by the time the request is sent. */
  readonly captures: readonly Capture["from"][];
  readonly builtIn: readonly BuiltInPlaceholder[];
}

const LINKED: Place["captures"] = ["redirect", "token"];

const URLS = {
  issuer: { captures: [], builtIn: [] },
  authorizationUrl: { captures: [], builtIn: [] },
  deviceAuthorizationUrl: { captures: [], builtIn: [] },
  tokenUrl: { captures: ["redirect"], builtIn: [] },
  refreshUrl: { captures: LINKED, builtIn: [] },
  revocationUrl: { captures: LINKED, builtIn: [] },
  apiBaseUrl: { captures: LINKED, builtIn: [] },
} as const satisfies Readonly<Record<string, Place>>;

const MAPS = {
  authorizationParams: { captures: [], builtIn: ["clientId", "state", "random"] },
  tokenParams: { captures: ["redirect"], builtIn: ["clientId", "clientSecret", "state", "random"] },
  tokenHeaders: {
    captures: ["redirect"],
    builtIn: ["clientId", "clientSecret", "state", "random"],
  },
  refreshParams: { captures: LINKED, builtIn: ["clientId", "clientSecret", "random"] },
  apiHeaders: { captures: LINKED, builtIn: ["clientId", "clientSecret", "random"] },
} as const satisfies Readonly<Record<string, Place>>;

type UrlKey = keyof typeof URLS;
type PlaceKey = UrlKey | keyof typeof MAPS;

const urlKeys = Object.keys(URLS) as readonly UrlKey[];
const mapKeys = Object.keys(MAPS) as readonly (keyof typeof MAPS)[];
/** Places that anybody at the browser can read. */
const SHOWN = new Set<PlaceKey>(["authorizationUrl", "authorizationParams"]);

/** One placeholder at one place. `where` begins the sentence about it. */
interface Use {
  readonly key: PlaceKey;
  readonly name: string;
  readonly where: string;
}

function usesOf(answers: Answers): readonly Use[] {
  const inUrls = urlKeys
    .filter((key) => key !== "apiBaseUrl" || !isDerived(answers))
    .flatMap((key) =>
      placeholdersIn(answers[key] ?? "").map((name) => ({ key, name, where: `holds {${name}}` })),
    );
  const inMaps = mapKeys.flatMap((key) =>
    Object.entries(answers[key] ?? {}).flatMap(([member, text]) =>
      placeholdersIn(text).map((name) => ({ key, name, where: `gives ${member} {${name}}` })),
    ),
  );
  return [...inUrls, ...inMaps];
}

/** Whether the API's address follows from the token URL: what is wrong with it is wrong there. */
function isDerived({ apiBaseUrl, tokenUrl }: Answers): boolean {
  return apiBaseUrl !== undefined && apiBaseUrl === originOf(tokenUrl);
}

/** Every placeholder is declared, and stands where its value is known and harmless. */
export const placeholdersRule: Rule = (answers) => {
  const { variables, capture } = answers;
  if (variables === undefined || capture === undefined) return [];
  const misused = usesOf(answers).flatMap((use) => {
    const variable = variables.find(({ name }) => name === use.name);
    if (variable !== undefined) return misusedVariable(use, variable, answers);
    const captured = capture.find(({ name }) => name === use.name);
    if (captured !== undefined) return misusedCapture(use, captured);
    return isBuiltIn(use.name)
      ? misusedBuiltIn(use, use.name, answers)
      : [undeclared(use, variables, capture)];
  });
  return [
    ...misused,
    ...twins(variables, capture),
    ...captureHosts(answers, capture),
    ...withoutRedirect(answers, capture),
    ...unfitValues(answers, variables),
  ];
};

function twins(variables: readonly Variable[], capture: readonly Capture[]): readonly Finding[] {
  return capture
    .filter(({ name }) => variables.some((variable) => variable.name === name))
    .map(({ name }) => ({
      key: "capture",
      message: `reads ${name}, which --variables asks for too. Give one of them another name.`,
    }));
}

function undeclared(
  { key, name, where }: Use,
  variables: readonly Variable[],
  capture: readonly Capture[],
): Finding {
  const { captures, builtIn } = placeOf(key);
  const fitting = capture.filter(({ from }) => captures.includes(from));
  const known = [...variables, ...fitting].map((one) => one.name);
  const meant = nearest(name, [...known, ...builtIn]);
  const hint = meant === undefined ? "" : `; did you mean {${meant}}?`;
  const way = `Declare it with --variables${captures.length > 0 ? " or --capture" : ""}.`;
  return {
    key,
    message: `${where}, which nothing declares${hint === "" ? "." : hint} ${way}`,
    ...(meant !== undefined && { suggestion: `{${meant}}` }),
  };
}

function placeOf(key: PlaceKey): Place {
  return { ...URLS, ...MAPS }[key];
}

function misusedVariable(
  { key, name, where }: Use,
  variable: Variable,
  answers: Answers,
): readonly Finding[] {
  const isUrl = Object.hasOwn(URLS, key);
  const begins = isUrl && leadingPlaceholder(answers[key as UrlKey] ?? "") === name;
  return [
    ...findIf(
      isUrl && variable.optional === true,
      key,
      `${where}, which --variables calls optional: a URL cannot do without it. Take optional away there.`,
    ),
    ...findIf(
      begins && variable.pattern === undefined,
      key,
      `begins with {${name}}, to which --variables gives no pattern: any address could be named. Give it one.`,
    ),
    ...findIf(
      SHOWN.has(key) && variable.secret === true,
      key,
      `${where}, which --variables calls secret: it would show in the browser. Send it with --token-params or --token-headers.`,
    ),
  ];
}

function misusedCapture({ key, where }: Use, { from }: Capture): readonly Finding[] {
  const { captures } = placeOf(key);
  if (captures.includes(from)) return [];
  if (captures.length === 0)
    return [
      {
        key,
        message: `${where}, which --capture reads later: nothing is captured yet by then. Ask for it with --variables.`,
      },
    ];
  return [
    {
      key,
      message: `${where}, which --capture reads from the answer to that very request. Read it from the redirect, or ask for it with --variables.`,
    },
  ];
}

function misusedBuiltIn(
  { key, where }: Use,
  name: BuiltInPlaceholder,
  { clientAuth }: Answers,
): readonly Finding[] {
  if (!placeOf(key).builtIn.includes(name))
    return [{ key, message: `${where}: ${reasonAgainst(name, key)}` }];
  return findIf(
    name === "clientSecret" && clientAuth === "none",
    key,
    `${where}, and with --client-auth none there is no secret. Say another --client-auth.`,
  );
}

function reasonAgainst(name: BuiltInPlaceholder, key: PlaceKey): string {
  if (name === "token") return "that one stands in --api-auth-header alone. Take it out.";
  if (Object.hasOwn(URLS, key))
    return "only --variables and --capture may stand in a URL. Send it with --token-params.";
  if (name === "clientSecret")
    return "the secret would show in the browser. Send it with --token-params.";
  return "there is no state by then. Take it out, or send it with --token-params.";
}

/** A captured value comes from the provider's answer or through the browser: it may lead a token only to hosts that were said. */
function captureHosts(answers: Answers, capture: readonly Capture[]): readonly Finding[] {
  return capture
    .filter(({ hostSuffixes }) => hostSuffixes === undefined)
    .flatMap(({ name }) => {
      const key = urlKeys.find((one) => reachesHost(answers[one] ?? "", name));
      if (key === undefined) return [];
      const message = `gives ${name} no hostSuffixes, and ${flagOf(key)} has it in its host: a token could go anywhere. Say them, like ["acme.com"].`;
      return [{ key: "capture", message } as const];
    });
}

/** There is no redirect in the device flow (RFC 8628): no account could be linked that way, for want of what is read from one. */
function withoutRedirect(answers: Answers, capture: readonly Capture[]): readonly Finding[] {
  if (answers.deviceAuthorizationUrl === undefined) return [];
  const uses = usesOf(answers);
  return capture
    .filter(({ from }) => from === "redirect")
    .flatMap(({ name }) => {
      const use = uses.find((one) => one.name === name);
      if (use === undefined) return [];
      const message = `is said, and ${flagOf(use.key)} needs {${name}}, which --capture reads from the redirect: the device flow has none. Take it out, or ask for {${name}} with --variables.`;
      return [{ key: "deviceAuthorizationUrl", message } as const];
    });
}

/** An example or a default that the generated program would refuse, at the first address that it cannot stand in. */
function unfitValues(answers: Answers, variables: readonly Variable[]): readonly Finding[] {
  const used = usesOf(answers).filter(({ key }) => Object.hasOwn(URLS, key));
  return variables.flatMap((variable) =>
    (["default", "example"] as const).flatMap((field) => {
      const value = variable[field];
      if (value === undefined) return [];
      const faults = used
        .filter(({ name }) => name === variable.name)
        .map(({ key }) => ({
          key,
          fault: unfitFor(variable, value, answers[key as UrlKey] ?? ""),
        }));
      const first = faults.find(({ fault }) => fault !== undefined);
      if (first === undefined) return [];
      const message = `gives ${variable.name} the ${field} ${JSON.stringify(value)}, and ${flagOf(first.key)} ${first.fault}. Say another ${field}, or move {${variable.name}}.`;
      return [{ key: "variables", message } as const];
    }),
  );
}

/** Where a capture for this answer may come from; `undefined` where no placeholder may stand at all. */
export function capturesAt(key: AnswerKey): Place["captures"] | undefined {
  return Object.hasOwn(URLS, key) ? placeOf(key as UrlKey).captures : undefined;
}

export function reachesHost(url: string, name: string): boolean {
  return leadingPlaceholder(url) === name || hostPlaceholders(url).includes(name);
}

/** Variables and captures that no answer uses. */
export function unusedPlaceholders(answers: Answers): readonly Finding[] {
  const used = new Set(usesOf(answers).map(({ name }) => name));
  const idle = (key: "variables" | "capture", names: readonly string[]): readonly Finding[] =>
    names
      .filter((name) => !used.has(name))
      .map((name) => ({
        key,
        message: `declares {${name}}, and nothing uses it; a project with --hooks true could.`,
      }));
  return [
    ...idle("variables", answers.variables?.map(({ name }) => name) ?? []),
    ...idle("capture", answers.capture?.map(({ name }) => name) ?? []),
  ];
}
