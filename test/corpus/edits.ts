import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** What somebody does to a generated project by hand. */
export type Edit = (project: Hands) => void;

/** A project in the hands of its owner. */
export interface Hands {
  readonly folder: string;
  /** The files, as `git ls-files` would list them. */
  readonly files: readonly string[];
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string) => void;
  /** Replaces text that is there. */
  readonly edit: (file: string, search: string | RegExp, replacement: string) => void;
  readonly remove: (file: string) => void;
  readonly move: (from: string, to: string) => void;
  /** Formats files with settings of the owner's. */
  readonly format: (settings: object, files: readonly string[]) => void;
}

export function handsOn(folder: string, root: string): Hands {
  const at = (file: string): string => path.join(folder, file);
  const read = (file: string): string => fs.readFileSync(at(file), "utf8");
  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(at(file)), { recursive: true });
    fs.writeFileSync(at(file), text);
  };
  return {
    folder,
    get files() {
      const found = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
      return found.filter((file) => fs.statSync(at(file)).isFile()).toSorted();
    },
    read,
    write,
    edit: (file, search, replacement) => {
      const text = read(file);
      const edited = text.replace(search, replacement);
      if (edited === text) throw new Error(`${file} does not hold: ${search}`);
      write(file, edited);
    },
    remove: (file) => fs.rmSync(at(file), { recursive: true }),
    move: (from, to) => {
      fs.mkdirSync(path.dirname(at(to)), { recursive: true });
      fs.renameSync(at(from), at(to));
    },
    format: (settings, files) => {
      write(".oxfmtrc.json", `${JSON.stringify(settings, undefined, 2)}\n`);
      execFileSync(process.execPath, [path.join(root, "node_modules/oxfmt/bin/oxfmt"), ...files], {
        cwd: folder,
        stdio: "pipe",
      });
    },
  };
}

const isSource = (file: string): boolean => file.endsWith(".ts");

export const EDITS: Readonly<Record<string, Edit>> = {
  /* ---- the client of the service ---- */

  "a call of the service added": ({ edit }) => {
    edit("src/api.ts", /\n\}\n$/, DEVICES);
    edit("src/api.ts", /^\/\*\* The service's API/m, `${DEVICE}$&`);
  },
  "the client renamed, with its callers": ({ files, read, write }) => {
    for (const file of files.filter((each) => isSource(each) || each === "README.md")) {
      const text = read(file);
      const renamed = text.replaceAll(/\bServiceClient\b/g, "AcmeClient");
      if (renamed !== text) write(file, renamed);
    }
  },
  "a function renamed, with its callers": ({ files, read, write }) => {
    for (const file of files.filter((each) => isSource(each) || each === "README.md")) {
      const text = read(file);
      const renamed = text.replaceAll(/\bsetupEntry\b/g, "openAccount");
      if (renamed !== text) write(file, renamed);
    }
  },
  "the example call removed": ({ edit }) => {
    edit("src/api.ts", /\n {2}\/\*\* The example to copy[^]*?\n {2}\}\n/, "");
    edit("src/api.ts", /^import \{ IntegrationError \}.*\n/m, "");
    edit("src/api.ts", /^import \{ isJsonObject.*\n/m, "");
  },
  "errors wrapped": ({ write, edit }) => {
    write("src/acme-error.ts", ACME_ERROR);
    edit(
      "src/api.ts",
      /^import \{ IntegrationError \}/m,
      'import { wrapped } from "./acme-error.js";\n$&',
    );
    edit("src/api.ts", /return authorizedFetch\((.*)\);/, "return wrapped(authorizedFetch($1));");
    edit("src/index.ts", /^/, 'export { AcmeError } from "./acme-error.js";\n');
  },
  "the client in a folder of its own": ({ move, edit }) => {
    move("src/api.ts", "src/client/acme.ts");
    edit("src/client/acme.ts", /from "\.\//g, 'from "../');
    edit("src/index.ts", '"./api.js"', '"./client/acme.js"');
    edit("src/init.ts", '"./api.js"', '"./client/acme.js"');
    edit("test/session.test.ts", '"../src/api.js"', '"../src/client/acme.js"');
  },

  /* ---- the definition ---- */

  "a scope added": ({ edit }) =>
    edit("src/const.ts", '"devices:read"', '"devices:read", "devices:write"'),
  "more parameters, another port": ({ edit }) => {
    edit(
      "src/const.ts",
      /^ {2}redirect: \{\n/m,
      '  authorizationParams: { prompt: "consent" },\n$&',
    );
    edit("src/const.ts", /port: \d+/, "port: 28080");
    edit("README.md", /127\.0\.0\.1:\d+/, "127.0.0.1:28080");
  },
  "the addresses of a test system": ({ edit }) => {
    edit(
      "src/const.ts",
      /^export const OAUTH2_AUTHORIZE = .*\nexport const OAUTH2_TOKEN = .*\n/m,
      `const HOST = process.env["ACME_CLOUD_HOST"] ?? "auth.acme.com";

export const OAUTH2_AUTHORIZE = \`https://\${HOST}/oauth/authorize\`;
export const OAUTH2_TOKEN = \`https://\${HOST}/oauth/token\`;
`,
    );
  },
  "a hook written": ({ edit }) => {
    edit("src/provider-hooks.ts", /^ {2}onApiRequest\(request[^]*?\n {2}\},\n/m, SIGNING_HOOK);
    edit("src/provider-hooks.ts", /^import /m, 'import { createHash } from "node:crypto";\n$&');
  },
  "a mechanism of one's own": ({ write, edit }) => {
    write("src/provider/tenant-header.ts", TENANT_HEADER);
    edit(
      "src/provider/index.ts",
      /^import .*"\.\/revocation\.js";\n/m,
      '$&import { tenantHeader } from "./tenant-header.js";\n',
    );
    edit("src/provider/index.ts", "revocation, ", "revocation, tenantHeader, ");
  },

  /* ---- how it behaves ---- */

  "constants changed": ({ edit }) => {
    edit("src/oauth/session.ts", /EARLIEST_MS = \S+;/, "EARLIEST_MS = 300_000;");
    edit("src/oauth/session.ts", /LONGEST_BACKOFF_MS = \S+;/, "LONGEST_BACKOFF_MS = 900_000;");
  },
  "another timeout": ({ edit }) => {
    edit("src/oauth/http.ts", /timeoutMs: \d+_000/, "timeoutMs: 120_000");
    edit("src/oauth/http.ts", /timeoutMs = \d+_000/, "timeoutMs = 60_000");
    edit("src/oauth/http.ts", "Default: 15 seconds", "Default: one minute");
  },
  "the sign-in waits longer": ({ edit }) => {
    edit("src/oauth/authorization-request.ts", "timeoutMs = 300_000", "timeoutMs = 900_000");
    edit(
      "src/oauth/authorization-request.ts",
      "Default: five minutes",
      "Default: a quarter of an hour",
    );
  },
  "logging added": ({ write, edit }) => {
    write(
      "src/log.ts",
      'import { debuglog } from "node:util";\n\nexport const log = debuglog("acme");\n',
    );
    edit("src/oauth/http.ts", /^import \{ errorCode/m, 'import { log } from "../log.js";\n$&');
    edit(
      "src/oauth/http.ts",
      /^ {2}const answer = await exchange\(url, request\);\n/m,
      '$&  log("%s %s: %d", request.method, url.pathname, answer.status);\n',
    );
    edit("src/oauth/session.ts", /^import \{ capture/m, 'import { log } from "../log.js";\n$&');
    edit(
      "src/oauth/session.ts",
      /^ {4}this\.emit\("token_refreshed".*\n/m,
      '    log("refreshed %s", entryId);\n$&',
    );
    edit(
      "src/init.ts",
      /^ {2}await session\.accessToken\(\);\n/m,
      '$&  log("%s is in use", entry.title);\n',
    );
    edit("src/init.ts", /^import \{ revokeGrant/m, 'import { log } from "./log.js";\n$&');
  },
  "the pages in another language": ({ edit }) => {
    const file = "src/oauth/callback-server.ts";
    edit(
      file,
      /^ {2}linked: page\(.*\n/m,
      '  linked: page("good", "Konto verknüpft", "Sie können dieses Fenster schließen."),\n',
    );
    edit(
      file,
      /^ {2}failed: page\(.*\n/m,
      '  failed: page("bad", "Nicht verknüpft", "Das Programm nennt den Grund."),\n',
    );
    edit(file, 'lang="en"', 'lang="de"');
  },
  "titles of one's own": ({ edit }) => {
    edit(
      "src/config-flow.ts",
      /title: account\?\.title \?\? NAME,/,
      "title: account ? `${account.title} (${account.id})` : NAME,",
    );
  },
  "another data folder": ({ edit }) => {
    edit("src/storage/entries.ts", '".local", "share"', '".config"');
    edit("src/storage/entries.ts", 'env["XDG_DATA_HOME"]', 'env["XDG_CONFIG_HOME"]');
    edit(
      "README.md",
      "`~/.local/share/acme_cloud`, or `acme_cloud` in `$XDG_DATA_HOME`",
      "`~/.config/acme_cloud`, or `acme_cloud` in `$XDG_CONFIG_HOME`",
    );
  },
  "a command of one's own": ({ edit }) => {
    edit("src/commands.ts", /^\/\*\* The body that `--data` names/m, `${DEVICES_COMMAND}$&`);
    edit(
      "src/cli.ts",
      /^ {2}unlink: \[commands\.unlink/m,
      '  devices: [commands.devices, "list the devices", "entry"],\n$&',
    );
    edit(
      "package.json",
      /^ {4}"unlink": .*\n/m,
      '    "devices": "node dist/src/cli.js devices",\n$&',
    );
    edit(
      "README.md",
      /^\| `unlink` .*\n/m,
      "| `devices`              | lists the devices of the account                                            |\n$&",
    );
  },
  "a command removed": ({ edit }) => {
    edit("src/cli.ts", /^ {2}reconfigure: .*\n/m, "");
    edit("package.json", /^ {4}"reconfigure": .*\n/m, "");
    edit("README.md", /^\| `reconfigure` .*\n/m, "");
  },
  "exports added": ({ edit }) => {
    edit(
      "src/index.ts",
      /^export \{ credentialFromEnvironment \}/m,
      "export { credentialFromEnvironment, VARIABLES }",
    );
    edit(
      "src/index.ts",
      /$(?![^])/,
      'export { startCallbackServer } from "./oauth/callback-server.js";\n',
    );
  },
  "secrets split off": ({ read, write }) => {
    const text = read("src/errors.ts");
    const start = text.indexOf('const MASK = "');
    const [head, tail] = [text.slice(0, start), text.slice(start)];
    write("src/secret.ts", `import { inspect } from "node:util";\n\n${tail}`);
    const again = 'export { hideFromInspect, redact, Secret } from "./secret.js";\n';
    write("src/errors.ts", `${again}${head.replace(/^import .*\n\n?/, "\n").trimEnd()}\n`);
  },

  /* ---- package.json, settings ---- */

  "a dependency added": ({ edit }) =>
    edit(
      "package.json",
      /"openid-client": "(.*)"\n/,
      '"openid-client": "$1",\n    "p-limit": "^7.1.0"\n',
    ),
  "coverage, watching and a release": ({ edit }) => {
    edit("package.json", /^ {4}"oidc-provider": /m, '    "@vitest/coverage-v8": "^4.1.12",\n$&');
    edit(
      "package.json",
      /^ {4}"test": "(.*)",\n/m,
      '    "test": "$1 --coverage",\n    "test:watch": "vitest --dir test",\n    "dev": "tsc --watch",\n',
    );
    edit(
      "package.json",
      /^ {4}"prepack": .*\n/m,
      '$&    "release": "npm version minor && npm publish",\n',
    );
  },
  "dependencies raised by a bot": ({ edit }) => {
    edit("package.json", /"typescript": ".*"/, '"typescript": "^7.0.9"');
    edit("package.json", /"vitest": ".*"/, '"vitest": "^4.2.1"');
    edit("package.json", /"oxlint": ".*"/, '"oxlint": "^1.96.0"');
  },
  "another Node": ({ edit }) => {
    edit("package.json", /"node": ">=.*"/, '"node": ">=24"');
    edit(".github/workflows/ci.yml", /node: \[.*\]/, 'node: ["24", "26"]');
    edit("README.md", /It needs Node \S+ or newer/, "It needs Node 24 or newer");
  },
  "the package renamed": ({ edit }) => {
    edit("package.json", /"name": ".*"/, '"name": "@acme/cloud-link"');
    edit("package.json", '"acme-cloud-integration": "./dist', '"acme-link": "./dist');
    edit("README.md", 'from "acme-cloud-integration"', 'from "@acme/cloud-link"');
    edit("README.md", "program `acme-cloud-integration`", "program `acme-link`");
  },
  "another description": ({ edit }) => {
    edit(
      "package.json",
      /"description": ".*"/,
      '"description": "Acme Cloud for the home: lights, heating, blinds"',
    );
    edit(
      "README.md",
      /^Links Acme Cloud accounts .*$/m,
      "Brings lights, heating and blinds of Acme Cloud into the home.\n\n$&",
    );
  },
  "another author": ({ edit }) => {
    edit(
      "package.json",
      /"author": ".*"/,
      '"author": "Grace Hopper <grace@acme.com>",\n  "contributors": ["Ada Lovelace"]',
    );
    edit("LICENSE", "Ada Lovelace", "Grace Hopper");
  },
  "a first release": ({ edit, write }) => {
    edit("package.json", /"version": ".*"/, '"version": "1.0.0"');
    edit("manifest.json", /"version": ".*"/, '"version": "1.0.0"');
    write("CHANGELOG.md", "# Changelog\n\n## 1.0.0\n\nThe first release.\n");
  },
  "package.json sorted, keywords": ({ read, write }) => {
    const { name, version, ...rest } = JSON.parse(read("package.json"));
    const more = { ...rest, keywords: ["acme", "oauth2"] };
    const sorted = Object.fromEntries(
      Object.entries(more).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    write("package.json", `${JSON.stringify({ name, version, ...sorted }, undefined, "\t")}\n`);
  },
  "comments in tsconfig": ({ edit }) => {
    edit("tsconfig.json", /^ {4}"target".*\n/m, "    // What Node 20 runs.\n$&");
    edit(
      "tsconfig.json",
      /^ {4}"declaration": true,\n/m,
      '$&    "sourceMap": true, // for stack traces\n',
    );
    edit(
      "tsconfig.json",
      /^ {4}"skipLibCheck": true\n/m,
      '    "skipLibCheck": true\n    /* "checkJs": true */\n',
    );
  },
  "a stricter compiler": ({ edit }) =>
    edit(
      "tsconfig.json",
      /^ {4}"skipLibCheck": true\n/m,
      '    "allowUnreachableCode": false,\n    "allowUnusedLabels": false,\n    "noUncheckedSideEffectImports": true,\n$&',
    ),
  "more lint rules": ({ edit }) => {
    edit(
      ".oxlintrc.json",
      /^ {4}"no-await-in-loop": "off"\n/m,
      '    "no-await-in-loop": "off",\n    "eqeqeq": "error",\n    "no-console": "warn"\n',
    );
  },
  "more ignored files": ({ edit }) => {
    edit(".gitignore", /^coverage\/\n/m, "$&.idea/\n.vscode/\n");
    edit(".gitignore", /$(?![^])/, "\n# Ours.\n/notes/\n");
  },
  "settings of editors": ({ write }) => {
    write(
      ".editorconfig",
      "root = true\n\n[*]\nindent_style = space\nindent_size = 2\nend_of_line = lf\n",
    );
    write(".nvmrc", "24\n");
  },

  /* ---- checks ---- */

  "a job that publishes": ({ edit }) => edit(".github/workflows/ci.yml", /$(?![^])/, PUBLISH_JOB),
  "more steps in CI": ({ edit }) => {
    edit(
      ".github/workflows/ci.yml",
      /^ {6}- run: npm run build\n/m,
      "      - run: npm audit --omit=dev\n$&",
    );
    edit(
      ".github/workflows/ci.yml",
      /^ {6}- run: npm test\n/m,
      "$&      - uses: codecov/codecov-action@v5\n",
    );
    edit(".github/workflows/ci.yml", /^ {2}push:\n/m, "$&    branches: [main]\n");
  },
  "a test added": ({ write }) => write("test/api.test.ts", API_TEST),
  "a test added to others": ({ edit }) =>
    edit("test/session.test.ts", /^describe\("an entry", \(\) => \{\n/m, `$&${ENTRY_TEST}`),
  "a test deleted": ({ remove }) => remove("test/callback-server.test.ts"),
  "slow tests in a folder of their own": ({ move, edit }) => {
    move("test/cli.test.ts", "test/slow/cli.test.ts");
    edit("test/slow/cli.test.ts", /from "\.\.\//g, 'from "../../');
    edit("test/slow/cli.test.ts", /from "\.\//g, 'from "../');
  },
  "another user in the sandbox": ({ edit }) => {
    edit("sandbox/sign-in.ts", '["alice", "bob"]', '["alice", "bob", "carol"]');
    edit("README.md", "`alice` and `bob`", "`alice`, `bob` and `carol`");
  },
  "a rule of the sandbox removed": ({ remove }) => {
    remove("sandbox/rules/revocation.ts");
    remove("test/provider-revocation.test.ts");
  },

  /* ---- README ---- */

  "sections of the README added": ({ edit }) => {
    edit(
      "README.md",
      /^## Try it in the sandbox\n/m,
      "## What it can do\n\nIt lists devices and switches them.\n\n$&",
    );
    edit("README.md", /^## Development\n/m, "## Support\n\nWrite to <support@acme.com>.\n\n$&");
  },
  "sections of the README changed": ({ edit }) => {
    edit(
      "README.md",
      /^The provider has to know this program\.\n/m,
      "Ask the Acme team for access to the developer portal first.\n\n$&",
    );
    edit("README.md", /^`npm run unlink` .*\n/m, "$&\nThe devices stay visible for a day.\n");
    edit(
      "README.md",
      /^- `ACME_CLOUD_DATA_DIR`.*\n/m,
      "$&- `NODE_DEBUG=acme`: shows what is asked\n",
    );
  },
  "sections of the README removed": ({ edit }) => {
    edit("README.md", /^## Try it in the sandbox\n[^]*?(?=^## )/m, "");
    edit("README.md", /^## Unlink\n[^]*?(?=^## )/m, "");
  },
  "the README written anew": ({ write }) => write("README.md", OWN_README),

  /* ---- all files ---- */

  "a licence header on every file": ({ files, read, write }) => {
    for (const file of files.filter(isSource)) {
      const [, first = "", rest = ""] = /^(#!.*\n)?([^]*)$/.exec(read(file)) ?? [];
      write(
        file,
        `${first}// SPDX-FileCopyrightText: 2026 Acme\n// SPDX-License-Identifier: MIT\n\n${rest}`,
      );
    }
  },
  "one file with four spaces": ({ format }) => format({ tabWidth: 4 }, ["src/config-flow.ts"]),
  "all files with four spaces": ({ format, files }) =>
    format({ tabWidth: 4 }, files.filter(isSource)),
  "all files with CRLF": ({ files, read, write }) => {
    for (const file of files.filter((each) => !each.startsWith(".create-")))
      write(file, read(file).replaceAll("\n", "\r\n"));
  },
};

const DEVICE = `/** A device, as far as it is used here. */
export interface Device {
  readonly id: string;
  readonly on: boolean;
}

`;

const DEVICES = `

  /** The devices of the account. */
  async devices(): Promise<readonly Device[]> {
    const { body } = await this.request("GET", "/devices", { query: { limit: "100" } });
    if (Array.isArray(body)) return body as readonly Device[];
    throw new IntegrationError("api_error", "The API gave no list of devices.");
  }

  async switchDevice(id: string, on: boolean): Promise<void> {
    await this.request("PATCH", \`/devices/\${encodeURIComponent(id)}\`, { json: { on } });
  }
}
`;

const ACME_ERROR = `import { IntegrationError } from "./errors.js";

/** What our host shows. */
export class AcmeError extends Error {
  readonly isPassing: boolean;

  constructor(cause: IntegrationError) {
    super(cause.message, { cause });
    this.isPassing = cause.code === "temporarily_unavailable" || cause.code === "network_error";
  }
}

export function wrapped<T>(promise: Promise<T>): Promise<T> {
  return promise.catch((error: unknown) => {
    throw error instanceof IntegrationError ? new AcmeError(error) : error;
  });
}
`;

const SIGNING_HOOK = `  onApiRequest(request, token, _context) {
    const digest = createHash("sha256").update(token).update(request.body ?? "").digest("hex");
    request.headers.set("x-signature", digest);
    return request;
  },
`;

const TENANT_HEADER = `import type { Mechanism } from "../oauth/provider.js";

/** Our tenant goes with every call. */
export const tenantHeader: Mechanism = {
  onApiRequest(request) {
    request.headers.set("x-tenant", process.env["ACME_CLOUD_TENANT"] ?? "default");
    return request;
  },
};
`;

const DEVICES_COMMAND = `export async function devices(run: Run): Promise<void> {
  const { client } = await setupEntry(await pickEntry(run), await connect(run));
  const { body } = await client.request("GET", "/devices", { signal: run.signal });
  run.show({ event: "devices", devices: body }, JSON.stringify(body, null, 2));
}

`;

const PUBLISH_JOB = `
  publish:
    needs: check
    if: startsWith(github.ref, 'refs/tags/v')
    runs-on: ubuntu-latest
    permissions:
      id-token: write
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: "24"
          registry-url: https://npm.pkg.github.com
      - run: npm ci
      - run: npm publish --provenance
`;

const API_TEST = `import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import { createWorld, link, sessionOf } from "./support.js";

it("reads an object", async () => {
  const world = await createWorld();
  const { entry } = await link(world);
  const client = new ServiceClient(sessionOf(world, entry));
  expect(await client.readObject("/me")).toMatchObject({ id: "alice" });
});
`;

const ENTRY_TEST = `  it("has a title", async () => {
    const { entry } = await createLinked();
    expect(entry.title).toBe("Alice");
  });

`;

const OWN_README = `# Acme Cloud for the home

Lights, heating and blinds of [Acme Cloud](https://acme.com), for our own automation.

## Set-up

1. Ask the Acme team for a client id.
2. \`npm ci && npm run build\`
3. \`npm run link\`

## Who looks after it

The home team. Write to <home@acme.com>.
`;
