import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proveLink, runStep, type Stage } from "../src/commands/demo.js";
import { explain } from "../src/core/explain.js";
import type { IntegrationSpec } from "../src/core/spec.js";
import { specOf } from "./support/answers.js";
import { ROOT } from "./support/project.js";
import { GOLDEN_CASES } from "./golden/cases.js";

const PROGRAM = path.join(ROOT, "bin/create-oauth2-integration.js");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "golden-"));
afterAll(() => fs.removeSync(work));

describe.each(GOLDEN_CASES)("golden project $name", ({ name, answers }) => {
  const spec = specOf(answers);
  const project = path.join(work, name);
  const stage: Stage = {
    subject: {
      project,
      domain: spec.domain,
      tokensExpire: spec.tokensExpire,
      dataFolder: path.join(work, `${name}-data`),
      // Not every machine has a keychain.
      ...(spec.keychain && {
        environment: {
          [`${spec.domain.toUpperCase()}_ENCRYPTION_KEY`]: randomBytes(32).toString("base64"),
        },
      }),
    },
    signal: new AbortController().signal,
    step: (_step, run) => run(),
  };

  beforeAll(async () => {
    const file = path.join(work, `${name}.json`);
    fs.writeJsonSync(file, answers);
    execFileSync(process.execPath, [PROGRAM, project, "--answers", file, "--no-interactive"], {
      stdio: "pipe",
    });
    await runStep(stage, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline");
    await runStep(stage, "npm", "run", "build");
  });

  it.each(["typecheck", "lint", "test"])(
    "npm run %s",
    async (script) => void (await runStep(stage, "npm", "run", script)),
  );

  it("links, refreshes, calls and unlinks", async () => {
    const { title } = await proveLink(stage);
    expect(title).not.toBe("");
  });

  it("sends the requests that explain prints", async () => {
    const printed = await runStep(
      stage,
      process.execPath,
      path.join(ROOT, "test/support/record-requests.js"),
    );
    const sent = JSON.parse(printed) as readonly SeenRequest[];
    expect(byName(sent)).toEqual(byName(seenByServer(spec)));
  });

  it("publishes nothing but the program, and packs without a finding", async () => {
    await runStep(
      stage,
      process.execPath,
      path.join(ROOT, "node_modules/publint/src/cli.js"),
      "--strict",
    );
    await runStep(
      stage,
      process.execPath,
      path.join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js"),
      "--pack",
      ".",
      "--profile",
      "esm-only",
    );
    const [packed] = JSON.parse(
      await runStep(stage, "npm", "pack", "--dry-run", "--json", "--ignore-scripts"),
    ) as readonly [{ files: readonly { path: string }[] }];
    const strangers = packed.files.filter(
      ({ path: file }) =>
        !/^(?:dist\/|package\.json$|README\.md$|LICENSE$|manifest\.json$)/u.test(file),
    );
    expect(strangers).toEqual([]);
  });
});

interface SeenRequest {
  readonly name: string;
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server sees of a request: no host, no query that the address has by itself, parameters by name. */
function seenByServer(spec: IntegrationSpec): readonly SeenRequest[] {
  const addresses = [spec.authorizationUrl, spec.tokenUrl].map((url) => url.split("?")[1] ?? "");
  const own = new Set(addresses.flatMap((query) => [...new URLSearchParams(query).keys()]));
  const base = spec.apiBaseUrl.replace(/\/$/u, "");
  return (
    explain(spec)
      // The program makes no call by itself, and signs in with a browser here.
      .filter(({ name }) => name !== "API request" && !name.startsWith("device "))
      .map(({ name, method, url, headers, body = {} }) => {
        const [address = "", query = ""] = url.split(/\?(.*)/su);
        const asked = [...new URLSearchParams(query)].filter(([key]) => !own.has(key));
        const place = name === "account request" ? ` ${address.slice(base.length)}` : "";
        return { name: name + place, method, query: Object.fromEntries(asked), body, headers };
      })
  );
}

const byName = (requests: readonly SeenRequest[]) =>
  requests.toSorted((a, b) => (a.name < b.name ? -1 : 1));
