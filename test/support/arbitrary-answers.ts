import fc from "fast-check";

/** Text whose width matters: narrow, wide, escaped, quoted. */
export const text = (most: number) =>
  fc
    .string({
      unit: fc.constantFrom(
        ..."abc XYZ019'\"\\-&<>$`{}*_#[]|~!()+.:/@=漢字한글éß🙂Ωя".split(/(?:)/u),
      ),
      minLength: 1,
      maxLength: most,
    })
    .map((value) => value.trim())
    .filter((value) => value !== "" && !/\{\w+\}/u.test(value));
const url = fc
  .integer({ min: 0, max: 160 })
  .map((length) => `https://auth.acme.com/${"path/".repeat(length).slice(0, length)}x`);
const scope = fc.string({ unit: fc.constantFrom(..."abcdefg:/.'"), minLength: 1, maxLength: 40 });
export const parameters = fc.dictionary(
  fc.constantFrom(
    "a",
    "id",
    "prompt",
    "access-type",
    "x_y",
    "1st",
    "12",
    "a.very.long.name.of.a.parameter.that.goes.on",
  ),
  text(120),
  { maxKeys: 4 },
);

export const headers = fc.dictionary(
  fc.constantFrom("x-a", "Accept-Language", "x_y", "X1", "x-a.very-long_name~of'a*header"),
  fc.string({ unit: fc.constantFrom(..."abcXYZ019'\"\\()"), minLength: 1, maxLength: 120 }),
  { maxKeys: 3 },
);
export const member = fc.string({
  unit: fc.constantFrom(..."abcdef/:'-_"),
  minLength: 1,
  maxLength: 100,
});
export const variables = fc.uniqueArray(
  fc.record(
    {
      name: fc.stringMatching(/^[a-z]{1,40}$/),
      label: text(90),
      description: text(200),
      pattern: fc.constantFrom("[a-z]+", `(?:${'\\d"'.repeat(30)})`, String.raw`\w+[-'"]`),
      secret: fc.boolean(),
      optional: fc.boolean(),
    },
    { requiredKeys: ["name", "label"] },
  ),
  { maxLength: 3, selector: ({ name }) => name },
);
export const capture = fc.uniqueArray(
  fc.record(
    {
      name: fc.stringMatching(/^[A-Z]{1,40}$/),
      from: fc.constantFrom("token", "redirect"),
      key: member,
      hostSuffixes: fc.uniqueArray(
        fc.integer({ min: 1, max: 60 }).map((length) => `${"h".repeat(length)}.acme.com`),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: ["name", "from", "key"] },
  ),
  { maxLength: 3, selector: ({ name }) => name },
);

/** Answers of any length for what both template sets know. */
export const answers = fc.record(
  {
    name: text(40),
    domain: fc.integer({ min: 1, max: 50 }).map((length) => "d".repeat(length)),
    description: text(200),
    repository: fc
      .integer({ min: 1, max: 150 })
      .map((length) => `https://github.com/${"o".repeat(length)}/acme`),
    packageName: fc.integer({ min: 1, max: 200 }).map((length) => `@a/${"p".repeat(length)}`),
    author: text(100),
    license: fc.constantFrom("MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "UNLICENSED"),
    ci: fc.boolean(),
    hooks: fc.boolean(),
    keychain: fc.boolean(),
    issuer: url,
    authorizationUrl: url,
    tokenUrl: url,
    refreshUrl: url,
    revocationUrl: url,
    deviceAuthorizationUrl: url,
    apiBaseUrl: url,
    scopes: fc.uniqueArray(scope, { maxLength: 8 }),
    scopeSeparator: fc.constantFrom(" ", "|", "+"),
    clientAuth: fc.constantFrom("client_secret_post", "client_secret_basic", "none"),
    authorizationParams: parameters,
    tokenParams: parameters,
    refreshParams: parameters,
    tokenBodyFormat: fc.constantFrom("form", "json", "query"),
    tokenHeaders: headers,
    tokenPath: member,
    renameAuthorizationParams: fc.record(
      { scope: member.map((name) => `s${name}`) },
      { requiredKeys: [] },
    ),
    renameTokenParams: fc.record(
      { code: member.map((name) => `c${name}`), grant_type: member.map((name) => `g${name}`) },
      { requiredKeys: [] },
    ),
    renameTokenFields: fc.record({ access_token: member, scope: member }, { requiredKeys: [] }),
    codeParam: member,
    apiAuthHeader: fc
      .integer({ min: 1, max: 90 })
      .map((length) => `${"h".repeat(length)}: {token}`),
    apiHeaders: headers,
    variables,
    capture,
    tokensExpire: fc.boolean(),
    account: fc.oneof(
      fc.constant("none"),
      fc.record(
        {
          path: fc.constantFrom("/me", `/${"long/".repeat(25)}me`),
          id: fc.constant("id"),
          query: parameters,
        },
        { requiredKeys: ["path", "id"] },
      ),
      fc.record({
        claim: fc.constantFrom(
          "sub",
          "https://acme.com/claims/that/are/long/and/longer/still/so/that/the/line/breaks/in/the/middle",
        ),
      }),
      fc.record({ tokenField: fc.constant("user.id"), name: fc.constant("user.name") }),
    ),
    redirect: fc.record({
      host: fc.constantFrom("127.0.0.1", "localhost"),
      port: fc.integer({ min: 0, max: 65_535 }),
    }),
    registrationUrl: url,
    docsUrl: url,
  },
  { requiredKeys: ["name", "domain", "authorizationUrl", "tokenUrl"] },
);
