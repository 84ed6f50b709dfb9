import { describe, expect, it } from "vitest";
import { type FileTree, projectPath } from "../src/core/files.js";
import type { IntegrationSpec } from "../src/core/spec.js";
import { typescript } from "../src/template-sets/typescript.js";
import { GOLDEN_CASES } from "./golden/cases.js";
import { specOf } from "./support/answers.js";
import { renderSpec } from "./support/project.js";

/** One project more than the golden ones: for a public client, pasted, and without anything else. */
const PUBLIC = {
  name: "Forge",
  authorizationUrl: "https://forge.dev/authorize",
  tokenUrl: "https://forge.dev/token",
  clientAuth: "none",
  tokensExpire: false,
  redirect: { url: "https://app.forge.dev/done" },
  license: "UNLICENSED",
  ci: false,
};

const isRegisteredByHand = (spec: IntegrationSpec): boolean =>
  spec.registrationEndpoint === undefined && spec.clientMetadataUrl === undefined;

const PROJECTS = await Promise.all(
  [...GOLDEN_CASES, { name: "public and pasted", answers: PUBLIC }].map(
    async ({ name, answers }) => {
      const spec = specOf(answers);
      return { name, spec, tree: await renderSpec(spec) };
    },
  ),
);

const textOf = (tree: FileTree, file: string) => String(tree.get(projectPath(file))?.content ?? "");
const sources = (tree: FileTree, start: RegExp) =>
  [...tree.keys()].map(String).filter((file) => start.test(file) && file.endsWith(".ts"));

/** What may be read of a project only where the answers ask for it. */
const WORDS: readonly (readonly [
  file: string,
  words: RegExp,
  when: (spec: IntegrationSpec) => boolean,
])[] = [
  ["README.md", /keeps their tokens fresh/u, ({ tokensExpire }) => tokensExpire],
  ["README.md", /those of this provider do not end/u, ({ tokensExpire }) => !tokensExpire],
  ["README.md", /secret and stores|CLIENT_SECRET/u, ({ clientAuth }) => clientAuth !== "none"],
  ["README.md", /public client/u, (spec) => spec.clientAuth === "none" && isRegisteredByHand(spec)],
  ["README.md", /\*\*Scopes\*\*/u, (spec) => spec.scopes.length > 0 && isRegisteredByHand(spec)],
  ["README.md", /`--var |other values|values of its own/u, ({ variables }) => variables.length > 0],
  ["README.md", /stands in for all hosts/u, ({ capture }) => capture.length > 0],
  ["README.md", /`--device`|short code/u, (spec) => spec.deviceAuthorizationUrl !== undefined],
  [
    "README.md",
    /come back to this machine by itself/u,
    ({ redirect }) => redirect.url !== undefined,
  ],
  [
    "README.md",
    /_REDIRECT_PORT|can be pasted as well/u,
    ({ redirect }) => redirect.url === undefined,
  ],
  ["README.md", /`--entry /u, (spec) => spec.account !== "none" || spec.variables.length > 0],
  ["README.md", /revokes the tokens at/u, ({ revocationUrl }) => revocationUrl !== undefined],
  ["README.md", /no address to revoke/u, ({ revocationUrl }) => revocationUrl === undefined],
  ["README.md", /keychain/u, ({ keychain }) => keychain],
  ["README.md", /master\.key|key file/u, ({ keychain }) => !keychain],
  ["README.md", /provider-hooks/u, ({ hooks }) => hooks],
  ["README.md", /^Register an app at </mu, (spec) => spec.registrationUrl !== undefined],
  ["README.md", /^The provider's own words/mu, ({ docsUrl }) => docsUrl !== undefined],
  ["README.md", /^## License/mu, ({ license }) => license !== "UNLICENSED"],
  ["package.json", /@napi-rs\/keyring/u, ({ keychain }) => keychain],
  ["package.json", /"repository"/u, ({ repository }) => repository !== undefined],
  ["manifest.json", /"issue_tracker"/u, ({ repository }) => repository !== undefined],
  ["LICENSE", /./u, ({ license }) => license !== "UNLICENSED"],
  [".github/workflows/ci.yml", /./u, ({ ci }) => ci],
];

it.each(WORDS)("%s has %s where the answers ask for it, and nowhere else", (file, words, when) => {
  const found = PROJECTS.map(({ name, tree }) => [name, words.test(textOf(tree, file))]);
  expect(found).toEqual(PROJECTS.map(({ name, spec }) => [name, when(spec)]));
  expect(new Set(PROJECTS.map(({ spec }) => when(spec)))).toEqual(new Set([true, false]));
});

describe.each(PROJECTS)("project $name", ({ tree }) => {
  /** What a file leads to, by imports. */
  const reached = (starts: readonly string[]) => {
    const seen = new Set(starts);
    for (const file of seen)
      for (const target of typescript.needs.references(file, textOf(tree, file)))
        if (tree.has(projectPath(target))) seen.add(target);
    return seen;
  };

  it("has no source that nothing uses", () => {
    const program = reached(["src/index.ts", "src/cli.ts"]);
    expect(sources(tree, /^src\//u).filter((file) => !program.has(file))).toEqual([]);
    const rules = sources(tree, /^sandbox\/rules\//u);
    // Types are found by the name of the package.
    const types = "sandbox/oidc-provider.d.ts";
    const sandbox = reached(["sandbox/server.ts", types, ...rules]);
    expect(sources(tree, /^sandbox\//u).filter((file) => !sandbox.has(file))).toEqual([]);
    const tests = reached(sources(tree, /\.test\.ts$/u));
    expect(sources(tree, /^test\//u).filter((file) => !tests.has(file))).toEqual([]);
  });

  it("has rules of the sandbox for its own mechanisms only", () => {
    const own = new Set(sources(tree, /^src\/provider\//u).map((file) => file.split("/")[2]));
    const rules = sources(tree, /^sandbox\/rules\//u).map((file) => file.split("/")[2]);
    expect(rules.filter((rule) => !own.has(rule))).toEqual([]);
  });

  it("has the same oauth/ and storage/ as every other", () => {
    const [first] = PROJECTS;
    const shared = (files: FileTree) =>
      sources(files, /^src\/(?:oauth|storage)\//u).map((file) => [file, textOf(files, file)]);
    expect(shared(tree).length).toBeGreaterThan(8);
    expect(shared(tree)).toEqual(shared(first?.tree ?? new Map()));
  });

  it("says on top of what is updated for its owner that it is", () => {
    const managed = sources(tree, /^src\/(?:oauth|storage|provider)\//u).filter(
      (file) => file !== "src/provider/index.ts",
    );
    const silent = managed.filter(
      (file) => !textOf(tree, file).startsWith("// Managed by the template:"),
    );
    expect(silent).toEqual([]);
  });
});
