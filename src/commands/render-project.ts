import { type FileTree, sameTree } from "../core/files.js";
import { render, type TemplateFile } from "../core/render.js";
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
import { featuresFor } from "../template-sets/template-set.js";

/** What the templates give for a spec, and the template files that it came from. */
export interface Rendered {
  readonly tree: FileTree;
  readonly files: readonly TemplateFile[];
}

/** Everything that is generated for a spec, without the state file. */
export async function renderProject({ spec }: Specification): Promise<Rendered> {
  const set = templateSetFor(spec);
  const files = await loadTemplates(featuresFor(set, spec));
  return { tree: render(files, set.view(spec)), files };
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
