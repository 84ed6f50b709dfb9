import fs from "node:fs";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { Desk, makeToken, openProject, outcomeOf, type Project } from "./hardness/desk.js";
import { buildPlainProject } from "./support/built-project.js";
import { runTool } from "./support/program.js";

let project: Project;

beforeAll(async () => {
  project = await openProject(buildPlainProject("https"));
});

/** An authorization server with an API, behind a certificate that nobody knows. */
async function startServer() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "https-"));
  const [key, certificate] = [path.join(folder, "key.pem"), path.join(folder, "certificate.pem")];
  const name = ["-subj", "/CN=acme", "-addext", "subjectAltName=IP:127.0.0.1"];
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key];
  const made = await runTool("openssl", [...words, "-out", certificate, ...name], { cwd: folder });
  expect(made.code, made.stderr).toBe(0);
  const tls = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
  const requests: string[] = [];
  const { accessToken } = makeToken();
  const server = https.createServer(tls, ({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    const token = { access_token: accessToken, token_type: "Bearer", expires_in: 3600 };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(url === "/token" ? token : { id: "alice" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    fs.rmSync(folder, { recursive: true });
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { origin: `https://127.0.0.1:${port}`, certificate, requests };
}

it("a program speaks TLS where an address is https, and trusts only what its environment says", async () => {
  const { origin, certificate, requests } = await startServer();
  const callMe = async (environment: Readonly<Record<string, string>>) => {
    const desk = new Desk(project, origin);
    onTestFinished(() => desk.remove());
    Object.assign(desk.env, environment);
    await desk.keep();
    return desk.run(["call", "get", "/me"]);
  };

  const trusting = await callMe({ NODE_EXTRA_CA_CERTS: certificate });
  expect([outcomeOf(trusting), requests]).toEqual(["ok", ["POST /token", "GET /api/me"]]);

  const strange = await callMe({});
  expect([outcomeOf(strange), requests.length]).toEqual(["network_error", 2]);
  expect(strange.stdout).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
});
