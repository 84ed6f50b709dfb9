import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import fs from "fs-extra";

/**
 * @typedef {object} Row what is measured, each time beside a bare `node`
 * @property {string} name
 * @property {(node: string) => number | Promise<number>} run milliseconds of one run
 * @property {((node: string) => number | Promise<number>)} [bare] what it stands beside; `node -e 0` when it is left out
 * @property {() => void} [before] makes everything as it was, outside the time
 *
 * @typedef {object} Figures milliseconds over bare `node` of the same round
 * @property {number} median
 * @property {number} low the first quartile
 * @property {number} high the third quartile
 */

/**
 * Runs all rows in rounds, so that each stands beside a bare `node` of its own, before or after it in turn.
 * @param {readonly Row[]} rows
 * @param {string} node
 * @param {number} rounds
 * @returns {Promise<{ readonly bare: number, readonly rows: ReadonlyMap<string, Figures> }>}
 */
export async function inPairs(rows, node, rounds) {
  const differences = new Map(rows.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  const bares = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run, bare = bareNode, before } of rows) {
      before?.();
      const first = round % 2 === 0 ? await bare(node) : undefined;
      const own = await run(node);
      const beside = first ?? (await bare(node));
      if (bare === bareNode) bares.push(beside);
      differences.get(name)?.push(own - beside);
    }
  }
  return {
    bare: quantile(bares, 0.5),
    rows: new Map(
      [...differences].map(([name, all]) => [
        name,
        { median: quantile(all, 0.5), low: quantile(all, 0.25), high: quantile(all, 0.75) },
      ]),
    ),
  };
}

/** @param {string} node */
const bareNode = (node) => timed(node, ["-e", "0"]);

/** @param {readonly number[]} values @param {number} share */
function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/**
 * Milliseconds of a whole process. Throws when it does not end with the code.
 * @param {string} node
 * @param {readonly string[]} words
 * @param {{ readonly cwd?: string, readonly code?: number }} [options]
 */
export function timed(node, words, { cwd = "/", code = 0 } = {}) {
  const begin = performance.now();
  const { status, stderr } = spawnSync(node, words, { cwd, env: ENVIRONMENT, stdio: "pipe" });
  const time = performance.now() - begin;
  if (status === code) return time;
  throw new Error(`${words.join(" ")} ended with ${status}: ${String(stderr)}`);
}

/** Nothing that a shell or a build server sets: it would change what a program does. */
const ENVIRONMENT = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

const PEAK = fileURLToPath(new URL("../hardness/peak.cjs", import.meta.url));

/**
 * The largest resident size of a process, in MiB.
 * @param {string} node
 * @param {readonly string[]} words
 * @param {string} work a folder for the figure
 */
export function peakOf(node, words, work) {
  const file = `${work}/peak`;
  const env = { ...ENVIRONMENT, PEAK_FILE: file };
  const { status } = spawnSync(node, ["--require", PEAK, ...words], { env, stdio: "pipe" });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}`);
  return Number(fs.readFileSync(file, "utf8"));
}

/**
 * Milliseconds until a text stands on the screen of a pseudo terminal.
 * @param {string} node
 * @param {readonly string[]} words
 * @param {string} text
 * @param {string} cwd
 * @returns {Promise<number>}
 */
export function untilShown(node, words, text, cwd) {
  const begin = performance.now();
  const terminal = spawn(node, [...words], {
    cwd,
    env: { ...ENVIRONMENT, TERM: "xterm-256color" },
  });
  let shown = "";
  return new Promise((resolve, reject) => {
    const ended = terminal.onExit(() => reject(new Error(`${text} was not shown: ${shown}`)));
    terminal.onData((data) => {
      shown += data;
      if (!shown.includes(text)) return;
      resolve(performance.now() - begin);
      ended.dispose();
      terminal.kill("SIGKILL");
    });
  });
}
