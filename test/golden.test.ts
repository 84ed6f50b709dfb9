import { createHash } from "node:crypto";
import path from "node:path";
import fs from "fs-extra";
import { describe, expect, it } from "vitest";
import { bytesOf, type FileTree, sortedPaths } from "../src/core/files.js";
import { specOf } from "./support/answers.js";
import { renderSpec, ROOT } from "./support/project.js";
import { SETS } from "./golden/sets.js";

/** `UPDATE_GOLDEN=1` writes what is rendered now: read the difference before you commit it. */
const update = process.env["UPDATE_GOLDEN"] === "1";

function hashesOf(tree: FileTree): string {
  const lines = sortedPaths(tree).map(
    (file) =>
      `${createHash("sha256")
        .update(bytesOf(tree.get(file)?.content ?? ""))
        .digest("hex")}  ${file}\n`,
  );
  return lines.join("");
}

function writeGolden(folder: string, tree: FileTree, whole: boolean): void {
  fs.emptyDirSync(folder);
  fs.outputFileSync(path.join(folder, "SHA256SUMS"), hashesOf(tree));
  if (whole)
    for (const [file, { content }] of tree)
      fs.outputFileSync(path.join(folder, "project", file), bytesOf(content));
}

const projects = SETS.flatMap(({ set, cases }) =>
  cases.map((one) => ({ set: set.folder, ...one })),
);

describe.each(projects)("golden project $set/$name", ({ set, name, whole, answers }) => {
  const folder = path.join(ROOT, "test/golden", set, name);

  it("is rendered as it stands here", async () => {
    const tree = await renderSpec(specOf(answers));
    if (update) writeGolden(folder, tree, whole);
    if (whole) {
      for (const file of sortedPaths(tree))
        expect(Buffer.from(bytesOf(tree.get(file)?.content ?? "")).toString(), file).toBe(
          fs.readFileSync(path.join(folder, "project", file), "utf8"),
        );
    }
    expect(hashesOf(tree)).toBe(fs.readFileSync(path.join(folder, "SHA256SUMS"), "utf8"));
  });
});
