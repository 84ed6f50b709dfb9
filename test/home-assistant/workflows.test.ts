/** The steps of the workflows that do more than call an action, run as the runner runs them. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fakeTool, runTool, useSandboxes } from "../support/program.js";
import { readRoot } from "../support/project.js";

const sandbox = useSandboxes();
const WORKFLOWS = "features/ci/.github/workflows";

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const stepsOf = (file: string, job: string): readonly Step[] =>
  parse(readRoot(`templates/${file}`)).jobs[job].steps;

/** The job is tested where it stands in the TypeScript set; a plain project there has no file to spare for it. */
it("the job that updates the project is that of the TypeScript set, to the letter", () => {
  const job = (set: string, file: string): string => {
    const text = readRoot(`templates/${set}/${WORKFLOWS}/${file}`);
    return text.slice(text.indexOf("    runs-on:", text.indexOf("\n  update:\n")));
  };
  expect(job("home-assistant", "template-update.yml")).toBe(job("typescript", "ci.yml"));
  expect(job("home-assistant", "template-update.yml")).toContain("gh pr create");
});

describe("the release workflow", () => {
  const steps = stepsOf(`home-assistant/${WORKFLOWS}/release.yml`, "release").flatMap(
    ({ run }) => run ?? [],
  );

  async function release(version: string, tag: string) {
    const box = sandbox();
    const folder = path.join(box.work, "custom_components/acme");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(
      path.join(folder, "manifest.json"),
      JSON.stringify({ domain: "acme", version }),
    );
    // The runner has jq; here Node reads the member that it is asked for.
    fakeTool(
      box,
      "jq",
      `exec '${process.execPath}' -p "JSON.parse(require('fs').readFileSync('$3', 'utf8'))$2"`,
    );
    const PATH = fakeTool(box, "gh", 'printf "%s\\n" "$*"');
    const output: string[] = [];
    for (const step of steps) {
      const { code, stdout } = await runTool("bash", ["-e", "-c", step], {
        cwd: box.work,
        env: { ...box.environment, PATH, GITHUB_REF_NAME: tag },
      });
      output.push(stdout.trim());
      if (code !== 0) return { code, output: output.join("\n") };
    }
    return { code: 0, output: output.join("\n").trim() };
  }

  it.each(["1.2.0", "v1.2.0"])("makes a release of the tag %s", async (tag) =>
    expect(await release("1.2.0", tag)).toEqual({
      code: 0,
      output: `release create ${tag} --verify-tag --generate-notes`,
    }),
  );

  it.each(["1.2.1", "v1.2", "x1.2.0", "latest", "$(id)"])(
    "refuses the tag %s where the manifest has 1.2.0",
    async (tag) => {
      const { code, output } = await release("1.2.0", tag);
      expect(code).toBe(1);
      expect(output).toContain(`The tag is ${tag}, and manifest.json has the version 1.2.0`);
    },
  );
});
