import { describe, expect, it } from "vitest";
import { type FileEntry, type FileTree, projectPath } from "../../src/core/files.js";
import { findMoves } from "../../src/core/merge/moves.js";
import { findOrphans, goneFor, goneNames } from "../../src/core/merge/orphans.js";
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
      "half is left, to the letter",
      tree({ "a.ts": lines(1, 2, 3, 4).trimEnd() }),
      tree({ "b.ts": lines(1, 2, 6, 7).trimEnd() }),
      { "a.ts": "b.ts" },
      [],
    ],
    [
      "all is left, and three times as much is new",
      tree({ "a.ts": lines(1, 2) }),
      tree({ "b.ts": lines(1, 2, 3, 4, 5, 6, 7, 8) }),
      {},
      [],
    ],
    [
      "an extension in capital letters",
      tree({ "a.ts": TEN }),
      tree({ "b.TS": TEN }),
      { "a.ts": "b.TS" },
      [],
    ],
    [
      "a dot in front is no extension",
      tree({ ".rules": TEN }),
      tree({ ".other": TEN }),
      { ".rules": ".other" },
      [],
    ],
    ["text that became bytes", tree({ "a.ts": TEN }), tree({ "b.ts": Buffer.from(TEN) }), {}, []],
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

  it("a tie names all that it could be, in the order of paths", () => {
    const { ties } = findMoves(
      tree({ "a.ts": TEN }),
      tree({ "c.ts": TEN, "b.ts": TEN, "d.ts": lines(1, 2, 3, 4, 5, 6) }),
    );
    expect(ties).toEqual([{ path: "a.ts", candidates: ["b.ts", "c.ts"] }]);
  });
});

describe("files that import what is gone", () => {
  const orphansOf = (files: Readonly<Record<string, string>>, ...gone: readonly string[]) =>
    findOrphans(
      tree(files),
      gone.map((missing) => ({ missing: projectPath(missing) })),
      new Map(),
      typescript.needs,
    ).map((orphan) => [orphan.path, orphan.missing]);

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

describe("files that use a name that is gone", () => {
  const OLD = "src/provider/revocation.ts";
  const DECLARED = [
    'declare module "../oauth/provider.js" {',
    "  interface ProviderDefinition {",
    "    /** Where. */",
    "    readonly revocationUrl?: {",
    "      readonly path: string;",
    "    };",
    "    readonly other: string;",
    "  }",
    "}",
    "export const revocation = 1;",
    "",
  ].join("\n");
  const goneIn = (path: string, before: string, after?: string) =>
    goneNames(
      {
        path: projectPath(path),
        before: { content: before, executable: false },
        after: after === undefined ? undefined : { content: after, executable: false },
      },
      typescript.needs,
    ).map(({ name }) => name);
  const namesIn = (files: Readonly<Record<string, string>>, template = {}) =>
    findOrphans(
      tree(files),
      ["revocationUrl", "@napi-rs/keyring", "vitest"].map((name) => ({
        missing: projectPath(OLD),
        name,
      })),
      tree(template),
      typescript.needs,
    ).map(({ path, name }) => [path, name]);

  it("members that a file adds to a type, when it goes", () => {
    expect(goneIn(OLD, DECLARED)).toEqual(["revocationUrl", "other"]);
    expect(goneIn(OLD, DECLARED.replaceAll("\n", "\r\n"))).toEqual(["revocationUrl", "other"]);
    expect(goneIn("README.md", DECLARED)).toEqual([]);
    expect(goneIn(OLD, DECLARED, `${DECLARED}// more\n`)).toEqual([]);
  });

  it("packages that are asked for no more", () => {
    const [before, after] = [
      '{ "dependencies": { "a": "1", "b": "1" }, "devDependencies": { "c": "1" } }',
      '{ "dependencies": { "c": "1" }, "devDependencies": { "b": "2" } }',
    ];
    expect(goneIn("package.json", before, after)).toEqual(["a"]);
    expect(goneIn("package.json", before, before)).toEqual([]);
    expect(goneIn("package.json", before)).toEqual(["a", "b", "c"]);
    expect(goneIn("package.json", "{ broken", after)).toEqual([]);
  });

  it.each<[string, string]>([
    ["PROVIDER.revocationUrl;", "revocationUrl"],
    ["PROVIDER?.revocationUrl.path", "revocationUrl"],
    ["PROVIDER\n  .revocationUrl", "revocationUrl"],
    ['PROVIDER["revocationUrl"]', "revocationUrl"],
    ["const { revocationUrl } = PROVIDER;", "revocationUrl"],
    ["const { tokenUrl, revocationUrl: url } = PROVIDER;", "revocationUrl"],
    ["export const P = {\n  ...PROVIDER,\n  revocationUrl: 1,\n};", "revocationUrl"],
    ['import { Entry } from "@napi-rs/keyring";', "@napi-rs/keyring"],
    ["const k = await import('@napi-rs/keyring/sub')", "@napi-rs/keyring"],
    ['import { it } from "vitest";', "vitest"],
  ])("%j", (text, name) => expect(namesIn({ "b.ts": text })).toEqual([["b.ts", name]]));

  it.each([
    "const my_revocationUrl = 1;",
    "PROVIDER.revocationUrls",
    "PROVIDER.myrevocationUrl",
    'import { a } from "vitest-more";',
    'import { a } from "@napi-rs/keyrings";',
  ])("not %j", (text) => expect(namesIn({ "b.ts": text })).toEqual([]));

  it("only in code, and only in lines that the template does not have", () => {
    const text = "a;\nPROVIDER.revocationUrl;\n";
    expect(namesIn({ "b.md": text })).toEqual([]);
    expect(namesIn({ "b.ts": text }, { "b.ts": text.replaceAll("\n", "\r\n") })).toEqual([]);
    expect(namesIn({ "b.ts": text }, { "b.ts": "a;\n" })).toEqual([["b.ts", "revocationUrl"]]);
  });

  it("in the same order, whatever was read first", () => {
    const text = 'PROVIDER.revocationUrl; import "@napi-rs/keyring";';
    const found = namesIn({ "b.ts": text, "a.ts": text });
    expect(found).toEqual(namesIn({ "a.ts": text, "b.ts": text }));
    expect(found).toEqual([
      ["a.ts", "@napi-rs/keyring"],
      ["a.ts", "revocationUrl"],
      ["b.ts", "@napi-rs/keyring"],
      ["b.ts", "revocationUrl"],
    ]);
  });

  it("together with files that are gone, and not in bytes", () => {
    const gone = [
      { missing: projectPath("z.ts") },
      { missing: projectPath(OLD), name: "revocationUrl" },
      { missing: projectPath("still.ts") },
    ];
    const text = 'import "./z.js";\nimport "./still.js";\nPROVIDER.revocationUrl;\n';
    const files = tree({ "b.ts": text, "c.ts": Buffer.from(text), "still.ts": "" });
    const found = findOrphans(files, gone, new Map(), typescript.needs);
    expect(found.map(goneFor)).toEqual([gone[1], gone[0]]);
    expect(found.map(({ path }) => path)).toEqual(["b.ts", "b.ts"]);
  });

  it("not when another file provides it", () =>
    expect(namesIn({ "b.ts": "PROVIDER.revocationUrl;", "c.ts": DECLARED })).toEqual([]));
});
