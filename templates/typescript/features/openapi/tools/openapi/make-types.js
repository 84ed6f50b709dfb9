// Managed by the template: updates carry fixes for this file, so better do not edit it.
// Makes src/openapi/types.ts from openapi.json, where that is newer. The scripts build, typecheck and test run this first.
// openapi-typescript needs TypeScript 5: it has a package of its own here, which is installed when it is first needed.
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const document = path.join(root, "openapi.json");
const types = path.join(root, "src/openapi/types.ts");

const sources = [document, path.join(here, "package-lock.json")];
if (sources.some((source) => changedAt(source) >= changedAt(types))) await make();

/** @param {string} file */
function changedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function make() {
  if (!isInstalled()) install();
  const { default: toTypes, astToString } = await import("openapi-typescript");
  const tree = await toTypes(pathToFileURL(document), { silent: true }).catch(fail);
  const text = `// Made from openapi.json by tools/openapi: an edit is lost.\n\n${astToString(tree)}`;
  // Never half a file, also when two run at a time.
  const made = `${types}.${process.pid}`;
  writeFileSync(made, text);
  renameSync(made, types);
}

function isInstalled() {
  const { dependencies } = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
  return Object.entries(dependencies).every(([name, version]) => {
    const file = path.join(here, "node_modules", name, "package.json");
    return changedAt(file) > 0 && JSON.parse(readFileSync(file, "utf8")).version === version;
  });
}

function install() {
  console.error("Installing what makes the types of the API …");
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const options = { cwd: here, stdio: ["ignore", "ignore", "inherit"] };
  const npm = process.env["npm_execpath"] ?? "";
  try {
    if (/npm-cli\.c?js$/.test(npm)) execFileSync(process.execPath, [npm, ...words], options);
    else execFileSync("npm", words, { ...options, shell: process.platform === "win32" });
  } catch {
    fail(new Error('openapi-typescript is not installed. Run "npm ci" in tools/openapi.'));
  }
}

/** @param {unknown} error */
function fail(error) {
  console.error(`No types could be made from openapi.json: ${Object(error).message ?? error}`);
  process.exit(1);
}
