import { type Conflict, type Found, isOpen } from "./merge/conflicts.js";
import { type FileEntry, type FileTree, isBelow, type ProjectPath, sortedPaths } from "./files.js";
import { sameFile } from "./merge/line-ends.js";
import { mergeEntry, takeTemplate } from "./merge/merge-entry.js";

/** What happens to one file. */
export type Action = "create" | "update" | "merge" | "delete" | "move" | "keep" | "conflict";

/** Why: one word for each row of the decision table. A closed set. */
export type Reason =
  | "created"
  | "identical"
  | "both-added"
  | "unchanged"
  | "updated"
  | "kept-yours"
  | "same-change"
  | "merged"
  | "both-changed"
  | "kept-deleted"
  | "changed-but-deleted"
  | "restored"
  | "deleted"
  | "no-longer-generated"
  | "gone"
  | "moved"
  | "seed"
  | "another-type"
  | "open-conflict";

/** The decision about one file, as a value. */
export interface PlannedFile {
  /** Where the file lies afterwards. */
  readonly path: ProjectPath;
  /** What happens to it. */
  readonly action: Action;
  /** Why. */
  readonly reason: Reason;
  /** What lies there; `undefined`: no file. */
  readonly before: FileEntry | undefined;
  /** What is left there; `undefined`: no file. */
  readonly after: FileEntry | undefined;
  /** Where it lay before: the template moved it, or its owner did. */
  readonly from?: ProjectPath;
  /** The template's path of a file that its owner moved. */
  readonly trackedAs?: ProjectPath;
}

/** The decision about every file, in the order of paths. */
export type Plan = readonly PlannedFile[];

/** A project as it lies on the disk, at the paths that somebody asked for. */
export type Disk = ReadonlyMap<ProjectPath, Exclude<Found, undefined>>;

/** Everything that an update depends on. */
export interface MergeInput {
  /** What was generated last time. */
  readonly baseline: FileTree;
  /** What lies at the paths of the baseline, of the rendered project, of open conflicts and of followed files. */
  readonly disk: Disk;
  /** What the templates give now. */
  readonly rendered: FileTree;
  /** Paths that are written once and then are their owner's. */
  readonly seeds: Pick<ReadonlySet<string>, "has">;
  /** Old path → new path, of files that the template moved. */
  readonly moved: ReadonlyMap<ProjectPath, ProjectPath>;
  /** Old path → new path, of files that their owner moved. */
  readonly followed: ReadonlyMap<ProjectPath, ProjectPath>;
  /** What the last updates left to decide. */
  readonly open: readonly Conflict[];
  /** Deleted files that are wanted back. */
  readonly restored: ReadonlySet<string>;
}

/** What an update will do, and what it will leave in the state file. */
export interface MergePlan {
  readonly files: Plan;
  readonly conflicts: readonly Conflict[];
  /** The baseline of the next update: files with an open conflict keep the old one. */
  readonly baseline: FileTree;
}

/** The three versions of one file, and where they lie. */
interface Versions {
  /** The template's path of today. */
  readonly path: ProjectPath;
  /** The template's path of last time. */
  readonly tracked: ProjectPath;
  readonly baseline: FileEntry | undefined;
  readonly yours: Found;
  readonly template: FileEntry | undefined;
  /** Where yours lies. */
  readonly place: ProjectPath;
  /** Where it lies afterwards: at the template's path, or where its owner moved it. */
  readonly destination: ProjectPath;
}

type Decision = Pick<PlannedFile, "action" | "reason" | "after"> & {
  readonly conflicts?: readonly Conflict[];
};

/**
 * Decides about every file, in the order of paths. The same input gives the same plan on every machine.
 * A new project is the update of nothing: an empty baseline.
 */
export function planMerge(input: MergeInput): MergePlan {
  const open = input.open
    .map((conflict) => ({ ...conflict, path: placeOf(conflict.path, input) }))
    .filter((conflict) =>
      isOpen(conflict, input.disk.get(conflict.path), input.rendered.get(conflict.path)),
    );
  const frozen = new Set(open.flatMap(({ path, kind }) => (kind === "orphan" ? [] : [path])));
  const planned: (PlannedFile & { readonly conflicts: readonly Conflict[] })[] = [];
  const next = new Map<ProjectPath, FileEntry>();
  const went = new Map<ProjectPath, ProjectPath>();
  for (const versions of versionsOf(input)) {
    const { path, tracked, baseline, template, place, destination, yours } = versions;
    const before = yours === "other" ? undefined : yours;
    if (frozen.has(place)) {
      planned.push({
        ...placed(versions, { action: "conflict", reason: "open-conflict", after: before }),
        before,
        conflicts: [],
      });
      if (before) went.set(place, destination);
      if (baseline) next.set(template ? path : tracked, baseline);
      continue;
    }
    const { conflicts = [], ...decision } = decide(versions, input);
    planned.push({ ...placed(versions, decision), before, conflicts });
    const isSeed = baseline !== undefined && input.seeds.has(path);
    const stays = template !== undefined || decision.after !== undefined;
    const generated = isSeed && stays ? baseline : template;
    if (generated) next.set(path, generated);
  }
  const files = withoutCollisions(planned);
  return {
    files: files.map(({ conflicts: _conflicts, ...file }) => file),
    conflicts: [
      ...open.map((conflict) => ({ ...conflict, path: went.get(conflict.path) ?? conflict.path })),
      ...files.flatMap(({ conflicts }) => conflicts),
    ],
    baseline: next,
  };
}

/** Where a file with an open conflict lies now: its owner may have moved it since. */
function placeOf(path: ProjectPath, { disk, followed }: MergeInput): ProjectPath {
  return disk.has(path) ? path : (followed.get(path) ?? path);
}

/** Every file once: at the path that the template has for it today, else at the one it had. */
function* versionsOf({
  baseline,
  disk,
  rendered,
  moved,
  followed,
}: MergeInput): Generator<Versions> {
  const origin = new Map<ProjectPath, ProjectPath>();
  for (const [from, to] of moved) {
    const isMoved =
      baseline.has(from) && !baseline.has(to) && rendered.has(to) && !rendered.has(from);
    const isFree = disk.get(to) === undefined || disk.get(from) === undefined;
    if (isMoved && isFree) origin.set(to, from);
  }
  const gone = new Set(origin.values());
  for (const path of sortedPaths(new Map([...baseline, ...rendered]))) {
    if (gone.has(path)) continue;
    const tracked = origin.get(path) ?? path;
    const found = [path, tracked].find((place) => disk.has(place));
    const owners = followed.get(tracked);
    const place = found ?? owners ?? path;
    yield {
      path,
      tracked,
      place,
      baseline: baseline.get(tracked),
      yours: disk.get(place),
      template: rendered.get(path),
      destination: found === undefined ? place : path,
    };
  }
}

function decide(versions: Versions, { seeds, restored }: MergeInput): Decision {
  const { path, destination, baseline, yours, template } = versions;
  if (yours === "other") return decideOther(versions);
  const keep = (reason: Reason): Decision => ({ action: "keep", reason, after: yours });
  if (seeds.has(path) && baseline) {
    if (yours === undefined && template && restored.has(path))
      return { action: "create", reason: "restored", after: template };
    if (template) return keep("seed");
  }
  if (yours === undefined) {
    if (template === undefined) return keep("gone");
    if (baseline === undefined) return { action: "create", reason: "created", after: template };
    if (restored.has(path)) return { action: "create", reason: "restored", after: template };
    return keep(sameFile(baseline, template) ? "kept-deleted" : "changed-but-deleted");
  }
  if (template === undefined) {
    return sameFile(baseline, yours)
      ? { action: "delete", reason: "deleted", after: undefined }
      : keep("no-longer-generated");
  }
  if (baseline === undefined) {
    return sameFile(yours, template)
      ? keep("identical")
      : {
          action: "conflict",
          reason: "both-added",
          after: yours,
          conflicts: [{ path: destination, kind: "both-added" }],
        };
  }
  if (sameFile(baseline, template))
    return keep(sameFile(baseline, yours) ? "unchanged" : "kept-yours");
  if (sameFile(yours, template)) return keep("same-change");
  if (sameFile(baseline, yours))
    return { action: "update", reason: "updated", after: takeTemplate(baseline, yours, template) };
  const { entry, conflicts } = mergeEntry(destination, baseline, yours, template);
  return conflicts.length === 0
    ? { action: "merge", reason: "merged", after: entry }
    : { action: "conflict", reason: "both-changed", after: entry, conflicts };
}

/** A link or a folder stands where the project has a file: it is never read and never replaced. */
function decideOther({ place, baseline, template }: Versions): Decision {
  const isStill = template === undefined || (baseline && sameFile(baseline, template));
  return isStill
    ? { action: "keep", reason: template ? "kept-yours" : "no-longer-generated", after: undefined }
    : typeConflict(place);
}

function typeConflict(path: ProjectPath): Decision {
  return {
    action: "conflict",
    reason: "another-type",
    after: undefined,
    conflicts: [{ path, kind: "type" }],
  };
}

/** Where the file lies before and after. */
function placed(
  { path, place, destination }: Versions,
  decision: Omit<Decision, "conflicts">,
): Omit<PlannedFile, "before"> {
  if (destination !== path) return { ...decision, path: destination, trackedAs: path };
  if (place === path || decision.after === undefined) return { ...decision, path: place };
  const isPlain = decision.action === "keep" || decision.action === "update";
  return {
    ...decision,
    ...(isPlain && { action: "move", reason: "moved" }),
    path,
    from: place,
  };
}

/** A file cannot be made where a file of yours stays that would have to be its folder, nor where files of yours stay below it. */
function withoutCollisions<File extends PlannedFile & { readonly conflicts: readonly Conflict[] }>(
  planned: readonly File[],
): readonly File[] {
  const stays = planned.filter(({ after }) => after !== undefined);
  const isBlocked = ({ path, before, after }: File): boolean =>
    after !== undefined &&
    before === undefined &&
    stays.some(
      (other) =>
        other.before !== undefined && (isBelow(path, other.path) || isBelow(other.path, path)),
    );
  return planned.map((file) =>
    isBlocked(file) ? { ...file, conflicts: [], ...typeConflict(file.path) } : file,
  );
}
