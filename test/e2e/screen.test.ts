import fs from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { fakeTool, FLAGS, PROGRAM, type Sandbox, useSandboxes } from "../support/program.js";
import {
  answer,
  CTRL_C,
  ENTER,
  openTerminal,
  showsCursor,
  shownBy,
  type Terminal,
} from "../support/terminal.js";

const sandbox = useSandboxes();

const open = (
  box: Sandbox,
  argv: readonly string[],
  extra: Readonly<Record<string, string>> = {},
  width = 110,
): Terminal => openTerminal(box, argv, extra, [], PROGRAM, width);

/** A project in `project`, with a line of its owner's that the next update of the scopes is in conflict with. */
async function edited(): Promise<Sandbox> {
  const box = sandbox();
  await box.run(["project", ...FLAGS, "--scopes", "read"]);
  const file = path.join(box.work, "project/src/const.ts");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/^.*"read".*$/mu, '  scopes: ["mine"],'));
  return box;
}

let box: Sandbox;

beforeAll(async () => {
  box = await edited();
});

const CONFLICT = ["update", "project", "--set", "scopes=read write", "--allow-dirty", "--dry-run"];
const SCREENS: readonly (readonly string[])[] = [
  ["--help"],
  ...["update", "diff", "explain", "providers", "demo"].map((command) => [command, "--help"]),
  ["--no-interactive"],
  ["--bogus"],
  ["new", ...FLAGS, "--no-interactive", "--dry-run"],
  ["project", ...FLAGS, "--no-interactive"],
  ["providers"],
  ["providers", "show", "gitlab"],
  ["providers", "gitlb"],
  ["explain", "project"],
  ["update"],
  ["update", "project", "--check"],
  ["update", "project", "--set", "nothing=1"],
  ["update", "project", "--resolved", "src/const.ts"],
  CONFLICT,
  ["--issuer", "https://127.0.0.1:1/tenant", "--name", "Acme", "--no-interactive"],
];

/** Whether a line is wider than the terminal without need: only one word (of a row: its second) may be. */
function isTooWide(line: string, width: number): boolean {
  return line.length > width && !/^ *(?:[a-z]+ {2,})?\S+(?: \\)?$/u.test(line);
}

describe.concurrent.each([40, 80, 200])("at %i columns", (width) => {
  it.each(SCREENS)("no line is wider: %s %s %s %s", async (...argv) => {
    const terminal = open(box, argv, {}, width);
    await terminal.ended;
    // What a slow machine showed meanwhile was taken away again.
    const left = terminal
      .raw()
      .split("\n")
      .map((line) => line.split("\u001b[2K").at(-1) ?? "");
    const lines = left.map((line) => stripVTControlCharacters(line).replaceAll("\r", ""));
    expect(lines.filter((line) => isTooWide(line, width))).toEqual([]);
    expect(lines.join(" ").length).toBeGreaterThan(20);
  });
});

it("the list of all settings has a line for each, also on a narrow terminal", async () => {
  const own = sandbox();
  const terminal = open(own, ["--template-set", "typescript", ...FLAGS, "--scopes", "a"], {}, 40);
  await answer(terminal, [
    ["Domain", ENTER],
    ["advanced settings?", `y${ENTER}`],
  ]);
  await terminal.see("keychain");
  const rows = (await shownBy(terminal.raw(), 40)).split("\n");
  const first = rows.findIndex((row) => row.includes("templateSet"));
  const keys = rows.slice(first, first + 12).map((row) => row.slice(2, 28).trim());
  expect(keys.slice(0, 4)).toEqual(["templateSet", "provider", "name", "domain"]);
  expect(keys.filter((key) => !/^[a-zA-Z]+$/u.test(key))).toEqual([]);
  terminal.type(CTRL_C);
  expect((await terminal.ended).code).toBe(130);
});

const hasCodes = (text: string): boolean => stripVTControlCharacters(text) !== text;

describe.concurrent("colours", () => {
  it.each([
    ["at a terminal", {}, true],
    ["NO_COLOR", { NO_COLOR: "1" }, false],
    ["a terminal that can do nothing", { TERM: "dumb" }, false],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, false],
    ["FORCE_COLOR counts first", { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ] as const)("%s", async (_name, extra, isColoured) => {
    for (const argv of [["diff", "project"], CONFLICT, ["--bogus"]]) {
      const terminal = open(box, argv, extra);
      await terminal.ended;
      expect(hasCodes(terminal.raw()), argv.join(" ")).toBe(isColoured);
    }
  });

  it("a pipe gets none; where they are forced, a patch still has none", async () => {
    const plain = await box.run(CONFLICT);
    expect(hasCodes(plain.stdout)).toBe(false);
    const environment = { FORCE_COLOR: "1" };
    expect(hasCodes((await box.run(CONFLICT, { environment })).stdout)).toBe(true);
    expect(hasCodes((await box.run(["diff", "project"], { environment })).stdout)).toBe(false);
    expect(hasCodes((await box.run([...CONFLICT, "--json"], { environment })).stdout)).toBe(false);
  });
});

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]|npm install \d+ s/u;
const INSTALL = ["t", ...FLAGS, "--no-git", "--no-interactive", "--install"];

describe.concurrent("a step that takes its time", () => {
  const slow = (seconds: number): readonly [Sandbox, Readonly<Record<string, string>>] => {
    const own = sandbox();
    const script = `echo begun; exec sleep ${seconds}`;
    return [own, { PATH: fakeTool(own, "npm", script) }];
  };

  it("is seen to go on, and leaves nothing but what it printed and its time", async () => {
    const [own, extra] = slow(1.3);
    const terminal = open(own, INSTALL, extra);
    await terminal.see("npm install 1 s");
    expect((await terminal.ended).code).toBe(0);
    expect(showsCursor(terminal.raw())).toBe(true);
    const shown = await shownBy(terminal.raw(), 110);
    expect(shown).not.toMatch(SPINNER);
    expect(shown).toMatch(/^Installing with npm …\nbegun\nInstalled with npm in 1\.\d s\.\n/u);
  });

  it.each([
    ["Ctrl-C", (terminal: Terminal): void => terminal.type(CTRL_C), 130],
    ["SIGTERM", (terminal: Terminal): boolean => process.kill(terminal.processId, "SIGTERM"), 143],
  ] as const)("%s takes the spinner away", async (_name, interrupt, code) => {
    const [own, extra] = slow(60);
    const terminal = open(own, INSTALL, extra);
    await terminal.see("npm install 0 s");
    interrupt(terminal);
    expect((await terminal.ended).code).toBe(code);
    expect(showsCursor(terminal.raw())).toBe(true);
    expect(await shownBy(terminal.raw(), 110)).not.toMatch(SPINNER);
  });

  it("Ctrl-C counts, also where what it ended is heard of first", async () => {
    const own = sandbox();
    const script = "(sleep 0.02; kill -INT $PPID) >/dev/null 2>&1 & exit 1";
    const terminal = open(own, INSTALL, { PATH: fakeTool(own, "npm", script) });
    expect((await terminal.ended).code).toBe(130);
  });

  it.each([
    ["--json", ["--json"], {}],
    ["CI", [], { CI: "true" }],
    ["a terminal that can do nothing", [], { TERM: "dumb" }],
  ] as const)("nothing moves with %s", async (_name, flags, environment) => {
    const [own, extra] = slow(1);
    const terminal = open(own, [...INSTALL, ...flags], { ...extra, ...environment });
    expect((await terminal.ended).code).toBe(0);
    expect(terminal.raw()).not.toMatch(SPINNER);
    expect(terminal.text()).toContain("Installed with npm in 1.");
  });

  it("nothing moves in a pipe", async () => {
    const [own, environment] = slow(1);
    const { code, stderr } = await own.run(INSTALL, { environment });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Installing with npm …\nbegun\nInstalled with npm in 1\.\d s\.\n$/u);
  });
});
