/**
 * Compares random merges with git's, and says how long a merge takes: `node test/bench/merge-fuzz.js [cases] [seed]`.
 * The case of one number, all three texts and both results: `node test/bench/merge-fuzz.js case <number> [seed]`.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** @param {string} name */
const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

const { outputFiles } = await build({
  entryPoints: [beside("../support/merge-fuzz.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
/** @type {typeof import("../support/merge-fuzz.js")} */
const fuzz = await import(`data:text/javascript;base64,${code}`);

const words = process.argv.slice(2);
if (words[0] === "case") await showCase(Number(words[1]), Number(words[2] ?? 1));
else await compare(Number(words[0] ?? 100_000), Number(words[1] ?? 1));

/**
 * @param {number} count
 * @param {number} seed
 */
async function compare(count, seed) {
  const start = performance.now();
  const tally = await fuzz.compareWithGit(seed, count);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${count} cases of seed ${seed} in ${seconds} s, Node ${process.version}`);
  for (const verdict of fuzz.VERDICTS) {
    const numbers = tally[verdict];
    const share = ((100 * numbers.length) / count).toFixed(3);
    const examples = verdict.startsWith("same") ? "" : numbers.slice(0, 5).join(" ");
    console.log(
      `${verdict.padEnd(22)} ${String(numbers.length).padStart(7)} ${share.padStart(8)} %  ${examples}`,
    );
  }
  const source = readFileSync(beside("../../src/core/merge/diff-lines.ts"), "utf8");
  const lines = source.split("\n").slice(0, 300);
  const timed = {
    "10,000 repetitive lines": fuzz.repetitiveCase(),
    "300 lines of code": fuzz.sourceCase(`${lines.join("\n")}\n`),
  };
  for (const [name, one] of Object.entries(timed)) {
    const median = fuzz.timesOf(one, 20)[10] ?? Number.NaN;
    console.log(`${name}: ${median.toFixed(2)} ms, median of 20`);
  }
}

/**
 * @param {number} number
 * @param {number} seed
 */
async function showCase(number, seed) {
  for (const [name, text] of Object.entries(await fuzz.explainCase(seed, number)))
    console.log(`---- ${name}\n${text}`);
}
