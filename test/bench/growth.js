import path from "node:path";
import fs from "fs-extra";
import { inPairs, timed } from "./measure.js";
import { FLAGS } from "./outdated-project.js";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ROUNDS = 7;
const BYTES = 10_000;
const LINE = "// One of many lines, all of which are different in this: ";

/** A copy of the built program. @param {string} folder @returns {string} its program */
function copyProgram(folder) {
  for (const part of ["bin", "dist", "package.json"])
    fs.copySync(path.join(ROOT, part), path.join(folder, part));
  return path.join(folder, "bin/create-oauth2-integration.js");
}

/** @param {number} number */
function text(number) {
  const count = Math.ceil(BYTES / (LINE.length + 10));
  return Array.from({ length: count }, (_, line) => `${LINE}${number}, ${line}\n`).join("");
}

/** What a run costs when the template set grows to 1,000 files and 10 MB, as a table. @param {string} work */
export async function growthOfFiles(work) {
  const table = [["files more", "MB", "create", "update, nothing to do", "update --check"]];
  for (const count of [0, 100, 300, 1000]) {
    const program = copyProgram(path.join(work, `files-${count}`));
    const list = path.join(path.dirname(program), "../dist/templates/typescript/base.json");
    const more = Array.from({ length: count }, (_, number) => ({
      source: `typescript/base/src/more/${number}.ts`,
      feature: "base",
      target: `src/more/${number}.ts`,
      executable: false,
      body: { text: text(number) },
    }));
    fs.writeJsonSync(list, [...fs.readJsonSync(list), ...more]);
    const project = path.join(work, `grown-${count}`);
    timed(process.execPath, [program, project, ...FLAGS]);
    const made = path.join(work, "made-grown");
    const { rows } = await inPairs(
      [
        {
          name: "create",
          before: () => fs.removeSync(made),
          run: (node) => timed(node, [program, made, ...FLAGS]),
        },
        { name: "update", run: (node) => timed(node, [program, "update", project]) },
        { name: "check", run: (node) => timed(node, [program, "update", project, "--check"]) },
      ],
      process.execPath,
      ROUNDS,
    );
    const cells = [...rows.values()].map(({ median }) => `+${median.toFixed(0)}`);
    table.push([String(count), ((count * BYTES) / 1e6).toFixed(0), ...cells]);
  }
  return table;
}

/** What a run costs when there are 1,000 known providers, as a table. @param {string} work */
export async function growthOfProviders(work) {
  const table = [["known providers", "providers show github", "create --provider github"]];
  const known = fs.readJsonSync(path.join(ROOT, "dist/providers.json"));
  for (const count of [known.length, 500, 1000]) {
    const program = copyProgram(path.join(work, `providers-${count}`));
    const all = Array.from({ length: count }, (_, number) => {
      const provider = known[number % known.length];
      return number < known.length ? provider : { ...provider, id: `${provider.id}-${number}` };
    });
    fs.writeJsonSync(path.join(path.dirname(program), "../dist/providers.json"), all);
    const made = path.join(work, "made-known");
    const create = [program, made, "--name", "Acme", "--provider", "github", "--no-git"];
    const { rows } = await inPairs(
      [
        { name: "show", run: (node) => timed(node, [program, "providers", "show", "github"]) },
        {
          name: "create",
          before: () => fs.removeSync(made),
          run: (node) => timed(node, create),
        },
      ],
      process.execPath,
      ROUNDS,
    );
    const cells = [...rows.values()].map(({ median }) => `+${median.toFixed(0)}`);
    table.push([String(count), ...cells]);
  }
  return table;
}
