import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** What lies in a folder: path → what it is, its mode and, for a file, the hash of its bytes. `undefined`: there is nothing. */
export type Snapshot = Readonly<Record<string, string>> | undefined;

/** Takes a snapshot of a folder, a file or a link; two are equal exactly where nothing changed. Links are never followed. */
export function snapshot(target: string): Snapshot {
  if (fs.lstatSync(target, { throwIfNoEntry: false }) === undefined) return undefined;
  const found: Record<string, string> = {};
  const visit = (relative: string): void => {
    const file = path.join(target, relative);
    const stats = fs.lstatSync(file);
    found[relative] = `${(stats.mode & 0o7777).toString(8)} ${describe(file, stats)}`;
    if (stats.isDirectory())
      for (const name of fs.readdirSync(file).toSorted()) visit(path.join(relative, name));
  };
  visit("");
  return found;
}

/** A snapshot without what lies below some of its top-level names. */
export function without(taken: Snapshot, ...names: readonly string[]): Snapshot {
  if (taken === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(taken).filter(([file]) => !names.includes(file.split(path.sep)[0] ?? "")),
  );
}

/** The files of a snapshot, without folders. */
export function filesOf(taken: Snapshot): readonly string[] {
  return Object.entries(taken ?? {})
    .filter(([, what]) => !what.endsWith(" folder"))
    .map(([file]) => file);
}

function describe(file: string, stats: fs.Stats): string {
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return `link to ${fs.readlinkSync(file)}`;
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}
