import { readFileSync } from "node:fs";
import path from "node:path";
import type { KnownProvider } from "../core/known-provider.js";

/** Every known provider, by id: one file that the build made from `src/providers/`. */
export function knownProviders(): readonly KnownProvider[] {
  const file = path.join(import.meta.dirname, "providers.json");
  return JSON.parse(readFileSync(file, "utf8")) as readonly KnownProvider[];
}
