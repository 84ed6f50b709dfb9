// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError, redact } from "../errors.js";
import { isSafe, type ProviderDefinition, type Values } from "../oauth/provider.js";

/** A value that nobody gave a pattern: nothing in it ends a host or goes up a folder. */
export const USUAL_VALUE = String.raw`(?![.-])(?!.*\.\.)[A-Za-z0-9._-]+(?<![.-])`;

/** What a value may look like, by the part of the address that it stands in. */
const SHAPES = {
  whole: new RegExp(String.raw`^https?://(?:${USUAL_VALUE}|\[::1\])(?::\d{1,5})?(?:/[\w.~/-]*)?$`),
  host: new RegExp(`^${USUAL_VALUE}$`),
  /** For a variable whose own pattern allows it. */
  server: new RegExp(String.raw`^${USUAL_VALUE}(?::\d{1,5})?$`),
  /** RFC 1123, section 2.1: in front of the rest of a host. */
  label: /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/,
  path: /^[\w.~/-]+$/,
  query: /^/,
};
type Place = "whole" | "host" | "path" | "query";

/** What is known about the values: hosts of captured ones, and the variables. */
interface Rules extends Pick<ProviderDefinition, "hostSuffixes"> {
  readonly variables?: readonly { readonly name: string; readonly pattern?: string }[];
}

/**
 * Fills in the placeholders of an address; undefined while a value is not known. Nothing leads
 * elsewhere than the template says: a value that ends the host, names a user or goes up a folder
 * is refused, and so is a captured one outside of its hosts. Throws `authorization_failed` for
 * the latter, else `usage`.
 */
export function fillAddress(template: string, values: Values, rules: Rules): string | undefined {
  const [start = "", ...rest] = template.split(PLACEHOLDER);
  const names = rest.filter((_, index) => index % 2 === 0);
  let address = start;
  for (const [index, name] of names.entries()) {
    const value = values[name];
    if (value === undefined) return undefined;
    const place = placeAfter(address);
    const behind = rest[2 * index + 1] ?? "";
    const shape = place === "host" ? hostShape(name, behind, rules) : place;
    if (!SHAPES[shape].test(value)) throw refused(name, value, rules, { place, behind });
    address += written(value, place) + behind;
  }
  const { hostSuffixes = {} } = rules;
  const wrong = names.find((name) => !leadsTo(address, template, hostSuffixes[name]));
  if (wrong !== undefined) throw refused(wrong, values[wrong] ?? "", rules, { address });
  return address;
}

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/;

function hostShape(name: string, behind: string, { variables = [], hostSuffixes }: Rules) {
  if (hostSuffixes?.[name] !== undefined) return "host";
  // Its own pattern was compared when it was given.
  const hasPattern = variables.some((each) => each.name === name && each.pattern !== undefined);
  if (hasPattern) return "server";
  return behind.startsWith(".") ? "label" : "host";
}

/** Whether a value names a host in some address: in a host, capital letters do not count. */
export function standsInHost(name: string, provider: ProviderDefinition): boolean {
  const starts = Object.values(provider).map((text) => /^https?:\/\/[^/?]*/.exec(String(text)));
  return starts.some((found) => found?.[0].includes(`{${name}}`));
}

function placeAfter(before: string): Place {
  if (before === "") return "whole";
  if (before.includes("?")) return "query";
  return /^https?:\/\/[^/]*$/.test(before) ? "host" : "path";
}

function written(value: string, place: Place): string {
  if (place === "query") return encodeURIComponent(value);
  return place === "whole" ? value.replace(/\/$/, "") : value;
}

const ADDRESS = /^https?:\/\/(\[::1\]|[^/:?]*)(?::\d+)?([^?]*)/;

/** Whether an address leads where it says, and to one of the hosts, where they are declared. */
function leadsTo(address: string, template: string, hosts: readonly string[] | undefined): boolean {
  const [, host = "", path = ""] = ADDRESS.exec(address) ?? [];
  if (!isSafe(address) || path.split("/").some((part) => /^\.{1,2}$/.test(part))) return false;
  const { hostname, port } = new URL(address);
  // A host that is read as another one, "0x7f.1" for example, is none that was meant.
  if (hostname !== host.toLowerCase()) return false;
  if (hosts === undefined) return true;
  const isLoopback = isSafe(`http://${hostname}`);
  const isUsual = port === "" || isLoopback || !template.startsWith("{");
  return isUsual && isBelow(hostname, hosts);
}

function isBelow(hostname: string, hosts: readonly string[]): boolean {
  return hosts.some((suffix) => `.${hostname}`.endsWith(`.${suffix}`));
}

/** Where a value was to stand, or the whole address that it makes. */
interface Use {
  readonly place?: Place;
  readonly behind?: string;
  readonly address?: string;
}

function refused(name: string, value: string, { hostSuffixes = {} }: Rules, use: Use) {
  const hosts = hostSuffixes[name];
  if (hosts !== undefined) return refusedCapture(name, value, hosts, use);
  const { place, behind = "" } = use;
  const [rest = ""] = /^[^/:?{]*/.exec(behind) ?? [];
  const label = `only the part before ${rest}: letters, digits and hyphens`;
  const host = rest.startsWith(".") ? label : "a host, without https:// and without a path";
  const rules = {
    host,
    whole: "an address with https://",
    path: "no . or .., no ? or #",
    query: "",
  };
  const rule = place === undefined ? "it would lead elsewhere" : rules[place];
  const message = `The value of "${name}" cannot stand in an address (${rule}).`;
  return new IntegrationError("usage", `${message} Give another one (--var ${name}=…).`);
}

function refusedCapture(name: string, value: string, hosts: readonly string[], use: Use) {
  const hasScheme = /^[a-z][\w+.-]*:\/\//i.test(value);
  const form = hasScheme ? "a whole address, with a scheme" : "no whole address with https://";
  const isOdd = use.place === undefined ? false : hasScheme !== (use.place === "whole");
  const [, host = ""] = /^(?:[a-z]*:\/\/)?([^/?#\\]*)/i.exec(use.address ?? value) ?? [];
  const declared = `${hosts.join(", ")} (hostSuffixes in src/const.ts)`;
  const isRight = isBelow(host.replace(/:\d+$/, "").toLowerCase(), hosts);
  const fault = isRight ? "but in no plain https address" : `which is not below ${declared}`;
  const elsewhere = `${redact(host).slice(0, 60)}, ${fault}`;
  const problem = isOdd ? `${form}: the addresses in src/const.ts want it otherwise` : elsewhere;
  const message = `The provider sent as "${name}" ${problem}.`;
  return new IntegrationError("authorization_failed", `${message} Nothing was sent there.`);
}
