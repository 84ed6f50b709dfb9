#!/usr/bin/env node
const { main } = require("../dist/main.js");

async function run() {
  // What a run ends with that stops before its end.
  process.exitCode = 70;
  process.exitCode = await main(process.argv.slice(2));
}

void run();
