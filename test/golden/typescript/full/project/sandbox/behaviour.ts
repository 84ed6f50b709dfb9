/** What the sandbox does with a request: the rules of the provider definition around the protocol of oidc-provider. */
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import type OidcProvider from "oidc-provider";
import type { Configuration } from "oidc-provider";
import { type ProviderDefinition, toRedirectUri } from "../src/oauth/provider.js";
import { askPerson, CLIENT_ID, toStandardScope } from "./sign-in.js";

export type Json = Record<string, unknown>;
type Context = Parameters<Parameters<OidcProvider["use"]>[0]>[0];

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The parameters of a body: of a form, or what a rule reads. */
  form: URLSearchParams;
}

/** One request at the server. */
export interface Visit {
  readonly server: OidcProvider;
  readonly definition: ProviderDefinition;
  readonly rules: readonly Rule[];
  readonly context: Context;
  readonly request: SandboxRequest;
  /** What an id token of this sign-in has to repeat. */
  nonce?: string | undefined;
}

/**
 * The server's side of a mechanism: it undoes what the client does, and refuses what is not as
 * declared. Each file of `rules/` exports one, as `rule`.
 */
export interface Rule {
  /** The definition for the clients of this server. */
  announce?(definition: ProviderDefinition, origin: string): ProviderDefinition;
  configure?(configuration: Configuration, definition: ProviderDefinition): Configuration;
  /** Serves an endpoint of its own: true when the request was for it. */
  serve?(visit: Visit, next: () => Promise<unknown>): Promise<boolean>;
  /** Gives the parameters of a body that is no form. */
  decodeBody?(visit: Visit): URLSearchParams;
  /** Gives standard parameters. */
  readParameters?(parameters: URLSearchParams, visit: Visit): URLSearchParams;
  /** Gives the access token of a request to the API. */
  readToken?(visit: Visit): string;
  writeRedirect?(redirect: URL, visit: Visit): URL;
  writeTokenAnswer?(answer: Json, user: string, visit: Visit): Json;
  writeApiAnswer?(answer: Json, user: string, visit: Visit): Json;
}

export async function readRequest(context: Context): Promise<SandboxRequest> {
  const { method, path: at, headers, search, req } = context;
  const body = await text(req);
  const query = new URLSearchParams(search);
  const form = new URLSearchParams(body);
  return { method, path: at, headers: { ...headers }, query, body, form };
}

export async function serve(visit: Visit, next: () => Promise<unknown>): Promise<void> {
  const { context, request } = visit;
  // Each sign-in starts anew, so that a person can be the other user next time.
  context.req.headers.cookie = request.headers.cookie?.replaceAll(/_session[^;]*;?/g, "") ?? "";
  try {
    const [, part = ""] = request.path.split("/");
    if (part === "api") return await callApi(visit);
    if (part === "sign-in") return await askPerson(visit.server, context, request.form);
    for (const rule of visit.rules) if (await rule.serve?.(visit, next)) return;
    if (request.path === "/auth") readAuthorizationRequest(visit);
    if (["token", "revocation"].includes(part)) await readClientRequest(visit);
    await next();
    if (isTokenAnswer(context)) await writeTokenAnswer(visit, context.body);
    if (part === "auth") writeRedirect(visit);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    context.status = error.status;
    context.body = { error: error.message, error_description: error.reason };
  }
}

/** Checks the request against the definition; oidc-provider gets a standard one. */
function readAuthorizationRequest(visit: Visit): void {
  const { definition, request, context } = visit;
  const query = readByRules(request.query, visit);
  if (definition.pkce === "none" && query.has("code_challenge")) refuse("PKCE is not known here.");
  if (query.get("scope") === "") refuse("An empty scope is not known here.");
  const standard = replaceDeclared(query, definition.authorizationParams, {
    response_type: "code",
    client_id: CLIENT_ID,
    redirect_uri: toRedirectUri(definition.redirect).replace(":0/", "/"),
    code_challenge_method: "S256",
    nonce: query.get("nonce") ?? "",
  });
  const scope = toStandardScope(query.get("scope"), definition);
  context.search = `?${new URLSearchParams({ ...standard, scope, prompt: "consent" })}`;
}

function readByRules(parameters: URLSearchParams, visit: Visit): URLSearchParams {
  return visit.rules.reduce((read, rule) => rule.readParameters?.(read, visit) ?? read, parameters);
}

/** The same with a request of the client itself. Gives the standard one. */
export async function readClientRequest(visit: Visit): Promise<Readonly<Record<string, string>>> {
  const { server, definition, rules, request, context } = visit;
  const { tokenParams, refreshParams, clientAuth = "client_secret_post" } = definition;
  const decoder = rules.find(({ decodeBody }) => decodeBody !== undefined);
  if (isTokenRequest(request)) request.form = decoder?.decodeBody?.(visit) ?? request.form;
  const form = readByRules(request.form, visit);
  const refreshes = form.has("refresh_token");
  const declared = isTokenRequest(request) ? (refreshes ? refreshParams : tokenParams) : {};
  const basic = clientAuth.replace("_raw", "");
  const posted = form.has("client_secret") ? "client_secret_post" : "none";
  const used = request.headers.authorization === undefined ? posted : "client_secret_basic";
  if (used !== basic) refuse(`Use ${clientAuth}, not ${used}.`, "invalid_client", 401);
  if (used === "client_secret_basic") await readBasic(visit, clientAuth.endsWith("_raw"));
  const code = await server.AuthorizationCode.find(form.get("code") ?? "");
  visit.nonce = code?.nonce;
  const body = replaceDeclared(form, declared, {
    grant_type: refreshes ? "refresh_token" : "authorization_code",
    client_id: CLIENT_ID,
    redirect_uri: code?.redirectUri ?? "",
  });
  const token = body["token"];
  context.req.headers["content-type"] = "application/x-www-form-urlencoded";
  Object.assign(context.req, { body: token ? { ...body, token: opaque(token) } : body });
  if (isTokenRequest(request)) context.path = "/token";
  return body;
}

/** To the token endpoint or the refresh endpoint. */
export function isTokenRequest({ path: at }: SandboxRequest): boolean {
  return at === "/token" || at.startsWith("/token/");
}

/** As a server that does not decode: forms change neither "-" nor "_" nor ".". */
async function readBasic({ server, request, context }: Visit, isRaw: boolean): Promise<void> {
  const pair = Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString();
  if (/%(2D|5F|2E)/i.test(pair)) refuse("Encoded as no form is.", "invalid_client", 401);
  const known = await server.Client.find(pair.split(":")[0] ?? "");
  const { clientId: id = "", clientSecret: secret = "" } = known ?? {};
  const form = new URLSearchParams({ [id]: secret }).toString().replace("=", ":");
  const expected = isRaw ? `${id}:${secret}` : form;
  if (pair !== expected) refuse("These are not the credentials.", "invalid_client", 401);
  context.req.headers.authorization = `Basic ${Buffer.from(form).toString("base64")}`;
}

/** Refuses parameters that are not as declared, and gives the request without them. */
function replaceDeclared(
  sent: URLSearchParams,
  declared: Readonly<Record<string, string>> = {},
  standard: Readonly<Record<string, string>>,
): Record<string, string> {
  checkDeclared((name) => sent.get(name) ?? "", declared);
  const kept = [...sent].filter(([name]) => !Object.hasOwn(declared, name));
  const restored = Object.entries(standard).filter(([name]) => Object.hasOwn(declared, name));
  return Object.fromEntries([...kept, ...restored]);
}

/** Refuses values that are not as declared; a placeholder stands for any text, and for none. */
export function checkDeclared(
  sent: (name: string) => string,
  declared: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(declared)) {
    const shape = value
      .split(/\{[A-Za-z][\w-]*\}/)
      .map((part) => part.replaceAll(/\W/g, String.raw`\$&`));
    const isLeftOut = shape.length > 1 && sent(name) === "";
    const isAsDeclared = isLeftOut || new RegExp(`^${shape.join(".+")}$`, "s").test(sent(name));
    if (!isAsDeclared) refuse(`${name} is not as declared.`);
  }
}

async function writeTokenAnswer(visit: Visit, standard: Json): Promise<void> {
  const { server, definition, rules, context } = visit;
  const { scopes, scopeSeparator = " " } = definition;
  const user = await userOf(server, String(standard["access_token"]));
  const granted = scopes.filter((scope) => String(standard["scope"]).split(" ").includes(scope));
  let answer: Json = { ...standard, scope: granted.join(scopeSeparator) };
  if (granted.length === 0) delete answer["scope"];
  if (definition.tokensExpire === false) {
    delete answer["expires_in"];
    delete answer["refresh_token"];
  }
  for (const rule of rules) answer = rule.writeTokenAnswer?.(answer, user, visit) ?? answer;
  context.body = answer;
}

function writeRedirect(visit: Visit): void {
  const { context, rules } = visit;
  const location = String(context.response.get("location"));
  if (!URL.canParse(location) || location.startsWith(context.origin)) return;
  let redirect = new URL(location);
  for (const rule of rules) redirect = rule.writeRedirect?.(redirect, visit) ?? redirect;
  context.set("location", redirect.href);
}

/** A JWT of the sandbox carries the server's own token where others have the signature. */
function opaque(token: string): string {
  return token.split(".").at(-1) ?? "";
}

async function userOf(server: OidcProvider, token: string): Promise<string> {
  return (await server.AccessToken.find(opaque(token)))?.accountId ?? "";
}

async function callApi(visit: Visit): Promise<void> {
  const { server, rules, context, request } = visit;
  const reader = rules.find(({ readToken }) => readToken !== undefined);
  const user = await userOf(server, reader?.readToken?.(visit) ?? readBearer(request));
  if (user === "") context.set("www-authenticate", 'Bearer error="invalid_token"');
  if (user === "") refuse("The token is unknown, or it ended.", "invalid_token", 401);
  const made = { method: request.method, path: request.path + context.search, body: request.body };
  let answer: Json = { id: user, name: nameOf(user), request: made };
  for (const rule of rules) answer = rule.writeApiAnswer?.(answer, user, visit) ?? answer;
  context.body = answer;
}

/** RFC 6750, section 2.1. */
function readBearer({ headers }: SandboxRequest): string {
  return /^Bearer ([^ ]+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}

export function nameOf(user: string): string {
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

export function refuse(reason: string, error = "invalid_request", status = 400): never {
  throw new Refusal(error, reason, status);
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTokenAnswer(context: Context): context is Context & { body: Json } {
  return context.path === "/token" && context.status === 200 && isJson(context.body);
}
