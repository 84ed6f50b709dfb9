import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { PROGRAM, type Result, resultOf, type Sandbox } from "./program.js";

/** Every system call that writes, by the names that it has on one machine or another; and the one that lists a folder. */
const TRACED =
  "?mkdir,?mkdirat,?open,openat,write,?pwrite64,close,?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,?rmdir,?getdents64";

/** One system call of a run that writes into the working folder: the `ordinal`-th of its name, from 1. */
export interface Point {
  readonly call: string;
  readonly ordinal: number;
}

export interface Fault {
  /** `error=ENOSPC`, `signal=SIGKILL` … as strace takes it. */
  readonly what: string;
  readonly at: Point;
  /** From there on, not only there. */
  readonly lasting?: boolean;
}

/** Starts the program under strace, with faults in its main thread: the one that writes. */
export function startTraced(
  { work, environment }: Sandbox,
  argv: readonly string[],
  ...faults: readonly Fault[]
): { readonly child: ChildProcess; readonly log: string } {
  const log = path.join(work, "..", "strace.log");
  const inject = faults.flatMap(({ what, at, lasting }) => [
    "-e",
    `inject=${at.call}:${what}:when=${at.ordinal}${lasting ? "+" : ""}`,
  ]);
  const words = ["-qq", "-y", "-o", log, "-e", `trace=${TRACED}`, ...inject];
  const child = spawn("strace", [...words, process.execPath, PROGRAM, ...argv], {
    cwd: work,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, log };
}

/** The points at which a run writes, in order. */
export async function writingPoints(
  box: Sandbox,
  argv: readonly string[],
): Promise<readonly Point[]> {
  return (await tracedPoints(box, argv)).filter(({ call }) => call !== "getdents64");
}

/** The points at which a run writes or lists a folder, in order. */
export async function tracedPoints(
  box: Sandbox,
  argv: readonly string[],
): Promise<readonly Point[]> {
  const { child, log } = startTraced(box, argv);
  const { code, stderr } = await resultOf(child);
  if (code !== 0) throw new Error(`strace: exit ${code}\n${stderr}`);
  return pointsOf(log, box.work);
}

/**
 * Runs the program with one fault. The threads of Node make a write or two more or less before ours: a fault that struck
 * elsewhere is tried again, in a fresh sandbox.
 */
export async function runWithFault(
  prepare: () => Sandbox,
  argv: readonly string[],
  fault: Fault,
): Promise<{ readonly box: Sandbox; readonly result: Result }> {
  for (let tries = 0; tries < 10; tries++) {
    const box = prepare();
    const { child, log } = startTraced(box, argv, fault);
    const result = await resultOf(child);
    const { call, ordinal } = fault.at;
    const points = pointsOf(log, box.work);
    if (points.some((point) => point.call === call && point.ordinal === ordinal))
      return { box, result };
  }
  throw new Error(`The fault ${JSON.stringify(fault)} never struck where it should.`);
}

/** Reads the calls from a log: those that act below the working folder, numbered among all of their name. */
function pointsOf(log: string, work: string): readonly Point[] {
  const counts = new Map<string, number>();
  const points: Point[] = [];
  const lines = fs.readFileSync(log, "utf8").split("\n");
  for (const line of lines) {
    const [, call = "", words = ""] = /^(\w+)\((.*)$/u.exec(line) ?? [];
    if (call === "") continue;
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    if (!words.replaceAll(/AT_FDCWD<[^>]*>/gu, "").includes(`${work}/`)) continue;
    if (!call.startsWith("open") || words.includes("O_CREAT")) points.push({ call, ordinal });
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
