import { describe, expect, it } from "vitest";
import { type OpenApiAnswers, readOpenApi, withTextVersion } from "../../src/core/openapi.js";
import { OpenApiFault } from "../../src/core/openapi-parts.js";
import { questions } from "../../src/core/questions.js";

type Json = Readonly<Record<string, unknown>>;

const CODE = {
  authorizationUrl: "https://auth.acme.com/authorize",
  tokenUrl: "https://auth.acme.com/token",
  scopes: { read: "Read everything", write: "" },
};

/** A document whose one scheme is OAuth2, with changes to the document and to the flow. */
function documentOf(changes: Json = {}, flow: Json = {}): Json {
  return {
    openapi: "3.0.3",
    info: { title: "Acme API", version: "1" },
    paths: {},
    ...schemes({ oauth: { type: "oauth2", flows: { authorizationCode: { ...CODE, ...flow } } } }),
    ...changes,
  };
}

function schemes(securitySchemes: Json): Json {
  return { components: { securitySchemes } };
}

interface Source {
  readonly place?: string;
  readonly scheme?: string;
  readonly said?: readonly string[];
}

function read(document: unknown, { place = "", scheme, said = [] }: Source = {}): OpenApiAnswers {
  return readOpenApi(document, { place, scheme, said: new Set(said) });
}

function answersOf(document: unknown, source?: Source) {
  return read(document, source).answers;
}

function faultOf(document: unknown, source?: Source): string {
  try {
    read(document, source);
    return "none";
  } catch (error) {
    if (error instanceof OpenApiFault) return error.pointer;
    throw error;
  }
}

describe("a document gives", () => {
  it("name, addresses and the scopes with what each allows", () => {
    expect(read(documentOf())).toEqual({
      answers: {
        name: "Acme API",
        authorizationUrl: CODE.authorizationUrl,
        tokenUrl: CODE.tokenUrl,
        scopes: [],
      },
      scopes: CODE.scopes,
    });
  });

  it.each([["3.0.0"], ["3.0.4"], ["3.1.0"], ["3.1.1"], [3.1], [3]])(
    "the same in version %s",
    (openapi) => {
      expect(answersOf(documentOf({ openapi }))["tokenUrl"]).toBe(CODE.tokenUrl);
    },
  );

  it.each([
    ["a refresh URL", { refreshUrl: "https://auth.acme.com/r" }, "https://auth.acme.com/r"],
    ["none where it is the token URL", { refreshUrl: CODE.tokenUrl }, undefined],
  ])("%s", (_what, flow, refreshUrl) => {
    expect(answersOf(documentOf({}, flow))["refreshUrl"]).toBe(refreshUrl);
  });

  it.each([
    ["the scopes that the whole API asks for", [{ oauth: ["read"] }], ["read"]],
    [
      "each once, of all alternatives",
      [{ oauth: ["a", "b"] }, { key: [] }, { oauth: ["b"] }],
      ["a", "b"],
    ],
    ["none of another scheme", [{ other: ["x"] }], []],
    ["none where nothing is asked", undefined, []],
  ])("%s", (_what, security, scopes) => {
    expect(answersOf(documentOf({ security }))["scopes"]).toEqual(scopes);
  });

  it("descriptions in one line", () => {
    const scopes = { a: "Read\n  all\tthings " };
    expect(read(documentOf({}, { scopes })).scopes).toEqual({ a: "Read all things" });
  });

  it.each([
    ["Acme\n API", "Acme API"],
    [` ${"a".repeat(70)}`, "a".repeat(60)],
    [`${"é".repeat(59)}🙂🙂`, `${"é".repeat(59)}🙂`],
    ["\u0000", undefined],
    [7, undefined],
  ])("the title %j as the name %j", (title, name) => {
    expect(answersOf(documentOf({ info: { title } }))["name"]).toBe(name);
  });

  it("the issuer of OpenID Connect", () => {
    const openIdConnectUrl = "https://auth.acme.com/realm/.well-known/openid-configuration";
    const document = documentOf(schemes({ oidc: { type: "openIdConnect", openIdConnectUrl } }));
    expect(read(document)).toEqual({
      answers: { name: "Acme API" },
      scopes: {},
      issuer: "https://auth.acme.com/realm",
    });
  });
});

describe("the security scheme", () => {
  const code = (host: string) => ({
    type: "oauth2",
    flows: {
      authorizationCode: {
        authorizationUrl: `https://${host}/a`,
        tokenUrl: `https://${host}/t`,
        scopes: {},
      },
    },
  });
  const key = { type: "apiKey", in: "header", name: "X-Key" };

  it.each([
    ["the only one for OAuth2 among others", schemes({ key, b: code("b.com") }), undefined],
    ["the one that was said", schemes({ a: code("a.com"), b: code("b.com") }), "b"],
    ["one with a name that a pointer escapes", schemes({ "b/~": code("b.com") }), undefined],
  ])("%s", (_what, changes, scheme) => {
    const source = scheme === undefined ? {} : { scheme };
    expect(answersOf(documentOf(changes), source)["tokenUrl"]).toBe("https://b.com/t");
  });

  it("is found behind references, also in a chain of them", () => {
    const components = {
      securitySchemes: { a: { $ref: "#/components/x-kept/one~1two" } },
      "x-kept": { "one/two": { $ref: "#/components/x-kept/b%20c" }, "b c": code("b.com") },
    };
    expect(answersOf(documentOf({ components }))["tokenUrl"]).toBe("https://b.com/t");
  });

  it.each([
    ["several for OAuth2", schemes({ a: code("a.com"), b: code("b.com") }), {}],
    ["none but keys", schemes({ key }), {}],
    ["none at all", { components: {} }, {}],
    [
      "implicit alone",
      schemes({
        a: { type: "oauth2", flows: { implicit: { authorizationUrl: "https://a.com" } } },
      }),
      {},
    ],
    ["not the one that was said", schemes({ a: code("a.com") }), { scheme: "b" }],
  ])("is not found: %s", (_what, changes, source) => {
    expect(faultOf(documentOf(changes), source)).toBe("/components/securitySchemes");
  });

  it.each([
    [schemes({ key }), "key", "/components/securitySchemes/key"],
    [
      schemes({ "a/b": { type: "oauth2", flows: { clientCredentials: {} } } }),
      "a/b",
      "/components/securitySchemes/a~1b",
    ],
  ])("that was said cannot link accounts: %j", (changes, scheme, pointer) => {
    expect(faultOf(documentOf(changes), { scheme })).toBe(pointer);
  });

  it("is not needed where the addresses were said", () => {
    const said = ["authorizationUrl", "tokenUrl"];
    for (const changes of [schemes({ key }), schemes({ a: code("a.com"), b: code("b.com") })])
      expect(answersOf(documentOf(changes), { said })).toEqual({ name: "Acme API" });
  });
});

it("a version without quotes, a number in YAML, is kept as text", () => {
  const versions = [3, 3.1, "3.1.0"].map((openapi) => withTextVersion({ openapi }));
  expect(versions).toEqual([{ openapi: "3.0" }, { openapi: "3.1" }, { openapi: "3.1.0" }]);
});

describe("a fault has its place", () => {
  const get = "/paths/~1a/get";
  const withGet = (answer: unknown): Json =>
    documentOf({ paths: { "/a": { get: { responses: { 200: answer } } } } });
  const flow = "/components/securitySchemes/oauth/flows/authorizationCode";
  it.each<readonly [string, unknown, string]>([
    ["no object", "text", ""],
    ["a list", [], ""],
    ["nothing", null, ""],
    ["Swagger 2", { swagger: "2.0" }, "/swagger"],
    ["Swagger 2 without quotes", { swagger: 2 }, "/swagger"],
    ["no version", { info: {} }, "/openapi"],
    ["another version", documentOf({ openapi: "4.0.0" }), "/openapi"],
    ["no token URL", documentOf({}, { tokenUrl: undefined }), `${flow}/tokenUrl`],
    ["an empty token URL", documentOf({}, { tokenUrl: "" }), `${flow}/tokenUrl`],
    ["no authorization URL", documentOf({}, { authorizationUrl: 1 }), `${flow}/authorizationUrl`],
    ["a relative URL in a file", documentOf({}, { tokenUrl: "/token" }), `${flow}/tokenUrl`],
    ["no scopes", documentOf({}, { scopes: undefined }), `${flow}/scopes`],
    [
      "an OpenID configuration elsewhere",
      documentOf(schemes({ o: { type: "openIdConnect", openIdConnectUrl: "https://a.com" } })),
      "/components/securitySchemes/o/openIdConnectUrl",
    ],
    [
      "a reference out of the document",
      documentOf({ paths: { "/a~b": { $ref: "./paths.yaml#/a" } } }),
      "/paths/~1a~0b/$ref",
    ],
    [
      "a reference to nothing",
      withGet({ $ref: "#/components/responses/none" }),
      `${get}/responses/200/$ref`,
    ],
    ["a reference to an anchor", withGet({ $ref: "#none" }), `${get}/responses/200/$ref`],
    [
      "references in a circle",
      documentOf({ "x-a": { $ref: "#/x-b" }, "x-b": { $ref: "#/x-a" } }),
      "/x-a/$ref",
    ],
    [
      "a scheme that leads in a circle",
      documentOf(schemes({ a: { $ref: "#/components/securitySchemes/a" } })),
      "/components/securitySchemes/a/$ref",
    ],
    ["a version that is none", documentOf({ openapi: "3" }), "/openapi"],
    ["a version of the future", documentOf({ openapi: "3.7.1" }), "/openapi"],
    ["paths in a list", documentOf({ paths: [] }), "/paths"],
    ["an operation that is none", documentOf({ paths: { "/a": { get: null } } }), "/paths/~1a/get"],
    [
      "parameters that are no list",
      documentOf({ paths: { "/a": { parameters: {} } } }),
      "/paths/~1a/parameters",
    ],
    [
      "a parameter that is none",
      documentOf({ paths: { "/a": { get: { parameters: [7] } } } }),
      `${get}/parameters/0`,
    ],
    [
      "a body that is none",
      documentOf({ paths: { "/a": { get: { requestBody: "b" } } } }),
      `${get}/requestBody`,
    ],
    ["an answer that is none", withGet("text"), `${get}/responses/200`],
    [
      "a schema that is none",
      documentOf({ components: { schemas: { A: 7 } } }),
      "/components/schemas/A",
    ],
    [
      "one name for two operations",
      documentOf({ paths: { "/a": { get: { operationId: "a" }, put: { operationId: "a" } } } }),
      "/paths/~1a/put/operationId",
    ],
    ["a relative server in a file", documentOf({ servers: [{ url: "/v1" }] }), "/servers/0/url"],
    [
      "a variable without a default where nobody can be asked",
      documentOf({ servers: [{ url: "{scheme}://api.acme.com" }] }),
      "/servers/0/variables/scheme/default",
    ],
  ])("%s", (_what, document, pointer) => {
    expect(faultOf(document)).toBe(pointer);
  });

  it("not for what was said anyway", () => {
    const document = documentOf({ servers: [{ url: "/v1" }] }, { tokenUrl: "/token" });
    expect(answersOf(document, { said: ["tokenUrl", "apiBaseUrl"] })).toEqual({
      name: "Acme API",
      authorizationUrl: CODE.authorizationUrl,
      scopes: [],
    });
  });

  it("not for what hinders nobody", () => {
    const { components } = documentOf();
    const schemas = {
      Yes: true,
      Empty: null,
      Tree: { items: { $ref: "#/components/schemas/Tree" } },
    };
    const paths = { "/a": null, "/b": { get: {}, put: {} }, "x-note": "text" };
    expect(faultOf(documentOf({ paths, components: { ...Object(components), schemas } }))).toBe(
      "none",
    );
  });

  it("not for a value that looks like a reference", () => {
    const example = { $ref: "elsewhere" };
    expect(faultOf(documentOf({ paths: { "/a": { get: { example } } } }))).toBe("none");
  });
});

describe("addresses mean the place of the document", () => {
  const place = "https://acme.com/docs/openapi.json";
  it.each([
    ["/token", "https://acme.com/token"],
    ["token", "https://acme.com/docs/token"],
    ["//auth.acme.com/token", "https://auth.acme.com/token"],
    ["https://auth.acme.com/token", "https://auth.acme.com/token"],
  ])("%s", (tokenUrl, address) => {
    expect(answersOf(documentOf({}, { tokenUrl }), { place })["tokenUrl"]).toBe(address);
  });

  it("servers too, with their variables", () => {
    const servers = [{ url: "../{tenant}/v1/", variables: { tenant: { default: "a" } } }];
    const { apiBaseUrl } = answersOf(documentOf({ servers }), { place });
    expect(apiBaseUrl).toBe("https://acme.com/{tenant}/v1");
  });
});

describe("servers", () => {
  interface Row {
    readonly what: string;
    readonly servers: unknown;
    readonly apiBaseUrl?: string;
    readonly variables?: readonly unknown[];
  }
  const one = (url: string, variables?: Json): readonly Json[] => [
    { url, ...(variables && { variables }) },
  ];
  it.each<Row>([
    { what: "none", servers: undefined },
    { what: "no list", servers: {} },
    {
      what: "the first",
      servers: [...one("https://a.com/v1/"), ...one("https://b.com")],
      apiBaseUrl: "https://a.com/v1",
    },
    {
      what: "the first that is safe",
      servers: [...one("http://a.com"), ...one("https://b.com")],
      apiBaseUrl: "https://b.com",
    },
    {
      what: "this machine",
      servers: one("http://127.0.0.1:8080/api"),
      apiBaseUrl: "http://127.0.0.1:8080/api",
    },
    {
      what: "a variable with choices",
      servers: one("https://{region}.acme.com", {
        region: { default: "eu-1.a", enum: ["eu-1.a", "us+2"], description: "Where\nyou live" },
      }),
      apiBaseUrl: "https://{region}.acme.com",
      variables: [
        {
          name: "region",
          label: "region",
          description: "Where you live",
          pattern: String.raw`eu-1\.a|us\+2`,
          default: "eu-1.a",
        },
      ],
    },
    {
      what: "a default that the variable would not take",
      servers: one("https://acme.com/{base}", { base: { default: "a/b" } }),
      apiBaseUrl: "https://acme.com/{base}",
      variables: [{ name: "base", label: "base" }],
    },
    {
      what: "scheme and port have their default",
      servers: one("{scheme}://{host}:{port}/v1", {
        scheme: { default: "https", enum: ["https", "http"] },
        host: { default: "api.acme.com" },
        port: { default: 8443 },
      }),
      apiBaseUrl: "https://{host}:8443/v1",
      variables: [{ name: "host", label: "host", default: "api.acme.com" }],
    },
    {
      what: "names that no placeholder has",
      servers: one("https://acme.com/{api.version}/{token}", {
        "api.version": { default: "v1" },
        token: { default: "t" },
      }),
      apiBaseUrl: "https://acme.com/v1/t",
    },
    {
      what: "variables that are not in the URL",
      servers: one("https://acme.com", { unused: { default: "x" } }),
      apiBaseUrl: "https://acme.com",
    },
  ])("$what", ({ servers, apiBaseUrl, variables }) => {
    const answers = answersOf(documentOf({ servers }));
    expect([answers["apiBaseUrl"], answers["variables"]]).toEqual([apiBaseUrl, variables]);
    if (variables) expect(questions.variables.read(answers["variables"]).ok).toBe(true);
  });
});
