import { isJson, type Json } from "./behaviour.js";

/** A copy with a value at a dotted path; a name with a slash, as URLs have, is one member. */
export function writePath(target: Json, path: string, value: unknown): Json {
  const [head = "", ...rest] = path.includes("/") ? [path] : path.split(".");
  if (rest.length === 0) return { ...target, [head]: value };
  const inner = target[head];
  return { ...target, [head]: writePath(isJson(inner) ? inner : {}, rest.join("."), value) };
}
