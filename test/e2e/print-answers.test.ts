import fs from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readAnswers } from "../../src/core/answers.js";
import { SCHEMA_ADDRESS } from "../../src/core/answers-file.js";
import { answerKeys, questions } from "../../src/core/questions.js";
import { TEMPLATE_SETS } from "../../src/core/template-sets.js";
import { said } from "../support/answers.js";
import { FLAGS, ROOT, type RunOptions, type Sandbox, useSandboxes } from "../support/program.js";
import { reportOf } from "../support/report.js";

const sandbox = useSandboxes();

/** An answer that is still a comment. */
const WAITING = /^#(\w+): /gmu;

async function printed(
  { run }: Sandbox,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run([...argv, "--print-answers"], options);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** The first section, where something is needed. */
const neededIn = (file: string): string =>
  /^# --- Needed ---\n([\s\S]*?)^# --- /mu.exec(file)?.[1] ?? "";

const keysIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(WAITING), ([, key = ""]) => key);

/** The file with what is needed said as in the examples. */
function withNeeded(file: string): string {
  const needed = neededIn(file);
  return file.replace(needed, () => needed.replaceAll(WAITING, "$1: "));
}

describe.concurrent("--print-answers", () => {
  it.each(TEMPLATE_SETS)(
    "%s: create takes the file once the # in front of what is needed is gone",
    async (set) => {
      const box = sandbox();
      const file = await printed(box, ["--template-set", set]);
      fs.writeFileSync(path.join(box.work, "before.yaml"), file);
      const before = await box.run(["--answers", "before.yaml", "--dry-run", "--json"]);
      const missing = reportOf(before.stdout).error?.problems?.map(({ key }) => key);
      expect([before.code, missing?.toSorted()]).toEqual([2, keysIn(neededIn(file)).toSorted()]);
      fs.writeFileSync(path.join(box.work, "answers.yaml"), withNeeded(file));
      const { code, stdout } = await box.run(["t", "--answers", "answers.yaml", "--json"]);
      const report = reportOf(stdout);
      expect([code, report.templateSet, report.written]).toEqual([0, set, true]);
      expect(report.notices?.filter((notice) => notice.code === "unused-answer")).toEqual([]);
    },
  );

  it("has every question once, each with its help and an example that its question and the schema take", async () => {
    const file = await printed(sandbox(), []);
    expect(keysIn(file).toSorted()).toEqual(answerKeys.toSorted());
    const prose = file.replaceAll(/\n# /gu, " ");
    for (const { help } of Object.values(questions)) expect(prose).toContain(help);
    const document = parse(file.replaceAll(WAITING, "$1: ")) as Readonly<Record<string, unknown>>;
    expect(Object.keys(document).toSorted()).toEqual(["$schema", ...answerKeys].toSorted());
    expect(document["$schema"]).toBe(SCHEMA_ADDRESS);
    expect(readAnswers(said(document)).problems).toEqual([]);
    const schema = JSON.parse(fs.readFileSync(path.join(ROOT, "dist/answers.schema.json"), "utf8"));
    const validate = new Ajv2020({ strict: true }).compile(schema);
    expect([validate(document), validate.errors]).toEqual([true, null]);
  });

  it("begins with what is needed, and fills in what flags, environment and file said", async () => {
    const box = sandbox();
    fs.writeFileSync(
      path.join(box.work, "a.json"),
      JSON.stringify({ $schema: "x", name: "file", scopes: ["read", "a:b"], license: "ISC" }),
    );
    const argv = ["--answers", "a.json", "--name", "Ümlaut: #1", "--token-params", "a= b"];
    const environment = { CREATE_OAUTH2_SCOPES: "environment", CREATE_OAUTH2_CI: "false" };
    const file = await printed(box, argv, { environment });
    expect(parse(file)).toEqual({
      $schema: SCHEMA_ADDRESS,
      name: "Ümlaut: #1",
      scopes: ["environment"],
      license: "ISC",
      ci: false,
      tokenParams: { a: " b" },
    });
    expect(keysIn(neededIn(file))).toEqual(["authorizationUrl", "tokenUrl"]);
    expect(keysIn(file).slice(0, 2)).toEqual(["authorizationUrl", "tokenUrl"]);
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ["everything was said", FLAGS, []],
    ["a known provider gives the rest", ["--provider", "github"], []],
    ["no domain follows from the name", [...FLAGS, "--name", "東京"], ["domain"]],
    ["the set needs more", [...FLAGS, "--template-set", "home-assistant"], ["repository"]],
  ])("tells what is needed: %s", async (_when, argv, needed) => {
    expect(keysIn(neededIn(await printed(sandbox(), argv)))).toEqual(needed);
  });

  it("says what a known provider gives as defaults", async () => {
    const file = await printed(sandbox(), ["--provider", "github"]);
    expect(file).toMatch(/^# Default: https:\/\/github\.com\/\S+\n#authorizationUrl: /mu);
  });

  it("writes nothing, also at a target", async () => {
    const box = sandbox();
    await printed(box, ["t"]);
    expect([fs.readdirSync(box.work), fs.readdirSync(box.temporary)]).toEqual([[], []]);
  });

  it("refuses what was said wrongly, and what it cannot do", async () => {
    const { run } = sandbox();
    for (const [argv, code] of [
      [["--license", "GPL"], "invalid-answers"],
      [["--provider", "nobody"], "invalid-answers"],
      [[...FLAGS, "--api-base-url", "https://{tenant}.acme.test"], "invalid-answers"],
      [["--json"], "invalid-usage"],
      [["update"], "invalid-usage"],
      [["explain"], "invalid-usage"],
    ] as const) {
      const result = await run([...argv, "--print-answers"]);
      expect([argv, result.code, result.stdout.startsWith("#")]).toEqual([argv, 2, false]);
      const asJson = await run([...argv, "--print-answers", "--json"]);
      expect(reportOf(asJson.stdout).error?.code).toBe(
        code === "invalid-answers" ? "invalid-usage" : code,
      );
    }
  });

  it("stands in --help", async () => {
    const { stdout } = await sandbox().run(["--help"]);
    expect(stdout).toContain("--print-answers ");
  });
});
