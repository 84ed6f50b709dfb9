import { createHash } from "node:crypto";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import fs from "fs-extra";
import { timed } from "./measure.js";

const STATE = ".create-oauth2-integration.json";

export const FLAGS = [
  "--name=Acme Cloud",
  "--authorization-url=https://auth.acme.com/authorize",
  "--token-url=https://auth.acme.com/token",
  "--no-git",
];

/**
 * Makes a project whose templates have changed in some files since, and whose owner edited the same files elsewhere.
 * @param {string} program
 * @param {string} project
 * @param {number} merged how many files
 * @returns {number} how many files it has
 */
export function makeOutdated(program, project, merged) {
  timed(process.execPath, [program, project, ...FLAGS]);
  const state = fs.readJsonSync(path.join(project, STATE));
  const packed = Buffer.from(state.baseline.data, "base64");
  const baseline = JSON.parse(brotliDecompressSync(packed).toString());
  const files = Object.keys(baseline).filter((file) => file.endsWith(".ts"));
  for (const file of files.slice(0, merged)) {
    const lines = baseline[file].text.split("\n");
    lines.splice(Math.floor(lines.length / 2), 0, "// A line that the template has no more.");
    baseline[file].text = lines.join("\n");
    fs.writeFileSync(path.join(project, file), `${baseline[file].text}// A line of its owner.\n`);
  }
  const bytes = Buffer.from(JSON.stringify(baseline));
  state.baseline.data = brotliCompressSync(bytes).toString("base64");
  state.baseline.sha256 = createHash("sha256").update(bytes).digest("hex");
  fs.writeJsonSync(path.join(project, STATE), state);
  return Object.keys(baseline).length;
}
