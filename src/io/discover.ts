import {
  readChallenge,
  readResourceMetadata,
  readServerMetadata,
  type Registration,
  resourceMetadataUrls,
  serverMetadataUrls,
} from "../core/discovery.js";
import { UserError } from "../core/errors.js";
import type { EarlierAnswers } from "../core/questions/question.js";
import {
  FetchError,
  fetchDocument,
  type FetchedDocument,
  NO_BYTES,
  RedirectError,
} from "./fetch-document.js";

/** What was found, and where, a line for each document. */
export interface Discovery {
  readonly answers: EarlierAnswers;
  readonly scopes: readonly string[];
  /** The scopes that the resource itself asks for. */
  readonly wanted: readonly string[];
  readonly documents: readonly string[];
  /** The server takes the address of a client's metadata for its id. */
  readonly readsClientMetadata: boolean;
}

const HINT =
  "Say --authorization-url and --token-url yourself, or --no-discovery to look nothing up.";

/**
 * Asks a protected resource who gives tokens for it (RFC 9728), then that server for its metadata.
 * @throws {UserError} `discovery-failed` (exit 1)
 */
export async function discoverResource(
  resource: string,
  registration: Registration,
  signal: AbortSignal,
): Promise<Discovery> {
  const challenge = await challengeOf(resource, signal);
  const urls = challenge.metadataUrl ? [challenge.metadataUrl] : resourceMetadataUrls(resource);
  const { document, url } = await firstDocument(
    urls,
    `${resource} does not say who gives tokens for it (for an authorization server itself, say --issuer)`,
    signal,
  );
  const metadata = readResourceMetadata(document, resource);
  if (!metadata.ok) throw failed(`${url} ${metadata.message}`);
  const server = await discoverIssuer(metadata.issuer, registration, signal);
  return {
    ...server,
    answers: { ...server.answers, ...metadata.answers },
    wanted: challenge.scopes.length > 0 ? challenge.scopes : metadata.scopes,
    scopes: [...new Set([...metadata.scopes, ...server.scopes])],
    documents: [url, ...server.documents],
  };
}

/** What the resource answers to a request without a token. One that answers nothing may still have its document. */
async function challengeOf(
  resource: string,
  signal: AbortSignal,
): Promise<ReturnType<typeof readChallenge>> {
  const challenge = readChallenge(await challengeHeader(resource, signal));
  const { metadataUrl } = challenge;
  if (metadataUrl === undefined) return challenge;
  // RFC 9728, section 7.3: a resource speaks for itself, not for another host.
  if (!URL.canParse(metadataUrl) || new URL(metadataUrl).host !== new URL(resource).host)
    throw failed(`${resource} names metadata on another host: ${metadataUrl}.`);
  return challenge;
}

async function challengeHeader(resource: string, signal: AbortSignal): Promise<string> {
  try {
    const { headers } = await fetched(resource, signal, NO_BYTES);
    return headers["www-authenticate"] ?? "";
  } catch (error) {
    // The start page of an API often leads to its documentation, somewhere else.
    if (error instanceof UserError && error.cause instanceof RedirectError) return "";
    throw error;
  }
}

/**
 * Asks an authorization server for its metadata (RFC 8414, OpenID Connect Discovery).
 * @throws {UserError} `discovery-failed` (exit 1)
 */
export async function discoverIssuer(
  issuer: string,
  registration: Registration,
  signal: AbortSignal,
): Promise<Discovery> {
  if (!URL.canParse(issuer) || new URL(issuer).search !== "" || new URL(issuer).hash !== "")
    throw failed(`${JSON.stringify(issuer)} is not an issuer: a URL without query and fragment.`);
  const { document, url } = await firstDocument(
    serverMetadataUrls(issuer),
    `${issuer} has no metadata of an authorization server`,
    signal,
  );
  const metadata = readServerMetadata(document, issuer, registration);
  if (!metadata.ok) throw failed(`${url} ${metadata.message}`);
  const { answers, scopes, readsClientMetadata } = metadata;
  return { answers, scopes, readsClientMetadata, wanted: [], documents: [url] };
}

/**
 * The first of several places that has a document. A server that does not know a place refuses it in many ways, or answers with the page
 * that it has for everything.
 */
async function firstDocument(
  urls: readonly string[],
  missing: string,
  signal: AbortSignal,
): Promise<{ readonly document: unknown; readonly url: string }> {
  const seen: string[] = [];
  for (const url of urls) {
    const { status, text } = await fetched(url, signal);
    const document = status === 200 ? parsed(text) : undefined;
    if (document !== undefined) return { document, url };
    const isMissing = status === 200 || (status >= 400 && status < 500 && status !== 429);
    if (!isMissing) throw failed(`${url} answers with status ${status}.`);
    seen.push(`  ${url}: ${status === 200 ? "is not JSON" : status}`);
  }
  throw failed(`${missing}. Looked at:\n${seen.join("\n")}`);
}

async function fetched(
  url: string,
  signal: AbortSignal,
  mostBytes?: number,
): Promise<FetchedDocument> {
  try {
    return await fetchDocument(url, "application/json", signal, mostBytes);
  } catch (error) {
    if (error instanceof FetchError) throw failed(`${url} ${error.message}`, error);
    throw error;
  }
}

/** The JSON; undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(message: string, cause?: unknown): UserError {
  return new UserError("discovery-failed", message, HINT, { cause });
}
