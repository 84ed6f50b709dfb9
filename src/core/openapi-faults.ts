import { escaped, type Json, OpenApiFault, recordOf, targetOf } from "./openapi-parts.js";
import { isRecord, kindOf } from "./readers.js";

/**
 * Refuses a document that no client could be made of. It is no check of the whole format: what does not hinder is let through.
 * @throws {OpenApiFault} with the place of the first fault
 */
export function requireSound(api: Json): void {
  requireReferences(api, api, "");
  requireOperations(api);
  for (const [kind, all] of membersOf(api["components"], "/components"))
    for (const [name, part] of membersOf(all, `/components/${escaped(kind)}`))
      // In OpenAPI 3.1 a schema may be a boolean (JSON Schema 2020-12, section 4.3.2).
      if (typeof part !== "boolean")
        mapAt(part ?? {}, `/components/${escaped(kind)}/${escaped(name)}`);
}

/** Members that hold any value: what looks like a reference in them is none. */
const VALUES: ReadonlySet<string> = new Set(["example", "examples", "default", "const", "enum"]);

function requireReferences(api: Json, value: unknown, pointer: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${escaped(name)}`;
    if (name === "$ref" && typeof member === "string") requireTarget(api, member, at);
    else if (!VALUES.has(name)) requireReferences(api, member, at);
  }
}

function requireTarget(api: Json, reference: string, pointer: string): void {
  const seen = new Set<string>();
  for (let next: unknown = reference; typeof next === "string";) {
    if (!next.startsWith("#"))
      throw new OpenApiFault(
        pointer,
        `leads out of the document, to ${next}. Make one document of it first, for example with npx @redocly/cli bundle.`,
      );
    if (seen.has(next)) throw new OpenApiFault(pointer, `leads in a circle, by ${next}.`);
    seen.add(next);
    const target = targetOf(api, next);
    if (target === undefined)
      throw new OpenApiFault(pointer, `leads to ${next}, and nothing is there.`);
    next = recordOf(target)["$ref"];
  }
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

function requireOperations(api: Json): void {
  const places = new Map<unknown, string>();
  for (const [path, one] of membersOf(api["paths"], "/paths")) {
    const at = `/paths/${escaped(path)}`;
    const item = mapAt(one ?? {}, at);
    requireList(item["parameters"], `${at}/parameters`);
    for (const method of METHODS.filter((name) => Object.hasOwn(item, name))) {
      const place = `${at}/${method}`;
      const operation = mapAt(item[method], place);
      requireOperation(operation, place);
      const { operationId: id } = operation;
      const other = id === undefined ? undefined : places.get(id);
      if (other !== undefined)
        throw new OpenApiFault(
          `${place}/operationId`,
          `is ${String(id)}, which is the one of ${other}, too.`,
        );
      places.set(id, place);
    }
  }
}

function requireOperation({ parameters, requestBody = {}, responses }: Json, place: string): void {
  requireList(parameters, `${place}/parameters`);
  mapAt(requestBody, `${place}/requestBody`);
  for (const [status, answer] of membersOf(responses, `${place}/responses`))
    mapAt(answer, `${place}/responses/${escaped(status)}`);
}

/** The members of an object; of none where nothing is there. An extension, `x-…`, may be anything (section 4.9). */
function membersOf(value: unknown, pointer: string): readonly (readonly [string, unknown])[] {
  return Object.entries(mapAt(value ?? {}, pointer)).filter(([name]) => !name.startsWith("x-"));
}

function mapAt(value: unknown, pointer: string): Json {
  if (isRecord(value)) return value;
  throw new OpenApiFault(pointer, `is ${kindOf(value)}, and an object belongs there.`);
}

function requireList(value: unknown, pointer: string): void {
  if (value === undefined) return;
  if (!Array.isArray(value))
    throw new OpenApiFault(pointer, `is ${kindOf(value)}, and a list belongs there.`);
  for (const [index, item] of value.entries()) mapAt(item, `${pointer}/${index}`);
}
