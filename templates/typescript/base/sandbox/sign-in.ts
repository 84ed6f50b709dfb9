/**
 * The sandbox's sign-in page, and a browser without a window that fills it.
 * `node dist/sandbox/sign-in.js <url> [alice|bob|deny]` signs in from a shell.
 */
import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type OidcProvider from "oidc-provider";
import { NAME } from "../src/const.js";
import type { ProviderDefinition } from "../src/oauth/provider.js";

export const USERS = ["alice", "bob"];
export const CLIENT_ID = "sandbox-client";
// Form encoding (RFC 6749, section 2.3.1) changes these signs: a client that forgets it is refused.
export const CLIENT_SECRET = "sandbox-secret_1.0+/%:&=";
// The server grants nothing without a scope, so every request gets one that the client never sees.
export const FILLER_SCOPE = "sandbox";

export function toStandardScope(
  asked: string | null,
  { scopeSeparator = " " }: ProviderDefinition,
): string {
  return [...(asked?.split(scopeSeparator) ?? []), FILLER_SCOPE].join(" ");
}

export interface Page {
  readonly status: number;
  readonly url: string;
  readonly html: string;
}

export interface SignInOptions {
  /** Grants these scopes only; without it, all that are asked for. */
  readonly scopes?: readonly string[];
  /** Stops there, as before any other machine, and gives the whole redirect, as a person would paste it. */
  readonly stopAt?: string;
}

const MAX_HOPS = 10;

/**
 * Opens an authorization address, signs in and gives the last page.
 * @param user `alice`, `bob`, or anything else to deny.
 */
export async function signIn(
  url: URL | string,
  user: string,
  options: SignInOptions = {},
): Promise<Page> {
  const start = new URL(url);
  const cookies = new Map<string, string>();
  let at = start;
  let form: URLSearchParams | undefined;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const atServer = at.origin === start.origin;
    const response = await visit(at, atServer ? cookies : new Map(), form);
    if (atServer) keepCookies(response, cookies);
    const html = await response.text();
    const location = response.headers.get("location");
    const filled = atServer && response.ok ? fillForm(html, user, options.scopes) : undefined;
    if (location === null && filled === undefined) {
      return { status: response.status, url: at.href, html };
    }
    form = location === null ? filled : undefined;
    at = new URL(location ?? at, at);
    const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(at.hostname);
    if (!isHere || (options.stopAt !== undefined && at.href.startsWith(options.stopAt))) {
      return { status: response.status, url: at.href, html: "" };
    }
  }
  throw new Error("The sign-in does not end: too many redirects.");
}

async function visit(
  url: URL,
  cookies: ReadonlyMap<string, string>,
  form: URLSearchParams | undefined,
): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return await fetch(url, {
    redirect: "manual",
    headers: cookie === "" ? {} : { cookie },
    ...(form && { method: "POST", body: form }),
  });
}

function keepCookies(response: Response, cookies: Map<string, string>): void {
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
}

function fillForm(
  html: string,
  user: string,
  scopes: readonly string[] | undefined,
): URLSearchParams | undefined {
  if (!html.includes("<form")) return undefined;
  const offered = [...html.matchAll(/name="scope" value="([^"]*)"/g)].map(([, value]) =>
    unescapeHtml(value ?? ""),
  );
  const granted = offered.filter((scope) => scopes?.includes(scope) ?? true);
  const form = new URLSearchParams({ user });
  for (const scope of granted) form.append("scope", scope);
  return form;
}

/** A page with a button for each user, one to deny, and a box for each scope. */
export function signInPage(
  name: string,
  users: readonly string[],
  scopes: readonly string[],
): string {
  const boxes = scopes.map(escapeHtml).map(
    (scope) => `
<p><label><input type="checkbox" name="scope" value="${scope}" checked> ${scope}</label></p>`,
  );
  const buttons = users.map(
    (user) => `<button name="user" value="${user}">Sign in as ${user}</button>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox of ${escapeHtml(name)}</title>
<h1>Sandbox of ${escapeHtml(name)}</h1>
<p>A program on this computer asks for access to an account:</p>
<form method="post">${boxes.join("")}
<p>${buttons.join(" ")} <button name="user" value="">Deny</button></p></form></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function unescapeHtml(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

type Context = Parameters<Parameters<OidcProvider["use"]>[0]>[0];

/** Shows the sign-in page, and goes on with what the person chose there. */
export async function askPerson(server: OidcProvider, context: Context, form: URLSearchParams) {
  const { params } = await server.interactionDetails(context.req, context.res);
  const scopes = String(params["scope"]).split(" ");
  if (context.method === "GET") {
    const asked = scopes.filter((scope) => scope !== FILLER_SCOPE);
    context.body = signInPage(NAME, USERS, asked);
    return;
  }
  const result = await decide(server, form, scopes, String(params["client_id"]));
  context.redirect(await server.interactionResult(context.req, context.res, result));
}

/** What a person chose on the sign-in page: a grant, or an error. */
export async function decide(
  server: OidcProvider,
  form: URLSearchParams,
  scopes: string[],
  clientId: string,
) {
  const accountId = form.get("user") ?? "";
  if (!USERS.includes(accountId)) return { error: "access_denied" };
  const grant = new server.Grant({ accountId, clientId });
  const granted = new Set([FILLER_SCOPE, ...form.getAll("scope")]);
  grant.addOIDCScope(scopes.join(" "));
  grant.rejectOIDCScope(scopes.filter((scope) => !granted.has(scope)).join(" "));
  return { login: { accountId }, consent: { grantId: await grant.save() } };
}

const [, program = ".", url, user = "alice"] = process.argv;
if (url !== undefined && import.meta.url === pathToFileURL(realpathSync(program)).href) {
  const page = await signIn(url, user);
  console.log(/<title>([^<]*)/.exec(page.html)?.[1] ?? page.url);
}
