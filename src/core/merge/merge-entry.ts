import type { Conflict } from "./conflicts.js";
import type { FileEntry, ProjectPath } from "../files.js";
import { sameContent } from "./line-ends.js";
import { mergeJson } from "./merge-json.js";
import { mergeText } from "./merge-text.js";

export interface MergedEntry {
  readonly entry: FileEntry;
  readonly conflicts: readonly Conflict[];
}

/**
 * Merges three versions of a file: JSON by key, other text by lines, bytes not at all. Content and executable bit are merged apart.
 * Where nothing else is possible, yours stays.
 */
export function mergeEntry(
  path: ProjectPath,
  baseline: FileEntry,
  yours: FileEntry,
  template: FileEntry,
): MergedEntry {
  const executable =
    yours.executable === baseline.executable ? template.executable : yours.executable;
  const merged = (content: FileEntry["content"], conflicts: readonly Conflict[] = []) => ({
    entry: { content, executable },
    conflicts,
  });
  if (sameContent(baseline, template) || sameContent(yours, template)) return merged(yours.content);
  if (sameContent(baseline, yours)) return merged(takeTemplate(baseline, yours, template).content);
  const [before, own, now] = [baseline, yours, template].map(textOf);
  if (before === undefined || own === undefined || now === undefined)
    return merged(yours.content, [{ path, kind: "binary" }]);
  const json = /\.jsonc?$/iu.test(path) ? mergeJson(before, own, now) : undefined;
  if (json)
    return merged(
      json.text,
      json.conflicts.map((conflict) => ({ path, kind: "json", ...conflict })),
    );
  const { text, conflicts, markerSize } = mergeText(before, own, now);
  return merged(text, conflicts.length === 0 ? [] : [{ path, kind: "text", markerSize }]);
}

/** Text that has no NUL in it: what git takes for text. */
function textOf({ content }: FileEntry): string | undefined {
  return typeof content === "string" && !content.includes("\0") ? content : undefined;
}

/** The template's file, with the line ends and the byte order mark of yours, where nothing else of yours differs from the baseline. */
export function takeTemplate(
  baseline: FileEntry,
  yours: FileEntry,
  template: FileEntry,
): FileEntry {
  if (baseline.content === yours.content) return template;
  const [before, own, now] = [baseline.content, yours.content, template.content];
  const isText = typeof before === "string" && typeof own === "string" && typeof now === "string";
  return isText ? { ...template, content: mergeText(before, own, now).text } : template;
}
