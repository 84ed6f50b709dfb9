import { explain, type ExplainedRequest } from "../core/explain.js";
import type { IntegrationSpec } from "../core/spec.js";
import { constants } from "./home-assistant/constants.js";
import { rules, unused } from "./home-assistant/rules.js";
import { isPolled, sensorsOf } from "./home-assistant/sensors.js";
import {
  asksItself,
  authorizationNames,
  authorizationValues,
  hasValues,
  isPlain,
  isSaid,
  movesToken,
  readsAnswer,
  signInView,
} from "./home-assistant/sign-in.js";
import type { TemplateView } from "../core/render.js";
import type { TemplateSet } from "./template-set.js";

/** A custom integration for Home Assistant, in a repository ready for HACS. */
export const homeAssistant: TemplateSet = {
  folder: "home-assistant",
  features: {
    "account-by-call": ({ account }) => account !== "none" && "path" in account,
    "account-by-claim": ({ account }) => account !== "none" && "claim" in account,
    "account-by-token-field": ({ account }) => account !== "none" && "tokenField" in account,
    "authorization-names": (spec) => isSaid(authorizationNames(spec)),
    "authorization-values": (spec) => isSaid(authorizationValues(spec)),
    captures: ({ capture }) => isSaid(capture),
    "client-auth-basic": (spec) => asksItself(spec) && spec.clientAuth === "client_secret_basic",
    "client-auth-basic-raw": (spec) =>
      asksItself(spec) && spec.clientAuth === "client_secret_basic_raw",
    "client-auth-none": (spec) => asksItself(spec) && spec.clientAuth === "none",
    "client-auth-post": (spec) => asksItself(spec) && spec.clientAuth === "client_secret_post",
    hooks: ({ hooks }) => hooks,
    "lifetime-assumed": ({ assumedLifetime }) => assumedLifetime !== undefined,
    "lifetime-endless": ({ tokensExpire }) => !tokensExpire,
    "lifetime-said": (spec) =>
      readsAnswer(spec) && spec.tokensExpire && spec.assumedLifetime === undefined,
    oauth: (spec) => !isPlain(spec),
    "own-token-request": asksItself,
    placeholders: hasValues,
    provider: (spec) => readsAnswer(spec) || isSaid(authorizationNames(spec)),
    revocation: ({ revocationUrl }) => revocationUrl !== undefined,
    "sensor-of-link": (spec) => !isPolled(spec) && !spec.tokensExpire,
    "sensor-of-token": (spec) => !isPolled(spec) && spec.tokensExpire,
    "sensors-of-api": isPolled,
    "token-fields": movesToken,
    variables: ({ variables }) => isSaid(variables),
    ci: ({ ci }) => ci,
  },
  view,
  seeds: [],
  moved: {},
  needs: { references: () => [], provides: () => [], uses: () => false },
  rules,
  unused,
  requests,
  notices: ({ domain, license }) => [
    {
      code: "neutral-brand",
      path: `custom_components/${domain}/brand/icon.png`,
      message: `custom_components/${domain}/brand holds a neutral image: put the icon of the service in its place.`,
    },
    ...(license === "UNLICENSED"
      ? [
          {
            code: "not-for-hacs",
            key: "license",
            message: "HACS takes only repositories with an open source licence.",
          } as const,
        ]
      : []),
  ],
  nextSteps: ({ domain, name }) => [
    `cp -r custom_components/${domain} <the configuration folder of Home Assistant>/custom_components/`,
    `Restart Home Assistant, then add ${name} under Settings, Devices & services.`,
  ],
};

function view(spec: IntegrationSpec): TemplateView {
  const repository = spec.repository ?? "";
  const [owner = "", repositoryName = ""] = new URL(repository).pathname.split("/").slice(1);
  const sensors = sensorsOf(spec);
  return {
    name: spec.name,
    domain: spec.domain,
    description: spec.description,
    repository,
    owner,
    repositoryName,
    isOnGitHub: new URL(repository).hostname === "github.com",
    issueTracker: `${repository}/issues`,
    codeOwners: [`@${owner}`],
    license: spec.license,
    holder: spec.author ?? `${spec.name} contributors`,
    year: spec.year,
    constants: constants(spec),
    ...signInView(spec),
    sensors: separated(sensors),
    diagnostic: sensors.some(({ diagnostic }) => diagnostic),
    variables: separated(
      spec.variables.map(({ name, label, description, example }) => ({
        name,
        label: withoutBraces(label),
        description: withoutBraces(
          description ?? (example === undefined ? label : `For example ${example}`),
        ),
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

/** Home Assistant reads what stands in braces as a placeholder (ICU MessageFormat), and an apostrophe before one as a quote. */
function withoutBraces(text: string): string {
  return text.replaceAll(/[{<]/gu, "(").replaceAll(/[}>]/gu, ")").replaceAll("'", "’");
}

/** Each with the comma that JSON wants behind it. */
function separated<Item extends object>(
  items: readonly Item[],
): readonly (Item & { readonly comma: string })[] {
  return items.map((item, index) => ({ ...item, comma: index < items.length - 1 ? "," : "" }));
}
