import { describe, expect, it } from "vitest";
import {
  readChallenge,
  readResourceMetadata,
  readServerMetadata,
  resourceMetadataUrls,
  serverMetadataUrls,
} from "../../src/core/discovery.js";

describe("where metadata lies", () => {
  it.each([
    [
      "https://auth.acme.com",
      [
        "https://auth.acme.com/.well-known/oauth-authorization-server",
        "https://auth.acme.com/.well-known/openid-configuration",
      ],
    ],
    [
      "https://auth.acme.com/",
      [
        "https://auth.acme.com/.well-known/oauth-authorization-server",
        "https://auth.acme.com/.well-known/openid-configuration",
      ],
    ],
    [
      "https://acme.com:8443/tenants/one",
      [
        "https://acme.com:8443/.well-known/oauth-authorization-server/tenants/one",
        "https://acme.com:8443/.well-known/openid-configuration/tenants/one",
        "https://acme.com:8443/tenants/one/.well-known/openid-configuration",
      ],
    ],
    [
      "https://acme.com/one/",
      [
        "https://acme.com/.well-known/oauth-authorization-server/one",
        "https://acme.com/.well-known/openid-configuration/one",
        "https://acme.com/one/.well-known/openid-configuration",
      ],
    ],
  ])("of the issuer %s", (issuer, urls) => expect(serverMetadataUrls(issuer)).toEqual(urls));

  it.each([
    ["https://api.acme.com", ["https://api.acme.com/.well-known/oauth-protected-resource"]],
    ["https://api.acme.com/", ["https://api.acme.com/.well-known/oauth-protected-resource"]],
    [
      "https://api.acme.com/v1/mcp",
      [
        "https://api.acme.com/.well-known/oauth-protected-resource/v1/mcp",
        "https://api.acme.com/.well-known/oauth-protected-resource",
      ],
    ],
    [
      "https://api.acme.com/v1?tenant=a",
      [
        "https://api.acme.com/.well-known/oauth-protected-resource/v1?tenant=a",
        "https://api.acme.com/.well-known/oauth-protected-resource",
      ],
    ],
  ])("of the resource %s", (resource, urls) =>
    expect(resourceMetadataUrls(resource)).toEqual(urls),
  );
});

describe("what a resource says to a request without a token", () => {
  const metadataUrl = "https://api.acme.com/.well-known/oauth-protected-resource";

  it.each([
    ["", { scopes: [] }],
    ["Bearer", { scopes: [] }],
    ['Basic realm="a", resource_metadata="https://evil.com"', { scopes: [] }],
    [`Bearer resource_metadata="${metadataUrl}"`, { metadataUrl, scopes: [] }],
    [`bearer Resource_Metadata = "${metadataUrl}"`, { metadataUrl, scopes: [] }],
    [`Bearer resource_metadata=${metadataUrl}`, { metadataUrl, scopes: [] }],
    [
      `Bearer error="invalid_token", scope="read write",resource_metadata="${metadataUrl}"`,
      { metadataUrl, scopes: ["read", "write"] },
    ],
    [
      `Basic realm="x", Bearer realm="a, b=\\"c\\"", resource_metadata="${metadataUrl}"`,
      { metadataUrl, scopes: [] },
    ],
    [
      `Bearer resource_metadata="${metadataUrl}", DPoP algs="ES256", scope="other"`,
      { metadataUrl, scopes: [] },
    ],
    ['Basic realm="x, Bearer scope=a"', { scopes: [] }],
    ['Bearer realm="the Bearer scope=a", scope="read"', { scopes: ["read"] }],
  ])("%s", (header, challenge) => expect(readChallenge(header)).toEqual(challenge));
});

describe("metadata of a resource [row 5]", () => {
  const resource = "https://api.acme.com/v1";
  const GOOD = { resource, authorization_servers: ["https://auth.acme.com"] };

  it.each([
    [GOOD, { issuer: "https://auth.acme.com", scopes: [], answers: {} }],
    [
      { ...GOOD, resource_name: " Acme\nAPI ", resource_documentation: "https://acme.com/docs" },
      {
        issuer: "https://auth.acme.com",
        scopes: [],
        answers: { name: "Acme API", docsUrl: "https://acme.com/docs" },
      },
    ],
    [
      { ...GOOD, resource_name: 7, resource_documentation: [] },
      { issuer: "https://auth.acme.com", scopes: [], answers: {} },
    ],
    [
      { ...GOOD, scopes_supported: ["read", 1, ""] },
      { issuer: "https://auth.acme.com", scopes: ["read"], answers: {} },
    ],
    [
      { ...GOOD, authorization_servers: ["https://a.b", "https://c.d"] },
      { issuer: "https://a.b", scopes: [], answers: {} },
    ],
  ])("%j", (document, read) =>
    expect(readResourceMetadata(document, resource)).toEqual({ ok: true, ...read }),
  );

  it("the slash that ends an empty path makes no other resource", () => {
    for (const [said, asked] of [
      ["https://api.acme.com", "https://api.acme.com/"],
      ["https://api.acme.com/", "https://api.acme.com"],
    ] as const)
      expect(readResourceMetadata({ ...GOOD, resource: said }, asked).ok).toBe(true);
  });

  it.each([
    [{ ...GOOD, resource: "https://api.acme.com/v2" }, "https://api.acme.com/v2"],
    [{ ...GOOD, resource: "https://api.acme.com/" }, '"https://api.acme.com/"'],
    [{ ...GOOD, resource: "https://api.acme.com/v1/" }, '"https://api.acme.com/v1/"'],
    [{ ...GOOD, resource: "https://evil.com/v1" }, "evil.com"],
    [{ ...GOOD, resource: [resource] }, "speaks of"],
    [{ authorization_servers: ["https://a.b"] }, "speaks of"],
    [{ resource }, "no authorization server"],
    [{ ...GOOD, authorization_servers: [] }, "no authorization server"],
    [{ ...GOOD, authorization_servers: "https://a.b" }, "no authorization server"],
    [[], "no JSON object"],
    ["text", "no JSON object"],
    [null, "no JSON object"],
  ])("%j is refused", (document, words) => {
    const read = readResourceMetadata(document, resource);
    expect(read).toEqual({ ok: false, message: expect.stringContaining(words) });
  });
});

describe("metadata of an authorization server [row 5]", () => {
  const issuer = "https://auth.acme.com";
  const GOOD = {
    issuer,
    authorization_endpoint: "https://auth.acme.com/authorize",
    token_endpoint: "https://auth.acme.com/token",
  };
  const PLAIN = {
    issuer,
    authorizationUrl: "https://auth.acme.com/authorize",
    tokenUrl: "https://auth.acme.com/token",
    clientAuth: "client_secret_basic",
  };
  const register = { registration_endpoint: "https://auth.acme.com/register" };
  const registrationEndpoint = "https://auth.acme.com/register";

  const methods = (...all: readonly string[]) => ({
    token_endpoint_auth_methods_supported: all,
  });

  it.each([
    [{}, {}],
    [methods("client_secret_basic", "client_secret_post"), { clientAuth: "client_secret_post" }],
    [methods("private_key_jwt", "client_secret_basic"), { clientAuth: "client_secret_basic" }],
    [methods("none"), { clientAuth: "none" }],
    [methods("none", "client_secret_post"), { clientAuth: "client_secret_post" }],
    [register, { registrationEndpoint }],
    [
      { ...register, ...methods("client_secret_post", "none") },
      { registrationEndpoint, clientAuth: "none" },
    ],
    [
      { ...register, ...methods("client_secret_basic", "client_secret_post") },
      { registrationEndpoint, clientAuth: "client_secret_post" },
    ],
    [{ code_challenge_methods_supported: ["plain"] }, { pkce: "none" }],
    [{ code_challenge_methods_supported: ["plain", "S256"] }, {}],
    [{ code_challenge_methods_supported: [] }, {}],
    [{ authorization_response_iss_parameter_supported: true }, { issParameter: true }],
    [{ authorization_response_iss_parameter_supported: "true" }, {}],
    [{ authorization_response_iss_parameter_supported: false }, {}],
    [
      {
        revocation_endpoint: "https://auth.acme.com/revoke",
        device_authorization_endpoint: "https://auth.acme.com/device",
        service_documentation: "https://docs.acme.com",
      },
      {
        revocationUrl: "https://auth.acme.com/revoke",
        deviceAuthorizationUrl: "https://auth.acme.com/device",
        docsUrl: "https://docs.acme.com",
      },
    ],
    [{ response_types_supported: ["code", "token"] }, {}],
    [{ revocation_endpoint: 7, registration_endpoint: "" }, {}],
  ])("%j gives %j", (more, answers) =>
    expect(readServerMetadata({ ...GOOD, ...more }, issuer)).toMatchObject({
      ok: true,
      answers: { ...PLAIN, ...answers },
    }),
  );

  it("gives no answer that nothing was said of", () => {
    const read = readServerMetadata({ ...GOOD, revocation_endpoint: null }, issuer);
    expect(read.ok && read.answers).toEqual(PLAIN);
  });

  it.each([
    [true, true],
    [undefined, false],
    ["true", false],
  ])("client_id_metadata_document_supported %j: %s", (said, readsClientMetadata) =>
    expect(
      readServerMetadata({ ...GOOD, client_id_metadata_document_supported: said }, issuer),
    ).toMatchObject({ readsClientMetadata }),
  );

  it.each([
    [{ issuer: "https://evil.com" }, '"https://evil.com"'],
    [{ issuer: "https://auth.acme.com/" }, '"https://auth.acme.com/"'],
    [{ issuer: undefined }, "names the issuer undefined"],
    [{ issuer: [issuer] }, "names the issuer"],
    [{ authorization_endpoint: undefined }, "no authorization_endpoint"],
    [{ token_endpoint: 7 }, "no token_endpoint"],
    [{ response_types_supported: ["token"] }, "no code grant"],
    [methods("private_key_jwt"), "private_key_jwt"],
    [methods("private_key_jwt", "tls_client_auth"), "tls_client_auth"],
  ])("%j is refused", (changes, words) =>
    expect(readServerMetadata({ ...GOOD, ...changes }, issuer)).toEqual({
      ok: false,
      message: expect.stringContaining(words),
    }),
  );

  it.each([[[]], ["text"], [null], [7]])("%j is no document", (document) =>
    expect(readServerMetadata(document, issuer).ok).toBe(false),
  );
});
