import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bytesOf, type FileEntry, ownersPath, type ProjectPath } from "../src/core/files.js";
import { STATE_FILE } from "../src/core/state.js";
import { packBaseline, readState, readStateText, unpackBaseline } from "../src/io/state-file.js";
import { useFolders } from "./support/folder.js";
import { FLAGS, useSandboxes } from "./support/program.js";

const sandbox = useSandboxes();
const folderOf = useFolders();

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

describe("a baseline", () => {
  const entry: FileEntry = { content: "é\r\n\uFEFF", executable: false };

  it("comes back as it was packed", () => {
    const tree = new Map<ProjectPath, FileEntry>([
      [ownersPath("a.txt"), entry],
      [ownersPath("b/c.sh"), { content: "", executable: true }],
      [ownersPath("d.bin"), { content: Uint8Array.of(0, 255), executable: false }],
    ]);
    expect(unpackBaseline(packBaseline(tree))).toEqual(tree);
    expect(unpackBaseline(packBaseline(new Map()))).toEqual(new Map());
  });

  const packed = (bytes: Buffer) => ({
    encoding: "brotli-base64" as const,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    data: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }).toString(
      "base64",
    ),
  });

  it("that does not fit its checksum is refused", () => {
    const baseline = packBaseline(new Map([[ownersPath("a.txt"), entry]]));
    const refused = expect.objectContaining({ code: "state-unreadable", paths: [STATE_FILE] });
    expect(() => unpackBaseline({ ...baseline, sha256: "0".repeat(64) })).toThrow(refused);
    expect(() => unpackBaseline({ ...baseline, data: baseline.data.slice(4) })).toThrow(refused);
  });

  it("may be of 64 MiB, and not of a byte more", () => {
    const size = 64 * 1024 * 1024;
    const empty = (length: number) => packed(Buffer.alloc(length, " ").fill("{}", 0, 2));
    expect(unpackBaseline(empty(size))).toEqual(new Map());
    expect(() => unpackBaseline(empty(size + 1))).toThrow(
      expect.objectContaining({ code: "state-unreadable", paths: [STATE_FILE] }),
    );
  });
});

describe("the text of a state file", () => {
  it.each([
    ["there is none", {}, undefined],
    ["as it stands there", { [STATE_FILE]: "{}\n" }, "{}\n"],
    ["nothing", { [STATE_FILE]: "" }, ""],
  ])("%s", (_name, texts, text) => expect(readStateText(folderOf(texts))).toBe(text));

  it("may be of 16 MiB, and not of a byte more", () => {
    const project = folderOf({ [STATE_FILE]: "" });
    const file = path.join(project, STATE_FILE);
    fs.truncateSync(file, 16 * 1024 * 1024);
    expect(readStateText(project)).toHaveLength(16 * 1024 * 1024);
    fs.truncateSync(file, 16 * 1024 * 1024 + 1);
    expect(() => readStateText(project)).toThrow(
      expect.objectContaining({ code: "state-unreadable", paths: [STATE_FILE] }),
    );
  });

  it("what is no UTF-8 is no JSON either", () => {
    const project = folderOf({});
    fs.writeFileSync(path.join(project, STATE_FILE), Uint8Array.of(0x7b, 0xff));
    expect(readStateText(project)).toBe("{\uFFFD");
    expect(() => readState(project)).toThrow(expect.objectContaining({ code: "state-unreadable" }));
  });

  it.skipIf(process.platform === "win32")("is not read through a link, nor from a folder", () => {
    const refused = expect.objectContaining({ code: "unsafe-path" });
    const linked = folderOf({ [STATE_FILE]: "→ other.json", "other.json": "{}" });
    expect(() => readState(linked)).toThrow(refused);
    expect(() => readState(folderOf({ [`${STATE_FILE}/`]: "" }))).toThrow(refused);
  });

  it("of a folder without one there is no state", () => {
    expect(readState(folderOf({}))).toBeUndefined();
  });
});
