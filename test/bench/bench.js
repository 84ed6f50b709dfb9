/**
 * Every budget of speed and size beside what we need, and beside create-vite: `npm run bench`. It takes some minutes, and the registry
 * for create-vite, the other versions of Node and the demo.
 */
import { execFileSync, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { growthOfFiles, growthOfProviders } from "./growth.js";
import { inPairs, peakOf, timed, untilShown } from "./measure.js";
import { mergeSpeed } from "./merge-speed.js";
import { FLAGS, makeOutdated } from "./outdated-project.js";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PROGRAM = path.join(ROOT, "bin/create-oauth2-integration.js");
const VERSIONS = ["22", "24", "26"];
const ROUNDS = 21;
const MERGED = 10;
const HOME_ASSISTANT = Object.entries({
  "template-set": "home-assistant",
  "api-base-url": "https://api.acme.com",
  account: '{"path":"/me","id":"id"}',
  repository: "https://github.com/acme/acme-ha",
}).map(([name, value]) => `--${name}=${value}`);

const work = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
/** @param {readonly string[]} parts */
const at = (...parts) => path.join(work, ...parts);

/** Installs packages into a folder of their own. @param {string} name @param {readonly string[]} packages */
function install(name, ...packages) {
  fs.outputJsonSync(at(name, "package.json"), { private: true });
  execFileSync("npm", ["install", "--no-audit", "--no-fund", ...packages], {
    cwd: at(name),
    stdio: "ignore",
  });
  return at(name, "node_modules");
}

/** @param {string} version @returns {string} the binary */
function nodeOf(version) {
  const name = `node-${process.platform}-${process.arch}`;
  return path.join(install(`node-${version}`, `${name}@${version}`), name, "bin/node");
}

/** What a run begins with: no folder of the run before. @param {string} folder */
const without = (folder) => () => fs.removeSync(folder);

/** @param {string} createVite its program @returns {readonly (import("./measure.js").Row & { budget?: string })[]} */
function rows(createVite) {
  const outdated = at("outdated");
  const current = at("current");
  const copy = at("copy");
  const count = makeOutdated(PROGRAM, outdated, MERGED);
  fs.copySync(outdated, current);
  timed(process.execPath, [PROGRAM, "update", current]);
  /** @param {string} node @param {readonly string[]} words @param {number} [code] */
  const ours = (node, words, code = 0) => timed(node, [PROGRAM, ...words], { cwd: work, code });
  /** @param {string} node */
  const question = (node) => untilShown(node, [PROGRAM, at("asked")], "?", work);
  return [
    { name: "--version", budget: "+8", run: (node) => ours(node, ["--version"]) },
    { name: "--help", run: (node) => ours(node, ["--help"]) },
    {
      name: "first question on the screen",
      budget: "+25",
      run: question,
      bare: (node) =>
        untilShown(node, ["-e", 'console.log("?");setInterval(Date, 1000)'], "?", work),
    },
    {
      name: "create, typescript",
      budget: "+14",
      before: without(at("made")),
      run: (node) => ours(node, [at("made"), ...FLAGS]),
    },
    {
      name: "create, home-assistant",
      budget: "+14",
      before: without(at("made")),
      run: (node) => ours(node, [at("made"), ...FLAGS, ...HOME_ASSISTANT]),
    },
    {
      name: `update, ${MERGED} of ${count} files merged`,
      budget: "+40",
      before: () => {
        fs.removeSync(copy);
        fs.copySync(outdated, copy);
      },
      run: (node) => ours(node, ["update", copy]),
    },
    { name: "update, nothing to do", run: (node) => ours(node, ["update", current]) },
    {
      name: "update --check, up to date",
      budget: "+12",
      run: (node) => ours(node, ["update", current, "--check"]),
    },
    {
      name: "update --check, outdated",
      run: (node) => ours(node, ["update", outdated, "--check"], 4),
    },
    { name: "diff", run: (node) => ours(node, ["diff", outdated]) },
    { name: "create-vite --help", run: (node) => timed(node, [createVite, "--help"]) },
    {
      name: "create-vite, vanilla-ts",
      before: without(at("vite-app")),
      run: (node) =>
        timed(node, [createVite, "vite-app", "--template", "vanilla-ts", "--no-interactive"], {
          cwd: work,
        }),
    },
  ];
}

async function speed() {
  const createVite = path.join(install("vite", "create-vite"), "create-vite/index.js");
  const all = rows(createVite);
  const nodes = [process.execPath, ...VERSIONS.map(nodeOf)];
  /** @type {Awaited<ReturnType<typeof inPairs>>[]} */
  const results = [];
  for (const node of nodes) results.push(await inPairs(all, node, ROUNDS));
  const names = nodes.map((node) => execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
  const head = ["milliseconds over bare node", "budget", ...names.map((name) => `Node ${name}`)];
  const bare = ["`node -e 0` itself", "", ...results.map((result) => result.bare.toFixed(1))];
  const table = all.map(({ name, budget = "" }) => [
    name,
    budget,
    ...results.map((result) => {
      const { median = 0, low = 0, high = 0 } = result.rows.get(name) ?? {};
      return `+${median.toFixed(1)} (${low.toFixed(0)} to ${high.toFixed(0)})`;
    }),
  ]);
  /** @param {string} node @param {readonly string[]} more */
  const peak = (node, more) => {
    fs.removeSync(at("made"));
    return peakOf(node, [PROGRAM, at("made"), ...FLAGS, ...more], work).toFixed(0);
  };
  const memory = [
    ["create, typescript: peak MiB", "45; 50", ...nodes.map((node) => peak(node, []))],
    [
      "create, home-assistant: peak MiB",
      "45; 50",
      ...nodes.map((node) => peak(node, HOME_ASSISTANT)),
    ],
    [
      "`node -e 0` itself: peak MiB",
      "",
      ...nodes.map((node) => peakOf(node, ["-e", "0"], work).toFixed(0)),
    ],
  ];
  print([head, bare, ...table, ...memory]);
}

/** What is downloaded and installed, and the way from one command to a linked account. */
function size() {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", work], {
      cwd: ROOT,
      encoding: "utf8",
    }),
  );
  const begin = performance.now();
  const modules = install("installed", at(packed.filename));
  const installed = performance.now() - begin;
  const packages = fs.readdirSync(modules).filter((name) => !name.startsWith("."));
  print([
    ["size", "budget", "ours"],
    ["packed, kB", "160", (packed.size / 1000).toFixed(0)],
    ["packages installed", "1", String(packages.length)],
    ["`npm install` of it, s", "0.8", (installed / 1000).toFixed(1)],
    ["demo to the linked account, no npm cache, s", "20", demo(at("empty-cache"))],
    ["the same once more, warm, s", "8", demo(at("empty-cache"))],
  ]);
}

/** Seconds from the start of `demo` to the linked account. @param {string} cache of npm @returns {string} */
function demo(cache) {
  const environment = { PATH: process.env["PATH"], HOME: work, npm_config_cache: cache };
  const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "demo", "--json"], {
    env: { ...environment, npm_config_registry: registry() },
    encoding: "utf8",
  });
  /** @type {{ steps?: { name: string, milliseconds: number }[] }} */
  const { steps } = JSON.parse(stdout);
  if (steps === undefined) throw new Error(stderr);
  const linked = steps.findIndex(({ name }) => name === "link");
  const times = steps.slice(0, linked + 1).map(({ milliseconds }) => milliseconds);
  return (times.reduce((sum, time) => sum + time, 0) / 1000).toFixed(1);
}

function registry() {
  return execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
}

/** @param {readonly (readonly string[])[]} table */
function print(table) {
  const [head = [], ...rest] = table;
  const lines = [head, head.map(() => "---"), ...rest];
  console.log(`\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`);
}

try {
  console.log(
    `${os.cpus().length} cores, ${os.type()}; medians of ${ROUNDS} pairs, with the middle half`,
  );
  const wanted = process.argv.slice(2);
  /** @param {string} name */
  const isWanted = (name) => wanted.length === 0 || wanted.includes(name);
  if (isWanted("speed")) await speed();
  if (isWanted("size")) size();
  if (isWanted("merge")) print(mergeSpeed());
  if (isWanted("growth")) {
    print(await growthOfFiles(work));
    print(await growthOfProviders(work));
  }
} finally {
  fs.removeSync(work);
}
