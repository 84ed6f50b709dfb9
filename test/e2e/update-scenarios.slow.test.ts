import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, runTool, useSandboxes } from "../support/program.js";
import { makeProject, type ProjectFolder, update } from "../support/project-folder.js";

/** Every feature switched on, edited by hand, and switched off again: what stays builds, or the report says what does not. */

const sandbox = useSandboxes();

/** What switches each feature on, as `--set` takes it. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  "account by call": [
    "apiBaseUrl=https://api.acme.test",
    'account={"path":"/me","id":"id","name":"name"}',
  ],
  "account by claim": ['account={"claim":"sub"}'],
  "account by token field": ['account={"tokenField":"user.id"}'],
  "API auth header": ["apiAuthHeader=X-Api-Token: {token}"],
  "API headers": ['apiHeaders={"X-Client":"{clientId}"}'],
  "assumed lifetime": ["assumedLifetime=3600"],
  capture: ['capture=[{"name":"tenant","from":"token","key":"tenant"}]'],
  "code parameter": ["codeParam=auth_code"],
  "device authorization": ["deviceAuthorizationUrl=https://auth.acme.test/device"],
  hooks: ["hooks=true"],
  "redirect URL": ['redirect={"url":"https://acme.test/callback"}'],
  "renamed parameters": ['renameParams={"client_id":"app_id"}'],
  revocation: ["revocationUrl=https://auth.acme.test/revoke"],
  "token body as JSON": ["tokenBodyFormat=json"],
  "token body as query": ["tokenBodyFormat=query"],
  "token fields": ["tokenPath=data"],
  "token headers": ['tokenHeaders={"X-Client":"{clientId}"}'],
  variables: [
    'variables=[{"name":"region","label":"Region"}]',
    'apiHeaders={"X-Region":"{region}"}',
  ],
};

const keys = (answers: readonly string[]) => answers.map((answer) => answer.split("=", 1)[0] ?? "");
const set = (answers: readonly string[]) => answers.flatMap((answer) => ["--set", answer]);

describe.each(Object.entries(FEATURES))("%s", (_name, answers) => {
  it("switched on, edited, switched off: builds, or is a conflict", async () => {
    const project = await makeProject(sandbox());
    const on = await update(project, ...set(answers));
    expect(on.code).toBe(0);
    const created = Object.keys(on.files).filter((file) => on.files[file] === "create created");
    expect(created).not.toEqual([]);
    expect(await build(project)).toBe("");
    for (const file of created)
      if (file.endsWith(".ts")) project.write(file, `// mine\n${project.read(file)}`);
    const { code, notices } = await update(project, ...set(keys(answers).map((key) => `${key}=`)));
    for (const file of created) {
      expect(project.read(file).startsWith("// mine\n")).toBe(true);
      if (file !== "src/provider-hooks.ts")
        expect(notices).toContain(`no-longer-generated ${file}`);
    }
    const said = await build(project);
    expect(code === 3 || said === "", said).toBe(true);
  });

  it("switched on, built on without importing it, switched off: builds, or is a conflict until it builds", async () => {
    const project = await makeProject(sandbox());
    const on = await update(project, ...set(answers));
    const created = Object.keys(on.files).filter((file) => on.files[file] === "create created");
    const members = created
      .map((file) => project.read(file))
      .filter((text) => text.includes("interface ProviderDefinition {"))
      .flatMap((text) => [...text.matchAll(/^ {4}readonly (\w+)\??:/gmu)].map((found) => found[1]));
    const used = members.map((member) => `PROVIDER.${member}`).join(", ");
    project.write(
      "src/mine.ts",
      `import { PROVIDER } from "./const.js";\n\nexport const mine = [PROVIDER.tokenUrl, ${used}];\n`,
    );
    expect(await build(project)).toBe("");
    const { code, conflicts } = await update(
      project,
      ...set(keys(answers).map((key) => `${key}=`)),
    );
    expect(conflicts.map((conflict) => Object(conflict).name).toSorted()).toEqual(
      members.toSorted(),
    );
    expect((await build(project)) === "").toBe(members.length === 0);
    expect(code).toBe(members.length > 0 ? 3 : 0);
    project.write("src/mine.ts", "export {};\n");
    expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
    expect(await build(project)).toBe("");
  });
});

it("a package that goes with its feature, used by a file of your own, is a conflict until it is not", async () => {
  const project = await makeProject(sandbox(), ["--keychain", "true"]);
  project.write("src/mine.ts", 'export { Entry } from "@napi-rs/keyring";\n');
  const { conflicts } = await update(project, "--set", "keychain=");
  const name = "@napi-rs/keyring";
  expect(conflicts).toEqual([
    { path: "src/mine.ts", kind: "orphan", missing: "package.json", name },
  ]);
  // Asked for by yourself.
  project.edit("package.json", '"dependencies": {', `"dependencies": {\n    "${name}": "^2.0.0",`);
  expect(await update(project)).toMatchObject({ code: 0, conflicts: [] });
});

/** What the compiler says about a project, with the packages of this repository. */
async function build({ folder }: ProjectFolder): Promise<string> {
  const modules = path.join(folder, "node_modules");
  fs.rmSync(modules, { force: true });
  fs.symlinkSync(path.join(ROOT, "node_modules"), modules);
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const { code, stdout } = await runTool(process.execPath, [compiler, "--noEmit", "-p", folder]);
  fs.rmSync(modules);
  return code === 0 ? "" : stdout;
}
