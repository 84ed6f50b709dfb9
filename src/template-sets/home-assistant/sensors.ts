import { pythonLiteral } from "../../core/literals.js";
import { domainFromName } from "../../core/names.js";
import type { Texts } from "../../core/request-parts.js";
import type { IntegrationSpec } from "../../core/spec.js";
import { inTranslations } from "./translations.js";

/** One sensor as the templates have it. */
export interface SensorView {
  readonly key: string;
  readonly name: string;
  /** Nothing where its device class has one. */
  readonly icon?: string;
  readonly path?: string;
  readonly method?: string;
  readonly field?: string;
  readonly diagnostic?: boolean;
  /** Arguments of its description that only some have: name and Python code. */
  readonly more?: readonly { readonly name: string; readonly value: string }[];
}

/** Whether the sensors show what the API answers: there are some that say where, or an account that a call tells. */
export function isPolled({ sensors, account }: IntegrationSpec): boolean {
  return sensors.length > 0 || (account !== "none" && "path" in account);
}

/** The sensors that were asked for; else the account where a call gives it; else what is known of the token. */
export function sensorsOf(spec: IntegrationSpec): readonly SensorView[] {
  const { account, sensors } = spec;
  if (sensors.length > 0) return askedSensors(spec);
  if (account !== "none" && "path" in account) {
    const sensor = { key: "account", name: "Account", icon: "mdi:account", diagnostic: true };
    const more = [{ name: "entity_category", value: "EntityCategory.DIAGNOSTIC" }];
    return [{ ...sensor, ...accountCall(account), field: account.name ?? account.id, more }];
  }
  return spec.tokensExpire
    ? [{ key: "token_expires", name: "Token expires", icon: "mdi:key-chain" }]
    : [{ key: "linked", name: "Linked", icon: "mdi:link" }];
}

function askedSensors({ account, sensors }: IntegrationSpec): readonly SensorView[] {
  const call = account !== "none" && "path" in account ? accountCall(account) : undefined;
  return sensors.map(({ path, field, name, unit, deviceClass }, index) => ({
    key: keyOf(name, index),
    name: inTranslations(name),
    ...(deviceClass === undefined && { icon: iconOf(unit) }),
    path,
    method: path === call?.path ? call.method : "GET",
    field,
    more: [
      ...(unit === undefined
        ? []
        : [{ name: "native_unit_of_measurement", value: pythonLiteral(unit) }]),
      ...(deviceClass === undefined
        ? []
        : [{ name: "device_class", value: `SensorDeviceClass.${deviceClass.toUpperCase()}` }]),
    ],
  }));
}

/** What it measures is not known: a number where it has a unit, else anything. */
function iconOf(unit: string | undefined): string {
  return unit === undefined ? "mdi:information-outline" : "mdi:gauge";
}

/** The name of a sensor in code; one without Latin letters has a number. */
export function keyOf(name: string, index: number): string {
  return domainFromName(name) ?? `sensor_${index + 1}`;
}

/** What is asked for again and again: the path below the API's base, and the method. */
export function polledPaths(spec: IntegrationSpec): Texts {
  if (!isPolled(spec)) return {};
  return Object.fromEntries(sensorsOf(spec).map(({ path = "", method = "GET" }) => [path, method]));
}

/** The call that tells an account, with its query. */
export function accountCall({
  path,
  query = {},
  method = "GET",
}: {
  readonly path: string;
  readonly query?: Texts;
  readonly method?: string;
}): { readonly path: string; readonly method: string } {
  const more = new URLSearchParams(query).toString();
  return { path: more === "" ? path : `${path}?${more}`, method };
}
