import { describe, expect, it } from "vitest";
import { type FileEntry, type FileTree, projectPath } from "../../src/core/files.js";
import { findMoves } from "../../src/core/merge/moves.js";
import { findOrphans } from "../../src/core/merge/orphans.js";
import { typescript } from "../../src/template-sets/typescript.js";

const tree = (files: Readonly<Record<string, string | Uint8Array>>): FileTree =>
  new Map(
    Object.entries(files).map(([path, content]): [ReturnType<typeof projectPath>, FileEntry] => [
      projectPath(path),
      { content, executable: false },
    ]),
  );
const lines = (...numbers: readonly number[]): string =>
  numbers.map((number) => `export const value${number} = ${number} * ${number};\n`).join("");
const TEN = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

describe("where a missing file went", () => {
  it.each<[string, FileTree, FileTree, Record<string, string>, string[]]>([
    ["nowhere", tree({ "a.ts": TEN }), tree({ "b.ts": lines(11, 12, 13, 14) }), {}, []],
    ["renamed", tree({ "a.ts": TEN }), tree({ "b.ts": TEN }), { "a.ts": "b.ts" }, []],
    [
      "renamed and edited",
      tree({ "a.ts": TEN }),
      tree({ "b.ts": lines(1, 2, 3, 4, 5, 6, 20, 21) }),
      { "a.ts": "b.ts" },
      [],
    ],
    [
      "less than half is left",
      tree({ "a.ts": TEN }),
      tree({ "b.ts": lines(1, 2, 3, 4, 50, 51, 52, 53, 54, 55) }),
      {},
      [],
    ],
    ["another extension", tree({ "a.ts": TEN }), tree({ "a.md": TEN }), {}, []],
    [
      "windows line ends",
      tree({ "a.ts": TEN }),
      tree({ "b.ts": TEN.replaceAll("\n", "\r\n") }),
      { "a.ts": "b.ts" },
      [],
    ],
    [
      "too short to tell",
      tree({ "a.ts": "export {};\n" }),
      tree({ "b.ts": "export {};\n" }),
      {},
      [],
    ],
    ["two copies: a tie", tree({ "a.ts": TEN }), tree({ "b.ts": TEN, "c.ts": TEN }), {}, ["a.ts"]],
    [
      "two copies, one of the same name",
      tree({ "src/a.ts": TEN }),
      tree({ "b.ts": TEN, "lib/a.ts": TEN }),
      { "src/a.ts": "lib/a.ts" },
      [],
    ],
    [
      "the more alike wins",
      tree({ "a.ts": TEN }),
      tree({ "b.ts": lines(1, 2, 3, 4, 5, 6), "c.ts": lines(1, 2, 3, 4, 5, 6, 7, 8) }),
      { "a.ts": "c.ts" },
      [],
    ],
    [
      "two files that went, each to its own place",
      tree({ "a.ts": TEN, "b.ts": lines(21, 22, 23, 24) }),
      tree({ "x.ts": lines(21, 22, 23, 24), "y.ts": TEN }),
      { "a.ts": "y.ts", "b.ts": "x.ts" },
      [],
    ],
    [
      "two that claim one: a tie",
      tree({ "a.ts": TEN, "b.ts": TEN }),
      tree({ "x.ts": TEN }),
      {},
      ["a.ts", "b.ts"],
    ],
    [
      "bytes, the same",
      tree({ "a.png": Uint8Array.of(1, 2, 255) }),
      tree({ "b.png": Uint8Array.of(1, 2, 255), "c.png": Uint8Array.of(1) }),
      { "a.png": "b.png" },
      [],
    ],
  ])("%s", (_name, missing, candidates, followed, tied) => {
    const moves = findMoves(missing, candidates);
    expect(Object.fromEntries(moves.followed)).toEqual(followed);
    expect(moves.ties.map(({ path }) => path)).toEqual(tied);
  });
});

describe("files that import what is gone", () => {
  const orphansOf = (files: Readonly<Record<string, string>>, ...gone: readonly string[]) =>
    findOrphans(tree(files), new Set(gone), typescript.references).map((orphan) => [
      orphan.path,
      Object(orphan).missing,
    ]);

  it.each([
    'import { a } from "./a.js";',
    "import { a } from './a.js'",
    'import type { A } from "./a.js";',
    'export * from "./a.js";',
    'import "./a.js";',
    'const a = await import("./a.js");',
    'import {\n  a,\n  b,\n} from "../src/a.js";',
    'declare module "x" {}\nimport { a } from "./a.ts";',
  ])("%j", (text) =>
    expect(orphansOf({ "src/b.ts": text }, "src/a.ts")).toEqual([["src/b.ts", "src/a.ts"]]),
  );

  it.each([
    'import { a } from "a.js";',
    'import { a } from "./lib/a.js";',
    'const text = "./a.js";',
    "",
  ])("not %j", (text) => expect(orphansOf({ "src/b.ts": text }, "src/a.ts")).toEqual([]));

  it("only in code", () => expect(orphansOf({ "b.md": 'import "./a.js"' }, "a.ts")).toEqual([]));
  it("once for each file that is gone", () =>
    expect(orphansOf({ "b.ts": 'import "./a.js";\nexport * from "./a.js";' }, "a.ts")).toEqual([
      ["b.ts", "a.ts"],
    ]));
});
