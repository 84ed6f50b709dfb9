import fs from "node:fs";
import path from "node:path";
import type { KnownProvider } from "../../src/core/known-provider.js";
import { ROOT } from "./project.js";

export const FOLDER = path.join(ROOT, "src/providers");

/** Every file of `src/providers/`, as it stands there and as the program knows it. */
export const FILES = fs
  .readdirSync(FOLDER)
  .filter((file) => file !== "provider.schema.json")
  .toSorted()
  .map((file) => {
    const document = JSON.parse(
      fs.readFileSync(path.join(FOLDER, file), "utf8"),
    ) as KnownProvider & {
      readonly $schema: string;
    };
    const { $schema: _forEditors, ...provider } = document;
    return { file, document, provider: provider as KnownProvider };
  });

export const PROVIDERS: readonly KnownProvider[] = FILES.map(({ provider }) => provider);

export function providerOf(id: string): KnownProvider {
  const found = PROVIDERS.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`There is no ${id}.json.`);
  return found;
}
