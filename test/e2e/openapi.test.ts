import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseYaml } from "../../src/io/parse-yaml.js";
import { openFolder, type ProjectFolder, refused, update } from "../support/project-folder.js";
import { ROOT, type Sandbox, showsStack, useSandboxes } from "../support/program.js";
import { reportOf } from "../support/report.js";
import { snapshot } from "../support/snapshot.js";
import { answer, DOWN, ENTER, openTerminal } from "../support/terminal.js";

const sandbox = useSandboxes();

const YAML = fs.readFileSync(path.join(ROOT, "test/fixtures/meters.openapi.yaml"), "utf8");
const JSON_TEXT = JSON.stringify(parseYaml(YAML));

/** What the document says, in the order of the questions. */
const FOUND = {
  name: "Nordlys Meters",
  authorizationUrl: "https://login.nordlys.energy/authorize",
  tokenUrl: "https://login.nordlys.energy/token",
  refreshUrl: "https://login.nordlys.energy/refresh",
  apiBaseUrl: "https://{region}.nordlys.energy/v2",
  scopes: ["profile"],
};

/** Serves texts on this machine: path → text. */
async function serve(files: Readonly<Record<string, string>>): Promise<string> {
  const server = http.createServer(({ url = "" }, response) => {
    const text = files[url];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function write(box: Sandbox, name: string, text: string): void {
  fs.writeFileSync(path.join(box.work, name), text);
}

async function makeProject(box: Sandbox, ...flags: readonly string[]): Promise<ProjectFolder> {
  const { code, stderr } = await box.run(["p", "--no-git", "--author", "Ada", ...flags]);
  if (code !== 0) throw new Error(stderr);
  return openFolder(box, path.join(box.work, "p"));
}

describe.concurrent("--openapi", () => {
  it.each([
    ["api.yaml", YAML],
    ["api.yml", `\uFEFF${YAML}`],
    ["api.json", JSON_TEXT],
    ["api", JSON_TEXT],
  ])("reads the file %s; nothing else has to be said", async (name, text) => {
    const box = sandbox();
    write(box, name, text);
    const { code, stdout, stderr } = await box.run(["p", "--openapi", name, "--no-git", "--json"]);
    expect(code, stderr).toBe(0);
    expect(reportOf(stdout).answers).toMatchObject({ ...FOUND, openapi: name });
    // What was found is shown before it is used.
    for (const shown of [`Read ${name}`, FOUND.tokenUrl]) expect(stderr).toContain(shown);
    const project = openFolder(box, path.join(box.work, "p"));
    expect(JSON.parse(project.read("openapi.json"))).toEqual(parseYaml(YAML));
    expect(project.read("src/api.ts")).toContain(
      'async accountsGetCurrent() {\n    const { data } = await this.api.GET("/users/me");',
    );
  });

  it("keeps a version without quotes as text: types are made of no other", async () => {
    const box = sandbox();
    write(box, "api.yaml", YAML.replace(/^openapi: .*$/mu, "openapi: 3.1"));
    const { code, stderr } = await box.run(["p", "--openapi", "api.yaml", "--no-git"]);
    expect(code, stderr).toBe(0);
    const project = openFolder(box, path.join(box.work, "p"));
    expect(JSON.parse(project.read("openapi.json"))).toMatchObject({ openapi: "3.1" });
  });

  it("reads a URL on this machine, and what is relative in it", async () => {
    const box = sandbox();
    const text = YAML.replace("https://login.nordlys.energy/token", "/oauth/token");
    const host = await serve({ "/docs/api.yaml": text });
    const project = await makeProject(box, "--openapi", `${host}/docs/api.yaml`);
    expect(project.state()["answers"]).toMatchObject({
      ...FOUND,
      openapi: `${host}/docs/api.yaml`,
      tokenUrl: `${host}/oauth/token`,
    });
  });

  it("what is said counts before what the document says", async () => {
    const box = sandbox();
    write(box, "api.yaml", YAML);
    const said = [
      "--name",
      "Meters",
      "--scopes",
      "readings:read",
      "--refresh-url",
      "https://a.test/r",
    ];
    const project = await makeProject(box, "--openapi", "api.yaml", ...said);
    expect(project.state()["answers"]).toMatchObject({
      ...FOUND,
      name: "Meters",
      scopes: ["readings:read"],
      refreshUrl: "https://a.test/r",
    });
  });

  it("gives the Home Assistant set URLs and scopes, and no typed client", async () => {
    const box = sandbox();
    write(box, "api.yaml", YAML);
    const flags = ["--template-set", "home-assistant", "--repository", "https://example.test/a/b"];
    const server = ["--api-base-url", "https://north.nordlys.energy/v2"];
    const project = await makeProject(box, "--openapi", "api.yaml", ...flags, ...server);
    expect(project.read("custom_components/nordlys_meters/const.py")).toContain(FOUND.tokenUrl);
    expect(project.exists("openapi.json")).toBe(false);
    fs.rmSync(path.join(box.work, "api.yaml"));
    expect((await project.run("update", "--check")).code).toBe(0);

    // The old document is not kept: the addresses of the new one count.
    write(box, "newer.yaml", YAML.replaceAll("login.nordlys.energy", "id.nordlys.energy"));
    await update(
      project,
      "--set",
      `openapi=${path.join(box.work, "newer.yaml")}`,
      "--set",
      `apiBaseUrl=${server[1] ?? ""}`,
    );
    expect(project.state()["answers"]).toMatchObject({
      tokenUrl: "https://id.nordlys.energy/token",
      apiBaseUrl: "https://north.nordlys.energy/v2",
    });
  });

  it("explain reads it, too", async () => {
    const box = sandbox();
    write(box, "api.json", JSON_TEXT);
    const { code, stdout } = await box.run(["explain", "--openapi", "api.json", "--json"]);
    expect(code).toBe(0);
    expect(JSON.stringify(reportOf(stdout).requests)).toContain(FOUND.tokenUrl);
  });

  const flow = "/components/securitySchemes/nordlys/flows/authorizationCode";
  it.each([
    ["no JSON", "api.json", '{\n  "openapi": "3.1.0",\n  "info": }', "line 3, column 11"],
    ["cut JSON", "api.json", JSON_TEXT.slice(0, 500), "line 1, column 497"],
    ["no YAML", "api.yaml", "openapi: 3.1.0\ninfo:\n  title: [a\n", "line 4, column 1"],
    ["a key twice", "api.yaml", "openapi: 3.1.0\nopenapi: 3.1.0\n", "line 2, column 1"],
    ["plain text", "api.yaml", "Not a document\n", "no OpenAPI document"],
    ["Swagger 2", "api.yaml", 'swagger: "2.0"\n', "/swagger"],
    ["no token URL", "api.yaml", YAML.replace(/ +tokenUrl.*\n/u, ""), `${flow}/tokenUrl`],
    [
      "an unsafe token URL",
      "api.yaml",
      YAML.replace("tokenUrl: https", "tokenUrl: http"),
      "tokenUrl",
    ],
    [
      "no OAuth",
      "api.yaml",
      YAML.replace("type: oauth2", "type: http"),
      "/components/securitySchemes",
    ],
    ["implicit alone", "api.yaml", YAML.replace("authorizationCode:", "implicit:"), "implicit"],
    [
      "references elsewhere",
      "api.yaml",
      YAML.replace('"#/components/schemas/Home"', "home.yaml"),
      "/$ref",
    ],
  ])("%s: exit 1, with its place, and nothing is written", async (_what, name, text, place) => {
    const box = sandbox();
    write(box, name, text);
    const before = snapshot(box.work);
    const result = await box.run(["p", "--openapi", name, "--json"]);
    expect([result.code, showsStack(result)]).toEqual([1, false]);
    const { error } = reportOf(result.stdout);
    expect(error?.code).toBe("openapi-unreadable");
    expect(error?.message).toContain(name);
    expect(error?.message).toContain(place);
    expect(snapshot(box.work)).toEqual(before);
  });

  it.each([
    ["a file that is not there", () => "none.yaml"],
    ["a folder", () => "."],
    ["a page that is not there", (host: string) => `${host}/none.yaml`],
    ["a page that is no document", (host: string) => `${host}/page.html`],
    ["http to another machine", () => "http://api.acme.test/openapi.json"],
  ])("%s: exit 1", async (_what, place) => {
    const host = await serve({ "/page.html": "<!doctype html><p>Hello: world" });
    const result = await sandbox().run(["p", "--openapi", place(host), "--json"]);
    expect([result.code, showsStack(result)]).toEqual([1, false]);
    expect(reportOf(result.stdout).error?.code).toBe("openapi-unreadable");
  });

  it("several schemes: says which there are, and takes the one that is said", async () => {
    const box = sandbox();
    const other =
      "    second:\n      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: https://b.test/a\n          tokenUrl: https://b.test/t\n          scopes: {}\n";
    write(box, "api.yaml", YAML + other);
    const { code, stderr } = await box.run(["p", "--openapi", "api.yaml", "--no-git"]);
    expect(code).toBe(1);
    expect(stderr).toContain("--openapi-scheme nordlys or second");
    const project = await makeProject(box, "--openapi", "api.yaml", "--openapi-scheme", "second");
    expect(project.state()["answers"]).toMatchObject({ tokenUrl: "https://b.test/t" });

    // Another scheme of the same document needs no document.
    fs.rmSync(path.join(box.work, "api.yaml"));
    await update(project, "--set", "openapiScheme=nordlys");
    expect(project.state()["answers"]).toMatchObject({ ...FOUND, openapiScheme: "nordlys" });
  });
});

describe.concurrent("update of a project with a document", () => {
  async function makeTyped(...flags: readonly string[]) {
    const box = sandbox();
    write(box, "api.yaml", YAML);
    const project = await makeProject(box, "--openapi", "api.yaml", ...flags);
    fs.rmSync(path.join(box.work, "api.yaml"));
    return { box, project };
  }

  it("needs no document, and loses no answer", async () => {
    const { project } = await makeTyped();
    const before = snapshot(project.folder);
    expect((await project.run("update", "--check")).code).toBe(0);
    expect((await project.run("update")).code).toBe(0);
    expect(snapshot(project.folder)).toEqual(before);
    const { files } = await update(project, "--set", "description=Others");
    expect(Object.keys(files)).toEqual(["package.json"]);
    expect(project.state()["answers"]).toMatchObject(FOUND);
  });

  it("reads it anew where it is said: what it gave follows, what somebody said stays", async () => {
    const { box, project } = await makeTyped("--scopes", "readings:read");
    const newer = YAML.replaceAll("login.nordlys.energy", "id.nordlys.energy")
      .replace("/users/me:", "/me:")
      .replace(/ +refreshUrl.*\n/u, "");
    write(box, "newer.yaml", newer);
    const { files } = await update(
      project,
      "--set",
      `openapi=${path.join(box.work, "newer.yaml")}`,
    );
    expect(Object.keys(files)).toEqual(["openapi.json", "src/api.ts", "src/const.ts"]);
    const answers = project.state()["answers"];
    expect(answers).toMatchObject({
      authorizationUrl: "https://id.nordlys.energy/authorize",
      tokenUrl: "https://id.nordlys.energy/token",
      apiBaseUrl: FOUND.apiBaseUrl,
      scopes: ["readings:read"],
    });
    expect(answers).not.toHaveProperty("refreshUrl");
    expect(project.read("src/api.ts")).toContain('this.api.GET("/me")');
  });

  it("a document that cannot be read changes nothing", async () => {
    const { project } = await makeTyped();
    const { code } = await refused(project, "update", "--set", "openapi=none.yaml");
    expect(code).toBe("openapi-unreadable");
  });

  it("gives the typed client to a project that had none, and takes it back", async () => {
    const box = sandbox();
    const urls = ["--authorization-url", "https://a.test/a", "--token-url", "https://a.test/t"];
    const project = await makeProject(box, "--name", "Plain", ...urls);
    const plain = project.read("src/api.ts");
    write(box, "api.yaml", YAML);
    const { files } = await update(project, "--set", `openapi=${path.join(box.work, "api.yaml")}`);
    expect(files).toMatchObject({
      "openapi.json": "create created",
      "src/openapi/client.ts": "create created",
    });
    expect(project.state()["answers"]).toMatchObject({
      name: "Plain",
      tokenUrl: "https://a.test/t",
    });
    await update(
      project,
      "--set",
      "openapi=",
      "--set",
      "apiBaseUrl=",
      "--set",
      "variables=",
      "--set",
      "scopes=",
    );
    expect(project.exists("openapi.json")).toBe(false);
    expect(project.read("src/api.ts")).toBe(plain);
    expect(project.state()["answers"]).not.toHaveProperty("openapi");
  });

  it("a lost state is made anew from the document that lies there", async () => {
    const { project } = await makeTyped();
    const { answers } = project.state();
    project.remove(".create-oauth2-integration.json");
    const set = ["--set", "openapi=api.yaml", "--set", "author=Ada"];
    expect((await project.run("update", "--adopt", ...set)).code).toBe(0);
    expect(project.state()["answers"]).toEqual(answers);
    expect((await project.run("update", "--check=strict")).code).toBe(0);
  });
});

it("at a terminal its scopes are a list to tick, with what each allows", async () => {
  const box = sandbox();
  write(box, "api.yaml", YAML);
  const terminal = openTerminal(box, ["p", "--openapi", "api.yaml", "--no-git"]);
  await answer(terminal, [
    ["What to generate", ENTER],
    ["Domain", ENTER],
    ["Scopes", `${DOWN} ${ENTER}`],
    ["Change advanced settings?", ENTER],
    ["Write these", ENTER],
    ["Install the dependencies", `n${ENTER}`],
  ]);
  expect((await terminal.ended).code).toBe(0);
  const shown = terminal.text();
  expect(shown).toContain("readings:read");
  expect(shown).toContain("Read what the meters counted");
  expect(shown).not.toContain("Token URL");
  const project = openFolder(box, path.join(box.work, "p"));
  expect(project.state()["answers"]).toMatchObject({
    ...FOUND,
    scopes: ["profile", "readings:read"],
  });
});
