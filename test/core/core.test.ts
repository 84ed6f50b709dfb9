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
import type { PlannedFile } from "../../src/core/plan.js";
import { answerKeys, environmentNameOf, flagOf } from "../../src/core/questions.js";
import {
  formatBaseline,
  formatState,
  migrated,
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

describe("a change set", () => {
  const entry = (path: string, before?: FileEntry, after?: FileEntry): PlannedFile => ({
    path: projectPath(path),
    action: "keep",
    reason: "unchanged",
    before,
    after,
  });
  it("holds only what changes: what goes first, the state file last", () => {
    const [one, two] = [file("one"), file("two")];
    const plan = [
      entry("a", undefined, one),
      entry("b", one, one),
      entry("c", one),
      { ...entry("d", one, two), from: projectPath("z") },
    ];
    const changes = toChangeSet(plan, { path: STATE_FILE, before: one, after: two });
    expect(changes).toEqual([
      { path: "c", before: one, after: undefined },
      { path: "z", before: one, after: undefined },
      { path: "a", before: undefined, after: one },
      { path: "d", before: undefined, after: two, movedFrom: "z" },
      { path: STATE_FILE, before: one, after: two },
    ]);
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

  it("is read back as it was written", () => {
    const path = projectPath("a.json");
    const conflicts = [
      { path, kind: "text", markerSize: 9 },
      { path, kind: "json", pointer: "/a", yours: 1 },
      { path, kind: "json", pointer: "/b", template: null },
      ...(["binary", "both-added", "type"] as const).map((kind) => ({ path, kind })),
      { path, kind: "orphan", missing: projectPath("b.ts") },
    ] as const;
    for (const open of [[], conflicts])
      expect(parseState(formatState({ ...state, conflicts: open }))).toEqual({
        ...state,
        conflicts: open,
      });
  });

  it.each([
    ["not JSON", "{"],
    ["a list", "[]"],
    ["schema 0", JSON.stringify({ ...state, schema: 0 })],
    ["a schema that is text", JSON.stringify({ ...state, schema: "1" })],
    ["a conflict of no kind", JSON.stringify({ ...state, conflicts: [{ path: "a" }] })],
    ["a conflict without its place", JSON.stringify({ ...state, conflicts: [{ kind: "type" }] })],
    ...[0, 6, -1, 7.5, 1e9, "7"].map((markerSize): [string, string] => [
      `markers of ${markerSize} characters`,
      JSON.stringify({ ...state, conflicts: [{ path: "a", kind: "text", markerSize }] }),
    ]),
    ["a generator that is no version", JSON.stringify({ ...state, generator: "latest" })],
    ["a stray member", JSON.stringify({ ...state, x: 1 })],
    ["no baseline", JSON.stringify({ ...state, baseline: {} })],
    ["merge markers", "<<<<<<< ours\n"],
  ])("%s is refused", (_what, text) =>
    expect(() => parseState(text)).toThrow(expect.objectContaining({ code: "state-unreadable" })),
  );

  it("of a newer schema is refused, and says which version reads it", () =>
    expect(() => parseState(JSON.stringify({ ...state, schema: 2 }))).toThrow(
      expect.objectContaining({
        code: "newer-generator",
        hint: expect.stringContaining("npx create-oauth2-integration@latest update"),
      }),
    ));

  it.each(["../out", "/etc/passwd", "C:\\x", "a/../../b", "nul", "a\\..\\b", "src/con.ts"])(
    "naming %j is refused, as a file and as a conflict",
    (path) => {
      const unsafe = expect.objectContaining({
        code: "unsafe-path",
        message: expect.stringContaining(STATE_FILE),
        hint: expect.stringContaining("update --adopt"),
      });
      expect(() => parseBaseline(JSON.stringify({ [path]: { text: "" } }))).toThrow(unsafe);
      const conflicts = [{ path, kind: "type" }];
      expect(() => parseState(JSON.stringify({ ...state, conflicts }))).toThrow(unsafe);
      const orphan = [{ path: "a", kind: "orphan", missing: path }];
      expect(() => parseState(JSON.stringify({ ...state, conflicts: orphan }))).toThrow(unsafe);
    },
  );

  it("of an older schema goes through every step to the newest", () => {
    const steps = [1, 2].map((from) => (older: Readonly<Record<string, unknown>>) => ({
      ...older,
      schema: from + 1,
      went: [...((older["went"] as number[] | undefined) ?? []), from],
    }));
    expect(migrated({ schema: 1 }, steps)).toEqual({ schema: 3, went: [1, 2] });
    expect(migrated({ schema: 2 }, steps)).toEqual({ schema: 3, went: [2] });
    expect(migrated({ schema: 3 }, steps)).toEqual({ schema: 3 });
    expect(() => migrated({ schema: 4 }, steps)).toThrow(UserError);
  });

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
