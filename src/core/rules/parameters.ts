import { type RequestKind, STANDARD_PARAMETERS } from "../parameters.js";
import { type AnswerKey, type Answers, flagOf } from "../questions.js";
import { type Finding, findIf, type Rule } from "./rule.js";

type ParameterKey = "authorizationParams" | "tokenParams" | "refreshParams";
type RenameKey = "renameParams" | "renameAuthorizationParams" | "renameTokenParams";

/** Parameters that the protocol's safety rests on, or that are secrets: no fixed text may stand in for them. */
const NEVER_FIXED: Readonly<Record<ParameterKey, Readonly<Record<string, string>>>> = {
  authorizationParams: {
    state: "the state is fresh for each sign-in (RFC 6749, section 10.12)",
    code_challenge: "it is fresh for each sign-in; say --pkce",
    code_challenge_method: "say --pkce",
    redirect_uri: "say --redirect",
    client_id: "the client id is never an answer",
    nonce: "a fixed nonce proves nothing; {random} is fresh",
  },
  tokenParams: {
    code: "it comes with the redirect",
    code_verifier: "it is fresh for each sign-in; say --pkce",
    device_code: "it comes from the provider",
    redirect_uri: "say --redirect",
    client_id: "the client id is never an answer",
    client_secret: "a secret is never an answer",
  },
  refreshParams: {
    refresh_token: "it comes from the provider",
    client_id: "the client id is never an answer",
    client_secret: "a secret is never an answer",
  },
};

/** What these may be said to be all the same: not fixed, and no answer. */
const NOT_FIXED: Readonly<Record<string, string>> = {
  client_id: "{clientId}",
  client_secret: "{clientSecret}",
  nonce: "{random}",
  state: "{state}",
};

/** Parameters that may not be removed either. */
const NEVER_REMOVED = new Set([
  "state",
  "code_challenge",
  "code_verifier",
  "code",
  "device_code",
  "refresh_token",
]);

/** No extra parameter takes the place of one that protects the sign-in. */
export const fixedParametersRule: Rule = (answers) => {
  const { response_type: responseType = "", response_mode: responseMode = "" } =
    answers.authorizationParams ?? {};
  return [
    ...Object.entries(NEVER_FIXED).flatMap(([key, reasons]) =>
      Object.entries(reasons).flatMap(([name, reason]) =>
        fixedParameter(answers, key as ParameterKey, name, reason),
      ),
    ),
    ...findIf(
      responseType !== "" && responseType !== "code",
      "authorizationParams",
      "can only set response_type to code: no other grant is safe (RFC 9700, section 2.1.2).",
    ),
    ...findIf(
      responseMode !== "" && responseMode !== "query",
      "authorizationParams",
      `cannot set response_mode to ${responseMode}: the code is read from the query of the address that the browser comes back to. Say query, or take it out.`,
    ),
  ];
};

function fixedParameter(
  answers: Answers,
  key: ParameterKey,
  name: string,
  reason: string,
): readonly Finding[] {
  const value = answers[key]?.[name];
  if (value === undefined || value === NOT_FIXED[name]) return [];
  if (value === "" && !NEVER_REMOVED.has(name)) return [];
  return [{ key, message: `cannot ${value === "" ? "remove" : "set"} ${name}: ${reason}.` }];
}

/** A kind of request: which answers rename its parameters and add some, and whether it is sent at all. */
interface Renaming {
  readonly request: string;
  readonly kind: RequestKind;
  readonly own?: RenameKey;
  readonly extra?: ParameterKey;
  readonly isSent: (answers: Answers) => boolean;
}

const always = (): boolean => true;
const hasDeviceFlow = (answers: Answers): boolean => answers.deviceAuthorizationUrl !== undefined;

const RENAMINGS: readonly Renaming[] = [
  {
    request: "authorization request",
    kind: "authorization",
    own: "renameAuthorizationParams",
    extra: "authorizationParams",
    isSent: always,
  },
  {
    request: "token request",
    kind: "token",
    own: "renameTokenParams",
    extra: "tokenParams",
    isSent: always,
  },
  {
    request: "refresh request",
    kind: "refresh",
    own: "renameTokenParams",
    extra: "refreshParams",
    isSent: ({ tokensExpire }) => tokensExpire !== false,
  },
  { request: "device authorization request", kind: "deviceAuthorization", isSent: hasDeviceFlow },
  {
    request: "device token request",
    kind: "deviceToken",
    own: "renameTokenParams",
    extra: "tokenParams",
    isSent: hasDeviceFlow,
  },
  {
    request: "revocation request",
    kind: "revocation",
    isSent: ({ revocationUrl }) => revocationUrl !== undefined,
  },
];

/** A renamed parameter takes no other parameter's name: a secret or a fresh value would be lost, or a fixed one slip in for it. */
export const renamedParametersRule: Rule = (answers) => {
  const found = RENAMINGS.filter(({ isSent }) => isSent(answers)).flatMap((renaming) =>
    collisions(answers, renaming),
  );
  // What is wrong in several requests is said for the first.
  const ids = found.map(({ key, name }) => `${key} ${name}`);
  return found
    .filter((_one, index) => ids.indexOf(ids[index] ?? "") === index)
    .map(({ key, message }) => ({ key, message }));
};

/** A parameter of one request whose new name is taken there. */
interface Collision {
  readonly key: RenameKey;
  readonly name: string;
  readonly message: string;
}

function collisions(answers: Answers, renaming: Renaming): readonly Collision[] {
  const { kind, own } = renaming;
  const standard: readonly string[] = STANDARD_PARAMETERS[kind];
  const special = own === undefined ? {} : (answers[own] ?? {});
  const renamed = Object.entries({ ...answers.renameParams, ...special })
    .filter(([name]) => standard.includes(name))
    .map(([name, target]) => ({
      key: own !== undefined && Object.hasOwn(special, name) ? own : ("renameParams" as const),
      name,
      target,
    }));
  return renamed.flatMap(({ key, name, target }, index) => {
    const twin = renamed.slice(0, index).find((other) => other.target === target);
    const reason = takenBy(target, answers, renaming) ?? (twin && sameAs(twin));
    if (reason === undefined) return [];
    return [{ key, name, message: `renames ${name} to ${target}, ${reason}` }];
  });
}

/** Who has the name in that request already, apart from other renamed parameters. */
function takenBy(
  target: string,
  answers: Answers,
  { request, kind, extra }: Renaming,
): string | undefined {
  if (STANDARD_PARAMETERS[kind].some((name) => name === target))
    return `which is a standard parameter of the ${request}. Take another name.`;
  if (extra !== undefined && Object.hasOwn(answers[extra] ?? {}, target))
    return `which ${flagOf(extra)} sets too. Take one of them away.`;
  return undefined;
}

function sameAs({ key, name }: { readonly key: RenameKey; readonly name: string }): string {
  return `and ${flagOf(key)} renames ${name} to the same. Take another name for one of them.`;
}

/** With Basic, id and secret stand in a header and have no names (RFC 6749, section 2.3.1); without a secret there is none to rename. */
export const clientParametersRule: Rule = (answers) => {
  const { clientAuth = "client_secret_post" } = answers;
  const renames = (key: RenameKey, name: string): boolean =>
    Object.hasOwn(answers[key] ?? {}, name);
  return (["renameParams", "renameTokenParams"] as const).flatMap((key) =>
    ["client_id", "client_secret"]
      .filter((name) => renames(key, name))
      .flatMap((name) => clientParameter(key, name, clientAuth)),
  );
};

function clientParameter(
  key: AnswerKey,
  name: string,
  clientAuth: NonNullable<Answers["clientAuth"]>,
): readonly Finding[] {
  if (isBasic(clientAuth))
    return [
      {
        key,
        message: `renames ${name}, which --client-auth ${clientAuth} sends in a header, without a name. Say --client-auth client_secret_post, or --rename-authorization-params for the authorization request alone.`,
      },
    ];
  return findIf(
    clientAuth === "none" && name === "client_secret",
    key,
    "renames client_secret, and with --client-auth none there is no secret. Take it out, or say --client-auth client_secret_post.",
  );
}

/** Whether the client authenticates in the Authorization header. */
export function isBasic(clientAuth: Answers["clientAuth"]): boolean {
  return clientAuth === "client_secret_basic" || clientAuth === "client_secret_basic_raw";
}
