/**
 * Run inside a built project: links, refreshes and unlinks against its own sandbox, and prints the requests that arrived there, as
 * `[{ name, method, query, body, headers }]` with secrets and fresh values as placeholders.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** @param {string} file */
const load = (file) => import(pathToFileURL(path.resolve(file)).href);
const { startSandbox } = await load("dist/sandbox/server.js");
const { signIn } = await load("dist/sandbox/sign-in.js");
const { Cipher, ConfigFlow, envKey, FileEntryStore, removeEntry, setupEntry } =
  await load("dist/src/index.js");

/** @type {Readonly<Record<string, string>>} */
const PLACEHOLDERS = {
  client_id: "<client id>",
  client_secret: "<client secret>",
  state: "<state>",
  code: "<code>",
  code_challenge: "<code challenge>",
  code_verifier: "<code verifier>",
  refresh_token: "<refresh token>",
};

const folder = mkdtempSync(path.join(os.tmpdir(), "record-"));
const sandbox = await startSandbox();
try {
  const store = new FileEntryStore(folder, new Cipher(envKey(randomBytes(32).toString("base64"))));
  const context = { provider: sandbox.provider, credential: sandbox.credential, store };
  const host = { showAuthorizationUrl: (/** @type {URL} */ url) => void signIn(url, "alice") };
  const { entry } = await new ConfigFlow(context).link(host);
  const { session } = await setupEntry(entry, context);
  if (sandbox.provider.tokensExpire !== false) await session.refresh();
  await removeEntry(session.entry, context);
  const arrived = ["/auth", "/token", "/revocation", "/api"].flatMap((start) =>
    sandbox.requestsTo(start),
  );
  console.log(
    JSON.stringify(arrived.filter(({ path: at }) => !/^\/auth\/./u.test(at)).map(described)),
  );
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true });
}

/** @param {{ method: string, path: string, query: URLSearchParams, body: string, headers: Record<string, string> }} request */
function described({ method, path: at, query, body, headers }) {
  const form = new URLSearchParams(body);
  const name = nameOf(at, form);
  // A browser's own headers say nothing about the authorization request.
  const seen = name === "authorization request" ? {} : kept(headers);
  return { name, method, query: plain(query), body: plain(form), headers: seen };
}

/**
 * @param {string} at
 * @param {URLSearchParams} form
 */
function nameOf(at, form) {
  if (at === "/auth") return "authorization request";
  if (at === "/revocation") return "revocation request";
  if (at.startsWith("/api")) return `account request ${at.slice("/api".length)}`;
  return form.has("refresh_token") ? "refresh request" : "token request";
}

/** @param {URLSearchParams} parameters */
function plain(parameters) {
  const pairs = [...parameters].map(([name, value]) => [name, shown(name, value, parameters)]);
  return Object.fromEntries(pairs.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}

/**
 * @param {string} name
 * @param {string} value
 * @param {URLSearchParams} parameters
 */
function shown(name, value, parameters) {
  if (name === "redirect_uri" && sandbox.provider.redirect.port === 0)
    return value.replace(/:\d+/u, ":<port>");
  if (name === "token") return `<${parameters.get("token_type_hint")?.replace("_", " ")}>`;
  return PLACEHOLDERS[name] ?? value;
}

/** @param {Record<string, string>} headers */
function kept({ accept, authorization, "content-type": type }) {
  return {
    ...(accept !== "*/*" && { accept }),
    ...(type && { "content-type": type.split(";")[0] }),
    ...(authorization && { authorization: scheme(authorization) }),
  };
}

/** @param {string} authorization */
function scheme(authorization) {
  const { clientId, clientSecret } = sandbox.credential;
  const form = new URLSearchParams({ [clientId]: clientSecret?.reveal() ?? "" }).toString();
  const basic = `Basic ${Buffer.from(form.replace("=", ":")).toString("base64")}`;
  if (authorization === basic) return "Basic <client id>:<client secret>";
  return authorization.replace(/^Bearer \S+$/u, "Bearer <access token>");
}
