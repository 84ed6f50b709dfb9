import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type Fault,
  forEach,
  type Point,
  runWithFault,
  sampled,
  startTraced,
  tracedPoints,
  writingPoints,
} from "../support/faults.js";
import {
  FLAGS,
  resultOf,
  type Result,
  ROOT,
  runTool,
  type Sandbox,
  showsStack,
  until,
  useSandboxes,
} from "../support/program.js";
import { reportOf } from "../support/report.js";
import { snapshot, type Snapshot, without } from "../support/snapshot.js";

/**
 * Faults of the disk and the system while the built program writes. After each, the target is as it was or complete, the exit code
 * is right, nobody sees a stack and nothing is left behind. Needs Linux, the rights of the superuser, and strace, mount, setpriv.
 */

const sandbox = useSandboxes();

/** Everything is said, so that no other program is started, and nothing depends on the machine. */
const ARGV = [
  "t",
  ...FLAGS,
  "--author",
  "Ada",
  "--repository",
  "https://example.test/acme/integration",
  "--no-git",
  "--json",
] as const;

/** What lies in the target before. */
const TARGETS = {
  absent: () => undefined,
  "a folder with .git": (target: string) => {
    fs.mkdirSync(path.join(target, ".git"), { recursive: true });
    fs.writeFileSync(path.join(target, ".git/HEAD"), "ref: refs/heads/main\n");
  },
  "a folder with some of the files": (target: string) => {
    TARGETS["a folder with .git"](target);
    const some = Object.entries(complete ?? {}).filter((_file, index) => index % 3 === 0);
    for (const [file, what] of some) {
      if (what.endsWith(" folder")) continue;
      fs.mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
      fs.copyFileSync(path.join(model, file), path.join(target, file));
    }
  },
} as const;

type Target = keyof typeof TARGETS;

let model: string;
let complete: Snapshot;
const tried = new Map<string, number>();

beforeAll(async () => {
  expect(process.getuid?.(), "These tests need the rights of the superuser.").toBe(0);
  const { run, work } = sandbox();
  expect((await run(ARGV)).code).toBe(0);
  model = path.join(work, "t");
  complete = snapshot(model);
});

afterAll(() => {
  const rows = [...tried].map(([what, times]) => `  ${String(times).padStart(4)}  ${what}\n`);
  process.stderr.write(`Faults, each survived:\n${rows.join("")}`);
});

function count(what: string): void {
  tried.set(what, (tried.get(what) ?? 0) + 1);
}

function prepared(kind: Target): Sandbox {
  const box = sandbox();
  TARGETS[kind](path.join(box.work, "t"));
  return box;
}

function gitOf(taken: Snapshot): Snapshot {
  return Object.fromEntries(
    Object.entries(taken ?? {}).filter(([file]) => file.split(path.sep)[0] === ".git"),
  );
}

/** How a target looks after a fault. Anything beside it, or in the temporary folder, is neither. */
function stateOf(
  box: Sandbox,
  before: Snapshot,
  place = box.work,
): "as before" | "complete" | "broken" {
  const beside = fs.readdirSync(place).filter((name) => name !== "t");
  if (beside.length > 0 || fs.readdirSync(box.temporary).length > 0) return "broken";
  const now = snapshot(path.join(place, "t"));
  if (JSON.stringify(now) === JSON.stringify(before)) return "as before";
  const whole = { ...complete, ...gitOf(before) };
  return same(now, whole) ? "complete" : "broken";
}

function same(a: Snapshot, b: Snapshot): boolean {
  const sorted = (taken: Snapshot) => JSON.stringify(Object.entries(taken ?? {}).toSorted());
  return sorted(a) === sorted(b);
}

/** A refused write: exit 1, words and no stack, everything as before. */
function expectRefused(box: Sandbox, before: Snapshot, result: Result, place = box.work): void {
  const { error, written } = reportOf(result.stdout);
  expect([result.code, showsStack(result), written]).toEqual([1, false, false]);
  expect(error?.code).toMatch(/^(?:write-failed|target-unusable|changed-meanwhile|unsafe-path)$/u);
  expect(stateOf(box, before, place)).toBe("as before");
}

function discard({ work }: Sandbox): void {
  fs.rmSync(path.dirname(work), { recursive: true });
}

async function strike(
  kind: Target,
  fault: Fault,
): Promise<{ readonly box: Sandbox; readonly result: Result; readonly before: Snapshot }> {
  let before: Snapshot;
  const { box, result } = await runWithFault(
    () => {
      const made = prepared(kind);
      before = snapshot(path.join(made.work, "t"));
      return made;
    },
    ARGV,
    fault,
  );
  return { box, result, before };
}

const ERRORS: Readonly<Record<string, string>> = {
  close: "EIO",
  unlink: "EIO",
  unlinkat: "EIO",
  rmdir: "EIO",
};

describe.each(Object.keys(TARGETS) as Target[])("target: %s", (kind) => {
  let points: readonly Point[];

  beforeAll(async () => {
    points = await writingPoints(prepared(kind), ARGV);
    expect(points.length).toBeGreaterThan(60);
  });

  it("one write fails: as before and exit 1, or complete and exit 0", async () => {
    await forEach(sampled(points), async (at) => {
      const what = `error=${ERRORS[at.call] ?? "ENOSPC"}`;
      const { box, result, before } = await strike(kind, { what, at });
      count(`${kind}: one system call fails`);
      const state = stateOf(box, before);
      expect([at, state, result.code, reportOf(result.stdout).written]).toEqual(
        result.code === 0 ? [at, "complete", 0, true] : [at, "as before", 1, false],
      );
      expect(showsStack(result)).toBe(false);
      discard(box);
    });
  });

  it("kill -9: the next command finishes or undoes it before anything else", async () => {
    await forEach(sampled(points), async (at, index) => {
      const { box, result, before } = await strike(kind, { what: "signal=SIGKILL", at });
      count(`${kind}: kill -9`);
      expect(result.signal).toBe("SIGKILL");
      const now = snapshot(path.join(box.work, "t"));
      for (const [file, hash] of Object.entries(before ?? {})) expect(now?.[file]).toBe(hash);
      const next = await box.run(index % 2 === 0 ? ARGV : ["explain", "t", "--json"]);
      expect(next.code).toBe(index % 2 === 0 || stateOf(box, before) === "complete" ? 0 : 1);
      const allowed = index % 2 === 0 ? ["complete"] : ["as before", "complete"];
      expect([at, allowed.includes(stateOf(box, before))]).toEqual([at, true]);
      discard(box);
    });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s: %i, as before or complete, and the report says which", async (signal, code) => {
    const some = points.filter((_point, index) => index % 8 === 0);
    await forEach(some, async (at) => {
      const { box, result, before } = await strike(kind, { what: `signal=${signal}`, at });
      count(`${kind}: ${signal}`);
      const { written } = reportOf(result.stdout);
      expect([at, result.code, stateOf(box, before)]).toEqual([
        at,
        code,
        written ? "complete" : "as before",
      ]);
      discard(box);
    });
  });
});

describe("a journal that is interrupted again", () => {
  const kind = "a folder with .git";

  async function calls(name: RegExp): Promise<readonly Point[]> {
    return (await writingPoints(prepared(kind), ARGV)).filter(({ call }) => name.test(call));
  }

  it("kill -9 while the next command undoes: the one after it still does", async () => {
    const links = await calls(/^link/u);
    await forEach([3, 11, 19, 27, 35], async (ordinal) => {
      const at = links[links.length - 2];
      if (at === undefined) throw new Error("The journal is not linked.");
      const { box, before } = await strike(kind, { what: "signal=SIGKILL", at });
      const { child } = startTraced(box, ["explain", "t"], {
        what: "signal=SIGKILL",
        at: { call: "unlink", ordinal },
      });
      expect((await resultOf(child)).signal).toBe("SIGKILL");
      count("kill -9 during the undoing");
      const next = await box.run(["explain", "t"]);
      expect([next.code, stateOf(box, before)]).toEqual([1, "as before"]);
      discard(box);
    });
  });

  it.each([["unlink"], ["rmdir"]])(
    "the disk dies, and undoing fails at %s: exit 1 says so, and the next command undoes",
    async (fails) => {
      const links = await calls(/^link/u);
      await forEach([2, 20, links.length - 1], async (index) => {
        const at = links[index];
        if (at === undefined) throw new Error("The journal is not linked.");
        const box = prepared(kind);
        const before = snapshot(path.join(box.work, "t"));
        const first = { what: "error=EIO", lasting: true };
        const { child } = startTraced(
          box,
          ARGV,
          { ...first, at },
          { ...first, at: { call: fails, ordinal: 1 } },
        );
        const result = await resultOf(child);
        count("every later system call fails");
        const { error } = reportOf(result.stdout);
        expect([result.code, error?.code, showsStack(result)]).toEqual([1, "write-failed", false]);
        expect(error?.hint).not.toContain("Nothing was changed");
        const next = await box.run(["explain", "t"]);
        expect([next.code, stateOf(box, before)]).toEqual([1, "as before"]);
        discard(box);
      });
    },
  );
});

describe("kill -9, and then a command for another target", () => {
  it("removes what the killed run left beside it", async () => {
    const points = await writingPoints(prepared("absent"), ARGV);
    const at = points[20];
    if (at === undefined) throw new Error("Nothing was written.");
    const { box } = await strike("absent", { what: "signal=SIGKILL", at });
    expect(fs.readdirSync(box.work)).not.toEqual([]);
    expect((await box.run(["other", ...ARGV.slice(1)])).code).toBe(0);
    expect(fs.readdirSync(box.work)).toEqual(["other"]);
  });
});

describe("file systems", () => {
  const mounted: string[] = [];

  afterEach(async () => {
    for (const folder of mounted.splice(0)) {
      const { code, stderr } = await runTool("umount", [folder]);
      expect([code, stderr]).toEqual([0, ""]);
    }
  });

  async function mount(folder: string, options: string): Promise<void> {
    const { code, stderr } = await runTool("mount", [
      "-t",
      "tmpfs",
      "-o",
      options,
      "tmpfs",
      folder,
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    if (!mounted.includes(folder)) mounted.push(folder);
  }

  it.each(
    (["absent", "a folder with .git", "a folder with some of the files"] as const).flatMap(
      (kind) => [
        [kind, "blocks", "size", 4096] as const,
        [kind, "inodes", "size=16m,nr_inodes", 1] as const,
      ],
    ),
  )("%s, full disk (%s): as before, until it fits", async (kind, unit, option, step) => {
    let written = 0;
    for (let amount = 4; written === 0; amount += amount < 60 ? 2 : 9) {
      const box = sandbox();
      const disk = path.join(box.work, "disk");
      fs.mkdirSync(disk);
      await mount(disk, `${option}=${amount * step}`);
      const fits = await fitsBefore(kind, disk);
      const before = snapshot(path.join(disk, "t"));
      if (fits) {
        const result = await box.run(ARGV, { cwd: disk });
        count(`${kind}: ${unit} run out`);
        if (result.code === 0) {
          written = amount;
          expect(stateOf(box, before, disk)).toBe("complete");
        } else expectRefused(box, before, result, disk);
      }
      expect((await runTool("umount", [disk])).code).toBe(0);
      mounted.length = 0;
      discard(box);
    }
    expect(written).toBeGreaterThan(20);
  });

  /** What lies in the target before needs room too. */
  function fitsBefore(kind: Target, disk: string): Promise<boolean> {
    try {
      TARGETS[kind](path.join(disk, "t"));
      return Promise.resolve(true);
    } catch {
      return Promise.resolve(false);
    }
  }

  it.each(["absent", "a folder with .git", "a folder with some of the files"] as const)(
    "%s, read-only file system: exit 1",
    async (kind) => {
      const box = sandbox();
      const disk = path.join(box.work, "disk");
      fs.mkdirSync(disk);
      await mount(disk, "size=4m");
      TARGETS[kind](path.join(disk, "t"));
      await mount(disk, "remount,ro");
      const before = snapshot(path.join(disk, "t"));
      expectRefused(box, before, await box.run(ARGV, { cwd: disk }), disk);
      count("read-only file system");
    },
  );
});

describe("permissions", () => {
  const NOBODY = 65_534;
  let program: string;

  beforeAll(() => {
    const copy = path.join(sandbox().work, "program");
    for (const name of ["bin", "dist", "package.json"])
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    program = path.join(copy, "bin/create-oauth2-integration.js");
  });

  function runAsNobody(box: Sandbox, argv: readonly string[]): Promise<Result> {
    const who = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
    return runTool("setpriv", [...who, process.execPath, program, ...argv], {
      cwd: box.work,
      env: box.environment,
    });
  }

  function own(folder: string): void {
    fs.chownSync(folder, NOBODY, NOBODY);
    if (!fs.lstatSync(folder).isDirectory()) return;
    for (const name of fs.readdirSync(folder)) own(path.join(folder, name));
  }

  it.each<readonly [string, Target, (work: string) => void]>([
    ["a parent that may not be written", "absent", (work) => fs.chmodSync(work, 0o555)],
    [
      "a target that may not be written",
      "a folder with .git",
      (work) => fs.chmodSync(path.join(work, "t"), 0o555),
    ],
    [
      "a target that may not be read",
      "a folder with .git",
      (work) => fs.chmodSync(path.join(work, "t"), 0o333),
    ],
    [
      "a target that may not be entered",
      "a folder with .git",
      (work) => fs.chmodSync(path.join(work, "t"), 0o444),
    ],
    [
      "a folder inside that may not be written",
      "a folder with some of the files",
      (work) => fs.chmodSync(path.join(work, "t/src"), 0o555),
    ],
    [
      "a folder inside that may not be read",
      "a folder with some of the files",
      (work) => fs.chmodSync(path.join(work, "t/src"), 0o000),
    ],
    [
      "a file inside that may not be read",
      "a folder with some of the files",
      (work) => fs.chmodSync(path.join(work, "t", aFileOf(work)), 0o000),
    ],
  ])("%s: exit 1, nothing changed", async (_what, kind, restrict) => {
    const box = prepared(kind);
    own(box.work);
    own(box.temporary);
    restrict(box.work);
    const before = snapshot(path.join(box.work, "t"));
    const result = await runAsNobody(box, ARGV);
    expectRefused(box, before, result);
    count("permissions");
    fs.chmodSync(box.work, 0o755);
  });

  it("a parent that may be written: the project is theirs", async () => {
    const box = sandbox();
    own(box.work);
    own(box.temporary);
    expect((await runAsNobody(box, ARGV)).code).toBe(0);
    expect(stateOf(box, undefined)).toBe("complete");
  });

  function aFileOf(work: string): string {
    const files = Object.entries(without(snapshot(path.join(work, "t")), ".git") ?? {});
    return files.find(([, what]) => !what.endsWith(" folder"))?.[0] ?? "";
  }
});

/** Stops a run before one of its system calls, lets the world change, and lets it go on. */
async function meanwhile(
  box: Sandbox,
  at: Point,
  change: () => Promise<void> | void,
): Promise<Result> {
  const { child, log } = startTraced(box, ARGV, { what: "signal=SIGSTOP", at });
  const ended = resultOf(child);
  await until(
    () => fs.existsSync(log) && fs.readFileSync(log, "utf8").includes("stopped by SIGSTOP"),
  );
  const children = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  await change();
  process.kill(Number(children.trim().split(" ").at(-1)), "SIGCONT");
  count("something changes meanwhile");
  return ended;
}

describe("meanwhile", () => {
  async function pointOf(kind: Target, call: RegExp, index: number): Promise<Point> {
    const found = (await writingPoints(prepared(kind), ARGV)).filter((point) =>
      call.test(point.call),
    );
    const point = found[index];
    if (point === undefined) throw new Error(`There is no call ${index} of ${String(call)}.`);
    return point;
  }

  /** The run works in `work/parent`, which can vanish. */
  function inParent(kind: Target): Sandbox {
    const box = sandbox();
    const parent = path.join(box.work, "parent");
    fs.mkdirSync(parent);
    TARGETS[kind](path.join(parent, "t"));
    return { ...box, work: parent };
  }

  it.each<readonly [Target, number]>([
    ["absent", 1],
    ["absent", 5],
    ["a folder with .git", 1],
    ["a folder with .git", 6],
  ])(
    "%s: the parent is removed at folder %i: exit 1, and it is not made again",
    async (kind, index) => {
      const at = await pointOf(kind, /^mkdir/u, index);
      const box = inParent(kind);
      const argv = () => fs.rmSync(box.work, { recursive: true });
      const result = await meanwhile(box, at, argv);
      expect([result.code, showsStack(result)]).toEqual([1, false]);
      expect(reportOf(result.stdout).error?.code).toBe("write-failed");
      expect(
        fs.readdirSync(path.dirname(box.work)).filter((name) => name !== "strace.log"),
      ).toEqual([]);
    },
  );

  it.each<readonly [Target, number]>([
    ["absent", 1],
    ["absent", 5],
    ["a folder with .git", 1],
    ["a folder with .git", 6],
  ])(
    "%s: the parent is renamed at folder %i: exit 1; the next run there finishes",
    async (kind, index) => {
      const at = await pointOf(kind, /^mkdir/u, index);
      const box = inParent(kind);
      const moved = path.join(box.work, "../moved");
      const before = snapshot(path.join(box.work, "t"));
      const result = await meanwhile(box, at, () => fs.renameSync(box.work, moved));
      expect([result.code, showsStack(result), fs.existsSync(box.work)]).toEqual([1, false, false]);
      expect((await box.run(ARGV, { cwd: moved })).code).toBe(0);
      expect(stateOf(box, before, moved)).toBe("complete");
    },
  );

  it.each([[["mine"]], [[]]])("the target appears, with %j: it is left alone", async (mine) => {
    const at = await pointOf("absent", /^mkdir/u, 4);
    const box = prepared("absent");
    const target = path.join(box.work, "t");
    const result = await meanwhile(box, at, () => {
      fs.mkdirSync(target);
      for (const file of mine) fs.writeFileSync(path.join(target, file), "");
    });
    expectRefused(box, snapshot(target), result);
    expect(fs.readdirSync(target)).toEqual(mine);
  });

  it.each([
    ["a file appears where one goes", "mkdir", 0],
    ["a file appears where one goes", "link", 3],
  ])("%s (%s %i): it is left alone", async (_what, call, index) => {
    const kind = "a folder with .git";
    const at = await pointOf(kind, new RegExp(`^${call}`, "u"), index);
    const box = prepared(kind);
    const mine = path.join(box.work, "t/tsconfig.json");
    const result = await meanwhile(box, at, () => fs.writeFileSync(mine, "mine"));
    expect([result.code, fs.readFileSync(mine, "utf8")]).toEqual([1, "mine"]);
    fs.rmSync(mine);
    expect(fs.readdirSync(path.join(box.work, "t"))).toEqual([".git"]);
  });

  it.each([
    ["mkdir", 0],
    ["link", 0],
    ["link", 20],
  ])(
    "a folder becomes a link that leads out (%s %i): nothing is written there",
    async (call, index) => {
      const kind = "a folder with some of the files";
      const at = await pointOf(kind, new RegExp(`^${call}`, "u"), index);
      const box = prepared(kind);
      const outside = path.join(box.work, "../outside");
      const source = path.join(box.work, "t/src");
      const before = snapshot(source);
      let moved: Snapshot;
      const result = await meanwhile(box, at, () => {
        fs.renameSync(source, outside);
        moved = snapshot(outside);
        fs.symlinkSync("../../outside", source);
      });
      expect([result.code, showsStack(result)]).toEqual([1, false]);
      expect([snapshot(outside), fs.readlinkSync(source)]).toEqual([moved, "../../outside"]);
      // What had been put there before the link came goes once the folder is there again.
      fs.rmSync(source);
      fs.renameSync(outside, source);
      expect((await box.run(["explain", "t"])).code).toBe(1);
      expect(snapshot(source)).toEqual(before);
    },
  );

  it.each<readonly [string, Target, RegExp, number, number, number]>([
    ["both build beside the target", "absent", /^mkdir/u, 4, 1, 0],
    ["one has written its new files", "a folder with .git", /^openat/u, 20, 0, 1],
    ["one is moving its files", "a folder with .git", /^link/u, 20, 0, 1],
  ])(
    "two runs, %s: one is done, the other gives way",
    async (_when, kind, call, index, first, second) => {
      const at = await pointOf(kind, call, index);
      const box = prepared(kind);
      const before = snapshot(path.join(box.work, "t"));
      let other: Result | undefined;
      const result = await meanwhile(box, at, async () => {
        other = await box.run(ARGV);
      });
      expect([result.code, other?.code]).toEqual([first, second]);
      expect(stateOf(box, before)).toBe("complete");
      for (const { stdout, stderr } of [result, other ?? result])
        expect(showsStack({ stdout, stderr })).toBe(false);
    },
  );

  it("two runs, one has read the target and not begun: it gives way, and leaves the other's files", async () => {
    const kind = "a folder with .git";
    const points = await tracedPoints(prepared(kind), ARGV);
    const begun = points.findIndex(({ call }) => call.startsWith("mkdir"));
    const at = points.slice(0, begun).findLast(({ call }) => call === "getdents64");
    if (at === undefined) throw new Error("The target is not read.");
    const box = prepared(kind);
    const before = snapshot(path.join(box.work, "t"));
    const result = await meanwhile(box, at, async () => {
      expect((await box.run(ARGV)).code).toBe(0);
    });
    const { error } = reportOf(result.stdout);
    expect([result.code, error?.code]).toEqual([1, "changed-meanwhile"]);
    expect(stateOf(box, before)).toBe("complete");
  });

  it.each(["absent", "a folder with .git"] as const)(
    "%s: three runs at once, again and again",
    async (kind) => {
      for (let round = 0; round < 12; round++) {
        const box = prepared(kind);
        const before = snapshot(path.join(box.work, "t"));
        const results = await Promise.all([box.run(ARGV), box.run(ARGV), box.run(ARGV)]);
        count(`${kind}: three runs at once`);
        const done = results.some(({ code }) => code === 0);
        expect(results.every(({ code }) => code === 0 || code === 1)).toBe(true);
        expect(results.some(showsStack)).toBe(false);
        expect(stateOf(box, before)).toBe(done ? "complete" : "as before");
        discard(box);
      }
    },
  );
});
