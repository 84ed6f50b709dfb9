// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError, redact } from "../errors.js";
import type { Account } from "../oauth/provider.js";
import { readPath } from "./dotted-path.js";

/** The account at two paths of an answer. Throws `api_error` when there is no id. */
export function toAccount(answer: unknown, idPath: string, namePath = idPath): Account {
  const id = readPath(answer, idPath);
  const name = readPath(answer, namePath);
  if ((typeof id === "string" && id !== "") || Number.isSafeInteger(id)) {
    return { id: String(id), title: redact(typeof name === "string" && name ? name : String(id)) };
  }
  // JSON.parse rounds larger numbers: two accounts could look like one.
  const problem = typeof id === "number" ? "is a number that cannot be read exactly" : "is missing";
  const message = `The id of the account (${idPath}) ${problem}.`;
  throw new IntegrationError("api_error", `${message} Name another member in the definition.`);
}
