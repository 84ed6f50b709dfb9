import path from "node:path";

/** A Python environment with Home Assistant's test package, mypy and ruff. */
export interface PythonEnvironment {
  readonly name: string;
  /** The folder of its programs. */
  readonly bin: string;
}

/** `HOME_ASSISTANT_ENVIRONMENTS` names the folder of the environments: `newest`, and `floor` (Home Assistant 2026.10.0). */
export function pythonEnvironments(): readonly PythonEnvironment[] {
  const folder = process.env["HOME_ASSISTANT_ENVIRONMENTS"];
  if (folder === undefined) throw new Error("HOME_ASSISTANT_ENVIRONMENTS is not set");
  return ["newest", "floor"].map((name) => ({ name, bin: path.join(folder, name, "bin") }));
}
