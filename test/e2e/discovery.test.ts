import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { runTool, type Sandbox, showsStack, useSandboxes } from "../support/program.js";
import { reportOf } from "../support/report.js";
import { listen, type Page, type Pages, serve } from "../support/web.js";

const sandbox = useSandboxes();
const NAME = ["--name", "Acme Cloud"] as const;
const WELL_KNOWN = "/.well-known/oauth-authorization-server";
const RESOURCE = "/.well-known/oauth-protected-resource";

/** The least that a server says of itself. */
const metadataOf = (origin: string, issuer = origin) => ({
  issuer,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
});

/** Creates without writing, and gives exit code, report and what was said. */
async function look({ run }: Sandbox, words: readonly string[], environment = {}) {
  const argv = [...words, ...NAME, "--dry-run", "--json"];
  const result = await run(argv, { environment });
  expect(showsStack(result), result.stderr).toBe(false);
  const report = reportOf(result.stdout);
  expect(report.exitCode).toBe(result.code);
  return { code: result.code, report, stderr: result.stderr };
}

describe.concurrent("finds", () => {
  it("what an OpenID provider says, with a place to register", async () => {
    const print = vi.spyOn(console, "warn").mockReturnValue();
    const { Provider } = await import("oidc-provider");
    const server = http.createServer();
    const { origin } = await listen(server);
    const provider = new Provider(origin, {
      scopes: ["openid", "offline_access", "email"],
      features: {
        registration: { enabled: true },
        revocation: { enabled: true },
        deviceFlow: { enabled: true },
      },
    });
    const handle = provider.callback();
    server.on("request", (request, response) => void handle(request, response));
    const { code, report, stderr } = await look(sandbox(), ["--issuer", origin]);
    print.mockRestore();
    expect(code, stderr).toBe(0);
    expect(report.answers).toMatchObject({
      issuer: origin,
      issParameter: true,
      authorizationUrl: `${origin}/auth`,
      tokenUrl: `${origin}/token`,
      revocationUrl: `${origin}/token/revocation`,
      deviceAuthorizationUrl: `${origin}/device/auth`,
      registrationEndpoint: `${origin}/reg`,
      clientAuth: "none",
      scopes: ["openid", "email", "offline_access"],
      account: { claim: "sub", token: "id_token", name: "email" },
    });
    // What was found is shown before it is used.
    for (const shown of [`Looking up ${origin}`, `read ${origin}/.well-known/`, `${origin}/reg`])
      expect(stderr).toContain(shown);
  });

  it("a plain server, whose issuer has a path", async () => {
    const { origin, seen } = await serve((here) => ({
      [`${WELL_KNOWN}/one`]: { body: metadataOf(here, `${here}/one`) },
    }));
    const { report } = await look(sandbox(), ["--issuer", `${origin}/one`]);
    expect(report.answers).toMatchObject({
      issuer: `${origin}/one`,
      tokenUrl: `${origin}/token`,
      clientAuth: "client_secret_basic",
    });
    expect(seen).toEqual([`GET ${WELL_KNOWN}/one`]);
  });

  it("a resource that says where its metadata lies, in place of the directory", async () => {
    const server = await serve((here) => ({ [WELL_KNOWN]: { body: metadataOf(here) } }));
    const resource = await serve((here) => ({
      "/v1": {
        status: 401,
        headers: {
          "www-authenticate": `Bearer scope="read", resource_metadata="${here}/about?a=1"`,
        },
      },
      "/about?a=1": {
        body: { resource: `${here}/v1`, authorization_servers: [server.origin] },
      },
    }));
    const { code, report } = await look(sandbox(), [`${resource.origin}/v1`]);
    expect(code).toBe(0);
    expect(report.answers).toMatchObject({
      resource: `${resource.origin}/v1`,
      issuer: server.origin,
      scopes: ["read"],
    });
    expect(resource.seen).toEqual(["GET /v1", "GET /about?a=1"]);
  });

  it("everything at one URL: nothing else has to be said", async () => {
    const { origin } = await serve((here) => ({
      [RESOURCE]: {
        body: { resource: here, resource_name: "Acme Cloud", authorization_servers: [here] },
      },
      [WELL_KNOWN]: { body: metadataOf(here) },
    }));
    const { code, stdout } = await sandbox().run([origin, "--dry-run", "--json"]);
    const { answers } = reportOf(stdout);
    expect([code, answers]).toMatchObject([0, { name: "Acme Cloud", resource: origin }]);
  });

  it("a resource that says nothing, by its well-known document", async () => {
    const { origin, seen } = await serve((here) => ({
      [RESOURCE]: {
        body: { resource: here, authorization_servers: [here], scopes_supported: ["a", "b"] },
      },
      [WELL_KNOWN]: { body: metadataOf(here) },
    }));
    const { report } = await look(sandbox(), ["--resource", origin]);
    expect(report.answers).toMatchObject({ issuer: origin, scopes: ["a", "b"] });
    expect(seen).toEqual(["GET /", `GET ${RESOURCE}`, `GET ${WELL_KNOWN}`]);
  });

  const elsewhere = { status: 302, headers: { location: "https://docs.acme.test/" } };

  it.each<readonly [string, Page]>([
    ["that leads people to its documentation", elsewhere],
    ["that sends events without end", { headers: { "content-length": "9" }, body: "event:" }],
    ["that is larger than any document", { body: " ".repeat(6_000_000) }],
  ])("a resource %s, by its well-known document", async (_, page) => {
    const { origin } = await serve((here) => ({
      "/v1": page,
      [`${RESOURCE}/v1`]: { body: { resource: `${here}/v1`, authorization_servers: [here] } },
      [WELL_KNOWN]: { body: metadataOf(here) },
    }));
    const { code, report, stderr } = await look(sandbox(), ["--resource", `${origin}/v1`]);
    expect(code, stderr).toBe(0);
    expect(report.answers).toMatchObject({ issuer: origin });
  });

  it.each<readonly [string, Page]>([
    ["one page for everything", { body: "<html>" }],
    ["an odd refusal", { status: 400, body: "{}" }],
  ])("a document behind places that have %s", async (_, page) => {
    const { origin } = await serve((here) => ({
      [`${WELL_KNOWN}/one`]: page,
      "/.well-known/openid-configuration/one": page,
      "/one/.well-known/openid-configuration": { body: metadataOf(here, `${here}/one`) },
    }));
    const { code, stderr } = await look(sandbox(), ["--issuer", `${origin}/one`]);
    expect(code, stderr).toBe(0);
  });

  it.each([
    ["registers itself, as a public client", "typescript", "none"],
    ["has an app registered by hand, with a secret", "home-assistant", "client_secret_post"],
  ])("how a project authenticates that %s", async (_, templateSet, clientAuth) => {
    const { origin } = await serve((here) => ({
      [WELL_KNOWN]: {
        body: {
          ...metadataOf(here),
          registration_endpoint: `${here}/register`,
          token_endpoint_auth_methods_supported: ["none", "client_secret_post"],
        },
      },
    }));
    const set = ["--template-set", templateSet, "--repository", "https://github.com/a/b"];
    const { report } = await look(sandbox(), ["--issuer", origin, ...set]);
    expect(report.answers).toMatchObject({ clientAuth });
    expect(Object.hasOwn(report.answers ?? {}, "registrationEndpoint")).toBe(clientAuth === "none");
  });

  it("a document behind a redirect on the same host", async () => {
    const { origin } = await serve((here) => ({
      [WELL_KNOWN]: { status: 302, headers: { location: "/metadata" } },
      "/metadata": { body: metadataOf(here) },
    }));
    expect((await look(sandbox(), ["--issuer", origin])).code).toBe(0);
  });
});

describe.concurrent("what was said counts more than what was found", () => {
  const pages: Pages = (here) => ({
    [WELL_KNOWN]: {
      body: { ...metadataOf(here), revocation_endpoint: `${here}/revoke`, scopes_supported: ["a"] },
    },
  });

  it("one by one", async () => {
    const { origin } = await serve(pages);
    const said = ["--revocation-url", "https://said.test/revoke", "--scopes", "mine"];
    const { report, stderr } = await look(sandbox(), ["--issuer", origin, ...said]);
    expect(report.answers).toMatchObject({
      revocationUrl: "https://said.test/revoke",
      scopes: ["mine"],
      tokenUrl: `${origin}/token`,
    });
    expect(stderr).not.toContain("to choose from");
  });

  it("where nobody chose scopes, those of the server are shown, and none is asked for", async () => {
    const { origin } = await serve(pages);
    const { report, stderr } = await look(sandbox(), ["--issuer", origin]);
    expect(report.answers).not.toHaveProperty("scopes");
    expect(stderr).toContain("to choose from: a\n");
  });

  it.each([
    ["with --no-discovery", ["--no-discovery"], 2],
    ["with both addresses", ["--authorization-url", "https://a.test/a"], 0],
  ])("nothing is looked up %s", async (_, words, code) => {
    const { origin, seen } = await serve(pages);
    const token = code === 0 ? ["--token-url", "https://a.test/t"] : [];
    const result = await look(sandbox(), ["--issuer", origin, ...words, ...token]);
    expect([result.code, seen]).toEqual([code, []]);
  });
});

describe.concurrent("a client whose metadata is published", () => {
  const url = "https://apps.acme.test/client-metadata.json";
  const serveClients = (more: object) =>
    serve((here) => ({ [WELL_KNOWN]: { body: { ...metadataOf(here), ...more } } }));

  it("is a public one where the server reads it, whatever else the server takes", async () => {
    const { origin } = await serveClients({ client_id_metadata_document_supported: true });
    const { report } = await look(sandbox(), ["--issuer", origin, "--client-metadata-url", url]);
    expect(report.exitCode).toBe(0);
    expect(report.answers).toMatchObject({ clientMetadataUrl: url });
    expect(report.answers).not.toHaveProperty("clientAuth");
    expect(report.files?.map((file) => file.path)).toContain("client-metadata.json");
  });

  it("wins over a registration, and a notice says so", async () => {
    const { origin } = await serveClients({
      client_id_metadata_document_supported: true,
      registration_endpoint: "https://auth.acme.test/register",
    });
    const { report } = await look(sandbox(), ["--issuer", origin, "--client-metadata-url", url]);
    expect(report.notices).toMatchObject([{ code: "unused-answer", key: "registrationEndpoint" }]);
    expect(report.files?.map((file) => file.path)).not.toContain("src/provider/registration.ts");
  });

  it.each([
    ["is proposed where it is the only way", { client_id_metadata_document_supported: true }, true],
    ["is not where the server does not read it", {}, false],
    [
      "is not where the project registers itself",
      {
        client_id_metadata_document_supported: true,
        registration_endpoint: "https://auth.acme.test/register",
      },
      false,
    ],
    [
      "is not where Home Assistant would have to publish it",
      { client_id_metadata_document_supported: true },
      false,
      ["--template-set", "home-assistant", "--repository", "https://github.com/a/b"],
    ],
  ])("%s", async (_, more, isProposed, set = []) => {
    const { origin } = await serveClients(more);
    const { code, stderr } = await look(sandbox(), ["--issuer", origin, ...set]);
    expect([code, stderr.includes("--client-metadata-url")]).toEqual([0, isProposed]);
  });

  it("is refused where the server does not read it", async () => {
    const { origin } = await serveClients({});
    const { code, report } = await look(sandbox(), [
      "--issuer",
      origin,
      "--client-metadata-url",
      url,
    ]);
    expect([code, report.error?.code]).toEqual([1, "discovery-failed"]);
  });
});

describe.concurrent("a server that lies or fails is refused, with what does not fit", () => {
  const elsewhere = "https://elsewhere.test/";
  const one =
    (page: Page | null): Pages =>
    () => ({ [WELL_KNOWN]: page });
  const about =
    (change: (here: string) => object): Pages =>
    (here) => ({
      [WELL_KNOWN]: { body: { ...metadataOf(here), ...change(here) } },
    });

  it.each<readonly [string, Pages, string]>([
    ["another issuer", about(() => ({ issuer: elsewhere })), elsewhere],
    ["the issuer with a slash", about((here) => ({ issuer: `${here}/` })), "was asked for"],
    ["a redirect elsewhere", one({ status: 302, headers: { location: elsewhere } }), "elsewhere"],
    [
      "redirects without end",
      one({ status: 302, headers: { location: WELL_KNOWN } }),
      "more than 3 times",
    ],
    ["no JSON", one({ body: "<html>" }), "is not JSON"],
    ["a list", one({ body: [] }), "is no JSON object"],
    ["an error", one({ status: 500 }), "500"],
    ["too many questions", one({ status: 429 }), "429"],
    ["too much", one({ body: " ".repeat(6_000_000) }), "larger than 5 MiB"],
    ["no end", one(null), "in 15 s"],
    ["nothing there", () => ({}), ".well-known/openid-configuration: 404"],
    ["no endpoint", about(() => ({ token_endpoint: undefined })), "no token_endpoint"],
    [
      "an endpoint over http",
      about(() => ({ token_endpoint: "http://auth.acme.test/token" })),
      "http://auth.acme.test/token for tokenUrl",
    ],
    [
      "a registration over http",
      about(() => ({ registration_endpoint: "http://auth.acme.test/register" })),
      "for registrationEndpoint",
    ],
    ["no code grant", about(() => ({ response_types_supported: ["token"] })), "no code grant"],
    [
      "only keys of clients",
      about(() => ({ token_endpoint_auth_methods_supported: ["private_key_jwt"] })),
      "private_key_jwt",
    ],
  ])("%s", async (_, pages, words) => {
    const { origin } = await serve(pages);
    const { code, report, stderr } = await look(sandbox(), ["--issuer", origin]);
    expect([code, report.error?.code]).toEqual([1, "discovery-failed"]);
    expect(report.error?.message).toContain(words);
    expect(stderr).toContain(words);
  });

  it.each<readonly [string, (here: string) => Page, string]>([
    ["of another resource", () => ({ body: { resource: elsewhere } }), elsewhere],
    ["without a server", (here) => ({ body: { resource: here } }), "no authorization server"],
    ["that is no JSON", () => ({ body: "{" }), "is not JSON"],
    [
      "with a server over http",
      (here) => ({ body: { resource: here, authorization_servers: ["http://a.test"] } }),
      "is not https",
    ],
    [
      "with a server that is no address",
      (here) => ({ body: { resource: here, authorization_servers: ["auth"] } }),
      "is not an issuer",
    ],
  ])("a document %s", async (_, page, words) => {
    const { origin } = await serve((here) => ({ [RESOURCE]: page(here) }));
    const { code, report } = await look(sandbox(), ["--resource", origin]);
    expect([code, report.error?.code]).toEqual([1, "discovery-failed"]);
    expect(report.error?.message).toContain(words);
  });

  it("a resource whose metadata is on another host", async () => {
    const other = await serve(() => ({}));
    const header = { "www-authenticate": `Bearer resource_metadata="${other.origin}/about"` };
    const { origin } = await serve(() => ({ "/": { status: 401, headers: header } }));
    const { code, report } = await look(sandbox(), ["--resource", origin]);
    expect([code, report.error?.code]).toEqual([1, "discovery-failed"]);
    expect(other.seen).toEqual([]);
  });

  it("nobody who listens", async () => {
    const { origin, close } = await serve(() => ({}));
    await close();
    const { code, report } = await look(sandbox(), ["--issuer", origin]);
    expect([code, report.error?.message]).toEqual([
      1,
      expect.stringContaining("refuses the connection"),
    ]);
  });

  it.each([["http://auth.acme.test"], ["https://a:b@auth.acme.test"], ["auth.acme.test"]])(
    "%s is no answer at all",
    async (issuer) => expect((await look(sandbox(), ["--issuer", issuer])).code).toBe(2),
  );
});

it("what was found stands in the project: an update needs no server", async () => {
  const { origin, close } = await serve((here) => ({
    [WELL_KNOWN]: {
      body: {
        ...metadataOf(here),
        registration_endpoint: `${here}/register`,
        authorization_response_iss_parameter_supported: true,
      },
    },
  }));
  const { run, work } = sandbox();
  const project = path.join(work, "acme");
  const made = await run([project, "--issuer", origin, ...NAME, "--no-git", "--json"]);
  await close();
  const state = JSON.parse(
    fs.readFileSync(path.join(project, ".create-oauth2-integration.json"), "utf8"),
  ) as { readonly answers: object };
  const found = { tokenUrl: `${origin}/token`, registrationEndpoint: `${origin}/register` };
  expect(state.answers).toMatchObject({ ...found, issuer: origin, issParameter: true });
  expect(state.answers).toEqual(reportOf(made.stdout).answers);
  const updated = await run(["update", project, "--set", "license=ISC", "--json"]);
  expect(updated.code, updated.stderr).toBe(0);
  expect(reportOf(updated.stdout).answers).toMatchObject({ ...found, license: "ISC" });
  expect((await run(["update", project, "--check", "--json"])).code).toBe(0);
});

describe("a proxy", () => {
  /** A server with TLS under a name that leads nowhere, and a proxy that leads there. */
  async function startProxy({ work }: Sandbox) {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(work, name)) as [
      string,
      string,
    ];
    const name = ["-subj", "/CN=auth.acme.test", "-addext", "subjectAltName=DNS:auth.acme.test"];
    const made = await runTool(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...name],
      { cwd: work },
    );
    expect(made.code, made.stderr).toBe(0);
    const tls = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
    const server = https.createServer(tls, (_request, response) => {
      response.end(JSON.stringify(metadataOf("https://auth.acme.test")));
    });
    const { origin } = await listen(server);
    const asked: string[] = [];
    const proxy = http.createServer().on("connect", (request, socket: net.Socket) => {
      asked.push(request.url ?? "");
      const target = net.connect(Number(new URL(origin).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(target).pipe(socket);
      });
      for (const end of [socket, target]) end.on("error", () => end.destroy());
      onTestFinished(() => void target.destroy());
    });
    return { proxy: (await listen(proxy)).origin, asked, cert };
  }

  it("that the environment names is asked, unless the host is left out", async () => {
    const box = sandbox();
    const { proxy, asked, cert } = await startProxy(box);
    const words = ["--issuer", "https://auth.acme.test"];
    const environment = { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: cert };
    const found = await look(box, words, environment);
    expect(found.code, found.stderr).toBe(0);
    expect(found.report.answers).toMatchObject({ tokenUrl: "https://auth.acme.test/token" });
    expect(asked).toEqual(["auth.acme.test:443"]);
    const strange = await look(box, words, { https_proxy: proxy });
    expect([strange.code, strange.report.error?.message]).toEqual([
      1,
      expect.stringContaining("certificate"),
    ]);
    expect(asked).toHaveLength(2);
    for (const name of ["auth.acme.test", ".acme.test", "*"])
      expect((await look(box, words, { ...environment, NO_PROXY: name })).code).toBe(1);
    expect(asked).toHaveLength(2);
  });

  it("is not asked about this machine", async () => {
    const box = sandbox();
    const { origin } = await serve((here) => ({ [WELL_KNOWN]: { body: metadataOf(here) } }));
    const dead = "http://127.0.0.1:9";
    const environment = { HTTPS_PROXY: dead, HTTP_PROXY: dead, http_proxy: dead };
    expect((await look(box, ["--issuer", origin], environment)).code).toBe(0);
  });
});
