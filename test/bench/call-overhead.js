/**
 * What a call through a generated project costs over a bare `fetch`, with a token that is valid: `npm run bench:call`.
 * Five fresh processes, each with 1,000 pairs against a server in a process of its own; who comes first changes with each pair.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { buildPlainProject } from "../support/built-project.js";

const PROCESSES = 5;
const TOKEN = "bench-token";

/** @param {string} name */
const beside = (name) => path.join(import.meta.dirname, name);

const library = path.join(buildPlainProject("bench-call"), "dist/src/index.js");
const server = spawn(process.execPath, [beside("call-server.js"), TOKEN], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [port] = await once(server.stdout, "data");
  const words = [
    beside("call-pairs.js"),
    library,
    `http://127.0.0.1:${String(port).trim()}`,
    TOKEN,
  ];
  console.log(`Node ${process.version}; medians of 1,000 calls each, in microseconds`);
  console.log("bare fetch   call   ratio   middle half of the pairs");
  const ratios = Array.from({ length: PROCESSES }, () => {
    const { bare, called, low, high } = JSON.parse(
      execFileSync(process.execPath, words).toString(),
    );
    const ratio = called / bare;
    const columns = [bare.toFixed(0).padStart(10), called.toFixed(0).padStart(6)];
    console.log(
      `${columns.join(" ")}   ${ratio.toFixed(3)}   ${low.toFixed(2)} to ${high.toFixed(2)}`,
    );
    return ratio;
  }).toSorted((a, b) => a - b);
  const [least, , middle, , most] = ratios.map((ratio) => ratio.toFixed(3));
  console.log(`ratio: ${middle} (${least} to ${most}); at most 1.05 is wanted`);
  if (Number(middle) > 1.05) process.exitCode = 1;
} finally {
  server.kill();
}
