import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { PROGRAM, type Result, resultOf, type Sandbox, until } from "./program.js";

/** Every system call that writes, by the names that it has on one machine or another; and the one that lists a folder. */
const TRACED =
  "?mkdir,?mkdirat,?open,openat,write,?pwrite64,close,?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?rmdir,?chmod,?fchmodat,?getdents64";

/** One system call of a run that writes into the working folder: the `ordinal`-th of its name, from 1. */
export interface Point {
  readonly call: string;
  readonly ordinal: number;
  /** It opens or lists, and writes nothing. */
  readonly reading?: boolean;
}

export interface Fault {
  /** `error=ENOSPC`, `signal=SIGKILL` … as strace takes it. */
  readonly what: string;
  readonly at: Point;
  /** From there on, not only there. */
  readonly lasting?: boolean;
}

/** A sandbox in which another copy of the program may run. */
export interface TracedSandbox extends Sandbox {
  readonly program?: string;
}

/** Starts the program under strace, with faults in its main thread: the one that writes. */
export function startTraced(
  { work, environment, program = PROGRAM }: TracedSandbox,
  argv: readonly string[],
  ...faults: readonly Fault[]
): { readonly child: ChildProcess; readonly log: string } {
  const log = path.join(work, "..", "strace.log");
  const inject = faults.flatMap(({ what, at, lasting }) => [
    "-e",
    `inject=${at.call}:${what}:when=${at.ordinal}${lasting ? "+" : ""}`,
  ]);
  const words = ["-qq", "-y", "-o", log, "-e", `trace=${TRACED}`, ...inject];
  const child = spawn("strace", [...words, process.execPath, program, ...argv], {
    cwd: work,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, log };
}

/** The points at which a run writes, in order. */
export async function writingPoints(
  box: TracedSandbox,
  argv: readonly string[],
): Promise<readonly Point[]> {
  return (await tracedPoints(box, argv)).filter(({ call }) => call !== "getdents64");
}

/** The points at which a run writes or lists a folder, in order. */
export async function tracedPoints(
  box: TracedSandbox,
  argv: readonly string[],
  reading = false,
): Promise<readonly Point[]> {
  const { child, log } = startTraced(box, argv);
  const { code, stderr } = await resultOf(child);
  if (code !== 0) throw new Error(`strace: exit ${code}\n${stderr}`);
  return pointsOf(log, box.work, reading);
}

/** The points at which a run opens a file to read it, or lists a folder, in order. */
export async function readingPoints(
  box: TracedSandbox,
  argv: readonly string[],
): Promise<readonly Point[]> {
  const points = await tracedPoints(box, argv, true);
  return points.filter(({ reading }) => reading === true);
}

/**
 * Runs the program with one fault. The threads of Node make a write or two more or less before ours: a fault that struck
 * elsewhere is tried again, in a fresh sandbox, at last one call earlier or later.
 */
export async function runWithFault(
  prepare: () => TracedSandbox,
  argv: readonly string[],
  fault: Fault,
): Promise<{ readonly box: TracedSandbox; readonly result: Result }> {
  const { call, reading } = fault.at;
  for (const shift of [0, 0, 0, 0, 0, 1, -1, 2, -2, 0]) {
    const box = prepare();
    const ordinal = Math.max(1, fault.at.ordinal + shift);
    const { child, log } = startTraced(box, argv, { ...fault, at: { call, ordinal } });
    const result = await resultOf(child);
    const points = pointsOf(log, box.work, reading);
    if (points.some((point) => point.call === call && point.ordinal === ordinal))
      return { box, result };
  }
  throw new Error(`The fault ${JSON.stringify(fault)} never struck where it should.`);
}

/**
 * Stops a run before one of its system calls, lets the world change, and lets it go on. A stop that struck elsewhere is an error:
 * the caller tries again.
 */
export async function stopAt(
  box: TracedSandbox,
  argv: readonly string[],
  at: Point,
  change: () => Promise<void> | void,
): Promise<Result> {
  const { child, log } = startTraced(box, argv, { what: "signal=SIGSTOP", at });
  const ended = resultOf(child);
  await until(
    () => fs.existsSync(log) && fs.readFileSync(log, "utf8").includes("stopped by SIGSTOP"),
  );
  const isThere = pointsOf(log, box.work, at.reading).some(
    ({ call, ordinal }) => call === at.call && ordinal === at.ordinal,
  );
  const children = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  if (isThere) await change();
  process.kill(Number(children.trim().split(" ").at(-1)), "SIGCONT");
  const result = await ended;
  if (!isThere) throw new StruckElsewhere(`${at.call} ${at.ordinal} was another call.`);
  return result;
}

/** The run was stopped at another call than the one that was meant. */
export class StruckElsewhere extends Error {}

/** What a run, with all its threads, named to the system as a path, and every file that it then opened, resolved. */
export async function touchedPaths(
  { work, environment, program = PROGRAM }: TracedSandbox,
  argv: readonly string[],
  cwd: string,
): Promise<{ readonly result: Result; readonly log: string }> {
  const file = path.join(work, "..", "touched.log");
  const words = ["-qq", "-f", "-yy", "-s", "4096", "-o", file, "-e", "trace=%file,getdents64"];
  const child = spawn("strace", [...words, process.execPath, program, ...argv], {
    cwd,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result = await resultOf(child);
  return { result, log: fs.readFileSync(file, "utf8") };
}

/**
 * Reads the calls from a log: those that act below the working folder, numbered among all of their name. What only reads is left out
 * unless it is asked for; listing a folder never is.
 */
function pointsOf(log: string, work: string, reads = false): readonly Point[] {
  const counts = new Map<string, number>();
  const points: Point[] = [];
  const lines = fs.readFileSync(log, "utf8").split("\n");
  for (const line of lines) {
    const [, call = "", words = ""] = /^(\w+)\((.*)$/u.exec(line) ?? [];
    if (call === "") continue;
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    if (!words.replaceAll(/AT_FDCWD<[^>]*>/gu, "").includes(`${work}/`)) continue;
    const reading = call === "getdents64" || (call.startsWith("open") && !/O_CREAT/u.test(words));
    if (!reading || reads) points.push({ call, ordinal, ...(reading && reads && { reading }) });
    else if (call === "getdents64") points.push({ call, ordinal });
  }
  return points.filter(({ call }, index) => call !== "close" || isOfWriting(points, index));
}

/** A file that is only read is closed too: closing counts where a write went before. */
function isOfWriting(points: readonly Point[], index: number): boolean {
  return /^p?write/u.test(points[index - 1]?.call ?? "");
}

/** All of the first points, then every fifth. */
export function sampled<Item>(points: readonly Item[], all = 60): readonly Item[] {
  return points.filter((_point, index) => index < all || index % 5 === 0);
}

/** Runs a test for each item, two at a time. */
export async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await work(next[1], next[0]);
  };
  await Promise.all([worker(), worker()]);
}
