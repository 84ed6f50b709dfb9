import type { FileEntry, ProjectPath } from "../files.js";
import { sameFile } from "./line-ends.js";
import { valueAt } from "./merge-json.js";
import { hasMarkers } from "./merge-text.js";
import { isRecord } from "../readers.js";

/** Something that a person has to decide, as the state file keeps it until they did. */
export type Conflict = {
  /** The file. */
  readonly path: ProjectPath;
} & (
  | {
      /** Markers stand in it. */
      readonly kind: "text";
      /** How many letters a marker has. */
      readonly markerSize: number;
    }
  | {
      /** Both changed a value of it. */
      readonly kind: "json";
      /** RFC 6901. */
      readonly pointer: string;
      /** Absent: not there. */
      readonly yours?: unknown;
      /** Absent: not there. */
      readonly template?: unknown;
    }
  | {
      /** Both changed what is no text, both added it, or something else than a file stands there. */
      readonly kind: "binary" | "both-added" | "type";
    }
  | {
      /** It still imports a file that the update deleted, or uses a name that it had from there. */
      readonly kind: "orphan";
      /** That file. */
      readonly missing: ProjectPath;
      /** That name. */
      readonly name?: string;
    }
);

/** What lies at a path: a file, something else (a link, a folder), or nothing. */
export type Found = FileEntry | "other" | undefined;

/**
 * Whether a conflict still waits. Markers that are gone, a value that is not the disputed one any more, a file that is gone: all of these
 * are decisions. Of other kinds only the template's own content is; `--resolved` says it for the rest.
 */
export function isOpen(conflict: Conflict, yours: Found, template: FileEntry | undefined): boolean {
  if (yours === undefined) return false;
  if (yours === "other") return conflict.kind === "type";
  const { content } = yours;
  switch (conflict.kind) {
    case "text":
      return hasMarkers(textOf(content), conflict.markerSize);
    case "json":
      // A file that cannot be read decides nothing.
      return (
        valueAt(textOf(content), "") === undefined ||
        sameJson(valueAt(textOf(content), conflict.pointer), conflict.yours)
      );
    case "binary":
    case "both-added":
      return !sameFile(yours, template);
    case "type":
      return false;
    case "orphan":
      return true;
  }
}

/** Markers are ASCII: they are found in every encoding that keeps it. */
function textOf(content: FileEntry["content"]): string {
  return typeof content === "string" ? content : new TextDecoder("latin1").decode(content);
}

/** Whether two JSON values are equal; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
