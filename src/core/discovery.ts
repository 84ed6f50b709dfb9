import { isRecord } from "./readers.js";
import { nameFromTitle } from "./title.js";
import type { EarlierAnswers } from "./questions/question.js";

/** What a metadata document says, in the words of the answers; or the sentence why it cannot be used. */
export type Discovered =
  | {
      readonly ok: true;
      readonly answers: EarlierAnswers;
      /** The scopes that the server knows. */
      readonly scopes: readonly string[];
      /** It reads what a client is from the address that is its id (OAuth Client ID Metadata Document). */
      readonly readsClientMetadata: boolean;
    }
  | { readonly ok: false; readonly message: string };

/** How a client comes to its credentials: a project may be able to register itself, or a person does it. */
export type Registration = "by-itself" | "by-hand";

const refused = (message: string): { readonly ok: false; readonly message: string } => ({
  ok: false,
  message,
});

/**
 * Where the metadata of an issuer may lie, in the order in which it is looked for: RFC 8414, section 3.1, then OpenID Connect
 * Discovery 1.0, section 4.
 */
export function serverMetadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/u, "");
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(urls)];
}

/** Where the metadata of a protected resource lies when it does not say so: RFC 9728, section 3.1. */
export function resourceMetadataUrls(resource: string): readonly string[] {
  const { origin, pathname, search } = new URL(resource);
  const path = pathname === "/" ? "" : pathname;
  const urls = [
    `${origin}/.well-known/oauth-protected-resource${path}${search}`,
    `${origin}/.well-known/oauth-protected-resource`,
  ];
  return [...new Set(urls)];
}

/** What a protected resource says to a request without a token: RFC 9728, section 5.1; RFC 6750, section 3. */
export interface Challenge {
  readonly metadataUrl?: string;
  readonly scopes: readonly string[];
}

/** Reads `WWW-Authenticate`: the parameters of its `Bearer` challenge. */
export function readChallenge(header: string): Challenge {
  // What stands in quotes is no scheme.
  const outside = header.replaceAll(/"(?:[^"\\]|\\.)*"/gu, ({ length }) => "_".repeat(length));
  const scheme = /(?:^|,)\s*bearer\s+/iu.exec(outside);
  const parameters = scheme === null ? "" : header.slice(scheme.index + scheme[0].length);
  const found = new Map<string, string>();
  // Without a gap: after one, the next challenge begins.
  for (const [, name = "", quoted, token] of parameters.matchAll(
    /[\s,]*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/guy,
  ))
    found.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/gu, "$1") ?? token ?? "");
  const metadataUrl = found.get("resource_metadata");
  const scopes = (found.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  return { ...(metadataUrl !== undefined && { metadataUrl }), scopes };
}

/** Reads the metadata of a protected resource (RFC 9728, section 3.2): who gives tokens for it, and which scopes there are. */
export function readResourceMetadata(
  document: unknown,
  resource: string,
):
  | {
      readonly ok: true;
      readonly issuer: string;
      readonly scopes: readonly string[];
      /** What it says of itself. */
      readonly answers: EarlierAnswers;
    }
  | { readonly ok: false; readonly message: string } {
  if (!isRecord(document)) return refused("is no JSON object.");
  // RFC 9728, section 3.3: a document about another resource must not be used.
  if (document["resource"] !== resource && !isSameUrl(document["resource"], resource))
    return refused(
      `speaks of the resource ${JSON.stringify(document["resource"])}, and ${resource} was asked for.`,
    );
  const [issuer] = texts(document["authorization_servers"]);
  if (issuer === undefined) return refused("names no authorization server.");
  const name = nameFromTitle(document["resource_name"]);
  const docsUrl = textOf(document["resource_documentation"]);
  const answers = {
    ...(name !== undefined && { name }),
    ...(docsUrl !== undefined && { docsUrl }),
  };
  return { ok: true, issuer, scopes: texts(document["scopes_supported"]), answers };
}

/** The same URL, written with and without the slash that ends an empty path. */
function isSameUrl(said: unknown, asked: string): boolean {
  return (
    typeof said === "string" && URL.canParse(said) && new URL(said).href === new URL(asked).href
  );
}

/**
 * Reads the metadata of an authorization server (RFC 8414, section 2; OpenID Connect Discovery 1.0, section 3).
 * The issuer has to be the one that was asked for, to the letter (RFC 8414, section 3.3).
 */
export function readServerMetadata(
  document: unknown,
  issuer: string,
  registration: Registration = "by-itself",
): Discovered {
  if (!isRecord(document)) return refused("is no JSON object.");
  if (document["issuer"] !== issuer)
    return refused(
      `names the issuer ${JSON.stringify(document["issuer"])}, and ${issuer} was asked for.`,
    );
  const endpoint = (name: string): string | undefined => textOf(document[name]);
  const authorizationUrl = endpoint("authorization_endpoint");
  const tokenUrl = endpoint("token_endpoint");
  if (authorizationUrl === undefined || tokenUrl === undefined)
    return refused(
      `has no ${authorizationUrl === undefined ? "authorization_endpoint" : "token_endpoint"}: accounts cannot be linked with it.`,
    );
  const types = document["response_types_supported"];
  if (Array.isArray(types) && !types.some((type) => type === "code"))
    return refused("offers no code grant (response_types_supported), and no other is safe.");
  const registrationEndpoint =
    registration === "by-itself" ? endpoint("registration_endpoint") : undefined;
  const clientAuth = clientAuthOf(document, registrationEndpoint !== undefined);
  if (clientAuth === undefined)
    return refused(
      `takes only ${texts(document["token_endpoint_auth_methods_supported"]).join(", ")} for client authentication, which no project of ours can do.`,
    );
  const scopes = texts(document["scopes_supported"]);
  const answers: EarlierAnswers = {
    issuer,
    ...(document["authorization_response_iss_parameter_supported"] === true && {
      issParameter: true,
    }),
    authorizationUrl,
    tokenUrl,
    revocationUrl: endpoint("revocation_endpoint"),
    deviceAuthorizationUrl: endpoint("device_authorization_endpoint"),
    registrationEndpoint,
    ...(lacksS256(document) && { pkce: "none" }),
    clientAuth,
    docsUrl: endpoint("service_documentation"),
  };
  const said = Object.entries(answers).filter(([, value]) => value !== undefined);
  return {
    ok: true,
    answers: Object.fromEntries(said),
    scopes,
    readsClientMetadata: document["client_id_metadata_document_supported"] === true,
  };
}

/** A server that names methods, and not S256. One that names none is asked with S256 all the same: it ignores what it does not know. */
function lacksS256(document: Readonly<Record<string, unknown>>): boolean {
  const methods = texts(document["code_challenge_methods_supported"]);
  return methods.length > 0 && !methods.includes("S256");
}

/**
 * How the client authenticates: a client that registers itself is public where it may be (RFC 8252, section 8.4); else by parameters,
 * which needs no encoding. Without the member it is Basic (RFC 8414, section 2).
 */
function clientAuthOf(
  document: Readonly<Record<string, unknown>>,
  registers: boolean,
): "client_secret_post" | "client_secret_basic" | "none" | undefined {
  const said = document["token_endpoint_auth_methods_supported"];
  if (!Array.isArray(said)) return "client_secret_basic";
  const order = registers
    ? (["none", "client_secret_post", "client_secret_basic"] as const)
    : (["client_secret_post", "client_secret_basic", "none"] as const);
  return order.find((method) => said.includes(method));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === "string" && item !== "")
    : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
