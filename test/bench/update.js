/**
 * What an update costs over bare `node`, whole processes outside a repository: `npm run bench:update`. Rounds of all rows, one after the
 * other, so that each stands beside the `node` of its own round; medians of the differences, in milliseconds.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import fs from "fs-extra";

const ROUNDS = 31;
const MERGED = 10;
const PROGRAM = path.join(import.meta.dirname, "../../bin/create-oauth2-integration.js");
const STATE = ".create-oauth2-integration.json";

const work = fs.mkdtempSync(path.join(os.tmpdir(), "bench-update-"));
const env = { PATH: process.env["PATH"], HOME: work };

/** @param {string} cwd @param {readonly string[]} words @param {number} code */
function run(cwd, words, code = 0) {
  const begin = performance.now();
  try {
    execFileSync(process.execPath, words, { cwd, env, stdio: "pipe" });
    if (code !== 0) throw new Error(`${words.join(" ")} ended with 0`);
  } catch (error) {
    if (Object(error).status !== code) throw error;
  }
  return performance.now() - begin;
}

/** A project whose templates have changed in some files since, and whose owner edited the same files elsewhere. */
function outdatedProject() {
  const project = path.join(work, "outdated");
  const flags = ["--name", "Acme Cloud", "--authorization-url", "https://auth.acme.com/authorize"];
  const words = [...flags, "--token-url", "https://auth.acme.com/token", "--no-git"];
  run(work, [PROGRAM, project, ...words]);
  const state = fs.readJsonSync(path.join(project, STATE));
  const packed = Buffer.from(state.baseline.data, "base64");
  const baseline = JSON.parse(brotliDecompressSync(packed).toString());
  const files = Object.keys(baseline).filter((file) => file.endsWith(".ts"));
  for (const file of files.slice(0, MERGED)) {
    const lines = baseline[file].text.split("\n");
    lines.splice(Math.floor(lines.length / 2), 0, "// A line that the template has no more.");
    baseline[file].text = lines.join("\n");
    fs.writeFileSync(path.join(project, file), `${baseline[file].text}// A line of its owner.\n`);
  }
  const bytes = Buffer.from(JSON.stringify(baseline));
  state.baseline.data = brotliCompressSync(bytes).toString("base64");
  state.baseline.sha256 = createHash("sha256").update(bytes).digest("hex");
  fs.writeJsonSync(path.join(project, STATE), state);
  return { project, count: Object.keys(baseline).length };
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

try {
  const { project, count } = outdatedProject();
  const copy = path.join(work, "copy");
  const current = path.join(work, "current");
  fs.copySync(project, current);
  run(current, [PROGRAM, "update"]);
  const rows = [
    { name: "node -e 0", run: () => run(work, ["-e", "0"]) },
    {
      name: `update, ${MERGED} of ${count} files merged`,
      run: () => run(copy, [PROGRAM, "update"]),
    },
    { name: "update, nothing to do", run: () => run(current, [PROGRAM, "update"]) },
    { name: "update --check, up to date", run: () => run(current, [PROGRAM, "update", "--check"]) },
    {
      name: "update --check, outdated",
      run: () => run(project, [PROGRAM, "update", "--check"], 4),
    },
    { name: "diff", run: () => run(project, [PROGRAM, "diff"]) },
  ];
  const times = rows.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < ROUNDS; round += 1) {
    fs.removeSync(copy);
    fs.copySync(project, copy);
    for (const [index, row] of rows.entries()) times[index]?.push(row.run());
  }
  console.log(`Node ${process.version}, ${ROUNDS} rounds; milliseconds`);
  const bare = times[0] ?? [];
  for (const [index, { name }] of rows.entries()) {
    const own = times[index] ?? [];
    const over = median(own.map((time, round) => time - (bare[round] ?? 0)));
    const more = index === 0 ? "" : `   +${over.toFixed(1)} over bare node`;
    console.log(`${name.padEnd(38)} ${median(own).toFixed(1).padStart(7)}${more}`);
  }
} finally {
  fs.removeSync(work);
}
