import { markdownCode, markdownText } from "../../core/literals.js";
import type { TemplateView } from "../../core/render.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { isPolled, polledPaths, sensorsOf, type SensorView } from "./sensors.js";

/** Whether the repository is one that HACS can read. */
export function isOnGitHub({ repository = "" }: IntegrationSpec): boolean {
  return repository.startsWith("https://github.com/");
}

/** What the README and the quality scale say of a project beside what its code reads. */
export function readmeView(spec: IntegrationSpec): TemplateView {
  const { domain, repository = "", sensors, license } = spec;
  const { pathname } = new URL(repository);
  const [owner = "", name = ""] = pathname.split("/").slice(1);
  const inHacs = new URLSearchParams({ owner, repository: name, category: "integration" });
  return {
    repository,
    licensed: license !== "UNLICENSED",
    license,
    isOnGitHub: isOnGitHub(spec),
    hacsUrl: `https://my.home-assistant.io/redirect/hacs_repository/?${inHacs}`,
    startUrl: `https://my.home-assistant.io/redirect/config_flow_start/?domain=${domain}`,
    ci: spec.ci,
    registrationUrl: spec.registrationUrl ?? "",
    docsUrl: spec.docsUrl ?? "",
    scopeList: spec.scopes.map(markdownCode).join(", "),
    polled: isPolled(spec),
    calls: Object.entries(polledPaths(spec))
      .map(([path, method]) => markdownCode(`${method} ${path}`))
      .join(", "),
    sensorRows: sensorsOf(spec).map((sensor, index) => ({
      name: markdownText(sensor.name),
      text: [whatItShows(sensor, spec), ...unitOf(sensors[index]?.unit)].join(", in "),
    })),
    firstSensor: `sensor.${domain}_${sensorsOf(spec)[0]?.key ?? ""}`,
    accountByCall: spec.account !== "none" && "path" in spec.account,
    sensorsAsked: sensors.length > 0,
    allClassed: sensors.every(({ deviceClass }) => deviceClass !== undefined),
  };
}

function whatItShows({ path, method, field = "" }: SensorView, spec: IntegrationSpec): string {
  if (path !== undefined)
    return `${codeInTable(field)} of what ${codeInTable(`${method ?? "GET"} ${path}`)} answers`;
  return spec.tokensExpire
    ? "until when the access token lives: a new time shows that the link is alive"
    : "since when the account is linked";
}

/** A code span in a cell of a table: there a bar ends the cell, also behind a backslash of the text. */
function codeInTable(text: string): string {
  return markdownCode(text).replaceAll("|", String.raw`\|`);
}

function unitOf(unit: string | undefined): readonly string[] {
  return unit === undefined ? [] : [markdownText(unit)];
}
