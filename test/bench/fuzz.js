import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../support/merge-fuzz.ts", import.meta.url))],
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");

/** Our merge and its cases, which are TypeScript. @type {typeof import("../support/merge-fuzz.js")} */
export const fuzz = await import(`data:text/javascript;base64,${code}`);
