import type { ExplainedRequest } from "../core/explain.js";
import type { Needs } from "../core/merge/orphans.js";
import { targetOf, type TemplateFile, type TemplateView } from "../core/render.js";
import type { IntegrationSpec, Notice } from "../core/spec.js";
import type { SetRules, TemplateSetName } from "../core/template-sets.js";
import { commonFeatures } from "./common-features.js";

/** A kind of project that we generate: which files, when, and what their templates read. */
export interface TemplateSet extends SetRules {
  /** The folder under `templates/` that holds its files. */
  readonly folder: TemplateSetName;
  /** When each folder under `features/` is part of a project; `base` always is. */
  readonly features: Readonly<Record<string, (spec: IntegrationSpec) => boolean>>;
  /** Everything its templates may read; `openapi` is the OpenAPI document as JSON text, where there is one. */
  readonly view: (spec: IntegrationSpec, openapi?: string) => TemplateView;
  /** Files that are written once and then are their owner's: an update never touches them. May hold `{{name}}` of the view. */
  readonly seeds: readonly string[];
  /** Files that older versions made elsewhere: old path → new path. Edits move along. */
  readonly moved: Readonly<Record<string, string>>;
  /** What its files need of each other. */
  readonly needs: Needs;
  /** The requests that its projects send. */
  readonly requests: (spec: IntegrationSpec) => readonly ExplainedRequest[];
  /** What is worth saying when a project was made. */
  readonly notices: (spec: IntegrationSpec) => readonly Notice[];
  /** The file that names what a package manager installs, where the set has one. */
  readonly installs?: string;
  /** The program that links an account, once it was built, where a project has one of its own. */
  readonly program?: string;
  /** What comes after the installation: commands to run inside the project, or a line of text. */
  readonly nextSteps: (spec: IntegrationSpec, packageManager: string) => readonly string[];
}

/** The folders of templates that a project is made from, as `<set>/<feature>`. */
export function featuresFor(
  { folder, features }: TemplateSet,
  spec: IntegrationSpec,
): readonly string[] {
  const chosen = (all: TemplateSet["features"]): readonly string[] =>
    Object.keys(all).filter((feature) => all[feature]?.(spec));
  return [
    `${folder}/base`,
    ...chosen(features).map((feature) => `${folder}/${feature}`),
    ...chosen(commonFeatures).map((feature) => `common/${feature}`),
  ];
}

/** Those of some paths that are seeds. */
export function seedsAmong({ seeds }: TemplateSet, paths: Iterable<string>): ReadonlySet<string> {
  const patterns = seeds.map(
    (seed) =>
      new RegExp(
        `^${seed
          .split(/\{\{\w+\}\}/u)
          .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`))
          .join("[^/]+")}$`,
        "u",
      ),
  );
  return new Set([...paths].filter((path) => patterns.some((pattern) => pattern.test(path))));
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
