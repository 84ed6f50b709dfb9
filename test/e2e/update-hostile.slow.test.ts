import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { brotliCompressSync, constants, createBrotliCompress } from "node:zlib";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { STATE_FILE } from "../../src/core/state.js";
import { forEach, type TracedSandbox, touchedPaths } from "../support/faults.js";
import { makeVersion } from "../support/other-version.js";
import { type Result, ROOT, runTool, showsStack, useSandboxes } from "../support/program.js";
import { makeProject } from "../support/project-folder.js";
import { reportOf } from "../support/report.js";
import { snapshot } from "../support/snapshot.js";

/**
 * A project that was cloned from anywhere: its state file, its links and the folders in it are an attacker's. No command reads,
 * writes, deletes or even opens anything outside, hangs, or shows a stack.
 */

const sandbox = useSandboxes();

const FILE = "src/api.ts";
const CLASS = "export class ServiceClient {";
const CREATED = "src/added/new.ts";
const canTrace = spawnSync("strace", ["-V"]).status === 0;
/** A process that never was. */
const JOURNAL = ".create-oauth2-integration.999999999";
const SECRET = "the secret of somebody else\n";

let newer: string;
let model: string;
let generated: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const box = sandbox();
  newer = makeVersion(path.join(box.work, "newer"), "0.2.0", (templates) => {
    templates.replace(`base/${FILE}`, CLASS, `// The newer template.\n${CLASS}`);
    templates.write(`base/${CREATED}`, "export {};\n");
    templates.remove("base/test/storage.test.ts");
  });
  const project = await makeProject(box);
  model = project.folder;
  generated = project.state();
});

/** A project in `p`, and beside it, in `outside`, what is nobody's to touch. */
interface Cloned extends TracedSandbox {
  readonly project: string;
  readonly outside: string;
  readonly at: (file: string) => string;
  /** Runs a command in the project; it has to end by itself, without a stack, and leave what lies outside as it is. */
  readonly command: (...words: readonly string[]) => Promise<Result>;
  /** The same, and gives every path that was named to the system. */
  readonly traced: (...words: readonly string[]) => Promise<Traced>;
}

interface Traced {
  readonly result: Result;
  /** Below the project, relative; without those of the program itself. */
  readonly inside: readonly string[];
  readonly log: string;
}

const clones: string[] = [];

afterEach(() => {
  for (const folder of clones.splice(0)) fs.rmSync(folder, { recursive: true });
});

function cloned(): Cloned {
  const box = sandbox();
  clones.push(path.dirname(box.work));
  const project = path.join(box.work, "p");
  const outside = path.join(box.work, "outside");
  fs.cpSync(model, project, { recursive: true });
  fs.mkdirSync(path.join(outside, "empty"), { recursive: true });
  for (const name of ["secret.txt", "0", "1", "api.ts"])
    fs.writeFileSync(path.join(outside, name), SECRET);
  const untouched = snapshot(outside);
  const judged = (result: Result): Result => {
    expect(snapshot(outside)).toEqual(untouched);
    expect([result.signal, showsStack(result), result.code === 70]).toEqual([
      undefined,
      false,
      false,
    ]);
    return result;
  };
  return {
    ...box,
    program: newer,
    project,
    outside,
    at: (file) => path.join(project, file),
    command: async (...words) =>
      judged(
        await runTool("timeout", ["--signal=KILL", "10", process.execPath, newer, ...words], {
          cwd: project,
          env: box.environment,
        }),
      ),
    traced: async (...words) => {
      const { result, log } = await touchedPaths({ ...box, program: newer }, words, project);
      const calls = log.replaceAll(/^.* execve\(.*$/gmu, "");
      const named = calls.matchAll(/"([^"]*)"|<(\/[^>]*)>/gu);
      const paths = Array.from(named, ([, said, open]) =>
        path.resolve(project, said ?? open ?? ""),
      );
      const inside = new Set(
        paths
          .filter((file) => file.startsWith(`${project}/`))
          .map((file) => path.relative(project, file)),
      );
      return { result: judged(result), inside: [...inside], log };
    },
  };
}

/** Changes the state file's JSON, or its text. */
function withState({ at }: Cloned, change: Readonly<Record<string, unknown>> | string): void {
  const text =
    typeof change === "string" ? change : JSON.stringify({ ...generated, ...change }, undefined, 2);
  fs.writeFileSync(at(STATE_FILE), text);
}

function packed(baseline: string | Readonly<Record<string, unknown>>) {
  const bytes = Buffer.from(typeof baseline === "string" ? baseline : JSON.stringify(baseline));
  return {
    encoding: "brotli-base64",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    data: brotliCompressSync(bytes).toString("base64"),
  };
}

function refusal(result: Result) {
  const { error, written } = reportOf(result.stdout);
  expect([result.code, written]).toEqual([1, false]);
  expect(result.stderr).not.toBe("");
  return error;
}

const PATHS = [
  "../outside/secret.txt",
  "/etc/hostname",
  "C:\\x",
  "C:/x",
  "a/../../outside/secret.txt",
  "src/../../outside/secret.txt",
  "./src/api.ts",
  "src//api.ts",
  "..",
  "",
  "..\\outside\\secret.txt",
  "\\\\server\\share",
  "con",
  "src/NUL.txt",
  "src/aux",
  "com1.ts",
  "src/api.ts\u0000.txt",
];
/** Inside the project, and names that not every file system can hold: an owner's file may have one, a generated one may not. */
const ODD_PATHS = ["src/line\nbreak", "src/dot."];
const OWNERS = new Set(["a conflict in text", "a conflict in JSON", "an orphan's place"]);

/** Where a state file holds paths. */
const PLACES: Readonly<Record<string, (file: string) => Readonly<Record<string, unknown>>>> = {
  baseline: (file) => ({ baseline: packed({ [FILE]: { text: "" }, [file]: { text: SECRET } }) }),
  "a conflict in text": (file) => ({ conflicts: [{ path: file, kind: "text", markerSize: 7 }] }),
  "a conflict in JSON": (file) => ({
    conflicts: [{ path: file, kind: "json", pointer: "/a", yours: 1 }],
  }),
  "an orphan": (file) => ({ conflicts: [{ path: FILE, kind: "orphan", missing: file }] }),
  "an orphan's place": (file) => ({ conflicts: [{ path: file, kind: "orphan", missing: FILE }] }),
};

describe("paths in the state file", () => {
  it.each(Object.keys(PLACES))("%s: refused before anything is read", async (place) => {
    await forEach(OWNERS.has(place) ? PATHS : [...PATHS, ...ODD_PATHS], async (file, index) => {
      const clone = cloned();
      withState(clone, PLACES[place]?.(file) ?? {});
      const before = snapshot(clone.project);
      const all = [["update"], ["update", "--check"], ["diff"], ["update", "--dry-run"]] as const;
      const words = all[(index + place.length) % all.length] ?? all[0];
      const error = refusal(await clone.command(...words, "--json"));
      expect([file, error?.code]).toEqual([file, "unsafe-path"]);
      expect(error?.message).toContain(JSON.stringify(file));
      expect(snapshot(clone.project)).toEqual(before);
    });
  });

  it.runIf(canTrace).each(Object.keys(PLACES))(
    "%s: no path outside, and no file but the state, is ever named to the system",
    async (place) => {
      for (const file of ["../outside/secret.txt", "/etc/hostname", "src/../../outside/empty"]) {
        const clone = cloned();
        withState(clone, PLACES[place]?.(file) ?? {});
        const { result, log, inside } = await clone.traced("update", "--json");
        expect(refusal(result)?.code).toBe("unsafe-path");
        expect(log).toContain(STATE_FILE);
        expect(log).not.toMatch(/\/outside|\/etc\/hostname/u);
        expect(inside).toEqual([STATE_FILE]);
      }
    },
  );

  it("a path in a state file for `--adopt` and `--restore`: refused too", async () => {
    for (const words of [
      ["--restore", "../outside/secret.txt"],
      ["--resolved", "../outside/secret.txt"],
    ]) {
      const clone = cloned();
      expect(refusal(await clone.command("update", "--json", ...words))?.code).toBe("no-such-path");
    }
  });

  it("files of git are not deleted, whatever the baseline says was generated", async () => {
    const clone = cloned();
    fs.mkdirSync(clone.at(".git"));
    fs.writeFileSync(clone.at(".git/HEAD"), "ref: refs/heads/main\n");
    const text = (file: string) => ({ text: fs.readFileSync(clone.at(file), "utf8") });
    withState(clone, {
      baseline: packed({ [FILE]: text(FILE), ".git/HEAD": text(".git/HEAD") }),
    });
    await clone.command("update", "--allow-dirty");
    expect(fs.existsSync(clone.at(".git/HEAD"))).toBe(true);
  });
});

describe("a baseline that cannot be", () => {
  const unreadable = async (clone: Cloned, ...words: readonly string[]) => {
    const before = snapshot(clone.project);
    const error = refusal(await clone.command("update", "--json", ...words));
    expect(error?.code).toBe("state-unreadable");
    expect(error?.message).toContain(STATE_FILE);
    expect(snapshot(clone.project)).toEqual(before);
  };

  it.each<readonly [string, () => unknown]>([
    ["another checksum", () => ({ ...packed({}), sha256: "0".repeat(64) })],
    ["a checksum in capitals", () => ({ ...packed({}), sha256: packed({}).sha256.toUpperCase() })],
    ["no brotli", () => ({ ...packed({}), data: "AAAA" })],
    ["no base64", () => ({ ...packed({}), data: "\u0000\u2028%%%" })],
    ["nothing", () => ({ ...packed({}), data: "" })],
    ["cut short", () => ({ ...packed(generated), data: packed(generated).data.slice(0, 400) })],
    ["another packing", () => ({ ...packed({}), encoding: "gzip" })],
    ["a list", () => packed("[]")],
    ["null", () => packed("null")],
    ["no JSON", () => packed("{")],
    ["a file that is none", () => packed({ a: "text" })],
    ["a file that is null", () => packed({ a: null })],
    ["a file without content", () => packed({ a: { executable: true } })],
    ["a prototype for content", () => packed('{"a":{"__proto__":{"text":""}}}')],
  ])("%s", async (_what, baseline) => {
    const clone = cloned();
    withState(clone, { baseline: baseline() });
    await unreadable(clone);
  });

  it("base64 that is none", async () => {
    const clone = cloned();
    withState(clone, { baseline: packed({ a: { base64: "%%" } }) });
    await unreadable(clone);
  });

  it("gigabytes, packed small: refused by a limit, with little memory and time", async () => {
    const clone = cloned();
    const size = 2 * 1024 ** 3;
    const compress = createBrotliCompress({
      params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 },
    });
    const chunk = Buffer.alloc(32 * 1024 * 1024, " ");
    const sum = createHash("sha256");
    const parts: Buffer[] = [];
    await pipeline(
      function* () {
        for (let made = 0; made < size; made += chunk.length) {
          sum.update(chunk);
          yield chunk;
        }
      },
      compress,
      async (source: AsyncIterable<Buffer>) => {
        for await (const part of source) parts.push(part);
      },
    );
    const data = Buffer.concat(parts).toString("base64");
    withState(clone, { baseline: { encoding: "brotli-base64", sha256: sum.digest("hex"), data } });
    const { peak, seconds } = await measured(clone, () => unreadable(clone));
    expect(peak).toBeLessThan(400);
    expect(seconds).toBeLessThan(10);
  });
});

/** The largest resident size of the program, in MB, and how long it ran. */
async function measured(
  clone: Cloned,
  run: () => Promise<void>,
): Promise<{ readonly peak: number; readonly seconds: number }> {
  const file = path.join(clone.work, "../peak");
  const begin = performance.now();
  Object.assign(clone.environment, {
    NODE_OPTIONS: `--require=${path.join(ROOT, "test/hardness/peak.cjs")}`,
    PEAK_FILE: file,
  });
  await run();
  return {
    peak: Number(fs.readFileSync(file, "utf8")),
    seconds: (performance.now() - begin) / 1000,
  };
}

describe("a state file that is none", () => {
  const junk: Readonly<Record<string, () => string | Buffer>> = {
    "100 MB of one letter": () => Buffer.alloc(100 * 1024 ** 2, "x"),
    "40 MB of brackets": () => Buffer.alloc(40 * 1024 ** 2, "["),
    "100 MB of NUL": () => Buffer.alloc(100 * 1024 ** 2),
    "100 MB that are no UTF-8": () => Buffer.alloc(100 * 1024 ** 2, 0xff),
    "100 MB of base64 in the baseline": () =>
      JSON.stringify({
        ...generated,
        baseline: { ...packed({}), data: "A".repeat(100 * 1024 ** 2) },
      }),
    "a NUL in a value": () => JSON.stringify(generated).replace("0.1.0", "0.1.0\u0000"),
    "a NUL in the text": () => `\u0000${JSON.stringify(generated)}`,
    nothing: () => "",
    null: () => "null",
    "a list": () => "[]",
    "a prototype": () => JSON.stringify(generated).replace("{", '{"__proto__":{"schema":1},'),
    "a schema that is text": () => JSON.stringify({ ...generated, schema: "1" }),
    "a generator that is a shell's": () =>
      JSON.stringify({ ...generated, generator: "1.0.0; rm -rf ~" }),
    "a template set that is a prototype's": () =>
      JSON.stringify({ ...generated, templateSet: "__proto__" }),
    "a template set that is a path": () =>
      JSON.stringify({ ...generated, templateSet: "../outside" }),
  };

  const LARGE = "40 MB of brackets";
  it.each(Object.keys(junk).filter((what) => what !== LARGE))(
    "%s: refused, and named",
    expectJunkRefused,
  );
  it(`${LARGE}: refused, and named`, () => expectJunkRefused(LARGE));

  async function expectJunkRefused(what: string): Promise<void> {
    const clone = cloned();
    fs.writeFileSync(clone.at(STATE_FILE), junk[what]?.() ?? "");
    const { peak, seconds } = await measured(clone, async () => {
      const error = refusal(await clone.command("diff", "--json"));
      expect(error?.code).toBe("state-unreadable");
      expect(error?.message).toContain(STATE_FILE);
      expect(error?.message.length).toBeLessThan(1000);
    });
    expect(peak).toBeLessThan(1000);
    expect(seconds).toBeLessThan(10);
  }

  it("600 MB of nothing: refused", () => expectLargeRefused(600));
  it("3 GB of nothing: refused", () => expectLargeRefused(3000));

  async function expectLargeRefused(megabytes: number): Promise<void> {
    const clone = cloned();
    fs.truncateSync(clone.at(STATE_FILE), 0);
    fs.truncateSync(clone.at(STATE_FILE), megabytes * 1024 ** 2);
    expect(refusal(await clone.command("update", "--json"))?.message).toContain(STATE_FILE);
  }

  it("a file of the project has 3 GB: refused or left alone", async () => {
    const clone = cloned();
    fs.truncateSync(clone.at(FILE), 3000 * 1024 ** 2);
    const result = await clone.command("update", "--json");
    expect(fs.statSync(clone.at(FILE)).size).toBe(3000 * 1024 ** 2);
    expect([1, 3]).toContain(result.code);
    expect(result.stdout).toContain(FILE);
  });
});

describe("answers and keys", () => {
  const answersOf = (more: Readonly<Record<string, unknown>>) => ({
    answers: { ...(generated["answers"] as Readonly<Record<string, unknown>>), ...more },
  });

  it.each<readonly [string, unknown, string, string]>([
    ["tokenUrl", "ftp://x", "--set tokenUrl=", "https://auth.acme.test/token"],
    ["tokenUrl", 7, "--set tokenUrl=", "https://auth.acme.test/token"],
    ["name", "a\u0000b", "--set name=", "Acme Cloud"],
    ["domain", "../outside", "--set domain=", "acme_cloud"],
    ["packageName", "../../outside", "--set packageName=", "acme-cloud"],
    ["license", "`rm -rf ~`", "--set license=", "MIT"],
    ["unknownKey", true, "--set unknownKey=", ""],
    ["constructor", 1, "--set constructor=", ""],
    ["toString", "x", "--set toString=", ""],
  ])("%s: %j is named, with the flag that corrects it", async (key, value, flag, good) => {
    const clone = cloned();
    withState(clone, answersOf({ [key]: value }));
    const before = snapshot(clone.project);
    for (const words of [["update"], ["update", "--check"], ["update", "--dry-run"]]) {
      const result = await clone.command(...words, "--json");
      expect([words, result.code]).toEqual([words, 2]);
      expect(reportOf(result.stdout).error?.code).toBe("invalid-answers");
      expect(result.stderr).toContain(key);
      expect(result.stderr.replaceAll("'", "")).toContain(flag);
    }
    expect(snapshot(clone.project)).toEqual(before);
    const mended = await clone.command("update", "--set", `${key}=${good}`);
    expect([mended.code, mended.stderr]).toEqual([0, ""]);
  });

  it.each([
    [
      "in the answers",
      (text: string) => text.replace('"answers": {', '"answers": {"__proto__": {"name": "x"},'),
    ],
    [
      "in a structure",
      (text: string) =>
        text.replace('"answers": {', '"answers": {"account": {"__proto__": {"path": "/x"}},'),
    ],
    [
      "in a map",
      (text: string) =>
        text.replace('"answers": {', '"answers": {"extraAuthorizationParams": {"__proto__": "x"},'),
    ],
    [
      "in the baseline's head",
      (text: string) => text.replace('"baseline": {', '"baseline": {"__proto__": {"data": "x"},'),
    ],
    [
      "in a conflict",
      (text: string) =>
        text.replace(
          '"conflicts": []',
          '"conflicts": [{"__proto__": {"path": "../outside/0", "kind": "binary"}}]',
        ),
    ],
    [
      "in what a conflict holds",
      (text: string) =>
        text.replace(
          '"conflicts": []',
          '"conflicts": [{"path": "package.json", "kind": "json", "pointer": "/__proto__/x", "yours": {"__proto__": {"x": 1}}}]',
        ),
    ],
  ] as const)("`__proto__` %s: no crash, nothing outside", async (_where, change) => {
    const clone = cloned();
    const text = fs.readFileSync(clone.at(STATE_FILE), "utf8");
    expect(change(text)).not.toBe(text);
    withState(clone, change(text));
    for (const words of [["diff"], ["explain"], ["update", "--check"], ["update"]]) {
      const { code } = await clone.command(...words);
      expect([0, 1, 2, 3, 4]).toContain(code);
    }
  });

  it.each(["__proto__", "constructor", "toString/valueOf", "hasOwnProperty"])(
    "a file that is called %s is a file",
    async (file) => {
      const clone = cloned();
      const text = (name: string) => ({ text: fs.readFileSync(clone.at(name), "utf8") });
      fs.mkdirSync(path.dirname(clone.at(file)), { recursive: true });
      fs.writeFileSync(clone.at(file), "generated\n");
      const baseline = `{${JSON.stringify(FILE)}:${JSON.stringify(text(FILE))},${JSON.stringify(file)}:{"text":"generated\\n"}}`;
      withState(clone, { baseline: packed(baseline) });
      const { code } = await clone.command("update");
      expect([0, 3]).toContain(code);
      expect(fs.existsSync(clone.at(file))).toBe(false);
      expect((await clone.command("update")).code).toBe(code);
    },
  );

  const DEEP = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

  it.each([
    ["an unknown answer", '"answers": {', `"answers": {"unknownKey": ${DEEP},`],
    [
      "a conflict",
      '"conflicts": []',
      `"conflicts": [{"path": "package.json", "kind": "json", "pointer": "/name", "yours": ${DEEP}}]`,
    ],
  ] as const)("lists within lists, 100,000 deep, in %s: no stack", (_where, place, change) =>
    expectNoStack(place, change),
  );

  it("lists within lists, 100,000 deep, in an answer: no stack", () =>
    expectNoStack('"answers": {', `"answers": {"scopes": ${DEEP},`));

  async function expectNoStack(place: string, change: string): Promise<void> {
    const clone = cloned();
    withState(clone, JSON.stringify(generated, undefined, 2).replace(place, change));
    for (const words of [["explain"], ["update", "--check"], ["update"]])
      expect([0, 1, 2, 3, 4]).toContain((await clone.command(...words)).code);
  }
});

describe("links", () => {
  /** What `update` says about a path where something else than a file stands. */
  async function expectLeftAlone(clone: Cloned, file: string): Promise<void> {
    const lies = snapshot(clone.at(file));
    for (const words of [["diff"], ["update", "--check"], ["update"], ["update"]]) {
      const result = await clone.command(...words, "--json");
      expect(snapshot(clone.at(file))).toEqual(lies);
      if (words.length > 1 || words[0] !== "update") continue;
      expect(result.code).toBe(3);
      expect(reportOf(result.stdout).conflicts?.map(({ path: at, kind }) => [at, kind])).toEqual(
        expect.arrayContaining([[expect.stringContaining(file), "type"]]),
      );
    }
  }

  const LINKS: Readonly<Record<string, readonly [file: string, to: string]>> = {
    "a file, to outside": [FILE, "../../outside/api.ts"],
    "a file, to an absolute path": [FILE, "/etc/hostname"],
    "a file, to nowhere": [FILE, "../../outside/nowhere"],
    "a file, to itself": [FILE, "api.ts"],
    "a path that is created, to outside": [CREATED, "../../../outside/secret.txt"],
    "a path that is created, to nowhere": [CREATED, "../../../outside/nowhere"],
    "the folder of a path that is created, to outside": ["src/added", "../../outside/empty"],
    "the folder of a path that is created, to nowhere": ["src/added", "../../outside/nowhere"],
    "a folder, to outside": ["src", "../outside"],
    "a folder, to itself": ["src", "src"],
  };

  it.each(Object.keys(LINKS))("%s: left alone", async (what) => {
    const [file = "", to = ""] = LINKS[what] ?? [];
    const clone = cloned();
    fs.rmSync(clone.at(file), { recursive: true, force: true });
    fs.mkdirSync(path.dirname(clone.at(file)), { recursive: true });
    fs.symlinkSync(to, clone.at(file));
    await expectLeftAlone(clone, file);
    expect(fs.readlinkSync(clone.at(file))).toBe(to);
  });

  it.runIf(canTrace).each(Object.keys(LINKS))("%s: never read through", async (what) => {
    const [file = "", to = ""] = LINKS[what] ?? [];
    for (const words of [["update"], ["diff"]]) {
      const clone = cloned();
      fs.rmSync(clone.at(file), { recursive: true, force: true });
      fs.mkdirSync(path.dirname(clone.at(file)), { recursive: true });
      fs.symlinkSync(to, clone.at(file));
      const { log, inside } = await clone.traced(...words);
      expect(log).not.toMatch(/\/outside|\/etc\/hostname/u);
      expect(inside.filter((name) => name.startsWith(`${file}/`))).toEqual([]);
      const opened = log
        .split("\n")
        .filter((line) => /^\d+\s+open/u.test(line) && line.includes(`${clone.at(file)}"`));
      expect(opened).toEqual([]);
    }
  });

  it("among files that a moved file is looked for in: never read", async () => {
    const clone = cloned();
    fs.renameSync(clone.at(FILE), path.join(clone.work, "moved.ts"));
    fs.symlinkSync("../../moved.ts", clone.at("src/client.ts"));
    fs.symlinkSync("..", clone.at("src/around"));
    const { code } = await clone.command("update");
    expect(code).toBe(0);
    expect(fs.readFileSync(path.join(clone.work, "moved.ts"), "utf8")).not.toContain("newer");
    expect(fs.readlinkSync(clone.at("src/client.ts"))).toBe("../../moved.ts");
  });

  it.each([
    ["to outside", "../outside/secret.txt"],
    ["to a state file", "../state.json"],
    ["to nowhere", "../outside/nowhere"],
  ])("the state file, %s: refused, never opened", async (_where, to) => {
    const clone = cloned();
    fs.renameSync(clone.at(STATE_FILE), path.join(clone.work, "state.json"));
    fs.symlinkSync(to, clone.at(STATE_FILE));
    for (const words of [["update"], ["diff"], ["explain"], ["update", "--adopt"]]) {
      const error = refusal(await clone.command(...words, "--json"));
      expect([words, error?.code]).toEqual([words, "unsafe-path"]);
      expect(error?.message).toContain(STATE_FILE);
    }
    if (!canTrace) return;
    const { log } = await clone.traced("update", "--json");
    expect(log).not.toMatch(/\/outside|work\/state\.json/u);
  });

  it("the project itself: refused", async () => {
    const clone = cloned();
    fs.symlinkSync("../outside", clone.at("elsewhere"));
    for (const command of ["update", "diff"]) {
      const error = refusal(await clone.command(command, "elsewhere", "--json"));
      expect([command, error?.code]).toEqual([command, "target-unusable"]);
    }
  });

  it("a hard link: the project has the new file, the other name keeps the old one", async () => {
    const clone = cloned();
    const other = path.join(clone.work, "other.ts");
    fs.linkSync(clone.at(FILE), other);
    fs.linkSync(clone.at(STATE_FILE), path.join(clone.work, "state.json"));
    const [text, state] = [FILE, STATE_FILE].map((file) => fs.readFileSync(clone.at(file), "utf8"));
    expect((await clone.command("update")).code).toBe(0);
    expect(fs.readFileSync(clone.at(FILE), "utf8")).toContain("The newer template.");
    expect(fs.readFileSync(other, "utf8")).toBe(text);
    expect(fs.readFileSync(path.join(clone.work, "state.json"), "utf8")).toBe(state);
  });
});

describe("a journal that was planted", () => {
  const sha256 = createHash("sha256").update(SECRET).digest("hex");

  interface Plant {
    readonly steps?: readonly unknown[];
    readonly folders?: readonly unknown[];
    readonly emptied?: readonly unknown[];
    readonly more?: (clone: Cloned) => void;
  }

  function planted(clone: Cloned, { steps = [], folders = [], emptied = [], more }: Plant): void {
    for (const kind of ["old", "new"])
      fs.mkdirSync(clone.at(`${JOURNAL}/${kind}`), { recursive: true });
    for (const [index] of steps.entries())
      fs.writeFileSync(clone.at(`${JOURNAL}/old/${index}`), "planted\n", { mode: 0o755 });
    fs.writeFileSync(
      clone.at(`${JOURNAL}/journal.json`),
      JSON.stringify({ steps, folders, emptied }),
    );
    more?.(clone);
  }

  /** A project may hold links, and git brings them along. */
  const linked = (clone: Cloned) => fs.symlinkSync("../outside", clone.at("link"));
  const asLink = (name: string) => (clone: Cloned) => {
    fs.rmSync(clone.at(`${JOURNAL}/${name}`), { recursive: true });
    fs.symlinkSync("../../outside", clone.at(`${JOURNAL}/${name}`));
  };

  const PLANTS: Readonly<Record<string, Plant>> = {
    "a step above": { steps: [{ path: "../outside/secret.txt", replaces: false, sha256 }] },
    "a step above, that replaces": { steps: [{ path: "../outside/new.txt", replaces: true }] },
    "a step above, after a folder": {
      steps: [{ path: "src/../../outside/secret.txt", replaces: false, sha256 }],
    },
    "a step above, with backslashes": {
      steps: [{ path: "..\\outside\\secret.txt", replaces: true, sha256 }],
    },
    "a step that is no text": { steps: [{ path: ["../outside/secret.txt"], replaces: true }] },
    "a step without a path": { steps: [{ replaces: true, __proto__: { path: "x" } }] },
    "a folder above": { folders: ["../outside/empty"] },
    "a folder above, emptied": { emptied: ["../outside/made"] },
    "a folder that is no text": { folders: [{ toString: 1 }] },
    "a step below a link": {
      steps: [{ path: "link/secret.txt", replaces: false, sha256 }],
      more: linked,
    },
    "a step below a link, that replaces": {
      steps: [{ path: "link/planted.txt", replaces: true, sha256 }],
      more: linked,
    },
    "a deletion below a link": {
      steps: [{ path: "link/planted.txt", replaces: true }],
      more: linked,
    },
    "a folder below a link": { folders: ["link/empty"], more: linked },
    "a folder below a link, emptied": { emptied: ["link/made"], more: linked },
    "old files that are a link": {
      steps: [{ path: "x.txt", replaces: true }],
      more: asLink("old"),
    },
    "new files that are a link": {
      steps: [{ path: "x.txt", replaces: false, sha256 }],
      more: asLink("new"),
    },
    "the folder is a link": {
      more: (clone) => {
        fs.rmSync(clone.at(JOURNAL), { recursive: true });
        fs.symlinkSync("../outside", clone.at(JOURNAL));
      },
    },
    "the journal is a link": {
      more: (clone) => {
        fs.rmSync(clone.at(`${JOURNAL}/journal.json`));
        fs.symlinkSync("../../outside/secret.txt", clone.at(`${JOURNAL}/journal.json`));
      },
    },
  };

  const FOLLOWED = new Set([
    "a step below a link",
    "a step below a link, that replaces",
    "a deletion below a link",
    "a folder below a link",
    "old files that are a link",
  ]);
  const READ = new Set([...FOLLOWED, "the journal is a link"]);
  const plants = (isOpen: (what: string) => boolean) => Object.keys(PLANTS).filter(isOpen);

  it.each(plants((what) => !FOLLOWED.has(what)))("%s: nothing outside is touched", expectUntouched);
  it.each(plants((what) => FOLLOWED.has(what)))("%s: nothing outside is touched", expectUntouched);

  async function expectUntouched(what: string): Promise<void> {
    for (const words of [["explain"], ["update"]]) {
      const clone = cloned();
      planted(clone, PLANTS[what] ?? {});
      await clone.command(...words);
    }
  }

  const tracing = canTrace ? plants(() => true) : [];
  it.each(tracing.filter((what) => !READ.has(what)))("%s: nothing outside is read", expectUnread);
  it.each(tracing.filter((what) => READ.has(what)))("%s: nothing outside is read", expectUnread);

  async function expectUnread(what: string): Promise<void> {
    const clone = cloned();
    planted(clone, PLANTS[what] ?? {});
    const { log, inside } = await clone.traced("explain");
    expect(log).not.toMatch(/\/outside/u);
    const through = ["link", JOURNAL, `${JOURNAL}/old`, `${JOURNAL}/new`].filter(
      (name) => fs.lstatSync(clone.at(name), { throwIfNoEntry: false })?.isSymbolicLink() === true,
    );
    for (const link of through)
      expect(inside.filter((name) => name.startsWith(`${link}/`))).toEqual([]);
  }

  it("the folder is a link to a whole journal: what lies there stays", async () => {
    const clone = cloned();
    planted(clone, { steps: [{ path: "stolen.txt", replaces: true }] });
    const there = path.join(clone.work, "there");
    fs.renameSync(clone.at(JOURNAL), there);
    fs.symlinkSync("../there", clone.at(JOURNAL));
    const before = snapshot(there);
    for (const words of [["explain"], ["diff"], ["update"]]) {
      await clone.command(...words);
      expect(snapshot(there)).toEqual(before);
    }
  });

  it.each([".git/hooks/post-checkout", ".GIT/hooks/post-checkout", "src/.git/hooks/x"])(
    "%s: no program is put into a repository",
    async (file) => {
      const clone = cloned();
      fs.mkdirSync(path.dirname(clone.at(file)), { recursive: true });
      planted(clone, { steps: [{ path: file, replaces: true, sha256 }] });
      await clone.command("explain");
      expect(fs.existsSync(clone.at(file))).toBe(false);
    },
  );

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["steps that are null", '{"steps":[null],"folders":[],"emptied":[]}'],
    ["a prototype", '{"__proto__":{"steps":[]},"folders":[],"emptied":[]}'],
    [
      "a NUL in a path",
      '{"steps":[{"path":"a\\u0000b","replaces":true}],"folders":[],"emptied":[]}',
    ],
    ["a NUL in a folder", '{"steps":[],"folders":["a\\u0000b"],"emptied":[]}'],
    [
      "an endless path",
      `{"steps":[{"path":"${"a".repeat(5000)}","replaces":true}],"folders":[],"emptied":[]}`,
    ],
    ["20 MB of brackets", "[".repeat(20 * 1024 ** 2)],
  ])("%s in it: no stack, and the project can be used", async (_what, text) => {
    const clone = cloned();
    planted(clone, { steps: [1] });
    fs.writeFileSync(clone.at(`${JOURNAL}/journal.json`), text);
    const { code, stderr } = await clone.command("update");
    expect([0, 1]).toContain(code);
    if (code === 1) expect(stderr).not.toBe("");
    else expect(fs.existsSync(clone.at(JOURNAL))).toBe(false);
  });

  it("a process id beyond all: refused with the folder's name, or cleared away", async () => {
    for (const id of ["0", "1", "99999999999999999999999", "4294967296"]) {
      const clone = cloned();
      fs.mkdirSync(clone.at(`.create-oauth2-integration.${id}`));
      const { code, stderr } = await clone.command("update");
      expect([0, 1]).toContain(code);
      if (code === 1) expect(stderr).toContain(`.create-oauth2-integration.${id}`);
    }
  });
});

describe.skipIf(process.platform === "win32")("pipes and sockets", () => {
  async function pipe(file: string): Promise<void> {
    fs.rmSync(file, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    expect((await runTool("mkfifo", [file])).code).toBe(0);
  }

  it.each([FILE, CREATED, "src", "src/added", "test/storage.test.ts", "package.json"])(
    "a pipe at %s: does not hang, stays",
    async (file) => {
      const clone = cloned();
      await pipe(clone.at(file));
      for (const words of [["diff"], ["update", "--check"], ["update"], ["explain"]]) {
        const { code } = await clone.command(...words);
        expect([0, 3, 4]).toContain(code);
        expect(fs.lstatSync(clone.at(file)).isFIFO()).toBe(true);
      }
    },
  );

  it("a pipe among files that a moved file is looked for in: does not hang", async () => {
    const clone = cloned();
    fs.rmSync(clone.at(FILE));
    await pipe(clone.at("src/client.ts"));
    expect((await clone.command("update")).code).toBe(0);
  });

  it("a pipe for a state file: refused", async () => {
    const clone = cloned();
    await pipe(clone.at(STATE_FILE));
    for (const words of [["diff"], ["update"], ["explain"], ["update", "--adopt"]])
      expect(refusal(await clone.command(...words, "--json"))?.code).toBe("unsafe-path");
  });

  it("a pipe for a journal: does not hang", () => expectEnds("/journal.json"));
  it.each(["", "/old/0", "/new/0", "/committed"])(
    "a pipe at a journal's folder%s: does not hang",
    expectEnds,
  );

  async function expectEnds(name: string): Promise<void> {
    const clone = cloned();
    fs.mkdirSync(clone.at(`${JOURNAL}/old`), { recursive: true });
    fs.mkdirSync(clone.at(`${JOURNAL}/new`), { recursive: true });
    const steps = [{ path: "x.txt", replaces: true, sha256: "0" }];
    fs.writeFileSync(
      clone.at(`${JOURNAL}/journal.json`),
      JSON.stringify({ steps, folders: [], emptied: [] }),
    );
    await pipe(clone.at(`${JOURNAL}${name}`));
    expect([0, 1]).toContain((await clone.command("explain")).code);
  }

  it("a pipe where git keeps its own: does not hang", async () => {
    const clone = cloned();
    await pipe(clone.at(".git"));
    const { code, stderr } = await clone.command("update");
    expect([0, 1]).toContain(code);
    if (code === 1) expect(stderr).not.toBe("");
  });

  it("a socket at a file: does not hang, stays", async () => {
    const clone = cloned();
    fs.rmSync(clone.at(FILE));
    // Long paths are no names of sockets: it is made elsewhere and moved.
    const short = fs.mkdtempSync("/tmp/s-");
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(path.join(short, "s"), resolve));
    fs.renameSync(path.join(short, "s"), clone.at(FILE));
    for (const words of [["diff"], ["update", "--check"], ["update"]])
      expect([0, 3, 4]).toContain((await clone.command(...words)).code);
    expect(fs.lstatSync(clone.at(FILE)).isSocket()).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(short, { recursive: true });
  });
});
