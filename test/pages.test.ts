import path from "node:path";
import fs from "fs-extra";
import { expect, it } from "vitest";
import { SCHEMA_ADDRESS } from "../src/core/answers-file.js";
import { answersInterface } from "../src/core/answers-interface.js";
import { answersPage } from "../src/core/answers-page.js";
import { answersSchema } from "../src/core/answers-schema.js";
import { ERROR_ENTRIES, errorsPage } from "../src/core/errors-page.js";
import { answerKeys, environmentNameOf, flagOf, questions } from "../src/core/questions.js";
import { readRoot, ROOT } from "./support/project.js";

const PAGE = "docs/answers.md";
const ERRORS = "docs/errors.md";
const SCHEMA = "docs/answers.schema.json";
const INTERFACE = "src/api/answers.ts";

if (process.env["UPDATE_GOLDEN"] === "1") {
  fs.outputFileSync(path.join(ROOT, PAGE), answersPage());
  fs.outputFileSync(path.join(ROOT, ERRORS), errorsPage());
  fs.outputFileSync(path.join(ROOT, INTERFACE), answersInterface());
  fs.outputJsonSync(path.join(ROOT, SCHEMA), answersSchema(SCHEMA_ADDRESS), { spaces: 2 });
}

/** Without what the formatter of this repository decides. */
const words = (text: string): string => text.replaceAll(/[\s|-]+/gu, " ");

it("docs/answers.md says what the questions say: npm run docs writes it", () => {
  expect(words(readRoot(PAGE))).toBe(words(answersPage()));
});

it("docs/errors.md says what the code says: npm run docs writes it", () => {
  expect(words(readRoot(ERRORS))).toBe(words(errorsPage()));
});

it("the types of the answers are those of the questions: npm run docs writes them", () => {
  const tokens = (text: string): string => text.replaceAll(/[\s();|,]+/gu, "");
  expect(tokens(readRoot(INTERFACE))).toBe(tokens(answersInterface()));
});

it("docs/errors.md tells of what --json can say, and of nothing else", () => {
  const schema = JSON.parse(readRoot("test/fixtures/report.schema.json")) as {
    properties: { error: { properties: { code: { enum: readonly string[] } } } };
  };
  const { code } = schema.properties.error.properties;
  expect(Object.keys(ERROR_ENTRIES).toSorted()).toEqual(code.enum.toSorted());
});

it("docs/answers.schema.json is the schema of the questions: npm run docs writes it", () => {
  expect(JSON.parse(readRoot(SCHEMA))).toEqual(answersSchema(SCHEMA_ADDRESS));
});

it("the package has the same schema", () => {
  expect(JSON.parse(readRoot("dist/answers.schema.json"))).toEqual(answersSchema(SCHEMA_ADDRESS));
});

it("the address of the schema is that file in this repository", () => {
  const { repository } = JSON.parse(readRoot("package.json")) as { repository: { url: string } };
  const name = /github\.com\/(.+)\.git$/u.exec(repository.url)?.[1];
  expect(SCHEMA_ADDRESS).toBe(`https://raw.githubusercontent.com/${name}/main/${SCHEMA}`);
});

it.each(answerKeys)("the page tells of %s", (key) => {
  const [, entry = ""] = readRoot(PAGE).split(`### \`${key}\`\n`);
  const own = entry.split("\n### ")[0];
  expect(own).toContain(`\`${flagOf(key)}\``);
  expect(own).toContain(`\`${environmentNameOf(key)}\``);
  expect(own).toContain(questions[key].kind);
});
