import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { readRoot, ROOT } from "../support/project.js";

const names = fs.readdirSync(path.join(ROOT, "test/hooks/examples"));
const blocks = new Map(
  [...readRoot("docs/hooks.md").matchAll(/<!-- (\S+) -->\n\n```ts\n(.*?)```/gsu)].map(
    ([, file = "", text = ""]) => [file, text] as const,
  ),
);

it("docs/hooks.md shows the examples that are tested, and no others", () => {
  expect([...blocks.keys()]).toEqual(names.map((name) => `test/hooks/examples/${name}`));
});

it.each([...blocks])("%s stands there as it is", (file, text) => {
  expect(text).toBe(readRoot(file));
});
