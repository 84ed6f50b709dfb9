import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { UserError } from "../core/errors.js";
import type { FileTree } from "../core/files.js";
import {
  formatBaseline,
  type PackedBaseline,
  parseBaseline,
  parseState,
  type ProjectState,
  STATE_FILE,
} from "../core/state.js";
import { isAbsent, readFailed } from "./errors.js";

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
      maxOutputLength: 256 * 1024 * 1024,
    });
  } catch {
    bytes = undefined;
  }
  if (bytes === undefined || createHash("sha256").update(bytes).digest("hex") !== sha256)
    throw new UserError(
      "state-unreadable",
      `${STATE_FILE} has a baseline that does not fit its checksum.`,
      "Take the file back from your repository's history.",
      {
        paths: [STATE_FILE],
      },
    );
  return parseBaseline(bytes.toString("utf8"));
}

/**
 * The state of a project, or `undefined` where there is no state file.
 * @throws {UserError} `state-unreadable`
 */
export function readState(project: string): ProjectState | undefined {
  const file = path.join(project, STATE_FILE);
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw readFailed(file, error);
  }
  return parseState(text);
}
