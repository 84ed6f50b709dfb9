// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { toCredential } from "../application-credentials.js";
import { NAME } from "../const.js";
import { IntegrationError, redact } from "../errors.js";
import { boundedFetch, type BoundedRequest } from "../oauth/http.js";
import { isSafe, type Mechanism, type ProviderDefinition, required } from "../oauth/provider.js";
import type { Storage } from "../storage/entries.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    readonly registrationEndpoint?: string;
    readonly deviceAuthorizationUrl?: string;
  }
}

/** What is kept of a registration beside its credentials. */
interface Registration {
  readonly version: 1;
  readonly clientId: string;
  /** Where the program registered itself, and with which redirect address. */
  readonly endpoint: string;
  readonly redirectUri: string;
  /** What was registered, as JSON. Not in those that an older version of this program made. */
  readonly metadata?: string;
  /** Milliseconds since the epoch; undefined: the secret does not end. */
  readonly secretExpiresAt: number | undefined;
  /** Where the registration is ended, and with which token (RFC 7592, section 3). */
  readonly management: { readonly uri: string; readonly token: string } | undefined;
}

const fileIn = (storage: Storage) => storage.fileOf<Registration>("registration");

/** The program registers itself (RFC 7591), changes that, and ends it again (RFC 7592). */
export const registration: Mechanism = {
  register: (provider, storage, redirectUri) =>
    // One after the other: two programs at once register only once.
    storage.entries.exclusive("registration", async () => {
      const known = await fileIn(storage).read();
      const credential = await storage.credentials.load();
      // What a person stored is used as it is.
      if (credential !== undefined && credential.clientId !== known?.clientId) return;
      const asked = toAsked(provider, redirectUri);
      const current = credential === undefined ? undefined : known;
      const isGood = current !== undefined && serves(current, asked);
      if (isGood && (current.metadata ?? asked.metadata) === asked.metadata) return;
      const changed = current && (await change(current, asked));
      // Accounts are bound to the client id: for other scopes alone they are not given up.
      if (isGood && changed === undefined) return;
      const client = changed ?? (await registerAnew(asked));
      const { clientSecret, ...about } = client;
      // Killed in between, the next sign-in registers again and ends this one.
      await fileIn(storage).write({ version: 1, ...about });
      await storage.credentials.save(toCredential(about.clientId, clientSecret));
      if (known !== undefined && changed === undefined) await end(known);
    }),
  unregister: (storage) =>
    storage.entries.exclusive("registration", async () => {
      const known = await fileIn(storage).read();
      if (known === undefined) return undefined;
      const isConfirmed = await end(known);
      await fileIn(storage).remove();
      return isConfirmed;
    }),
};

/** What the program asks for, and where. */
interface Asked extends Pick<Registration, "endpoint" | "redirectUri"> {
  readonly method: string;
  readonly metadata: string;
}

function toAsked(provider: ProviderDefinition, uri: string): Asked {
  const endpoint = required(provider.registrationEndpoint, "registrationEndpoint");
  const method = methodOf(provider);
  // Registered without a port, any port is good (RFC 8252, section 7.3).
  const redirectUri = uri.replace(":0/", "/");
  const metadata = JSON.stringify(toMetadata(provider, redirectUri, method));
  return { endpoint, redirectUri, method, metadata };
}

function serves(known: Registration, { endpoint, redirectUri }: Asked): boolean {
  const { secretExpiresAt = Number.POSITIVE_INFINITY } = known;
  const isHere = known.endpoint === endpoint && known.redirectUri === redirectUri;
  return isHere && secretExpiresAt > Date.now();
}

async function registerAnew(asked: Asked) {
  const { endpoint, metadata } = asked;
  if (!isSafe(endpoint)) throw misconfigured("is not https: this program does not register there");
  const body = JSON.stringify({ client_name: NAME, ...JSON.parse(metadata) });
  const answer = await exchange(new URL(endpoint), "POST", body);
  const json = parse(answer.text);
  if (!answer.ok) throw refusal(answer.status, json);
  return readClient(json, asked);
}

/** Changes a registration (RFC 7592, section 2.2); undefined where the server does not do it. */
async function change({ management, clientId, endpoint }: Registration, asked: Asked) {
  if (management === undefined || endpoint !== asked.endpoint) return undefined;
  try {
    const { uri, token } = management;
    const metadata = { client_id: clientId, client_name: NAME, ...JSON.parse(asked.metadata) };
    const answer = await exchange(new URL(uri), "PUT", JSON.stringify(metadata), token);
    const client = readClient(answer.ok ? parse(answer.text) : undefined, asked);
    if (client.clientId !== clientId) return undefined;
    return { ...client, management: client.management ?? management };
  } catch {
    return undefined;
  }
}

/** RFC 7591, section 2: what sign-ins depend on. */
function toMetadata(provider: ProviderDefinition, redirectUri: string, method: string) {
  const { scopes, tokensExpire, redirect, deviceAuthorizationUrl } = provider;
  const device = "urn:ietf:params:oauth:grant-type:device_code";
  return {
    redirect_uris: [redirectUri],
    grant_types: [
      "authorization_code",
      ...(tokensExpire === false ? [] : ["refresh_token"]),
      ...(deviceAuthorizationUrl === undefined ? [] : [device]),
    ],
    response_types: ["code"],
    token_endpoint_auth_method: method,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    // OpenID Connect Dynamic Client Registration 1.0, section 2: those of the web redirect to https.
    application_type: "url" in redirect ? "web" : "native",
  };
}

function methodOf({ clientAuth = "client_secret_post" }: ProviderDefinition): string {
  return clientAuth.replace("_raw", "");
}

type Json = Readonly<Record<string, unknown>>;

const LONGEST = 4_096;

/** RFC 7591, section 3.2.1. Throws `authorization_failed` for what makes no sense, else `misconfigured`. */
function readClient(json: Json | undefined, { endpoint, redirectUri, method, metadata }: Asked) {
  if (json === undefined) throw nonsense("it is no JSON object");
  const clientId = json["client_id"];
  if (!isToken(clientId)) throw nonsense("it has no client_id");
  const secret = json["client_secret"] ?? undefined;
  const expires = json["client_secret_expires_at"] ?? 0;
  const uris = json["redirect_uris"] ?? [redirectUri];
  if (!Array.isArray(uris) || uris.some((uri) => uri !== redirectUri) || uris.length === 0)
    throw nonsense("it has other redirect_uris");
  if (secret !== undefined && !isToken(secret)) throw nonsense("its client_secret is no text");
  if (typeof expires !== "number" || !Number.isFinite(expires) || expires < 0)
    throw nonsense("its client_secret_expires_at is no time");
  const secretExpiresAt = expires === 0 ? undefined : expires * 1000;
  if (secretExpiresAt !== undefined && secretExpiresAt <= Date.now())
    throw nonsense("its secret has expired already");
  const said = redact(String(json["token_endpoint_auth_method"] ?? method));
  if (said !== method)
    throw misconfigured(
      `wants ${said} for client authentication, and the definition has ${method}`,
    );
  const management = readManagement(json, endpoint);
  const about = { clientId, endpoint, redirectUri, metadata, management };
  if (method === "none") return { ...about, clientSecret: undefined, secretExpiresAt: undefined };
  if (secret === undefined) throw nonsense("it has no client_secret");
  return { ...about, clientSecret: secret, secretExpiresAt };
}

/** Printable, and not endless (RFC 6749, appendix A.1). */
function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[\x20-\x7e]+$/.test(value) && value.length <= LONGEST;
}

/** Only the server that gave the token gets it back: elsewhere it could be stolen. */
function readManagement(json: Json | undefined, endpoint: string): Registration["management"] {
  const { registration_client_uri: uri, registration_access_token: token } = json ?? {};
  if (!isToken(token) || typeof uri !== "string" || !isSafe(uri)) return undefined;
  return new URL(uri).origin === new URL(endpoint).origin ? { uri, token } : undefined;
}

/** Ends a registration (RFC 7592, section 2.3). Gives whether the server confirmed it. */
async function end({ management }: Registration): Promise<boolean> {
  if (management === undefined) return false;
  try {
    const { uri, token } = management;
    return (await exchange(new URL(uri), "DELETE", null, token)).ok;
  } catch {
    return false;
  }
}

/** Registrations are short. */
const MOST_BYTES = 65_536;
const SUBJECT = "The registration endpoint";

function exchange(url: URL, method: string, body: BoundedRequest["body"], token?: string) {
  const headers = new Headers({ accept: "application/json" });
  if (body !== null) headers.set("content-type", "application/json");
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return boundedFetch(url, { subject: SUBJECT, method, headers, body, maxBytes: MOST_BYTES });
}

function parse(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? { ...json }
      : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 7591, section 3.2.2. */
function refusal(status: number, json: Json = {}): IntegrationError {
  const texts = [json["error"], json["error_description"]].filter((text) => isText(text));
  const reason = [status, ...texts.map((text) => redact(String(text)))].join(": ");
  // RFC 7591, section 3: who may register has got a token for that, out of band.
  const wants = status === 401 || status === 403 ? ": it wants an initial access token" : "";
  return misconfigured(`refused this program (${reason})${wants}`, status);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

const BY_HAND = 'Register an app by hand, and store its credentials with "credentials set".';

function misconfigured(problem: string, status?: number): IntegrationError {
  const details = status === undefined ? {} : { status };
  return new IntegrationError("misconfigured", `${SUBJECT} ${problem}. ${BY_HAND}`, details);
}

function nonsense(problem: string): IntegrationError {
  const message = `${SUBJECT} gave an answer that cannot be used: ${problem}. Nothing was stored.`;
  return new IntegrationError("authorization_failed", `${message} ${BY_HAND}`);
}
