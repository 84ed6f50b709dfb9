import { type Json, nameOf } from "./behaviour.js";
import { writePath } from "./write-path.js";

/** A copy that says who the person is, where the definition has it. */
export function placeAccount(target: Json, user: string, idPath: string, namePath?: string): Json {
  const named = namePath === undefined ? target : writePath(target, namePath, nameOf(user));
  return writePath(named, idPath, user);
}
