import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  ANSWERS,
  FLAGS,
  PROGRAM,
  runTool,
  showsStack,
  until,
  useSandboxes,
} from "../support/program.js";
import { filesOf, snapshot, without } from "../support/snapshot.js";
import {
  answer,
  CTRL_C,
  CTRL_D,
  CTRL_U,
  DOWN,
  ENTER,
  openTerminal,
  showsCursor,
  type Terminal,
} from "../support/terminal.js";
import { serve } from "../support/web.js";

const sandbox = useSandboxes();

const WHAT = ["What to generate", ENTER] as const;
const PROVIDER = ["Provider (type to search)", ENTER] as const;
const NAME = ["Name of the service", `${ANSWERS.name}${ENTER}`] as const;
const DOMAIN = ["Domain", ENTER] as const;
const AUTHORIZATION = ["Authorization URL", `${ANSWERS.authorizationUrl}${ENTER}`] as const;
const TOKEN = ["Token URL", `${ANSWERS.tokenUrl}${ENTER}`] as const;
const SCOPES = ["Scopes, separated", `read offline_access${ENTER}`] as const;
const ADVANCED = ["Change advanced settings?", ENTER] as const;
const DIRECTORY = ["Directory", ENTER] as const;
const SUMMARY = ["Write these", ENTER] as const;
const INSTALL = ["Install the dependencies", `n${ENTER}`] as const;

/** Flags that leave nothing on the short path but the advanced settings. */
const COMPLETE = [
  "--template-set",
  "typescript",
  ...FLAGS,
  "--domain",
  "acme_cloud",
  "--scopes",
  "read offline_access",
] as const;

const ASKED = [
  WHAT,
  PROVIDER,
  NAME,
  DOMAIN,
  AUTHORIZATION,
  TOKEN,
  SCOPES,
  ADVANCED,
  DIRECTORY,
  SUMMARY,
  INSTALL,
];

function readState(folder: string): { readonly answers: object } {
  const text = fs.readFileSync(path.join(folder, ".create-oauth2-integration.json"), "utf8");
  return JSON.parse(text) as { readonly answers: object };
}

/** The command that is printed after an interactive run. */
function replayIn(terminal: Terminal): string {
  const lines = terminal
    .text()
    .replaceAll("\r", "")
    .replaceAll(/ \\\n +/gu, " ")
    .split("\n");
  return lines.find((line) => line.startsWith("  npx create-oauth2-integration "))?.trim() ?? "";
}

describe.concurrent("the short path", () => {
  it("takes a URL with placeholders, and asks what each stands for", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, []);
    await answer(terminal, [
      WHAT,
      PROVIDER,
      NAME,
      DOMAIN,
      ["Authorization URL", `https://{constructor}.acme.test/authorize${ENTER}`],
      [
        "every object of JavaScript has",
        `${CTRL_U}https://{accountName}.acme.test/authorize${ENTER}`,
      ],
      ["What {accountName} is called", ENTER],
      ["What {accountName} looks like", `(${ENTER}`],
      ["Must be a regular expression", `${CTRL_U}${ENTER}`],
      ["An example of {accountName}", `a.b${ENTER}`],
      ["one part of a host name", `${CTRL_U}initech${ENTER}`],
      ["Token URL", `https://{acountName}.acme.test/token${ENTER}`],
      ["Did you mean {accountName}?", ENTER],
      SCOPES,
      ADVANCED,
      DIRECTORY,
    ]);
    await terminal.see("Write these");
    expect(terminal.text()).toContain("variables");
    terminal.type(ENTER);
    await answer(terminal, [INSTALL]);
    expect((await terminal.ended).code).toBe(0);
    const replay = replayIn(terminal);
    expect(replay).toContain('[{"name":"accountName","label":"Account name","example":"initech"}]');
    expect(replay).toContain("--token-url 'https://{accountName}.acme.test/token'");
    expect(fs.readFileSync(path.join(box.work, "acme_cloud/src/const.ts"), "utf8")).toContain(
      'label: "Account name"',
    );
  });

  it("a placeholder that the provider sends: from the redirect, and from the token answer", async () => {
    const terminal = openTerminal(sandbox(), ["t", ...FLAGS.slice(0, 4), "--domain", "acme"]);
    await answer(terminal, [
      WHAT,
      ["Token URL", `{accountsServer}/oauth/v2/token${ENTER}`],
      ["Where {accountsServer} comes from", `${DOWN}${ENTER}`],
      ["The parameter of the redirect", `a b${ENTER}`],
      ["Must be the name of a parameter", `${CTRL_U}accounts-server${ENTER}`],
      ["Hosts that {accountsServer} may lead to", ENTER],
      ["Must not be empty", `acme.com acme.eu${ENTER}`],
      SCOPES,
      ["Change advanced settings?", `y${ENTER}`],
      ["Which setting?", `apiBaseUrl${ENTER}`],
      ["Base URL of the API", `${CTRL_U}https://api.acme.com/{tenant}${ENTER}`],
      ["Where {tenant} comes from", `${DOWN}${DOWN}${ENTER}`],
      ["Where {tenant} stands in the token answer", `data.tenant${ENTER}`],
      ["Which setting?", ENTER],
      ["Write these", `n${ENTER}`],
    ]);
    expect((await terminal.ended).code).toBe(130);
    const shown = terminal.text();
    // One line of the summary, cut at the width.
    expect(shown).toContain('"from":"redirect","key":"accounts-server"');
    expect(shown).not.toContain("Hosts that {tenant}");
    expect(shown).toContain("{accountsServer}/oauth/v2/token");
  });

  it("a whole address that the person is asked for has a pattern", async () => {
    const terminal = openTerminal(sandbox(), ["t", ...FLAGS.slice(0, 4), "--domain", "acme"]);
    await answer(terminal, [
      WHAT,
      ["Token URL", `{base}/token${ENTER}`],
      ["Where {base} comes from", ENTER],
      ["What {base} is called", ENTER],
      ["Which addresses {base} may be", ENTER],
      ["Must not be empty", `https://[a-z]+[.]acme[.]com${ENTER}`],
      ["An example of {base}", `https://acme.com${ENTER}`],
      ["does not fit its pattern", `${CTRL_U}https://eu.acme.com${ENTER}`],
      [SCOPES[0], CTRL_C],
    ]);
    expect((await terminal.ended).code).toBe(130);
  });

  it("asks about the placeholders of flags too", async () => {
    const terminal = openTerminal(sandbox(), [
      "t",
      ...COMPLETE,
      "--api-base-url",
      "https://{shop}.acme.test",
    ]);
    await answer(terminal, [["Where {shop} comes from", CTRL_C]]);
    expect((await terminal.ended).code).toBe(130);
  });

  it("asks, checks, shows what will be written, writes, and tells how to do the same again", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, []);
    const { see, type } = terminal;
    await answer(terminal, [
      WHAT,
      PROVIDER,
      ["Name of the service", ENTER],
      ["Must not be empty", `Acme${ENTER}`],
      ["(acme)", `${CTRL_U}9lives${ENTER}`],
      ["Must start with a letter", `${CTRL_U}class${ENTER}`],
      ["a reserved word", `${CTRL_U}acme_two${ENTER}`],
      ["Authorization URL", `acme.test${ENTER}`],
      ["is not a URL", `${CTRL_U}http://acme.test${ENTER}`],
      ["Must be an https URL", `${CTRL_U}${ANSWERS.authorizationUrl}${ENTER}`],
      TOKEN,
      ["Scopes, separated", `read read${ENTER}`],
      ["twice", `${CTRL_U}read offline_access${ENTER}`],
      ADVANCED,
      ["./acme_two", `${CTRL_U}./else where${ENTER}`],
    ]);
    await see("Write these");
    const { stdout } = await box.run([...FLAGS, "--dry-run"]);
    for (const file of stdout.matchAll(/^ {2}create +(.+)$/gmu))
      expect(terminal.text()).toContain(file[1]);
    for (const said of ["Acme", "acme_two", ANSWERS.authorizationUrl, "read offline_access"])
      expect(terminal.text()).toContain(said);
    expect(fs.readdirSync(box.work)).toEqual([]);
    type(ENTER);
    await answer(terminal, [INSTALL]);
    expect((await terminal.ended).code).toBe(0);
    expect(showsCursor(terminal.raw())).toBe(true);

    const other = sandbox();
    const replay = replayIn(terminal).replace("npx create-oauth2-integration", '"$0" "$1"');
    const again = await runTool("sh", ["-c", replay, process.execPath, PROGRAM], {
      cwd: other.work,
      env: other.environment,
    });
    expect(again.code).toBe(0);
    const made = without(snapshot(path.join(box.work, "else where")), ".git");
    expect(filesOf(made)).not.toEqual([]);
    expect(without(snapshot(path.join(other.work, "else where")), ".git")).toEqual(made);
    expect(fs.readdirSync(box.temporary)).toEqual([]);
  });

  it("asks only what is missing, and suggests the directory as the name", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, [
      "acme",
      ...FLAGS.slice(2),
      "--scopes",
      "a",
      "--no-install",
    ]);
    await answer(terminal, [WHAT, ["(acme)", ENTER], ["(acme)", ENTER], ADVANCED, SUMMARY]);
    expect((await terminal.ended).code).toBe(0);
    expect(replayIn(terminal)).toContain("--name acme ");
    for (const [question] of [AUTHORIZATION, TOKEN, SCOPES, DIRECTORY, INSTALL])
      expect(terminal.text()).not.toContain(`? ${question}`);
  });

  it("what is typed takes the place of the suggested name", async () => {
    const terminal = openTerminal(sandbox(), [
      "acme",
      ...FLAGS.slice(2),
      "--scopes",
      "a",
      "--no-install",
    ]);
    await answer(terminal, [
      WHAT,
      ["(acme)", `Initech${ENTER}`],
      ["(initech)", ENTER],
      ADVANCED,
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    expect(replayIn(terminal)).toContain("--name Initech ");
  });

  it("asks for what only the chosen set needs", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["t", ...FLAGS, "--domain", "acme_cloud", "--scopes", "a"]);
    await answer(terminal, [
      ["What to generate", `home${ENTER}`],
      ["Repository", ENTER],
      ["is missing", `acme${ENTER}`],
      ["is not a URL", `${CTRL_U}https://github.com/acme/acme-hass${ENTER}`],
      ADVANCED,
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).not.toContain(INSTALL[0]);
    expect(replayIn(terminal)).toContain("--template-set home-assistant");
    const manifest = path.join(box.work, "t/custom_components/acme_cloud/manifest.json");
    expect(fs.readFileSync(manifest, "utf8")).toContain("https://github.com/acme/acme-hass");
  });

  it("looks up what the chosen set can use: Home Assistant registers nothing, and has a secret", async () => {
    const { origin } = await serve((here) => ({
      "/.well-known/oauth-authorization-server": {
        body: {
          issuer: here,
          authorization_endpoint: `${here}/authorize`,
          token_endpoint: `${here}/token`,
          registration_endpoint: `${here}/register`,
          token_endpoint_auth_methods_supported: ["none", "client_secret_basic"],
        },
      },
    }));
    const more = ["--name", "Acme", "--domain", "acme_cloud", "--scopes", "a"];
    const repository = ["--repository", "https://github.com/acme/acme-hass"];
    const terminal = openTerminal(sandbox(), ["t", "--issuer", origin, ...more, ...repository]);
    await answer(terminal, [["What to generate", `home${ENTER}`], ADVANCED, SUMMARY]);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).toContain("client_secret_basic");
    expect(terminal.text()).not.toContain("/register");
  });

  it("refuses a wrong flag before it asks anything", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["--pkce", "S265"]);
    expect((await terminal.ended).code).toBe(2);
    expect(terminal.text()).not.toContain(NAME[0]);
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it("no at the summary: 130, nothing written", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, []);
    await answer(terminal, [...ASKED.slice(0, 9), ["Write these", `n${ENTER}`]]);
    expect((await terminal.ended).code).toBe(130);
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it("--dry-run asks, shows, and writes nothing", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["--dry-run"]);
    await answer(terminal, ASKED.slice(0, 9));
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).toContain("src/const.ts");
    expect(fs.readdirSync(box.work)).toEqual([]);
  });
});

describe.concurrent("a known provider", () => {
  it("is found by typing, its scopes are ticked, and two answers are enough", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["--no-install", "--no-git"]);
    await answer(terminal, [
      WHAT,
      [PROVIDER[0], "git"],
      ["❯ GitBook (unverified)", DOWN + DOWN],
      ["❯ GitHub", ENTER],
      ["Name of the service", ENTER],
      DOMAIN,
      ["read and write all repositories", `${DOWN} ${DOWN.repeat(16)} ${ENTER}`],
      ADVANCED,
      DIRECTORY,
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    for (const [question] of [AUTHORIZATION, TOKEN])
      expect(terminal.text()).not.toContain(`? ${question}`);
    expect(replayIn(terminal)).toContain("--provider github --name GitHub --domain github");
    expect(replayIn(terminal)).toContain("--scopes 'repo:status user:email'");
    const constants = fs.readFileSync(path.join(box.work, "github/src/const.ts"), "utf8");
    for (const text of ["https://github.com/login/oauth/access_token", '"user:email"'])
      expect(constants).toContain(text);
    const state = readState(path.join(box.work, "github"));
    expect(Object.keys(state.answers)).not.toContain("tokenUrl");
  });

  it("what is usual is ticked already, and other scopes are typed", async () => {
    const terminal = openTerminal(sandbox(), [
      "t",
      "--provider",
      "todoist",
      "--no-install",
      "--no-git",
    ]);
    await answer(terminal, [
      WHAT,
      ["Name of the service", `${CTRL_U}Tasks${ENTER}`],
      ["Domain", ENTER],
      ["◉ data:read ", `${DOWN.repeat(30)} ${ENTER}`],
      [SCOPES[0], `more:read data:read${ENTER}`],
      ADVANCED,
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    expect(replayIn(terminal)).toContain("--provider todoist --name Tasks --domain tasks");
    expect(replayIn(terminal)).toContain("--scopes 'data:read more:read'");
  });
});

describe.concurrent("advanced settings", () => {
  it("change any answer, show the rest, and stand in the replay command", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["t", ...COMPLETE, "--no-install", "--no-git"]);
    await answer(terminal, [
      ["Change advanced settings?", `y${ENTER}`],
      ["Which setting?", `license${ENTER}`],
      ["License", `ISC${ENTER}`],
      ["Which setting?", `apiBaseUrl${ENTER}`],
      ["Base URL of the API", `${CTRL_U}nonsense${ENTER}`],
      ["is not a URL", `${CTRL_U}https://api.acme.test/v2${ENTER}`],
      ["Which setting?", `tokenParams${ENTER}`],
      ["Extra parameters of the token", `{"client_secret":"x"}${ENTER}`],
      ["a secret is never an answer", `${CTRL_U}{"audience":"api"}${ENTER}`],
      ["Which setting?", `variables${ENTER}`],
      [
        'such as [{"name":"tenant","label":"Tenant","default":"common"}]',
        `[{"name":"tenant","pattern":"("}]${ENTER}`,
      ],
      ["a pattern that must be a regular", `${CTRL_U}[{"name":"tenant"}]${ENTER}`],
      ['needs "label"', `${CTRL_U}[{"name":"tenant","label":"Tenant"}]${ENTER}`],
      ["Which setting?", `variables${ENTER}`],
      ['([{"name":"tenant","label":"Tenant"}])', ENTER],
      ["Which setting?", `revocationUrl${ENTER}`],
      ["Revocation URL", `https://acme.test/{tenannt}${ENTER}`],
      ["Did you mean {tenant}?", ENTER],
      ["Which setting?", `ci${ENTER}`],
      ["Workflows for", `n${ENTER}`],
      ["Which setting?", ENTER],
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    const replay = replayIn(terminal);
    for (const words of [
      "--license ISC",
      "--api-base-url https://api.acme.test/v2",
      "--token-params audience=api",
      `--variables '[{"name":"tenant","label":"Tenant"}]'`,
      "--revocation-url 'https://acme.test/{tenant}'",
      "--ci false",
      "--no-git",
    ])
      expect(replay).toContain(words);
    const dry = await box.run(["u", ...COMPLETE, "--dry-run"]);
    const plain = [...dry.stdout.matchAll(/^ {2}create +(.+)$/gmu)].map(([, file]) => file);
    const made = filesOf(snapshot(path.join(box.work, "t")));
    const missing = plain.filter((file) => !made.includes(file ?? ""));
    expect(missing).toContain(".github/workflows/ci.yml");
    expect(missing.filter((file) => !file?.startsWith(".github/workflows/"))).toEqual([]);
  });

  it("a separator that nobody sees is offered by its name", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, [
      "t",
      ...FLAGS,
      "--domain",
      "acme_cloud",
      "--template-set",
      "typescript",
      "--scopes",
      "read,write",
      "--no-install",
      "--no-git",
      "--pkce",
      "none",
      "--api-headers",
      `x-long=${"0123456789".repeat(20)}`,
    ]);
    await answer(terminal, [
      ["Change advanced settings?", `y${ENTER}`],
      ["Which setting?", "scopeSeparator"],
      ["a space  (default)", ENTER],
      ["Separator between scopes", `${DOWN}${DOWN}${ENTER}`],
      ["Separator between scopes", ` ,${ENTER}`],
      ["Must not mix spaces", `${CTRL_U}+${ENTER}`],
      ["Which setting?", `scopeSeparator${ENTER}`],
      ["Separator between scopes", `${CTRL_U}a comma${ENTER}`],
      ["Which setting?", ENTER],
      ['("read write")', `scopes${ENTER}`],
      ["Scopes, separated", `${CTRL_U}read,write${ENTER}`],
      ['("read write")', `${CTRL_U}read write${ENTER}`],
      ["Which setting?", ENTER],
    ]);
    await terminal.see("Write these");
    const lines = terminal.text().replaceAll("\r", "").split("\n");
    const summary = lines.slice(lines.lastIndexOf(`  Name           ${ANSWERS.name}`));
    expect(summary).toContain("  scopeSeparator ,");
    expect(summary).toContain("  pkce           none");
    const long = summary.find((line) => line.startsWith("  apiHeaders"));
    expect([long?.length, long?.endsWith("…")]).toEqual([110, true]);
    expect(summary.some((line) => /^ {2}(?:year|clientAuth|license) /u.test(line))).toBe(false);
    terminal.type(ENTER);
    expect((await terminal.ended).code).toBe(0);
    expect(replayIn(terminal)).toContain("--scopes 'read write' --scope-separator ,");
  });

  it("lead back to themselves while answers contradict each other", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, ["t", ...COMPLETE, "--no-install", "--no-git"]);
    await answer(terminal, [
      ["Change advanced settings?", `y${ENTER}`],
      ["Which setting?", `pkce${ENTER}`],
      ["PKCE (RFC", `none${ENTER}`],
      ["Which setting?", `clientAuth${ENTER}`],
      ["How the client", `none${ENTER}`],
      ["Which setting?", ENTER],
      ["❯ That is all", `pkce${ENTER}`],
      ["PKCE (RFC", `S256${ENTER}`],
      ["Which setting?", ENTER],
      SUMMARY,
    ]);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).toContain("nothing would protect the code");
    expect(replayIn(terminal)).toContain("--pkce S256 --client-auth none");
  });
});

describe.concurrent("leaving", () => {
  it.each(ASKED.slice(0, -1).map(([question], index) => [question, index] as const))(
    "Ctrl-C at %s: 130, nothing on the disk, the cursor is back",
    async (question, index) => {
      const box = sandbox();
      const terminal = openTerminal(box, []);
      await answer(terminal, [...ASKED.slice(0, index), [question, CTRL_C]]);
      expect((await terminal.ended).code).toBe(130);
      expect(showsCursor(terminal.raw())).toBe(true);
      expect(showsStack({ stdout: terminal.text(), stderr: "" })).toBe(false);
      expect([fs.readdirSync(box.work), fs.readdirSync(box.temporary)]).toEqual([[], []]);
    },
  );

  it.each([
    ["the list of settings", [], "Which setting?"],
    ["a choice", [["Which setting?", `license${ENTER}`]], "License"],
    ["a text", [["Which setting?", `issuer${ENTER}`]], "Issuer"],
    ["yes or no", [["Which setting?", `ci${ENTER}`]], "Workflows for"],
  ] as const)("Ctrl-C at %s of the advanced settings", async (_where, before, question) => {
    const box = sandbox();
    const terminal = openTerminal(box, COMPLETE);
    await answer(terminal, [
      ["Change advanced settings?", `y${ENTER}`],
      ...before,
      [question, CTRL_C],
    ]);
    expect((await terminal.ended).code).toBe(130);
    expect(showsCursor(terminal.raw())).toBe(true);
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it.each([
    ["SIGINT", 130, 0],
    ["SIGTERM", 143, 0],
    ["SIGHUP", 129, 0],
    ["SIGINT", 130, 7],
    ["SIGTERM", 143, 9],
    ["SIGHUP", 129, 9],
  ] as const)(
    "%s: %i at question %i, nothing on the disk, the cursor is back",
    async (name, code, at) => {
      const box = sandbox();
      const terminal = openTerminal(box, []);
      await answer(terminal, ASKED.slice(0, at));
      await terminal.see(ASKED[at]?.[0] ?? "");
      process.kill(terminal.processId, name);
      expect((await terminal.ended).code).toBe(code);
      expect(showsCursor(terminal.raw())).toBe(true);
      expect([fs.readdirSync(box.work), fs.readdirSync(box.temporary)]).toEqual([[], []]);
    },
  );

  it("SIGTERM at a question that hides the cursor: it is back", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, COMPLETE);
    await answer(terminal, [["Change advanced settings?", `y${ENTER}`]]);
    await terminal.see("Which setting?");
    await until(() => !showsCursor(terminal.raw()));
    process.kill(terminal.processId, "SIGTERM");
    expect((await terminal.ended).code).toBe(143);
    expect(showsCursor(terminal.raw())).toBe(true);
  });

  it("the end of the input: 130, nothing on the disk", async () => {
    const box = sandbox();
    const terminal = openTerminal(box, []);
    await answer(terminal, [WHAT, PROVIDER, NAME, ["Domain", CTRL_U + CTRL_D]]);
    expect((await terminal.ended).code).toBe(130);
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it("the window is closed: 129, nothing on the disk", async () => {
    const box = sandbox();
    const code = path.join(box.temporary, "code");
    const shell = ["sh", "-c", `trap : HUP; "$@"; echo $? > '${code}'`, "sh"];
    const terminal = openTerminal(box, [], {}, shell);
    await answer(terminal, [WHAT, PROVIDER, NAME]);
    await terminal.see("Domain");
    terminal.close();
    await until(() => fs.existsSync(code) && fs.readFileSync(code, "utf8") !== "");
    expect(fs.readFileSync(code, "utf8")).toBe("129\n");
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it("Ctrl-C once the files are there: 130, the project is complete, and nobody says otherwise", async () => {
    const box = sandbox();
    await box.run(["model", ...COMPLETE, "--no-git"]);
    const terminal = openTerminal(box, []);
    await answer(terminal, [...ASKED.slice(0, 10), [INSTALL[0], CTRL_C]]);
    expect((await terminal.ended).code).toBe(130);
    expect(terminal.text()).not.toContain("Nothing was written");
    const files = (name: string) => filesOf(without(snapshot(path.join(box.work, name)), ".git"));
    expect(files("acme_cloud")).toEqual(files("model"));
  });
});

describe.concurrent("never a question", () => {
  it.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
    ["--no-interactive", ["--no-interactive"], {}],
    ["--json", ["--json"], {}],
    ["CI", [], { CI: "true" }],
    ["CI=1", [], { CI: "1" }],
    ["AI_AGENT", [], { AI_AGENT: "1" }],
    ["CLAUDECODE", [], { CLAUDECODE: "1" }],
    ["CURSOR_AGENT", [], { CURSOR_AGENT: "1" }],
  ])("%s: exit 2, nothing written", async (_why, argv, environment) => {
    const box = sandbox();
    const terminal = openTerminal(box, argv, environment);
    expect((await terminal.ended).code).toBe(2);
    expect(terminal.text()).not.toContain(WHAT[0]);
    expect(terminal.text()).toContain("--token-url");
    expect(fs.readdirSync(box.work)).toEqual([]);
  });

  it.each([
    ["stdin", "< /dev/null"],
    ["stdout", "> /dev/null"],
  ])("no terminal at %s: exit 2", async (_which, redirection) => {
    const box = sandbox();
    const terminal = openTerminal(box, [], {}, ["sh", "-c", `"$@" ${redirection}`, "sh"]);
    expect((await terminal.ended).code).toBe(2);
    expect(terminal.text()).not.toContain(WHAT[0]);
  });

  it("--print-answers: the file, and exit 0", async () => {
    const terminal = openTerminal(sandbox(), ["--print-answers"]);
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.text()).not.toContain(WHAT[0]);
    expect(terminal.text()).toContain("#name: Acme Cloud");
  });

  it("CI=false and an empty variable are none of these", async () => {
    const terminal = openTerminal(sandbox(), [], { CI: "false", AI_AGENT: "" });
    await answer(terminal, [[WHAT[0], CTRL_C]]);
    expect((await terminal.ended).code).toBe(130);
  });
});

describe.concurrent("colours", () => {
  it.each([
    ["at a terminal", {}, true],
    ["not with NO_COLOR", { NO_COLOR: "1" }, false],
  ] as const)("%s", async (_when, environment, colours) => {
    const terminal = openTerminal(sandbox(), [], environment);
    await answer(terminal, [WHAT, PROVIDER, NAME, [DOMAIN[0], CTRL_C]]);
    await terminal.ended;
    // oxlint-disable-next-line no-control-regex -- escape codes are what is looked for
    expect(/\u001b\[3[0-7]m/u.test(terminal.raw())).toBe(colours);
  });
});
