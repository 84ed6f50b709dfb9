import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { TemplateChange, TemplateFolder } from "../support/other-version.js";
import { ROOT } from "../support/program.js";

/** What a release does to the templates, and the files that it says it moved. */
export interface Release {
  readonly change: TemplateChange;
  readonly moved?: Readonly<Record<string, string>>;
}

/** The change as it is released: formatted. */
export function released({ change }: Release): TemplateChange {
  return (templates) => {
    change(templates);
    const files = sources(templates).filter((file) => file.endsWith(".ts"));
    const formatter = path.join(ROOT, "node_modules/oxfmt/bin/oxfmt");
    execFileSync(process.execPath, [formatter, ...files], {
      cwd: templates.folder,
      stdio: "pipe",
    });
  };
}

const PACKAGE = "base/package.json.hbs";
const README = "base/README.md.hbs";
const WORKFLOW = "features/ci/.github/workflows/ci.yml";

/** Releases of the size that real ones have, each on top of the templates of today. */
export const RELEASES: Readonly<Record<string, Release>> = {
  "dependencies and Node raised": { change: raiseDependencies },
  "an option of the client": { change: addHeaders },
  "a security fix": { change: fixSecurity },
  "a function renamed": { change: renameFunction },
  "the README in another order": { change: reorderReadme },
  "a file moved": {
    change: moveTerminal,
    moved: { "src/terminal.ts": "src/program/terminal.ts" },
  },
  "a lint rule": { change: addLintRule },
  "a file added, one dropped": { change: gatherLimits },
  "a command added": { change: addCommand },
  "checks on three systems": { change: improveTooling },
};

function raiseDependencies(templates: TemplateFolder): void {
  rewrite(templates, PACKAGE, [
    [/"openid-client": ".*"/, '"openid-client": "^6.12.0"'],
    [/"@types\/node": ".*"/, '"@types/node": "^22.19.0"'],
    [/"oidc-provider": ".*"/, '"oidc-provider": "^9.16.0"'],
    [/"oxfmt": ".*"/, '"oxfmt": "^0.84.0"'],
    [/"oxlint": ".*"/, '"oxlint": "^1.99.0"'],
    [/"typescript": ".*"/, '"typescript": "^7.1.2"'],
    [/"vitest": ".*"/, '"vitest": "^5.0.1"'],
    [/"node": ">=.*"/, '"node": ">=22.12"'],
  ]);
  rewrite(templates, WORKFLOW, [
    [/node: \[.*\]/, 'node: ["22.12", "24", "26"]'],
    [/actions\/checkout@v\d+/, "actions/checkout@v7"],
    [/actions\/setup-node@v\d+/, "actions/setup-node@v7"],
  ]);
  rewrite(templates, README, [[/It needs Node \S+ or newer/, "It needs Node 22.12 or newer"]]);
  rewrite(templates, "base/tsconfig.json", [
    [/"target": ".*"/, '"target": "es2024"'],
    [/"lib": \[.*\]/, '"lib": ["es2024"]'],
  ]);
}

/** A call of the API takes header fields, in code and on the command line. */
function addHeaders(templates: TemplateFolder): void {
  rewrite(templates, "base/src/oauth/http.ts", [
    [
      /^export interface ApiOptions \{\n.*\n/m,
      `$&  /** More header fields; those that the client sends itself stay as they are. */
  readonly headers?: Readonly<Record<string, string>>;
`,
    ],
    [
      /^ {2}if \(body !== null\) headers\.set\("content-type", "application\/json"\);\n/m,
      `$&  for (const [name, value] of Object.entries(call.headers ?? {}))
    if (!headers.has(name)) headers.set(name, value);
`,
    ],
  ]);
  rewrite(templates, "base/src/cli.ts", [
    [
      /^ {2}data: \{ type: "string".*\n/m,
      `$&  header: { type: "string", multiple: true, value: "<name: value>", help: "a header field" },
`,
    ],
    [/(commands\.call, .*"data", )("entry")/, '$1"header", $2'],
  ]);
  rewrite(templates, "base/src/commands.ts", [
    [
      /^ {4}Readonly<Partial<Record<"entry" \| "scopes" \| "data", string>>> &\n/m,
      `$&    Readonly<Partial<Record<"header", readonly string[]>>> &
`,
    ],
    [
      /^ {2}const \{ client \} = await setupEntry.*\n/m,
      `$&  const headers = readHeaders(run.options.header);
`,
    ],
    [/(client\.request\(.*)signal: run\.signal \}/, "$1signal: run.signal, headers }"],
    [
      /^\/\*\* The body that `--data` names.*\n/m,
      `/** Header fields as they are written in a request. */
function readHeaders(lines: readonly string[] = []): Readonly<Record<string, string>> {
  const fields = lines.map((line) => /^([\\w-]+):\\s*(.*)$/.exec(line));
  if (fields.some((field) => field === null))
    throw new IntegrationError("usage", "--header takes a name, a colon and a value.");
  return Object.fromEntries(fields.map((field) => [field?.[1] ?? "", field?.[2] ?? ""]));
}

$&`,
    ],
  ]);
  rewrite(templates, README, [
    [
      /^\| `--scopes <list>` .*\n/m,
      `$&| \`--header <line>\` | a header field of a call, \`name: value\`; may be repeated        |
`,
    ],
    [
      /^Every error is an `IntegrationError` with a `code`\..*\n/m,
      `$&
A call takes more header fields, for a version or a tenant: \`client.request("GET", "/me", { headers: { "x-version": "2" } })\`.
`,
    ],
  ]);
  rewrite(templates, "base/test/session.test.ts", [
    [
      /^describe\("a call of the API", \(\) => \{\n/m,
      `$&  it("carries more header fields, and none instead of its own", async () => {
    const { sandbox, entry, client } = await createLinked();
    const headers = { "x-version": "2", authorization: "Bearer other" };
    await client.request("GET", "/things", { headers });
    const [call] = sandbox.requestsTo("/api/things");
    expect(call?.headers["x-version"]).toBe("2");
    expect(call?.headers.authorization).toBe(\`Bearer \${entry.token.accessToken}\`);
  });

`,
    ],
  ]);
}

/** A redirect with two codes, encoded steps upwards, addresses with a password, and a page in somebody else's window. */
function fixSecurity(templates: TemplateFolder): void {
  rewrite(templates, "base/src/oauth/authorization-request.ts", [
    [
      /^ {4}return `it does not begin with .*\n/m,
      `$&  // Which of two codes is meant cannot be known (RFC 6749, section 3.1).
  if (url.searchParams.getAll("code").length > 1) return "it has more than one code";
`,
    ],
  ]);
  rewrite(templates, "base/src/oauth/callback-server.ts", [
    [/^const LONGEST_HEAD_MS = .*$/m, "const LONGEST_HEAD_MS = 3_000;"],
    [
      /^ {2}"cache-control": "no-store",\n/m,
      `$&  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
`,
    ],
  ]);
  rewrite(templates, "base/src/oauth/http.ts", [
    [
      /^ {2}const steps = path\.replace.*\n/m,
      `  // Some servers decode twice.
  const once = path.replace(/[?#].*/s, "").replaceAll(/%(25)+(?=2e|2f|5c)/gi, "%");
  const steps = once.replaceAll(/%(2e|2f|5c)/gi, decodeURIComponent);
`,
    ],
  ]);
  rewrite(templates, "base/src/oauth/provider.ts", [
    [
      /(const \{ protocol, hostname, username) \} = new URL\(text\);/,
      "$1, password } = new URL(text);",
    ],
    [
      /^ {2}return username === "" && (.*)$/m,
      `  // What stands in an address is shown in bars, logs and histories.
  if (username !== "" || password !== "") return false;
  return $1`,
    ],
  ]);
  rewrite(templates, "base/src/errors.ts", [
    ["|client_secret|", "|client_secret|client_assertion|"],
  ]);
  rewrite(templates, "base/test/callback-server.test.ts", [
    [
      /^ {2}"cache-control": "no-store",\n/m,
      `$&  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
`,
    ],
    [
      /^describe\("the redirect", \(\) => \{\n/m,
      `$&  it("[row 13] with two codes ends nothing", async () => {
    const world = await createWorld();
    const linked = linkByHand(world, async (redirect) => {
      expect((await fetch(\`\${redirect.href}&code=other\`)).status).toBe(400);
      await fetch(redirect);
    });
    expect(await linked).toBe("no error");
  });

`,
    ],
  ]);
  rewrite(templates, "base/test/session.test.ts", [
    [/("\/a\/\.\.%2f\.\.\/token")\]/, '$1, "/%252e%252e/token"]'],
  ]);
}

function renameFunction(templates: TemplateFolder): void {
  for (const file of sources(templates)) {
    const text = readText(templates, file);
    const renamed = text.replaceAll(/\btoIntegration\b/g, "completeContext");
    if (renamed !== text) templates.write(file, renamed);
  }
}

/** What people look for first comes first, and a section is new. */
function reorderReadme(templates: TemplateFolder): void {
  const sections = readText(templates, README).split(/^(?=## )/m);
  const take = (heading: string): string => {
    const index = sections.findIndex((section) => section.startsWith(`## ${heading}\n`));
    const [section] = index === -1 ? [] : sections.splice(index, 1);
    if (section === undefined) throw new Error(`The README has no section "${heading}".`);
    return section;
  };
  const putBefore = (heading: string, section: string): void => {
    const index = sections.findIndex((each) => each.startsWith(`## ${heading}\n`));
    if (index === -1) throw new Error(`The README has no section "${heading}".`);
    sections.splice(index, 0, section);
  };
  putBefore("Use it from code", take("Commands"));
  putBefore("What is stored, and what protects it", take("Environment variables"));
  putBefore("Development", TROUBLE);
  templates.write(README, sections.join(""));
}

const TROUBLE = `## When something goes wrong

| Code                      | What to do                                                       |
| ------------------------- | ---------------------------------------------------------------- |
| \`reauth_required\`         | \`npm run reauth\`: the grant ended                                |
| \`misconfigured\`           | check the client id, the secret and \`src/const.ts\`               |
| \`port_in_use\`             | end the other program, or set another port                       |
| \`temporarily_unavailable\` | wait: the service says when, and the next call keeps to it       |
| \`storage_locked\`          | another process works on the account; try again in half a minute |

Nothing that is printed holds a secret: a message may be put into an issue as it is.

`;

function moveTerminal(templates: TemplateFolder): void {
  templates.move("base/src/terminal.ts", "base/src/program/terminal.ts");
  rewrite(templates, "base/src/program/terminal.ts", [[/from "\.\//g, 'from "../']]);
  for (const file of sources(templates)) {
    const text = readText(templates, file);
    const adapted = text
      .replaceAll('"./terminal.js"', '"./program/terminal.js"')
      .replaceAll('"../src/terminal.js"', '"../src/program/terminal.js"');
    if (adapted !== text) templates.write(file, adapted);
  }
}

/** `unicorn/catch-error-name`: whatever is caught is called `error`. */
function addLintRule(templates: TemplateFolder): void {
  rewrite(templates, "base/.oxlintrc.json", [
    [/^ {4}"no-await-in-loop": "off"/m, '    "unicorn/catch-error-name": "error",\n$&'],
  ]);
  const touched = sources(templates).filter((file) => {
    const text = readText(templates, file).replaceAll(
      /\.catch\(\((caught|refusal): unknown\) => (.*)\b\1\b/g,
      ".catch((error_: unknown) => $2error_",
    );
    const parts = text.split(/^(?= *\} catch \(cause\) \{\n)/m).map((part) => {
      const [, margin] = /^( *)\} catch \(cause\) \{\n/.exec(part) ?? [];
      if (margin === undefined) return part;
      const end = part.indexOf(`\n${margin}}`, 1);
      const block = part
        .slice(0, end)
        .replaceAll("{ cause }", "{ cause: error }")
        .replaceAll(/(?<![.\w])cause\b(?!:)/g, "error");
      return block + part.slice(end);
    });
    const changed = parts.join("");
    if (changed !== readText(templates, file)) templates.write(file, changed);
    return parts.length > 1;
  });
  if (touched.length < 3) throw new Error("The rule changes nothing.");
}

/** The limits of the client stand in one file; a helper that one file used moves into it. */
function gatherLimits(templates: TemplateFolder): void {
  const limits: string[] = [];
  for (const name of ["callback-server", "session"]) {
    const file = `base/src/oauth/${name}.ts`;
    const text = readText(templates, file);
    const own = [...text.matchAll(/^const ((?:MOST|LONGEST|LAST|EARLIEST)_\w+) = .*\n/gm)];
    if (own.length < 2) throw new Error(`${file} has no limits.`);
    limits.push(...own.map(([line]) => `export ${line}`));
    const names = own.map(([, constant]) => `  ${constant},\n`).join("");
    const without = own.reduce((rest, [line]) => rest.replace(line, ""), text);
    const [last = ""] = without.match(/^import .*\.\/(?:provider|token-endpoint)\.js";\n/m) ?? [];
    const gathered = `import {\n${names}} from "./limits.js";\n`;
    templates.write(file, without.replace(last, gathered + last));
  }
  templates.write("base/src/oauth/limits.ts", `${MANAGED}\n${limits.join("")}`);
  const helper = "features/dotted-path/src/provider/dotted-path.ts";
  const account = "features/account/src/provider/account.ts";
  rewrite(templates, account, [[/^import .*"\.\/dotted-path\.js";\n/m, ""]]);
  const functions = readText(templates, helper);
  templates.write(account, `${readText(templates, account)}\n${functions}`);
  templates.remove(helper);
}

const MANAGED =
  "// Managed by the template: updates carry fixes for this file, so better do not edit it.";

/** `token` prints an access token that is good now, for other programs. */
function addCommand(templates: TemplateFolder): void {
  rewrite(templates, "base/src/cli.ts", [
    [
      /^ {2}unlink: \[commands\.unlink, .*\n/m,
      `  token: [commands.printToken, "print an access token that is good now", "entry"],
$&`,
    ],
  ]);
  rewrite(templates, "base/src/commands.ts", [
    [
      /^export async function unlink/m,
      `/** The only output that holds a secret: it is for another program, never for a log. */
export async function printToken(run: Run): Promise<void> {
  const { session } = await setupEntry(await pickEntry(run), await connect(run));
  const accessToken = await session.accessToken();
  run.show({ event: "token", accessToken }, accessToken);
}

$&`,
    ],
  ]);
  rewrite(templates, PACKAGE, [
    [/^ {4}"unlink": .*\n/m, '    "token": "node dist/src/cli.js token",\n$&'],
  ]);
  rewrite(templates, README, [
    [
      /^\| `call <method> <path>` .*\n/m,
      `$&| \`token\`                | prints an access token that is good now, for another program                |
`,
    ],
  ]);
  rewrite(templates, "base/test/cli.test.ts", [
    [
      /^it\("\[row 35\] keeps typed credentials sealed, and removes them"/m,
      `it("prints a token when it is asked for one", async () => {
  const { folder } = await createDesk();
  await run(folder, ["link", "--sandbox", "--no-browser"]);
  const { code, last } = await run(folder, ["token", "--sandbox"]);
  expect([code, last]).toEqual([0, { event: "token", accessToken: expect.any(String) }]);
});

$&`,
    ],
  ]);
}

/** The checks run on three systems, and as one command here. */
function improveTooling(templates: TemplateFolder): void {
  rewrite(templates, WORKFLOW, [
    [/runs-on: ubuntu-latest/, "runs-on: ${{ matrix.os }}"],
    [/^ {6}matrix:\n/m, "$&        os: [ubuntu-latest, windows-latest, macos-latest]\n"],
    [/^ {10}node-version: .*\n/m, "$&          cache: npm\n"],
    [/^ {6}- run: npm run typecheck\n {6}- run: npm run lint\n/m, "      - run: npm run check\n"],
  ]);
  rewrite(templates, PACKAGE, [
    [/^ {4}"test": .*\n/m, '    "check": "npm run typecheck && npm run lint",\n$&'],
    [/^ {4}"oidc-provider": .*\n/m, '    "npm-run-all2": "^8.0.4",\n$&'],
  ]);
  rewrite(templates, "base/.gitignore", [
    [/^\*\.log\n/m, "$&.DS_Store\n"],
    [/$(?![^])/, "*.pem\n"],
  ]);
  rewrite(templates, "base/tsconfig.json", [
    [/^ {4}"isolatedModules": true,\n/m, '$&    "noUncheckedSideEffectImports": true,\n'],
  ]);
  rewrite(templates, README, [
    [
      /`npm run typecheck`, `npm run lint` and `npm run format`/,
      "`npm run check` and `npm run format`",
    ],
  ]);
  templates.write("base/.oxfmtrc.json", '{\n  "printWidth": 100\n}\n');
}

/* ---- texts of the templates ---- */

function readText({ folder }: TemplateFolder, file: string): string {
  return fs.readFileSync(path.join(folder, file), "utf8");
}

/** Replaces text that is there. */
function rewrite(
  templates: TemplateFolder,
  file: string,
  changes: readonly (readonly [search: RegExp | string, replacement: string])[],
): void {
  let text = readText(templates, file);
  for (const [search, replacement] of changes) {
    const changed = text.replace(search, replacement);
    if (changed === text) throw new Error(`${file} does not hold: ${search}`);
    text = changed;
  }
  templates.write(file, text);
}

/** The TypeScript files of the set, at their paths in it. */
function sources({ folder }: TemplateFolder): readonly string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /\.ts(?:\.hbs)?$/.test(file)).toSorted();
}
