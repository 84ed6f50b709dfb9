import { UserError } from "../core/errors.js";
import { type FileTree, projectPath } from "../core/files.js";
import { OPENAPI_FILE } from "../core/openapi.js";
import { render, type TemplateFile } from "../core/render.js";
import type { Specification } from "../core/spec.js";
import { STATE_FILE } from "../core/state.js";
import { templateSetFor } from "./index.js";

/**
 * Everything that a specification gives: what is rendered, and the OpenAPI document where the set keeps it.
 * @throws {UserError} `openapi-unreadable` where the document is missing
 */
export function projectTree(
  { spec, openapi }: Pick<Specification, "spec" | "openapi">,
  files: readonly TemplateFile[],
): FileTree {
  const set = templateSetFor(spec);
  const tree = render(files, set.view(spec, openapi));
  if (set.features["openapi"]?.(spec) !== true) return tree;
  if (openapi === undefined)
    throw new UserError(
      "openapi-unreadable",
      `${STATE_FILE} names the OpenAPI document ${spec.openapi ?? ""}, and does not hold it.`,
      "Give it again:\n  npx create-oauth2-integration update --set openapi=<file or URL>",
      { paths: [STATE_FILE] },
    );
  return new Map([...tree, [projectPath(OPENAPI_FILE), { content: openapi, executable: false }]]);
}
