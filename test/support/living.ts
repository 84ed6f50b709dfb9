import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll } from "vitest";

const WAIT = "setInterval(() => {}, 1000); console.log()";

/** Call once in a test file: the ids of two processes that live until its end. One reads as a run of this program, the other does not. */
export function useLiving(): () => { readonly run: number; readonly other: number } {
  let children: readonly ChildProcess[] = [];
  beforeAll(async () => {
    children = [["create-oauth2-integration"], []].map((words) =>
      spawn(process.execPath, ["-e", WAIT, ...words]),
    );
    await Promise.all(children.map(({ stdout }) => stdout && once(stdout, "data")));
  });
  afterAll(() => {
    for (const child of children) child.kill();
  });
  return () => {
    const [run, other] = children.map(({ pid }) => pid);
    if (run === undefined || other === undefined) throw new Error("They do not live.");
    return { run, other };
  };
}
