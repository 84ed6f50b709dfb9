import { parse } from "yaml";

/** Reads YAML 1.2. A module of its own, loaded only for a file that is not JSON: bundled, the package has no named exports to load late. */
export function parseYaml(text: string): unknown {
  return parse(text, { version: "1.2", schema: "core", prettyErrors: true, logLevel: "error" });
}

/** Whether a text is YAML. */
export function isYaml(text: string): boolean {
  try {
    parseYaml(text);
    return true;
  } catch {
    return false;
  }
}
