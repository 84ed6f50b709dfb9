import { followed, type Json, recordOf } from "./openapi-parts.js";

/** A call that an example can show: a GET that needs nothing and answers with JSON. */
export interface ExampleOperation {
  /** What the method of the client is called. */
  readonly name: string;
  readonly path: string;
}

/** The end of a path that is about the account itself. */
const OWN =
  /\/(?:me|self|whoami|user|userinfo|users\/(?:me|self)|account|profile|current[-_]?user)$/iu;

/** What fits on a line of code and needs no parameter. */
const PLAIN_PATH = /^\/[\w/.~:@%+,-]{1,48}$/u;

/**
 * The operation that shows best what a typed client is: the account call, else one about the account, else the shortest.
 * @param document OpenAPI 3 as JSON text
 * @param accountPath the path of the account call, where there is one
 */
export function exampleOperation(
  document: string,
  accountPath: string | undefined,
): ExampleOperation | undefined {
  const api = recordOf(JSON.parse(document));
  const paths = Object.entries(recordOf(api["paths"]))
    .filter(([path, item]) => PLAIN_PATH.test(path) && isPlainGet(api, recordOf(item)))
    .map(([path]) => path);
  const rank = (path: string): number => {
    if (path === accountPath) return 0;
    return OWN.test(path) ? 1 : 2;
  };
  const [best] = paths.toSorted((a, b) => rank(a) - rank(b) || a.length - b.length);
  if (best === undefined) return undefined;
  const { operationId } = recordOf(recordOf(recordOf(api["paths"])[best])["get"]);
  return { name: methodName(operationId), path: best };
}

function isPlainGet(api: Json, item: Json): boolean {
  const get = recordOf(item["get"]);
  const parameters = [item["parameters"], get["parameters"]].flatMap((some) =>
    Array.isArray(some) ? some : [],
  );
  if (parameters.some((parameter) => followed(api, parameter)["required"] === true)) return false;
  return Object.entries(recordOf(get["responses"])).some(
    ([status, response]) =>
      status.startsWith("2") &&
      Object.hasOwn(recordOf(followed(api, response)["content"]), "application/json"),
  );
}

/** The client's own members cannot be called so. */
const TAKEN: ReadonlySet<string> = new Set(["constructor", "request", "api"]);

/** `users/get-me` → `usersGetMe`. */
function methodName(operationId: unknown): string {
  const words = String(operationId ?? "").split(/[^A-Za-z0-9]+/u);
  const [first = "", ...others] = words.filter(Boolean);
  const name =
    first.charAt(0).toLowerCase() +
    first.slice(1) +
    others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[a-z][A-Za-z0-9]{0,49}$/u.test(name) && !TAKEN.has(name) ? name : "readExample";
}
