import { IntegrationError } from "../errors.js";
import { isSafe, type ProviderDefinition, type Values } from "../oauth/provider.js";

/** A value that nobody gave a pattern: nothing in it ends a host or goes up a folder. */
export const USUAL_VALUE = String.raw`(?![.-])(?!.*\.\.)[A-Za-z0-9._-]+(?<![.-])`;

/** What a value may look like, by the part of the address that it stands in. */
const SHAPES = {
  whole: new RegExp(String.raw`^https?://(?:${USUAL_VALUE}|\[::1\])(?::\d{1,5})?(?:/[\w.~/-]*)?$`),
  host: new RegExp(`^${USUAL_VALUE}$`),
  path: /^[\w.~/-]+$/,
  query: /^/,
};
type Place = keyof typeof SHAPES;

/**
 * Fills in the placeholders of an address; undefined while a value is not known. Nothing leads
 * elsewhere than the template says: a value that ends the host, names a user or goes up a folder
 * is refused, and so is a captured one outside of its hosts. Throws `authorization_failed` for
 * the latter, else `usage`.
 */
export function fillAddress(
  template: string,
  values: Values,
  { hostSuffixes = {} }: Pick<ProviderDefinition, "hostSuffixes">,
): string | undefined {
  const [start = "", ...rest] = template.split(/\{([A-Za-z][A-Za-z0-9_-]*)\}/);
  const names = rest.filter((_, index) => index % 2 === 0);
  let address = start;
  for (const [index, name] of names.entries()) {
    const value = values[name];
    if (value === undefined) return undefined;
    const place = placeAfter(address);
    if (!SHAPES[place].test(value)) throw refused(name, hostSuffixes[name]);
    address += written(value, place) + rest[2 * index + 1];
  }
  const wrong = names.find((name) => !leadsTo(address, template, hostSuffixes[name]));
  if (wrong !== undefined) throw refused(wrong, hostSuffixes[wrong]);
  return address;
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
  const isBelow = hosts.some((suffix) => `.${hostname}`.endsWith(`.${suffix}`));
  const isLoopback = isSafe(`http://${hostname}`);
  return isBelow && (port === "" || isLoopback || !template.startsWith("{"));
}

function refused(name: string, hosts: readonly string[] | undefined): IntegrationError {
  if (hosts === undefined) {
    const message = `The value of "${name}" cannot stand in an address. Give another one`;
    return new IntegrationError("usage", `${message} (--var ${name}=…).`);
  }
  const message = `The provider sent an address ("${name}") that is not below ${hosts.join(", ")}.`;
  return new IntegrationError("authorization_failed", `${message} Nothing was sent there.`);
}
