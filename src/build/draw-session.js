import { execFileSync, spawn as start } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import headless from "@xterm/headless";
import fs from "fs-extra";

/*
 * Draws docs/pictures/session.svg: a person at a terminal, from one command to a linked account. Everything in it was printed by that run;
 * only the time of the installation and folders of this machine are not the reader's.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const COLUMNS = 92;
const ROWS = 400;
const LIMIT = 180_000;

/** The colours of a terminal, by number. */
const COLOURS = "#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4".split(" ");
/** Pixels. */
const LINE = 20;
const LETTER = 8.43;

/** What is waited for, and what is typed then. */
const TALK = [
  ["What", "\r"],
  ["provider", "\r"],
  ["Name", "Acme Cloud\r"],
  ["Domain", "\r"],
  ["Authorization URL", "https://auth.acme.com/authorize\r"],
  ["Token URL", "https://auth.acme.com/token\r"],
  ["Scopes", "profile devices:read\r"],
  ["advanced", "\r"],
  ["Directory", "\r"],
  ["Write these", "\r"],
  ["Install", "\r"],
  ["Link an account now?", "\u001b[B\r"],
];

const work = fs.mkdtempSync(path.join(os.tmpdir(), "session-"));
const home = path.join(work, "home");
fs.mkdirSync(home);
const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();
const screen = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });

try {
  await play();
  const text = draw(screen.buffer.active);
  fs.outputFileSync(path.join(root, "docs/pictures/session.svg"), text);
} finally {
  fs.removeSync(work);
}

/** Runs the program and talks to it. */
async function play() {
  const program = path.join(root, "bin/create-oauth2-integration.js");
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    TERM: "xterm-256color",
    FORCE_COLOR: "1",
    npm_config_cache: cache,
    npm_config_prefer_offline: "true",
  };
  const terminal = spawn(process.execPath, [program], { cols: COLUMNS, rows: 60, cwd: work, env });
  const command = "\u001b[32m$\u001b[0m npx create-oauth2-integration\r\n";
  let seen = "";
  let mark = 0;
  screen.write(command);
  terminal.onData((data) => {
    seen += data;
    screen.write(data);
  });
  const ended = new Promise((resolve) => {
    terminal.onExit(resolve);
  });
  /** @param {RegExp} wanted */
  const wait = async (wanted) => {
    const begin = Date.now();
    while (!wanted.test(seen.slice(mark))) {
      if (Date.now() - begin > LIMIT) throw new Error(`${wanted} was not shown:\n${seen}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (const [question = "", keys = ""] of TALK) {
    await wait(new RegExp(`\\?.*${question.replaceAll("?", String.raw`\?`)}`, "iu"));
    await new Promise((resolve) => setTimeout(resolve, 150));
    mark = seen.length;
    terminal.write(keys);
  }
  await wait(/code_challenge=\S+\s/u);
  const [address = ""] = /http:\/\/127\.0\.0\.1:\d+\/\S+/u.exec(seen.slice(mark)) ?? [];
  const browser = path.join(work, "acme_cloud/dist/sandbox/sign-in.js");
  start(process.execPath, [browser, address, "alice"], { stdio: "ignore" });
  await ended;
  await new Promise((resolve) => screen.write("", () => resolve(undefined)));
}

/* ---- the screen as a picture ---- */

/** @param {import("@xterm/headless").IBuffer} buffer */
function draw(buffer) {
  const lines = Array.from({ length: buffer.length }, (_, index) => buffer.getLine(index));
  const last = lines.findLastIndex((line) => line?.translateToString(true) !== "");
  const shown = lines.slice(0, last + 1);
  const [width, height] = [COLUMNS * LETTER + 40, shown.length * LINE + 60];
  const texts = shown.map((line, index) => {
    const y = 56 + index * LINE;
    return `<text x="20" y="${y}" xml:space="preserve">${line ? spansOf(line) : ""}</text>`;
  });
  const dots = ["#ff5f56", "#ffbd2e", "#27c93f"].map(
    (colour, index) => `<circle cx="${24 + index * 20}" cy="22" r="6" fill="${colour}"/>`,
  );
  const style =
    "font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #e6edf3";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="A terminal: from one command to a linked account">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
${dots.join("")}
<g style="${style}">
${texts.join("\n")}
</g>
</svg>
`;
}

/** Letters of the same look in one span. @param {import("@xterm/headless").IBufferLine} line */
function spansOf(line) {
  /** @type {{ look: string, text: string }[]} */
  const spans = [];
  for (let column = 0; column < line.length; column += 1) {
    const cell = line.getCell(column);
    const look = [
      ...(cell?.isFgPalette() ? [`fill="${COLOURS[cell.getFgColor() % 8]}"`] : []),
      ...(cell?.isBold() ? ['font-weight="bold"'] : []),
      ...(cell?.isDim() ? ['opacity="0.6"'] : []),
    ].join(" ");
    const text = cell?.getChars() || " ";
    const before = spans.at(-1);
    if (before?.look === look) before.text += text;
    else spans.push({ look, text });
  }
  return spans
    .map(({ look, text }) => [look, text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")])
    .map(([look, text]) => (look === "" ? text : `<tspan ${look}>${text}</tspan>`))
    .join("")
    .trimEnd();
}
