#!/usr/bin/env node
const fs = require("node:fs");
const { enableCompileCache } = require("node:module");
const path = require("node:path");

/** The version is said without the program: loading it takes longer. What cannot be written here, the program says why. */
function isVersionSaid(words) {
  if (words.length !== 1 || !["--version", "-V"].includes(words[0])) return false;
  try {
    fs.writeSync(1, `${require("../package.json").version}\n`);
    return true;
  } catch {
    return false;
  }
}

async function run() {
  const words = process.argv.slice(2);
  if (isVersionSaid(words)) return;
  // From Node 22.8 on, the next run need not compile again. Beside the program, which nobody else can write; where we cannot, Node goes without.
  enableCompileCache?.(path.join(__dirname, "../dist/compile-cache"));
  const { main } = require("../dist/main.js");
  // What a run ends with that stops before its end.
  process.exitCode = 70;
  process.exitCode = await main(words);
}

void run();
