import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import fs from "fs-extra";
import { expect, it, onTestFinished } from "vitest";
import { bytesOf, projectPath } from "../src/core/files.js";
import { readAnswers } from "../src/core/answers.js";
import { layOut, typescriptLiteral } from "../src/core/literals.js";
import { ROOT, renderSpec } from "./support/project.js";
import { said, specOf } from "./support/answers.js";

/** Text whose width matters: narrow, wide, escaped, quoted. */
const text = (most: number) =>
  fc
    .string({
      unit: fc.constantFrom(
        ..."abc XYZ019'\"\\-&<>$`{}*_#[]|~!()+.:/@=漢字한글éß🙂Ωя".split(/(?:)/u),
      ),
      minLength: 1,
      maxLength: most,
    })
    .map((value) => value.trim())
    .filter((value) => value !== "" && !/\{\w+\}/u.test(value));
const url = fc
  .integer({ min: 0, max: 160 })
  .map((length) => `https://auth.acme.com/${"path/".repeat(length).slice(0, length)}x`);
const scope = fc.string({ unit: fc.constantFrom(..."abcdefg:/.'"), minLength: 1, maxLength: 40 });
const parameters = fc.dictionary(
  fc.constantFrom(
    "a",
    "id",
    "prompt",
    "access-type",
    "x_y",
    "1st",
    "12",
    "a.very.long.name.of.a.parameter.that.goes.on",
  ),
  text(120),
  { maxKeys: 4 },
);

const headers = fc.dictionary(
  fc.constantFrom("x-a", "Accept-Language", "x_y", "X1", "x-a.very-long_name~of'a*header"),
  fc.string({ unit: fc.constantFrom(..."abcXYZ019'\"\\()"), minLength: 1, maxLength: 120 }),
  { maxKeys: 3 },
);
const member = fc.string({ unit: fc.constantFrom(..."abcdef/:'-_"), minLength: 1, maxLength: 100 });
const variables = fc.uniqueArray(
  fc.record(
    {
      name: fc.stringMatching(/^[a-z]{1,40}$/),
      label: text(90),
      description: text(200),
      pattern: fc.constantFrom("[a-z]+", `(?:${'\\d"'.repeat(30)})`, String.raw`\w+[-'"]`),
      secret: fc.boolean(),
      optional: fc.boolean(),
    },
    { requiredKeys: ["name", "label"] },
  ),
  { maxLength: 3, selector: ({ name }) => name },
);
const capture = fc.uniqueArray(
  fc.record(
    {
      name: fc.stringMatching(/^[A-Z]{1,40}$/),
      from: fc.constantFrom("token", "redirect"),
      key: member,
      hostSuffixes: fc.uniqueArray(
        fc.integer({ min: 1, max: 60 }).map((length) => `${"h".repeat(length)}.acme.com`),
        { minLength: 1, maxLength: 3 },
      ),
    },
    { requiredKeys: ["name", "from", "key"] },
  ),
  { maxLength: 3, selector: ({ name }) => name },
);

const answers = fc.record(
  {
    name: text(40),
    domain: fc.integer({ min: 1, max: 50 }).map((length) => "d".repeat(length)),
    description: text(200),
    repository: fc
      .integer({ min: 1, max: 150 })
      .map((length) => `https://github.com/${"o".repeat(length)}/acme`),
    packageName: fc.integer({ min: 1, max: 200 }).map((length) => `@a/${"p".repeat(length)}`),
    author: text(100),
    license: fc.constantFrom("MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "UNLICENSED"),
    ci: fc.boolean(),
    hooks: fc.boolean(),
    keychain: fc.boolean(),
    issuer: url,
    authorizationUrl: url,
    tokenUrl: url,
    refreshUrl: url,
    revocationUrl: url,
    deviceAuthorizationUrl: url,
    apiBaseUrl: url,
    scopes: fc.uniqueArray(scope, { maxLength: 8 }),
    scopeSeparator: fc.constantFrom(" ", "|", "+"),
    clientAuth: fc.constantFrom("client_secret_post", "client_secret_basic", "none"),
    authorizationParams: parameters,
    tokenParams: parameters,
    refreshParams: parameters,
    tokenBodyFormat: fc.constantFrom("form", "json", "query"),
    tokenHeaders: headers,
    tokenPath: member,
    renameAuthorizationParams: fc.record(
      { scope: member.map((name) => `s${name}`) },
      { requiredKeys: [] },
    ),
    renameTokenParams: fc.record(
      { code: member.map((name) => `c${name}`), grant_type: member.map((name) => `g${name}`) },
      { requiredKeys: [] },
    ),
    renameTokenFields: fc.record({ access_token: member, scope: member }, { requiredKeys: [] }),
    codeParam: member,
    apiAuthHeader: fc
      .integer({ min: 1, max: 90 })
      .map((length) => `${"h".repeat(length)}: {token}`),
    apiHeaders: headers,
    variables,
    capture,
    tokensExpire: fc.boolean(),
    account: fc.oneof(
      fc.constant("none"),
      fc.record(
        {
          path: fc.constantFrom("/me", `/${"long/".repeat(25)}me`),
          id: fc.constant("id"),
          query: parameters,
        },
        { requiredKeys: ["path", "id"] },
      ),
      fc.record({
        claim: fc.constantFrom(
          "sub",
          "https://acme.com/claims/that/are/long/and/longer/still/so/that/the/line/breaks/in/the/middle",
        ),
      }),
      fc.record({ tokenField: fc.constant("user.id"), name: fc.constant("user.name") }),
    ),
    redirect: fc.record({
      host: fc.constantFrom("127.0.0.1", "localhost"),
      port: fc.integer({ min: 0, max: 65_535 }),
    }),
    registrationUrl: url,
    docsUrl: url,
  },
  { requiredKeys: ["name", "domain", "authorizationUrl", "tokenUrl"] },
);

const CASES = 300;

it(`the formatter finds nothing to change in ${CASES} projects from answers of any length`, async () => {
  // Outside the repository: the formatter skips what `.gitignore` names.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "formatting-"));
  onTestFinished(() => (process.env["KEEP"] ? undefined : fs.removeSync(folder)));
  const seed = Number(process.env["SEED"] ?? Date.now());
  let written = 0;
  for (const [index, answer] of fc.sample(answers, { seed, numRuns: CASES }).entries()) {
    if (readAnswers(said(answer)).problems.length > 0) continue;
    const tree = await renderSpec(specOf(answer));
    written++;
    // Files without an answer in them are the same in every project: the first case holds them all.
    for (const [file, { content }] of tree)
      if (index === 0 || RENDERED.has(file))
        fs.outputFileSync(path.join(folder, String(index), file), bytesOf(content));
  }
  expect(written).toBeGreaterThan(CASES / 2);
  const { stdout, ok, checked } = check(folder);
  expect(checked).toBeGreaterThan(written * 4);
  expect(ok, `seed ${seed}\n${stdout}`).toBe(true);
});

it("the formatter finds nothing to change in any literal", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "formatting-"));
  onTestFinished(() => (process.env["KEEP"] ? undefined : fs.removeSync(folder)));
  const seed = Number(process.env["SEED"] ?? Date.now());
  const samples = fc.sample(fc.record({ variables, capture, headers, parameters }), {
    seed,
    numRuns: CASES,
  });
  for (const [index, sample] of samples.entries()) {
    const members = Object.entries(sample).map(
      ([name, value]) => `  ${name}: ${typescriptLiteral(value, 1)},\n`,
    );
    const code = layOut(`export const VALUE = {\n${members.join("")}};\n`);
    fs.outputFileSync(path.join(folder, `${index}.ts`), code);
  }
  const { stdout, ok, checked } = check(folder);
  expect(checked).toBe(CASES);
  expect(ok, `seed ${seed}\n${stdout}`).toBe(true);
});

const RENDERED: ReadonlySet<string> = new Set(
  ["src/const.ts", "src/provider/index.ts", "package.json", "manifest.json", "README.md"].map(
    projectPath,
  ),
);

function check(folder: string): {
  readonly ok: boolean;
  readonly stdout: string;
  readonly checked: number;
} {
  const { status, stdout, stderr } = spawnSync(
    path.join(ROOT, "node_modules/.bin/oxfmt"),
    ["--check", "."],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return {
    ok: status === 0,
    stdout: stdout + stderr,
    checked: Number(/on (\d+) files/u.exec(stdout + stderr)?.[1]),
  };
}
