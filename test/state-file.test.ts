import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { bytesOf } from "../src/core/files.js";
import { parseState, STATE_FILE } from "../src/core/state.js";
import { readState, unpackBaseline } from "../src/io/state-file.js";
import { FLAGS, useSandboxes } from "./support/program.js";

const sandbox = useSandboxes();

it("the state of a written project holds its answers and every file as it was written", async () => {
  const { run, work } = sandbox();
  expect((await run(["made", ...FLAGS, "--no-git"])).code).toBe(0);
  const made = path.join(work, "made");
  const state = readState(made);
  expect(state).toMatchObject({ schema: 1, templateSet: "typescript", conflicts: [] });
  const baseline = unpackBaseline(
    state?.baseline ?? { encoding: "brotli-base64", sha256: "", data: "" },
  );
  for (const [file, { content }] of baseline)
    expect(Buffer.from(bytesOf(content)), file).toEqual(fs.readFileSync(path.join(made, file)));
  const files = fs
    .readdirSync(made, { recursive: true, encoding: "utf8" })
    .filter((file) => fs.statSync(path.join(made, file)).isFile());
  expect([...baseline.keys(), STATE_FILE].toSorted()).toEqual(files.toSorted());
});

it("a baseline that does not fit its checksum is refused", async () => {
  const { run, work } = sandbox();
  await run(["made", ...FLAGS, "--no-git"]);
  const { baseline } = parseState(fs.readFileSync(path.join(work, "made", STATE_FILE), "utf8"));
  const refused = expect.objectContaining({ code: "state-unreadable" });
  expect(() => unpackBaseline({ ...baseline, sha256: "0".repeat(64) })).toThrow(refused);
  expect(() => unpackBaseline({ ...baseline, data: baseline.data.slice(4) })).toThrow(refused);
});
