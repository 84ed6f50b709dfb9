import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/** Which folders of `src/` a file in each folder may import; a package stands for itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ["core", "handlebars", "jsonc-parser"],
  "template-sets": ["template-sets", "core"],
  io: [
    "io",
    "core",
    "node:",
    "execa",
    "fs-extra",
    "yaml",
    "@inquirer/",
    "proxy-from-env",
    "https-proxy-agent",
  ],
  commands: ["commands", "template-sets", "io", "core", "cli", "node:path"],
  cli: ["core", "commander"],
  main: ["program", "cli", "commands", "io", "core"],
  program: ["cli", "commands"],
  api: ["api", "commands", "template-sets", "io", "core", "node:path"],
  build: [
    "build",
    "node:",
    "esbuild",
    "handlebars",
    "fs-extra",
    "@lydell/node-pty",
    "@xterm/headless",
  ],
};

const root = path.resolve(import.meta.dirname, "../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
  /(?<!\.d)\.[jt]s$/u.test(file),
);

/** `core/spec.ts` → `core`, `main.ts` → `main`. */
const layerOf = (file: string): string => file.split(path.sep)[0]?.replace(/\.[jt]s$/u, "") ?? "";

function importsOf(file: string): readonly string[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const found = text.matchAll(/(?:^|[\s;}])(?:import|from)\s*\(?\s*"([^"]+)"/gu);
  return Array.from(found, ([, name = ""]) =>
    name.startsWith(".")
      ? layerOf(path.relative(root, path.join(root, path.dirname(file), name)))
      : name,
  );
}

describe("layers", () => {
  it("sees the imports", () => {
    expect(importsOf("program.ts")).toContain("commands");
    expect(importsOf(path.join("io", "run.ts"))).toContain("execa");
  });

  it.each(files)("%s imports only what its layer may", (file) => {
    const allowed = ALLOWED[layerOf(file)] ?? [];
    for (const name of importsOf(file)) {
      expect(
        allowed.some(
          (prefix) =>
            name === prefix ||
            name.startsWith(prefix.endsWith(":") || prefix.endsWith("/") ? prefix : `${prefix}/`),
        ),
        `${file} imports ${name}`,
      ).toBe(true);
    }
  });

  it.each(files.filter((file) => ["core", "template-sets"].includes(layerOf(file))))(
    "%s reads no clock, no environment and prints nothing",
    (file) => {
      const text = readFileSync(path.join(root, file), "utf8");
      expect(text).not.toMatch(
        /\bprocess\.|\bconsole\.|\bDate\b|Math\.random|\bcrypto\.|\bBuffer\b|\bsetTimeout\b|\bfetch\(/u,
      );
    },
  );
});
