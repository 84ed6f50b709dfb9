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
const STANDARD = {
  client_id: "<client id>",
  client_secret: "<client secret>",
  state: "<state>",
  code: "<code>",
  code_challenge: "<code challenge>",
  code_verifier: "<code verifier>",
  refresh_token: "<refresh token>",
};

/** @type {Readonly<Record<string, string>>} */
const BUILT_IN = { "{clientId}": "<client id>", "{random}": "<random>" };

const folder = mkdtempSync(path.join(os.tmpdir(), "record-"));
const sandbox = await startSandbox();
const { provider } = sandbox;
/** @type {Record<string, string>} */
const renamed = {
  ...provider.renameParams,
  ...provider.renameAuthorizationParams,
  ...provider.renameTokenParams,
};
/** The fresh and secret values, by every name that they have in this project. */
const placeholders = {
  ...STANDARD,
  ...Object.fromEntries(
    Object.entries(renamed)
      .filter(([name]) => STANDARD[name] !== undefined)
      .map(([name, own]) => [own, STANDARD[name] ?? ""]),
  ),
};
/** @type {Record<string, string>} */
const definitions = {
  ...provider.authorizationParams,
  ...provider.tokenParams,
  ...provider.refreshParams,
};
try {
  const store = new FileEntryStore(folder, new Cipher(envKey(randomBytes(32).toString("base64"))));
  const context = { provider: sandbox.provider, credential: sandbox.credential, store };
  /** @type {Promise<{ url: string }> | undefined} */
  let page;
  const host = {
    showAuthorizationUrl: (/** @type {URL} */ url) => void (page = signIn(url, "alice")),
    // A redirect to another machine is pasted.
    ...("url" in sandbox.provider.redirect && { readRedirect: async () => (await page)?.url }),
  };
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
  const form = parametersOf(body, headers);
  const name = nameOf(at, new URLSearchParams([...query, ...form]));
  // A browser's own headers say nothing about the authorization request.
  const seen = name === "authorization request" ? {} : kept(headers, at);
  return { name, method, query: plain(query), body: plain(form), headers: seen };
}

/**
 * @param {string} body
 * @param {Record<string, string>} headers
 */
function parametersOf(body, headers) {
  const isJson = headers["content-type"] === "application/json";
  return new URLSearchParams(isJson ? JSON.parse(body) : body);
}

/**
 * @param {string} at
 * @param {URLSearchParams} parameters
 */
function nameOf(at, parameters) {
  if (at === "/auth") return "authorization request";
  if (at === "/revocation") return "revocation request";
  if (at.startsWith("/api")) return `account request ${at.slice("/api".length)}`;
  return parameters.get("grant_type") === "refresh_token" ? "refresh request" : "token request";
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
  return placeholders[name] ?? declared(definitions, name, value);
}

/**
 * A value that was declared with placeholders, as it was declared.
 * @param {Record<string, string>} templates
 * @param {string} name
 * @param {string} value
 */
function declared(templates, name, value) {
  const template = templates[name];
  if (template === undefined || !/\{\w+\}/u.test(template)) return value;
  const shape = template.split(/\{\w+\}/u).map((text) => text.replaceAll(/\W/gu, "\\$&"));
  if (!new RegExp(`^${shape.join(".+")}$`, "u").test(value)) return value;
  return template.replaceAll(/\{(?:clientId|random)\}/gu, (found) => BUILT_IN[found] ?? found);
}

/**
 * @param {Record<string, string>} headers
 * @param {string} at
 */
function kept({ accept, authorization, "content-type": type, ...headers }, at) {
  const headerTemplates =
    (at.startsWith("/api") ? provider.apiHeaders : provider.tokenHeaders) ?? {};
  const own = Object.entries(headers)
    .filter(([name]) => headerTemplates[name] !== undefined)
    .map(([name, value]) => [name, declared(headerTemplates, name, value)]);
  return {
    ...Object.fromEntries(own),
    ...(accept !== "*/*" && accept && { accept }),
    ...(type && { "content-type": type.split(";")[0] }),
    ...(authorization && { authorization: scheme(authorization) }),
  };
}

/** @param {string} authorization */
function scheme(authorization) {
  const { clientId, clientSecret } = sandbox.credential;
  const secret = clientSecret?.reveal() ?? "";
  const form = new URLSearchParams({ [clientId]: secret }).toString().replace("=", ":");
  const basic = (/** @type {string} */ pair) => `Basic ${Buffer.from(pair).toString("base64")}`;
  if (authorization === basic(form)) return "Basic <client id>:<client secret>";
  if (authorization === basic(`${clientId}:${secret}`))
    return "Basic <client id>:<client secret> (not form-encoded)";
  return authorization.replace(/^Bearer \S+$/u, "Bearer <access token>");
}
