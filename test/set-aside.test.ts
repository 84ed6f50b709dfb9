import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, expect, it } from "vitest";
import { bytesOf } from "../src/core/files.js";
import { setTestsAside } from "../src/io/set-aside.js";
import { specOf } from "./support/answers.js";
import { renderSpec } from "./support/project.js";

const work = fs.mkdtempSync(path.join(os.tmpdir(), "set-aside-"));
afterAll(() => fs.removeSync(work));

it("the demo sets aside what only tests and lint need, and puts it back to the byte", async () => {
  const project = path.join(work, "demo");
  for (const [name, { content }] of await renderSpec(specOf()))
    fs.outputFileSync(path.join(project, name), bytesOf(content));
  const file = path.join(project, "package.json");
  const text = fs.readFileSync(file, "utf8");
  const tests = fs.readdirSync(path.join(project, "test"));

  const putBack = setTestsAside(project, work);
  expect(fs.readJsonSync(file).devDependencies).toEqual({
    "@types/node": expect.any(String),
    "oidc-provider": expect.any(String),
    typescript: expect.any(String),
  });
  expect(fs.existsSync(path.join(project, "test"))).toBe(false);

  putBack();
  expect(fs.readFileSync(file, "utf8")).toBe(text);
  expect(fs.readdirSync(path.join(project, "test"))).toEqual(tests);
});
