/**
 * Compares random merges with git's: `node test/bench/merge-fuzz.js [cases] [seed]`.
 * The case of one number, all three texts and both results: `node test/bench/merge-fuzz.js case <number> [seed]`.
 */
import { fuzz } from "./fuzz.js";

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
}

/**
 * @param {number} number
 * @param {number} seed
 */
async function showCase(number, seed) {
  for (const [name, text] of Object.entries(await fuzz.explainCase(seed, number)))
    console.log(`---- ${name}\n${text}`);
}
