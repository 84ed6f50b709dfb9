import fs from "node:fs";
import path from "node:path";
import { UserError } from "../core/errors.js";
import { type OpenApiAnswers, OpenApiFault, readOpenApi } from "../core/openapi.js";
import { errnoOf } from "./errors.js";
import { FetchError, fetchDocument } from "./fetch-document.js";

/** What an OpenAPI document says, and the document itself as JSON. */
export interface OpenApiDocument extends OpenApiAnswers {
  readonly text: string;
}

const MOST_BYTES = 20 * 1024 * 1024;

/**
 * Reads an OpenAPI document from a file or a URL, as JSON or YAML.
 * @throws {UserError} `openapi-unreadable` (exit 1), naming the document and the place in it
 */
export async function readOpenApiDocument(
  place: string,
  wanted: string | undefined,
  cwd: string,
  signal: AbortSignal,
): Promise<OpenApiDocument> {
  const isUrl = /^https?:\/\//iu.test(place);
  const text = isUrl ? await fetchText(place, signal) : readText(path.resolve(cwd, place), place);
  const document = await parsed(text, place);
  try {
    const answers = readOpenApi(document, isUrl ? place : "", wanted);
    return { ...answers, text: `${JSON.stringify(document, undefined, 2)}\n` };
  } catch (error) {
    if (error instanceof OpenApiFault)
      throw unreadable(`${place}${error.pointer && `, ${error.pointer}:`} ${error.message}`);
    throw error;
  }
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  try {
    const { status, text } = await fetchDocument(url, "application/json, application/yaml", signal);
    if (status === 200) return text;
    throw unreadable(`${url} answers with status ${status}.`);
  } catch (error) {
    if (error instanceof FetchError) throw unreadable(`${url} ${error.message}`, error);
    throw error;
  }
}

function readText(file: string, name: string): string {
  try {
    if (fs.statSync(file).size > MOST_BYTES)
      throw unreadable(`${name} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
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
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^\s*\{/u.test(text)) throw notParsed(name, cause);
  }
  const { parseYaml } = await import("./parse-yaml.js");
  try {
    return parseYaml(text);
  } catch (cause) {
    throw notParsed(name, cause);
  }
}

function notParsed(name: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  return unreadable(`${name} is neither JSON nor YAML: ${reason}`, cause);
}

function unreadable(message: string, cause?: unknown): UserError {
  return new UserError(
    "openapi-unreadable",
    message,
    "Give a file or the URL of an OpenAPI 3 document to --openapi, or leave it out and say the URLs.",
    { cause },
  );
}
