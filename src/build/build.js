import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import fs from "fs-extra";
import { bundle } from "./bundle.js";
import { compileTemplates } from "./compile-templates.js";
import { declarationsOf } from "./declarations.js";
import { noticesOf } from "./notices.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = path.join(root, "dist");
const { version, bugs } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

fs.emptyDirSync(dist);
const { files, inputs } = await bundle(root, {
  VERSION: JSON.stringify(version),
  BUG_REPORTS: JSON.stringify(bugs.url),
});
for (const [name, text] of files) fs.outputFileSync(path.join(dist, name), text);
fs.writeJsonSync(path.join(dist, "package.json"), { type: "commonjs" });
fs.outputFileSync(path.join(dist, "api.d.ts"), declarationsOf(root, "src/api/index.ts"));

const { compileOptions } = await load("src/core/render.ts");
for (const set of fs.readdirSync(path.join(root, "templates"))) {
  const compiled = compileTemplates(set, path.join(root, "templates", set), compileOptions);
  for (const [name, text] of compiled)
    fs.outputFileSync(path.join(dist, "templates", set, name), text);
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
const { answersSchema } = await load("src/core/answers-schema.ts");
const { SCHEMA_ADDRESS } = await load("src/core/answers-file.ts");
fs.writeJsonSync(path.join(dist, "answers.schema.json"), answersSchema(SCHEMA_ADDRESS), {
  spaces: 2,
});
fs.outputFileSync(path.join(dist, "THIRD-PARTY-NOTICES.txt"), noticesOf(inputs));

/**
 * What the build wants to know stands beside code of the program, which is TypeScript: bundle it and ask it.
 * @param {string} entry
 */
async function load(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    banner: {
      js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);',
    },
  });
  const file = path.join(dist, `.${path.basename(entry, ".ts")}.mjs`);
  fs.writeFileSync(file, outputFiles[0]?.text ?? "");
  try {
    return await import(file);
  } finally {
    fs.removeSync(file);
  }
}
