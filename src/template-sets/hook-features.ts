import type { HookKind } from "../core/known-provider.js";
import type { IntegrationSpec } from "../core/spec.js";

const KINDS = [
  "exchanged-token",
  "self-refreshing-token",
  "secret-as-user-name",
] as const satisfies readonly HookKind[];

/** The owner's file of hooks: empty, or with what the known provider needs. Folders of every set. */
export const hookFeatures: Readonly<Record<string, (spec: IntegrationSpec) => boolean>> = {
  "hooks-empty": ({ hooks, providerHook }) => hooks && providerHook === undefined,
  ...Object.fromEntries(
    KINDS.map((kind) => [
      `hooks-${kind}`,
      ({ providerHook }: IntegrationSpec) => providerHook === kind,
    ]),
  ),
};
