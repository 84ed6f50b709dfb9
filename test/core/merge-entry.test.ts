import { describe, expect, it } from "vitest";
import { type FileEntry, projectPath } from "../../src/core/files.js";
import { type Conflict, type Found, isOpen, sameJson } from "../../src/core/merge/conflicts.js";
import { sameContent, sameFile } from "../../src/core/merge/line-ends.js";
import { mergeEntry, takeTemplate } from "../../src/core/merge/merge-entry.js";
import { planMerge } from "../../src/core/plan.js";

const text = (content: string, executable = false): FileEntry => ({ content, executable });
const bytes = (...content: number[]): FileEntry => ({
  content: Uint8Array.from(content),
  executable: false,
});

describe("two versions of a file are the same", () => {
  it.each<[string, FileEntry | undefined, FileEntry | undefined, boolean]>([
    ["both absent", undefined, undefined, true],
    ["one absent", text("a"), undefined, false],
    ["the other absent", undefined, text("a"), false],
    ["the same text", text("a\n"), text("a\n"), true],
    ["other text", text("a\n"), text("b\n"), false],
    ["other line ends", text("a\nb\n"), text("a\r\nb\r\n"), true],
    ["a byte order mark", text("a\n"), text("\uFEFFa\n"), true],
    ["its sign elsewhere", text("ab\n"), text("a\uFEFFb\n"), false],
    ["no last line end", text("a\n"), text("a"), false],
    ["executable", text("a\n"), text("a\n", true), false],
    ["the same bytes", bytes(1, 255), bytes(1, 255), true],
    ["other bytes", bytes(1, 255), bytes(2, 255), false],
    ["bytes and text", bytes(98), text("a"), false],
  ])("%s: %#", (_, a, b, same) => {
    expect(sameFile(a, b)).toBe(same);
    expect(sameFile(b, a)).toBe(same);
  });

  it("whatever is executable, for their content", () => {
    expect(sameContent(text("a\n"), text("a\r\n", true))).toBe(true);
    expect(sameContent(text("a\n"), text("b\n", true))).toBe(false);
  });
});

const ONE = text("a\nb\nc\nd\n");
const JSON_ONE = '{\n  "a": 1,\n  "b": 1\n}\n';

describe("three versions of a file", () => {
  type Case = readonly [
    name: string,
    path: string,
    versions: readonly [FileEntry, FileEntry, FileEntry],
    after: FileEntry,
    kinds: readonly string[],
  ];
  const cases: readonly Case[] = [
    [
      "lines of both",
      "a.ts",
      [ONE, text("A\nb\nc\nd\n"), text("a\nb\nc\nD\n")],
      text("A\nb\nc\nD\n"),
      [],
    ],
    ["only the template", "a.ts", [ONE, ONE, text("a\nB\nc\nd\n")], text("a\nB\nc\nd\n"), []],
    [
      "only you, and your line ends",
      "a.ts",
      [ONE, text("a\r\nB\r\nc\r\nd\r\n"), ONE],
      text("a\r\nB\r\nc\r\nd\r\n"),
      [],
    ],
    [
      "executable by the template",
      "a.ts",
      [ONE, text("A\nb\nc\nd\n"), text(String(ONE.content), true)],
      text("A\nb\nc\nd\n", true),
      [],
    ],
    [
      "executable by you",
      "a.ts",
      [ONE, text(String(ONE.content), true), text("a\nb\nc\nD\n")],
      text("a\nb\nc\nD\n", true),
      [],
    ],
    [
      "no more executable by you",
      "a.ts",
      [text("a\n", true), text("a\n"), text("b\n", true)],
      text("b\n"),
      [],
    ],
    ["bytes", "icon.png", [bytes(1, 255), bytes(2, 255), bytes(3, 255)], bytes(2, 255), ["binary"]],
    ["bytes of the template", "a.ts", [ONE, text("A\n"), bytes(3, 255)], text("A\n"), ["binary"]],
    ["bytes of yours", "a.ts", [ONE, bytes(3, 255), text("A\n")], bytes(3, 255), ["binary"]],
    ["bytes last time", "a.ts", [bytes(3, 255), text("A\n"), text("B\n")], text("A\n"), ["binary"]],
    ["NUL is no text", "a.ts", [ONE, text("\0\n"), text("A\n")], text("\0\n"), ["binary"]],
    [
      "JSON by key, where lines are in conflict",
      "a.json",
      [text(JSON_ONE), text('{ "b": 1, "a": 2 }\n'), text('{\n  "a": 1,\n  "b": 2\n}\n')],
      text('{ "b": 2, "a": 2 }\n'),
      [],
    ],
    [
      "the same with comments allowed, in capital letters",
      "A.JSONC",
      [text(JSON_ONE), text('{ "b": 1, "a": 2 }\n'), text('{\n  "a": 1,\n  "b": 2\n}\n')],
      text('{ "b": 2, "a": 2 }\n'),
      [],
    ],
    [
      "a key in conflict",
      "a.json",
      [text(JSON_ONE), text('{\n  "a": 2,\n  "b": 1\n}\n'), text('{\n  "a": 3,\n  "b": 1\n}\n')],
      text('{\n  "a": 2,\n  "b": 1\n}\n'),
      ["json"],
    ],
    [
      "JSON only by its name",
      "a.json5",
      [text("1\n"), text("2\n"), text("3\n")],
      expect.objectContaining({ content: expect.stringContaining("<<<<<<<") }),
      ["text"],
    ],
  ];
  it.each(cases)("%s", (_, path, [baseline, yours, template], after, kinds) => {
    const { entry, conflicts } = mergeEntry(projectPath(path), baseline, yours, template);
    expect(entry).toEqual(after);
    expect(conflicts.map(({ kind, path: at }) => [kind, at])).toEqual(
      kinds.map((kind) => [kind, path]),
    );
  });

  it("of which yours differs in line ends alone: the template's with yours", () => {
    const yours = text("a\r\nb\r\nc\r\nd\r\n");
    const template = text("a\nB\nc\nd\n", true);
    expect(takeTemplate(ONE, yours, template)).toEqual(text("a\r\nB\r\nc\r\nd\r\n", true));
    expect(takeTemplate(ONE, ONE, template)).toBe(template);
    expect(takeTemplate(bytes(255), bytes(255), bytes(1))).toEqual(bytes(1));
    expect(takeTemplate(bytes(97), text("a"), bytes(1))).toEqual(bytes(1));
    expect(takeTemplate(text("a"), bytes(97), text("b"))).toEqual(text("b"));
  });
});

describe("a conflict waits until", () => {
  const path = projectPath("a.json");
  const markers = "<<<<<<< yours\na\n=======\nb\n>>>>>>> template\n";
  const marked: Conflict = { path, kind: "text", markerSize: 7 };
  const value: Conflict = { path, kind: "json", pointer: "/a", yours: [1, { b: 2 }] };
  const orphan: Conflict = { path, kind: "orphan", missing: projectPath("b.ts") };
  const type: Conflict = { path, kind: "type" };
  const binary: Conflict = { path, kind: "binary" };
  const latin = Uint8Array.from([255, ...Buffer.from(markers)]);
  it.each<[string, Conflict, Found, FileEntry | undefined, boolean]>([
    ["the file is gone", marked, undefined, undefined, false],
    ["markers stand", marked, text(markers), undefined, true],
    ["markers stand among bytes", marked, { content: latin, executable: false }, undefined, true],
    ["markers are gone", marked, text("a\n"), undefined, false],
    ["something else stands there", marked, "other", undefined, false],
    ["something else stands there, which is the conflict", type, "other", undefined, true],
    ["a file stands there", type, text("a"), undefined, false],
    ["the value is yours", value, text('{"a": [1, {"b": 2}]}'), undefined, true],
    ["the value is another", value, text('{"a": [1, {"b": 3}]}'), undefined, false],
    ["the value is gone", value, text("{}"), undefined, false],
    ["it cannot be read", value, text('{"a": '), undefined, true],
    ["the value was not there", { path, kind: "json", pointer: "/a" }, text("{}"), undefined, true],
    ["it is not the template's", binary, bytes(2), bytes(3), true],
    ["it is the template's", binary, bytes(3), bytes(3), false],
    ["somebody says so", orphan, text("a"), undefined, true],
  ])("%s: %#", (_, conflict, yours, template, open) => {
    expect(isOpen(conflict, yours, template)).toBe(open);
  });

  it.each<[unknown, unknown, boolean]>([
    [1, 1, true],
    [1, "1", false],
    [null, {}, false],
    [undefined, null, false],
    [[], {}, false],
    [{}, [], false],
    [[1, 2], [1], false],
    [[1], [1, 2], false],
    [[1, 2], [2, 1], false],
    [[1, 2], [1, 3], false],
    [[1, [2]], [1, [2]], true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [{ a: 1, b: 2 }, { a: 1, c: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, false],
    [{ a: undefined }, { b: undefined }, false],
  ])("sameJson(%j, %j) is %j", (a, b, same) => expect(sameJson(a, b)).toBe(same));
});

describe("a whole plan", () => {
  const [a, b, seed] = ["src/a.ts", "lib/a.ts", "src/hooks.ts"].map(projectPath) as [
    ReturnType<typeof projectPath>,
    ReturnType<typeof projectPath>,
    ReturnType<typeof projectPath>,
  ];
  const NOTHING = {
    baseline: new Map(),
    disk: new Map(),
    rendered: new Map(),
    seeds: new Set<string>(),
    moved: new Map(),
    followed: new Map(),
    open: [],
    restored: new Set<string>(),
  };
  const [old, mine, now] = [text("old\n"), text("mine\n"), text("now\n")];

  it("keeps the baseline of a seed as long as anything of it is there", () => {
    const seeds = new Set([seed]);
    const input = { ...NOTHING, seeds, baseline: new Map([[seed, old]]) };
    const kept = { ...input, disk: new Map([[seed, mine]]), rendered: new Map([[seed, now]]) };
    expect(planMerge(kept).baseline).toEqual(new Map([[seed, old]]));
    expect(planMerge({ ...kept, rendered: new Map() }).baseline).toEqual(new Map([[seed, old]]));
    expect(planMerge({ ...kept, disk: new Map() }).baseline).toEqual(new Map([[seed, old]]));
    expect(planMerge(input).baseline).toEqual(new Map());
  });

  it("brings a deleted seed back where that is wished, and no other one", () => {
    const seeds = new Set([seed]);
    const deleted = {
      ...NOTHING,
      seeds,
      baseline: new Map([[seed, old]]),
      rendered: new Map([[seed, now]]),
    };
    const [kept] = planMerge(deleted).files;
    expect(kept).toMatchObject({ action: "keep", reason: "seed", after: undefined });
    const restored = new Set<string>([seed]);
    const [back] = planMerge({ ...deleted, restored }).files;
    expect(back).toMatchObject({ action: "create", reason: "restored", after: now });
    const [there] = planMerge({ ...deleted, restored, disk: new Map([[seed, mine]]) }).files;
    expect(there).toMatchObject({ action: "keep", reason: "seed", after: mine });
  });

  it.each<[string, Partial<typeof NOTHING>]>([
    ["is not the template's", { baseline: new Map() }],
    [
      "is there already",
      {
        baseline: new Map([
          [a, old],
          [b, old],
        ]),
      },
    ],
    ["is not wanted there", { rendered: new Map() }],
    [
      "is still wanted here",
      {
        rendered: new Map([
          [a, now],
          [b, now],
        ]),
      },
    ],
  ])("moves nothing that %s", (_, change) => {
    const { files } = planMerge({
      ...NOTHING,
      baseline: new Map([[a, old]]),
      disk: new Map([[a, old]]),
      rendered: new Map([[b, now]]),
      moved: new Map([[a, b]]),
      ...change,
    });
    expect(files.filter(({ from }) => from !== undefined)).toEqual([]);
  });

  it("tells an open conflict of a file that its owner moved where the file is", () => {
    const open: Conflict[] = [{ path: a, kind: "text", markerSize: 7 }];
    const marked = text("<<<<<<< yours\na\n=======\nb\n>>>>>>> template\n");
    const { files, conflicts, baseline } = planMerge({
      ...NOTHING,
      baseline: new Map([[a, old]]),
      rendered: new Map([[a, now]]),
      disk: new Map([[b, marked]]),
      followed: new Map([[a, b]]),
      open,
    });
    expect(files).toMatchObject([{ path: b, action: "conflict", reason: "open-conflict" }]);
    expect(conflicts).toEqual([{ path: b, kind: "text", markerSize: 7 }]);
    expect(baseline).toEqual(new Map([[a, old]]));
  });

  it("asks no more about a conflict that was decided", () => {
    const { files, conflicts, baseline } = planMerge({
      ...NOTHING,
      baseline: new Map([[a, old]]),
      disk: new Map([[a, mine]]),
      rendered: new Map([[a, old]]),
      open: [{ path: a, kind: "text", markerSize: 7 }],
    });
    expect(files).toMatchObject([{ path: a, action: "keep", reason: "kept-yours" }]);
    expect([conflicts, baseline]).toEqual([[], new Map([[a, old]])]);
  });

  it("has no baseline of a file in conflict that was never generated", () => {
    const open: Conflict[] = [{ path: a, kind: "both-added" }];
    const input = { ...NOTHING, disk: new Map([[a, mine]]), rendered: new Map([[a, now]]), open };
    const { conflicts, baseline } = planMerge(input);
    expect([conflicts, baseline]).toEqual([open, new Map()]);
  });

  it("says why a link or a folder stays", () => {
    const disk = new Map([[a, "other"]]) as Parameters<typeof planMerge>[0]["disk"];
    const input = { ...NOTHING, disk, baseline: new Map([[a, old]]) };
    expect(planMerge({ ...input, rendered: new Map([[a, old]]) }).files).toMatchObject([
      { path: a, action: "keep", reason: "kept-yours", after: undefined },
    ]);
    expect(planMerge(input).files).toMatchObject([
      { path: a, action: "keep", reason: "no-longer-generated", after: undefined },
    ]);
  });

  it("makes a new seed, and keeps what it was", () => {
    const input = { ...NOTHING, seeds: new Set([seed]), rendered: new Map([[seed, now]]) };
    const { files, baseline } = planMerge(input);
    expect(files).toMatchObject([{ action: "create", reason: "created" }]);
    expect(baseline).toEqual(new Map([[seed, now]]));
  });

  it("makes files beside those that stay, and changes files below which there is one", () => {
    const [made, below] = [projectPath("src/b.ts"), projectPath("src/b.ts.d/c.ts")];
    const { files } = planMerge({
      ...NOTHING,
      baseline: new Map([
        [a, old],
        [below, old],
      ]),
      disk: new Map([
        [a, mine],
        [below, mine],
      ]),
      rendered: new Map([
        [a, old],
        [below, old],
        [made, now],
      ]),
    });
    expect(files.map(({ path: file, action }) => [file, action])).toEqual([
      [a, "keep"],
      [made, "create"],
      [below, "keep"],
    ]);
  });

  it("leaves a file alone whose conflict is only that it needs what is gone", () => {
    const open: Conflict[] = [{ path: a, kind: "orphan", missing: b }];
    const { files } = planMerge({
      ...NOTHING,
      baseline: new Map([[a, old]]),
      rendered: new Map([[a, now]]),
      disk: new Map([[a, old]]),
      open,
    });
    expect(files).toMatchObject([{ path: a, action: "update", reason: "updated" }]);
  });
});
