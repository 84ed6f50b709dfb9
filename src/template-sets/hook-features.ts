import { HOOK_KINDS } from "../core/known-provider.js";
import type { IntegrationSpec } from "../core/spec.js";

/** The owner's file of hooks: empty, or with what the known provider needs. Folders of every set. */
export const hookFeatures: Readonly<Record<string, (spec: IntegrationSpec) => boolean>> = {
  "hooks-empty": ({ hooks, providerHook }) => hooks && providerHook === undefined,
  ...Object.fromEntries(
    HOOK_KINDS.map((kind) => [
      `hooks-${kind}`,
      ({ providerHook }: IntegrationSpec) => providerHook === kind,
    ]),
  ),
};
