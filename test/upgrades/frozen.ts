import path from "node:path";
import fs from "fs-extra";

/** A project as an older version, or this one, made it: its state file, whose baseline holds every file. */
export interface FrozenProject {
  readonly version: string;
  readonly name: string;
  /** Where the state file lies. */
  readonly file: string;
}

/** Every project that was ever frozen. */
export function frozenProjects(): readonly FrozenProject[] {
  const folder = import.meta.dirname;
  const versions = fs.readdirSync(folder).filter((name) => /^\d/u.test(name));
  return versions.flatMap((version) =>
    fs.readdirSync(path.join(folder, version)).map((name) => ({
      version,
      name: path.basename(name, ".json"),
      file: path.join(folder, version, name),
    })),
  );
}
