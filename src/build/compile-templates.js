import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import Handlebars from "handlebars";

/**
 * @typedef {object} TemplateSource one file under `templates/<set>/`
 * @property {string} source its path below the set
 * @property {string} feature `base`, or the name of the feature
 * @property {string} target its path in the project
 * @property {boolean} executable
 * @property {Buffer} bytes
 * @property {boolean} isTemplate whether it is rendered (`.hbs`) or copied
 */

/**
 * Reads the files of a template set. A file that was rendered beside its own template (for an editor or a type check) is not one.
 * @param {string} folder
 * @returns {readonly TemplateSource[]}
 */
export function readTemplates(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
    )
    .filter((name) => !/(?:^|\/)(?:node_modules|dist|__pycache__|\.\w+_cache)\//u.test(name));
  const all = new Set(names);
  return names
    .filter((name) => !all.has(`${name}.hbs`))
    .toSorted()
    .map((source) => {
      const [kind = "", ...rest] = source.split("/");
      const feature = kind === "base" ? "base" : (rest.shift() ?? "");
      const file = path.join(folder, source);
      return {
        source,
        feature,
        target: rest.join("/").replace(/\.hbs$/u, ""),
        executable: (statSync(file).mode & 0o100) !== 0,
        bytes: readFileSync(file),
        isTemplate: source.endsWith(".hbs"),
      };
    });
}

/**
 * Compiles a set for `load-templates.ts`: name of the file → its text. For each feature a `.json` that lists its files, with the text of
 * those that are copied, and where some are rendered a `.js` with their templates, by target.
 * @param {string} set the folder's name under `templates/`
 * @param {string} folder
 * @param {object} options of Handlebars
 * @returns {ReadonlyMap<string, string>}
 */
export function compileTemplates(set, folder, options) {
  /** @type {Map<string, TemplateSource[]>} */
  const features = new Map();
  for (const source of readTemplates(folder))
    features.set(source.feature, [...(features.get(source.feature) ?? []), source]);
  return new Map(
    [...features].flatMap(([feature, sources]) => {
      const files = sources.map(({ source, target, executable, bytes, isTemplate }) => {
        const body = isTemplate ? "compiled" : bodyOf(bytes);
        return { source: `${set}/${source}`, feature, target, executable, body };
      });
      const templates = sources
        .filter(({ isTemplate }) => isTemplate)
        .map(({ target, bytes }) => {
          const template = Handlebars.precompile(bytes.toString("utf8"), options);
          return `${JSON.stringify(target)}: ${template}`;
        });
      const list = /** @type {const} */ ([`${feature}.json`, `${JSON.stringify(files)}\n`]);
      if (templates.length === 0) return [list];
      const { code } = transformSync(`module.exports = { ${templates.join(",")} };`, {
        minify: true,
        target: "node20.19",
      });
      return [list, [`${feature}.js`, code]];
    }),
  );
}

/** @param {Buffer} bytes */
function bodyOf(bytes) {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString("base64") };
}
