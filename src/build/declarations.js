import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/**
 * @typedef {object} Module what the compiler declares of one file
 * @property {ReadonlyMap<string, readonly string[]>} statements name → what it declares, with docstrings; a type and a value may share a name
 * @property {ReadonlyMap<string, string>} imported name → the file that it comes from
 * @property {readonly string[]} exported names that the file exports
 */

/**
 * The declarations of an entry as one file that needs no other: what it exports, and the types that those are made of.
 * @param {string} root
 * @param {string} entry relative, like `src/api/index.ts`
 */
export function declarationsOf(root, entry) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "declarations-"));
  try {
    emit(root, entry, folder);
    return rollUp(path.join(folder, entry.replace(/\.ts$/u, ".d.ts")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Types are checked elsewhere. @param {string} root @param {string} entry @param {string} folder */
function emit(root, entry, folder) {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = path.join(path.dirname(manifest), "bin/tsc");
  const flags =
    "--ignoreConfig --declaration --emitDeclarationOnly --noCheck --strict --exactOptionalPropertyTypes --skipLibCheck --module nodenext --target es2023 --lib es2023,dom --types node";
  const words = [...flags.split(" "), "--rootDir", root, "--outDir", folder, entry];
  execFileSync(process.execPath, [compiler, ...words], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** @param {string} entry */
function rollUp(entry) {
  /** @type {Map<string, Module>} */
  const modules = new Map();
  /** @param {string} file */
  const moduleAt = (file) => {
    const module = modules.get(file) ?? readModule(file);
    modules.set(file, module);
    return module;
  };
  /** @type {Map<string, { file: string, text: string }>} */
  const taken = new Map();
  /** @param {string} name @param {string} file @param {boolean} isPublic */
  const take = (name, file, isPublic) => {
    const { statements, imported } = moduleAt(file);
    const elsewhere = imported.get(name);
    if (elsewhere !== undefined) return take(name, elsewhere, isPublic);
    const found = statements.get(name);
    if (found === undefined) return;
    const known = taken.get(name);
    if (known && known.file !== file) throw new Error(`${name} is declared in two files.`);
    if (known) return;
    const text = found.map((statement) => exporting(statement, isPublic)).join("");
    taken.set(name, { file, text });
    for (const one of namesIn(text)) take(one, file, false);
  };
  for (const name of moduleAt(entry).exported) take(name, entry, true);
  return `${[...taken.values()].map(({ text }) => text).join("")}export {};\n`;
}

/** A type may be named by who uses it; a value is there only where the entry exports it. @param {string} statement @param {boolean} isPublic */
function exporting(statement, isPublic) {
  const isType = /^(?:export )?(?:interface|type) /mu.test(statement);
  const bare = statement.replace(/^(?:export |declare )+/mu, "");
  const prefix = `${isPublic || isType ? "export " : ""}${isType ? "" : "declare "}`;
  return bare.replace(/^(?=interface |type |class |function |const )/mu, prefix);
}

/** @param {string} statement */
function namesIn(statement) {
  return new Set(statement.replaceAll(/\/\*[^]*?\*\//gu, "").match(/\b[A-Za-z_]\w*\b/gu));
}

/** @param {string} file @returns {Module} */
function readModule(file) {
  /** @type {Map<string, readonly string[]>} */
  const statements = new Map();
  /** @type {Map<string, string>} */
  const imported = new Map();
  /** @type {string[]} */
  const exported = [];
  for (const statement of statementsIn(readFileSync(file, "utf8"))) {
    const listed = /^(import|export) (?:type )?\{([^}]*)\}(?:\sfrom\s"([^"]+)")?;$/mu.exec(
      statement,
    );
    if (listed) {
      const [, kind, list = "", from] = listed;
      const names = list.split(",").map((name) => name.replace(/^\s*type /u, "").trim());
      if (names.some((name) => name.includes(" as "))) throw new Error(`${file}: ${statement}`);
      if (kind === "export") exported.push(...names);
      const place = from?.startsWith(".") ? from.replace(/\.js$/u, ".d.ts") : undefined;
      if (place !== undefined)
        for (const name of names) imported.set(name, path.join(path.dirname(file), place));
      continue;
    }
    const name = /^(?:export |declare )*(?:interface|type|class|function|const) (\w+)/mu.exec(
      statement,
    )?.[1];
    if (name === undefined) continue;
    statements.set(name, [...(statements.get(name) ?? []), statement]);
    if (/^export /mu.test(statement)) exported.push(name);
  }
  return { statements, imported, exported: [...new Set(exported)] };
}

/** Each statement with the comment above it: the compiler ends one at a line that begins at the margin. @param {string} text */
function statementsIn(text) {
  /** @type {string[]} */
  const statements = [""];
  for (const line of text.split("\n")) {
    statements[statements.length - 1] += `${line}\n`;
    if (/^[^\s/*].*;$|^\}$/u.test(line)) statements.push("");
  }
  return statements;
}
