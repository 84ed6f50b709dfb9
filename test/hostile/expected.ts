import type { IntegrationSpec } from "../../src/core/spec.js";

/*
 * Where each answer has to stand in a project, and as what. It is written down a second time here, and not taken from the code that fills
 * the templates.
 */

type Values = Readonly<Record<string, unknown>>;

/** Where a setting is the usual one, it is left out. */
const USUAL: Values = {
  issParameter: false,
  scopeSeparator: " ",
  pkce: "S256",
  clientAuth: "client_secret_post",
  tokenBodyFormat: "form",
  codeParam: "code",
  tokensExpire: true,
  account: "none",
};

const SETTINGS = [
  "issuer",
  "issParameter",
  "refreshUrl",
  "revocationUrl",
  "deviceAuthorizationUrl",
  "clientMetadataUrl",
  "registrationEndpoint",
  "apiBaseUrl",
  "scopeSeparator",
  "pkce",
  "clientAuth",
  "authorizationParams",
  "tokenParams",
  "refreshParams",
  "tokenBodyFormat",
  "tokenHeaders",
  "tokenPath",
  "renameParams",
  "renameAuthorizationParams",
  "renameTokenParams",
  "renameTokenFields",
  "codeParam",
  "apiAuthHeader",
  "apiHeaders",
  "variables",
  "assumedLifetime",
  "tokensExpire",
  "account",
  "redirect",
  "registrationUrl",
  "docsUrl",
] as const satisfies readonly (keyof IntegrationSpec)[];

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** What `src/const.ts` of a TypeScript project exports. */
export function expectedConst(spec: IntegrationSpec): Values {
  const settings = SETTINGS.filter(
    (key) => spec[key] !== undefined && spec[key] !== USUAL[key] && !isEmpty(spec[key]),
  ).filter((key) => key !== "registrationEndpoint" || spec.clientMetadataUrl === undefined);
  const suffixes = spec.capture.flatMap(({ name, hostSuffixes }) =>
    hostSuffixes === undefined ? [] : [[name, hostSuffixes]],
  );
  return {
    DOMAIN: spec.domain,
    NAME: spec.name,
    OAUTH2_AUTHORIZE: spec.authorizationUrl,
    OAUTH2_TOKEN: spec.tokenUrl,
    SCOPES: spec.scopes,
    PROVIDER: {
      authorizationUrl: spec.authorizationUrl,
      tokenUrl: spec.tokenUrl,
      scopes: spec.scopes,
      ...Object.fromEntries(settings.map((key) => [key, spec[key]])),
      ...(spec.capture.length > 0 && {
        capture: spec.capture.map(({ hostSuffixes: _apart, ...one }) => one),
      }),
      ...(suffixes.length > 0 && { hostSuffixes: Object.fromEntries(suffixes) }),
    },
  };
}

/** What constants of `const.py` hold, where the file has them. */
export function expectedPython(spec: IntegrationSpec): Values {
  const { account } = spec;
  return {
    DOMAIN: spec.domain,
    NAME: spec.name,
    OAUTH2_AUTHORIZE: spec.authorizationUrl.split("?")[0],
    OAUTH2_TOKEN: spec.tokenUrl,
    OAUTH2_SCOPES: spec.scopes,
    OAUTH2_REFRESH: spec.refreshUrl ?? spec.tokenUrl,
    OAUTH2_REVOKE: spec.revocationUrl,
    REGISTRATION_URL: spec.registrationUrl ?? spec.docsUrl ?? `${spec.repository}#readme`,
    TOKEN_PARAMETERS: spec.tokenParams,
    REFRESH_PARAMETERS: spec.refreshParams,
    TOKEN_PATH: spec.tokenPath ?? "",
    RENAMED_TOKEN_FIELDS: spec.renameTokenFields,
    ASSUMED_LIFETIME: spec.assumedLifetime,
    API_BASE_URL: spec.apiBaseUrl.replace(/\/+$/u, ""),
    HOST_SUFFIXES: Object.fromEntries(
      spec.capture.flatMap(({ name, hostSuffixes }) =>
        hostSuffixes === undefined ? [] : [[name, hostSuffixes]],
      ),
    ),
    ...(account !== "none" && {
      ACCOUNT_ID: "id" in account ? account.id : undefined,
      ACCOUNT_CLAIM: "claim" in account ? account.claim : undefined,
      ACCOUNT_FIELD: "tokenField" in account ? account.tokenField : undefined,
      ACCOUNT_NAME:
        account.name ??
        ("id" in account ? account.id : "claim" in account ? account.claim : account.tokenField),
    }),
  };
}

/** Texts that `const.py` has to hold somewhere: in maps and lists with more in them. */
export function textsOfPython(spec: IntegrationSpec): readonly string[] {
  return [
    ...Object.entries(spec.apiHeaders).flat(),
    ...spec.capture.flatMap(({ name, key }) => [name, key]),
    ...spec.variables.flatMap(({ name, pattern, default: usual }) =>
      [name, pattern, usual].filter((text) => text !== undefined),
    ),
  ];
}

/** Texts of `sensor.py`. */
export function textsOfSensors({ sensors }: IntegrationSpec): readonly string[] {
  return sensors.flatMap(({ path, field, unit }) =>
    [path, field, unit].filter((text) => text !== undefined),
  );
}

const ownerOf = (repository: string): string => `@${repository.split("/")[3]}`;

/** Members of JSON files, by file and by pointer. */
export function expectedJson(spec: IntegrationSpec): Readonly<Record<string, Values>> {
  const { repository = "" } = spec;
  const links = {
    "/issue_tracker": `${repository}/issues`,
    "/codeowners": [ownerOf(repository)],
  };
  if (spec.templateSet === "home-assistant") {
    const folder = `custom_components/${spec.domain}`;
    return {
      "hacs.json": { "/name": spec.name },
      [`${folder}/manifest.json`]: {
        "/domain": spec.domain,
        "/name": spec.name,
        "/documentation": repository,
        ...links,
      },
      [`${folder}/translations/en.json`]: Object.fromEntries(
        spec.variables.map(({ name, label }) => [`/config/step/user/data/${name}`, shown(label)]),
      ),
    };
  }
  return {
    "package.json": {
      "/name": spec.packageName,
      "/description": spec.description,
      "/license": spec.license,
      "/author": spec.author,
      "/repository/url": `git+${repository}.git`,
      "/homepage": `${repository}#readme`,
      "/bugs": `${repository}/issues`,
    },
    "manifest.json": {
      "/domain": spec.domain,
      "/name": spec.name,
      "/documentation": `${repository}#readme`,
      ...links,
    },
    "client-metadata.json": {
      "/client_id": spec.clientMetadataUrl,
      "/client_name": spec.name,
      "/client_uri": repository,
      "/scope": spec.scopes.length === 0 ? undefined : spec.scopes.join(" "),
    },
  };
}

/** Home Assistant's translations have signs of their own: their look-alikes stand for them. */
function shown(text: string): string {
  return Array.from(text, (letter, index) => {
    if (letter === "'") return "’";
    if (/[{<]/u.test(letter) || (letter === "[" && text[index + 1] === "%")) return "(";
    if (/[}>]/u.test(letter) || (letter === "]" && text[index - 1] === "%")) return ")";
    return letter;
  }).join("");
}

const flat = (text: string): string => text.replaceAll(/\s+/gu, " ");

/** What README.md has to show: whole lines, code spans and links. */
export function expectedReadme(spec: IntegrationSpec): {
  readonly lines: readonly string[];
  readonly codeSpans: readonly string[];
  readonly links: readonly string[];
} {
  const isForHomeAssistant = spec.templateSet === "home-assistant";
  const registered =
    spec.clientMetadataUrl === undefined && spec.registrationEndpoint === undefined;
  const byHand = isForHomeAssistant || registered;
  return {
    lines: isForHomeAssistant
      ? [`${flat(spec.name)} for Home Assistant`, flat(spec.description)]
      : [`${flat(spec.name)} integration`],
    codeSpans: [
      ...(byHand ? spec.scopes : []),
      ...spec.variables.flatMap(({ name }) => (isForHomeAssistant ? [] : [name])),
      ...(isForHomeAssistant ? spec.sensors.map(({ field }) => field) : []),
    ],
    links: [...(byHand ? [spec.registrationUrl] : []), spec.docsUrl].filter(
      (link) => link !== undefined,
    ),
  };
}
