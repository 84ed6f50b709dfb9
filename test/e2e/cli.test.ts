import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { questions } from "../../src/core/questions.js";
import {
  ANSWERS,
  fakeTool,
  FLAGS,
  PROGRAM,
  resultOf,
  ROOT,
  runTool,
  type Sandbox,
  showsStack,
  until,
  useSandboxes,
} from "../support/program.js";
import { reportOf } from "../support/report.js";
import { filesOf, snapshot, without } from "../support/snapshot.js";

const sandbox = useSandboxes();

const YAML = `name: ${ANSWERS.name}\nauthorizationUrl: ${ANSWERS.authorizationUrl}\ntokenUrl: ${ANSWERS.tokenUrl}\n`;

/** The answers that `create --dry-run` takes to be said. */
async function answersOf(
  { run }: Sandbox,
  argv: readonly string[],
  options: Parameters<Sandbox["run"]>[1] = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await run([...argv, "--dry-run", "--json"], options);
  const { year: _year, ...answers } = reportOf(stdout).answers ?? {};
  return answers;
}

describe.concurrent("where answers come from", () => {
  const full = {
    ...ANSWERS,
    scopes: ["read", "offline_access"],
    authorizationParams: { access_type: "offline", prompt: "a=b" },
    tokensExpire: false,
    account: { path: "/me", id: "id" },
    keychain: true,
    tokenBodyFormat: "json",
    tokenHeaders: { "X-Version": "a=b {tenant}" },
    apiAuthHeader: "X-Key: {token}",
    variables: [{ name: "tenant", label: "Tenant" }],
  };

  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>, string]>([
    [
      "flags",
      [
        ...FLAGS,
        "--scopes",
        "read offline_access",
        "--authorization-params",
        "access_type=offline",
        "--authorization-params",
        "prompt=a=b",
        "--tokens-expire",
        "false",
        "--account",
        '{"path":"/me","id":"id"}',
        "--keychain",
        "true",
        "--token-body-format",
        "json",
        "--token-headers",
        "X-Version=a=b {tenant}",
        "--api-auth-header",
        "X-Key: {token}",
        "--variables",
        '[{"name":"tenant","label":"Tenant"}]',
      ],
      {},
      "",
    ],
    [
      "the environment",
      [],
      {
        CREATE_OAUTH2_NAME: ANSWERS.name,
        CREATE_OAUTH2_AUTHORIZATION_URL: ANSWERS.authorizationUrl,
        CREATE_OAUTH2_TOKEN_URL: ANSWERS.tokenUrl,
        CREATE_OAUTH2_SCOPES: "read offline_access",
        CREATE_OAUTH2_AUTHORIZATION_PARAMS: '{"access_type":"offline","prompt":"a=b"}',
        CREATE_OAUTH2_TOKENS_EXPIRE: "false",
        CREATE_OAUTH2_ACCOUNT: '{"path":"/me","id":"id"}',
        CREATE_OAUTH2_KEYCHAIN: "true",
        CREATE_OAUTH2_TOKEN_BODY_FORMAT: "json",
        CREATE_OAUTH2_TOKEN_HEADERS: '{"X-Version":"a=b {tenant}"}',
        CREATE_OAUTH2_API_AUTH_HEADER: "X-Key: {token}",
        CREATE_OAUTH2_VARIABLES: '[{"name":"tenant","label":"Tenant"}]',
        CREATE_OAUTH2_LICENSE: "",
      },
      "",
    ],
    ["JSON on stdin", ["--answers", "-"], {}, JSON.stringify(full)],
    ["JSON with a byte order mark", ["--answers", "-"], {}, `\ufeff${JSON.stringify(full)}`],
    [
      "YAML on stdin",
      ["--answers", "-"],
      {},
      `${YAML}scopes: [read, offline_access]\nauthorizationParams: { access_type: offline, prompt: a=b }\ntokensExpire: false\naccount: { path: /me, id: id }\nkeychain: true\ntokenBodyFormat: json\ntokenHeaders:\n  X-Version: a=b {tenant}\napiAuthHeader: 'X-Key: {token}'\nvariables:\n  - { name: tenant, label: Tenant }\n`,
    ],
  ])("%s", async (_place, argv, environment, input) => {
    expect(await answersOf(sandbox(), argv, { environment, input })).toEqual(full);
  });

  it.each([
    ["answers.json", JSON.stringify({ $schema: "x", ...ANSWERS })],
    ["answers.yaml", `$schema: x\n${YAML}`],
    ["answers", YAML],
  ])("a file: %s", async (name, text) => {
    const box = sandbox();
    fs.writeFileSync(path.join(box.work, name), text);
    expect(await answersOf(box, ["--answers", name])).toEqual(ANSWERS);
  });

  it("waits for a slow writer on stdin", async () => {
    const { start } = sandbox();
    const child = start(["--answers", "-", "--dry-run", "--json"]);
    const ended = resultOf(child);
    await until(() => handlesSignals(child.pid));
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.stdin?.end(YAML);
    expect(reportOf((await ended).stdout).answers).toMatchObject(ANSWERS);
  });

  it("a flag wins over the environment, the environment over the file", async () => {
    const input = JSON.stringify({ ...ANSWERS, name: "file", license: "ISC", scopes: ["file"] });
    const environment = { CREATE_OAUTH2_NAME: "environment", CREATE_OAUTH2_SCOPES: "environment" };
    const answers = await answersOf(sandbox(), ["--answers", "-", "--name", "flag"], {
      input,
      environment,
    });
    expect(answers).toMatchObject({ name: "flag", scopes: ["environment"], license: "ISC" });
  });

  it.each([
    ["a missing file", ["--answers", "nowhere.json"], "", "answers-unreadable"],
    ["a folder", ["--answers", "."], "", "answers-unreadable"],
    ["broken YAML", ["--answers", "-"], "name: [", "answers-unreadable"],
    ["a list", ["--answers", "-"], "[]", "invalid-answers"],
    ["nothing", ["--answers", "-"], "", "invalid-answers"],
  ])("refuses %s", async (_what, argv, input, code) => {
    const { run, work } = sandbox();
    const result = await run([...argv, "--json"], { input });
    expect([result.code, reportOf(result.stdout).error?.code]).toEqual([2, code]);
    expect(fs.readdirSync(work)).toEqual([]);
  });
});

describe.concurrent("bad answers", () => {
  const bad = [
    "--name",
    "",
    "--domain",
    "Über",
    "--token-url",
    "http://acme.test/token",
    "--pkce",
    "S265",
    "--license",
    "MITT",
    "--scopes",
    "a a",
    "--tokens-expire",
    "no",
    "--account",
    "{",
    "--redirect",
    '{"port":"1"}',
    "--token-params",
    "client_secret=x",
    "--refresh-params",
    "novalue",
    "--token-headers",
    "host=acme.test",
    "--rename-params",
    "client_secret=client_id",
    "--code-param",
    "state",
    "--api-auth-header",
    "X-Key",
    "--variables",
    '{"name":"tenant"}',
    "--capture",
    '[{"name":"region","from":"cookie","key":"a"}]',
    "--assumed-lifetime",
    "soon",
    "--api-headers",
    "authorization=x",
  ];

  it("are all told at once, each with its flag, and nothing is written", async () => {
    const { run, work } = sandbox();
    const { code, stdout, stderr } = await run([...bad, "--json"]);
    const { error } = reportOf(stdout);
    expect(code).toBe(2);
    expect(error?.code).toBe("invalid-answers");
    const flags = bad.filter((word) => word.startsWith("--"));
    expect(error?.problems?.map(({ flag }) => flag).toSorted()).toEqual(
      [...flags, "--authorization-url"].toSorted(),
    );
    for (const flag of flags) expect(stderr).toContain(`  ${flag} `);
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it.each([
    ["nothing was said", []],
    ["much is wrong", bad],
    [
      "what others lean on is wrong",
      [
        ...FLAGS.slice(0, -1),
        "https://{tenant}.acme.test/{b}",
        "--variables",
        "[{}]",
        "--api-base-url",
        "https://{tenant}.acme.test",
      ],
    ],
    ["a quote is in the name", ["--name", "L'été $HOME `x`", "--scopes", "a 'b'"]],
    ["values begin with a dash", ["--name", "-dash", "--description=--name", "--author=-a"]],
  ])("come with one complete example that works: %s", async (_case, argv) => {
    const { run, work, environment } = sandbox();
    const { code, stderr } = await run(argv);
    expect(code).toBe(2);
    const commands = stderr.split("\n").filter((line) => line.includes("npx "));
    expect(commands).toHaveLength(1);
    const command = commands[0]?.trim().replace("npx create-oauth2-integration", '"$0" "$1"') ?? "";
    const again = await runTool("sh", ["-c", command, process.execPath, PROGRAM], {
      cwd: work,
      env: environment,
    });
    expect([again.code, again.stderr]).toEqual([0, ""]);
    expect(fs.readdirSync(work)).toHaveLength(1);
  });

  it.each([
    [["--nmae", "x"], "--name"],
    [["--token-uri", "x"], "--token-url"],
    [["explain", "--tokn-url", "x"], "--token-url"],
    [["demo", "--jsom"], "--json"],
    [["updat"], "update"],
    [["provider"], "providers"],
    [[...FLAGS, "--pkce", "s256"], "S256"],
    [[...FLAGS, "--license", "apache-2"], "Apache-2.0"],
    [[...FLAGS, "--captures", "[]"], "--capture"],
    [[...FLAGS, "--token-body-format", "jsno"], "json"],
    [[...FLAGS, "--rename-params", "clientid=x"], "client_id"],
    [[...FLAGS, "--api-headers", "x={clientid}"], "{clientId}"],
    [[...FLAGS, "--answers", "unknown.json"], "tokenUrl"],
  ])("say what was probably meant: %j → %s", async (argv, meant) => {
    const { run, work } = sandbox();
    fs.writeFileSync(path.join(work, "unknown.json"), '{"tokenUlr":"x"}');
    const { code, stdout, stderr } = await run(argv);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.toLowerCase()).toContain(`did you mean ${meant.toLowerCase()}?`);
  });

  it.each([
    [["a", "b"]],
    [["https://acme.test", "--resource", "https://acme.test"]],
    [["--name"]],
    [["explain", "a", "b"]],
    [["--link", "--no-install"]],
    [["demo", "a"]],
    [["demo", "--name", "x"]],
    [["explain", "--dry-run"]],
  ])("are a usage error: %j", async (argv) => {
    const { run, work } = sandbox();
    const { code, stdout, stderr } = await run(["--json", ...argv]);
    const report = reportOf(stdout);
    expect([code, report.error?.code]).toEqual([2, "invalid-usage"]);
    expect(report.command).toBe(argv.find((word) => /^(?:explain|demo)$/u.test(word)) ?? "create");
    expect(stderr).toContain(report.error?.message);
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it.each([["./provider"], ["provider", ...FLAGS]])(
    "take a word for a directory where it is meant as one: %j",
    async (...argv) => {
      const { stderr, code } = await sandbox().run([...argv, "--dry-run"]);
      expect(stderr).not.toContain("Did you mean");
      expect(code).toBe(argv.length > 1 ? 0 : 2);
    },
  );

  it("name the command that was meant, not an answer with its name", async () => {
    const { stdout } = await sandbox().run(["--name", "demo", "--json"]);
    expect(reportOf(stdout).command).toBe("create");
  });
});

describe.concurrent("npm create without --", () => {
  const npm = { npm_command: "init", npm_config_user_agent: "npm/11.0.0 node/v22.0.0 linux x64" };

  it.each<readonly [Readonly<Record<string, string>>, readonly string[], readonly string[]]>([
    [
      { npm_config_name: "true", npm_config_token_url: "true" },
      ["Acme", "https://x.test/t"],
      ["--name", "--token-url"],
    ],
    [{ npm_config_name: "Acme Cloud" }, [], ["--name 'Acme Cloud'"]],
    [{ npm_config_scopes: "true" }, ["dir", "read write"], ["dir --scopes 'read write'"]],
    [{ npm_config_git: "" }, ["dir"], ["dir --no-git"]],
    [{ npm_config_git: "false" }, ["dir"], ["dir --no-git"]],
    [{ npm_config_install: "" }, [], ["--no-install"]],
    [{ npm_config_interactive: "" }, [], ["--no-interactive"]],
    [{ npm_config_dry_run: "true" }, [], ["--dry-run"]],
    [{ npm_config_link: "true" }, [], ["--link"]],
    [{ npm_config_answers: "a.yaml" }, [], ["--answers"]],
    [{ npm_config_print_answers: "true" }, [], ["--print-answers"]],
  ])(
    "%j and the words %j are refused with the corrected command",
    async (eaten, argv, corrected) => {
      const { run, work } = sandbox();
      const { code, stderr } = await run(argv, { environment: { ...npm, ...eaten } });
      expect(code).toBe(2);
      const command = stderr.split("\n").find((line) => line.startsWith("  npm create")) ?? "";
      expect(command).toMatch(/^ {2}npm create oauth2-integration@latest -- /u);
      for (const words of corrected) expect(command).toContain(words);
      expect(fs.readdirSync(work)).toEqual([]);
    },
  );

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ["npm's own settings", { npm_config_json: "true", npm_config_yes: "true" }],
    ["a path to git", { npm_config_git: "/usr/bin/git" }],
    ["an empty value", { npm_config_scopes: "" }],
    ["another command of npm", { npm_command: "run-script", npm_config_name: "true" }],
  ])("%s are nobody's flags", async (_what, extra) => {
    const { run } = sandbox();
    const { code } = await run([...FLAGS, "--dry-run"], { environment: { ...npm, ...extra } });
    expect(code).toBe(0);
  });

  it("is one object with --json", async () => {
    const environment = { ...npm, npm_config_name: "x" };
    const { code, stdout } = await sandbox().run(["--json"], { environment });
    expect([code, reportOf(stdout).error?.code]).toEqual([2, "eaten-flags"]);
  });
});

describe.concurrent("targets", () => {
  it.each<readonly [string, (work: string) => void, string, readonly string[] | undefined]>([
    [
      "other files",
      (work) => {
        fs.mkdirSync(path.join(work, "t/src/mine"), { recursive: true });
        fs.writeFileSync(path.join(work, "t/package.json"), "{}");
        fs.writeFileSync(path.join(work, "t/notes.txt"), "");
      },
      "target-not-empty",
      ["notes.txt", "package.json", "src/mine/"],
    ],
    [
      "a folder where a file goes",
      (work) => fs.mkdirSync(path.join(work, "t/package.json"), { recursive: true }),
      "target-not-empty",
      ["package.json/"],
    ],
    [
      "a file where a folder goes",
      (work) => {
        fs.mkdirSync(path.join(work, "t"));
        fs.writeFileSync(path.join(work, "t/src"), "");
      },
      "target-not-empty",
      ["src"],
    ],
    [
      "a link that leads out",
      (work) => {
        fs.mkdirSync(path.join(work, "t"));
        fs.mkdirSync(path.join(work, "elsewhere"));
        fs.symlinkSync("../elsewhere", path.join(work, "t/src"));
      },
      "target-not-empty",
      ["src"],
    ],
    [
      "a dangling link inside",
      (work) => {
        fs.mkdirSync(path.join(work, "t"));
        fs.symlinkSync("../nowhere", path.join(work, "t/package.json"));
      },
      "target-not-empty",
      ["package.json"],
    ],
    ["a file", (work) => fs.writeFileSync(path.join(work, "t"), ""), "target-unusable", undefined],
    [
      "a link to a folder",
      (work) => {
        fs.mkdirSync(path.join(work, "real"));
        fs.symlinkSync("real", path.join(work, "t"));
      },
      "target-unusable",
      undefined,
    ],
    [
      "a dangling link",
      (work) => fs.symlinkSync("nowhere", path.join(work, "t")),
      "target-unusable",
      undefined,
    ],
    [
      "a link to itself",
      (work) => fs.symlinkSync("t", path.join(work, "t")),
      "target-unusable",
      undefined,
    ],
  ])("%s: exit 1, and nothing is touched", async (_what, prepare, code, paths) => {
    const { run, work, temporary } = sandbox();
    prepare(work);
    const before = snapshot(work);
    const result = await run(["t", ...FLAGS, "--json"]);
    const { error, written } = reportOf(result.stdout);
    expect([result.code, error?.code, written]).toEqual([1, code, false]);
    if (paths) expect(error?.paths).toEqual(paths);
    for (const file of paths ?? []) expect(result.stderr).toContain(`  ${file}\n`);
    expect(snapshot(work)).toEqual(before);
    expect(fs.readdirSync(temporary)).toEqual([]);
  });

  it.each([["file/t"], ["dangling/t"], ["loop/t"]])(
    "below what is no folder: %s",
    async (target) => {
      const { run, work } = sandbox();
      fs.writeFileSync(path.join(work, "file"), "");
      fs.symlinkSync("nowhere", path.join(work, "dangling"));
      fs.symlinkSync("loop", path.join(work, "loop"));
      const before = snapshot(work);
      const { code, stdout, stderr } = await run([target, ...FLAGS]);
      expect([code, stdout, showsStack({ stdout, stderr })]).toEqual([1, "", false]);
      expect(snapshot(work)).toEqual(before);
    },
  );

  it("folders above that are missing are made with it", async () => {
    const { run, work } = sandbox();
    expect((await run(["a/b/c", ...FLAGS, "--no-git"])).code).toBe(0);
    expect(fs.readdirSync(path.join(work, "a/b"))).toEqual(["c"]);
  });

  it("a folder with .git alone is empty, and identical files are fine", async () => {
    const { run, work } = sandbox();
    await run(["model", ...FLAGS, "--no-git"]);
    fs.mkdirSync(path.join(work, "t/.git"), { recursive: true });
    fs.mkdirSync(path.join(work, "t/src"));
    fs.copyFileSync(path.join(work, "model/src/const.ts"), path.join(work, "t/src/const.ts"));
    const { stdout } = await run(["t", ...FLAGS, "--no-git", "--json"]);
    expect(reportOf(stdout).files?.map((file) => file.path)).not.toContain("src/const.ts");
    expect(without(snapshot(path.join(work, "t")), ".git")).toEqual(
      snapshot(path.join(work, "model")),
    );
  });

  it("a project that is there already: nothing to write, exit 0", async () => {
    const { run, work } = sandbox();
    await run(["t", ...FLAGS, "--no-git"]);
    const before = snapshot(work);
    const { code, stdout } = await run(["t", ...FLAGS, "--no-git", "--json"]);
    expect([code, reportOf(stdout).written, reportOf(stdout).files]).toEqual([0, false, []]);
    expect(snapshot(work)).toEqual(before);
  });

  it("the current folder, and one whose name needs quotes", async () => {
    const { run, work } = sandbox();
    const here = reportOf((await run([".", ...FLAGS, "--no-git", "--json"])).stdout);
    expect(here.nextSteps?.[0]).toBe("npm install");
    fs.rmSync(work, { recursive: true });
    fs.mkdirSync(work);
    const quoted = reportOf((await run(["it's $HOME", ...FLAGS, "--no-git", "--json"])).stdout);
    const step = await runTool("sh", ["-c", `${quoted.nextSteps?.[0] ?? ""} && pwd`], {
      cwd: work,
    });
    expect(step.stdout.trim()).toBe(path.join(work, "it's $HOME"));
  });

  it("the current folder is gone: exit 1, no stack", async () => {
    const { work, environment } = sandbox();
    const gone = path.join(work, "gone");
    fs.mkdirSync(gone);
    const script = 'rmdir "$PWD" && exec "$@"';
    const result = await runTool(
      "sh",
      ["-c", script, "sh", process.execPath, PROGRAM, "t", ...FLAGS],
      { cwd: gone, env: environment },
    );
    expect([result.code, showsStack(result)]).toEqual([1, false]);
  });
});

describe.concurrent("--dry-run", () => {
  it.each<readonly [string, readonly string[]]>([
    ["plainly", []],
    ["with flags", ["--tokens-expire", "false", "--refresh-url", "https://x.test/r", "--no-git"]],
  ])("writes nothing and says the same as the real run: %s", async (_how, flags) => {
    const { run, work, temporary } = sandbox();
    const dry = await run(["t", ...FLAGS, ...flags, "--json", "--dry-run"]);
    expect(fs.readdirSync(work)).toEqual([]);
    expect(fs.readdirSync(temporary)).toEqual([]);
    const real = await run(["t", ...FLAGS, ...flags, "--json"]);
    const [said, done] = [reportOf(dry.stdout), reportOf(real.stdout)];
    expect(done).toMatchObject({ dryRun: false, written: true });
    const { git, install } = done;
    expect({ ...said, dryRun: false, written: true, git, install }).toEqual(done);
    expect(filesOf(without(snapshot(path.join(work, "t")), ".git")).toSorted()).toEqual(
      said.files?.map((file) => file.path).toSorted(),
    );
  });

  it("lists the files in words", async () => {
    const { stdout, code } = await sandbox().run(["t", ...FLAGS, "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toContain(" src/const.ts\n");
  });
});

describe.concurrent("exit codes and output", () => {
  it("help and version: 0, on stdout, without colours", async () => {
    const { run } = sandbox();
    for (const flag of ["--help", "-h", "--version", "-V"]) {
      const { code, stdout, stderr } = await run([flag]);
      expect([code, stderr, stdout.includes("\u001b")]).toEqual([0, "", false]);
    }
    const { stdout } = await run(["--help"]);
    for (const key of Object.keys(questions))
      expect(stdout).toContain(
        `--${key.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)} `,
      );
    const { version }: { version: string } = JSON.parse(
      fs.readFileSync(path.join(ROOT, "package.json"), "utf8"),
    );
    expect((await run(["--version"])).stdout).toBe(`${version}\n`);
  });

  it("results on stdout, problems on stderr, no escape codes when piped", async () => {
    const { run } = sandbox();
    const done = await run(["t", ...FLAGS], { environment: { FORCE_COLOR: undefined } });
    expect([done.code, done.stderr]).toEqual([0, ""]);
    const refused = await run(["t", "--name", "x"]);
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    const explained = await run(["explain", "t"]);
    expect([explained.code, explained.stderr]).toEqual([0, ""]);
    for (const { stdout, stderr } of [done, refused, explained])
      expect(stdout + stderr).not.toContain("\u001b");
  });

  it("a reader that has enough: no stack, and the same exit code", async () => {
    const { start } = sandbox();
    for (const [argv, code] of [
      [["--help"], 0],
      [["t", ...FLAGS, "--json"], 0],
      [["--name", "", "--json"], 2],
    ] as const) {
      const child = start(argv);
      child.stdout?.destroy();
      const result = await resultOf(child);
      expect([result.code, showsStack(result)]).toEqual([code, false]);
    }
  });

  it("nobody reads stderr: the same exit code", async () => {
    const child = sandbox().start(["--name", ""]);
    child.stderr?.destroy();
    expect((await resultOf(child)).code).toBe(2);
  });

  it("a full disk behind stdout: exit 1, no stack", async () => {
    const { work, environment } = sandbox();
    const full = fs.openSync("/dev/full", "w");
    const child = spawn(process.execPath, [PROGRAM, "t", ...FLAGS, "--json"], {
      cwd: work,
      env: environment,
      stdio: ["ignore", full, "pipe"],
    });
    const result = await resultOf(child);
    fs.closeSync(full);
    expect([result.code, showsStack(result)]).toEqual([1, false]);
    expect(result.stderr).not.toBe("");
  });

  it.each([
    ["SIGINT", 130, "cancelled"],
    ["SIGTERM", 143, "terminated"],
    ["SIGHUP", 129, "hangup"],
  ] as const)("%s: %i, nothing written", async (signal, code, word) => {
    const { start, work, temporary } = sandbox();
    const child = start(["--answers", "-", "--json"]);
    const ended = resultOf(child);
    await until(() => handlesSignals(child.pid));
    child.kill(signal);
    const result = await ended;
    const report = reportOf(result.stdout);
    expect([result.code, report.error?.code, report.written]).toEqual([code, word, false]);
    expect([fs.readdirSync(work), fs.readdirSync(temporary)]).toEqual([[], []]);
  });

  it("a bug of ours: 70, the stack and where to report it", async () => {
    const { run, work } = sandbox();
    const copy = path.join(work, "..", "copy");
    for (const name of ["bin", "dist", "package.json"])
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    fs.writeFileSync(path.join(copy, "dist/templates/typescript/base.js"), "null.x;");
    const program = path.join(copy, "bin/create-oauth2-integration.js");
    const { code, stdout, stderr } = await run([...FLAGS, "--json"], { program });
    expect([code, reportOf(stdout).error?.code]).toEqual([70, "bug"]);
    expect(stderr).toMatch(/https:\/\/github\.com\/.+\/issues/u);
    expect(showsStack({ stdout: "", stderr })).toBe(true);
    expect(fs.readdirSync(work)).toEqual([]);
  });
});

describe.concurrent("explain", () => {
  it("reads a project or answers, and prints one object with --json", async () => {
    const { run, work } = sandbox();
    await run(["t", ...FLAGS, "--scopes", "read", "--no-git"]);
    const before = snapshot(work);
    const project = reportOf((await run(["explain", "t", "--json"])).stdout);
    const said = reportOf((await run(["explain", ...FLAGS, "--scopes", "read", "--json"])).stdout);
    expect(project.directory).toBe(path.join(work, "t"));
    expect(project.requests).toEqual(said.requests);
    expect(project.requests?.map(({ name }) => name)).toContain("token request");
    expect(JSON.stringify(project.requests)).toContain("<client secret>");
    expect(snapshot(work)).toEqual(before);
  });

  it("keeps placeholders of answers readable, also at the beginning of a URL", async () => {
    const base = { name: "base", label: "Address", pattern: "https://.+" };
    const { stdout } = await sandbox().run([
      "explain",
      ...FLAGS,
      "--api-base-url",
      "{base}/v1",
      "--variables",
      JSON.stringify([base]),
      "--json",
    ]);
    expect(reportOf(stdout).requests?.map(({ url }) => url)).toContain("{base}/v1/<path>");
  });

  it.each<readonly [string, (work: string) => void, string]>([
    ["no project", () => undefined, "state-unreadable"],
    ["a broken state", (work) => writeState(work, "{"), "state-unreadable"],
    ["a state of another version", (work) => writeState(work, '{"schema":2}'), "newer-generator"],
    [
      "a folder in its place",
      (work) => fs.mkdirSync(path.join(work, ".create-oauth2-integration.json")),
      "unsafe-path",
    ],
  ])("%s: exit 1", async (_what, prepare, code) => {
    const { run, work } = sandbox();
    prepare(work);
    const result = await run(["explain", "--json"]);
    const report = reportOf(result.stdout);
    expect([result.code, report.command, report.error?.code]).toEqual([1, "explain", code]);
  });

  it("bad answers: exit 2", async () => {
    const { code, stdout } = await sandbox().run(["explain", "--name", "x", "--json"]);
    expect([code, reportOf(stdout).error?.code]).toEqual([2, "invalid-answers"]);
  });
});

describe.concurrent("demo", () => {
  it("no npm: exit 1, one object, nothing left behind", async () => {
    const { run, work, temporary } = sandbox();
    const { code, stdout } = await run(["demo", "--json"], { environment: { PATH: "" } });
    expect([code, reportOf(stdout).error?.code]).toEqual([1, "step-failed"]);
    expect([fs.readdirSync(work), fs.readdirSync(temporary)]).toEqual([[], []]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s during a step: %i, nothing left behind", async (signal, code) => {
    const box = sandbox();
    const started = path.join(box.work, "started");
    const PATH = fakeTool(box, "npm", `: > '${started}'; exec sleep 60`);
    const child = box.start(["demo", "--json"], { environment: { PATH } });
    const ended = resultOf(child);
    await until(() => fs.existsSync(started));
    child.kill(signal);
    const result = await ended;
    expect([result.code, reportOf(result.stdout).exitCode]).toEqual([code, code]);
    expect(fs.readdirSync(box.temporary)).toEqual([]);
  });
});

describe.concurrent("after creating", () => {
  it("makes a git repository, without a commit", async () => {
    const { run, work, environment } = sandbox();
    const { stdout } = await run(["t", ...FLAGS, "--json"]);
    expect(reportOf(stdout).git).toBe("initialised");
    const target = path.join(work, "t");
    const log = await runTool("git", ["log"], { cwd: target, env: environment });
    expect([fs.existsSync(path.join(target, ".git/HEAD")), log.code]).toEqual([true, 128]);
  });

  it.each<readonly [string, readonly string[]]>([
    ["inside a repository", []],
    ["with --no-git", ["--no-git"]],
  ])("makes none %s", async (_case, flags) => {
    const { run, work, environment } = sandbox();
    if (flags.length === 0) await runTool("git", ["init", "-q"], { cwd: work, env: environment });
    const { stdout } = await run(["t", ...FLAGS, ...flags, "--json"]);
    expect(reportOf(stdout)).toMatchObject({ git: "skipped", exitCode: 0, notices: [] });
    expect(fs.existsSync(path.join(work, "t/.git"))).toBe(false);
  });

  it("no git on the PATH: a notice", async () => {
    const { run, work } = sandbox();
    const { code, stdout } = await run(["t", ...FLAGS, "--json"], { environment: { PATH: "" } });
    const { git, notices } = reportOf(stdout);
    expect([code, git, notices?.map((notice) => notice.code)]).toEqual([0, "skipped", ["no-git"]]);
    expect(fs.existsSync(path.join(work, "t/package.json"))).toBe(true);
  });

  it("takes author and repository from git, and the replay command says them", async () => {
    const { run, work, environment } = sandbox();
    fs.writeFileSync(environment["GIT_CONFIG_GLOBAL"] ?? "", "[user]\n\tname = Ada L.\n");
    const git = (...words: readonly string[]) =>
      runTool("git", words, { cwd: work, env: environment });
    await git("init", "-q");
    await git("remote", "add", "origin", "git@github.com:acme/acme-integration.git");
    const report = reportOf((await run([".", ...FLAGS, "--json"])).stdout);
    const repository = "https://github.com/acme/acme-integration";
    expect(report.answers).toMatchObject({ author: "Ada L.", repository });
    const other = sandbox();
    const replay = report.replay?.replace("npx create-oauth2-integration", '"$0" "$1"') ?? "";
    await runTool("sh", ["-c", replay, process.execPath, PROGRAM], {
      cwd: other.work,
      env: other.environment,
    });
    expect(without(snapshot(other.work), ".git")).toEqual(without(snapshot(work), ".git"));
  });

  it("a failing install leaves the project complete: exit 1, one object", async () => {
    const { run, work } = sandbox();
    await run(["model", ...FLAGS, "--no-git"]);
    const environment = {
      npm_config_registry: "http://127.0.0.1:1",
      npm_config_fetch_retries: "0",
      npm_config_fetch_timeout: "2000",
    };
    const argv = ["t", ...FLAGS, "--no-git", "--install", "--json"];
    const { code, stdout, stderr } = await run(argv, { environment });
    const { error, install, written } = reportOf(stdout);
    expect([code, error?.code, install, written]).toEqual([1, "install-failed", "failed", true]);
    expect(stderr).toContain(error?.hint);
    expect(without(snapshot(path.join(work, "t")), "node_modules")).toEqual(
      snapshot(path.join(work, "model")),
    );
  });

  it("installs with the package manager that ran us, progress on stderr", async () => {
    const box = sandbox();
    const PATH = fakeTool(box, "pnpm", 'echo "$PWD $*"; echo problem >&2');
    const environment = { PATH, npm_config_user_agent: "pnpm/10.0.0 npm/? node/v22.0.0" };
    const { code, stdout, stderr } = await box.run(["t", ...FLAGS, "--install", "--json"], {
      environment,
    });
    expect([code, reportOf(stdout).install]).toEqual([0, "done"]);
    expect(reportOf(stdout).nextSteps?.join("\n")).toMatch(/^cd t\npnpm run build\n/u);
    expect(stderr).toContain(`${path.join(box.work, "t")} install\n`);
    expect(stderr).toContain("problem\n");
  });

  it("a signal during the install: the files are complete, and the report says so", async () => {
    const box = sandbox();
    await box.run(["model", ...FLAGS, "--no-git"]);
    const started = path.join(box.temporary, "started");
    const PATH = fakeTool(box, "npm", `: > '${started}'; exec sleep 60`);
    const child = box.start(["t", ...FLAGS, "--no-git", "--install", "--json"], {
      environment: { PATH },
    });
    const ended = resultOf(child);
    await until(() => fs.existsSync(started));
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect([code, reportOf(stdout).written]).toEqual([143, true]);
    expect(snapshot(path.join(box.work, "t"))).toEqual(snapshot(path.join(box.work, "model")));
  });
});

/** Whether a process catches SIGHUP (bit 1 of the caught signals): Node itself does not, so our handlers are set. */
function handlesSignals(processId: number | undefined): boolean {
  const status = fs.readFileSync(`/proc/${processId}/status`, "utf8");
  const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? "0"}`);
  return (caught & 1n) !== 0n;
}

function writeState(work: string, text: string): void {
  fs.writeFileSync(path.join(work, ".create-oauth2-integration.json"), text);
}

describe.concurrent("what would silently be something else", () => {
  it.each(["update", "diff", "providers"])(
    "%s is a command to come, not a folder",
    async (name) => {
      const { run, work } = sandbox();
      const { code, stdout } = await run([name, ...FLAGS, "--json"]);
      expect([code, reportOf(stdout).error?.code]).toEqual([2, "invalid-usage"]);
      expect(fs.existsSync(path.join(work, name))).toBe(false);
    },
  );

  it("a folder of that name is written with ./", async () => {
    const { run } = sandbox();
    expect((await run(["./update", ...FLAGS, "--no-git"])).code).toBe(0);
  });

  it("explain takes a directory or answers, not both", async () => {
    const { run } = sandbox();
    expect((await run(["explain", "somewhere", ...FLAGS])).code).toBe(2);
  });

  it.each([
    "con",
    "a/NUL",
    "com1.app/a",
    "aux /",
    "lpt².",
    "a.",
    "a b /c",
    "a:b",
    "C:a",
    "a?/b",
    "a\\b",
    "x/a\u0001",
  ])("%j is no directory: Windows takes no such name", async (directory) => {
    const { run, work } = sandbox();
    const { code, stdout } = await run([directory, ...FLAGS, "--json"]);
    expect([code, reportOf(stdout).error]).toEqual([
      1,
      expect.objectContaining({
        code: "unsafe-path",
        message: expect.stringContaining(`${directory} has the name `),
        hint: "Choose another directory.",
      }),
    ]);
    expect(fs.readdirSync(work)).toEqual([]);
  });

  it("a folder that is there may have any name, where nobody says that name", async () => {
    const { run, work } = sandbox();
    const cwd = path.join(work, "what? a folder.");
    fs.mkdirSync(cwd);
    expect((await run([".", ...FLAGS, "--no-git"], { cwd })).code).toBe(0);
    expect((await run(["./inside", ...FLAGS, "--no-git"], { cwd })).code).toBe(0);
  });
});
