import { explain, type ExplainedRequest } from "../core/explain.js";
import type { AnswerKey } from "../core/questions.js";
import type { IntegrationSpec } from "../core/spec.js";
import { constants } from "./home-assistant/constants.js";
import { isOnGitHub, readmeView } from "./home-assistant/readme.js";
import { pythonNeeds } from "./home-assistant/needs.js";
import { rules, unused } from "./home-assistant/rules.js";
import { isPolled, sensorsOf } from "./home-assistant/sensors.js";
import {
  asksItself,
  authorizationNames,
  authorizationValues,
  hasTenants,
  hasValues,
  isPlain,
  isSaid,
  movesToken,
  readsAnswer,
  renamedTokenParameters,
  signInView,
  withoutQueries,
} from "./home-assistant/sign-in.js";
import { isCoreDomain } from "./home-assistant/taken-domains.js";
import { holdsAddress, inTranslations } from "./home-assistant/translations.js";
import { testProvider } from "./home-assistant/test-provider.js";
import type { TemplateView } from "../core/render.js";
import { hookFeatures } from "./hook-features.js";
import type { TemplateSet } from "./template-set.js";

/** A custom integration for Home Assistant, in a repository ready for HACS. */
export const homeAssistant: TemplateSet = {
  folder: "home-assistant",
  features: {
    account: ({ account }) => account !== "none",
    "account-by-call": ({ account }) => account !== "none" && "path" in account,
    "account-by-claim": ({ account }) => account !== "none" && "claim" in account,
    "account-by-token-field": ({ account }) => account !== "none" && "tokenField" in account,
    "authorization-names": (spec) => isSaid(authorizationNames(spec)),
    "authorization-values": (spec) => isSaid(authorizationValues(spec)),
    captures: ({ capture }) => isSaid(capture),
    "captures-refreshed": ({ capture, tokensExpire }) => isSaid(capture) && tokensExpire,
    "client-auth-basic": (spec) => asksItself(spec) && spec.clientAuth === "client_secret_basic",
    "client-auth-basic-raw": (spec) =>
      asksItself(spec) && spec.clientAuth === "client_secret_basic_raw",
    "client-auth-none": (spec) => asksItself(spec) && spec.clientAuth === "none",
    "client-auth-post": (spec) => asksItself(spec) && spec.clientAuth === "client_secret_post",
    hooks: ({ hooks }) => hooks,
    ...hookFeatures,
    "lifetime-assumed": ({ assumedLifetime }) => assumedLifetime !== undefined,
    "lifetime-endless": ({ tokensExpire }) => !tokensExpire,
    "lifetime-said": (spec) =>
      readsAnswer(spec) && spec.tokensExpire && spec.assumedLifetime === undefined,
    oauth: (spec) => !isPlain(spec),
    "own-token-request": asksItself,
    pkce: ({ pkce }) => pkce === "S256",
    placeholders: hasValues,
    provider: (spec) => readsAnswer(spec) || isSaid(authorizationNames(spec)),
    "refusal-in-answer": (spec) => readsAnswer(spec) && spec.tokensExpire,
    revocation: ({ revocationUrl }) => revocationUrl !== undefined,
    "sensor-of-link": (spec) => !isPolled(spec) && !spec.tokensExpire,
    "sensor-of-token": (spec) => !isPolled(spec) && spec.tokensExpire,
    "sensors-of-api": isPolled,
    "single-account": ({ account }) => account === "none",
    tenants: hasTenants,
    "tenants-in-path": (spec) => hasTenants(withoutQueries(spec)),
    "token-fields": movesToken,
    "token-names": (spec) => isSaid(renamedTokenParameters(spec)),
    "tokens-expire": ({ tokensExpire }) => tokensExpire,
    variables: ({ variables }) => isSaid(variables),
    ci: ({ ci }) => ci,
    // HACS takes public repositories on GitHub with an open source licence, and no others.
    hacs: (spec) => spec.ci && isOnGitHub(spec) && spec.license !== "UNLICENSED",
  },
  view,
  seeds: [
    "custom_components/{{domain}}/brand/icon.png",
    "custom_components/{{domain}}/brand/icon@2x.png",
    "custom_components/{{domain}}/provider_hooks.py",
  ],
  moved: {},
  needs: pythonNeeds,
  rules,
  takes: isCoreDomain,
  unused,
  requests,
  notices: (spec) => [
    {
      code: "neutral-brand",
      path: `custom_components/${spec.domain}/brand/icon.png`,
      message: `custom_components/${spec.domain}/brand holds a neutral image: put the icon of the service in its place.`,
    },
    ...notForHacs(spec).map(([key, message]) => ({ code: "not-for-hacs", key, message }) as const),
  ],
  nextSteps: ({ domain, name }) => [
    `cp -r custom_components/${domain} <the configuration folder of Home Assistant>/custom_components/`,
    `Restart Home Assistant, then add ${name} under Settings, Devices & services.`,
  ],
};

/** Why HACS will not take a repository. */
function notForHacs(spec: IntegrationSpec): readonly (readonly [AnswerKey, string])[] {
  return [
    ...(spec.license === "UNLICENSED"
      ? [["license", "HACS takes only repositories with an open source licence."] as const]
      : []),
    ...(isOnGitHub(spec)
      ? []
      : [["repository", "HACS takes only repositories on GitHub."] as const]),
  ];
}

function view(spec: IntegrationSpec): TemplateView {
  const { name, domain, description, repository = "", variables } = spec;
  const sensors = sensorsOf(spec);
  return {
    name,
    domain,
    description,
    issueTracker: `${repository}/issues`,
    codeOwners: [`@${new URL(repository).pathname.split("/")[1] ?? ""}`],
    holder: spec.author ?? `${name} contributors`,
    year: spec.year,
    constants: constants(spec),
    testProvider: testProvider(spec),
    ...signInView(spec),
    ...readmeView(spec),
    sensors: separated(sensors),
    ownIcons: separated(sensors.filter(({ icon }) => icon !== undefined)),
    diagnostic: sensors.some(({ diagnostic }) => diagnostic),
    variables: separated(
      variables.map((variable) => ({
        name: variable.name,
        label: inTranslations(variable.label),
        description: inTranslations(descriptionOf(variable)),
      })),
    ),
  };
}

/** Where the browser comes back to, unless the person has turned off My Home Assistant. */
const REDIRECT_URI = "https://my.home-assistant.io/redirect/oauth";

/** What Home Assistant asks for; its own token request does not say which kind of answer it takes. */
function requests(spec: IntegrationSpec): readonly ExplainedRequest[] {
  const { deviceAuthorizationUrl: _notUsed, ...signIn } = spec;
  const all = explain({ ...signIn, redirect: { url: REDIRECT_URI } });
  if (asksItself(spec)) return all;
  return all.map((request) => {
    if (request.method !== "POST" || request.body?.["grant_type"] === undefined) return request;
    const { accept: _accept, ...headers } = request.headers;
    return { ...request, headers };
  });
}

/** What the form says below a variable. */
function descriptionOf({
  label,
  description,
  example,
  optional = false,
}: IntegrationSpec["variables"][number]): string {
  const hint =
    example === undefined || holdsAddress(example) ? undefined : `For example ${example}`;
  const text = description ?? hint;
  if (!optional) return text ?? label;
  return text === undefined ? "May be left empty" : `${text} (may be left empty)`;
}

/** Each with the comma that JSON wants behind it. */
function separated<Item extends object>(
  items: readonly Item[],
): readonly (Item & { readonly comma: string })[] {
  return items.map((item, index) => ({ ...item, comma: index < items.length - 1 ? "," : "" }));
}
