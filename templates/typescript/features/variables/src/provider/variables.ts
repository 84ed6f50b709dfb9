import { PROVIDER } from "../const.js";
import { IntegrationError } from "../errors.js";
import type { FlowHost } from "../oauth/authorization-request.js";
import type { Mechanism, Values } from "../oauth/provider.js";
import { USUAL_VALUE } from "./address.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** What an account is asked for when it is linked. */
    readonly variables?: readonly VariableDefinition[];
  }
}

/** A value with a name. A pattern describes the whole of it. */
export interface VariableDefinition {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly example?: string;
  readonly default?: string;
  /** Stored encrypted, as everything is, and never shown again. */
  readonly secret?: boolean;
  /** May be empty: then what it stands in is left out. */
  readonly optional?: boolean;
}

const MOST_TRIES = 10;

/** Each account has values of its own, which its person knows. */
export const variables: Mechanism = {
  options: {
    var: {
      type: "string",
      multiple: true,
      value: "<name=value>",
      help: "a value of the account, once for each",
    },
  },
  readOptions: ({ var: said = [] }) => ({ variables: toValues([said].flat().map(String)) }),
  async readVariables({ provider }, given, host) {
    const shown: Record<string, string> = {};
    const hidden: Record<string, string> = {};
    for (const definition of provider.variables ?? []) {
      const known = given[definition.name];
      const value = known ?? (await askFor(definition, host));
      const problem = problemOf(definition, value);
      if (problem !== undefined) throw new IntegrationError("usage", problem);
      // An empty one is kept where the default would come back at the next sign-in.
      const isKept = value !== "" || definition.default !== undefined;
      if (isKept) (definition.secret ? hidden : shown)[definition.name] = value;
    }
    return { variables: shown, hidden };
  },
};

function toValues(pairs: readonly string[]): Values {
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [name = "", ...rest] = pair.split("=");
    const isKnown = PROVIDER.variables?.some((each) => each.name === name);
    const problem = values.has(name) ? "is given twice" : "is none of this provider's values";
    if (!isKnown || values.has(name)) throw new IntegrationError("usage", `"${name}" ${problem}.`);
    values.set(name, rest.join("="));
  }
  return Object.fromEntries(values);
}

/** Asks until the value fits; without anybody to ask, the default is taken. */
async function askFor(definition: VariableDefinition, host: FlowHost): Promise<string> {
  const { default: usual = "", secret = false } = definition;
  const question = { prompt: promptOf(definition), hidden: secret };
  for (let tries = 1; ; tries += 1) {
    const said = await host.ask?.(question);
    const value = said || usual;
    const problem = problemOf(definition, value);
    if (said === undefined || problem === undefined || tries === MOST_TRIES) return value;
    host.reportProblem?.(new IntegrationError("usage", problem));
  }
}

function promptOf({ label, description, example, default: usual }: VariableDefinition): string {
  const hint = description === undefined ? "" : ` (${description})`;
  const sample = example === undefined ? "" : ` (for example ${example})`;
  return `${label}${hint}${usual === undefined ? sample : ` [${usual}]`}: `;
}

function problemOf(definition: VariableDefinition, value: string): string | undefined {
  const { name, label, pattern, example, optional = false, secret = false } = definition;
  if (value === "" && optional) return undefined;
  if (value === "") return `${label} is missing: say it with --var ${name}=${example ?? "…"}.`;
  if (new RegExp(`^(?:${pattern ?? USUAL_VALUE})$`, "u").test(value)) return undefined;
  const shown = secret ? "The value" : `"${value}"`;
  const rule = pattern ?? "letters, digits, dots, - and _";
  return `${shown} is no ${label}: it has to look like ${example ?? rule} (--var ${name}=…).`;
}
