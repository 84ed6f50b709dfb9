import type { Conflict } from "./conflicts.js";
import type { FileEntry, FileTree, ProjectPath } from "../files.js";
import { plainText } from "./line-ends.js";

/** What files of a template set need of each other. */
export interface Needs {
  /** The paths inside the project that a file may mean by what it imports. */
  readonly references: (path: string, text: string) => readonly string[];
  /** The names that others can use without importing this file: members that it adds to a type, packages that it asks for. */
  readonly provides: (path: string, text: string) => readonly string[];
  /** Whether a text uses such a name. */
  readonly uses: (path: string, text: string, name: string) => boolean;
}

type Orphan = Extract<Conflict, { readonly kind: "orphan" }>;

/** What files may need, and what is gone: a file, or a name that it provided. */
export type Gone = Pick<Orphan, "missing" | "name">;

/** What an open conflict is about. */
export function goneFor({ missing, name }: Orphan): Gone {
  return name === undefined ? { missing } : { missing, name };
}

/** The names that a file provides no more. */
export function goneNames(
  change: {
    readonly path: ProjectPath;
    readonly from?: ProjectPath;
    readonly before: FileEntry | undefined;
    readonly after: FileEntry | undefined;
  },
  needs: Needs,
): readonly Gone[] {
  const { path, from = path, before, after } = change;
  if (before === undefined || before === after) return [];
  const left = new Set(provided(path, after, needs));
  return provided(from, before, needs)
    .filter((name) => !left.has(name))
    .map((name) => ({ missing: from, name }));
}

function provided(
  path: string,
  file: FileEntry | undefined,
  { provides }: Needs,
): readonly string[] {
  return typeof file?.content === "string" ? provides(path, file.content) : [];
}

/**
 * The files that need what is gone: they would break the build, and only their owner knows what they want instead. What the template
 * wrote fits together: of names, only their owner's lines count.
 */
export function findOrphans(
  files: FileTree,
  gone: readonly Gone[],
  template: ReadonlyMap<ProjectPath, FileEntry | undefined>,
  needs: Needs,
): readonly Orphan[] {
  const isName = ({ name }: Gone): boolean => name !== undefined;
  const left = new Set(
    gone.some(isName) ? [...files].flatMap(([path, file]) => provided(path, file, needs)) : [],
  );
  const isGone = ({ missing, name }: Gone): boolean =>
    name === undefined ? !files.has(missing) : !left.has(name);
  const missing = new Map(
    sorted(gone, ({ missing: file, name = "" }) => `${file}\n${name}`)
      .filter(isGone)
      .map((one) => [one.name ?? `/${one.missing}`, one]),
  );
  return sorted([...files], ([path]) => path).flatMap(([path, { content }]) => {
    if (typeof content !== "string") return [];
    const imported = new Set(needs.references(path, content));
    const own = ownLines(content, template.get(path));
    const isNeeded = ({ missing: file, name }: Gone): boolean =>
      name === undefined ? imported.has(file) : needs.uses(path, own, name);
    return [...missing.values()]
      .filter(isNeeded)
      .map((one) => ({ path, kind: "orphan" as const, ...one }));
  });
}

/** The same order in every run, whatever was read first. */
function sorted<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

/** The lines that the template does not have. */
function ownLines(text: string, template: FileEntry | undefined): string {
  const generated = new Set(plainText(String(template?.content ?? "")).split("\n"));
  const lines = plainText(text).split("\n");
  return lines.filter((line) => !generated.has(line)).join("\n");
}
