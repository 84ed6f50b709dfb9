import { diffLines, type LineChange, lineNumbering, splitLines } from "./diff-lines.js";

/** Lines of a text, from 1; the last one belongs to them. */
export type LineRange = readonly [first: number, last: number];

/** A merged text. It may hold conflicts: your lines, the last generated ones and the template's, between markers like git's. */
export interface TextMerge {
  readonly text: string;
  /** The lines of each conflict, with its markers. */
  readonly conflicts: readonly LineRange[];
  /** How many characters a marker has: more than any line has that could be taken for one. */
  readonly markerSize: number;
}

const BOM = "\uFEFF";

/**
 * Merges the changes of two texts since their baseline (diff3). Line ends and byte order mark do not count: your lines keep
 * theirs, also where they are mixed, and what comes from the template gets the line end that most of your lines have.
 */
export function mergeText(baseline: string, yours: string, template: string): TextMerge {
  const versions = versionsOf(baseline, yours, template);
  return textOf(regionsOf(versions), versions, [baseline, yours, template]);
}

/** Everything between the first and the last line that yours and the template do not share, as one conflict: where a merge went wrong. */
export function disputeText(baseline: string, yours: string, template: string): TextMerge {
  const versions = versionsOf(baseline, yours, template);
  const whole = ({ plain }: Version): Span => ({ start: 0, end: plain.length });
  const region: Region = {
    base: whole(versions.base),
    yours: whole(versions.yours),
    template: whole(versions.template),
    isConflict: true,
  };
  const rest = withoutCommonEnds(region, versions.yours.numbers, versions.template.numbers);
  return textOf([rest], versions, [baseline, yours, template]);
}

/** Your text, with other lines in these regions. */
function textOf(
  regions: readonly Region[],
  versions: Versions,
  [baseline, yours, template]: readonly [string, string, string],
): TextMerge {
  const markerSize = markerSizeFor([baseline, yours, template]);
  const own = versions.yours.written;
  const merged: string[] = [];
  const conflicts: LineRange[] = [];
  let copied = 0;
  const add = (lines: readonly string[]) => {
    for (const line of lines) merged.push(line);
  };
  for (const region of regions) {
    add(own.slice(copied, region.yours.start));
    copied = region.yours.end;
    const lines = linesOf(region, versions, markersOf(markerSize));
    if (region.isConflict) conflicts.push([merged.length + 1, merged.length + lines.length]);
    add(lines);
  }
  add(own.slice(copied));
  const mark = yours.startsWith(BOM) ? BOM : "";
  return { text: mark + merged.join(""), conflicts, markerSize };
}

/* ---- the three texts ---- */

/** A text by lines: as they were written; with plain line ends (`\n`, on the last one perhaps none); and those as numbers. */
interface Version {
  readonly written: readonly string[];
  readonly plain: readonly string[];
  readonly numbers: Int32Array;
}

interface Versions {
  readonly base: Version;
  readonly yours: Version;
  readonly template: Version;
  /** For the lines that are not yours. */
  readonly lineEnd: string;
}

function versionsOf(baseline: string, yours: string, template: string): Versions {
  const numbersOf = lineNumbering();
  const versionOf = (text: string): Version => {
    const written = splitLines(withoutMark(text));
    const plain = written.map((line) => (line.endsWith("\r\n") ? `${line.slice(0, -2)}\n` : line));
    return { written, plain, numbers: numbersOf(plain) };
  };
  return {
    base: versionOf(baseline),
    yours: versionOf(yours),
    template: versionOf(template),
    lineEnd: commonLineEnd(yours) ?? commonLineEnd(template) ?? "\n",
  };
}

function withoutMark(text: string): string {
  return text.startsWith(BOM) ? text.slice(BOM.length) : text;
}

/** The line end that most lines have; none when nothing ends. */
function commonLineEnd(text: string): string | undefined {
  const lines = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  if (lines === 0) return undefined;
  return windows * 2 > lines ? "\r\n" : "\n";
}

/* ---- what changed where ---- */

/** Lines `start` up to `end`, which is not one of them, from 0. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place that the template changed, in all three texts. It is a conflict when you changed it too, and not to the same. */
interface Region {
  readonly base: Span;
  readonly yours: Span;
  readonly template: Span;
  readonly isConflict: boolean;
}

/** The places at which the result is not just yours, in order. */
function regionsOf({ base, yours, template }: Versions): readonly Region[] {
  const shifts = { yours: 0, template: 0 };
  const spanIn = (
    side: "yours" | "template",
    { start, end }: Span,
    changes: readonly LineChange[],
  ): Span => {
    const first = start + shifts[side];
    const last = changes.at(-1);
    if (last) shifts[side] = last.newEnd - last.oldEnd;
    return { start: first, end: end + shifts[side] };
  };
  const clusters = clustersOf(
    diffLines(base.numbers, yours.numbers),
    diffLines(base.numbers, template.numbers),
  );
  return clusters.flatMap((cluster) => {
    const region = {
      base: cluster.base,
      yours: spanIn("yours", cluster.base, cluster.yours),
      template: spanIn("template", cluster.base, cluster.template),
      isConflict: cluster.yours.length > 0,
    };
    if (cluster.template.length === 0) return [];
    if (!region.isConflict) return [region];
    const rest = withoutCommonEnds(region, yours.numbers, template.numbers);
    return isSettled(rest) ? [] : [rest];
  });
}

/** Changes of both sides that overlap or touch each other in the baseline. */
interface Cluster {
  readonly base: Span;
  readonly yours: readonly LineChange[];
  readonly template: readonly LineChange[];
}

function clustersOf(
  yours: readonly LineChange[],
  template: readonly LineChange[],
): readonly Cluster[] {
  const changes = [
    ...yours.map((change) => ({ side: "yours" as const, change })),
    ...template.map((change) => ({ side: "template" as const, change })),
  ].toSorted((a, b) => a.change.oldStart - b.change.oldStart);
  const clusters: {
    base: { start: number; end: number };
    yours: LineChange[];
    template: LineChange[];
  }[] = [];
  for (const { side, change } of changes) {
    let cluster = clusters.at(-1);
    if (!cluster || cluster.base.end < change.oldStart) {
      cluster = { base: { start: change.oldStart, end: change.oldEnd }, yours: [], template: [] };
      clusters.push(cluster);
    }
    cluster[side].push(change);
    cluster.base.end = Math.max(cluster.base.end, change.oldEnd);
  }
  return clusters;
}

/** Takes what both sides begin with, then what both end with, out of a conflict: lines that nobody has to decide about. */
function withoutCommonEnds(region: Region, own: Int32Array, theirs: Int32Array): Region {
  let { start: i, end: iEnd } = region.yours;
  let { start: j, end: jEnd } = region.template;
  while (i < iEnd && j < jEnd && own[i] === theirs[j]) {
    i++;
    j++;
  }
  while (i < iEnd && j < jEnd && own[iEnd - 1] === theirs[jEnd - 1]) {
    iEnd--;
    jEnd--;
  }
  return { ...region, yours: { start: i, end: iEnd }, template: { start: j, end: jEnd } };
}

/** Both sides have the same lines there. git writes a conflict with nothing in it when they came to them by other steps. */
function isSettled({ yours, template }: Region): boolean {
  return yours.start === yours.end && template.start === template.end;
}

/* ---- conflicts as text ---- */

interface Markers {
  readonly opening: string;
  readonly ancestor: string;
  readonly middle: string;
  readonly closing: string;
}

function markersOf(size: number): Markers {
  return {
    opening: `${"<".repeat(size)} yours`,
    ancestor: `${"|".repeat(size)} last generated`,
    middle: "=".repeat(size),
    closing: `${">".repeat(size)} template`,
  };
}

/** Seven, as git has it; one more than the longest line begins with when one could be taken for a marker. */
function markerSizeFor(texts: readonly string[]): number {
  let size = 7;
  for (const text of texts)
    for (const [run] of withoutMark(text).matchAll(/^([<|=>])\1{6,}/gmu))
      size = Math.max(size, run.length + 1);
  return size;
}

/** What a region becomes in the result: the template's lines, or a conflict. */
function linesOf(
  { base, yours, template, isConflict }: Region,
  versions: Versions,
  markers: Markers,
): readonly string[] {
  const { lineEnd } = versions;
  const theirs = versions.template.plain.slice(template.start, template.end);
  if (!isConflict) return theirs.map((line) => line.replace("\n", lineEnd));
  const ended = (line: string) => line.replace(/\n?$/u, lineEnd);
  return [
    markers.opening + lineEnd,
    ...versions.yours.written
      .slice(yours.start, yours.end)
      .map((line) => (line.endsWith("\n") ? line : line + lineEnd)),
    markers.ancestor + lineEnd,
    ...versions.base.plain.slice(base.start, base.end).map(ended),
    markers.middle + lineEnd,
    ...theirs.map(ended),
    markers.closing + lineEnd,
  ];
}

/* ---- conflicts in a text that somebody may have edited since ---- */

/** Whether a marker with a label still stands in a text. */
export function hasMarkers(text: string, markerSize: number): boolean {
  return conflictLines(text, markerSize).length > 0;
}

/** The lines that are still open: from marker to marker, also where somebody removed some markers of a conflict and not all. */
export function conflictLines(text: string, markerSize: number): readonly LineRange[] {
  const { opening, ancestor, middle, closing } = markersOf(markerSize);
  const ranges: LineRange[] = [];
  let first: number | undefined;
  for (const [index, line] of withoutMark(text).split("\n").entries()) {
    const marker = line.replace(/\r$/u, "");
    const isFollowing = marker === ancestor || marker === closing;
    if (marker === opening || (isFollowing && first === undefined)) {
      first = index + 1;
      ranges.push([first, first]);
    } else if (first !== undefined && (isFollowing || marker === middle)) {
      ranges.splice(-1, 1, [first, index + 1]);
    }
    if (marker === closing) first = undefined;
  }
  return ranges;
}
