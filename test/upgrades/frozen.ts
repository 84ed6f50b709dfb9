import path from "node:path";
import fs from "fs-extra";

/** A project as an older version, or this one, made it: its state file, whose baseline holds every file. */
export interface FrozenProject {
  readonly version: string;
  readonly name: string;
  readonly set: string;
  /** Where the state file lies. */
  readonly file: string;
}

/** Every project that was ever frozen, or those of one template set. */
export function frozenProjects(only?: string): readonly FrozenProject[] {
  const folder = import.meta.dirname;
  const versions = fs.readdirSync(folder).filter((name) => /^\d/u.test(name));
  const all = versions.flatMap((version) =>
    fs.readdirSync(path.join(folder, version)).map((name) => {
      const file = path.join(folder, version, name);
      const { templateSet } = fs.readJsonSync(file) as { readonly templateSet: string };
      return { version, name: path.basename(name, ".json"), set: templateSet, file };
    }),
  );
  return all.filter(({ set }) => only === undefined || set === only);
}
