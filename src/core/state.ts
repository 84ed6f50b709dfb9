import type { Conflict } from "./merge/conflicts.js";
import { UserError } from "./errors.js";
import {
  bytesOf,
  type FileEntry,
  type FileTree,
  type ProjectPath,
  ownersPath,
  projectPath,
  sortedPaths,
} from "./files.js";
import { isRecord } from "./readers.js";
import { isVersion } from "./versions.js";
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
  /** What updates left to decide. */
  readonly conflicts: readonly Conflict[];
  readonly baseline: PackedBaseline;
}

/** The text of a state file. */
export function formatState(
  state: Omit<ProjectState, "answers"> & { readonly answers: Answers },
): string {
  const { schema, generator, templateSet, answers, conflicts, baseline } = state;
  return `${JSON.stringify({ schema, generator, templateSet, answers, conflicts, baseline }, undefined, 2)}\n`;
}

/** What changed between schemas, oldest first: each makes the state of the next schema. */
const MIGRATIONS: readonly Migration[] = [];

export type Migration = (
  state: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

const MEMBERS = new Set(["schema", "generator", "templateSet", "answers", "conflicts", "baseline"]);

/** What to do where the state file is lost or cannot be read. */
export const TAKE_STATE_BACK =
  "Take it back from your repository's history, or make it anew with npx create-oauth2-integration update --adopt --answers <file>.";

/**
 * Reads a state file's text, of this schema or an older one.
 * @throws {UserError} `state-unreadable` when it is not one, names the file
 */
export function parseState(text: string): ProjectState {
  const state = migrated(jsonOf(text), MIGRATIONS);
  const stray = Object.keys(state).find((key) => !MEMBERS.has(key));
  if (stray !== undefined)
    throw unreadable(`holds ${JSON.stringify(stray)}, which this version does not know`);
  const { generator, templateSet, answers, conflicts, baseline } = state;
  if (
    typeof generator !== "string" ||
    typeof templateSet !== "string" ||
    !isRecord(answers) ||
    !Array.isArray(conflicts)
  )
    throw unreadable("lacks a member, or one has another type");
  if (!isVersion(generator)) throw unreadable("has a generator that is no version");
  if (!isPackedBaseline(baseline)) throw unreadable("has no baseline that can be read");
  return {
    schema: STATE_SCHEMA,
    generator,
    templateSet,
    answers,
    conflicts: conflicts.map(conflictOf),
    baseline,
  };
}

/**
 * Brings an older state to the newest schema, one step after the other.
 * @throws {UserError} `newer-generator`, or `state-unreadable` for a schema that never was
 */
export function migrated(
  state: unknown,
  migrations: readonly Migration[],
): Readonly<Record<string, unknown>> {
  if (!isRecord(state)) throw unreadable("is not a JSON object");
  const { schema } = state;
  const newest = migrations.length + 1;
  if (typeof schema !== "number" || !Number.isInteger(schema) || schema < 1)
    throw unreadable(`has the schema ${JSON.stringify(schema)}, which never was`);
  if (schema > newest)
    throw new UserError(
      "newer-generator",
      `${STATE_FILE} has the schema ${schema}, and this version reads no more than ${newest}.`,
      "Run npx create-oauth2-integration@latest update: a newer version wrote the file.",
      { paths: [STATE_FILE] },
    );
  return migrations.slice(schema - 1).reduce((older, step) => step(older), state);
}

function conflictOf(stored: unknown): Conflict {
  if (!isRecord(stored)) throw unreadable("has a conflict that cannot be read");
  const { path, kind, markerSize, pointer, yours, template, missing, name } = stored;
  if (typeof path === "string") {
    const place = { path: storedPath(path, ownersPath) };
    if (kind === "text" && isMarkerSize(markerSize)) return { ...place, kind, markerSize };
    if (kind === "json" && typeof pointer === "string")
      return {
        ...place,
        kind,
        pointer,
        ...(Object.hasOwn(stored, "yours") && { yours }),
        ...(Object.hasOwn(stored, "template") && { template }),
      };
    if (kind === "binary" || kind === "both-added" || kind === "type") return { ...place, kind };
    if (kind === "orphan" && typeof missing === "string")
      return {
        ...place,
        kind,
        missing: storedPath(missing, projectPath),
        ...(typeof name === "string" && { name }),
      };
  }
  throw unreadable("has a conflict that cannot be read");
}

function storedPath(path: string, read: (text: string) => ProjectPath): ProjectPath {
  try {
    return read(path);
  } catch (cause) {
    throw new UserError(
      "unsafe-path",
      `${STATE_FILE} names ${JSON.stringify(path)}, which is no path inside the project.`,
      `Nothing was read or written there. ${TAKE_STATE_BACK}`,
      { cause, paths: [STATE_FILE] },
    );
  }
}

/** As git's at least; no line is longer than the most. */
function isMarkerSize(size: unknown): size is number {
  return typeof size === "number" && Number.isInteger(size) && size >= 7 && size < 100_000_000;
}

function isPackedBaseline(value: unknown): value is PackedBaseline {
  return (
    isRecord(value) &&
    value["encoding"] === "brotli-base64" &&
    typeof value["sha256"] === "string" &&
    typeof value["data"] === "string"
  );
}

/** Deeper than any that was written (a value in dispute can be 200 deep); what is much deeper is more than a call stack holds. */
const DEEPEST = 256;

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return than === 0 || Object.values(value).some((item) => isDeeper(item, than - 1));
}

function jsonOf(text: string): unknown {
  const value = parsed(text);
  if (isDeeper(value, DEEPEST)) throw unreadable("is nested too deeply");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (/^(?:<{7}|>{7}) /mu.test(text))
      throw new UserError(
        "state-unreadable",
        `${STATE_FILE} holds merge markers.`,
        `Take one side of the file whole (git checkout --ours ${STATE_FILE}), then run npx create-oauth2-integration update again.`,
        { cause, paths: [STATE_FILE] },
      );
    throw unreadable("is not JSON", cause);
  }
}

function unreadable(what: string, cause?: unknown): UserError {
  return new UserError("state-unreadable", `${STATE_FILE} ${what}.`, TAKE_STATE_BACK, {
    cause,
    paths: [STATE_FILE],
  });
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
    Object.entries(stored).map(([path, file]) => [storedPath(path, projectPath), fileOf(file)]),
  );
}

function fileOf(file: unknown): FileEntry {
  if (!isRecord(file)) throw unreadable("has no baseline that can be read");
  const executable = file["executable"] === true;
  if (typeof file["text"] === "string") return { content: file["text"], executable };
  if (typeof file["base64"] === "string")
    return { content: bytesOfBase64(file["base64"]), executable };
  throw unreadable("has no baseline that can be read");
}

function bytesOfBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    throw unreadable("has no baseline that can be read", cause);
  }
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
