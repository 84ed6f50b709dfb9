/**
 * `quality_scale.yaml` of a project, held against the project itself. hassfest does not look at it in a custom integration, so this does:
 * every rule is named, every claim has a proof here, and what is exempt says why.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  hasDeviceClass,
  renderIntegration,
  type RenderedIntegration,
  RULE_CASES,
} from "./projects.js";

/** `ALL_RULES` of `script/hassfest/quality_scale.py`, by tier; every integration of Home Assistant 2026.11 that has the file names these. */
const TIERS = {
  bronze:
    "action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage dependency-transparency docs-actions docs-conditions docs-high-level-description docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry",
  silver:
    "action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage",
  gold: "devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations icon-translations reconfiguration-flow repair-issues stale-devices",
  platinum: "async-dependency inject-websession strict-typing",
} as const;

/** What only the author of an integration can write, or draw. */
const AUTHORS = ["brands", "docs-use-cases", "entity-device-class"];

/** The body of a function or method, by its name. */
function body(text: string, name: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) =>
    new RegExp(`^ *(?:async )?def ${name}\\(`, "u").test(line),
  );
  if (start === -1) throw new Error(`There is no def ${name}.`);
  const indent = /^ */u.exec(lines[start] ?? "")?.[0].length ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(
    (line) =>
      line.trim() !== "" && (/^ */u.exec(line)?.[0].length ?? 0) <= indent && !/^ *\)/u.test(line),
  );
  return [lines[start], ...rest.slice(0, end === -1 ? undefined : end)].join("\n");
}

/** A section of the README: it has to say something. */
function section({ read }: RenderedIntegration, heading: string): string {
  const [, text = ""] =
    new RegExp(`^## ${heading}\n\n([^]*?)(?=^## |$(?![^]))`, "mu").exec(read("README.md")) ?? [];
  expect(text.length, heading).toBeGreaterThan(60);
  return text;
}

const python = (project: RenderedIntegration): readonly string[] =>
  project.files.filter((file) => /^custom_components\/.+\/.*\.py$/u.test(file));

type Proof = (project: RenderedIntegration) => void;

/** How it shows that a rule is met. */
const DONE: Readonly<Record<string, Proof>> = {
  "appropriate-polling": ({ integration }) => {
    expect(integration("const.py")).toContain("UPDATE_INTERVAL: Final = timedelta(minutes=5)");
    expect(integration("coordinator.py")).toContain("update_interval=UPDATE_INTERVAL");
  },
  "common-modules": ({ integration }) => {
    expect(integration("coordinator.py")).toMatch(/class \w+\(DataUpdateCoordinator\[/u);
    expect(integration("entity.py")).toMatch(/class \w+\(CoordinatorEntity\[/u);
    expect(integration("sensor.py")).toMatch(/class \w+\(ServiceEntity, SensorEntity\)/u);
  },
  "config-flow": ({ manifest, strings, integration }) => {
    expect(manifest["config_flow"]).toBe(true);
    expect(integration("config_flow.py")).toMatch(/class OAuth2FlowHandler\(/u);
    for (const { data = {}, data_description: described = {} } of Object.values(
      strings.config.step,
    ))
      expect(Object.keys(described)).toEqual(Object.keys(data));
  },
  // How much the tests cover is measured where they run; here they are there, for each way through the flow.
  "config-flow-test-coverage": ({ read, files }) => {
    const tests = files.filter((file) => /^tests\/test_\w+\.py$/u.test(file)).map(read);
    expect(read("tests/test_config_flow.py")).toContain("async def test_");
    for (const what of [
      /"(?:already_configured|single_instance_allowed)"/u,
      /reauth/iu,
      /reconfigure/iu,
    ])
      expect(tests.filter((text) => what.test(text)).length, String(what)).toBeGreaterThan(0);
  },
  "docs-high-level-description": ({ read }) =>
    expect(read("README.md").split("\n## ")[0]?.length).toBeGreaterThan(200),
  "docs-installation-instructions": (project) => {
    expect(section(project, "Installation")).toContain(`custom_components/${project.domain}`);
    expect(section(project, "Register an app")).toMatch(
      /`https:\/\/my\.home-assistant\.io\/redirect\/oauth`[^]*`\/auth\/external\/callback`/u,
    );
  },
  "docs-installation-parameters": (project) => {
    const text = section(project, "Configuration");
    expect(text).toMatch(/\*\*Client ID/u);
    const { data = {} } = project.strings.config.step.user ?? {};
    expect(text.match(/^- \*\*/gmu)?.length).toBe(1 + Object.keys(data).length);
  },
  "docs-removal-instructions": (project) => {
    const text = section(project, "Removal");
    expect(text).toContain("**Application credentials**");
    const revokes = project.integration("__init__.py").includes("async_revoke");
    expect(text.includes("ended at the provider")).toBe(revokes);
  },
  "entity-unique-id": ({ integration }) =>
    expect(body(integration("entity.py"), "__init__")).toContain("self._attr_unique_id ="),
  "has-entity-name": ({ integration }) =>
    expect(integration("entity.py")).toMatch(/^ {4}_attr_has_entity_name = True$/mu),
  // hassfest: `runtime_data.py`
  "runtime-data": (project) => {
    expect(body(project.integration("__init__.py"), "async_setup_entry")).toMatch(
      /^ +entry\.runtime_data = /mu,
    );
    expect(project.integration("coordinator.py")).toMatch(
      /^type ServiceConfigEntry = ConfigEntry\[/mu,
    );
    for (const file of python(project)) expect(project.read(file)).not.toContain("hass.data");
  },
  "test-before-configure": ({ integration, manifest }) => {
    const made = body(integration("config_flow.py"), "async_oauth_create_entry");
    // Without an account the sign-in itself is the test; with one it is looked up before there is an entry.
    if (manifest["single_config_entry"] === true) return;
    expect(made.indexOf("async_get_account(")).toBeGreaterThan(0);
    expect(made.indexOf("async_get_account(")).toBeLessThan(made.indexOf("async_create_entry("));
  },
  // hassfest: `test_before_setup.py`
  "test-before-setup": ({ integration }) => {
    const setup = body(integration("__init__.py"), "async_setup_entry");
    expect(setup).toContain("await coordinator.async_config_entry_first_refresh()");
    expect(setup.indexOf("first_refresh")).toBeLessThan(
      setup.indexOf("async_forward_entry_setups"),
    );
  },
  // hassfest: `unique_config_entry.py`
  "unique-config-entry": ({ integration, manifest }) => {
    const flow = integration("config_flow.py");
    const isUnique =
      flow.includes("async_set_unique_id(") && flow.includes("_abort_if_unique_id_configured(");
    expect(isUnique !== (manifest["single_config_entry"] === true)).toBe(true);
  },
  "config-entry-unloading": ({ integration }) =>
    expect(body(integration("__init__.py"), "async_unload_entry")).toContain(
      "async_unload_platforms(entry, PLATFORMS)",
    ),
  "entity-unavailable": ({ integration }) => {
    expect(integration("entity.py")).toContain("super().__init__(coordinator)");
    expect(integration("coordinator.py").match(/raise UpdateFailed\(/gu)).toHaveLength(2);
  },
  "integration-owner": ({ manifest }) =>
    expect(manifest["codeowners"]).toEqual([expect.stringMatching(/^@./u)]),
  "log-when-unavailable": ({ integration }) => {
    // The coordinator says it once; nothing of ours says it again.
    expect(integration("coordinator.py")).not.toMatch(/LOGGER\.\w+\(/u);
    expect(integration("sensor.py")).not.toMatch(/LOGGER\.\w+\(/u);
  },
  // hassfest: `parallel_updates.py`
  "parallel-updates": ({ integration }) =>
    expect(integration("sensor.py")).toMatch(/^PARALLEL_UPDATES = 0$/mu),
  // hassfest: `reauthentication_flow.py`
  "reauthentication-flow": ({ integration }) => {
    const flow = integration("config_flow.py");
    expect(flow).toMatch(/async def async_step_reauth\(/u);
    expect(body(flow, "async_step_reauth_confirm")).toContain('entry.data["auth_implementation"]');
    expect(body(integration("coordinator.py"), "_async_update_data")).toContain(
      "raise ConfigEntryAuthFailed(",
    );
  },
  "test-coverage": ({ read, files }) => {
    expect(read("pyproject.toml")).toMatch(/^fail_under = 9[5-9]$/mu);
    expect(files.filter((file) => /^tests\/test_\w+\.py$/u.test(file)).length).toBeGreaterThan(3);
  },
  devices: ({ integration }) =>
    expect(body(integration("entity.py"), "__init__")).toMatch(
      /DeviceInfo\([^]*DeviceEntryType\.SERVICE[^]*identifiers=/u,
    ),
  // hassfest: `diagnostics.py`
  diagnostics: ({ integration }) => {
    expect(integration("diagnostics.py")).toMatch(
      /^async def async_get_config_entry_diagnostics\(/mu,
    );
    expect(integration("diagnostics.py")).toContain(
      'async_redact_data(dict(entry.data), {"token"})',
    );
  },
  "docs-data-update": (project) => {
    const asks = !/^POLLED: .* = \{\}$/mu.test(project.integration("const.py"));
    expect(section(project, "Data updates").includes("Home Assistant asks")).toBe(asks);
  },
  "docs-examples": (project) =>
    expect(section(project, "Entities")).toMatch(/```yaml\nautomation:/u),
  "docs-known-limitations": (project) => void section(project, "Known limitations"),
  "docs-supported-devices": (project) =>
    expect(section(project, "Entities")).toContain("Each account is a device"),
  "docs-supported-functions": (project) => {
    const sensors = project.strings.entity.sensor;
    expect(section(project, "Entities").match(/^\| (?!Sensor|-)/gmu)).toHaveLength(
      Object.keys(sensors).length,
    );
  },
  "docs-troubleshooting": (project) =>
    expect(section(project, "Troubleshooting")).toContain(
      `custom_components.${project.domain}: debug`,
    ),
  "entity-category": ({ integration }) =>
    expect(integration("sensor.py")).toContain("EntityCategory.DIAGNOSTIC"),
  "entity-device-class": ({ integration }) => {
    const sensor = integration("sensor.py");
    const described = sensor.match(/\bkey="/gu)?.length;
    expect(sensor.match(/\bdevice_class=SensorDeviceClass\./gu)).toHaveLength(described ?? 0);
  },
  "entity-translations": ({ integration, strings }) => {
    const keys = [...integration("sensor.py").matchAll(/\btranslation_key="(\w+)"/gu)].map(
      ([, key]) => key,
    );
    expect(Object.keys(strings.entity.sensor)).toEqual(keys);
    expect(integration("sensor.py").match(/\bkey="/gu)).toHaveLength(keys.length);
  },
  "exception-translations": (project) => {
    const shown =
      /raise (?:ConfigEntry\w+|UpdateFailed|HomeAssistantError|ServiceValidationError)\(([^]*?)\)(?: from|\n)/gu;
    for (const file of python(project))
      for (const [all, words = ""] of project.read(file).matchAll(shown))
        expect([file, all, words.includes("translation_key=")]).toEqual([file, all, true]);
  },
  "icon-translations": ({ icons, strings, integration }) => {
    const code = integration("sensor.py");
    const bare = Object.keys(strings.entity.sensor).filter((key) => !hasDeviceClass(code, key));
    expect(Object.keys(icons.entity.sensor)).toEqual(expect.arrayContaining(bare));
    expect(code).not.toMatch(/\bicon=|_attr_icon/u);
  },
  // hassfest: `reconfiguration_flow.py`
  "reconfiguration-flow": ({ integration, domain, files }) => {
    const own = `custom_components/${domain}/variables_flow.py`;
    const flow =
      integration("config_flow.py") + (files.includes(own) ? integration("variables_flow.py") : "");
    expect(flow).toMatch(/async def async_step_reconfigure\(/u);
  },
  "inject-websession": (project) => {
    expect(body(project.integration("client.py"), "create_client")).toContain(
      "async_get_clientsession(hass)",
    );
    for (const file of python(project))
      expect(project.read(file)).not.toMatch(
        /\bClientSession\(|aiohttp\.request\(|\bimport requests\b/u,
      );
  },
  // hassfest: `strict_typing.py` and, with it, `_check_typed_config_entry` of `runtime_data.py`
  "strict-typing": (project) => {
    expect(project.integration("py.typed")).toBe("");
    expect(project.read("pyproject.toml")).toMatch(/^\[tool\.mypy\]\n(?:.+\n)*strict = true$/mu);
    for (const file of python(project))
      for (const [all] of project.read(file).matchAll(/\b(?:config_)?entry: [A-Z]\w+/gu))
        expect([file, all]).toEqual([file, expect.stringMatching(/: (?:Service)ConfigEntry$/u)]);
    for (const file of python(project))
      expect(project.read(file)).not.toMatch(/# type: ignore(?!\[)/u);
  },
};

/** What has to be so for a rule to be exempt. */
const noActions: Proof = (project) => {
  for (const file of python(project))
    expect(project.read(file)).not.toMatch(/services\.async_register|def async_setup\(/u);
};
const noRequirements: Proof = ({ manifest, read, integration }) => {
  expect(manifest["requirements"]).toEqual([]);
  expect(integration("api.py")).toMatch(/async def async_request\(/u);
  expect(read("README.md")).toContain("`api.py`");
};
const oneDevice: Proof = ({ integration }) =>
  expect(integration("entity.py")).toContain("identifiers={(DOMAIN, account)}");
const nothingToDiscover: Proof = ({ manifest }) => {
  const keys = Object.keys(manifest);
  for (const way of ["bluetooth", "dhcp", "homekit", "mqtt", "ssdp", "usb", "zeroconf"])
    expect(keys).not.toContain(way);
};

const EXEMPT: Readonly<Record<string, Proof>> = {
  "action-setup": noActions,
  "action-exceptions": noActions,
  "docs-actions": noActions,
  "docs-conditions": ({ files }) =>
    expect(files.some((file) => /\/conditions?\.(?:py|yaml)$/u.test(file))).toBe(false),
  "docs-triggers": ({ files }) =>
    expect(files.some((file) => /\/triggers?\.(?:py|yaml)$/u.test(file))).toBe(false),
  "dependency-transparency": noRequirements,
  "async-dependency": noRequirements,
  "entity-event-setup": (project) => {
    for (const file of python(project))
      expect(project.read(file)).not.toMatch(/async_added_to_hass|async_listen/u);
  },
  "docs-configuration-parameters": ({ integration }) =>
    expect(integration("config_flow.py")).not.toMatch(/OptionsFlow/u),
  discovery: nothingToDiscover,
  "discovery-update-info": nothingToDiscover,
  "dynamic-devices": oneDevice,
  "stale-devices": oneDevice,
  "entity-category": ({ integration }) =>
    expect(integration("sensor.py")).not.toContain("EntityCategory"),
  "entity-device-class": ({ integration }) =>
    expect(integration("sensor.py").match(/\bkey="\w+"/gu)).toEqual(['key="account"']),
  "entity-disabled-by-default": ({ integration }) =>
    expect(integration("sensor.py")).not.toContain("enabled_default"),
  "repair-issues": (project) => {
    for (const file of python(project))
      expect(project.read(file)).not.toContain("async_create_issue");
  },
};

const ALL = Object.values(TIERS).flatMap((names) => names.split(" "));

it("knows 54 rules", () => expect(new Set(ALL).size).toBe(54));

describe.each(RULE_CASES)("%s", (_name, answers) => {
  let project: RenderedIntegration;
  let rules: Readonly<
    Record<string, string | { readonly status: string; readonly comment?: string }>
  >;
  const statusOf = (rule: string): string => {
    const said = rules[rule];
    return typeof said === "string" ? said : (said?.status ?? "missing");
  };
  beforeAll(async () => {
    project = await renderIntegration(answers);
    ({ rules } = parse(project.integration("quality_scale.yaml")));
  });

  it("names every rule and no other, in the form that hassfest takes", () => {
    expect(Object.keys(rules).toSorted()).toEqual(ALL.toSorted());
    for (const [rule, said] of Object.entries(rules)) {
      if (typeof said === "string")
        expect([rule, ["done", "todo"].includes(said)]).toEqual([rule, true]);
      else {
        expect(["done", "exempt", "todo"]).toContain(said.status);
        expect([rule, said.comment]).toEqual([rule, expect.stringMatching(/^[A-Z].{15,}\.$/u)]);
      }
    }
  });

  it("meets all but what only the author can write, or draw", () => {
    const open = ALL.filter((rule) => statusOf(rule) === "todo");
    expect(AUTHORS).toEqual(expect.arrayContaining([...open]));
  });

  it.each(ALL)("%s", (rule) => {
    const status = statusOf(rule);
    if (status === "todo") return;
    const proof = { done: DONE, exempt: EXEMPT }[status]?.[rule];
    expect(proof, `nothing here shows that ${rule} is ${status}`).toBeDefined();
    proof?.(project);
  });
});
