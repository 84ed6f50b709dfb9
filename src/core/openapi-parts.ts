import { isRecord } from "./readers.js";

/** An object of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** A fault of a document. `message` is the end of a sentence that begins with its place, a JSON Pointer (RFC 6901). */
export class OpenApiFault extends Error {
  override readonly name = "OpenApiFault";
  readonly pointer: string;
  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

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
    at = recordOf(targetOf(api, reference));
  }
  return {};
}

/** What stands where a reference into the document leads; undefined where nothing does. */
export function targetOf(api: Json, reference: string): unknown {
  return reference.slice(2).split("/").map(unescaped).reduce<unknown>(memberOf, api);
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
