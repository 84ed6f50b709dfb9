import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileTree } from "../src/core/files.js";
import type { KnownProvider } from "../src/core/known-provider.js";
import { parseAnswers } from "../src/template-sets/parse-answers.js";
import { pythonOf } from "./home-assistant/environments.js";
import { type AnswerDocument, said } from "./support/answers.js";
import { PROVIDERS } from "./support/known-providers.js";
import { runTool } from "./support/program.js";
import { renderSpec, ROOT } from "./support/project.js";
import { THINGS } from "./wire/api.js";
import { runnable } from "./wire/generated.js";
import {
  seeCall,
  seeLinked,
  seeNoSecret,
  seeRefresh,
  type Stage,
  variableWords,
} from "./wire/life.js";
import { caseOf } from "./wire/provider-case.js";
import { startStrictServer } from "./wire/strict-server.js";

/** Below the repository, so that its packages are found. */
const WORK = path.join(ROOT, "test/.work/providers");
/** So many projects are type-checked in one run of the compiler. */
const AT_ONCE = 24;

/** The known provider, with answers over its own. Nothing: the set cannot have it (`test/providers.test.ts` says which, and why). */
async function renderProvider(
  provider: KnownProvider,
  answers: AnswerDocument,
): Promise<FileTree | undefined> {
  const own = {
    provider: provider.id,
    author: "Ada Lovelace",
    repository: "https://github.com/acme/acme",
  };
  try {
    const { spec } = parseAnswers(said({ ...own, ...answers }), { year: 2026, provider });
    return await renderSpec(spec);
  } catch (error) {
    if (answers["templateSet"] === "home-assistant" && String(error).includes("passes nothing on"))
      return undefined;
    throw error;
  }
}

function writeTree(folder: string, tree: FileTree): void {
  for (const [file, { content }] of tree) {
    const place = path.join(folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, content);
  }
}

/** Runs a tool to its end; a failure tells the first of what it printed. */
async function runToEnd(tool: string, words: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runTool(tool, words, { cwd });
  expect(code, `${stdout}${stderr}`.slice(0, 4000)).toBe(0);
}

beforeAll(() => fs.rmSync(WORK, { recursive: true, force: true }));

const begun = Date.now();
const counts = { typescript: 0, homeAssistant: 0, linked: 0, refreshed: 0, hooked: 0 };
afterAll(() => {
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(
    `${PROVIDERS.length} providers in ${seconds} s: ${counts.typescript} type-checked, ${counts.homeAssistant} compiled by Python, ${counts.linked} linked, ${counts.refreshed} refreshed, ${counts.hooked} by their hooks`,
  );
});

const batches = Array.from({ length: Math.ceil(PROVIDERS.length / AT_ONCE) }, (_, index) =>
  PROVIDERS.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
);

describe("every project type-checks, with its sandbox and its tests", () => {
  it.each(batches.map((batch, index) => [batch[0]?.id, batch.at(-1)?.id, index] as const))(
    "from %s to %s",
    async (_first, _last, index) => {
      const folder = path.join(WORK, `typescript-${index}`);
      for (const provider of batches[index] ?? []) {
        const tree = await renderProvider(provider, { templateSet: "typescript" });
        writeTree(path.join(folder, provider.id), tree ?? new Map());
        counts.typescript++;
      }
      const [some] = batches[index] ?? [];
      fs.writeFileSync(
        path.join(folder, "tsconfig.json"),
        JSON.stringify({
          extends: `./${some?.id}/tsconfig.json`,
          compilerOptions: { noEmit: true, rootDir: "." },
          include: ["*/src", "*/sandbox", "*/test"],
        }),
      );
      await runToEnd(
        process.execPath,
        [path.join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."],
        folder,
      );
      fs.rmSync(folder, { recursive: true });
    },
  );
});

it("every integration for Home Assistant compiles", async () => {
  const folder = path.join(WORK, "home-assistant");
  for (const provider of PROVIDERS) {
    const tree = await renderProvider(provider, { templateSet: "home-assistant" });
    if (tree === undefined) continue;
    writeTree(path.join(folder, provider.id), tree);
    counts.homeAssistant++;
  }
  await runToEnd(pythonOf("newest"), ["-m", "compileall", "-q", "-j", "2", "."], folder);
  fs.rmSync(folder, { recursive: true });
});

/** Ports of redirects that are declared: below the ports made from a domain, another for each provider. */
const FIRST_PORT = 17_000;

describe.concurrent("links, refreshes and calls at a strict server made from its data", () => {
  it.each(PROVIDERS.map((provider, index) => [provider.id, provider, index] as const))(
    "%s",
    async (id, provider, index) => {
      const wireCase = caseOf(provider);
      const domain = `wire_${id.replaceAll("-", "_")}`;
      await using server = await startStrictServer(
        { ...wireCase.answers, domain },
        wireCase.options,
        FIRST_PORT + index,
      );
      const folder = path.join(WORK, "linked", id);
      const tree = await renderProvider(provider, { ...server.answers });
      writeTree(path.join(folder, "project"), tree ?? new Map());
      await build({
        entryPoints: [path.join(folder, "project/src/**/*.ts")],
        outdir: path.join(folder, "project/dist/src"),
        platform: "node",
        format: "esm",
        logLevel: "error",
      });
      const project = runnable(
        server.answers,
        folder,
        path.join(folder, "project/dist/src/cli.js"),
      );
      const stage: Stage = { wireCase, server, project, printed: [] };
      const linked = await seeLinked(stage, ["link", ...variableWords(stage)]);
      await seeCall(stage, ["GET", "/things"], THINGS);
      // A token that was exchanged once has no refresh token.
      if (provider.hook?.kind !== "exchanged-token") {
        expect(await seeRefresh(stage, linked)).toBe(true);
        if (provider.answers.tokensExpire !== false) counts.refreshed++;
        await seeCall(stage, ["GET", "/things"], THINGS);
      }
      seeNoSecret(stage, stage.printed);
      counts.linked++;
      if (provider.hook !== undefined) counts.hooked++;
      fs.rmSync(folder, { recursive: true });
    },
  );
});
