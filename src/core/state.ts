import { UserError } from "./errors.js";
import {
  bytesOf,
  type FileEntry,
  type FileTree,
  type ProjectPath,
  projectPath,
  sortedPaths,
} from "./files.js";
import { isRecord } from "./readers.js";
import type { Answers } from "./questions.js";

/** The file that makes a project updatable: answers, and everything that was rendered last time. */
export const STATE_FILE = projectPath(".create-oauth2-integration.json");

export const STATE_SCHEMA = 1;

/** A baseline packed for the state file. Packing and hashing are done in io. */
export interface PackedBaseline {
  readonly encoding: "brotli-base64";
  /** SHA-256 of the unpacked bytes, hexadecimal. */
  readonly sha256: string;
  readonly data: string;
}

/** What the state file holds. */
export interface ProjectState {
  readonly schema: typeof STATE_SCHEMA;
  /** The version of this program that wrote it. */
  readonly generator: string;
  readonly templateSet: string;
  /** Answers as JSON, not yet read again. */
  readonly answers: Readonly<Record<string, unknown>>;
  readonly conflicts: readonly unknown[];
  readonly baseline: PackedBaseline;
}

/** The text of a state file. */
export function formatState(
  state: Omit<ProjectState, "answers"> & { readonly answers: Answers },
): string {
  const { schema, generator, templateSet, answers, conflicts, baseline } = state;
  return `${JSON.stringify({ schema, generator, templateSet, answers, conflicts, baseline }, undefined, 2)}\n`;
}

/**
 * Reads a state file's text.
 * @throws {UserError} `state-unreadable` when it is not one, names the file
 */
export function parseState(text: string): ProjectState {
  const state = jsonOf(text);
  if (!isRecord(state)) throw unreadable("is not a JSON object");
  const members = new Set([
    "schema",
    "generator",
    "templateSet",
    "answers",
    "conflicts",
    "baseline",
  ]);
  const stray = Object.keys(state).find((key) => !members.has(key));
  if (stray !== undefined)
    throw unreadable(`holds ${JSON.stringify(stray)}, which this version does not know`);
  if (state["schema"] !== STATE_SCHEMA)
    throw unreadable(
      `has the schema ${JSON.stringify(state["schema"])}, and this version reads ${STATE_SCHEMA}`,
    );
  const { generator, templateSet, answers, conflicts, baseline } = state;
  if (
    typeof generator !== "string" ||
    typeof templateSet !== "string" ||
    !isRecord(answers) ||
    !Array.isArray(conflicts)
  )
    throw unreadable("lacks a member, or one has another type");
  if (!isPackedBaseline(baseline)) throw unreadable("has no baseline that can be read");
  return { schema: STATE_SCHEMA, generator, templateSet, answers, conflicts, baseline };
}

function isPackedBaseline(value: unknown): value is PackedBaseline {
  return (
    isRecord(value) &&
    value["encoding"] === "brotli-base64" &&
    typeof value["sha256"] === "string" &&
    typeof value["data"] === "string"
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable("is not JSON", cause);
  }
}

function unreadable(what: string, cause?: unknown): UserError {
  return new UserError(
    "state-unreadable",
    `${STATE_FILE} ${what}.`,
    "Take the file back from your repository's history.",
    {
      cause,
      paths: [STATE_FILE],
    },
  );
}

/** The unpacked baseline, `{ path: { text or base64, executable? } }`, sorted by path: the same tree gives the same text. */
export function formatBaseline(tree: FileTree): string {
  const files = sortedPaths(tree).map((path) => [path, storedFile(tree.get(path))]);
  return JSON.stringify(Object.fromEntries(files));
}

function storedFile(entry: FileEntry | undefined): Readonly<Record<string, unknown>> {
  if (entry === undefined) return {};
  const content =
    typeof entry.content === "string"
      ? { text: entry.content }
      : { base64: base64Of(bytesOf(entry.content)) };
  return entry.executable ? { ...content, executable: true } : content;
}

/**
 * Reads an unpacked baseline.
 * @throws {UserError} `state-unreadable`
 */
export function parseBaseline(text: string): FileTree {
  const stored = jsonOf(text);
  if (!isRecord(stored)) throw unreadable("has no baseline that can be read");
  return new Map<ProjectPath, FileEntry>(
    Object.entries(stored).map(([path, file]) => [projectPath(path), fileOf(file)]),
  );
}

function fileOf(file: unknown): FileEntry {
  if (!isRecord(file)) throw unreadable("has no baseline that can be read");
  const executable = file["executable"] === true;
  if (typeof file["text"] === "string") return { content: file["text"], executable };
  if (typeof file["base64"] === "string")
    return {
      content: Uint8Array.from(atob(file["base64"]), (letter) => letter.charCodeAt(0)),
      executable,
    };
  throw unreadable("has no baseline that can be read");
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
