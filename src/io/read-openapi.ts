import fs from "node:fs";
import path from "node:path";
import { UserError } from "../core/errors.js";
import { jsonFault } from "../core/json-fault.js";
import { OpenApiFault } from "../core/openapi-parts.js";
import {
  type OpenApiAnswers,
  type OpenApiSource,
  readOpenApi,
  withTextVersion,
} from "../core/openapi.js";
import { errnoOf } from "./errors.js";
import { FetchError, fetchDocument } from "./fetch-document.js";

/** What an OpenAPI document says, and the document itself as JSON. */
export interface OpenApiDocument extends OpenApiAnswers {
  readonly text: string;
}

/** A project keeps the document twice: in a file, and packed in its state file. */
const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Reads an OpenAPI document from a file or a URL, as JSON or YAML.
 * @throws {UserError} `openapi-unreadable` (exit 1), naming the document and the place in it
 */
export async function readOpenApiDocument(
  place: string,
  source: Omit<OpenApiSource, "place">,
  cwd: string,
  signal: AbortSignal,
): Promise<OpenApiDocument> {
  const text = isUrl(place)
    ? await fetchText(place, signal)
    : readText(path.resolve(cwd, place), place);
  const document = withTextVersion(await parsed(text, place));
  const answers = openApiAnswers(document, place, source);
  const json = `${JSON.stringify(document, undefined, 2)}\n`;
  if (json.length > MOST_BYTES) throw tooLarge(place);
  return { ...answers, text: json };
}

/**
 * What a document says that was read before.
 * @throws {UserError} `openapi-unreadable` (exit 1)
 */
export function openApiAnswers(
  document: unknown,
  place: string,
  source: Omit<OpenApiSource, "place">,
): OpenApiAnswers {
  try {
    return readOpenApi(document, { ...source, place: isUrl(place) ? place : "" });
  } catch (error) {
    if (error instanceof OpenApiFault)
      throw unreadable(`${place}${error.pointer && `, ${error.pointer}:`} ${error.message}`);
    throw error;
  }
}

function isUrl(place: string): boolean {
  return /^https?:\/\//iu.test(place);
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const accept = "application/json, application/yaml";
  try {
    const { status, text } = await fetchDocument(url, accept, signal, MOST_BYTES);
    if (status === 200) return text;
    throw unreadable(`${url} answers with status ${status}.`);
  } catch (error) {
    if (error instanceof FetchError) throw unreadable(`${url} ${error.message}`, error);
    throw error;
  }
}

function readText(file: string, name: string): string {
  try {
    if (fs.statSync(file).size > MOST_BYTES) throw tooLarge(name);
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const code = errnoOf(cause) ?? String(cause);
    throw unreadable(
      `${name} ${code === "ENOENT" ? "is not there" : `cannot be read (${code})`}.`,
      cause,
    );
  }
}

async function parsed(text: string, name: string): Promise<unknown> {
  const plain = text.replace(/^\ufeff/u, "");
  try {
    return JSON.parse(plain);
  } catch (cause) {
    if (/^\s*\{/u.test(plain)) throw notParsed(name, `no JSON: ${jsonFault(plain)}`, cause);
  }
  const { parseYaml } = await import("./parse-yaml.js");
  try {
    return parseYaml(plain);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw notParsed(name, `neither JSON nor YAML: ${reason.replace(/:$/u, ".")}`, cause);
  }
}

function tooLarge(name: string): UserError {
  return unreadable(`${name} is larger than ${MOST_BYTES / 1024 / 1024} MiB as JSON.`);
}

function notParsed(name: string, what: string, cause: unknown): UserError {
  return unreadable(`${name} is ${what}`, cause);
}

function unreadable(message: string, cause?: unknown): UserError {
  return new UserError(
    "openapi-unreadable",
    message,
    "Give a file or the URL of an OpenAPI 3 document to --openapi, or leave it out and say the URLs.",
    { cause },
  );
}
