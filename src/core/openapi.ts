import { requireSound } from "./openapi-faults.js";
import { escaped, followed, type Json, OpenApiFault, recordOf } from "./openapi-parts.js";
import { fillPlaceholders, placeholderName, placeholdersIn } from "./placeholders.js";
import { flagOf } from "./questions.js";
import type { EarlierAnswers } from "./questions/question.js";
import { isRecord } from "./readers.js";
import { nameFromTitle } from "./title.js";
import { isLoopback } from "./urls.js";
import { USUAL_VALUE, type Variable } from "./variables.js";

/** Where a project keeps its document: a set with the feature `openapi` has it. */
export const OPENAPI_FILE = "openapi.json";

/** What an OpenAPI document says, in the words of the answers. */
export interface OpenApiAnswers {
  readonly answers: EarlierAnswers;
  /** Scopes, and what each allows. */
  readonly scopes: Readonly<Record<string, string>>;
  /** An issuer to ask for the rest, where the scheme is OpenID Connect. */
  readonly issuer?: string;
}

/** What is known of a document beside what stands in it. */
export interface OpenApiSource {
  /** Where it came from: relative URLs in it mean that place (section 4.6). Empty for a file. */
  readonly place: string;
  /** The security scheme; the only one for OAuth2 where it is not said. */
  readonly scheme?: string | undefined;
  /** The keys of answers that were said: the document need not give them. */
  readonly said: ReadonlySet<string>;
}

/**
 * Reads an OpenAPI document of version 3 (OpenAPI Specification 3.1, sections 4.8.5, 4.8.27 and 4.8.29).
 * @throws {OpenApiFault} with its place
 */
export function readOpenApi(document: unknown, source: OpenApiSource): OpenApiAnswers {
  const api = requireVersion(withTextVersion(document));
  requireSound(api);
  const common = { ...nameOf(api), ...(!source.said.has("apiBaseUrl") && serverOf(api, source)) };
  const scheme = schemeOf(api, source);
  if (scheme === undefined) return { answers: common, scopes: {} };
  if (scheme.value["type"] === "openIdConnect")
    return { answers: common, scopes: {}, issuer: issuerOf(scheme, source) };
  const flow = recordOf(recordOf(scheme.value["flows"])["authorizationCode"]);
  const at = `${scheme.pointer}/flows/authorizationCode`;
  return {
    answers: {
      ...common,
      ...addressesOf(flow, at, source),
      scopes: requiredScopes(api, scheme.name),
    },
    scopes: scopesOf(flow["scopes"], at),
  };
}

function nameOf(api: Json): EarlierAnswers {
  const name = nameFromTitle(recordOf(api["info"])["title"]);
  return name === undefined ? {} : { name };
}

/** The document with its version as text: without quotes, `3.1` is a number in YAML. */
export function withTextVersion(document: unknown): unknown {
  if (!isRecord(document) || typeof document["openapi"] !== "number") return document;
  return { ...document, openapi: document["openapi"].toFixed(1) };
}

function requireVersion(document: unknown): Json {
  if (!isRecord(document))
    throw new OpenApiFault("", "is no OpenAPI document: it holds no object.");
  const { swagger, openapi } = document;
  if (swagger !== undefined)
    throw new OpenApiFault(
      "/swagger",
      `is ${String(swagger)}: only OpenAPI 3 is read. Convert it, for example with swagger2openapi, or say --authorization-url and --token-url.`,
    );
  if (openapi === undefined)
    throw new OpenApiFault("/openapi", "is missing: this is no OpenAPI document.");
  if (!/^3\.[0-2](?:\.|$)/u.test(String(openapi)))
    throw new OpenApiFault("/openapi", `is ${String(openapi)}: only OpenAPI 3.0 to 3.2 is read.`);
  return document;
}

interface Scheme {
  readonly name: string;
  readonly pointer: string;
  readonly value: Json;
}

/** The security scheme to link accounts with; none where the addresses were said and there is not just one. */
function schemeOf(api: Json, { scheme: wanted, said }: OpenApiSource): Scheme | undefined {
  const place = "/components/securitySchemes";
  const all = Object.entries(recordOf(recordOf(api["components"])["securitySchemes"])).map(
    ([name, value]) => ({
      name,
      pointer: `${place}/${escaped(name)}`,
      value: followed(api, value),
    }),
  );
  const usable = all.filter(isUsable);
  const names = (schemes: readonly Scheme[]): string => schemes.map(({ name }) => name).join(", ");
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted);
    if (found === undefined)
      throw new OpenApiFault(place, `has no ${wanted}; it has ${names(all) || "none at all"}.`);
    if (!isUsable(found)) throw new OpenApiFault(found.pointer, whyUnusable(found));
    return found;
  }
  const [only, ...others] = usable;
  if (only !== undefined && others.length === 0) return only;
  if (said.has("authorizationUrl") && said.has("tokenUrl")) return undefined;
  if (only !== undefined)
    throw new OpenApiFault(
      place,
      `has several for OAuth2: say --openapi-scheme ${names(usable).replaceAll(", ", " or ")}.`,
    );
  const kinds = all.map((scheme) => `${scheme.name}, which ${whyUnusable(scheme)}`);
  throw new OpenApiFault(
    place,
    kinds.length === 0
      ? "is missing or empty: the document says nothing of OAuth2. Say --authorization-url and --token-url."
      : `has no OAuth2 that links accounts; it has ${kinds.join("; ")} Say --authorization-url and --token-url.`,
  );
}

function isUsable({ value: { type, flows } }: Scheme): boolean {
  return (
    type === "openIdConnect" ||
    (type === "oauth2" && isRecord(recordOf(flows)["authorizationCode"]))
  );
}

function whyUnusable({ value: { type, flows } }: Scheme): string {
  if (type !== "oauth2") return `is of the type ${String(type)}, not oauth2.`;
  const kinds = Object.keys(recordOf(flows)).join(", ") || "none";
  return `has no authorizationCode flow (its flows: ${kinds}).`;
}

function issuerOf({ pointer, value }: Scheme, source: OpenApiSource): string {
  const { openIdConnectUrl: url } = value;
  const address = typeof url === "string" ? absolute(url, source) : undefined;
  const end = "/.well-known/openid-configuration";
  if (address?.endsWith(end)) return address.slice(0, -end.length);
  throw new OpenApiFault(
    `${pointer}/openIdConnectUrl`,
    `is ${String(url)}, which is no address of an OpenID configuration.`,
  );
}

const ADDRESSES = {
  authorizationUrl: ["authorizationUrl", true],
  tokenUrl: ["tokenUrl", true],
  refreshUrl: ["refreshUrl", false],
} as const;

function addressesOf(flow: Json, at: string, source: OpenApiSource): EarlierAnswers {
  const found: Record<string, string> = {};
  for (const [name, [key, needed]] of Object.entries(ADDRESSES)) {
    const said = flow[name];
    if (source.said.has(key) || (said === undefined && !needed)) continue;
    if (typeof said !== "string" || said === "")
      throw new OpenApiFault(`${at}/${name}`, "is missing.");
    const address = absolute(said, source);
    if (address === undefined)
      throw new OpenApiFault(
        `${at}/${name}`,
        /^[a-z][\w+.-]*:/iu.test(said)
          ? `is ${said}, which is no https URL.`
          : `is ${said}, and the document does not say which host that is on. Say ${flagOf(key)}.`,
      );
    found[key] = address;
  }
  if (found["refreshUrl"] === found["tokenUrl"]) delete found["refreshUrl"];
  return found;
}

/** A URL as it was written, or the relative one against where the document came from. */
function absolute(url: string, { place }: Pick<OpenApiSource, "place">): string | undefined {
  if (/^https?:\/\//iu.test(url)) return url;
  if (!/^https?:/iu.test(place) || !URL.canParse(url, place)) return undefined;
  // A URL writes braces in another way.
  return new URL(url, place).href.replaceAll(/%7B([\w-]+)%7D/gu, "{$1}");
}

function scopesOf(scopes: unknown, at: string): Readonly<Record<string, string>> {
  if (!isRecord(scopes)) throw new OpenApiFault(`${at}/scopes`, "is missing, or no map.");
  const told = Object.entries(scopes).map(([scope, text]) => [
    scope,
    typeof text === "string" ? text.replaceAll(/\s+/gu, " ").trim() : "",
  ]);
  return Object.fromEntries(told) as Readonly<Record<string, string>>;
}

/** The scopes that the whole API asks for. */
function requiredScopes({ security }: Json, scheme: string): readonly string[] {
  if (!Array.isArray(security)) return [];
  const asked = security.flatMap((one) => {
    const scopes = recordOf(one)[scheme];
    return Array.isArray(scopes) ? scopes.map(String) : [];
  });
  return [...new Set(asked)];
}

/** Where the API is: the first server that is safe, its variables asked for when an account is linked. */
function serverOf(api: Json, source: OpenApiSource): EarlierAnswers {
  const servers: readonly unknown[] = Array.isArray(api["servers"]) ? api["servers"] : [];
  const read = servers.flatMap((server, index) => {
    const { url, variables } = recordOf(server);
    if (typeof url !== "string") return [];
    return [{ pointer: `/servers/${index}`, url, variables: recordOf(variables) }];
  });
  const addresses = read.map((server) => ({ ...server, address: addressOf(server, source) }));
  const first = addresses.find(({ address }) => isSafe(address)) ?? addresses[0];
  if (first === undefined) return {};
  if (first.address === undefined)
    throw new OpenApiFault(
      `${first.pointer}/url`,
      `is ${first.url}, and the document does not say which host that is on. Say --api-base-url.`,
    );
  const variables = placeholdersIn(first.address).map((name) =>
    variableOf(name, recordOf(first.variables[name])),
  );
  return {
    apiBaseUrl: first.address.replace(/\/+$/u, ""),
    ...(variables.length > 0 && { variables }),
  };
}

interface Server {
  readonly pointer: string;
  readonly url: string;
  readonly variables: Json;
}

/** The URL of a server. Variables that nobody can be asked for have their default: a scheme, a port, an odd name. */
function addressOf({ pointer, url, variables }: Server, source: OpenApiSource): string | undefined {
  const usual = (name: string): string => {
    const { default: value } = recordOf(variables[name]);
    if (typeof value === "string" || typeof value === "number") return String(value);
    throw new OpenApiFault(`${pointer}/variables/${escaped(name)}/default`, "is missing.");
  };
  const filled = url
    .replace(/^\{([^{}]+)\}(?=:\/\/)/u, (_all, name: string) => usual(name))
    .replace(/(?<=^[a-z]+:\/\/[^/]*:)\{([^{}]+)\}/iu, (_all, name: string) => usual(name))
    .replaceAll(/\{([^{}]+)\}/gu, (written, name: string) =>
      placeholderName(name).ok && Object.hasOwn(variables, name) ? written : usual(name),
    );
  return absolute(filled, source);
}

/** https, or http to this machine. */
function isSafe(address: string | undefined): boolean {
  if (address === undefined) return false;
  const filled = fillPlaceholders(address, () => "a");
  if (!URL.canParse(filled)) return false;
  const { protocol, hostname } = new URL(filled);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function variableOf(name: string, { default: usual, description, enum: choices }: Json): Variable {
  const pattern =
    Array.isArray(choices) && choices.length > 0
      ? choices
          .map((choice) => String(choice).replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`))
          .join("|")
      : undefined;
  const fits = new RegExp(`^(?:${pattern ?? USUAL_VALUE})$`, "u");
  const text =
    typeof description === "string" ? description.replaceAll(/[\s\p{Cc}]+/gu, " ").trim() : "";
  return {
    name,
    label: name,
    ...(text !== "" && { description: text.slice(0, 300).trim() }),
    ...(pattern !== undefined && { pattern }),
    ...(usual !== undefined && fits.test(String(usual)) && { default: String(usual) }),
  };
}
