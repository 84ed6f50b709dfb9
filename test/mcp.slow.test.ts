import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { OAuthServerProvider } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import { InvalidGrantError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
} from "@modelcontextprotocol/sdk/server/auth/router.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { createMcpExpressApp } from "@modelcontextprotocol/sdk/server/express.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type {
  OAuthClientInformationFull,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import fs from "fs-extra";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resultOf, ROOT, runTool, useSandboxes } from "./support/program.js";
import { reportOf } from "./support/report.js";

/** Who may do what, and for which resource. */
interface Grant {
  readonly client: string;
  readonly scopes: readonly string[];
  readonly resource: string | undefined;
  readonly challenge?: string;
}

/** An authorization server as the protocol's own SDK has it, with tokens that are rotated and bound to a resource. */
function createProvider() {
  const clients = new Map<string, OAuthClientInformationFull>();
  const codes = new Map<string, Grant>();
  const accesses = new Map<string, Grant>();
  const refreshes = new Map<string, Grant>();
  const asked: (string | undefined)[] = [];

  const issue = (grant: Grant): OAuthTokens => {
    const [access, refresh] = [randomUUID(), randomUUID()];
    accesses.set(access, grant);
    refreshes.set(refresh, grant);
    return {
      access_token: access,
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: refresh,
      scope: grant.scopes.join(" "),
    };
  };
  const take = (from: Map<string, Grant>, key: string, resource: URL | undefined): Grant => {
    const grant = from.get(key);
    asked.push(resource?.href);
    if (grant === undefined || grant.resource !== resource?.href)
      throw new InvalidGrantError("No.");
    from.delete(key);
    return grant;
  };
  const provider: OAuthServerProvider = {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient: (client) => {
        const full = { client_id: randomUUID(), ...client };
        clients.set(full.client_id, full);
        return full;
      },
    },
    // Everybody who comes is signed in.
    async authorize(client, params, response) {
      const code = randomUUID();
      asked.push(params.resource?.href);
      codes.set(code, {
        client: client.client_id,
        scopes: params.scopes ?? [],
        resource: params.resource?.href,
        challenge: params.codeChallenge,
      });
      const url = new URL(params.redirectUri);
      url.searchParams.set("code", code);
      if (params.state !== undefined) url.searchParams.set("state", params.state);
      response.redirect(url.href);
    },
    challengeForAuthorizationCode: async (_client, code) => codes.get(code)?.challenge ?? "",
    exchangeAuthorizationCode: async (_client, code, _verifier, _uri, resource) =>
      issue(take(codes, code, resource)),
    exchangeRefreshToken: async (_client, token, _scopes, resource) =>
      issue(take(refreshes, token, resource)),
    verifyAccessToken: async (token) => {
      const grant = accesses.get(token);
      if (grant === undefined) throw new InvalidGrantError("Unknown.");
      const { client, scopes } = grant;
      return { token, clientId: client, scopes: [...scopes], expiresAt: Date.now() / 1000 + 60 };
    },
    revokeToken: async (_client, { token }) => {
      accesses.delete(token);
      refreshes.delete(token);
    },
  };
  return { provider, clients, refreshes, asked };
}

const server = createProvider();
let web: http.Server;
let origin = "";

beforeAll(async () => {
  const app = createMcpExpressApp();
  web = http.createServer(app).listen(0, "127.0.0.1");
  await once(web, "listening");
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  const resource = new URL(`${origin}/mcp`);
  app.use(
    mcpAuthRouter({
      provider: server.provider,
      issuerUrl: new URL(origin),
      resourceServerUrl: resource,
      scopesSupported: ["mcp:tools"],
    }),
  );
  const guard = requireBearerAuth({
    verifier: server.provider,
    requiredScopes: ["mcp:tools"],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
  });
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await new McpServer({ name: "proof", version: "1.0.0" }).connect(transport);
    await transport.handleRequest(request, response, "body" in request ? request.body : undefined);
  };
  app.all("/mcp", guard, (request, response, fail) => void answer(request, response).catch(fail));
});

afterAll(() => {
  web.closeAllConnections();
  web.close();
});

const sandbox = useSandboxes();

const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "proof", version: "1.0.0" },
  },
});

it("one URL: the project registers itself, signs in, calls, refreshes and leaves nothing", async () => {
  const box = sandbox();
  const project = path.join(box.work, "proof");
  const made = await box.run([
    `${origin}/mcp`,
    "--name",
    "Proof",
    "--api-headers",
    "accept=application/json, text/event-stream",
    "--no-git",
    "--json",
  ]);
  expect(made.code, made.stderr).toBe(0);
  expect(reportOf(made.stdout).answers).toMatchObject({
    resource: `${origin}/mcp`,
    issuer: `${origin}/`,
    registrationEndpoint: `${origin}/register`,
    revocationUrl: `${origin}/revoke`,
    scopes: ["mcp:tools"],
    clientAuth: "none",
  });
  fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(project, "node_modules"), "junction");
  const built = await runTool("npm", ["run", "build"], { cwd: project });
  expect(built.code, built.stdout + built.stderr).toBe(0);

  const program = path.join(project, "dist/src/cli.js");
  const run = (...words: readonly string[]) => box.run([...words, "--json"], { program });
  const child = box.start(["link", "--no-browser", "--json"], { program });
  const linking = resultOf(child);
  child.stdout?.once("data", (line: string) => {
    const { url } = JSON.parse(line) as { readonly url: string };
    void fetch(url);
  });
  const linked = await linking;
  expect(linked.code, linked.stderr).toBe(0);
  expect(JSON.parse(linked.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
    event: "linked",
    scopes: ["mcp:tools"],
    missingScopes: [],
  });
  const [client] = server.clients.values();
  expect(client).toMatchObject({
    client_name: "Proof",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    scope: "mcp:tools",
  });

  const called = await run("call", "POST", "/mcp", "--data", INITIALIZE);
  expect(called.code, called.stdout + called.stderr).toBe(0);
  expect(JSON.parse(called.stdout)).toMatchObject({ result: { serverInfo: { name: "proof" } } });

  const refreshed = await run("refresh");
  expect(refreshed.code, refreshed.stdout + refreshed.stderr).toBe(0);
  expect((await run("call", "POST", "/mcp", "--data", INITIALIZE)).code).toBe(0);
  // [row 37] Sign-in, exchange and refresh name the resource.
  expect(server.asked).toEqual(Array.from({ length: 3 }, () => `${origin}/mcp`));

  const unlinked = await run("unlink");
  expect(JSON.parse(unlinked.stdout)).toEqual({ event: "unlinked", revoked: true });
  expect(server.refreshes.size).toBe(0);
  const removed = await run("credentials", "remove");
  // This server has no way to end a registration: the program says so.
  expect([removed.code, removed.stderr]).toEqual([0, expect.stringContaining("end it there, too")]);
  expect((await run("refresh")).stdout).toContain("not_linked");
});
