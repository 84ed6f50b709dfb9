import { parameterName } from "./parameters.js";
import { slowness } from "./patterns/slow-pattern.js";
import { placeholderName } from "./placeholders.js";
import {
  bad,
  type Fields,
  good,
  isRecord,
  kindOf,
  line,
  listOf,
  named,
  needed,
  oneOf,
  optional,
  type Reader,
  reader,
  readFields,
  yesOrNo,
} from "./readers.js";
import type { Shape } from "./shapes.js";
import { dottedPath } from "./structures.js";
import { isLoopback } from "./urls.js";

/** What a person is asked for when an account is linked. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  /** Matched whole, with the flag `u`. */
  readonly pattern?: string;
  readonly example?: string;
  readonly default?: string;
  /** Stored encrypted, never shown. */
  readonly secret?: boolean;
  /** Left out of parameters and headers when it is empty. */
  readonly optional?: boolean;
}

/** What is read from the token answer or the redirect when an account is linked. */
export interface Capture {
  readonly name: string;
  readonly from: "token" | "redirect";
  /** A dotted path into the token answer, or the name of a parameter of the redirect. */
  readonly key: string;
  /** The hosts that the value may lead to: these, and everything below them. */
  readonly hostSuffixes?: readonly string[];
  readonly pattern?: string;
}

const readPattern = line(500);

/** A regular expression that compiles with the flag `u`, by itself and where it is matched whole, and that always comes to an end soon. */
const regularExpression: Reader<string> = reader(readPattern.takes, (said) => {
  const text = readPattern(said);
  if (!text.ok) return text;
  if (!compiles(text.value) || !compiles(`^(?:${text.value})$`))
    return bad(
      `must be a regular expression of JavaScript with the flag u; ${text.value} is none.`,
    );
  const slow = slowness(text.value);
  if (slow === undefined) return text;
  return bad(
    `must not take for ever to say no, as ${text.value} could: ${slow}. Write it so that each letter fits in one way only, like [a-z]+(?:-[a-z]+)*.`,
  );
});

function compiles(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

const variableFields: Fields = {
  name: needed("{name} stands for the value", placeholderName),
  label: needed("what the person is asked", line(100)),
  description: optional("a sentence more about it", line(300)),
  pattern: optional(
    "regular expression of JavaScript that the whole value matches",
    regularExpression,
  ),
  example: optional("a value that is right", line(500)),
  default: optional("the value where none is given", line(500)),
  secret: optional("stored encrypted, never shown", yesOrNo),
  optional: optional("left out of parameters and headers when it is empty", yesOrNo),
};

/** What a variable without a pattern takes: nothing that could end a host or leave a path. */
export const USUAL_VALUE = String.raw`(?![.-])(?!.*\.\.)[A-Za-z0-9._-]+(?<![.-])`;

/** Whether a variable takes a value. Where the value may stand in a URL is a rule between answers. */
function fits({ pattern: shape = USUAL_VALUE }: Variable, value: string): boolean {
  return new RegExp(`^(?:${shape})$`, "u").test(value);
}

const variable: Reader<Variable> = reader({ kind: "structure", fields: variableFields }, (said) => {
  if (!isRecord(said)) return bad(`must be {name, label, …}, not ${kindOf(said)}.`);
  const reading = readFields<Variable>(said, variableFields);
  if (!reading.ok) return reading;
  const { value } = reading;
  const unfit = (["example", "default"] as const).find(
    (field) => value[field] !== undefined && !fits(value, value[field]),
  );
  if (unfit !== undefined)
    return bad(
      value.pattern === undefined
        ? `has the ${unfit} ${JSON.stringify(value[unfit])}: without a pattern a variable takes letters, digits, ., - and _, and begins and ends with neither . nor -.`
        : `has the ${unfit} ${JSON.stringify(value[unfit])}, which does not fit its pattern.`,
    );
  if (value.secret === true && value.default !== undefined)
    return bad("is secret and has a default: a secret is never an answer.");
  return reading;
});

/** RFC 1123, section 2.1. One label alone is a public suffix, below which are strangers' hosts; numbers at the end make it an address. */
const HOST_NAME =
  /^(?!.*\.(?:\d+|0x[0-9a-f]*)$)(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

const hostShape: Shape = { kind: "text", rule: "be a host name", whole: true };

const hostSuffix: Reader<string> = reader(hostShape, (said) =>
  typeof said === "string" && (isLoopback(said) || HOST_NAME.test(said))
    ? good(said)
    : bad(
        "must be a host name in lower case with at least one dot, like acme.com, or 127.0.0.1, [::1] or localhost.",
      ),
);

const readSuffixes = listOf(hostSuffix);

const captureFields: Fields = {
  name: needed("{name} stands for the value", placeholderName),
  from: needed("where it is read: the token answer or the redirect", oneOf(["token", "redirect"])),
  key: needed(
    "dotted path into the token answer, or the name of a parameter of the redirect",
    line(200),
  ),
  hostSuffixes: optional(
    "hosts that the value may lead to: these, and everything below them",
    reader({ kind: "list", item: hostShape, filled: true }, (said) =>
      Array.isArray(said) && said.length === 0 ? bad("must not be empty.") : readSuffixes(said),
    ),
  ),
  pattern: optional(
    "regular expression of JavaScript that the whole value matches",
    regularExpression,
  ),
};

const capture: Reader<Capture> = reader({ kind: "structure", fields: captureFields }, (said) => {
  if (!isRecord(said)) return bad(`must be {name, from, key, …}, not ${kindOf(said)}.`);
  const reading = readFields<Capture>(said, captureFields);
  if (!reading.ok) return reading;
  const key = (reading.value.from === "token" ? dottedPath : parameterName)(reading.value.key);
  return key.ok ? reading : bad(`has a key that ${key.message}`);
});

export const variables: Reader<readonly Variable[]> = named(variable);
export const captures: Reader<readonly Capture[]> = named(capture);
