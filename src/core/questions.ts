import { domainFromName, packageNameFromDomain } from "./names.js";
import { isDeviceName } from "./files.js";
import {
  bad,
  good,
  line,
  listOf,
  oneOf,
  parameters,
  pattern,
  type Reader,
  url,
  yesOrNo,
} from "./readers.js";
import { account, redirect } from "./structures.js";

/** How an answer is written as text: on the command line, in the environment and at a prompt. */
export type AnswerKind = "text" | "choice" | "yes-no" | "list" | "map" | "structure";

/** What the world of this run offers as defaults. Read once, in io; stored with the answers. */
export interface World {
  readonly author?: string;
  readonly repository?: string;
  readonly year: number;
}

/** The answers read so far, as far as defaults follow from them. */
export type EarlierAnswers = Readonly<Partial<Record<string, unknown>>>;

/** One question: it makes a prompt, a flag, a line of `--help`, an environment variable, a key of the answers file and a check. */
export interface Question<Value = unknown> {
  readonly group: "project" | "provider";
  readonly kind: AnswerKind;
  /** What a prompt asks. */
  readonly message: string;
  /** One line of `--help`. */
  readonly help: string;
  /** An answer that is right, for the complete example command. */
  readonly example: string;
  /** Asked on the short path; every other question stands behind "Change advanced settings?". */
  readonly short?: true;
  readonly required?: true;
  readonly choices?: readonly string[];
  readonly read: Reader<Value>;
  /** The default, from earlier answers and the world; `undefined`: none. */
  readonly fallback?: (earlier: EarlierAnswers, world: World) => Value | undefined;
  /** The default comes from the world and is stored with the answers, so that an update needs no world. */
  readonly fromWorld?: true;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
const always =
  <Value>(value: Value) =>
  (): Value =>
    value;

const endpoint = url({ query: true, loopback: true });
const page = url({ query: true, loopback: false });

const NO_PARAMETERS: Readonly<Record<string, string>> = {};
const NO_SCOPES: readonly string[] = [];

const LICENSES = ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "UNLICENSED"] as const;

const question = <Value>(asked: Question<Value>): Question<Value> => asked;

/** Every question, in the order in which it is asked. Prompts, flags, `--help`, environment, answers file and validation are made from it. */
export const questions = {
  templateSet: question({
    group: "project",
    kind: "choice",
    message: "What to generate",
    help: "what to generate",
    example: "typescript",
    short: true,
    choices: ["typescript"],
    read: oneOf(["typescript"]),
    fallback: always("typescript" as const),
  }),
  name: question({
    group: "project",
    kind: "text",
    message: "Name of the service",
    help: "what people call the service",
    example: "Acme Cloud",
    short: true,
    required: true,
    read: line(60),
  }),
  domain: question({
    group: "project",
    kind: "text",
    message: "Domain (the name in code)",
    help: "the name in code: lower-case letters, digits and _",
    example: "acme_cloud",
    short: true,
    required: true,
    read: readDomain,
    fallback: ({ name }) => domainFromName(text(name) ?? ""),
  }),
  description: question({
    group: "project",
    kind: "text",
    message: "Description",
    help: "one line about the project",
    example: "Link Acme Cloud accounts",
    read: line(300),
    fallback: ({ name }) => (text(name) === undefined ? undefined : `Link ${text(name)} accounts`),
  }),
  repository: question({
    group: "project",
    kind: "text",
    message: "Repository",
    help: "https URL of the repository: gives documentation, issue tracker and code owner",
    example: "https://github.com/acme/acme-integration",
    read: readRepository,
    fallback: (_earlier, world) => world.repository,
    fromWorld: true,
  }),
  packageName: question({
    group: "project",
    kind: "text",
    message: "Package name",
    help: "name of the npm package",
    example: "acme-integration",
    read: pattern(
      /^(?!node_modules$|favicon\.ico$)(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/u,
      "be an npm name: lower-case letters, digits, -, _ and ., with or without a @scope/",
      214,
    ),
    fallback: ({ domain }) =>
      text(domain) === undefined ? undefined : packageNameFromDomain(text(domain) ?? ""),
  }),
  license: question({
    group: "project",
    kind: "choice",
    message: "License",
    help: "license of the project",
    example: "MIT",
    choices: LICENSES,
    read: oneOf(LICENSES),
    fallback: always("MIT" as const),
  }),
  author: question({
    group: "project",
    kind: "text",
    message: "Author",
    help: "author of the project (default: git config user.name)",
    example: "Ada Lovelace",
    read: line(200),
    fallback: (_earlier, world) => world.author,
    fromWorld: true,
  }),
  year: question({
    group: "project",
    kind: "text",
    message: "Year of the copyright",
    help: "year of the copyright (default: this year)",
    example: "2026",
    read: (said) =>
      /^[12]\d{3}$/u.test(typeof said === "number" ? String(said) : (text(said) ?? ""))
        ? good(Number(said))
        : bad("must be a year, like 2026."),
    fallback: (_earlier, world) => world.year,
    fromWorld: true,
  }),
  ci: question({
    group: "project",
    kind: "yes-no",
    message: "Workflows for continuous integration",
    help: "workflows for continuous integration in the project",
    example: "true",
    read: yesOrNo,
    fallback: always(true),
  }),
  issuer: question({
    group: "provider",
    kind: "text",
    message: "Issuer",
    help: "issuer identifier of the authorization server; checked in its answers",
    example: "https://auth.acme.com",
    read: url({ query: false, loopback: true }),
  }),
  issParameter: question({
    group: "provider",
    kind: "yes-no",
    message: "The server announces iss in the redirect (RFC 9207)",
    help: "the server announces iss in the redirect (RFC 9207)",
    example: "true",
    read: yesOrNo,
    fallback: always(false),
  }),
  authorizationUrl: question({
    group: "provider",
    kind: "text",
    message: "Authorization URL",
    help: "URL of the authorization endpoint",
    example: "https://auth.acme.com/oauth/authorize",
    short: true,
    required: true,
    read: endpoint,
  }),
  tokenUrl: question({
    group: "provider",
    kind: "text",
    message: "Token URL",
    help: "URL of the token endpoint",
    example: "https://auth.acme.com/oauth/token",
    short: true,
    required: true,
    read: endpoint,
  }),
  refreshUrl: question({
    group: "provider",
    kind: "text",
    message: "Refresh URL",
    help: "URL for refresh requests (default: the token URL)",
    example: "https://auth.acme.com/oauth/refresh",
    read: endpoint,
  }),
  revocationUrl: question({
    group: "provider",
    kind: "text",
    message: "Revocation URL",
    help: "URL of the revocation endpoint (RFC 7009)",
    example: "https://auth.acme.com/oauth/revoke",
    read: endpoint,
  }),
  apiBaseUrl: question({
    group: "provider",
    kind: "text",
    message: "Base URL of the API",
    help: "base URL of the API, may have a path (default: origin of the token URL)",
    example: "https://api.acme.com/v1",
    read: url({ query: false, loopback: true }),
    fallback: ({ tokenUrl }) => originOf(text(tokenUrl)),
  }),
  scopes: question({
    group: "provider",
    kind: "list",
    message: "Scopes, separated by spaces",
    help: "scopes to ask for, separated by spaces",
    example: "read offline_access",
    short: true,
    read: listOf(
      pattern(
        /^[\u0021\u0023-\u005b\u005d-\u007e]+$/u,
        "hold only the characters of a scope (RFC 6749, section 3.3)",
      ),
    ),
    fallback: always(NO_SCOPES),
  }),
  scopeSeparator: question({
    group: "provider",
    kind: "text",
    message: "Separator between scopes",
    help: "what stands between scopes in a request (default: a space)",
    example: ",",
    read: (said) =>
      typeof said === "string" && /^[ -~]{1,10}$/u.test(said)
        ? good(said)
        : bad("must be one to ten printable ASCII characters."),
    fallback: always(" "),
  }),
  pkce: question({
    group: "provider",
    kind: "choice",
    message: "PKCE (RFC 7636)",
    help: "PKCE method (RFC 7636)",
    example: "S256",
    choices: ["S256", "none"],
    read: oneOf(["S256", "none"]),
    fallback: always("S256" as const),
  }),
  clientAuth: question({
    group: "provider",
    kind: "choice",
    message: "How the client authenticates at the token endpoint",
    help: "how the client authenticates at the token endpoint",
    example: "client_secret_basic",
    choices: ["client_secret_post", "client_secret_basic", "none"],
    read: oneOf(["client_secret_post", "client_secret_basic", "none"]),
    fallback: always("client_secret_post" as const),
  }),
  authorizationParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the authorization request",
    help: "extra parameter of the authorization request; an empty value removes one",
    example: "access_type=offline",
    read: parameters,
    fallback: always(NO_PARAMETERS),
  }),
  tokenParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the token request",
    help: "extra parameter of the token request; an empty value removes one",
    example: "audience=api",
    read: parameters,
    fallback: always(NO_PARAMETERS),
  }),
  refreshParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the refresh request",
    help: "extra parameter of the refresh request; an empty value removes one",
    example: "scope=",
    read: parameters,
    fallback: always(NO_PARAMETERS),
  }),
  tokensExpire: question({
    group: "provider",
    kind: "yes-no",
    message: "Access tokens expire and are refreshed",
    help: "false: no expires_in, no refresh token, never refreshed",
    example: "true",
    read: yesOrNo,
    fallback: always(true),
  }),
  account: question({
    group: "provider",
    kind: "structure",
    message: "How an account is told apart (JSON, or none)",
    help: "how an account is told apart: {path, id, name?}, {claim, name?, token?}, {tokenField, name?} or none",
    example: '{"path":"/me","id":"id","name":"email"}',
    read: account,
    fallback: always("none" as const),
  }),
  redirect: question({
    group: "provider",
    kind: "structure",
    message: "Redirect address on this machine (JSON)",
    help: "redirect address: {host?, port?, path?} (default: 127.0.0.1, a port made from the domain, /callback)",
    example: '{"port":20400}',
    read: redirect,
  }),
  registrationUrl: question({
    group: "provider",
    kind: "text",
    message: "Page where an app is registered",
    help: "page where an app is registered at the provider",
    example: "https://acme.com/developers/apps",
    read: page,
  }),
  docsUrl: question({
    group: "provider",
    kind: "text",
    message: "Page about OAuth at the provider",
    help: "page about OAuth at the provider",
    example: "https://acme.com/developers/oauth",
    read: page,
  }),
} as const;

export type AnswerKey = keyof typeof questions;
export type AnswerOf<Key extends AnswerKey> =
  (typeof questions)[Key] extends Question<infer Value> ? Value : never;
/** Answers that were said and read: typed, each right by itself. */
export type Answers = { readonly [Key in AnswerKey]?: AnswerOf<Key> };

export const answerKeys = Object.keys(questions) as readonly AnswerKey[];

export function isAnswerKey(key: string): key is AnswerKey {
  return Object.hasOwn(questions, key);
}

/** `authorizationUrl` → `--authorization-url`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}

export const ENVIRONMENT_PREFIX = "CREATE_OAUTH2_";

/** `authorizationUrl` → `CREATE_OAUTH2_AUTHORIZATION_URL`. */
export function environmentNameOf(key: string): string {
  return `${ENVIRONMENT_PREFIX}${flagOf(key).slice(2).replaceAll("-", "_").toUpperCase()}`;
}

/** Words that no identifier of ECMAScript may be. */
const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);

function readDomain(said: unknown): ReturnType<Reader<string>> {
  const domain = pattern(
    /^[a-z][a-z0-9_]*$/u,
    "start with a letter and hold only a-z, 0-9 and _",
    50,
  )(said);
  if (!domain.ok) return domain;
  if (RESERVED.has(domain.value))
    return bad(`must not be ${domain.value}, a reserved word of TypeScript.`);
  if (isDeviceName(domain.value))
    return bad(`must not be ${domain.value}, which is a device on Windows.`);
  return domain;
}

function readRepository(said: unknown): ReturnType<Reader<string>> {
  const repository = url({ query: false, loopback: false })(said);
  if (!repository.ok) return repository;
  const tidy = repository.value.replace(/\/+$/u, "").replace(/\.git$/u, "");
  return /^https:\/\/[^/]+(?:\/[\w.~-]+){2,}$/iu.test(tidy)
    ? good(tidy)
    : bad("must name an owner and a repository, like https://github.com/owner/name.");
}

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined;
}
