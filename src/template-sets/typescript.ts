import { explain, type ExplainedRequest, redirectUri } from "../core/explain.js";
import { markdownCode, markdownText } from "../core/literals.js";
import { exampleOperation } from "../core/openapi-operation.js";
import { placeholdersIn } from "../core/placeholders.js";
import type { TemplateView } from "../core/render.js";
import { findIf, type Rule } from "../core/rules/rule.js";
import type { IntegrationSpec } from "../core/spec.js";
import { hookFeatures } from "./hook-features.js";
import type { TemplateSet } from "./template-set.js";
import { typescriptNeeds } from "./typescript-needs.js";

/** A TypeScript package that links accounts of the service. */
export const typescript: TemplateSet = {
  folder: "typescript",
  features: {
    account: ({ account }) => account !== "none",
    "account-by-call": ({ account }) => account !== "none" && "path" in account,
    "account-by-claim": ({ account }) => account !== "none" && "claim" in account,
    "account-by-token-field": ({ account }) => account !== "none" && "tokenField" in account,
    "address-placeholders": ({ variables, capture }) => isSaid(variables) || isSaid(capture),
    "api-auth-header": ({ apiAuthHeader }) => apiAuthHeader !== undefined,
    "api-headers": ({ apiHeaders }) => isSaid(apiHeaders),
    "assumed-lifetime": ({ assumedLifetime }) => assumedLifetime !== undefined,
    capture: ({ capture }) => isSaid(capture),
    "client-metadata": ({ clientMetadataUrl }) => clientMetadataUrl !== undefined,
    "code-parameter": ({ codeParam }) => codeParam !== "code",
    "device-authorization": ({ deviceAuthorizationUrl }) => deviceAuthorizationUrl !== undefined,
    "dotted-path": (spec) => spec.account !== "none" || isSaid(spec.capture) || movesToken(spec),
    hooks: ({ hooks }) => hooks,
    ...hookFeatures,
    keychain: ({ keychain }) => keychain,
    openapi: ({ openapi }) => openapi !== undefined,
    placeholders: (spec) =>
      isSaid(spec.variables) || isSaid(spec.capture) || placeholdersOf(spec).length > 0,
    "redirect-url": ({ redirect }) => redirect.url !== undefined,
    "renamed-parameters": (spec) =>
      [spec.renameParams, spec.renameAuthorizationParams, spec.renameTokenParams].some(isSaid),
    registration: registersItself,
    revocation: ({ revocationUrl }) => revocationUrl !== undefined,
    "token-body-json": ({ tokenBodyFormat }) => tokenBodyFormat === "json",
    "token-body-query": ({ tokenBodyFormat }) => tokenBodyFormat === "query",
    "token-fields": movesToken,
    "token-headers": ({ tokenHeaders }) => isSaid(tokenHeaders),
    variables: ({ variables }) => isSaid(variables),
    ci: ({ ci }) => ci,
  },
  view,
  seeds: ["src/provider-hooks.ts"],
  moved: {},
  needs: typescriptNeeds,
  rules: [domainRule],
  takes: () => false,
  unused: (answers) =>
    (["sensors", "allowCoreDomain"] as const)
      .filter((key) => answers[key] !== undefined)
      .map((key) => ({ key, message: "is not used: only a Home Assistant integration has it." })),
  requests: (spec) => [...registrationRequest(spec), ...explain(spec)],
  notices: () => [],
  installs: "package.json",
  program: "dist/src/cli.js",
  nextSteps: (_spec, packageManager) =>
    ["run build", "run link"].map((words) => `${packageManager} ${words}`),
};

/** Words that no identifier of ECMAScript may be. */
const RESERVED = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);

function domainRule({ domain = "" }: Parameters<Rule>[0]): ReturnType<Rule> {
  return findIf(
    RESERVED.has(domain),
    "domain",
    `must not be ${domain}, a reserved word of TypeScript. Say another.`,
  );
}

function view(spec: IntegrationSpec, openapi?: string): TemplateView {
  const { domain, packageName, repository, account } = spec;
  return {
    name: spec.name,
    domain,
    description: spec.description,
    packageName,
    program: packageName.replace(/^@[^/]*\//u, ""),
    prefix: domain.toUpperCase(),
    license: spec.license,
    licensed: spec.license !== "UNLICENSED",
    year: spec.year,
    author: spec.author ?? "",
    holder: spec.author ?? `The authors of ${packageName}`,
    repository: repository ?? "",
    homepage: `${repository ?? ""}#readme`,
    issueTracker: `${repository ?? ""}/issues`,
    cloneUrl: `git+${repository ?? ""}.git`,
    codeOwners:
      repository === undefined ? [] : [`@${new URL(repository).pathname.split("/")[1] ?? ""}`],
    authorizationUrl: spec.authorizationUrl,
    tokenUrl: spec.tokenUrl,
    scopes: spec.scopes,
    scopeList: spec.scopes.map(markdownCode).join(", "),
    settings: settings(spec),
    redirectUri: redirectUri(spec).replace("<port>", "PORT"),
    randomPort: spec.redirect.port === 0,
    pasted: spec.redirect.url !== undefined,
    // What a redirect says is not known after a sign-in with a code.
    device:
      spec.deviceAuthorizationUrl !== undefined &&
      !spec.capture.some(({ from }) => from === "redirect"),
    captures: spec.capture.map(({ name }) => markdownCode(name)).join(", "),
    variables: spec.variables.map(({ name, label, description, example, optional }) => ({
      name,
      text: [
        ...[label, description ?? ""].filter(Boolean).map(markdownText),
        ...(example === undefined ? [] : [`for example ${markdownCode(example)}`]),
        ...(optional === true ? ["may be left out"] : []),
      ].join("; "),
    })),
    ...exampleCall(spec),
    openapi: spec.openapi !== undefined,
    operation: (openapi !== undefined && exampleOperation(openapi, accountPath(spec))) || false,
    ci: spec.ci,
    hooks: spec.hooks,
    keychain: spec.keychain,
    registrationUrl: spec.registrationUrl ?? "",
    registers: registersItself(spec),
    clientMetadataUrl: spec.clientMetadataUrl ?? "",
    registeredUris: [redirectUri(spec).replace(":<port>", "")],
    grantTypes: grantTypes(spec),
    scopeText: spec.scopes.join(" "),
    applicationType: applicationType(spec),
    docsUrl: spec.docsUrl ?? "",
    hasSecret: spec.clientAuth !== "none",
    tokensExpire: spec.tokensExpire,
    mechanisms: mechanisms(spec),
    mechanismNames: mechanisms(spec).map(({ name }) => name),
    singleAccount: account === "none" && !isSaid(spec.variables),
    revocation: spec.revocationUrl !== undefined,
  };
}

/** RFC 7591, section 3.1: sent once, before the first sign-in. */
function registrationRequest(spec: IntegrationSpec): readonly ExplainedRequest[] {
  if (!registersItself(spec)) return [];
  return [
    {
      name: "registration request",
      method: "POST",
      url: spec.registrationEndpoint ?? "",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: {
        client_name: spec.name,
        redirect_uris: JSON.stringify([redirectUri(spec).replace(":<port>", "")]),
        grant_types: JSON.stringify(grantTypes(spec)),
        response_types: '["code"]',
        token_endpoint_auth_method: spec.clientAuth.replace("_raw", ""),
        ...(spec.scopes.length > 0 && { scope: spec.scopes.join(" ") }),
        application_type: applicationType(spec),
      },
    },
  ];
}

/** OpenID Connect Dynamic Client Registration 1.0, section 2: clients of the web redirect to https. */
function applicationType({ redirect }: IntegrationSpec): "native" | "web" {
  return redirect.url === undefined ? "native" : "web";
}

function grantTypes({ tokensExpire, deviceAuthorizationUrl }: IntegrationSpec): readonly string[] {
  return [
    "authorization_code",
    ...(tokensExpire ? ["refresh_token"] : []),
    ...(deviceAuthorizationUrl === undefined
      ? []
      : ["urn:ietf:params:oauth:grant-type:device_code"]),
  ];
}

/** The call that the README shows: the one that is known, where it fits on the line. */
function exampleCall({ account }: IntegrationSpec): { apiMethod: string; apiPath: string } {
  const unknown = { apiMethod: "GET", apiPath: "/path/of/your/api" };
  if (account === "none" || !("path" in account)) return unknown;
  const { method = "GET", path, query = {} } = account;
  const more = new URLSearchParams(query).toString();
  const apiPath = more === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${more}`;
  return /^[\w/.~:@%?&=,+-]{1,44}$/u.test(apiPath) ? { apiMethod: method, apiPath } : unknown;
}

function accountPath({ account }: IntegrationSpec): string | undefined {
  return account !== "none" && "path" in account ? account.path : undefined;
}

/** A client whose metadata is published needs no registration. */
function registersItself(spec: IntegrationSpec): boolean {
  return spec.registrationEndpoint !== undefined && spec.clientMetadataUrl === undefined;
}

/** Whether a map or a list was said: an empty one is the default. */
function isSaid(value: object): boolean {
  return Object.keys(value).length > 0;
}

/** The token's members are not where, or not named as, the RFC has them. */
function movesToken({ tokenPath, renameTokenFields }: IntegrationSpec): boolean {
  return tokenPath !== undefined || isSaid(renameTokenFields);
}

/** The placeholders in everything that may hold one. */
function placeholdersOf(spec: IntegrationSpec): readonly string[] {
  const maps = [spec.authorizationParams, spec.tokenParams, spec.refreshParams];
  const texts = [...maps, spec.tokenHeaders, spec.apiHeaders].flatMap(Object.values<string>);
  return texts.flatMap(placeholdersIn);
}

/** The mechanisms that the wiring lists, each with what its file exports. */
function mechanisms(
  spec: IntegrationSpec,
): readonly { readonly file: string; readonly name: string }[] {
  return MECHANISMS.filter(([feature]) => typescript.features[feature]?.(spec)).map(
    ([feature, name, file = `./${feature}.js`]) => ({ file, name }),
  );
}

/** In the order in which they change a request or an answer: names, then the form of the body, then headers, the owner last. */
const MECHANISMS: readonly (readonly [feature: string, name: string, file?: string])[] = [
  ["variables", "variables"],
  ["capture", "capture"],
  ["placeholders", "placeholders"],
  ["address-placeholders", "addressPlaceholders"],
  ["code-parameter", "codeParameter"],
  ["renamed-parameters", "renamedParameters"],
  ["token-body-json", "tokenBodyJson"],
  ["token-body-query", "tokenBodyQuery"],
  ["token-headers", "tokenHeaders"],
  ["token-fields", "tokenFields"],
  ["assumed-lifetime", "assumedLifetime"],
  ["api-auth-header", "apiAuthHeader"],
  ["api-headers", "apiHeaders"],
  ["device-authorization", "deviceAuthorization"],
  ["account-by-call", "accountByCall"],
  ["account-by-claim", "accountByClaim"],
  ["account-by-token-field", "accountByTokenField"],
  ["revocation", "revocation"],
  ["client-metadata", "clientMetadata"],
  ["registration", "registration"],
  ["keychain", "keychain"],
  ["hooks", "hooks", "../provider-hooks.js"],
];

/** The members of `PROVIDER` beside the endpoints and scopes: what was declared, without what is the default anyway. */
function settings(spec: IntegrationSpec): Readonly<Record<string, unknown>> {
  const declared: readonly (readonly [string, unknown, unknown?])[] = [
    ["issuer", spec.issuer],
    ["issParameter", spec.issParameter, false],
    ["refreshUrl", spec.refreshUrl],
    ["revocationUrl", spec.revocationUrl],
    ["deviceAuthorizationUrl", spec.deviceAuthorizationUrl],
    ["clientMetadataUrl", spec.clientMetadataUrl],
    ["registrationEndpoint", registersItself(spec) ? spec.registrationEndpoint : undefined],
    ["apiBaseUrl", spec.apiBaseUrl],
    ["scopeSeparator", spec.scopeSeparator, " "],
    ["pkce", spec.pkce, "S256"],
    ["clientAuth", spec.clientAuth, "client_secret_post"],
    ["authorizationParams", withoutEmpty(spec.authorizationParams)],
    ["tokenParams", withoutEmpty(spec.tokenParams)],
    ["refreshParams", withoutEmpty(spec.refreshParams)],
    ["tokenBodyFormat", spec.tokenBodyFormat, "form"],
    ["tokenHeaders", withoutEmpty(spec.tokenHeaders)],
    ["tokenPath", spec.tokenPath],
    ["renameParams", withoutEmpty(spec.renameParams)],
    ["renameAuthorizationParams", withoutEmpty(spec.renameAuthorizationParams)],
    ["renameTokenParams", withoutEmpty(spec.renameTokenParams)],
    ["renameTokenFields", withoutEmpty(spec.renameTokenFields)],
    ["codeParam", spec.codeParam, "code"],
    ["apiAuthHeader", spec.apiAuthHeader],
    ["apiHeaders", withoutEmpty(spec.apiHeaders)],
    ["variables", isSaid(spec.variables) ? spec.variables : undefined],
    ["capture", isSaid(spec.capture) ? captures(spec) : undefined],
    ["hostSuffixes", withoutEmpty(hostSuffixes(spec))],
    ["assumedLifetime", spec.assumedLifetime],
    ["tokensExpire", spec.tokensExpire, true],
    ["account", spec.account === "none" ? undefined : spec.account],
    ["redirect", spec.redirect],
    ["registrationUrl", spec.registrationUrl],
    ["docsUrl", spec.docsUrl],
  ];
  return Object.fromEntries(
    declared
      .filter(([, value, usual]) => value !== undefined && value !== usual)
      .map(([key, value]) => [key, value]),
  );
}

/** What is captured; where it may lead to stands apart, since addresses are checked without knowing where a value came from. */
function captures({ capture }: IntegrationSpec): readonly object[] {
  return capture.map(({ name, from, key, pattern }) => ({
    name,
    from,
    key,
    ...(pattern !== undefined && { pattern }),
  }));
}

function hostSuffixes({ capture }: IntegrationSpec): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    capture.flatMap(({ name, hostSuffixes: hosts }) =>
      hosts === undefined ? [] : [[name, hosts]],
    ),
  );
}

function withoutEmpty<Value extends object>(map: Value): Value | undefined {
  return isSaid(map) ? map : undefined;
}
