import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./support/project.js";

const PROGRAM = path.join(ROOT, "bin/create-oauth2-integration.js");
const DOCUMENT = path.join(ROOT, "test/fixtures/meters.openapi.yaml");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "openapi-"));
const project = path.join(work, "project");
afterAll(() => fs.removeSync(work));

const at = (...parts: readonly string[]): string => path.join(project, ...parts);
const TYPES = at("src/openapi/types.ts");

/** Runs a program in a folder, and gives its exit code and everything that it printed. */
function run(folder: string, program: string, ...words: readonly string[]) {
  try {
    const options = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const;
    return { code: 0, text: execFileSync(program, words, options) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: stdout + stderr };
  }
}

/** Runs npm in a folder; it has to succeed. */
function npm(folder: string, ...words: readonly string[]): string {
  const { code, text } = run(folder, "npm", ...words);
  expect(code, text).toBe(0);
  return text;
}

/** A test that a project's owner could write: real calls of the document against the sandbox. */
const OWNERS_TEST = `import { expect, it } from "vitest";
import { ServiceClient } from "../src/api.js";
import type { components } from "../src/openapi/types.js";
import { answerWith, createWorld, link, sessionOf } from "./support.js";

async function createClient() {
  const world = await createWorld();
  const { entry } = await link(world);
  return { ...world, entry, client: new ServiceClient(sessionOf(world, entry)) };
}

it("reads the account with the operation that api.ts shows", async () => {
  const { sandbox, entry, client } = await createClient();
  const account: components["schemas"]["Account"] = { id: "7", displayName: "Ada" };
  answerWith(sandbox, "/api/users/me", { status: 200, body: account });
  const { id, displayName } = await client.accountsGetCurrent();
  expect([id.toUpperCase(), displayName]).toEqual(["7", "Ada"]);
  const [request] = sandbox.requestsTo("/api/users/me");
  expect(request?.headers["authorization"]).toBe(\`Bearer \${entry.token.accessToken}\`);
});

it("adds a reading", async () => {
  const { sandbox, client } = await createClient();
  const body = { kind: "consumption", at: "2026-01-01T00:00:00Z", kWh: 1.5 } as const;
  answerWith(sandbox, "/api/meters", { status: 201, body });
  const params = { path: { meterId: "m-1" } };
  const { data } = await client.api.POST("/meters/{meterId}/readings", { params, body });
  expect(data?.kind === "consumption" && data.kWh.toFixed(1)).toBe("1.5");
  expect(JSON.parse(sandbox.requestsTo("/api/meters/m-1/readings")[0]?.body ?? "")).toEqual(body);
});
`;

/** What the types have to refuse, a line each. */
const WRONG_CALLS = [
  'api.GET("/user/me")',
  'api.POST("/users/me")',
  'api.GET("/meters/{meterId}/readings", { params: { path: { meterId: "1" } } })',
  'api.GET("/homes", { params: { query: { page: "one" } } })',
  'api.PATCH("/users/me", { body: { language: "fr" } })',
  'api.GET("/users/me").then(({ data }) => data?.email)',
];

describe("a project from an OpenAPI document", () => {
  beforeAll(() => {
    const { code, text } = run(
      work,
      process.execPath,
      PROGRAM,
      "project",
      "--openapi",
      DOCUMENT,
      "--no-interactive",
    );
    expect(code, text).toBe(0);
    npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline");
    npm(project, "run", "build");
  });

  it("builds, type-checks, lints and passes its tests, with calls of the document in them", () => {
    fs.writeFileSync(at("test/typed-calls.test.ts"), OWNERS_TEST);
    for (const script of ["typecheck", "lint", "test"]) npm(project, "run", script);
  });

  it("its types refuse what the document does not have", () => {
    const file = at("src/wrong.ts");
    const calls = WRONG_CALLS.map((call) => `(api: OpenApiClient) => ${call},\n`);
    const head =
      'import type { OpenApiClient } from "./openapi/client.js";\nexport const wrong = [\n';
    fs.writeFileSync(file, `${head}${calls.join("")}];\n`);
    const { code, text } = run(project, "npm", "run", "typecheck");
    fs.removeSync(file);
    expect(code).not.toBe(0);
    const refused = [...text.matchAll(/src\/wrong\.ts\((\d+),/gu)].map(([, line]) => Number(line));
    expect([...new Set(refused)]).toEqual(WRONG_CALLS.map((_call, index) => index + 3));
  });

  it("makes the types only where the document is newer", () => {
    const made = fs.statSync(TYPES).mtimeMs;
    npm(project, "run", "build");
    expect(fs.statSync(TYPES).mtimeMs).toBe(made);
    const later = new Date(Date.now() + 1000);
    fs.utimesSync(at("openapi.json"), later, later);
    npm(project, "run", "typecheck");
    expect(fs.statSync(TYPES).mtimeMs).toBeGreaterThan(made);
    fs.utimesSync(at("openapi.json"), new Date(0), new Date(0));
  });

  it("works as a fresh clone, whatever is run first", () => {
    const git = (...words: readonly string[]) => run(project, "git", ...words);
    git("add", "--all");
    const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.test"];
    expect(git(...author, "commit", "--quiet", "--message", "All").code).toBe(0);
    const files = git("ls-files").text.split("\n");
    expect(files).toContain("openapi.json");
    expect(files).not.toContain("src/openapi/types.ts");
    for (const script of ["typecheck", "test"]) {
      const clone = path.join(work, `clone-${script}`);
      expect(run(work, "git", "clone", "--quiet", project, clone).code).toBe(0);
      npm(clone, "install", "--no-audit", "--no-fund", "--prefer-offline");
      npm(clone, "run", script);
      npm(clone, "run", "lint");
      fs.removeSync(clone);
    }
  });

  it("the package that is published holds the types, and gives them by themselves", () => {
    const [packed] = JSON.parse(npm(project, "pack", "--json", "--ignore-scripts")) as readonly [
      { filename: string; files: readonly { path: string }[] },
    ];
    const files = packed.files.map(({ path: file }) => file);
    expect(files).toContain("dist/src/openapi/types.d.ts");
    expect(files.filter((file) => /^(?:tools|openapi\.json)/u.test(file))).toEqual([]);
    const user = path.join(work, "user");
    fs.outputJsonSync(path.join(user, "package.json"), { type: "module" });
    npm(user, "install", "--no-audit", "--no-fund", "--prefer-offline", at(packed.filename));
    fs.writeFileSync(
      path.join(user, "use.ts"),
      'import type { ServiceClient } from "nordlys-meters-integration";\n' +
        'import type { components } from "nordlys-meters-integration/openapi";\n' +
        "export const homes = async (client: ServiceClient) => {\n" +
        '  const { data } = await client.api.GET("/homes");\n' +
        '  const city: components["schemas"]["Place"]["city"] | undefined = data?.items[0]?.address.city;\n' +
        "  return city?.trim();\n};\n",
    );
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node"];
    const { code, text } = run(
      user,
      at("node_modules/.bin/tsc"),
      ...options,
      "--typeRoots",
      at("node_modules/@types"),
      "use.ts",
    );
    expect(code, text).toBe(0);
  });

  it("a document that no types can be made from fails the build, and says why", () => {
    const document = fs.readFileSync(at("openapi.json"), "utf8");
    fs.writeFileSync(at("openapi.json"), document.replace('schemas/Home"', 'schemas/Hut"'));
    const { code, text } = run(project, "npm", "run", "build");
    fs.writeFileSync(at("openapi.json"), document);
    expect(code).toBe(1);
    expect(text).toContain("No types could be made from openapi.json");
    expect(text).toContain("#/paths/~1homes/get");
  });
});
