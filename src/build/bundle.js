import { builtinModules, createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";

const runtime = createRequire(import.meta.url).resolve("handlebars/runtime.js");
const handlebars = path.join(path.dirname(runtime), "lib/handlebars.runtime.js");

/**
 * @typedef {import("esbuild").Metafile["outputs"]} Chunks what splitting gave, by name
 *
 * @typedef {object} Layout
 * @property {Chunks} chunks
 * @property {ReadonlyMap<string, string>} texts chunk → its text
 * @property {ReadonlyMap<string, readonly string[]>} groups file → the chunks that go into it; the first one's exports keep their names
 * @property {ReadonlyMap<string, string>} home chunk → the file that it goes into
 */

/**
 * The whole program as CommonJS, minified: file → text, and the paths of everything that went into it.
 *
 * Every file costs a run half a millisecond, and the loader of modules ten. So what splitting takes apart is put together again:
 * `main.js` holds what comes up to the first question, `project.js` what every project needs; what few runs want stays in files of its own.
 * `api.js` is what other programs import; Node finds its names in a list that esbuild leaves at the end of it.
 * @param {string} root
 * @param {Record<string, string>} define
 */
export async function bundle(root, define) {
  const { chunks, texts, inputs } = await split(root, define);
  const groups = groupsOf(chunks);
  const home = new Map([...groups].flatMap(([file, names]) => names.map((name) => [name, file])));
  const layout = { chunks, texts, groups, home };
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const file of groups.keys()) files.set(file, await join(file, layout));
  return { files, inputs };
}

/** @param {string} root @param {Record<string, string>} define */
async function split(root, define) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts", "src/api/index.ts"],
    outdir: root,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    mainFields: ["module", "main"],
    // Its ES modules are joined without a wrapper for each.
    alias: { "handlebars/runtime.js": handlebars },
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    define: { ...define, "import.meta.dirname": "__dirname" },
    legalComments: "none",
    write: false,
    metafile: true,
    logLevel: "warning",
    plugins: [builtins()],
  });
  const texts = new Map(outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
  return { chunks: metafile.outputs, texts, inputs: Object.keys(metafile.inputs) };
}

/** @param {Chunks} chunks */
function groupsOf(chunks) {
  /** @type {Map<string, readonly string[]>} */
  const groups = new Map();
  const taken = new Set();
  /** @param {string} file @param {Iterable<string>} names */
  const take = (file, names) => {
    const own = [...new Set(names)].filter((name) => !taken.has(name));
    for (const name of own) taken.add(name);
    if (own.length > 0) groups.set(file, own);
  };
  const create = reached(chunks, "src/commands/create-project.ts");
  const update = reached(chunks, "src/commands/update.ts");
  take("main.js", [
    ...reached(chunks, "src/main.ts"),
    ...reached(chunks, "src/commands/create.ts"),
  ]);
  take("project.js", intersection(create, update));
  take("create.js", create);
  take("update.js", update);
  take("api.js", reached(chunks, "src/api/index.ts"));
  const asked = Object.values(chunks).flatMap(({ entryPoint = "" }) =>
    /src\/io\/prompts\.ts|@inquirer\//u.test(entryPoint) ? [...reached(chunks, entryPoint)] : [],
  );
  take("prompts.js", asked);
  for (const name of Object.keys(chunks)) take(name, [name]);
  return groups;
}

/** The chunk of an entry, and all that it imports statically. @param {Chunks} chunks @param {string} entry */
function reached(chunks, entry) {
  const found = new Set(Object.keys(chunks).filter((name) => chunks[name]?.entryPoint === entry));
  for (const name of found)
    for (const { path: imported, kind } of chunks[name]?.imports ?? [])
      if (kind === "import-statement") found.add(imported);
  return found;
}

/** @param {ReadonlySet<string>} some @param {ReadonlySet<string>} others */
function intersection(some, others) {
  return [...some].filter((name) => others.has(name));
}

/** Puts the chunks of a file into one. @param {string} file @param {Layout} layout */
async function join(file, layout) {
  const names = layout.groups.get(file) ?? [];
  const { outputFiles } = await build({
    stdin: { contents: names.map((name) => exportAll(name, `./${name}`, "as", layout)).join("\n") },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    // Node would load the machinery of modules for `import()`.
    supported: { "dynamic-import": false },
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "warning",
    plugins: [chunksOf(names, layout)],
  });
  return outputFiles[0]?.text ?? "";
}

/** @param {readonly string[]} names @param {Layout} layout @returns {import("esbuild").Plugin} */
function chunksOf(names, layout) {
  const { texts, home } = layout;
  return {
    name: "chunks",
    setup(bundling) {
      bundling.onResolve({ filter: /^\.\// }, ({ path: wanted, kind }) => {
        const name = wanted.slice(2);
        if (names.includes(name)) return { path: name, namespace: "chunk" };
        return kind === "dynamic-import" && isHead(name, layout)
          ? { path: `./${home.get(name)}`, external: true }
          : { path: name, namespace: "elsewhere" };
      });
      bundling.onResolve({ filter: /^file:/ }, ({ path: wanted }) => ({
        path: wanted.replace("file:", "./"),
        external: true,
      }));
      bundling.onLoad({ filter: /./, namespace: "chunk" }, ({ path: name }) => ({
        contents: texts.get(name) ?? "",
      }));
      bundling.onLoad({ filter: /./, namespace: "elsewhere" }, ({ path: name }) => ({
        contents: exportAll(name, `file:${home.get(name)}`, "from", layout),
      }));
    },
  };
}

/** @param {string} name @param {Layout} layout */
function isHead(name, { groups, home }) {
  return groups.get(home.get(name) ?? "")?.[0] === name;
}

/**
 * A line that exports what a chunk exports, `as` the names that it has in its file, or `from` them again under its own.
 * @param {string} name
 * @param {string} source
 * @param {"as" | "from"} direction
 * @param {Layout} layout
 */
function exportAll(name, source, direction, layout) {
  const prefix = isHead(name, layout) ? "" : `${name.replaceAll(/\W/gu, "_")}_`;
  const own = layout.chunks[name]?.exports ?? [];
  const pairs = own.map((one) =>
    direction === "as" ? `${one} as ${prefix}${one}` : `${prefix}${one} as ${one}`,
  );
  return `export { ${pairs.join(", ")} } from ${JSON.stringify(source)};`;
}

/**
 * Modules of the platform come without `import`: Node would read every one of their members to export it by name, which loads streams,
 * promises and more that no run needs. Only the members that somebody imports are read. The other programs that commander can start are
 * loaded when it starts one.
 * @returns {import("esbuild").Plugin}
 */
function builtins() {
  const names = new Set(builtinModules);
  return {
    name: "builtins",
    setup(bundling) {
      bundling.onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path: name, kind }) => {
        if (!names.has(name.replace(/^node:/u, ""))) return undefined;
        if (kind !== "require-call") return { path: name, namespace: "imported" };
        return { path: name, namespace: name.endsWith("child_process") ? "late" : "required" };
      });
      /** @param {string} name */
      const from = (name) => `process.getBuiltinModule(${JSON.stringify(name)})`;
      bundling.onLoad({ filter: /./, namespace: "required" }, ({ path: name }) => ({
        contents: `module.exports = ${from(name)};`,
      }));
      bundling.onLoad({ filter: /./, namespace: "late" }, ({ path: name }) => ({
        contents: `module.exports = new Proxy({}, { get: (_, key) => ${from(name)}[key] });`,
      }));
      bundling.onLoad({ filter: /./, namespace: "imported" }, ({ path: name }) => ({
        contents: [
          `const whole = /* @__PURE__ */ (() => ${from(name)})();`,
          "export default whole;",
          ...Object.keys(process.getBuiltinModule(name) ?? {})
            .filter((member) => /^[A-Za-z_]\w*$/u.test(member) && member !== "default")
            .map((member) => `export const ${member} = /* @__PURE__ */ (() => whole.${member})();`),
        ].join("\n"),
      }));
    },
  };
}
