import path from "node:path";

/** How a system writes paths: `path.posix` or `path.win32`. */
export type PathFlavour = Pick<
  typeof path.posix,
  "basename" | "dirname" | "isAbsolute" | "relative" | "sep"
>;

/** The folders over an absolute one, innermost first; the last is the root of the system, of a drive or of a share. */
export function foldersOver(folder: string, flavour: PathFlavour = path): readonly string[] {
  const above = flavour.dirname(folder);
  return above === folder ? [] : [above, ...foldersOver(above, flavour)];
}

/**
 * The names of the folders from one down to another; none where they are the same.
 * @throws {Error} where it does not lie below
 */
export function namesBelow(
  folder: string,
  place: string,
  flavour: PathFlavour = path,
): readonly string[] {
  const relative = flavour.relative(folder, place);
  const names = relative === "" ? [] : relative.split(flavour.sep);
  // From one drive to another no relative path leads.
  if (names[0] === ".." || flavour.isAbsolute(relative))
    throw new Error(`${place} does not lie below ${folder}.`);
  return names;
}

/** The last name of a directory as somebody wrote it; `undefined` where that is a step or a root. */
export function lastName(directory: string, flavour: PathFlavour = path): string | undefined {
  const name = flavour.basename(directory);
  return ["", ".", ".."].includes(name) ? undefined : name;
}
