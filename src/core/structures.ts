import { fixedParameters } from "./parameters.js";
import {
  bad,
  type Fields,
  good,
  isRecord,
  kindOf,
  line,
  named,
  needed,
  oneOf,
  optional,
  pattern,
  type Reader,
  reader,
  readFields,
} from "./readers.js";
import type { Shape } from "./shapes.js";
import { url } from "./urls.js";

/** How the account behind a token is told: by an API call, a claim of a JWT, a field of the token answer, or not at all. */
export type AccountAnswer =
  | "none"
  | {
      readonly path: string;
      readonly id: string;
      readonly name?: string;
      readonly query?: Readonly<Record<string, string>>;
      readonly method?: (typeof ACCOUNT_METHODS)[number];
    }
  | { readonly claim: string; readonly name?: string; readonly token?: "access_token" | "id_token" }
  | { readonly tokenField: string; readonly name?: string };

/** Where the browser comes back to: an address on this machine (RFC 8252, section 7.3), or one whose address the person pastes. */
export type RedirectAnswer =
  | {
      readonly host?: "127.0.0.1" | "localhost";
      /** 0: a free one each time. */
      readonly port?: number;
      readonly path?: string;
      readonly url?: never;
    }
  | {
      readonly url: string;
      readonly host?: never;
      readonly port?: never;
      readonly path?: never;
    };

const ACCOUNT_METHODS = ["GET", "POST"] as const;

/** A path into an answer; each part is a member. */
export const dottedPath = pattern(
  /^[^\s.]+(?:\.[^\s.]+)*$/u,
  "be a dotted path into the answer, like data.id",
  200,
);
const apiPath = pattern(
  /^\/(?!\/)[^\s\\?#{}]*$/u,
  "be a path that starts with one / and holds no query, fragment or space",
  1000,
);

const accountPath: Reader<string> = reader(apiPath.takes, (said) => {
  const [start = "", query] = typeof said === "string" ? said.trim().split(/\?(.*)/su) : [];
  if (/^https?:/iu.test(start))
    return bad(
      "must be a path below --api-base-url, like /me, and not a whole URL. Say an --api-base-url above it, or tell the account by {claim} or {tokenField}.",
    );
  if (query !== undefined)
    return bad(
      `must hold no query: put it into account.query, like "path":${JSON.stringify(start)},"query":${JSON.stringify(Object.fromEntries(new URLSearchParams(query)))}.`,
    );
  const path = apiPath(said);
  return path.ok && path.value.split("/").some((part) => /^(?:\.|%2e){1,2}$/iu.test(part))
    ? bad("must not hold . or .. as a part.")
    : path;
});

const accountByCall: Fields = {
  path: needed("what is called, below the base URL of the API", accountPath),
  id: needed("dotted path to the account's id in the answer", dottedPath),
  name: optional("dotted path to what people call the account", dottedPath),
  query: optional("parameters of the call", fixedParameters),
  method: optional("method of the call (default: GET)", oneOf(ACCOUNT_METHODS)),
};
const accountByClaim: Fields = {
  claim: needed("claim of a JWT that holds the account's id", line(200)),
  name: optional("claim that holds what people call the account", line(200)),
  token: optional(
    "which token is the JWT (default: access_token)",
    oneOf(["access_token", "id_token"]),
  ),
};
const accountByTokenField: Fields = {
  tokenField: needed("dotted path to the account's id in the token answer", dottedPath),
  name: optional("dotted path there to what people call the account", dottedPath),
};

/** The member that tells each kind from the others, and the fields of that kind. */
const accountKinds: readonly (readonly [member: string, fields: Fields])[] = [
  ["path", accountByCall],
  ["claim", accountByClaim],
  ["tokenField", accountByTokenField],
];

const ACCOUNT_SHAPES = "none, {path, id, name?}, {claim, name?, token?} or {tokenField, name?}";

const accountShape: Shape = {
  kind: "either",
  shapes: [
    { kind: "choice", choices: ["none"] },
    ...accountKinds.map(([, fields]) => ({ kind: "structure", fields }) as const),
  ],
};

export const account: Reader<AccountAnswer> = reader(accountShape, (said) => {
  if (said === "none") return good("none");
  if (!isRecord(said)) return bad(`must be ${ACCOUNT_SHAPES}, not ${kindOf(said)}.`);
  const kinds = accountKinds.filter(([member]) => member in said);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return bad(`must be exactly one of ${ACCOUNT_SHAPES}.`);
  return readFields<AccountAnswer>(said, kind[1]);
});

const redirectFields: Fields = {
  host: optional("address of this machine (default: 127.0.0.1)", oneOf(["127.0.0.1", "localhost"])),
  port: optional("port that is listened on; 0: a free one each time", readPort()),
  path: optional(
    "path of the address (default: /callback)",
    pattern(
      /^\/(?:[\w.~-]+(?:\/[\w.~-]+)*\/?)?$/u,
      "be a plain path like /callback: letters, digits, ., ~, - and _ between slashes",
      200,
    ),
  ),
};

function readPort(): Reader<number> {
  return reader({ kind: "number", least: 0, most: 65_535 }, (said) =>
    typeof said === "number" && Number.isInteger(said) && said >= 0 && said <= 65_535
      ? good(said)
      : bad("must be a whole number from 0 to 65535."),
  );
}

const pastedRedirectFields: Fields = {
  url: needed(
    "https address that the provider demands; the person pastes where the browser ended",
    url({ query: false, loopback: false }),
  ),
};

const redirectShape: Shape = {
  kind: "either",
  shapes: [
    { kind: "structure", fields: redirectFields },
    { kind: "structure", fields: pastedRedirectFields },
  ],
};

export const redirect: Reader<RedirectAnswer> = reader(redirectShape, (said) => {
  if (!isRecord(said)) return bad(`must be {host?, port?, path?} or {url}, not ${kindOf(said)}.`);
  const fields = "url" in said ? pastedRedirectFields : redirectFields;
  const reading = readFields<RedirectAnswer>(said, fields);
  if (reading.ok && /\/\.{1,2}(?:\/|$)/u.test(reading.value.url ?? reading.value.path ?? ""))
    return bad("must not have . or .. in its path.");
  return reading;
});

/** A sensor: the call that gives its value, the field of the answer, and how it is shown. */
export interface SensorAnswer {
  readonly path: string;
  readonly field: string;
  readonly name: string;
  readonly unit?: string;
  readonly deviceClass?: string;
}

const sensorFields: Fields = {
  path: needed(
    "what is called, below the base URL of the API",
    pattern(
      /^\/(?!\/)[^\s\\#{}]*$/u,
      "be a path below --api-base-url that starts with one / and holds no fragment or space",
      1000,
    ),
  ),
  field: needed("dotted path to the value in the answer", dottedPath),
  name: needed("what people call the sensor", line(60)),
  unit: optional("unit of the value", line(30)),
  deviceClass: optional(
    "what Home Assistant takes the value for",
    pattern(/^[a-z][a-z0-9_]*$/u, "be a word of lower-case letters", 40),
  ),
};

const sensor: Reader<SensorAnswer> = reader({ kind: "structure", fields: sensorFields }, (said) =>
  isRecord(said)
    ? readFields<SensorAnswer>(said, sensorFields)
    : bad(`must be {path, field, name, unit?, deviceClass?}, not ${kindOf(said)}.`),
);

/** A list of sensors with names of their own. */
export const sensors: Reader<readonly SensorAnswer[]> = named(sensor);
