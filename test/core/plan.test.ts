import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type FileEntry,
  type FileTree,
  type ProjectPath,
  projectPath,
} from "../../src/core/files.js";
import { plainText, sameFile } from "../../src/core/merge/line-ends.js";
import { type MergeInput, planMerge, type Reason } from "../../src/core/plan.js";

const text = (content: string, executable = false): FileEntry => ({ content, executable });
const bytes = (...content: number[]): FileEntry => ({
  content: Uint8Array.from(content),
  executable: false,
});

/** Versions of one file that are all different. Some merge with each other, some do not. */
const KINDS = {
  text: {
    path: "src/a.ts",
    versions: {
      one: text("a\nb\nc\nd\ne\n"),
      first: text("A\nb\nc\nd\ne\n"),
      last: text("a\nb\nc\nd\nE\n"),
      other: text("x\nb\nc\nd\ne\n"),
      windows: text("a\r\nb\r\nc\r\nd\r\ne\r\n"),
      "windows, changed": text("a\r\nb\r\nc\r\nd\r\nZ\r\n"),
      executable: text("a\nb\nc\nd\ne\n", true),
      marked: text("\uFEFFa\nb\nc\nd\ne\n"),
      empty: text(""),
      "without a last line end": text("a\nb\nc\nd\ne"),
    },
  },
  json: {
    path: "package.json",
    versions: {
      one: text('{\n  "a": 1,\n  "b": 1\n}\n'),
      first: text('{\n  "a": 2,\n  "b": 1\n}\n'),
      last: text('{\n  "a": 1,\n  "b": 2\n}\n'),
      other: text('{\n  "a": 3,\n  "b": 1\n}\n'),
      sorted: text('{\n    "b": 1,\n    "a": 1\n}\n'),
      less: text('{\n  "a": 1\n}\n'),
      windows: text('{\r\n  "a": 1,\r\n  "b": 1\r\n}\r\n'),
      broken: text('{\n  "a": 1,\n'),
    },
  },
  bytes: {
    path: "icon.png",
    versions: {
      one: bytes(1, 255),
      two: bytes(2, 255),
      three: bytes(3, 255),
      text: text("text\n"),
    },
  },
} as const;

function inputOf(
  path: string,
  baseline: FileEntry | undefined,
  yours: FileEntry | "other" | undefined,
  template: FileEntry | undefined,
  more: Partial<MergeInput> = {},
): MergeInput {
  const tree = <Entry>(entry: Entry | undefined): ReadonlyMap<ProjectPath, Entry> =>
    new Map(entry === undefined ? [] : [[projectPath(path), entry]]);
  return {
    baseline: tree(baseline),
    disk: tree(yours),
    rendered: tree(template),
    seeds: new Set(),
    moved: new Map(),
    followed: new Map(),
    open: [],
    restored: new Set(),
    ...more,
  };
}

function planOne(input: MergeInput) {
  const plan = planMerge(input);
  expect(plan.files.length).toBeLessThanOrEqual(1);
  const [file = { action: "keep", reason: "gone", before: undefined, after: undefined } as const] =
    plan.files;
  return { ...plan, file };
}

const combinations = Object.entries(KINDS).flatMap(([kind, { path, versions }]) => {
  const named: [string, FileEntry | undefined][] = [["–", undefined], ...Object.entries(versions)];
  return named.flatMap(([b, baseline]) =>
    named.flatMap(([y, yours]) =>
      named.map(([t, template]) => ({
        name: `${kind}: ${b} | ${y} | ${t}`,
        path,
        baseline,
        yours,
        template,
      })),
    ),
  );
});

/** The decision table, written again as a lookup: what is the same as what decides everything but the merge itself. */
function expectedReasons(
  baseline: FileEntry | undefined,
  yours: FileEntry | undefined,
  template: FileEntry | undefined,
): readonly Reason[] {
  const same = sameFile;
  const row = [baseline ? "B" : "–", yours ? "Y" : "–", template ? "N" : "–"].join(" ");
  switch (row) {
    case "– – –":
    case "B – –":
      return ["gone"];
    case "– – N":
      return ["created"];
    case "– Y –":
      return ["no-longer-generated"];
    case "– Y N":
      return same(yours, template) ? ["identical"] : ["both-added"];
    case "B – N":
      return same(baseline, template) ? ["kept-deleted"] : ["changed-but-deleted"];
    case "B Y –":
      return same(baseline, yours) ? ["deleted"] : ["no-longer-generated"];
    default:
      if (same(baseline, template)) return same(baseline, yours) ? ["unchanged"] : ["kept-yours"];
      if (same(baseline, yours)) return ["updated"];
      return same(yours, template) ? ["same-change"] : ["merged", "both-changed"];
  }
}

const linesOf = ({ content }: FileEntry): readonly string[] =>
  typeof content === "string" ? plainText(content).split("\n") : [String(content)];

describe(`all ${combinations.length} combinations of what was generated, what is yours and what the template has`, () => {
  it("follow the decision table", () => {
    for (const { name, path, baseline, yours, template } of combinations) {
      if (!baseline && !template) continue; // not a file of the template
      const { file } = planOne(inputOf(path, baseline, yours, template));
      expect(expectedReasons(baseline, yours, template), name).toContain(file.reason);
    }
  });

  it("law 1: if the template did not move, the disk does not move", () => {
    for (const { name, path, baseline, yours } of combinations) {
      if (!baseline) continue;
      const { file, conflicts } = planOne(inputOf(path, baseline, yours, baseline));
      expect({ name, after: file.after, conflicts }).toEqual({ name, after: yours, conflicts: [] });
    }
  });

  it("law 2: if you did not move, you get the template exactly, with your line ends", () => {
    for (const { name, path, baseline, template } of combinations) {
      if (!baseline) continue;
      const { file, conflicts } = planOne(inputOf(path, baseline, baseline, template));
      expect(conflicts, name).toEqual([]);
      expect(sameFile(file.after, template), name).toBe(true);
    }
  });

  it("law 3: a file that you changed is never deleted or overwritten, and no line of yours is lost", () => {
    for (const { name, path, baseline, yours, template } of combinations) {
      if (!yours || sameFile(baseline, yours) || (!baseline && !template)) continue;
      const { file } = planOne(inputOf(path, baseline, yours, template));
      expect(file.after, name).toBeDefined();
      if (file.after === undefined || sameFile(file.after, yours)) continue;
      expect(["merged", "both-changed"], name).toContain(file.reason);
      const before = new Set(baseline ? linesOf(baseline) : []);
      const own = linesOf(yours).filter((line) => !before.has(line));
      if (path !== "package.json")
        expect(linesOf(file.after), name).toEqual(expect.arrayContaining(own));
    }
  });

  it("law 4: running twice changes nothing, and open conflicts stay open", () => {
    for (const { name, path, baseline, yours, template } of combinations) {
      const first = planMerge(inputOf(path, baseline, yours, template));
      const [file] = first.files;
      const second = planMerge({
        ...inputOf(path, undefined, file?.after, template),
        baseline: first.baseline,
        open: first.conflicts,
      });
      expect({ name, conflicts: second.conflicts }).toEqual({ name, conflicts: first.conflicts });
      expect({ name, baseline: [...second.baseline] }).toEqual({
        name,
        baseline: [...first.baseline],
      });
      for (const { before, after } of second.files)
        expect({ name, after }).toEqual({ name, after: before });
    }
  });

  it("while a conflict is open, what a later template brings waits: the baseline stays", () => {
    const { path, versions } = KINDS.text;
    const first = planMerge(inputOf(path, versions.one, versions.first, versions.other));
    const [file] = first.files;
    const second = planMerge({
      ...inputOf(path, undefined, file?.after, versions.last),
      baseline: first.baseline,
      open: first.conflicts,
    });
    expect([...second.baseline]).toEqual([...first.baseline]);
    expect(second.files.map(({ reason }) => reason)).toEqual(["open-conflict"]);
  });

  it("a link or a folder in the place of a file is never touched", () => {
    for (const { name, path, baseline, template } of combinations) {
      if (!baseline && !template) continue;
      const { file, conflicts } = planOne(inputOf(path, baseline, "other", template));
      const isDisputed = template !== undefined && !(baseline && sameFile(baseline, template));
      expect({ name, before: file.before, after: file.after }).toEqual({
        name,
        before: undefined,
        after: undefined,
      });
      expect({ name, kinds: conflicts.map(({ kind }) => kind) }).toEqual({
        name,
        kinds: isDisputed ? ["type"] : [],
      });
    }
  });
});

describe("the table in docs/updates.md", () => {
  const page = readFileSync(new URL("../../docs/updates.md", import.meta.url), "utf8");
  const [, table = ""] = /\n\| last [^\n]+\n\| -[^\n]+\n((?:\|[^\n]+\n)+)/u.exec(page) ?? [];
  const rows = [...table.matchAll(/^\|(.+)\|(.+)\|(.+)\|(.+)\|(.+)\|$/gmu)].map((row) => {
    const [last = "", yours = "", now = "", , reason = ""] = row.slice(1).map((one) => one.trim());
    return { last, yours, now, reason: reason.replaceAll("`", "") };
  });
  const { one, first, last: mine, other } = KINDS.text.versions;
  const VERSIONS: Readonly<Record<string, FileEntry | undefined>> = {
    "–": undefined,
    "": undefined,
    B: one,
    N: first,
    yours: mine,
    other,
    seed: one,
  };
  const [path, before] = [projectPath(KINDS.text.path), projectPath("old.ts")];
  const markers = text(`<<<<<<< yours\n>>>>>>> template\n`);
  /** For each reason, what a row says in words. */
  const MORE: Readonly<Record<Reason, Partial<MergeInput>>> = {
    created: {},
    identical: {},
    "both-added": {},
    unchanged: {},
    updated: {},
    "kept-yours": {},
    "same-change": {},
    merged: {},
    "both-changed": { disk: new Map([[path, other]]) },
    "kept-deleted": {},
    "changed-but-deleted": {},
    restored: { restored: new Set([path]) },
    deleted: {},
    "no-longer-generated": {},
    gone: {},
    "another-type": { disk: new Map([[path, "other"]]) },
    "open-conflict": {
      baseline: new Map([[path, one]]),
      disk: new Map([[path, markers]]),
      open: [{ path, kind: "text", markerSize: 7 }],
    },
    moved: {
      baseline: new Map([[before, one]]),
      disk: new Map([[before, mine]]),
      moved: new Map([[before, path]]),
    },
    seed: { seeds: new Set([path]) },
  };

  it("has a row for each reason", () =>
    expect(rows.map(({ reason }) => reason)).toEqual(Object.keys(MORE)));

  it.each(rows)("$last | $yours | $now: $reason", ({ last, yours, now, reason }) => {
    const versions = [last, yours, now].map((cell) => VERSIONS[cell]);
    const [baseline, disk, template] = versions;
    const { file } = planOne(inputOf(path, baseline, disk, template, MORE[reason as Reason] ?? {}));
    expect(file.reason).toBe(reason);
  });
});

describe("seed files", () => {
  const [one, mine, now] = [text("one\n"), text("mine\n"), text("now\n")];
  const seeds = new Set(["src/hooks.ts"]);
  it.each<[string, FileEntry | undefined, FileEntry | undefined, FileEntry | undefined, Reason]>([
    ["new", undefined, undefined, now, "created"],
    ["there already", undefined, mine, now, "both-added"],
    ["untouched", one, one, now, "seed"],
    ["edited", one, mine, now, "seed"],
    ["deleted", one, undefined, now, "seed"],
    ["no longer wanted, untouched", one, one, undefined, "deleted"],
    ["no longer wanted, edited", one, mine, undefined, "no-longer-generated"],
  ])("%s", (_name, baseline, yours, template, reason) => {
    const { file } = planOne(inputOf("src/hooks.ts", baseline, yours, template, { seeds }));
    expect(file.reason).toBe(reason);
    if (reason === "seed") expect(file.after).toBe(yours);
  });
});

describe("moves", () => {
  const [old, now] = [projectPath("src/old.ts"), projectPath("lib/new.ts")];
  const moved = new Map([[old, now]]);
  const [one, mine, next] = [text("a\nb\nc\n"), text("a\nb\nC\n"), text("A\nb\nc\n")];
  const tree = (entries: readonly (readonly [ProjectPath, FileEntry])[]): FileTree =>
    new Map(entries);

  function planMoved(disk: FileTree, template = next, more: Partial<MergeInput> = {}) {
    return planMerge({
      ...inputOf("x", undefined, undefined, undefined),
      baseline: tree([[old, one]]),
      rendered: tree([[now, template]]),
      disk,
      moved,
      ...more,
    });
  }

  it("by the template: edits move along", () => {
    const { files, conflicts, baseline } = planMoved(tree([[old, mine]]));
    expect(files).toEqual([
      {
        path: now,
        from: old,
        action: "merge",
        reason: "merged",
        before: mine,
        after: text("A\nb\nC\n"),
      },
    ]);
    expect([conflicts, [...baseline.keys()]]).toEqual([[], [now]]);
  });

  it.each([
    ["untouched", one, next, "moved", next],
    ["edited, the same text", mine, one, "moved", mine],
  ])("by the template: %s", (_name, yours, template, reason, after) => {
    const [file] = planMoved(tree([[old, yours]]), template).files;
    expect(file).toMatchObject({ path: now, from: old, action: "move", reason, after });
  });

  it("by the template, deleted by you: stays deleted", () => {
    expect(planMoved(new Map()).files).toMatchObject([
      { path: now, reason: "changed-but-deleted" },
    ]);
  });

  it("by the template, to where something of yours is: both stay", () => {
    const { files, conflicts } = planMoved(
      tree([
        [old, mine],
        [now, text("mine too\n")],
      ]),
    );
    expect(files.map(({ path, reason }) => [path, reason])).toEqual([
      [now, "both-added"],
      [old, "no-longer-generated"],
    ]);
    expect(conflicts).toEqual([{ path: now, kind: "both-added" }]);
  });

  it("by both, to the same place: merged there", () => {
    const [file] = planMoved(tree([[now, mine]])).files;
    expect(file).toMatchObject({ path: now, reason: "merged", after: text("A\nb\nC\n") });
    expect(file?.from).toBeUndefined();
  });

  it("by you: follows", () => {
    const mineIs = projectPath("my/place.ts");
    const { files, baseline } = planMoved(tree([[mineIs, mine]]), next, {
      rendered: tree([[old, next]]),
      followed: new Map([[old, mineIs]]),
      moved: new Map(),
    });
    expect(files).toEqual([
      {
        path: mineIs,
        trackedAs: old,
        action: "merge",
        reason: "merged",
        before: mine,
        after: text("A\nb\nC\n"),
      },
    ]);
    expect([...baseline]).toEqual([[old, next]]);
  });

  it("a conflict is recorded where the file is afterwards", () => {
    const { files, conflicts } = planMoved(tree([[old, text("X\nb\nc\n")]]));
    expect(files).toMatchObject([{ path: now, from: old, action: "conflict" }]);
    expect(conflicts).toMatchObject([{ path: now, kind: "text" }]);
  });
});

describe("a file and a folder of the same name", () => {
  const paths = (plan: ReturnType<typeof planMerge>) =>
    plan.files.map(({ path, action, reason }) => [path, action, reason]);
  const input = (
    disk: [string, FileEntry][],
    baseline: [string, FileEntry][],
    rendered: [string, FileEntry][],
  ) =>
    planMerge({
      ...inputOf("x", undefined, undefined, undefined),
      baseline: new Map(baseline) as never,
      disk: new Map(disk) as never,
      rendered: new Map(rendered) as never,
    });
  const [one, mine] = [text("one\n"), text("mine\n")];

  it("a file becomes a folder", () => {
    expect(paths(input([["docs", one]], [["docs", one]], [["docs/a.md", one]]))).toEqual([
      ["docs", "delete", "deleted"],
      ["docs/a.md", "create", "created"],
    ]);
  });

  it("a file that you changed does not", () => {
    expect(paths(input([["docs", mine]], [["docs", one]], [["docs/a.md", one]]))).toEqual([
      ["docs", "keep", "no-longer-generated"],
      ["docs/a.md", "conflict", "another-type"],
    ]);
  });

  it("a folder becomes a file", () => {
    expect(paths(input([["docs/a.md", one]], [["docs/a.md", one]], [["docs", one]]))).toEqual([
      ["docs", "create", "created"],
      ["docs/a.md", "delete", "deleted"],
    ]);
  });

  it("a folder with a file that you changed does not", () => {
    expect(paths(input([["docs/a.md", mine]], [["docs/a.md", one]], [["docs", one]]))).toEqual([
      ["docs", "conflict", "another-type"],
      ["docs/a.md", "keep", "no-longer-generated"],
    ]);
  });
});
