import { isRecord } from "./readers.js";

/** An object of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** The value where it is an object, else an empty one. */
export function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

const MOST_STEPS = 10;

/** What a reference into the same document leads to, at the end of a chain of them (OpenAPI Specification 3.1, section 4.8.23). */
export function followed(api: Json, value: unknown): Json {
  let at = recordOf(value);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const { $ref: reference } = at;
    if (typeof reference !== "string" || !reference.startsWith("#/")) return at;
    const parts = reference.slice(2).split("/").map(unescaped);
    at = recordOf(parts.reduce<unknown>(memberOf, api));
  }
  return {};
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[Number(name)] as unknown;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** One part of a JSON Pointer (RFC 6901, section 3). */
export function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The same, read from a fragment (RFC 6901, section 6). */
function unescaped(part: string): string {
  const plain = (text: string): string => text.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return plain(decodeURIComponent(part));
  } catch {
    return plain(part);
  }
}

/** Members that hold any value: what looks like a reference in them is none. */
const VALUES: ReadonlySet<string> = new Set(["example", "examples", "default", "const", "enum"]);

/** The first reference that leads out of the document: its JSON Pointer, and where it leads. */
export function outsideReference(
  value: unknown,
  pointer = "",
): { readonly pointer: string; readonly target: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${escaped(name)}`;
    if (name === "$ref" && typeof member === "string" && !member.startsWith("#"))
      return { pointer: at, target: member };
    const found = VALUES.has(name) ? undefined : outsideReference(member, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
