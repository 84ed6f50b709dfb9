import { STANDARD_PARAMETERS } from "../../core/parameters.js";
import { placeholdersIn } from "../../core/placeholders.js";
import type { TemplateView } from "../../core/render.js";
import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";

/** What the templates of the sign-in read. */
export function signInView(spec: IntegrationSpec): TemplateView {
  const plain = isPlain(spec);
  return {
    scopes: spec.scopes,
    account: spec.account !== "none",
    plain,
    values: hasValues(spec),
    hooks: spec.hooks,
    readsAnswer: readsAnswer(spec),
    revocation: spec.revocationUrl !== undefined,
    revocationLeads: hasPlaceholder(spec.revocationUrl ?? ""),
    revocationUrl: hasPlaceholder(spec.revocationUrl ?? "")
      ? 'Placeholders.of_token(entry.data["token"]).address(OAUTH2_REVOKE)'
      : "OAUTH2_REVOKE",
    uniqueId: hasTenants(spec) ? 'unique_id(account.id, data["token"])' : "account.id",
    flowBase: isSaid(spec.variables) ? "VariablesFlowHandler" : "AbstractOAuth2FlowHandler",
    ...authorizationSteps(spec),
    credentialsConstants: [
      "NAME",
      ...(plain ? ["OAUTH2_AUTHORIZE", "OAUTH2_TOKEN"] : []),
      "OAUTH2_SCOPES",
      "REGISTRATION_URL",
    ],
    asksItself: asksItself(spec),
    ...oauthBases(spec),
    clientSecret: spec.clientAuth === "none" ? '""' : "credential.client_secret",
    hasSecret: spec.clientAuth !== "none",
    tokensExpire: spec.tokensExpire,
    ...oauthSteps(spec),
  };
}

/** Whether the sign-in is the one that Home Assistant knows by itself. */
export function isPlain(spec: IntegrationSpec): boolean {
  return spec.pkce === "none" && spec.clientAuth === "client_secret_post" && !readsAnswer(spec);
}

/** Whether code of the integration stands between Home Assistant and the answer of the token endpoint. */
export function readsAnswer(spec: IntegrationSpec): boolean {
  return (
    !spec.tokensExpire ||
    spec.assumedLifetime !== undefined ||
    movesToken(spec) ||
    hasValues(spec) ||
    asksItself(spec)
  );
}

/** Whether the token request has to be sent by code of the integration: Home Assistant's own knows a form with parameters alone. */
export function asksItself(spec: IntegrationSpec): boolean {
  return (
    spec.clientAuth.startsWith("client_secret_basic") ||
    spec.tokenBodyFormat !== "form" ||
    spec.refreshUrl !== undefined ||
    spec.revocationUrl !== undefined ||
    spec.hooks ||
    [spec.tokenHeaders, spec.tokenParams, spec.refreshParams, renamedTokenParameters(spec)].some(
      isSaid,
    ) ||
    hasPlaceholder(spec.tokenUrl)
  );
}

/** The token's members are not where, or not named as, the RFC has them. */
export function movesToken({ tokenPath, renameTokenFields }: IntegrationSpec): boolean {
  return tokenPath !== undefined || isSaid(renameTokenFields);
}

/** Whether anything differs from account to account or from request to request. */
export function hasValues(spec: IntegrationSpec): boolean {
  const maps = [spec.authorizationParams, spec.tokenParams, spec.refreshParams];
  const texts = [...maps, spec.tokenHeaders, spec.apiHeaders].flatMap(Object.values<string>);
  return isSaid(spec.variables) || isSaid(spec.capture) || texts.some(hasPlaceholder);
}

/** Whether accounts are on servers of their own, which may give the same ids. */
export function hasTenants(spec: IntegrationSpec): boolean {
  return spec.account !== "none" && tenants(spec).length > 0;
}

const ADDRESSES = [
  "authorizationUrl",
  "tokenUrl",
  "refreshUrl",
  "revocationUrl",
  "apiBaseUrl",
] as const satisfies readonly (keyof IntegrationSpec)[];

/** The variables that lead to a server. */
export function tenants(spec: IntegrationSpec): readonly string[] {
  const leading = new Set(ADDRESSES.flatMap((name) => placeholdersIn(spec[name] ?? "")));
  return spec.variables.flatMap(({ name, secret }) =>
    secret !== true && leading.has(name) ? [name] : [],
  );
}

/** The same with addresses up to their queries: what stands in a query leads to no other server. */
export function withoutQueries(spec: IntegrationSpec): IntegrationSpec {
  const cut = ADDRESSES.map((name) => [name, spec[name]?.replace(/\?.*/su, "")]);
  return { ...spec, ...Object.fromEntries(cut) };
}

export function hasPlaceholder(text: string): boolean {
  return placeholdersIn(text).length > 0;
}

/** Whether a map or a list was said: an empty one is the default. */
export function isSaid(value: object): boolean {
  return Object.keys(value).length > 0;
}

/** What the authorization request says beside the standard parameters and what differs each time. */
export function authorizationParameters(spec: IntegrationSpec): Texts {
  const inUrl = Object.entries(queryOf(spec)).filter(([, value]) => !hasPlaceholder(value));
  const fixed = Object.entries(spec.authorizationParams).filter(
    ([, value]) => value !== "" && !hasPlaceholder(value),
  );
  const scope = spec.scopes.join(spec.scopeSeparator);
  return {
    ...Object.fromEntries(inUrl),
    ...(scope !== "" && spec.authorizationParams["scope"] !== "" && { scope }),
    ...Object.fromEntries(fixed),
  };
}

/** The parameters of the authorization request that hold placeholders. */
export function authorizationValues(spec: IntegrationSpec): Texts {
  const all = { ...queryOf(spec), ...spec.authorizationParams };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => hasPlaceholder(value)));
}

/** The parameters that stand in the address itself. */
function queryOf({ authorizationUrl }: IntegrationSpec): Texts {
  return Object.fromEntries(new URLSearchParams(authorizationUrl.split("?")[1]));
}

/** New names of parameters of the authorization request; an empty one takes the parameter away. */
export function authorizationNames(spec: IntegrationSpec): Texts {
  const { client_secret: _notSent, ...sent } = {
    ...spec.renameParams,
    ...spec.renameAuthorizationParams,
  };
  const removed = Object.entries(spec.authorizationParams).filter(([, value]) => value === "");
  return { ...sent, ...Object.fromEntries(removed) };
}

/** New names of the parameters of token and refresh request. */
export function renamedTokenParameters({
  renameParams,
  renameTokenParams,
}: IntegrationSpec): Texts {
  const known = new Set<string>([...STANDARD_PARAMETERS.token, ...STANDARD_PARAMETERS.refresh]);
  const all = Object.entries({ ...renameParams, ...renameTokenParams });
  return Object.fromEntries(all.filter(([name]) => known.has(name)));
}

/** A line of wiring, and the import that it needs. */
interface Step {
  readonly module: string;
  readonly names: readonly string[];
  readonly step: string;
}

/** Code that changes the authorization request, in its order, and what it imports. */
function authorizationSteps(spec: IntegrationSpec): TemplateView {
  const steps: readonly Step[] = [
    ...stepIf(isSaid(authorizationValues(spec)), {
      module: "provider.authorization_values",
      names: ["with_values"],
      step: "with_values(url, self.flow_impl)",
    }),
    ...stepIf(isSaid(authorizationNames(spec)), {
      module: "provider.authorization_names",
      names: ["with_own_names"],
      step: "with_own_names(url)",
    }),
    ...stepIf(spec.hooks, {
      module: "provider_hooks",
      names: ["on_authorization_url"],
      step: "on_authorization_url(url)",
    }),
  ];
  const tenancy = hasTenants(spec) ? [{ module: "provider.tenants", names: ["unique_id"] }] : [];
  return {
    authorizationSteps: steps.map(({ step }) => step),
    flowImports: sorted([...steps, ...tenancy]),
  };
}

function stepIf(wanted: boolean, step: Step): readonly Step[] {
  return wanted ? [step] : [];
}

/** In the order of the linter. */
function sorted<Import extends { readonly module: string }>(
  imports: readonly Import[],
): readonly Import[] {
  return imports.toSorted((a, b) => (a.module < b.module ? -1 : 1));
}

/** The classes that the sign-in is made from. */
function oauthBases(spec: IntegrationSpec): TemplateView {
  const base =
    spec.pkce === "S256" ? "LocalOAuth2ImplementationWithPkce" : "LocalOAuth2Implementation";
  return {
    oauthBase: [base],
    oauthBases: [...(hasValues(spec) ? ["AccountValues"] : []), base].join(", "),
  };
}

/** Code that changes a token request and reads its answer, in its order, and what it imports. */
function oauthSteps(spec: IntegrationSpec): TemplateView {
  const own = asksItself(spec);
  const values = hasValues(spec);
  const captures = isSaid(spec.capture);
  const imports = [
    ...(values ? [{ module: "provider.account_values", names: ["AccountValues"] }] : []),
    ...(captures ? [{ module: "provider.captures", names: ["with_captured"] }] : []),
    ...(own ? [{ module: "provider.client_auth", names: ["authenticate"] }] : []),
    ...(readsAnswer(spec) ? [{ module: "provider.lifetime", names: ["with_lifetime"] }] : []),
    ...(movesToken(spec)
      ? [{ module: "provider.token_fields", names: ["with_standard_fields"] }]
      : []),
    ...(isSaid(renamedTokenParameters(spec))
      ? [{ module: "provider.token_names", names: ["rename_parameters"] }]
      : []),
    ...(own ? [{ module: "provider.token_request", names: ["TokenRequest"] }] : []),
    ...(spec.hooks
      ? [{ module: "provider_hooks", names: ["on_token_answer", "on_token_request"] }]
      : []),
  ];
  const answerSteps = [
    ...(movesToken(spec) ? ["with_standard_fields(answer)"] : []),
    ...(spec.hooks ? ["await on_token_answer(answer, request, session)"] : []),
    "with_lifetime(answer)",
    ...(captures ? ["with_captured(answer, self.placeholders.values, data)"] : []),
    ...(values && !captures ? ['answer | {"values": self.placeholders.values}'] : []),
  ];
  return {
    oauthImports: imports,
    requestSteps: [
      ...(hasPlaceholder(spec.tokenUrl) || hasPlaceholder(spec.refreshUrl ?? "")
        ? ["request.url = self.placeholders.address(request.url)"]
        : []),
      "authenticate(request, self.client_id, self.client_secret)",
      values ? "request.complete(self.placeholders.members)" : "request.complete()",
      ...(isSaid(renamedTokenParameters(spec)) ? ["rename_parameters(request)"] : []),
      ...(spec.hooks ? ["request = on_token_request(request)"] : []),
    ],
    answerSteps: answerSteps.slice(0, -1),
    lastAnswerStep: answerSteps.at(-1),
  };
}
