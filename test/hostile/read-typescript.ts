import vm from "node:vm";
import { transform } from "esbuild";
import { MARK } from "./texts.js";

/** The exports of a module without imports, evaluated in a world of its own, as JSON. Throws where it ran more than literals. */
export async function readTypeScript(text: string): Promise<Readonly<Record<string, unknown>>> {
  const { code } = await transform(text, { loader: "ts", format: "cjs", charset: "utf8" });
  const world = vm.createContext(Object.create(null) as object);
  const json: unknown = vm.runInContext(
    `const module = { exports: {} };\n${code}\nJSON.stringify(module.exports)`,
    world,
    { timeout: 5000 },
  );
  if (vm.runInContext(`"${MARK}" in globalThis`, world) === true)
    throw new Error("runs what an answer says");
  return JSON.parse(String(json)) as Readonly<Record<string, unknown>>;
}
