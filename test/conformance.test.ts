import path from "node:path";
import fs from "fs-extra";
import { expect, it } from "vitest";
import { readTemplates } from "../src/build/compile-templates.js";
import { type Row, ROWS } from "./conformance/rows.js";
import { ROOT } from "./support/project.js";

const DOCUMENT = path.join(ROOT, "docs/conformance.md");
const templates = readTemplates(path.join(ROOT, "templates/typescript"));
const tests = templates.filter(({ target }) => target.endsWith(".test.ts"));
/** What a project knows from discovery is checked before there is one: by the generator, whose tests have a folder of their own. */
const OWN = ["test/core/discovery.test.ts"].map((file) => ({
  target: `generator/${file}`,
  bytes: fs.readFileSync(path.join(ROOT, file)),
}));
const mutants = fs.readJsonSync(path.join(ROOT, "test/conformance/mutants.json")) as readonly {
  readonly row: number | string;
  readonly rule: string;
  readonly file: string;
  readonly search: string;
}[];

/** What a file of a project is made from: features may have it each in their own way. */
const sourcesOf = (file: string): readonly string[] =>
  file.startsWith("generator/")
    ? [fs.readFileSync(path.join(ROOT, file.slice("generator/".length)), "utf8")]
    : templates.filter(({ target }) => target === file).map(({ bytes }) => bytes.toString("utf8"));

const filesOf = ({ row }: Row) =>
  [...tests, ...OWN]
    .filter(({ bytes }) => bytes.toString("utf8").includes(`[row ${row}]`))
    .map(({ target }) => target);
const mutantsOf = ({ row }: Row) => mutants.filter((mutant) => mutant.row === row).length;

function documentText(): string {
  const rows = ROWS.map(
    (one) =>
      `| ${one.row} | ${one.rule} | ${one.source} | ${filesOf(one)
        .map((file) => `\`${file}\``)
        .join(", ")} | ${mutantsOf(one)} |\n`,
  );
  return `# Conformance

What the generated client does on the wire, rule by rule. The tests are part of every generated project, run against a real authorization
server on loopback (those of \`generator/\` are part of the generator), and carry the number of their row in their name (\`[row 12]\`); \`npx vitest run -t "\\[row 12\\]"\` in a project runs them.
"Breaks" counts the ways in which \`test/conformance.slow.test.ts\` breaks the rule on purpose, to see its tests go red.

| row | rule | source | tests | breaks |
| --- | --- | --- | --- | --- |
${rows.join("")}`;
}

it.each(ROWS)("row $row has a test, and a way to see it go red", (row) => {
  expect(filesOf(row)).not.toEqual([]);
  expect(mutantsOf(row)).toBeGreaterThan(0);
});

it("each way still finds the line that it breaks", () => {
  const lost = mutants.filter(
    ({ file, search }) => !sourcesOf(file).some((text) => text.split(search).length === 2),
  );
  expect(lost.map(({ file, rule }) => `${file}: ${rule}`)).toEqual([]);
});

/** `UPDATE_GOLDEN=1` writes the document. */
it("docs/conformance.md says what the tests say", () => {
  if (process.env["UPDATE_GOLDEN"] === "1") fs.outputFileSync(DOCUMENT, documentText());
  const written = fs.readFileSync(DOCUMENT, "utf8");
  const words = (text: string) => text.replaceAll(/[\s|-]+/gu, " ");
  expect(words(written)).toBe(words(documentText()));
});
