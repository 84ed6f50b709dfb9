/** An update of a Home Assistant project: translations and manifest by key, Python by text, the owner's sensors and images kept. */
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../../src/core/files.js";
import { parseState, STATE_FILE } from "../../src/core/state.js";
import { pythonNeeds } from "../../src/template-sets/home-assistant/needs.js";
import { unpackBaseline } from "../../src/io/state-file.js";
import { makeVersion, type TemplateFolder } from "../support/other-version.js";
import { PROGRAM, useSandboxes } from "../support/program.js";
import { openFolder, outcome, type ProjectFolder, update } from "../support/project-folder.js";
import { frozenProjects } from "../upgrades/frozen.js";

const sandbox = useSandboxes();
const PACKAGE = "base/custom_components/{{domain}}";
const OWN_ICON = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 0xff]);

/** What a later template changes: a line of Python where owners are busy, a text, a key of the manifest, the neutral image. */
function change({ replace, write }: TemplateFolder): void {
  replace(
    `${PACKAGE}/coordinator.py`,
    "config_entry=entry,",
    "always_update=False,\n            config_entry=entry,",
  );
  replace(
    "features/sensors-of-api/custom_components/{{domain}}/sensor.py.hbs",
    "MAX_LENGTH = 255\n",
    "MAX_LENGTH = 250\n",
  );
  replace(`${PACKAGE}/translations/en.json.hbs`, "The sign-in has run out", "The sign-in is over");
  replace(
    `${PACKAGE}/translations/en.json.hbs`,
    '"rate_limited": {',
    '"new_one": { "message": "Something new" },\n    "rate_limited": {',
  );
  replace(
    `${PACKAGE}/manifest.json.hbs`,
    '  "requirements": [],\n',
    '  "loggers": ["acme"],\n  "requirements": [],\n',
  );
  replace("base/README.md.hbs", "## Troubleshooting\n", "## When something goes wrong\n");
  write(`${PACKAGE}/brand/icon.png`, Buffer.from([0x89, 0x50, 0x4e, 0x47, 9, 0xfe]));
}

let next: string;
beforeAll(() => {
  next = makeVersion(path.join(sandbox().work, "next"), "99.0.0", change, {}, "home-assistant");
});

/** A frozen project, as its owner's repository holds it. */
function thaw(file: string): {
  readonly project: ProjectFolder;
  readonly at: (file: string) => string;
} {
  const box = sandbox();
  const folder = path.join(box.work, "p");
  const text = fs.readFileSync(file, "utf8");
  const { baseline } = parseState(text);
  for (const [place, entry] of unpackBaseline(baseline)) {
    fs.mkdirSync(path.dirname(path.join(folder, place)), { recursive: true });
    fs.writeFileSync(path.join(folder, place), bytesOf(entry.content));
  }
  fs.writeFileSync(path.join(folder, STATE_FILE), text);
  const domain = fs
    .readdirSync(path.join(folder, "custom_components"))
    .find((name) => !name.includes("."));
  return {
    project: openFolder(box, folder),
    at: (name) => `custom_components/${domain}/${name}`,
  };
}

const frozen = (name: string): string => {
  const found = frozenProjects("home-assistant").find(
    (one) => one.name === `home-assistant-${name}`,
  );
  if (!found) throw new Error(`${name} is not frozen.`);
  return found.file;
};

const SENSOR = `    ServiceSensorDescription(
        key="mine",
        translation_key="mine",
        path="/mine",
        field="mine",
    ),
`;

it.each(frozenProjects("home-assistant"))(
  "$name of version $version comes to today's templates and the next with all that its owner did",
  async ({ file }) => {
    const { project, at } = thaw(file);
    const json = (name: string) => JSON.parse(project.read(at(name)));
    const isPolled = project.read(at("sensor.py")).includes("SENSORS:");
    if (isPolled) {
      project.edit(
        at("sensor.py"),
        "\n)\n\n\nasync def async_setup_entry(",
        `\n${SENSOR})\n\n\nasync def async_setup_entry(`,
      );
      project.edit(
        at("const.py"),
        "POLLED: Final[dict[str, str]] = {\n",
        'POLLED: Final[dict[str, str]] = {\n    "/mine": "GET",\n',
      );
    }
    project.edit(
      at("translations/en.json"),
      '    "sensor": {\n',
      '    "sensor": {\n      "mine": { "name": "Mine" },\n',
    );
    project.edit(at("translations/en.json"), "Sign in again to go on.", "Please sign in again.");
    project.edit(
      at("icons.json"),
      '    "sensor": {\n',
      '    "sensor": {\n      "mine": { "default": "mdi:heart" },\n',
    );
    project.edit(at("manifest.json"), '"version": "0.1.0"', '"version": "1.4.0"');
    project.edit(at("manifest.json"), '"requirements": []', '"requirements": ["acme-api==2.1.0"]');
    project.edit(
      "README.md",
      "## Removal\n",
      "## What we use it for\n\nFor the roof.\n\n## Removal\n",
    );
    project.write(at("brand/icon.png"), OWN_ICON);
    project.write(
      at("mine.py"),
      '"""Ours."""\n\nfrom .api import ServiceClient\n\nMINE = ServiceClient\n',
    );

    for (const program of [PROGRAM, next]) {
      const { code, conflicts } = await update(project.with(program));
      expect({ code, conflicts }).toEqual({ code: 0, conflicts: [] });
      if (isPolled) {
        expect(project.read(at("sensor.py"))).toContain(SENSOR);
        expect(project.read(at("const.py"))).toContain('    "/mine": "GET",\n');
      }
      const strings = json("translations/en.json");
      expect(strings.entity.sensor.mine).toEqual({ name: "Mine" });
      expect(strings.config.step.reauth_confirm.description).toContain("Please sign in again.");
      expect(json("icons.json").entity.sensor.mine).toEqual({ default: "mdi:heart" });
      const manifest = json("manifest.json");
      expect(manifest).toMatchObject({ version: "1.4.0", requirements: ["acme-api==2.1.0"] });
      const [domain, name, ...rest] = Object.keys(manifest);
      expect([domain, name, ...rest]).toEqual(["domain", "name", ...rest.toSorted()]);
      expect(project.read("README.md")).toContain("For the roof.");
      expect(fs.readFileSync(path.join(project.folder, at("brand/icon.png")))).toEqual(OWN_ICON);
      expect(project.read(at("mine.py"))).toContain("Ours.");
    }

    if (isPolled) expect(project.read(at("sensor.py"))).toContain("MAX_LENGTH = 250\n");
    expect(project.read(at("coordinator.py"))).toContain("always_update=False");
    expect(json("translations/en.json").exceptions).toMatchObject({
      new_one: { message: "Something new" },
      token_expired: { message: "The sign-in is over" },
    });
    expect(json("manifest.json").loggers).toEqual(["acme"]);
    expect(project.read("README.md")).toContain("## When something goes wrong\n");
  },
);

it("a translation that both changed keeps the owner's words, and says so", async () => {
  const { project, at } = thaw(frozen("plain"));
  project.edit(at("translations/en.json"), "The sign-in has run out", "Sign in, please");
  expect((await update(project)).code).toBe(0);
  const { code, conflicts } = await update(project.with(next));
  expect(code).toBe(3);
  expect(conflicts).toEqual([
    expect.objectContaining({ path: at("translations/en.json"), kind: "json" }),
  ]);
  const { exceptions } = JSON.parse(project.read(at("translations/en.json")));
  expect(exceptions.token_expired.message).toBe("Sign in, please");
  expect(exceptions.new_one.message).toBe("Something new");
});

it("another domain moves the whole folder, with the owner's edits, images and hooks", async () => {
  const { project, at } = thaw(frozen("hooks"));
  project.edit(at("sensor.py"), '"""When the access token', '"""Ours: when the access token');
  project.write(at("brand/icon.png"), OWN_ICON);
  project.edit(at("provider_hooks.py"), '"""', '"""Ours. ');
  const { code, conflicts, files } = await update(project, "--set", "domain=renamed");
  expect({ code, conflicts }).toEqual({ code: 0, conflicts: [] });
  const now = (file: string): string => `custom_components/renamed/${file}`;
  expect(files[now("provider_hooks.py")]).toMatch(
    /from custom_components\/signed\/provider_hooks\.py$/u,
  );
  expect(project.read(now("sensor.py"))).toContain('"""Ours: when');
  expect(project.read(now("provider_hooks.py"))).toContain('"""Ours. ');
  expect(fs.readFileSync(path.join(project.folder, now("brand/icon.png")))).toEqual(OWN_ICON);
  expect(project.read(now("const.py"))).toContain('DOMAIN: Final = "renamed"');
  expect(project.exists(at("manifest.json"))).toBe(false);
});

it("a mechanism that an own file imports is missed when an answer takes it away", async () => {
  const { project, at } = thaw(frozen("full"));
  project.write(
    at("mine.py"),
    '"""Ours."""\n\nfrom .provider.revocation import async_revoke\n\nMINE = async_revoke\n',
  );
  expect((await update(project)).code).toBe(0);
  const result = await update(project, "--set", "revocationUrl=");
  expect(result.code).toBe(3);
  expect(result.conflicts).toEqual([
    expect.objectContaining({
      path: at("mine.py"),
      kind: "orphan",
      missing: at("provider/revocation.py"),
    }),
  ]);
});

it("the hooks file is the owner's: the template may change it, and nothing happens", async () => {
  const { project, at } = thaw(frozen("hooks"));
  expect((await update(project)).code).toBe(0);
  const folder = path.join(sandbox().work, "other");
  const other = makeVersion(
    folder,
    "98.0.0",
    ({ write }) =>
      write(
        "features/hooks-empty/custom_components/{{domain}}/provider_hooks.py",
        '"""Other."""\n',
      ),
    {},
    "home-assistant",
  );
  const before = project.read(at("provider_hooks.py"));
  expect(await update(project.with(other))).toEqual(outcome({ files: {} }));
  expect(project.read(at("provider_hooks.py"))).toBe(before);
  expect((await project.run("diff")).stdout).toBe("");
});

describe("what a Python file imports", () => {
  const file = "custom_components/acme/provider/captures.py";
  it.each([
    ["from ..api import read_field", ["custom_components/acme/api.py"]],
    [
      "from .placeholders import (\n    A,\n    B as C,  # why\n)",
      ["custom_components/acme/provider/placeholders.py"],
    ],
    [
      "from . import lifetime, client_auth",
      [
        "custom_components/acme/provider/lifetime.py",
        "custom_components/acme/provider/client_auth.py",
      ],
    ],
    ["    from .. import provider_hooks", ["custom_components/acme/provider_hooks.py"]],
    [
      "from ..provider import captures",
      [
        "custom_components/acme/provider/captures.py",
        "custom_components/acme/provider/__init__.py",
      ],
    ],
    ["from custom_components.acme.const import DOMAIN", ["custom_components/acme/const.py"]],
    ["import custom_components.acme.const", ["custom_components/acme/const.py"]],
    ["from tests.service import give", ["tests/service.py"]],
  ])("%s", (text, expected) =>
    expect(pythonNeeds.references(file, text)).toEqual(expect.arrayContaining([...expected])),
  );

  it.each([
    ["import asyncio\nfrom homeassistant.const import Platform\nfrom yarl import URL"],
    ['"""Not code: from .api import x, said in the middle of a line."""'],
  ])("and not %j", (text) => expect(pythonNeeds.references(file, text)).toEqual([]));

  it("other files import nothing", () =>
    expect(pythonNeeds.references("README.md", "from .api import x")).toEqual([]));
});
