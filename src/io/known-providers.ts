import { readFileSync } from "node:fs";
import type { KnownProvider } from "../core/known-provider.js";

/** Every known provider, by id: one file that the build made from `src/providers/`. */
export function knownProviders(): readonly KnownProvider[] {
  const file = new URL("./providers.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as readonly KnownProvider[];
}
