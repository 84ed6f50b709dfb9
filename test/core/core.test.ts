import { describe, expect, it } from "vitest";
import {
  firstSaid,
  readAnswers,
  saidByEnvironment,
  saidByFlag,
  saidByFile,
} from "../../src/core/answers.js";
import { toChangeSet } from "../../src/core/change-set.js";
import { refuseEatenFlags } from "../../src/core/eaten-flags.js";
import { UserError } from "../../src/core/errors.js";
import { type FileEntry, projectPath } from "../../src/core/files.js";
import { nearest } from "../../src/core/nearest.js";
import { planCreate } from "../../src/core/plan.js";
import { answerKeys, environmentNameOf, flagOf } from "../../src/core/questions.js";
import {
  formatBaseline,
  formatState,
  parseBaseline,
  parseState,
  STATE_FILE,
} from "../../src/core/state.js";

describe("what was said", () => {
  it.each([
    ["scopes", ["a b"], ["a", "b"]],
    ["scopes", ['["a b","c"]'], ["a b", "c"]],
    ["scopes", [""], []],
    ["tokensExpire", ["false"], false],
    ["authorizationParams", ["a=b=c", "d="], { a: "b=c", d: "" }],
    ["account", ["none"], "none"],
    ["account", ['{"claim":"sub"}'], { claim: "sub" }],
    ["name", ["x", "y"], "y"],
  ] as const)("%s by the flag texts %j", (key, texts, value) =>
    expect(saidByFlag(key, texts).value).toEqual({ ok: true, value }),
  );

  it.each([
    ["authorizationParams", ["novalue"]],
    ["authorizationParams", ["=x"]],
    ["authorizationParams", ["a=1", "a=2"]],
    ["account", ["{"]],
    ["ci", ["yes"]],
  ] as const)("%s refuses the flag texts %j", (key, texts) =>
    expect(saidByFlag(key, texts).value.ok).toBe(false),
  );

  it("a flag wins over the environment, the environment over the file", () => {
    const flags = new Map([["name", saidByFlag("name", ["flag"])]]);
    const environment = saidByEnvironment({
      CREATE_OAUTH2_NAME: "environment",
      CREATE_OAUTH2_TOKEN_URL: "environment",
      CREATE_OAUTH2_DOMAIN: "",
    });
    const file = saidByFile({ name: "file", tokenUrl: "file", domain: "file" }, "file");
    const all = firstSaid(flags, environment, file);
    expect([...all].map(([key, { from }]) => [key, from])).toEqual([
      ["name", "flag"],
      ["tokenUrl", "environment"],
      ["domain", "answers"],
    ]);
  });

  it("a misspelt variable, a misspelt key and a secret are named as they were written", () => {
    const environment = saidByEnvironment({
      CREATE_OAUTH2_SCOPE: "a",
      CREATE_OAUTH2_CLIENT_SECRET: "x",
    });
    const file = saidByFile({ tokenUlr: "https://a.b", clientId: "x" }, "file");
    expect(readAnswers(firstSaid(environment, file)).problems).toMatchObject([
      { key: "tokenUlr", suggestion: "tokenUrl" },
      { key: "clientId", message: expect.stringContaining("never an answer") },
      { key: "CREATE_OAUTH2_SCOPE", suggestion: "CREATE_OAUTH2_SCOPES" },
      { key: "CREATE_OAUTH2_CLIENT_SECRET", message: expect.stringContaining("never an answer") },
    ]);
  });

  it("every key has a flag and a variable of its own", () => {
    expect(flagOf("authorizationUrl")).toBe("--authorization-url");
    expect(environmentNameOf("authorizationUrl")).toBe("CREATE_OAUTH2_AUTHORIZATION_URL");
    expect(new Set(answerKeys.map(flagOf)).size).toBe(answerKeys.length);
  });
});

const file = (content: string): FileEntry => ({ content, executable: false });
const path = projectPath("a.txt");

describe("the plan of a new project, a row for each state of a file", () => {
  it.each([
    ["absent", undefined, "create", "created"],
    ["the same", file("new"), "keep", "identical"],
    ["another", file("mine"), "conflict", "both-added"],
    ["the same text, executable", { content: "new", executable: true }, "conflict", "both-added"],
  ] as const)("%s on the disk", (_state, yours, action, reason) => {
    const disk = new Map(yours === undefined ? [] : [[path, yours]]);
    expect(planCreate(disk, new Map([[path, file("new")]]))).toMatchObject([
      { path, action, reason, before: yours },
    ]);
  });

  it("writes only what it changes, and the state last", () => {
    const plan = planCreate(
      new Map([[path, file("new")]]),
      new Map([
        [projectPath("z"), file("z")],
        [path, file("new")],
      ]),
    );
    const changes = toChangeSet(plan, { path: STATE_FILE, before: undefined, after: file("{}") });
    expect(changes.map((change) => change.path)).toEqual(["z", STATE_FILE]);
  });
});

describe("paths", () => {
  it.each([
    "../x",
    "/etc/x",
    "a//b",
    "a\\b",
    "C:/x",
    "a/./b",
    "",
    "a/..",
    "nul",
    "a/con.txt",
    "LPT1",
    "nul\0",
    "a ",
    "a.",
    "a\nb",
    "a?b",
  ])("refuses %j", (text) => expect(() => projectPath(text)).toThrow(UserError));
  it.each([".github/workflows/ci.yml", "src/const.ts", "console.ts", "ä/ö"])("takes %j", (text) =>
    expect(projectPath(text)).toBe(text),
  );
});

describe("the state file", () => {
  const baseline = { encoding: "brotli-base64", sha256: "0", data: "" } as const;
  const state = {
    schema: 1,
    generator: "0.1.0",
    templateSet: "typescript",
    answers: { name: "x" },
    conflicts: [],
    baseline,
  } as const;

  it("is read back as it was written", () => expect(parseState(formatState(state))).toEqual(state));

  it.each([
    ["not JSON", "{"],
    ["a list", "[]"],
    ["another schema", JSON.stringify({ ...state, schema: 2 })],
    ["a stray member", JSON.stringify({ ...state, x: 1 })],
    ["no baseline", JSON.stringify({ ...state, baseline: {} })],
    ["merge markers", "<<<<<<< ours\n"],
  ])("%s is refused", (_what, text) =>
    expect(() => parseState(text)).toThrow(expect.objectContaining({ code: "state-unreadable" })),
  );

  it("a baseline keeps text, bytes and modes, and is the same for every order", () => {
    const tree = new Map<ReturnType<typeof projectPath>, FileEntry>([
      [projectPath("b"), { content: Uint8Array.of(0, 255, 128), executable: true }],
      [projectPath("a"), file("ä\r\n")],
    ]);
    expect(parseBaseline(formatBaseline(tree))).toEqual(new Map([...tree].toReversed()));
    expect(formatBaseline(new Map([...tree].toReversed()))).toBe(formatBaseline(tree));
  });
});

describe("flags that npm ate", () => {
  const npm = { npm_command: "exec" };
  it.each([
    [{ ...npm, npm_config_token_url: "https://a.b/c" }, [], "--token-url https://a.b/c"],
    [{ ...npm, npm_config_domain: "true" }, ["dir", "acme"], "-- dir --domain acme"],
    [{ ...npm, npm_config_git: "" }, [], "--no-git"],
    [{ ...npm, npm_config_dry_run: "true" }, [], "--dry-run"],
    [{ npm_command: "init", npm_config_scopes: "a b" }, [], "--scopes 'a b'"],
  ])("%j", (environment, argv, corrected) =>
    expect(() => refuseEatenFlags(argv, environment)).toThrow(
      expect.objectContaining({
        code: "eaten-flags",
        exitCode: 2,
        hint: expect.stringContaining(corrected),
      }),
    ),
  );

  it.each([
    {},
    { npm_command: "run", npm_config_domain: "x" },
    {
      ...npm,
      npm_config_description: "x",
      npm_config_json: "true",
      npm_config_yes: "",
      npm_config_offline: "true",
    },
    { ...npm, npm_config_domain: "" },
  ])("%j is none", (environment) => expect(() => refuseEatenFlags([], environment)).not.toThrow());
});

it.each([
  ["--nmae", "--name"],
  ["tokenurl", "tokenUrl"],
  ["zzzzzz", undefined],
  ["a", undefined],
])("%s probably means %s", (word, meant) =>
  expect(nearest(word, ["--name", "tokenUrl", "--token-url", "b"])).toBe(meant),
);
