import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type Fault,
  forEach,
  type Point,
  readingPoints,
  runWithFault,
  sampled,
  startTraced,
  stopAt,
  StruckElsewhere,
  type TracedSandbox,
  tracedPoints,
  writingPoints,
} from "../support/faults.js";
import { makeVersion } from "../support/other-version.js";
import { type Result, resultOf, runTool, showsStack, useSandboxes } from "../support/program.js";
import { makeProject } from "../support/project-folder.js";
import { reportOf } from "../support/report.js";
import { snapshot, type Snapshot } from "../support/snapshot.js";

/**
 * Faults of the disk and the system while the built program updates a project. After each, the project is as it was or as the whole
 * update leaves it, nobody's edit is lost, and the next command, whichever it is, puts in order what a killed run left, before anything
 * else. Needs Linux, the rights of the superuser, and strace, mount, setpriv.
 */

const sandbox = useSandboxes();

const ARGV = ["update", "p", "--json"] as const;
const JOURNAL = /^\.create-oauth2-integration\.\d+$/u;

/** What the update does to each file: every kind of change that there is. */
const FILES = {
  merged: "src/api.ts",
  private: "secret.txt",
  deleted: "docs/removed.md",
  created: "docs/new/added.md",
  createdBeside: "src/added.ts",
  movedFrom: "docs/moved.md",
  movedTo: "handbook/moved.md",
  gainsBit: "gains.sh",
  losesBit: "loses.sh",
} as const;

const CLASS = "export class ServiceClient {";
const IMPORT = 'import { IntegrationError } from "./errors.js";';

let older: string;
let newer: string;
let model: string;
let before: Snapshot;
let complete: Snapshot;
const tried = new Map<string, number>();

beforeAll(async () => {
  expect(process.getuid?.(), "These tests need the rights of the superuser.").toBe(0);
  const box = sandbox();
  const lines = (word: string) => Array.from({ length: 12 }, (_, at) => `${word} ${at}\n`).join("");
  older = makeVersion(path.join(box.work, "older"), "0.1.0", ({ write, folder }) => {
    write(`base/${FILES.private}`, lines("private"));
    write(`base/${FILES.deleted}`, lines("deleted"));
    write(`base/${FILES.movedFrom}`, lines("moved"));
    write(`base/${FILES.gainsBit}`, "#!/bin/sh\n");
    write(`base/${FILES.losesBit}`, "#!/bin/sh\n");
    fs.chmodSync(path.join(folder, `base/${FILES.losesBit}`), 0o755);
    write("base/folder-that-goes/deep/one.md", lines("one"));
    write("base/file-to-folder", lines("file"));
    write("base/folder-to-file/one.md", lines("one"));
    write("base/folder-to-file/deep/two.md", lines("two"));
  });
  newer = makeVersion(
    path.join(box.work, "newer"),
    "0.2.0",
    ({ write, replace, folder }) => {
      replace(`base/${FILES.merged}`, CLASS, `// The newer template.\n${CLASS}`);
      replace("base/package.json.hbs", '"scripts": {', '"private": false,\n  "scripts": {');
      write(`base/${FILES.private}`, `${lines("private")}newer\n`);
      write(`base/${FILES.created}`, lines("created"));
      write(`base/${FILES.createdBeside}`, "export {};\n");
      write(`base/${FILES.movedTo}`, `${lines("moved")}newer\n`);
      write(`base/${FILES.gainsBit}`, "#!/bin/sh\n");
      fs.chmodSync(path.join(folder, `base/${FILES.gainsBit}`), 0o755);
      write(`base/${FILES.losesBit}`, "#!/bin/sh\n");
      write("base/file-to-folder/inner.md", lines("inner"));
      write("base/folder-to-file", lines("folder"));
    },
    { [FILES.movedFrom]: FILES.movedTo },
  );
  const project = await makeProject(box, [], older);
  project.edit(FILES.merged, IMPORT, `// Mine.\n${IMPORT}`);
  project.write("mine.txt", "mine\n");
  fs.chmodSync(path.join(project.folder, FILES.private), 0o600);
  model = project.folder;
  before = snapshot(model);
  const updated = prepared();
  const { code, stdout, stderr } = await updated.run(ARGV);
  expect([code, stderr]).toEqual([0, ""]);
  const actions = new Set(reportOf(stdout).files?.map(({ action }) => action));
  expect([...actions].toSorted()).toEqual(["create", "delete", "merge", "move", "update"]);
  complete = snapshot(path.join(updated.work, "p"));
});

afterAll(() => {
  const rows = [...tried].map(([what, times]) => `  ${String(times).padStart(4)}  ${what}\n`);
  process.stderr.write(`Faults of an update, each survived:\n${rows.join("")}`);
});

function count(what: string): void {
  tried.set(what, (tried.get(what) ?? 0) + 1);
}

/** A sandbox with the older project in `p`, where the newer program runs. */
function prepared(): TracedSandbox {
  const box = sandbox();
  fs.cpSync(model, path.join(box.work, "p"), { recursive: true });
  const run: TracedSandbox["run"] = (argv, options) =>
    box.run(argv, { program: newer, ...options });
  return { ...box, run, program: newer };
}

function discard({ work }: TracedSandbox): void {
  fs.rmSync(path.dirname(work), { recursive: true });
}

type State = "as before" | "complete" | "broken";

/** How the project looks after a fault. Anything beside it, or in the temporary folder, is neither. */
function stateOf(box: TracedSandbox, place = box.work): State {
  if (fs.readdirSync(place).some((name) => name !== "p")) return "broken";
  if (fs.readdirSync(box.temporary).length > 0) return "broken";
  const now = snapshot(path.join(place, "p"));
  if (same(now, before)) return "as before";
  return same(now, complete) ? "complete" : "broken";
}

function same(a: Snapshot, b: Snapshot): boolean {
  const sorted = (taken: Snapshot) => JSON.stringify(Object.entries(taken ?? {}).toSorted());
  return sorted(a) === sorted(b);
}

function expectRefused(box: TracedSandbox, result: Result, place = box.work): void {
  const { error, written } = reportOf(result.stdout);
  expect([result.code, showsStack(result), written]).toEqual([1, false, false]);
  expect(error?.code).toMatch(/^(?:write-failed|target-unusable|changed-meanwhile|unsafe-path)$/u);
  expect(result.stderr).not.toBe("");
  expect(stateOf(box, place)).toBe("as before");
}

async function expectCompletedBy(box: TracedSandbox, place = box.work): Promise<void> {
  const { code, stderr } = await box.run(ARGV, { cwd: place });
  expect([code, stderr, stateOf(box, place)]).toEqual([0, "", "complete"]);
}

function strike(fault: Fault) {
  return runWithFault(prepared, ARGV, fault);
}

async function copied(from: string, to: string, how: string): Promise<void> {
  expect((await runTool("cp", [how, "--preserve=mode", from, to])).code).toBe(0);
}

const hashOf = (file: string): string =>
  createHash("sha256").update(fs.readFileSync(file)).digest("hex");

/** Right after a kill: every file in its place is an old or a new one, whole; an old one that is gone lies in the journal. */
function expectNothingTorn(project: string): void {
  const now = snapshot(project) ?? {};
  const journal = fs.readdirSync(project).find((name) => JOURNAL.test(name));
  const inPlace = Object.entries(now).filter(([file]) => !JOURNAL.test(file.split("/")[0] ?? ""));
  for (const [file, what] of inPlace)
    expect([before?.[file], complete?.[file]], file).toContain(what);
  const kept = journal === undefined ? undefined : path.join(project, journal, "old");
  const hashes =
    kept !== undefined && fs.existsSync(kept)
      ? fs.readdirSync(kept).map((name) => hashOf(path.join(kept, name)))
      : [];
  if (same(Object.fromEntries(inPlace), complete)) return;
  for (const [file, what] of Object.entries(before ?? {})) {
    if (what.endsWith(" folder") || now[file] === what) continue;
    expect(hashes, file).toContain(what.split(" ")[1]);
  }
}

const ERRORS: Readonly<Record<string, string>> = {
  close: "EIO",
  unlink: "EIO",
  unlinkat: "EIO",
  rmdir: "EIO",
  chmod: "EPERM",
};

/** What the owner, or the next command of CI, may run after a kill. */
const NEXT = [
  { words: ARGV, codes: { "as before": 0, complete: 0 } },
  { words: ["diff", "p"], codes: { "as before": 0, complete: 0 } },
  { words: ["update", "p", "--check"], codes: { "as before": 4, complete: 0 } },
  { words: ["explain", "p"], codes: { "as before": 0, complete: 0 } },
] as const;

describe("an update", () => {
  let points: readonly Point[];

  beforeAll(async () => {
    points = await writingPoints(prepared(), ARGV);
    expect(points.length).toBeGreaterThan(70);
  });

  /** Killed when all but the state file is in place. */
  async function killedLate(): Promise<TracedSandbox> {
    const links = points.filter(({ call }) => call.startsWith("link"));
    const at = links.at(-1);
    if (at === undefined) throw new Error("Nothing is linked.");
    return (await strike({ what: "signal=SIGKILL", at })).box;
  }

  it("changes files of every kind, and their modes", () => {
    const modeOf = (file: string) =>
      [before?.[file], complete?.[file]].map((what) => what?.split(" ")[0]);
    expect(modeOf(FILES.private)).toEqual(["600", "600"]);
    expect(modeOf(FILES.gainsBit)).toEqual(["644", "755"]);
    expect(modeOf(FILES.losesBit)).toEqual(["755", "644"]);
    expect(modeOf("folder-to-file")).toEqual(["755", "644"]);
    expect(modeOf("file-to-folder")).toEqual(["644", "755"]);
    const names = Object.keys(complete ?? {});
    expect(names).toEqual(expect.arrayContaining([FILES.created, FILES.movedTo]));
    for (const gone of [FILES.movedFrom, FILES.deleted, "folder-that-goes"])
      expect(names).not.toContain(gone);
  });

  it("one write fails: as before and exit 1, or complete and exit 0; the next update completes", async () => {
    await forEach(sampled(points, 120), async (at) => {
      const what = `error=${ERRORS[at.call] ?? "ENOSPC"}`;
      const { box, result } = await strike({ what, at });
      count("one system call that writes fails");
      const state = stateOf(box);
      expect([at, state, result.code, reportOf(result.stdout).written]).toEqual(
        result.code === 0 ? [at, "complete", 0, true] : [at, "as before", 1, false],
      );
      expect([showsStack(result), result.code === 0 || result.stderr !== ""]).toEqual([
        false,
        true,
      ]);
      await expectCompletedBy(box);
      discard(box);
    });
  });

  it("one read fails: as before and exit 1, or complete and exit 0", async () => {
    const reads = await readingPoints(prepared(), ARGV);
    expect(reads.length).toBeGreaterThan(30);
    await forEach(sampled(reads, 20), async (at, index) => {
      const { box, result } = await strike({ what: `error=${index % 2 ? "EIO" : "EACCES"}`, at });
      count("one system call that reads fails");
      expect([at, stateOf(box), showsStack(result)]).toEqual([
        at,
        result.code === 0 ? "complete" : "as before",
        false,
      ]);
      expect([0, 1]).toContain(result.code);
      discard(box);
    });
  });

  it("kill -9: the next command undoes or finishes it before anything else", async () => {
    await forEach(sampled(points, 120), async (at, index) => {
      const { box, result } = await strike({ what: "signal=SIGKILL", at });
      count("kill -9");
      expect(result.signal).toBe("SIGKILL");
      expectNothingTorn(path.join(box.work, "p"));
      const { words, codes } = NEXT[index % NEXT.length] ?? NEXT[0];
      const next = await box.run(words);
      const state = stateOf(box);
      expect([at, ...(words === ARGV ? ["complete"] : ["as before", "complete"])]).toContain(state);
      expect([at, next.code, showsStack(next)]).toEqual([
        at,
        state === "broken" ? undefined : codes[state],
        false,
      ]);
      await expectCompletedBy(box);
      discard(box);
    });
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s: as before or complete, and the report says which", async (signal, code) => {
    const some = points.filter((_point, index) => index % 6 === 0);
    await forEach(some, async (at) => {
      const { box, result } = await strike({ what: `signal=${signal}`, at });
      count(signal);
      const { written } = reportOf(result.stdout);
      expect([at, stateOf(box), showsStack(result)]).toEqual([
        at,
        written ? "complete" : "as before",
        false,
      ]);
      expect([at, written ? [0, code] : [code]]).toEqual([
        at,
        expect.arrayContaining([result.code]),
      ]);
      discard(box);
    });
  });

  describe("edited after a kill -9", () => {
    const MINE = "edited after the kill\n";
    const EDITED = [
      FILES.merged,
      FILES.private,
      FILES.deleted,
      FILES.created,
      FILES.movedFrom,
      FILES.movedTo,
      FILES.gainsBit,
    ] as const;
    /** As an editor saves: into the file that is there, or by renaming a new one over it. */
    const SAVES = {
      "in place": (file: string, text: string) => fs.writeFileSync(file, text),
      "by renaming": (file: string, text: string) => {
        fs.writeFileSync(`${file}~`, text);
        fs.renameSync(`${file}~`, file);
      },
    } as const;

    /** All that stands at a path or beside it: the file, `.orig`, `.1.orig`. */
    function textsAt(project: string, file: string): readonly string[] {
      const folder = path.join(project, path.dirname(file));
      if (!fs.existsSync(folder)) return [];
      const isOf = (name: string): boolean =>
        name === path.basename(file) ||
        (name.startsWith(`${path.basename(file)}.`) && name.endsWith(".orig"));
      return fs
        .readdirSync(folder)
        .filter(isOf)
        .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    }

    it("the edit stays, and so does everything else", async () => {
      await forEach(sampled(points, 120), async (at, index) => {
        const way = index % 2 === 0 ? "in place" : "by renaming";
        const { box } = await strike({ what: "signal=SIGKILL", at });
        const project = path.join(box.work, "p");
        const file = EDITED[index % EDITED.length] ?? FILES.merged;
        const place = path.join(project, file);
        const found = fs.existsSync(place) ? fs.readFileSync(place, "utf8") : undefined;
        const old = fs.existsSync(path.join(model, file))
          ? fs.readFileSync(path.join(model, file), "utf8")
          : undefined;
        fs.mkdirSync(path.dirname(place), { recursive: true });
        SAVES[way](place, (found ?? "") + MINE);
        count(`a file edited after kill -9, ${way}`);
        const next = await box.run(["explain", "p"]);
        expect([at, file, next.code, showsStack(next)]).toEqual([at, file, 0, false]);

        const others = withoutOne(snapshot(project), file);
        const isBefore = same(others, withoutOne(before, file));
        const isComplete = same(others, withoutOne(complete, file));
        expect([at, file, isBefore || isComplete], JSON.stringify(others)).toEqual([
          at,
          file,
          true,
        ]);
        const texts = textsAt(project, file);
        expect([at, file, texts]).toEqual([
          at,
          file,
          expect.arrayContaining([(found ?? "") + MINE]),
        ]);
        // What the killed run had taken away, or replaced, is there too.
        if (old !== undefined && found !== old && !isComplete)
          expect([at, file, texts]).toEqual([at, file, expect.arrayContaining([old])]);
        expect(texts.length).toBeLessThan(3);

        const update = await box.run(ARGV);
        expect([0, 3]).toContain(update.code);
        expect([
          at,
          file,
          [...textsAt(project, file), ...movedTexts(project, file)].join(""),
        ]).toEqual([at, file, expect.stringContaining(MINE)]);
        discard(box);
      });
    });

    /** An edit moves along with a file that the template moves. */
    function movedTexts(project: string, file: string): readonly string[] {
      return file === FILES.movedFrom ? textsAt(project, FILES.movedTo) : [];
    }

    /** Without one file and its `.orig`, and without folders that stay because of it. */
    function withoutOne(taken: Snapshot, file: string): Snapshot {
      const folders = new Set(["docs", "docs/new", "handbook"]);
      const isOne = (name: string): boolean =>
        name === file || (name.startsWith(`${file}.`) && name.endsWith(".orig"));
      return Object.fromEntries(
        Object.entries(taken ?? {}).filter(([name]) => !isOne(name) && !folders.has(name)),
      );
    }

    it("taken back from the repository: as before, and nothing lies beside it", async () => {
      const links = points.filter(({ call }) => call.startsWith("link"));
      expect(links.length).toBeGreaterThan(5);
      await forEach(links, async (at) => {
        const { box } = await strike({ what: "signal=SIGKILL", at });
        const project = path.join(box.work, "p");
        // As `git restore .` does: every old file in its place, what is new stays.
        for (const [file, what] of Object.entries(before ?? {})) {
          const place = path.join(project, file);
          if (what.endsWith(" folder")) {
            if (!fs.statSync(place, { throwIfNoEntry: false })?.isDirectory())
              fs.rmSync(place, { force: true });
            fs.mkdirSync(place, { recursive: true });
            continue;
          }
          fs.rmSync(place, { recursive: true, force: true });
          fs.copyFileSync(path.join(model, file), place);
        }
        expect((await box.run(["explain", "p"])).code).toBe(0);
        expect([at, stateOf(box)]).toEqual([at, "as before"]);
        await expectCompletedBy(box);
        count("taken back from the repository after kill -9");
        discard(box);
      });
    });

    it("three commands find it at once: one undoes, the others give way or find it undone", async () => {
      for (let round = 0; round < 8; round++) {
        const box = await killedLate();
        const words = ["explain", "p", "--json"];
        const results = await Promise.all([box.run(words), box.run(words), box.run(words)]);
        count("what a killed run left, found by three at once");
        for (const { code, stdout } of results)
          expect([undefined, "changed-meanwhile"]).toContain(
            code === 0 ? undefined : reportOf(stdout).error?.code,
          );
        expect(results.some(({ code }) => code === 0)).toBe(true);
        expect(stateOf(box)).toBe("as before");
        await expectCompletedBy(box);
        discard(box);
      }
    });

    it("a file where a folder has to come back: says so, and goes on when it has gone", async () => {
      const box = await killedLate();
      const project = path.join(box.work, "p");
      fs.writeFileSync(path.join(project, "folder-that-goes"), MINE);
      const next = await box.run(["diff", "p", "--json"]);
      expect([next.code, showsStack(next)]).toEqual([1, false]);
      expect(next.stderr).toContain("folder-that-goes is a link or a file");
      fs.renameSync(path.join(project, "folder-that-goes"), path.join(box.work, "kept"));
      expect((await box.run(["explain", "p"])).code).toBe(0);
      expect(fs.readFileSync(path.join(box.work, "kept"), "utf8")).toBe(MINE);
      fs.rmSync(path.join(box.work, "kept"));
      expect(stateOf(box)).toBe("as before");
      count("a file in the way of undoing");
      await expectCompletedBy(box);
    });

    it("the project is copied, so that no file is a link of the journal's any more: undone", async () => {
      const box = await killedLate();
      const copy = path.join(box.work, "copy");
      await copied(path.join(box.work, "p"), copy, "--recursive");
      fs.rmSync(path.join(box.work, "p"), { recursive: true });
      fs.renameSync(copy, path.join(box.work, "p"));
      expect((await box.run(["explain", "p"])).code).toBe(0);
      expect(stateOf(box)).toBe("as before");
      count("copied after kill -9");
    });
  });

  describe("a journal that is interrupted again", () => {
    it("kill -9, or an error, at each step of undoing: the command after it still undoes", async () => {
      const calls = ["unlink", "rename", "rmdir", "mkdir"] as const;
      const undoing = await tracedPoints(await killedLate(), ["explain", "p"]);
      const steps = undoing.filter(({ call }) => calls.some((name) => call.startsWith(name)));
      expect(steps.length).toBeGreaterThan(20);
      await forEach(sampled(steps, 24), async (at, index) => {
        const box = await killedLate();
        const isKill = index % 2 === 0;
        const what = isKill ? "signal=SIGKILL" : "error=EIO";
        const { child } = startTraced(box, ["explain", "p"], { what, at });
        const result = await resultOf(child);
        count(isKill ? "kill -9 during the undoing" : "one system call fails during the undoing");
        if (isKill) expect([at, result.signal]).toEqual([at, "SIGKILL"]);
        else expect([0, 1]).toContain(result.code);
        expect(showsStack(result)).toBe(false);
        const next = await box.run(["explain", "p"]);
        expect([at, next.code, stateOf(box)]).toEqual([at, 0, "as before"]);
        discard(box);
      });
    });

    it.each(["rename", "unlink", "mkdir"])(
      "the disk dies at once for good, %s too: exit 1 says so, and the next command undoes",
      async (fails) => {
        const links = points.filter(({ call }) => call.startsWith("link"));
        await forEach([1, 5, links.length - 1], async (index) => {
          const at = links[index];
          if (at === undefined) throw new Error("Nothing is linked.");
          const box = prepared();
          const renames = points.filter(({ call }) => call === "rename").length;
          const lasting = { what: "error=EIO", lasting: true };
          const from = { rename: renames, unlink: 1, mkdir: 7 }[fails] ?? 1;
          const { child } = startTraced(
            box,
            ARGV,
            { ...lasting, at },
            { ...lasting, at: { call: fails, ordinal: from } },
          );
          const result = await resultOf(child);
          count("every later system call fails");
          const { error } = reportOf(result.stdout);
          expect([result.code, error?.code, showsStack(result)]).toEqual([
            1,
            "write-failed",
            false,
          ]);
          await box.run(["explain", "p"]);
          expect(stateOf(box)).toBe("as before");
          discard(box);
        });
      },
    );
  });

  describe("file systems", () => {
    const mounted: string[] = [];

    afterEach(async () => {
      for (const folder of mounted.splice(0))
        expect((await runTool("umount", [folder])).code).toBe(0);
    });

    async function mount(folder: string, options: string): Promise<number | undefined> {
      const words = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
      const { code } = await runTool("mount", words);
      if (code === 0 && !mounted.includes(folder)) mounted.push(folder);
      return code;
    }

    /** The project on a disk of its own. */
    async function onDisk(): Promise<{ readonly box: TracedSandbox; readonly disk: string }> {
      const box = prepared();
      const disk = path.join(box.work, "disk");
      fs.mkdirSync(disk);
      expect(await mount(disk, "size=16m,nr_inodes=4096")).toBe(0);
      fs.cpSync(path.join(box.work, "p"), path.join(disk, "p"), { recursive: true });
      return { box, disk };
    }

    it.each(["blocks", "inodes"] as const)(
      "full disk (%s): as before, exit 1, until it fits",
      async (unit) => {
        const { box, disk } = await onDisk();
        const { blocks, bfree, bsize, files, ffree } = fs.statfsSync(disk);
        let refused = 0;
        for (let amount = 0; ; amount++) {
          const options =
            unit === "blocks"
              ? `remount,size=${(blocks - bfree + amount) * bsize}`
              : `remount,nr_inodes=${files - ffree + amount}`;
          expect(await mount(disk, options)).toBe(0);
          const result = await box.run(ARGV, { cwd: disk });
          count(`${unit} run out`);
          if (result.code === 0) break;
          refused += 1;
          expectRefused(box, result, disk);
          expect(reportOf(result.stdout).error?.message).toContain("the disk is full");
        }
        expect(stateOf(box, disk)).toBe("complete");
        expect(refused).toBeGreaterThan(10);
      },
    );

    it("read-only file system: exit 1", async () => {
      const { box, disk } = await onDisk();
      await mount(disk, "remount,ro");
      const result = await box.run(ARGV, { cwd: disk });
      expectRefused(box, result, disk);
      expect(reportOf(result.stdout).error?.message).toContain("read-only");
      count("read-only file system");
      const check = await box.run(["update", "p", "--check"], { cwd: disk });
      expect(check.code).toBe(4);
    });

    it("killed, and then read-only: exit 1 says so; writable again, the next command undoes", async () => {
      const at = points.filter(({ call }) => call.startsWith("link")).at(4);
      if (at === undefined) throw new Error("Nothing is linked.");
      const { box } = await strike({ what: "signal=SIGKILL", at });
      const disk = path.join(box.work, "disk");
      fs.mkdirSync(disk);
      await mount(disk, "size=16m");
      await copied(path.join(box.work, "p"), path.join(disk, "p"), "--archive");
      await mount(disk, "remount,ro");
      const torn = snapshot(path.join(disk, "p"));
      for (const words of [
        ["diff", "p"],
        ["explain", "p"],
        ["update", "p", "--check"],
      ]) {
        const result = await box.run(words, { cwd: disk });
        expect([result.code, showsStack(result)]).toEqual([1, false]);
        expect(result.stderr).toContain("read-only");
        expect(snapshot(path.join(disk, "p"))).toEqual(torn);
      }
      await mount(disk, "remount,rw");
      expect((await box.run(["explain", "p"], { cwd: disk })).code).toBe(0);
      expect(stateOf(box, disk)).toBe("as before");
      count("read-only file system");
    });
  });

  describe("permissions", () => {
    const NOBODY = 65_534;

    function own(folder: string): void {
      fs.lchownSync(folder, NOBODY, NOBODY);
      if (!fs.lstatSync(folder).isDirectory()) return;
      for (const name of fs.readdirSync(folder)) own(path.join(folder, name));
    }

    function runAsNobody(box: TracedSandbox): Promise<Result> {
      const who = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      return runTool("setpriv", [...who, process.execPath, newer, ...ARGV], {
        cwd: box.work,
        env: box.environment,
      });
    }

    it.each<readonly [string, string, number]>([
      ["a project that may not be written", "", 0o555],
      ["a project that may not be read", "", 0o333],
      ["a project that may not be entered", "", 0o444],
      ["a folder of a file that is replaced may not be written", "src", 0o555],
      ["a folder of a file that is deleted may not be written", "docs", 0o555],
      ["a folder that goes may not be written", "folder-that-goes/deep", 0o555],
      ["a folder may not be read", "src", 0o000],
      ["a file may not be read", FILES.merged, 0o000],
    ])("%s: exit 1, as before", async (_what, file, mode) => {
      const box = prepared();
      own(box.work);
      own(box.temporary);
      const place = path.join(box.work, "p", file);
      const own0 = fs.statSync(place).mode & 0o777;
      fs.chmodSync(place, mode);
      const result = await runAsNobody(box);
      expect([result.code, showsStack(result)]).toEqual([1, false]);
      expect(reportOf(result.stdout)).toMatchObject({
        written: false,
        error: { code: expect.stringMatching(/^(?:write-failed|target-unusable)$/u) },
      });
      fs.chmodSync(place, own0);
      expect(stateOf(box)).toBe("as before");
      count("permissions");
    });

    it("a file that may not be written, in a folder that may: it is replaced and stays read-only", async () => {
      const box = prepared();
      own(box.work);
      own(box.temporary);
      const file = path.join(box.work, "p", FILES.merged);
      fs.chmodSync(file, 0o444);
      expect((await runAsNobody(box)).code).toBe(0);
      expect(fs.statSync(file).mode & 0o777).toBe(0o444);
      fs.chmodSync(file, 0o644);
      expect(stateOf(box)).toBe("complete");
      count("permissions");
    });
  });

  describe("modes", () => {
    it.each([0o600, 0o640, 0o664, 0o444, 0o400])("%o stays, whatever the umask", async (mode) => {
      const box = prepared();
      const project = path.join(box.work, "p");
      for (const file of [FILES.merged, FILES.private, FILES.movedFrom, FILES.gainsBit])
        fs.chmodSync(path.join(project, file), mode);
      fs.chmodSync(path.join(project, FILES.losesBit), mode | 0o100);
      const words = ['umask 0077; exec "$@"', "sh", process.execPath, newer, ...ARGV];
      const { code } = await runTool("sh", ["-c", ...words], {
        cwd: box.work,
        env: box.environment,
      });
      expect(code).toBe(0);
      const modeOf = (file: string) => fs.statSync(path.join(project, file)).mode & 0o7777;
      const readers = (mode & 0o444) >> 2;
      expect([FILES.merged, FILES.private, FILES.losesBit].map(modeOf)).toEqual([mode, mode, mode]);
      expect(modeOf(FILES.gainsBit)).toBe(mode | readers);
      expect(modeOf(FILES.created)).toBe(0o600);
      count("modes");
    });

    it("a file that moves keeps its mode", async () => {
      const box = prepared();
      fs.chmodSync(path.join(box.work, "p", FILES.movedFrom), 0o600);
      expect((await box.run(ARGV)).code).toBe(0);
      expect(fs.statSync(path.join(box.work, "p", FILES.movedTo)).mode & 0o777).toBe(0o600);
    });

    it("a folder that was removed comes back with its mode when the update is undone", async () => {
      const link = points.findLast(({ call }) => call.startsWith("link"));
      if (link === undefined) throw new Error("Nothing is linked.");
      const { box } = await runWithFault(
        () => {
          const made = prepared();
          fs.chmodSync(path.join(made.work, "p/folder-that-goes"), 0o700);
          return made;
        },
        ARGV,
        { what: "signal=SIGKILL", at: link },
      );
      expect((await box.run(["explain", "p"])).code).toBe(0);
      expect(fs.statSync(path.join(box.work, "p/folder-that-goes")).mode & 0o777).toBe(0o700);
    });
  });

  describe("meanwhile", () => {
    /** Stops at the call that was meant; elsewhere, again in a fresh sandbox. */
    async function stopped(
      at: Point,
      change: (box: TracedSandbox) => Promise<void> | void,
    ): Promise<{ readonly box: TracedSandbox; readonly result: Result }> {
      for (let tries = 0; tries < 10; tries++) {
        const box = prepared();
        try {
          return { box, result: await stopAt(box, ARGV, at, () => change(box)) };
        } catch (error) {
          if (!(error instanceof StruckElsewhere)) throw error;
        }
      }
      throw new Error("It never stopped where it should.");
    }

    /** Every tenth point of one kind, first and last among them. */
    function some(call: RegExp, most: number): readonly Point[] {
      const found = points.filter((point) => call.test(point.call));
      const step = Math.max(1, Math.floor(found.length / most));
      return found.filter((_point, index) => index % step === 0 || index === found.length - 1);
    }

    it("two updates at once: one gives way, the other is done", async () => {
      await forEach(sampled(points.filter((_point, index) => index % 9 === 0)), async (at) => {
        let other: Result | undefined;
        const { box, result } = await stopped(at, async (there) => {
          other = await there.run(ARGV);
        });
        count("another update meanwhile");
        const ends = [result, other ?? result];
        // The first one may be done but for its own exit: then the other has nothing to do.
        expect([
          [0, 0],
          [0, 1],
        ]).toContainEqual(ends.map(({ code }) => code).toSorted());
        for (const { code, stdout } of ends)
          if (code === 1) expect(reportOf(stdout).error?.code).toBe("changed-meanwhile");
        expect([at, stateOf(box)]).toEqual([at, "complete"]);
        for (const ended of [result, other ?? result]) expect(showsStack(ended)).toBe(false);
        discard(box);
      });
    });

    it("another command meanwhile gives way, and undoes nothing", async () => {
      await forEach(some(/^link/u, 3), async (at) => {
        const others: Result[] = [];
        const { box, result } = await stopped(at, async (there) => {
          for (const { words } of NEXT.slice(1)) others.push(await there.run(words));
        });
        count("another command meanwhile");
        expect([result.code, ...others.map(({ code }) => code)]).toEqual([0, 1, 1, 1]);
        expect(stateOf(box)).toBe("complete");
        discard(box);
      });
    });

    it("two have read the project, one is done: the other gives way", async () => {
      const all = await tracedPoints(prepared(), ARGV, true);
      const begun = all.findIndex(({ call }) => call.startsWith("mkdir"));
      const reads = all.slice(0, begun).filter(({ reading }) => reading === true);
      const places = [reads[3], reads[Math.floor(reads.length / 2)], reads.at(-1)];
      await forEach(places, async (at) => {
        if (at === undefined) throw new Error("The project is not read.");
        const { box, result } = await stopped(at, async (there) => {
          expect((await there.run(ARGV)).code).toBe(0);
        });
        count("another update meanwhile");
        expect([0, 1]).toContain(result.code);
        expect([stateOf(box), showsStack(result)]).toEqual(["complete", false]);
        discard(box);
      });
    });

    it("three updates at once, again and again", async () => {
      for (let round = 0; round < 8; round++) {
        const box = prepared();
        const results = await Promise.all([box.run(ARGV), box.run(ARGV), box.run(ARGV)]);
        count("three updates at once");
        const codes = results.map(({ code }) => code);
        expect(codes.every((code) => code === 0 || code === 1)).toBe(true);
        expect(results.some(showsStack)).toBe(false);
        expect(stateOf(box)).toBe(codes.includes(0) ? "complete" : "as before");
        await expectCompletedBy(box);
        discard(box);
      }
    });

    const MINE = "// Edited meanwhile.\n";

    it("a file is edited while new files are written: nothing is, and the edit stays", async () => {
      await forEach(some(/^openat/u, 4), async (at) => {
        const { box, result } = await stopped(at, (there) =>
          fs.appendFileSync(path.join(there.work, "p", FILES.merged), MINE),
        );
        count("a file edited meanwhile");
        const text = fs.readFileSync(path.join(box.work, "p", FILES.merged), "utf8");
        expect([at, text]).toEqual([at, expect.stringContaining(MINE)]);
        expect([at, result.code, reportOf(result.stdout).error?.code]).toEqual([
          at,
          1,
          "changed-meanwhile",
        ]);
        discard(box);
      });
    });

    it("a file is edited while others move: the edit stays", async () => {
      const firstMoves = points.filter(({ call }) => call.startsWith("rename")).slice(0, 4);
      const folders = points.filter(({ call }) => call.startsWith("mkdir")).slice(-1);
      await forEach([...firstMoves, ...folders], async (at) => {
        const { box } = await stopped(at, (there) =>
          fs.appendFileSync(path.join(there.work, "p", FILES.merged), MINE),
        );
        count("a file edited meanwhile");
        const folder = path.join(box.work, "p/src");
        const texts = fs
          .readdirSync(folder)
          .filter((name) => name.startsWith("api.ts"))
          .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
        expect([at, texts.join("")]).toEqual([at, expect.stringContaining(MINE)]);
        discard(box);
      });
    });

    it("a file appears where one is created, while others move: it is left alone", async () => {
      const firstMoves = points.filter(({ call }) => call.startsWith("rename")).slice(0, 3);
      await forEach(firstMoves, async (at) => {
        const { box, result } = await stopped(at, (there) => {
          fs.writeFileSync(path.join(there.work, "p", FILES.createdBeside), "mine");
        });
        count("a file appears meanwhile");
        const mine = path.join(box.work, "p", FILES.createdBeside);
        expect([result.code, fs.readFileSync(mine, "utf8")]).toEqual([1, "mine"]);
        fs.rmSync(mine);
        expect(stateOf(box)).toBe("as before");
        discard(box);
      });
    });

    it("a folder becomes a link that leads out, while others move: nothing is touched there", async () => {
      const moves = points.filter(({ call }) => /^(?:rename|link)/u.test(call));
      await forEach([moves[0], moves[2], moves[6]], async (at) => {
        if (at === undefined) throw new Error("Nothing moves.");
        let outside: Snapshot;
        const { box, result } = await stopped(at, (there) => {
          const source = path.join(there.work, "p/src");
          fs.renameSync(source, path.join(there.work, "../outside"));
          fs.symlinkSync("../../outside", source);
          outside = snapshot(path.join(there.work, "../outside"));
        });
        count("a folder becomes a link meanwhile");
        expect([result.code, showsStack(result)]).toEqual([1, false]);
        expect(snapshot(path.join(box.work, "../outside"))).toEqual(outside);
        fs.rmSync(path.join(box.work, "p/src"));
        fs.renameSync(path.join(box.work, "../outside"), path.join(box.work, "p/src"));
        // What had moved before the link came is put back once the folder is there again.
        expect((await box.run(["explain", "p"])).code).toBe(0);
        expect(stateOf(box)).toBe("as before");
        discard(box);
      });
    });
  });
});

describe("a file that becomes a folder, a folder that becomes a file", () => {
  const FILE = { "base/thing": "a file\n" };
  const FOLDER = { "base/thing/inner.md": "inner\n", "base/thing/deep/two.md": "two\n" };

  /** A project whose next version has other files at the same names. */
  async function turning(
    from: Readonly<Record<string, string>>,
    to: Readonly<Record<string, string>>,
  ): Promise<{ readonly prepare: () => TracedSandbox; readonly old: Snapshot }> {
    const box = sandbox();
    const version = (name: string, number: string, files: Readonly<Record<string, string>>) =>
      makeVersion(path.join(box.work, name), number, ({ write }) => {
        for (const [file, text] of Object.entries(files)) write(file, text);
      });
    const program = version("to", "0.2.0", to);
    const { folder } = await makeProject(box, [], version("from", "0.1.0", from));
    const prepare = (): TracedSandbox => {
      const fresh = sandbox();
      fs.cpSync(folder, path.join(fresh.work, "p"), { recursive: true });
      const run: TracedSandbox["run"] = (argv) => fresh.run(argv, { program });
      return { ...fresh, run, program };
    };
    return { prepare, old: snapshot(folder) };
  }

  it("a file becomes a folder", async () => {
    const { prepare } = await turning(FILE, FOLDER);
    const box = prepare();
    expect((await box.run(ARGV)).code).toBe(0);
    expect(fs.readFileSync(path.join(box.work, "p/thing/inner.md"), "utf8")).toBe("inner\n");
  });

  it("a folder becomes a file", async () => {
    const { prepare } = await turning(FOLDER, FILE);
    const box = prepare();
    expect((await box.run(ARGV)).code).toBe(0);
    expect(fs.readFileSync(path.join(box.work, "p/thing"), "utf8")).toBe("a file\n");
  });

  it.each([
    ["a file becomes a folder", FILE, FOLDER],
    ["a folder becomes a file", FOLDER, FILE],
  ] as const)(
    "%s: killed before anything moved, undone by the next command",
    async (_what, from, to) => {
      const { prepare, old } = await turning(from, to);
      const points = await writingPoints(prepare(), ARGV);
      const at = points.find(({ call }) => call.startsWith("rename"));
      if (at === undefined) throw new Error("Nothing moves.");
      const { box } = await runWithFault(prepare, ARGV, { what: "signal=SIGKILL", at });
      const next = await box.run(["explain", "p"]);
      expect([next.code, next.stderr]).toEqual([0, ""]);
      expect(snapshot(path.join(box.work, "p"))).toEqual(old);
      expect((await box.run(ARGV)).code).toBe(0);
      count("kill -9");
    },
  );
});
