// Managed by the template: updates carry fixes for this file, so better do not edit it.
/** The value at a dotted path. A member with the whole path as its name is tried first. */
export function readPath(value: unknown, path: string): unknown {
  return readMember(value, path) ?? path.split(".").reduce<unknown>(readMember, value);
}

function readMember(value: unknown, name: string): unknown {
  const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isThere ? Reflect.get(value, name) : undefined;
}
