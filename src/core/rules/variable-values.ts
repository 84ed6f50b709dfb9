import { fillPlaceholders, placeholdersIn } from "../placeholders.js";
import { isLoopback } from "../urls.js";
import { USUAL_VALUE, type Variable } from "../variables.js";

/**
 * Where in an address a placeholder stands, and what the generated program takes there (`src/provider/address.ts` of a project).
 * `rule` goes on after "there it must be".
 */
interface Place {
  readonly where: string;
  readonly shape: RegExp;
  readonly rule: string;
}

const WHOLE: Place = {
  where: "begins with it",
  shape: new RegExp(
    String.raw`^https?://(?:${USUAL_VALUE}|\[::1\])(?::\d{1,5})?(?:/[\w.~/-]*)?$`,
    "u",
  ),
  rule: "an address: https, a host, a port or a path, and nothing else",
};
const LABEL: Place = {
  where: "has it before a dot in the host",
  shape: /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/u,
  rule: "one part of a host name: letters, digits and -, without a dot",
};
const HOST: Place = {
  where: "has it in the host",
  shape: new RegExp(`^${USUAL_VALUE}$`, "u"),
  rule: "a host name, or a part of one: letters, digits, ., - and _",
};
const HOST_AND_PORT: Place = {
  where: "has it in the host",
  shape: new RegExp(String.raw`^${USUAL_VALUE}(?::\d{1,5})?$`, "u"),
  rule: "a host name, or a part of one, with or without a port",
};
const PATH: Place = {
  where: "has it in the path",
  shape: /^[\w.~/-]+$/u,
  rule: "a part of a path: letters, digits, ., ~, -, _ and /",
};

/** Why the generated program takes a value of a variable nowhere in an address, as the rest of a sentence; `undefined`: it does. */
export function unfitFor(variable: Variable, value: string, template: string): string | undefined {
  const parts = template.split(`{${variable.name}}`);
  for (const index of parts.slice(1).keys()) {
    const before = parts.slice(0, index + 1).join(value);
    const after = parts.slice(index + 1).join(value);
    const place = placeOf(variable, before, after);
    if (place === undefined) continue;
    if (!place.shape.test(value)) return `${place.where}: there it must be ${place.rule}`;
    const fault = faultOf(standIns(before), value, standIns(after), place);
    if (fault !== undefined) return `${place.where}: ${fault}`;
  }
  return undefined;
}

/** `undefined` in a query: anything may stand there. */
function placeOf({ pattern }: Variable, before: string, after: string): Place | undefined {
  if (before === "") return WHOLE;
  if (before.includes("?")) return undefined;
  if (!/^https?:\/\/[^/]*$/iu.test(before)) return PATH;
  if (pattern !== undefined) return /^(?:[/?]|$)/u.test(after) ? HOST_AND_PORT : HOST;
  return after.startsWith(".") ? LABEL : HOST;
}

/** The other placeholders are judged by themselves: something harmless stands for them. */
function standIns(text: string): string {
  const start = placeholdersIn(text)[0];
  const isWhole = start !== undefined && text.startsWith(`{${start}}`);
  const address = isWhole ? text.replace(`{${start}}`, "https://zz.zz") : text;
  const loopback = address.replace(/^(http:\/\/)\{[^}]+\}(?=[:/?]|$)/iu, "$1localhost");
  return fillPlaceholders(loopback, () => "zz");
}

/** What is wrong with the address once the value stands in it. */
function faultOf(before: string, value: string, after: string, place: Place): string | undefined {
  const address = before + value + after;
  const [path = ""] = address.split("?");
  if (place === PATH || place === WHOLE) {
    if (path.split("/").some((part) => /^\.{1,2}$/u.test(part)))
      return "there it must not make . or .. a part of the path";
    if (place === PATH) return undefined;
  }
  const [, host = ""] = /^https?:\/\/(\[::1\]|[^/:?]*)/iu.exec(address) ?? [];
  if (!URL.canParse(address) || new URL(address).hostname !== host.toLowerCase())
    return `${JSON.stringify(host)} is no host name, or is read as another one`;
  return new URL(address).protocol === "https:" || isLoopback(host)
    ? undefined
    : "http leads to this machine alone (127.0.0.1, [::1] or localhost)";
}
