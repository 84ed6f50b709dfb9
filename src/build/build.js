import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import fs from "fs-extra";
import { compileTemplates } from "./compile-templates.js";
import { noticesOf } from "./notices.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = path.join(root, "dist");
const { version, bugs } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

fs.emptyDirSync(dist);
const result = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  define: { VERSION: JSON.stringify(version), BUG_REPORTS: JSON.stringify(bugs.url) },
  metafile: true,
  logLevel: "warning",
  plugins: [builtins()],
});

const { compileOptions } = await loadCompileOptions();
for (const set of fs.readdirSync(path.join(root, "templates"))) {
  const modules = compileTemplates(set, path.join(root, "templates", set), compileOptions);
  for (const [feature, text] of modules)
    fs.outputFileSync(path.join(dist, "templates", set, `${feature}.js`), text);
}
const providers = fs
  .readdirSync(path.join(root, "src/providers"))
  .filter((name) => name.endsWith(".json") && name !== "provider.schema.json")
  .toSorted()
  .map((name) => {
    const { $schema: _forEditors, ...provider } = fs.readJsonSync(
      path.join(root, "src/providers", name),
    );
    return provider;
  });
fs.writeJsonSync(path.join(dist, "providers.json"), providers);
fs.outputFileSync(
  path.join(dist, "THIRD-PARTY-NOTICES.txt"),
  noticesOf(Object.keys(result.metafile.inputs)),
);

/**
 * Modules of the platform come without `import`: Node would read every one of their members to export it by name, which loads streams,
 * promises and more that no run needs.
 */
function builtins() {
  return {
    name: "builtins",
    /** @param {import("esbuild").PluginBuild} bundle */
    setup(bundle) {
      const names = new Set(builtinModules);
      bundle.onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path: name }) =>
        names.has(name.replace(/^node:/u, "")) ? { path: name, namespace: "builtin" } : undefined,
      );
      bundle.onLoad({ filter: /./, namespace: "builtin" }, ({ path: name }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
      }));
    },
  };
}

/** The options stand beside the code that renders, which is TypeScript: bundle it and ask it. */
async function loadCompileOptions() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/core/render.ts"],
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    banner: {
      js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);',
    },
  });
  const file = path.join(dist, ".render.mjs");
  fs.writeFileSync(file, outputFiles[0]?.text ?? "");
  try {
    return await import(file);
  } finally {
    fs.removeSync(file);
  }
}
