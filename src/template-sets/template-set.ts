import type { References } from "../core/merge/orphans.js";
import { targetOf, type TemplateFile, type TemplateView } from "../core/render.js";
import type { IntegrationSpec, Notice } from "../core/spec.js";

/** A kind of project that we generate: which files, when, and what their templates read. */
export interface TemplateSet {
  /** The folder under `templates/` that holds its files. */
  readonly folder: IntegrationSpec["templateSet"];
  /** When each folder under `features/` is part of a project; `base` always is. */
  readonly features: Readonly<Record<string, (spec: IntegrationSpec) => boolean>>;
  /** Everything its templates may read. */
  readonly view: (spec: IntegrationSpec) => TemplateView;
  /** Files that are written once and then are their owner's: an update never touches them. */
  readonly seeds: readonly string[];
  /** Files that older versions made elsewhere: old path → new path. Edits move along. */
  readonly moved: Readonly<Record<string, string>>;
  /** The paths inside the project that a file may mean by what it imports. */
  readonly references: References;
  /** Answers that were said and that this set does not use. */
  readonly notices: (spec: IntegrationSpec) => readonly Notice[];
  /** The commands that come next, run inside the project by a package manager. */
  readonly nextSteps: (spec: IntegrationSpec, packageManager: string) => readonly string[];
}

/** The folders of a set that a project is made from. */
export function featuresFor(set: TemplateSet, spec: IntegrationSpec): readonly string[] {
  const chosen = Object.entries(set.features).filter(([, when]) => when(spec));
  return ["base", ...chosen.map(([feature]) => feature)];
}

/** Where files went whose path depends on an answer that changed: old path → new path. */
export function movedByAnswers(
  files: readonly TemplateFile[],
  before: TemplateView,
  now: TemplateView,
): ReadonlyMap<string, string> {
  const pairs = files.map((file) => [targetOf(file, before), targetOf(file, now)] as const);
  return new Map(pairs.filter(([from, to]) => from !== to));
}
