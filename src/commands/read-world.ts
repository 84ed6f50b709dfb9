import path from "node:path";
import { readAnswers, type SaidAnswers } from "../core/answers.js";
import type { Registration } from "../core/discovery.js";
import { duration } from "../core/duration.js";
import { UserError } from "../core/errors.js";
import { type AnswerKey, flagOf, isAnswerKey, questions, type World } from "../core/questions.js";
import type { EarlierAnswers } from "../core/questions/question.js";
import type { OpenApiAnswers } from "../core/openapi.js";
import { TEMPLATE_SETS } from "../core/template-sets.js";
import type { Discovery } from "../io/discover.js";
import type { OpenApiDocument } from "../io/read-openapi.js";
import { knownProviders } from "../io/known-providers.js";
import { rulesOf } from "../template-sets/index.js";
import type { Context } from "./context.js";

/** What answers can be completed with when nothing may be looked up: the year, and the known provider that they name. */
export function bareWorld(said: SaidAnswers): World {
  return withProvider({ year: new Date().getFullYear() }, said);
}

/** The world with the provider that answers name, or with all ids where it is not known. */
export function withProvider(world: World, said: SaidAnswers): World {
  const id = said.get("provider")?.value;
  if (!id?.ok || world.provider?.id === id.value) return world;
  const all = knownProviders();
  const provider = all.find((known) => known.id === id.value);
  if (provider === undefined) return { ...world, providerIds: all.map((known) => known.id) };
  return { ...world, provider, ...(provider.scopes && { scopes: provider.scopes }) };
}

/**
 * What the world offers as defaults: git, the known provider, and what the answers say where to look up. Looked up only for what nobody
 * said. A value that no question would take is left out.
 */
export async function readWorld(
  said: SaidAnswers,
  request: { readonly directory: string | undefined; readonly discovery: boolean },
  context: Context,
): Promise<World> {
  const world = bareWorld(said);
  const [git, found] = await Promise.all([
    gitDefaults(said, request.directory, context),
    lookUp(said, world, request, context),
  ]);
  return { ...world, ...git, ...found };
}

async function gitDefaults(
  said: SaidAnswers,
  directory: string | undefined,
  { cwd }: Context,
): Promise<Pick<World, "author" | "repository">> {
  if (said.has("author") && (said.has("repository") || directory === undefined)) return {};
  const { gitOrigin, gitUserName } = await import("../io/git-settings.js");
  const author = said.has("author") ? undefined : gitUserName(cwd);
  const repository =
    said.has("repository") || directory === undefined
      ? undefined
      : gitOrigin(path.resolve(cwd, directory));
  return {
    ...(author !== undefined && questions.author.read(author).ok && { author }),
    ...(repository !== undefined && questions.repository.read(repository).ok && { repository }),
  };
}

/** What an OpenAPI document and the authorization server say. What the document says counts first. */
export async function lookUp(
  said: SaidAnswers,
  { provider }: World,
  { discovery }: { readonly discovery: boolean },
  context: Context,
): Promise<Pick<World, "found" | "scopes" | "openapi">> {
  const document = await openApiIn(said, context);
  const known = (key: AnswerKey): boolean =>
    said.has(key) ||
    document?.answers[key] !== undefined ||
    Object.hasOwn(provider?.answers ?? {}, key);
  const resource = readSaid("resource", said);
  const issuer = readSaid("issuer", said) ?? document?.issuer;
  const hasBoth = known("authorizationUrl") && known("tokenUrl");
  const isLookedUp = discovery && !hasBoth && (issuer ?? resource) !== undefined;
  const server = isLookedUp ? await discover(issuer, resource, said, context) : undefined;
  if (document === undefined) return server ?? {};
  const read = usableOf(document, document.place, said);
  context.say(`Read ${document.place}:\n${told(read, Object.keys(document.scopes), said)}\n`);
  const found = { ...server?.found, ...read };
  return {
    found,
    scopes: { ...server?.scopes, ...document.scopes },
    openapi: document.text,
  };
}

async function openApiIn(
  said: SaidAnswers,
  { cwd, signal, during }: Context,
): Promise<(OpenApiDocument & { readonly place: string }) | undefined> {
  const place = readSaid("openapi", said);
  if (place === undefined) return undefined;
  const { readOpenApiDocument } = await import("../io/read-openapi.js");
  const source = { scheme: readSaid("openapiScheme", said), said: new Set(said.keys()) };
  const document = await during(place, () => readOpenApiDocument(place, source, cwd, signal));
  return { ...document, place };
}

/**
 * What a document says, as far as it is an answer and nobody said another.
 * @throws {UserError} `openapi-unreadable` (exit 1)
 */
export function usableOf(
  { answers }: OpenApiAnswers,
  place: string,
  said: SaidAnswers,
): EarlierAnswers {
  const open = Object.entries(answers).filter(([key]) => !said.has(key));
  const { read, faults } = readFound(Object.fromEntries(open));
  const [fault] = faults;
  if (fault === undefined) return read;
  throw new UserError(
    "openapi-unreadable",
    `${place} gives ${inOneLine(fault.value)} for ${fault.key}, which ${fault.message}`,
    `Correct the document, or say ${flagOf(fault.key)}.`,
  );
}

async function discover(
  issuer: string | undefined,
  resource: string | undefined,
  said: SaidAnswers,
  { signal, say, during }: Context,
): Promise<Pick<World, "found" | "scopes">> {
  const { discoverIssuer, discoverResource } = await import("../io/discover.js");
  const place = issuer ?? resource ?? "";
  say(`Looking up ${place} …\n`);
  const begin = performance.now();
  const discovery = await during(place, () =>
    issuer === undefined
      ? discoverResource(place, registrationOf(said), signal)
      : discoverIssuer(place, registrationOf(said), signal),
  );
  const { scopes, wanted, documents } = discovery;
  const all = {
    ...(said.has("clientMetadataUrl") ? withClientMetadata(discovery) : discovery.answers),
    ...(wanted.length > 0 && { scopes: wanted }),
    ...identityOf(scopes, wanted),
  };
  const found = usable(all, documents);
  const lines = documents.map((url) => `  read ${url}\n`);
  say(
    `Found in ${duration(performance.now() - begin)}:\n${lines.join("")}${told(found, scopes, said)}${toldOfMetadata(discovery, said)}\n`,
  );
  return { found, scopes: Object.fromEntries(scopes.map((scope) => [scope, ""])) };
}

/** Whether the template set that was said has a way to register itself. */
function registrationOf(said: SaidAnswers): Registration {
  const { templateSet = TEMPLATE_SETS[0] } = readAnswers(said).answers;
  const unused = rulesOf(templateSet).unused({ registrationEndpoint: "" });
  return unused.length > 0 ? "by-hand" : "by-itself";
}

/**
 * What was found, for a client whose metadata is published: how it authenticates is no question any more.
 * @throws {UserError} `discovery-failed` (exit 1) where the server does not read it
 */
function withClientMetadata({
  answers,
  readsClientMetadata,
  documents,
}: Discovery): EarlierAnswers {
  if (readsClientMetadata)
    return Object.fromEntries(Object.entries(answers).filter(([key]) => key !== "clientAuth"));
  const registers = answers["registrationEndpoint"] !== undefined;
  throw new UserError(
    "discovery-failed",
    `${documents.at(-1) ?? ""} does not say client_id_metadata_document_supported: the server would not know --client-metadata-url.`,
    `Leave --client-metadata-url out: ${registers ? "the project registers itself there" : "an app has to be registered by hand"}.`,
  );
}

/** An OpenID provider says who signed in, and gives a refresh token for a scope of its own. */
function identityOf(scopes: readonly string[], wanted: readonly string[]): EarlierAnswers {
  if (wanted.length > 0 || !scopes.includes("openid")) return {};
  const asked = ["openid", "profile", "email", "offline_access"];
  return {
    scopes: asked.filter((scope) => scopes.includes(scope)),
    // OpenID Connect Core 1.0, section 11.
    ...(scopes.includes("offline_access") && { authorizationParams: { prompt: "consent" } }),
    account: {
      claim: "sub",
      token: "id_token",
      ...(scopes.includes("email") && { name: "email" }),
    },
  };
}

/**
 * What was found, as far as it is an answer. A link to documentation that is none is left out; anything else has to be right.
 * @throws {UserError} `discovery-failed` (exit 1)
 */
function usable(answers: EarlierAnswers, documents: readonly string[]): EarlierAnswers {
  const { read, faults } = readFound(answers);
  const fault = faults.find(({ key }) => key !== "docsUrl");
  if (fault === undefined) return read;
  throw new UserError(
    "discovery-failed",
    `${documents.at(-1) ?? ""} gives ${inOneLine(fault.value)} for ${fault.key}, which ${fault.message}`,
    `Say ${flagOf(fault.key)} and the rest yourself, with --no-discovery.`,
  );
}

interface FoundFault {
  readonly key: AnswerKey;
  readonly value: unknown;
  readonly message: string;
}

/** What was found, read as answers are. */
function readFound(answers: EarlierAnswers): {
  readonly read: EarlierAnswers;
  readonly faults: readonly FoundFault[];
} {
  const read: Record<string, unknown> = {};
  const faults: FoundFault[] = [];
  for (const [key, value] of Object.entries(answers)) {
    if (value === undefined || !isAnswerKey(key)) continue;
    const reading = questions[key].read(value);
    if (reading.ok) read[key] = reading.value;
    else faults.push({ key, value, message: reading.message });
  }
  return { read, faults };
}

/** A client that publishes what it is needs no registration: only the person can say where. */
function toldOfMetadata({ readsClientMetadata, answers }: Discovery, said: SaidAnswers): string {
  const isOpen = !said.has("clientMetadataUrl") && answers["registrationEndpoint"] === undefined;
  if (!readsClientMetadata || !isOpen || registrationOf(said) === "by-hand") return "";
  return "\n  No app has to be registered by hand: publish the project's client-metadata.json, and say --client-metadata-url.\n";
}

/** What was found. Which scopes are needed nobody but the person may know. */
function told(found: EarlierAnswers, scopes: readonly string[], said: SaidAnswers): string {
  const rows = Object.entries(found).map(([key, value]) => [key, inOneLine(value)] as const);
  const full = rows.filter(([, text]) => text !== "");
  const width = Math.max(...full.map(([key]) => key.length));
  const isChosen = said.has("scopes") || full.some(([key]) => key === "scopes");
  // RFC 6749, section 3.3: anything else could be meant for the terminal.
  const known = scopes.filter((scope) => /^[!-~]+$/u.test(scope));
  return [
    ...full.map(([key, text]) => `  ${key.padEnd(width)}  ${text}\n`),
    ...(isChosen || known.length === 0
      ? []
      : [`\n  There are scopes to choose from: ${known.join(" ")}\n`]),
  ].join("");
}

function inOneLine(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function readSaid(
  key: "issuer" | "resource" | "openapi" | "openapiScheme",
  said: SaidAnswers,
): string | undefined {
  const value = said.get(key)?.value;
  if (!value?.ok) return undefined;
  const read = questions[key].read(value.value);
  return read.ok ? read.value : undefined;
}
