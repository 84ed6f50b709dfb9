import type { TemplateFile, TemplateView } from "../core/render.js";
import type { IntegrationSpec, Notice } from "../core/spec.js";

/** A kind of project that we generate: which files, when, and what their templates read. */
export interface TemplateSet {
  /** The folder under `templates/` that holds its files. */
  readonly folder: IntegrationSpec["templateSet"];
  /** When each folder under `features/` is part of a project; `base` always is. */
  readonly features: Readonly<Record<string, (spec: IntegrationSpec) => boolean>>;
  /** Everything its templates may read. */
  readonly view: (spec: IntegrationSpec) => TemplateView;
  /** Answers that were said and that this set does not use. */
  readonly notices: (spec: IntegrationSpec) => readonly Notice[];
  /** The commands that come next, run inside the project by a package manager. */
  readonly nextSteps: (spec: IntegrationSpec, packageManager: string) => readonly string[];
}

/** The files of a set that a spec asks for. Throws where a feature is not declared. */
export function filesFor(
  set: TemplateSet,
  files: readonly TemplateFile[],
  spec: IntegrationSpec,
): readonly TemplateFile[] {
  return files.filter(({ feature, source }) => {
    if (feature === "base") return true;
    const when = set.features[feature];
    if (when === undefined)
      throw new Error(
        `templates/${source}: the set does not say when ${feature} is part of a project`,
      );
    return when(spec);
  });
}
