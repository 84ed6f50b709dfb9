import { redirectUri } from "../core/explain.js";
import { markdownCode } from "../core/literals.js";
import type { TemplateView } from "../core/render.js";
import type { IntegrationSpec } from "../core/spec.js";
import type { TemplateSet } from "./template-set.js";

/** A TypeScript package that links accounts of the service. */
export const typescript: TemplateSet = {
  folder: "typescript",
  features: {
    account: ({ account }) => account !== "none",
    "account-by-call": ({ account }) => account !== "none" && "path" in account,
    "account-by-claim": ({ account }) => account !== "none" && "claim" in account,
    "account-by-token-field": ({ account }) => account !== "none" && "tokenField" in account,
    revocation: ({ revocationUrl }) => revocationUrl !== undefined,
    ci: ({ ci }) => ci,
    "license-mit": ({ license }) => license === "MIT",
    "license-apache-2.0": ({ license }) => license === "Apache-2.0",
    "license-bsd-3-clause": ({ license }) => license === "BSD-3-Clause",
    "license-isc": ({ license }) => license === "ISC",
  },
  view,
  notices: () => [],
  nextSteps: (_spec, packageManager) =>
    ["install", "run build", "run link"].map((words) => `${packageManager} ${words}`),
};

function view(spec: IntegrationSpec): TemplateView {
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
    registrationUrl: spec.registrationUrl ?? "",
    docsUrl: spec.docsUrl ?? "",
    hasSecret: spec.clientAuth !== "none",
    tokensExpire: spec.tokensExpire,
    mechanisms: mechanisms(spec),
    mechanismNames: mechanisms(spec)
      .map(({ name }) => name)
      .join(", "),
    singleAccount: account === "none",
    revocation: spec.revocationUrl !== undefined,
  };
}

/** The files of `src/provider/` that the wiring lists, each with what it exports. */
function mechanisms(
  spec: IntegrationSpec,
): readonly { readonly file: string; readonly name: string }[] {
  return Object.entries(MECHANISMS)
    .filter(([feature]) => typescript.features[feature]?.(spec))
    .map(([file, name]) => ({ file, name }));
}

const MECHANISMS: Readonly<Record<string, string>> = {
  "account-by-call": "accountByCall",
  "account-by-claim": "accountByClaim",
  "account-by-token-field": "accountByTokenField",
  revocation: "revocation",
};

/** The members of `PROVIDER` beside the endpoints and scopes: what was declared, without what is the default anyway. */
function settings(spec: IntegrationSpec): Readonly<Record<string, unknown>> {
  const declared: readonly (readonly [string, unknown, unknown?])[] = [
    ["issuer", spec.issuer],
    ["issParameter", spec.issParameter, false],
    ["refreshUrl", spec.refreshUrl],
    ["revocationUrl", spec.revocationUrl],
    ["apiBaseUrl", spec.apiBaseUrl],
    ["scopeSeparator", spec.scopeSeparator, " "],
    ["pkce", spec.pkce, "S256"],
    ["clientAuth", spec.clientAuth, "client_secret_post"],
    ["authorizationParams", withoutEmpty(spec.authorizationParams)],
    ["tokenParams", withoutEmpty(spec.tokenParams)],
    ["refreshParams", withoutEmpty(spec.refreshParams)],
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

function withoutEmpty(
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  return Object.keys(parameters).length === 0 ? undefined : parameters;
}
