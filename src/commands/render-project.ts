import { type FileTree, sameTree } from "../core/files.js";
import type { TemplateFile } from "../core/render.js";
import type { Specification } from "../core/spec.js";
import {
  formatState,
  type PackedBaseline,
  type ProjectState,
  STATE_SCHEMA,
} from "../core/state.js";
import { loadTemplates } from "../io/load-templates.js";
import { packBaseline } from "../io/state-file.js";
import { templateSetFor } from "../template-sets/index.js";
import { projectTree } from "../template-sets/project-tree.js";
import { featuresFor } from "../template-sets/template-set.js";

/** What the templates give for a spec, and the template files that it came from. */
export interface Rendered {
  readonly tree: FileTree;
  readonly files: readonly TemplateFile[];
}

/** Everything that is generated for a spec, without the state file. */
export async function renderProject(specification: Specification): Promise<Rendered> {
  const { spec } = specification;
  const files = await loadTemplates(featuresFor(templateSetFor(spec), spec));
  return { tree: projectTree(specification, files), files };
}

/** The text of the state file that belongs to a baseline. One that was packed before is taken as it is where nothing in it changed. */
export function stateFor(
  { spec, stored }: Specification,
  baseline: FileTree,
  conflicts: ProjectState["conflicts"],
  version: string,
  before?: { readonly tree: FileTree; readonly packed: PackedBaseline },
): string {
  return formatState({
    schema: STATE_SCHEMA,
    generator: version,
    templateSet: spec.templateSet,
    answers: stored,
    conflicts,
    baseline: before && sameTree(before.tree, baseline) ? before.packed : packBaseline(baseline),
  });
}
