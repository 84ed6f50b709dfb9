/**
 * Runs the built program for one case after another, in one process: starting it takes longer than a case does.
 * It is told a command line, and tells how it ended and what it printed.
 */
import { createRequire } from "node:module";

/** @type {{ main: (argv: readonly string[]) => Promise<number> }} */
const { main } = createRequire(import.meta.url)("../../dist/main.js");

// Each call listens for signals anew.
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
process.stderr.setMaxListeners(0);

process.on("message", (argv) => void run(/** @type {readonly string[]} */ (argv)));

/** @param {readonly string[]} argv */
async function run(argv) {
  const printed = { stdout: "", stderr: "" };
  const restore = ["stdout", "stderr"].map((name) =>
    capture(/** @type {"stdout"} */ (name), printed),
  );
  const code = await main(argv);
  for (const putBack of restore) putBack();
  process.send?.({ code, ...printed });
}

/**
 * @param {"stdout" | "stderr"} name
 * @param {{ stdout: string, stderr: string }} into
 */
function capture(name, into) {
  const stream = process[name];
  const { write } = stream;
  stream.write = (text) => {
    into[name] += String(text);
    return true;
  };
  return () => void (stream.write = write);
}
