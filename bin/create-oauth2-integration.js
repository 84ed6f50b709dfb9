#!/usr/bin/env node
const fs = require("node:fs");

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
  const { main } = require("../dist/main.js");
  // What a run ends with that stops before its end.
  process.exitCode = 70;
  process.exitCode = await main(words);
}

void run();
