import { execFileSync } from "node:child_process";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../src/core/files.js";
import { PLAIN, specOf } from "./support/answers.js";
import { useSandboxes } from "./support/program.js";
import { renderSpec, ROOT } from "./support/project.js";
import { answer, CTRL_C, ENTER, openTerminal, type Terminal } from "./support/terminal.js";

/** Below the repository, so that its packages are found. */
const project = path.join(ROOT, "test/.work/first-run");
const PROGRAM = path.join(project, "dist/src/cli.js");
const SECRET = "hush-hush-1234";

const sandbox = useSandboxes();

beforeAll(async () => {
  const registrationUrl = "https://acme.com/developers";
  const tree = await renderSpec(
    specOf({ ...PLAIN, scopes: ["read"], registrationUrl, redirect: { port: 28_417 } }),
  );
  fs.emptyDirSync(project);
  for (const [file, { content }] of tree)
    fs.outputFileSync(path.join(project, file), bytesOf(content));
  execFileSync(process.execPath, [path.join(ROOT, "node_modules/typescript/bin/tsc")], {
    cwd: project,
  });
});

afterAll(() => fs.removeSync(project));

describe("link in a generated project, at a terminal", () => {
  const box = sandbox();
  const link = (): Terminal => openTerminal(box, ["link", "--no-browser"], {}, [], PROGRAM);

  it("the first run says what to register, takes id and hidden secret, and goes on to the sign-in", async () => {
    const terminal = link();
    await answer(terminal, [
      ["Client id:", `my-id${ENTER}`],
      ["Client secret", `${SECRET}${ENTER}`],
    ]);
    await terminal.see("client_id=my-id");
    terminal.type(CTRL_C);
    expect((await terminal.ended).code).toBe(130);
    expect(terminal.text()).toContain("https://acme.com/developers");
    expect(terminal.text()).toContain("http://127.0.0.1:28417/callback");
    expect(terminal.text()).toContain("read");
    expect(terminal.raw()).not.toContain(SECRET);
  });

  it("the secret is stored, and not readable", () => {
    const home = box.environment["HOME"] ?? "";
    const files = fs
      .readdirSync(home, { recursive: true, encoding: "utf8" })
      .filter((file) => fs.statSync(path.join(home, file)).isFile());
    expect(files.map((file) => path.basename(file))).toContain("credentials.sealed");
    for (const file of files)
      expect(fs.readFileSync(path.join(home, file), "latin1")).not.toContain(SECRET);
  });

  it("every later run just links", async () => {
    const terminal = link();
    await terminal.see("client_id=my-id");
    terminal.type(CTRL_C);
    expect((await terminal.ended).code).toBe(130);
    expect(terminal.text()).not.toContain("Client id:");
  });
});
