import fc from "fast-check";
import { answerKeys, type AnswerKey, questions, type Question } from "../../src/core/questions.js";
import type { TemplateSetName } from "../../src/core/template-sets.js";
import type { AnswerDocument } from "../support/answers.js";
import { hostileText, hostileWith } from "./texts.js";

/** Answers with something hostile in some of them, and which. */
export interface HostileCase {
  readonly set: TemplateSetName;
  readonly answers: AnswerDocument;
}

/** Mostly what comes near to a right value; the rest is any text, or any JSON at all. */
function near(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 40, arbitrary: right },
    { weight: 3, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

const UNPRINTABLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufdd0-\ufdef\ufeff\ufffe\uffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const line = hostileWith(UNPRINTABLE);
const short = fc.oneof(
  line,
  line.map((text) => Array.from(text).slice(0, 50).join("")),
);
const ascii = hostileWith(/[^!-~]/gu);
const mapName = fc.oneof(
  { weight: 4, arbitrary: ascii.map((text) => text.replaceAll(/[&=#?]/gu, "").slice(0, 60)) },
  fc.constantFrom("__proto__", "constructor", "toJSON", "1", "class"),
);
const member = hostileWith(/[\s.]|[\p{Cc}\p{Cs}]/gu).map((text) => text.slice(0, 60));
const path = ascii.map((text) => `/${text.replaceAll(/[\\?#{}]/gu, "").replace(/^\/+/u, "")}`);

const rest = ascii.map((text) => text.replaceAll(/["<>\\^`|#{}]/gu, ""));
const address = fc.oneof(
  {
    weight: 12,
    arbitrary: rest.map((text) => `https://auth.acme.com/${text.replaceAll("?", "")}`),
  },
  { weight: 3, arbitrary: rest.map((text) => `https://auth.acme.com/a?b=${text}`) },
  {
    weight: 2,
    arbitrary: rest.map((text) => `https://${text.replaceAll(/[/:?@]/gu, "")}.acme.com`),
  },
  hostileText.map((text) => `https://auth.acme.com/${text}`),
  hostileText.map((text) => `https://${text}`),
  hostileText,
);
const values = fc.dictionary(mapName, line, { maxKeys: 3, noNullPrototype: true });
const headerName = ascii.map((text) => text.replaceAll(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/gu, "") || "x");
const headerText = hostileWith(/[^ -~]/gu).map((text) => text.trim() || "x");
const headers = fc.dictionary(headerName, headerText, { maxKeys: 3, noNullPrototype: true });
const truth = fc.oneof(
  { weight: 20, arbitrary: fc.boolean() },
  fc.constantFrom("yes", "true", 1, null),
);

const renames = (names: readonly string[], target: fc.Arbitrary<string>) =>
  fc.dictionary(
    fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...names) }, hostileText),
    fc.oneof({ weight: 30, arbitrary: target }, hostileText),
    { maxKeys: 2, noNullPrototype: true },
  );
const parameter = ascii.map((text) => text.replaceAll(/[&=#?{}]/gu, "") || "x");
const placeholder = fc.oneof(
  { weight: 30, arbitrary: fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,12}$/u) },
  fc.constantFrom("constructor", "__proto__", "toString", "class", "import", "clientId", "con"),
  hostileText,
);
const expression = fc.constantFrom(
  "[a-z]+",
  String.raw`\w+[-'"]`,
  `"|'|\`|\\$\\{`,
  String.raw`\*/|//`,
  "(?:''')?\"{3}",
  "[^\\]]+",
  "(",
  "(a+)+$",
);

const variable = fc.record(
  {
    name: placeholder,
    label: short,
    description: short,
    pattern: expression,
    example: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("acme", "a.b-c") }, short),
    default: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("acme", "1e3", "yes") }, short),
    optional: fc.boolean(),
    secret: fc.boolean(),
  },
  { requiredKeys: ["name", "label"], noNullPrototype: true },
);
const capture = fc.record(
  {
    name: placeholder,
    from: fc.constantFrom("token", "token", "redirect"),
    key: fc.oneof({ weight: 9, arbitrary: member }, hostileText),
    hostSuffixes: fc.uniqueArray(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom("acme.com", "127.0.0.1", "xn--bcher-kva.test") },
        hostileText,
      ),
      { minLength: 1, maxLength: 2 },
    ),
    pattern: expression,
  },
  { requiredKeys: ["name", "from", "key"], noNullPrototype: true },
);
const sensor = fc.record(
  {
    path: fc.oneof({ weight: 9, arbitrary: path }, hostileText),
    field: member,
    name: short,
    unit: short.map((text) => Array.from(text).slice(0, 29).join("")),
    deviceClass: fc.oneof({ weight: 9, arbitrary: fc.constant("date") }, hostileText),
  },
  { requiredKeys: ["path", "field", "name"], noNullPrototype: true },
);
const account = fc.oneof(
  fc.constant("none"),
  fc.record(
    {
      path,
      id: member,
      name: member,
      query: values,
      method: fc.constantFrom("GET", "POST", "get"),
    },
    { requiredKeys: ["path", "id"], noNullPrototype: true },
  ),
  fc.record(
    { claim: line, name: line, token: fc.constantFrom("access_token", "id_token") },
    { requiredKeys: ["claim"], noNullPrototype: true },
  ),
  fc.record(
    { tokenField: member, name: member },
    { requiredKeys: ["tokenField"], noNullPrototype: true },
  ),
);
const redirect = fc.oneof(
  fc.record(
    {
      host: fc.constantFrom("localhost", "127.0.0.1", "localhost", "[::1]"),
      port: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 65_535 }) }, fc.double()),
      path: fc.oneof(path, fc.constantFrom("/a/b~c", "/", "/__proto__", "/con")),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  fc.record({ url: address }, { noNullPrototype: true }),
);
const repository = fc
  .tuple(
    fc.constantFrom(
      "https://github.com",
      "https://gitlab.com/group",
      "https://[::1]",
      "https://a'b(c).test",
    ),
    fc.oneof(fc.constantFrom("owner", "..", ".", "~", "a.git", "-"), ascii),
    fc.oneof(fc.constantFrom("name", "..", ".", "name.git", "con", "a/b"), ascii),
  )
  .map((parts) => parts.join("/"));

const choiceOf = (key: AnswerKey) =>
  fc.constantFrom(...((questions[key] as Question).choices ?? []));

/** Something for each question: a question more does not compile without a line here. */
const SOME: Readonly<Record<AnswerKey, fc.Arbitrary<unknown>>> = {
  templateSet: choiceOf("templateSet"),
  provider: hostileText,
  name: short,
  domain: fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_]{0,49}$/u) },
    fc.constantFrom("class", "con", "nul", "constructor", "__proto__", "os", "github", "lambda"),
    hostileText,
  ),
  description: line,
  repository: fc.oneof(repository, address),
  packageName: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.stringMatching(
        /^(?:@[a-z0-9~][a-z0-9._~-]{0,9}\/)?[a-z0-9~][a-z0-9._~-]{0,20}$/u,
      ),
    },
    fc.constantFrom(
      "con",
      "nul.js",
      "@a/aux",
      "com1",
      "lpt9.x",
      "a.",
      "node_modules",
      "@a/..",
      "@../a",
      "a/b",
      "favicon.ico",
      "~",
      "constructor",
    ),
    hostileText,
  ),
  license: choiceOf("license"),
  author: line,
  year: fc.oneof(fc.constantFrom(1999, "2026", "1e3", 2026.5, "２０２６"), hostileText),
  ci: truth,
  hooks: truth,
  keychain: truth,
  allowCoreDomain: truth,
  sensors: fc.array(sensor, { maxLength: 3 }),
  issuer: address,
  issParameter: truth,
  resource: address,
  openapi: hostileText,
  openapiScheme: hostileText,
  registrationEndpoint: address,
  clientMetadataUrl: address,
  authorizationUrl: address,
  tokenUrl: address,
  refreshUrl: address,
  revocationUrl: address,
  deviceAuthorizationUrl: address,
  apiBaseUrl: address,
  scopes: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: ascii.map((text) => text.replaceAll(/["\\]/gu, "")) },
      fc.constantFrom("a`b", "`", "``a`", "<b>", "|", "__proto__"),
    ),
    { maxLength: 4 },
  ),
  scopeSeparator: fc.oneof(
    fc.constantFrom(" ", ",", "|", '"', "'", "\\", "`", "${", "*/", '"""', "  "),
    hostileText,
  ),
  pkce: choiceOf("pkce"),
  clientAuth: choiceOf("clientAuth"),
  authorizationParams: values,
  tokenParams: values,
  refreshParams: values,
  tokenBodyFormat: choiceOf("tokenBodyFormat"),
  tokenHeaders: headers,
  tokenPath: member,
  renameParams: renames(["client_id", "code_verifier", "token"], parameter),
  renameAuthorizationParams: renames(["scope", "client_id", "state"], parameter),
  renameTokenParams: renames(["code", "grant_type", "device_code"], parameter),
  renameTokenFields: renames(["access_token", "refresh_token", "expires_at"], member),
  codeParam: parameter,
  apiAuthHeader: fc
    .tuple(headerName, headerText)
    .map(([name, text]) => `${name}: ${text.replaceAll(/\{[\w-]*\}/gu, "")} {token}`),
  apiHeaders: headers,
  variables: fc.array(variable, { maxLength: 3 }),
  capture: fc.array(capture, { maxLength: 2 }),
  assumedLifetime: fc.oneof(fc.constantFrom(1, "3600", 60, 1e3, "1e3", -1, "0x10"), hostileText),
  tokensExpire: truth,
  account,
  redirect,
  registrationUrl: address,
  docsUrl: address,
};

/** Keys that no question has. */
const STRANGE_KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "$schema",
  "clientSecret",
  "Name",
  "",
  "a\nb",
];

/** What is said where nothing hostile is. */
export const PLAIN_ANSWERS = {
  name: "Acme Cloud",
  authorizationUrl: "https://auth.acme.com/authorize",
  tokenUrl: "https://auth.acme.com/token",
  repository: "https://github.com/acme/acme-cloud",
  author: "Ada Lovelace",
  year: 2026,
};

/** An own member of any name, `__proto__` too. */
function documentOf(pairs: readonly (readonly [string, unknown])[]): AnswerDocument {
  const document: Record<string, unknown> = {};
  for (const [key, value] of pairs)
    Object.defineProperty(document, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return document;
}

const hostileAnswer = fc.oneof(
  {
    weight: 80,
    arbitrary: fc
      .constantFrom(...answerKeys.filter((key) => key !== "templateSet" && key !== "provider"))
      .chain((key) => near(SOME[key]).map((value) => [key, value] as const)),
  },
  // A provider that nobody knows refuses all, whatever else was said.
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom("provider", ...STRANGE_KEYS), hostileText) },
);

/** One to four answers that somebody planted among plain ones; `without` are left plain. */
export function hostileCases(without: ReadonlySet<string>): fc.Arbitrary<HostileCase> {
  return fc
    .tuple(
      fc.constantFrom<TemplateSetName>("typescript", "home-assistant"),
      fc.uniqueArray(hostileAnswer, { minLength: 1, maxLength: 4, selector: ([key]) => key }),
    )
    .map(([set, pairs]) => {
      const planted = pairs.filter(([key]) => !without.has(key));
      return {
        set,
        answers: documentOf([
          ...Object.entries({ templateSet: set, ...PLAIN_ANSWERS }),
          ...planted,
        ]),
      };
    });
}
