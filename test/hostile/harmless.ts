import type { IntegrationSpec } from "../../src/core/spec.js";

/** What is no text of a user, or has a grammar of its own. */
const KEPT = new Set(["templateSet", "domain", "packageName", "license", "pattern", "openapi"]);

/**
 * The same spec with letters in the place of everything that means something in some language. Lengths of lists, names that differ and
 * placeholders and hosts of IPv6 stay, so that the same files with the same structure come of it.
 */
export function harmlessTwin(spec: IntegrationSpec): IntegrationSpec {
  return harmless(spec) as IntegrationSpec;
}

function harmless(value: unknown): unknown {
  if (typeof value === "string") return harmlessText(value);
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      KEPT.has(key) ? [key, inner] : [harmlessText(key), harmless(inner)],
    ),
  );
}

function harmlessText(text: string): string {
  return text
    .split(/(\{[A-Za-z][A-Za-z0-9_-]*\}|\/\/\[[0-9a-f:.]+\])/u)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(
            /[^A-Za-z0-9_:/.?&=%+@ -]/gu,
            (letter) => `x${letter.codePointAt(0)?.toString(16)}`,
          ),
    )
    .join("");
}
