import type { Needs } from "../../core/merge/orphans.js";

/** What modules of Python import from this project: relative, or from `custom_components` and `tests`. */
const pythonImports: Needs["references"] = (path, text) => {
  if (!path.endsWith(".py")) return [];
  const folder = path.split("/").slice(0, -1);
  const statements = text.matchAll(
    /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#(]+)|import[ \t]+([\w.]+))/gmu,
  );
  return [...statements].flatMap(([, module = "", names = "", whole = ""]) => {
    const from = placeOf(module === "" ? whole : module, folder);
    if (from === undefined) return [];
    const members = [...names.replaceAll(/#.*/gu, "").matchAll(/(\w+)(?:\s+as\s+\w+)?/gu)];
    const modules = [from, ...members.map(([, name = ""]) => [...from, name])];
    return modules.flatMap((parts) => [
      `${parts.join("/")}.py`,
      [...parts, "__init__.py"].join("/"),
    ]);
  });
};

/** Where a module lies; nothing where it is not one of the project. */
function placeOf(module: string, folder: readonly string[]): readonly string[] | undefined {
  const [, dots = "", name = ""] = /^(\.*)(.*)$/u.exec(module) ?? [];
  const parts = name === "" ? [] : name.split(".");
  if (dots !== "") return [...folder.slice(0, folder.length - dots.length + 1), ...parts];
  return ["custom_components", "tests"].includes(parts[0] ?? "") ? parts : undefined;
}

/** What files of an integration need of each other: modules, and the constants that `const.py` gives. */
export const pythonNeeds: Needs = {
  references: pythonImports,
  provides: (path, text) =>
    path.endsWith("/const.py")
      ? Array.from(text.matchAll(/^([A-Z][A-Z\d_]*)\b.*?=/gmu), ([, name = ""]) => name)
      : [],
  uses: (path, text, name) =>
    path.endsWith(".py") && new RegExp(String.raw`(?<!\w)${name}(?!\w)`, "u").test(text),
};
