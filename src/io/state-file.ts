import { createHash } from "node:crypto";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { UserError } from "../core/errors.js";
import { bytesOf, type FileTree } from "../core/files.js";
import {
  formatBaseline,
  type PackedBaseline,
  parseBaseline,
  parseState,
  type ProjectState,
  STATE_FILE,
  TAKE_STATE_BACK,
} from "../core/state.js";
import { lstat, readEntry } from "./write-project.js";

/** Bytes: far beyond any project, and far below what stops a machine. */
const LARGEST_BASELINE = 64 * 1024 * 1024;

const LARGEST_STATE = 16 * 1024 * 1024;

/** Packs a baseline for the state file. */
export function packBaseline(tree: FileTree): PackedBaseline {
  const bytes = Buffer.from(formatBaseline(tree));
  const data = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  return {
    encoding: "brotli-base64",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    data: data.toString("base64"),
  };
}

/**
 * Unpacks a baseline and compares its checksum.
 * @throws {UserError} `state-unreadable`
 */
export function unpackBaseline({ data, sha256 }: PackedBaseline): FileTree {
  let bytes: Buffer | undefined;
  try {
    bytes = brotliDecompressSync(Buffer.from(data, "base64"), {
      maxOutputLength: LARGEST_BASELINE,
    });
  } catch {
    // What cannot be unpacked fits no checksum.
  }
  if (bytes === undefined || createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw new UserError(
      "state-unreadable",
      `${STATE_FILE} has a baseline that does not fit its checksum.`,
      TAKE_STATE_BACK,
      {
        paths: [STATE_FILE],
      },
    );
  return parseBaseline(bytes.toString("utf8"));
}

/**
 * The text of a project's state file, or `undefined` where there is none.
 * @throws {UserError} `unsafe-path` when it is a link, `read-failed`
 */
export function readStateText(project: string): string | undefined {
  const file = path.join(project, STATE_FILE);
  const stats = lstat(file);
  if (stats?.isFile() && stats.size > LARGEST_STATE)
    throw new UserError(
      "state-unreadable",
      `${STATE_FILE} is larger than any that was generated.`,
      TAKE_STATE_BACK,
      { paths: [STATE_FILE] },
    );
  const entry = readEntry(file);
  return entry && new TextDecoder().decode(bytesOf(entry.content));
}

/**
 * The state of a project, or `undefined` where there is no state file.
 * @throws {UserError} `state-unreadable`
 */
export function readState(project: string): ProjectState | undefined {
  const text = readStateText(project);
  return text === undefined ? undefined : parseState(text);
}
