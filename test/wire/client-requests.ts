import type { Texts } from "./declared.js";
import {
  compare,
  compareHeaders,
  decodeForm,
  type Pairs,
  parseJsonPairs,
  parsePairs,
  type WireRequest,
} from "./requests.js";
import {
  exactly,
  type Expected,
  type ExpectedTexts,
  expectText,
  Refused,
  renamed,
  type Values,
} from "./texts.js";
import { clientOf, valuesOf, type Wire } from "./wire.js";

/** How a request of one kind is declared: what the RFC asks for, and what the answers change in it. */
export interface Declared {
  readonly standard: Readonly<Record<string, Expected>>;
  readonly extra?: Texts | undefined;
  /** Renames of this kind of request only. */
  readonly renames?: Texts | undefined;
  readonly values?: Values;
}

/** Standard parameters, then extra ones (the same name replaces, an empty value removes), then renaming. */
export function expectParameters(wire: Wire, declared: Declared): ExpectedTexts {
  const parameters = new Map(Object.entries(declared.standard));
  const values = { ...valuesOf(wire), ...declared.values };
  for (const [name, template] of Object.entries(declared.extra ?? {})) {
    const text = expectText(template, values, wire.randoms);
    if (template === "") parameters.delete(name);
    else if (text !== undefined) parameters.set(name, text);
  }
  const { renameParams } = wire.answers;
  return new Map(
    [...parameters].map(([name, text]) => [renamed(name, declared.renames, renameParams), text]),
  );
}

/** The client's own parameters (RFC 6749, section 2.3.1): a public client names itself (section 3.2.1). */
export function clientParameters(wire: Wire): Readonly<Record<string, Expected>> {
  const { answers, options } = wire;
  const { id, secret } = clientOf(wire);
  if (options.hook === "secret-as-user-name") return {};
  const { clientAuth = "client_secret_post" } = answers;
  if (clientAuth === "none") return { client_id: exactly(id) };
  if (clientAuth !== "client_secret_post") return {};
  return { client_id: exactly(id), client_secret: exactly(secret) };
}

/** HTTP Basic with the secret as the user name, and an empty password. */
const secretAlone = (wire: Wire): Expected =>
  exactly(`Basic ${Buffer.from(`${clientOf(wire).secret}:`).toString("base64")}`);

/** The client's own header (RFC 6749, section 2.3.1): id and secret form-encoded, unless declared raw. */
export function clientHeaders(wire: Wire): ExpectedTexts {
  const { answers, options } = wire;
  const client = clientOf(wire);
  if (options.hook === "secret-as-user-name")
    return new Map([["authorization", secretAlone(wire)]]);
  const reads: Partial<Record<string, (text: string) => string>> = {
    client_secret_basic: decodeStrictly,
    client_secret_basic_raw: (text) => text,
  };
  const read = reads[answers.clientAuth ?? ""];
  if (read === undefined) return new Map();
  const fits = (header: string) => {
    const [, token] = /^Basic ([A-Za-z0-9+/]+=*)$/u.exec(header) ?? [];
    const [id = "", password = ""] = Buffer.from(token ?? "", "base64")
      .toString("utf8")
      .split(/:(.*)/su);
    return read(id) === client.id && read(password) === client.secret;
  };
  return new Map([["authorization", { shown: `${answers.clientAuth} of the client`, fits }]]);
}

function decodeStrictly(text: string): string {
  if (!/^(?:[\w.~*!'()-]|%[0-9A-Fa-f]{2}|\+)*$/u.test(text))
    throw new Refused("the client's authentication is not form-encoded");
  return decodeForm(text);
}

/** Reads the parameters of a request to the token endpoint in the declared format, and sees that nothing stands elsewhere. */
export function readTokenParameters(wire: Wire, request: WireRequest, url: URL): Pairs {
  const { tokenBodyFormat: format = "form" } = wire.answers;
  const own = parsePairs(url.search.slice(1));
  const query = parsePairs(request.query);
  if (format === "query") {
    if (request.body !== "") throw new Refused("a body where the parameters belong in the query");
    compareOwnQuery(
      query.filter(([name]) => own.some(([one]) => one === name)),
      own,
    );
    return query.filter(([name]) => !own.some(([one]) => one === name));
  }
  compareOwnQuery(query, own);
  requireContentType(request, format);
  return format === "json" ? parseJsonPairs(request.body) : parsePairs(request.body);
}

/** A request with a form, whatever the token requests are (RFC 7009, RFC 8628). */
export function readForm(request: WireRequest, url: URL): Pairs {
  compareOwnQuery(parsePairs(request.query), parsePairs(url.search.slice(1)));
  requireContentType(request, "form");
  return parsePairs(request.body);
}

function compareOwnQuery(found: Pairs, own: Pairs): void {
  compare("query parameter", found, new Map(own.map(([name, value]) => [name, exactly(value)])));
}

const CONTENT_TYPES = {
  form: /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/iu,
  json: /^application\/json(?:; ?charset=utf-8)?$/iu,
} as const;

function requireContentType({ headers }: WireRequest, format: "form" | "json"): void {
  const types = headers.filter(([name]) => name === "content-type").map(([, value]) => value);
  if (types.length !== 1 || !CONTENT_TYPES[format].test(types[0] ?? ""))
    throw new Refused(
      `the body is ${types.join(", ") || "of no type"} where ${format} is declared`,
    );
}

/** The headers of a request: the client's own, and over them (whatever their case) the declared ones. */
export function requireHeaders(
  wire: Wire,
  request: WireRequest,
  declared: {
    readonly own: ExpectedTexts;
    readonly extra?: Texts | undefined;
    readonly values?: Values;
  },
): void {
  const expected = new Map(declared.own);
  const values = { ...valuesOf(wire), ...declared.values };
  for (const [name, template] of Object.entries(declared.extra ?? {})) {
    const text = expectText(template, values, wire.randoms);
    if (text !== undefined) expected.set(name.toLowerCase(), text);
  }
  const checked = request.headers.filter(
    ([name]) => name !== "content-type" || expected.has(name) || request.body === "",
  );
  compareHeaders({ ...request, headers: checked }, expected);
}

export function requireMethod({ method }: WireRequest, wanted: string): void {
  if (method !== wanted) throw new Refused(`${method} where ${wanted} belongs`);
}
