import type { EarlierAnswers } from "./questions/question.js";
import { isRecord } from "./readers.js";
import type { Variable } from "./variables.js";

/** What an OpenAPI document says, in the words of the answers. */
export interface OpenApiAnswers {
  readonly answers: EarlierAnswers;
  /** Scopes, and what each allows. */
  readonly scopes: Readonly<Record<string, string>>;
  /** An issuer to ask for the rest, where the scheme is OpenID Connect. */
  readonly issuer?: string;
}

/** A fault of a document. `message` is the end of a sentence that begins with its place, a JSON Pointer (RFC 6901). */
export class OpenApiFault extends Error {
  override readonly name = "OpenApiFault";
  readonly pointer: string;
  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads an OpenAPI document of version 3 (OpenAPI Specification 3.1, sections 4.8.5, 4.8.27 and 4.8.29).
 * @param source where the document came from: relative URLs in it mean that place (section 4.6)
 * @param wanted the security scheme; the only one for OAuth2 where it is not said
 * @throws {OpenApiFault} with its place
 */
export function readOpenApi(
  document: unknown,
  source: string,
  wanted: string | undefined,
): OpenApiAnswers {
  const api = requireVersion(document);
  const scheme = schemeOf(api, wanted);
  const { title } = recordOf(api["info"]);
  const common = {
    ...(typeof title === "string" && { name: title.trim().slice(0, 60) }),
    ...serverOf(api, source),
  };
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

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function requireVersion(document: unknown): Json {
  if (!isRecord(document))
    throw new OpenApiFault("", "is no OpenAPI document: it holds no object.");
  const { swagger, openapi } = document;
  if (typeof swagger === "string")
    throw new OpenApiFault(
      "/swagger",
      `is ${swagger}: only OpenAPI 3 is read. Convert it, for example with swagger2openapi, or say --authorization-url and --token-url.`,
    );
  if (typeof openapi !== "string")
    throw new OpenApiFault("/openapi", "is missing: this is no OpenAPI document.");
  if (!/^3\.\d/u.test(openapi))
    throw new OpenApiFault("/openapi", `is ${openapi}: only OpenAPI 3 is read.`);
  return document;
}

interface Scheme {
  readonly name: string;
  readonly pointer: string;
  readonly value: Json;
}

/** The security scheme to link accounts with. */
function schemeOf(api: Json, wanted: string | undefined): Scheme {
  const place = "/components/securitySchemes";
  const all = Object.entries(recordOf(recordOf(api["components"])["securitySchemes"])).map(
    ([name, value]) => ({
      name,
      pointer: `${place}/${escaped(name)}`,
      value: resolved(api, value),
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

/** RFC 6901, section 3. */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A reference into the same document, followed. */
function resolved(api: Json, value: unknown): Json {
  const { $ref: reference } = recordOf(value);
  if (typeof reference !== "string" || !reference.startsWith("#/")) return recordOf(value);
  const parts = reference.slice(2).split("/");
  return recordOf(
    parts.reduce<unknown>(
      (at, part) => recordOf(at)[part.replaceAll("~1", "/").replaceAll("~0", "~")],
      api,
    ),
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

function issuerOf({ pointer, value }: Scheme, source: string): string {
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

function addressesOf(flow: Json, at: string, source: string): EarlierAnswers {
  const found: Record<string, string> = {};
  for (const [name, [key, needed]] of Object.entries(ADDRESSES)) {
    const said = flow[name];
    if (said === undefined && !needed) continue;
    if (typeof said !== "string" || said === "")
      throw new OpenApiFault(`${at}/${name}`, "is missing.");
    const address = absolute(said, source);
    if (address === undefined)
      throw new OpenApiFault(
        `${at}/${name}`,
        `is ${said}, and the document does not say which host that is on.`,
      );
    found[key] = address;
  }
  if (found["refreshUrl"] === found["tokenUrl"]) delete found["refreshUrl"];
  return found;
}

/** A URL as it was written, or the relative one against where the document came from. */
function absolute(url: string, source: string): string | undefined {
  if (/^https?:\/\//iu.test(url)) return url;
  return URL.canParse(url, source) && /^https?:/u.test(source)
    ? new URL(url, source).href
    : undefined;
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

/** Where the API is: the first server, its variables asked for when an account is linked. */
function serverOf({ servers }: Json, source: string): EarlierAnswers {
  const first = Array.isArray(servers) ? recordOf(servers[0]) : {};
  if (typeof first["url"] !== "string") return {};
  const address = absolute(first["url"], source);
  if (address === undefined)
    throw new OpenApiFault(
      "/servers/0/url",
      `is ${first["url"]}, and the document does not say which host that is on. Say --api-base-url.`,
    );
  const variables = Object.entries(recordOf(first["variables"])).map(([name, value]) =>
    variableOf(name, recordOf(value)),
  );
  return {
    apiBaseUrl: address.replace(/\/+$/u, ""),
    ...(variables.length > 0 && { variables }),
  };
}

function variableOf(name: string, { default: usual, description, enum: choices }: Json): Variable {
  const pattern = Array.isArray(choices)
    ? choices
        .map((choice) => String(choice).replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`))
        .join("|")
    : undefined;
  return {
    name,
    label: name,
    ...(typeof description === "string" &&
      description.trim() !== "" && {
        description: description.replaceAll(/\s+/gu, " ").trim().slice(0, 300),
      }),
    ...(pattern !== undefined && { pattern }),
    ...(typeof usual === "string" && usual !== "" && { default: usual }),
  };
}
