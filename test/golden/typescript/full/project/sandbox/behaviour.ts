/** What the sandbox does with a request: the rules of the provider definition around the protocol of oidc-provider. */
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import type OidcProvider from "oidc-provider";
import { NAME } from "../src/const.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";
import { signInPage } from "./sign-in.js";

export type Json = Record<string, unknown>;
type Context = Parameters<Parameters<OidcProvider["use"]>[0]>[0];

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The body read as a form. */
  readonly form: URLSearchParams;
}

/** One request at the server. */
export interface Visit {
  readonly server: OidcProvider;
  readonly definition: ProviderDefinition;
  readonly context: Context;
  readonly request: SandboxRequest;
}

export const USERS = ["alice", "bob"];
export const CLIENT_ID = "sandbox-client";
// Form encoding (RFC 6749, section 2.3.1) changes these signs: a client that forgets it is refused.
export const CLIENT_SECRET = "sandbox-secret_1.0+/%:&=";
// The server grants nothing without a scope, so every request gets one that the client never sees.
export const FILLER_SCOPE = "sandbox";

export async function readRequest(context: Context): Promise<SandboxRequest> {
  const { method, path: at, headers, search, req } = context;
  const body = await text(req);
  const query = new URLSearchParams(search);
  return { method, path: at, headers, query, body, form: new URLSearchParams(body) };
}

export async function serve(visit: Visit, next: () => Promise<unknown>): Promise<void> {
  const { context, request } = visit;
  // Each sign-in starts anew, so that a person can be the other user next time.
  context.req.headers.cookie = request.headers.cookie?.replaceAll(/_session[^;]*;?/g, "") ?? "";
  try {
    const [, part] = request.path.split("/");
    if (part === "api") return await callApi(visit);
    if (part === "sign-in") return await askPerson(visit);
    if (request.path === "/auth") readAuthorizationRequest(visit);
    if (part === "token" || part === "revocation") await readTokenRequest(visit);
    await next();
    if (isTokenAnswer(context)) await writeTokenAnswer(visit, context.body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    context.status = error.status;
    context.body = { error: error.message, error_description: error.reason };
  }
}

/** Checks the request against the definition; oidc-provider gets a standard one. */
function readAuthorizationRequest({ definition, request, context }: Visit): void {
  const { scopeSeparator = " ", authorizationParams, redirect, account } = definition;
  const { query } = request;
  if (definition.pkce === "none" && query.has("code_challenge")) refuse("PKCE is not known here.");
  if (query.get("scope") === "") refuse("An empty scope is not known here.");
  const standard = replaceDeclared(query, authorizationParams, {
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: `http://${redirect.host}:${redirect.port}${redirect.path}`,
    code_challenge_method: "S256",
  });
  const asked = query.get("scope")?.split(scopeSeparator) ?? [];
  const byIdToken = account && "claim" in account && account.token === "id_token";
  const hidden = byIdToken ? [FILLER_SCOPE, "openid"] : [FILLER_SCOPE];
  const scope = [...asked, ...hidden].join(" ");
  context.search = `?${new URLSearchParams({ ...standard, scope, prompt: "consent" })}`;
}

async function readTokenRequest({ server, definition, request, context }: Visit): Promise<void> {
  const { form } = request;
  const { tokenParams, refreshParams, clientAuth = "client_secret_post" } = definition;
  const refreshes = form.has("refresh_token");
  const declared = refreshes ? refreshParams : form.has("token") ? {} : tokenParams;
  const posted = form.has("client_secret") ? "client_secret_post" : "none";
  const used = request.headers.authorization === undefined ? posted : "client_secret_basic";
  if (used !== clientAuth) refuse(`Use ${clientAuth}, not ${used}.`, "invalid_client", 401);
  // As a server that does not decode: forms change neither "-" nor "_" nor ".".
  const pair = Buffer.from(request.headers.authorization?.split(" ")[1] ?? "", "base64");
  if (/%(2D|5F|2E)/i.test(pair.toString())) refuse("Encoded as no form is.", "invalid_client", 401);
  const code = await server.AuthorizationCode.find(form.get("code") ?? "");
  const body = replaceDeclared(form, declared, {
    grant_type: refreshes ? "refresh_token" : "authorization_code",
    client_id: CLIENT_ID,
    redirect_uri: code?.redirectUri ?? "",
  });
  const token = body["token"];
  Object.assign(context.req, { body: token ? { ...body, token: opaque(token) } : body });
  if (request.path.startsWith("/token")) context.path = "/token";
}

/** Refuses parameters that are not as declared, and gives the request without them. */
function replaceDeclared(
  sent: URLSearchParams,
  declared: Readonly<Record<string, string>> = {},
  standard: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const [name, value] of Object.entries(declared)) {
    if ((sent.get(name) ?? "") !== value) refuse(`The parameter ${name} is not as declared.`);
  }
  const kept = [...sent].filter(([name]) => !Object.hasOwn(declared, name));
  const restored = Object.entries(standard).filter(([name]) => Object.hasOwn(declared, name));
  return Object.fromEntries([...kept, ...restored]);
}

async function writeTokenAnswer(visit: Visit, standard: Json): Promise<void> {
  const { server, definition, context } = visit;
  const { account, scopes, scopeSeparator = " " } = definition;
  const user = await userOf(server, String(standard["access_token"]));
  const granted = String(standard["scope"])
    .split(" ")
    .filter((scope) => scopes.includes(scope));
  const answer: Json = { ...standard, scope: granted.join(scopeSeparator) };
  if (granted.length === 0) delete answer["scope"];
  if (definition.tokensExpire === false) {
    delete answer["expires_in"];
    delete answer["refresh_token"];
  }
  if (account && "tokenField" in account) placeAccount(answer, definition, user);
  if (account && "claim" in account && account.token !== "id_token") {
    const payload = placeAccount({ iss: server.issuer, sub: user }, definition, user);
    const parts = [{ typ: "at+jwt", alg: "none" }, payload].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    answer["access_token"] = [...parts, standard["access_token"]].join(".");
  }
  context.body = answer;
}

/** A JWT of the sandbox carries the server's own token where others have the signature. */
function opaque(token: string): string {
  return token.split(".").at(-1) ?? "";
}

async function userOf(server: OidcProvider, token: string): Promise<string> {
  return (await server.AccessToken.find(opaque(token)))?.accountId ?? "";
}

async function callApi({ server, definition, context, request }: Visit): Promise<void> {
  const [, token = ""] = /^Bearer ([^ ]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const user = await userOf(server, token);
  context.status = user === "" ? 401 : 200;
  if (user === "") context.set("www-authenticate", 'Bearer error="invalid_token"');
  const { method, path: at, query, body } = request;
  const { account } = definition;
  if (account && "path" in account && at === `/api${account.path}`) {
    replaceDeclared(query, account.query, {});
    if (method !== (account.method ?? "GET")) refuse("Another method is declared.", method, 405);
  }
  const answer = { id: user, name: nameOf(user), request: { method, path: at, body } };
  context.body = user === "" ? { error: "invalid_token" } : placeAccount(answer, definition, user);
}

/** Writes the account where the definition says that it is. */
export function placeAccount(target: Json, { account }: ProviderDefinition, user: string): Json {
  if (account === undefined) return target;
  const id = "id" in account ? account.id : "claim" in account ? account.claim : account.tokenField;
  if (account.name !== undefined) place(target, account.name, nameOf(user));
  return place(target, id, user);
}

function place(target: Json, at: string, value: string): Json {
  const [head = "", ...rest] = at.includes("/") ? [at] : at.split(".");
  const inner = target[head];
  target[head] =
    rest.length === 0 ? value : place(isJson(inner) ? inner : {}, rest.join("."), value);
  return target;
}

async function askPerson({ server, context, request }: Visit): Promise<void> {
  const { params } = await server.interactionDetails(context.req, context.res);
  const scopes = String(params["scope"]).split(" ");
  if (request.method === "GET") {
    context.body = signInPage(
      NAME,
      USERS,
      scopes.filter((scope) => scope !== FILLER_SCOPE),
    );
    return;
  }
  const { form } = request;
  const result = await decide(server, form, scopes);
  context.redirect(await server.interactionResult(context.req, context.res, result));
}

async function decide(server: OidcProvider, form: URLSearchParams, scopes: string[]) {
  const accountId = form.get("user") ?? "";
  if (!USERS.includes(accountId)) return { error: "access_denied" };
  const grant = new server.Grant({ accountId, clientId: CLIENT_ID });
  const granted = new Set([FILLER_SCOPE, ...form.getAll("scope")]);
  grant.addOIDCScope(scopes.join(" "));
  grant.rejectOIDCScope(scopes.filter((scope) => !granted.has(scope)).join(" "));
  return { login: { accountId }, consent: { grantId: await grant.save() } };
}

function nameOf(user: string): string {
  return user.charAt(0).toUpperCase() + user.slice(1);
}

class Refusal extends Error {
  readonly reason: string;
  readonly status: number;
  constructor(error: string, reason: string, status: number) {
    super(error);
    this.reason = reason;
    this.status = status;
  }
}

function refuse(reason: string, error = "invalid_request", status = 400): never {
  throw new Refusal(error, reason, status);
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTokenAnswer(context: Context): context is Context & { body: Json } {
  return context.path === "/token" && context.status === 200 && isJson(context.body);
}
