import { execFileSync } from "node:child_process";
import path from "node:path";
import { Ajv } from "ajv";
import fs from "fs-extra";
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { readTemplates } from "../src/build/compile-templates.js";
import { projectPath } from "../src/core/files.js";
import { templateHelpers } from "../src/core/render.js";
import { parseAnswers } from "../src/template-sets/parse-answers.js";
import { featuresFor } from "../src/template-sets/template-set.js";
import { said, specOf, WORLD } from "./support/answers.js";
import { PROVIDERS } from "./support/known-providers.js";
import { GOLDEN_CASES } from "./golden/cases.js";
import { SETS } from "./golden/sets.js";
import { compiledTemplates, featuresOf, renderSpec, ROOT } from "./support/project.js";

/** Names that a template reads, with those of blocks that change what a name means left out. */
class Names extends Handlebars.Visitor {
  readonly found = new Set<string>();
  readonly helpers = new Set<string>();
  readonly partials: string[] = [];
  #insideEach = 0;
  override BlockStatement(block: hbs.AST.BlockStatement): void {
    for (const parameter of block.params) this.accept(parameter);
    const isEach = "original" in block.path && block.path.original === "each";
    this.#insideEach += Number(isEach);
    this.accept(block.program);
    if (block.inverse) this.accept(block.inverse);
    this.#insideEach -= Number(isEach);
  }
  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (statement.params.length === 0) return this.accept(statement.path);
    if ("original" in statement.path) this.helpers.add(String(statement.path.original));
    for (const parameter of statement.params) this.accept(parameter);
  }
  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.partials.push(
      "original" in partial.name ? String(partial.name.original) : "a name of data",
    );
  }
  override PathExpression(name: hbs.AST.PathExpression): void {
    if (!name.data && this.#insideEach === 0 && name.parts[0] !== undefined)
      this.found.add(String(name.parts[0]));
  }
}

describe.each(SETS)("the $set.folder set", ({ set, cases, copied }) => {
  const folder = path.join(ROOT, "templates", set.folder);
  const sources = readTemplates(folder);
  const common = readTemplates(path.join(ROOT, "templates/common"));
  const templates = [...sources, ...common].filter(({ isTemplate }) => isTemplate);
  const view = Object.keys(set.view(specOf(cases[0]?.answers)));
  const inPaths = sources.flatMap(({ target }) => [...target.matchAll(/\{\{(\w+)\}\}/gu)]);

  it.each(templates.map(({ source, bytes }) => [source, bytes.toString("utf8")]))(
    "%s reads only what the view holds, by helpers that exist",
    (_source, text) => {
      const names = new Names();
      names.accept(Handlebars.parse(text));
      expect(view).toEqual(expect.arrayContaining([...names.found]));
      expect(Object.keys(templateHelpers)).toEqual(expect.arrayContaining([...names.helpers]));
      // The build compiles no partials.
      expect(names.partials).toEqual([]);
    },
  );

  it("every name of the view is read by some template", () => {
    const names = new Names();
    for (const { bytes } of templates) names.accept(Handlebars.parse(bytes.toString("utf8")));
    const read = new Set([...names.found, ...inPaths.map(([, name]) => name)]);
    expect(view.filter((name) => !read.has(name))).toEqual([]);
  });

  /** The specs of the golden projects, and of known providers that ship hooks. */
  const specsOfAll = () => {
    const hooked = PROVIDERS.filter(({ hook }) => hook !== undefined).map((provider) => {
      const answers = {
        provider: provider.id,
        templateSet: set.folder,
        repository: "https://github.com/acme/acme",
      };
      return parseAnswers(said(answers), { ...WORLD, provider }).spec;
    });
    return [...cases.map(({ answers }) => specOf(answers)), ...hooked];
  };

  it("every feature is on in some golden project or for a known provider's hooks, and off in another", () => {
    const specs = specsOfAll();
    for (const [feature, when] of Object.entries(set.features))
      expect([feature, new Set(specs.map(when))]).toEqual([feature, new Set([true, false])]);
  });

  it("every file is part of such a project: none is always replaced by that of a feature", () => {
    const used = specsOfAll().flatMap((spec) => {
      const chosen = new Set(featuresFor(set, spec).map((feature) => feature.split("/")[1]));
      const files = sources.filter(({ feature }) => chosen.has(feature));
      const own = new Set(
        files.filter(({ feature }) => feature !== "base").map(({ target }) => target),
      );
      return files.filter(({ feature, target }) => feature !== "base" || !own.has(target));
    });
    const names = new Set(used.map(({ source }) => source));
    expect(sources.filter(({ source }) => !names.has(source)).map(({ source }) => source)).toEqual(
      [],
    );
  });

  it("every folder of a feature is declared, and every declared feature has one", () => {
    const features = path.join(folder, "features");
    const folders = fs.existsSync(features) ? fs.readdirSync(features) : [];
    expect(folders.toSorted()).toEqual(Object.keys(set.features).toSorted());
  });

  it("every seed is a file of the set", () => {
    const targets = new Set(sources.map(({ target }) => target));
    expect(set.seeds.filter((seed) => !targets.has(seed))).toEqual([]);
  });

  it(`at least ${copied * 100} % of its lines stand in files that are copied as they are`, () => {
    const lines = (plain: boolean) =>
      sources
        .filter(({ isTemplate, target }) => isTemplate !== plain && !target.endsWith(".png"))
        .reduce((sum, { bytes }) => sum + bytes.toString("utf8").split("\n").length - 1, 0);
    const share = lines(true) / (lines(true) + lines(false));
    console.log(
      `${set.folder}: ${lines(true)} lines copied, ${lines(false)} rendered: ${(share * 100).toFixed(1)} % copied`,
    );
    expect(share).toBeGreaterThanOrEqual(copied);
  });

  /** The compiled modules and the sources say the same. */
  it("the build compiled every template", async () => {
    const compiled = await compiledTemplates(featuresOf(set.folder));
    expect(compiled.map(({ source }) => source).toSorted()).toEqual(
      sources.map(({ source }) => `${set.folder}/${source}`).toSorted(),
    );
  });
});

it("every helper is called by some template", () => {
  const names = new Names();
  for (const folder of ["common", ...SETS.map(({ set }) => set.folder)])
    for (const { isTemplate, bytes } of readTemplates(path.join(ROOT, "templates", folder)))
      if (isTemplate) names.accept(Handlebars.parse(bytes.toString("utf8")));
  expect([...names.helpers].toSorted()).toEqual(Object.keys(templateHelpers).toSorted());
});

const plain = GOLDEN_CASES.find(({ name }) => name === "plain")?.answers ?? {};

describe("a plain project", async () => {
  const tree = await renderSpec(specOf(plain));
  const linesOf = (prefix: string) =>
    [...tree]
      .filter(([file]) => file.startsWith(prefix))
      .map(([file, { content }]) => [file, String(content).split("\n").length - 1] as const);
  const total = (prefix: string) => linesOf(prefix).reduce((sum, [, lines]) => sum + lines, 0);

  // The aim for src was 2,000 lines. The seams for mechanisms and the limits against hostile servers
  // take it to 2,709 (2026-11-24), what the API says of waiting, typed calls and "credentials remove" to
  // 2,780 (2026-11-28), the page after signing in to 2,803, "doctor" to 3,109, and it may only shrink.
  // "doctor" has three files and 142 lines of tests; the types of oidc-provider are one more file, and 17 packages less.
  // What changes of the code by themselves showed to be untested took the tests from 1,142 to 1,405 (2026-11-29).
  it("stays within its limits: 44 files, 3,109 lines of src, 1,405 of tests, 250 in a file", () => {
    console.log(
      `${tree.size + 1} files, ${total("src/")} lines of src, ${total("test/")} of tests, ${total("sandbox/")} of the sandbox`,
    );
    expect(tree.size + 1).toBeLessThanOrEqual(44); // and the state file
    expect(total("src/")).toBeLessThanOrEqual(3109);
    expect(total("test/")).toBeLessThanOrEqual(1405);
    expect(
      [...linesOf("src/"), ...linesOf("test/"), ...linesOf("sandbox/")].filter(
        ([, lines]) => lines > 250,
      ),
    ).toEqual([]);
  });

  it("has the five files that a reader looks for", () => {
    expect([...tree.keys()]).toEqual(
      expect.arrayContaining([
        "src/init.ts",
        "src/config-flow.ts",
        "src/application-credentials.ts",
        "src/const.ts",
        "manifest.json",
      ]),
    );
    for (const name of ["OAUTH2_AUTHORIZE", "OAUTH2_TOKEN", "SCOPES"])
      expect(tree.get(projectPath("src/const.ts"))?.content).toContain(`export const ${name}`);
  });
});

describe.each(SETS.flatMap(({ set, cases }) => cases.map((one) => ({ set: set.folder, ...one }))))(
  "project $set/$name",
  async ({ answers }) => {
    const tree = await renderSpec(specOf(answers));
    // A project's own tests name what they look for.
    const files = [...tree].filter(
      ([file, { content }]) =>
        typeof content === "string" && file !== "LICENSE" && !/^tests?\//u.test(file),
    );

    it.each(files.map(([file, { content }]) => [file, String(content)]))(
      "%s holds no placeholder, open end or example address",
      (_file, text) => {
        expect(text).not.toMatch(
          /(?<!status: )\bTODO\b|\b(?:FIXME|XXX|TBD|lorem)\b|(?<![${])\{\{[#/^]?[a-z][\w.]*(?: [^}]*)?\}\}(?!\})|example\.(?:com|org|net)|your[-_ ](?:client|app|domain|name)|<your|changeme/iu,
        );
      },
    );

    it("knows no other project's answers", () => {
      const own = JSON.stringify(answers).toLowerCase();
      for (const [file, { content }] of files)
        if (!own.includes("acme"))
          expect([file, /acme/iu.test(String(content))]).toEqual([file, false]);
    });

    it("every JSON file can be read", () => {
      for (const [file, { content }] of files)
        if (file.endsWith(".json"))
          expect(() => JSON.parse(String(content)) as unknown, file).not.toThrow();
    });
  },
);

it.each(GOLDEN_CASES)("manifest.json of $name follows its schema", async ({ answers }) => {
  const tree = await renderSpec(specOf(answers));
  const validate = new Ajv({ allErrors: true }).compile(
    fs.readJsonSync(path.join(ROOT, "test/fixtures/manifest.schema.json")) as object,
  );
  validate(JSON.parse(String(tree.get(projectPath("manifest.json"))?.content)));
  expect(validate.errors).toBeNull();
});

it("the package holds what is meant to be in it, and nothing else", () => {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  ) as [{ files: { path: string }[] }];
  const dist = fs
    .readdirSync(path.join(ROOT, "dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => fs.statSync(path.join(ROOT, "dist", file)).isFile())
    .filter((file) => !file.startsWith("compile-cache"));
  expect(packed.files.map(({ path: file }) => file).toSorted()).toEqual(
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin/create-oauth2-integration.js",
      "bin/package.json",
      "package.json",
      ...dist.map((file) => `dist/${file}`),
    ].toSorted(),
  );
  expect(dist).toEqual(
    expect.arrayContaining([
      "main.js",
      "THIRD-PARTY-NOTICES.txt",
      "templates/typescript/base.json",
      "templates/home-assistant/base.json",
    ]),
  );
});

it("the notices name every bundled package with its licence", () => {
  const notices = fs.readFileSync(path.join(ROOT, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
  for (const name of ["commander", "handlebars", "execa", "fs-extra", "yaml", "@inquirer/core"])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, "mu"));
  expect(notices).not.toContain("typescript 7");
});
