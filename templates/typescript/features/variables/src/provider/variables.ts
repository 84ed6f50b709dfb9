// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { PROVIDER } from "../const.js";
import { IntegrationError, redact } from "../errors.js";
import type { FlowHost } from "../oauth/authorization-request.js";
import { fillIn, type Integration, type Mechanism, type Values } from "../oauth/provider.js";
import { standsInHost, USUAL_VALUE } from "./address.js";

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
const MOST_SHOWN = 60;

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
  showValues(provider, values) {
    const shown = provider.variables?.filter(({ name, secret }) => !secret && name in values) ?? [];
    const inForm = (name: string, value = "") =>
      standsInHost(name, provider) ? value.toLowerCase() : value;
    return Object.fromEntries(shown.map(({ name }) => [name, inForm(name, values[name])]));
  },
  async readVariables(context, given, host) {
    const shown: Record<string, string> = {};
    const hidden: Record<string, string> = {};
    for (const definition of context.provider.variables ?? []) {
      const known = given[definition.name];
      const value = known ?? (await askFor(definition, host, context));
      const problem = problemOf(definition, value, context);
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
    // What was typed may be a secret: it is not repeated.
    const names = PROVIDER.variables?.map((each) => each.name) ?? [];
    const isKnown = rest.length > 0 && names.includes(name);
    const problem = isKnown ? `${name} twice` : `something else than ${names.join("=…, ")}=…`;
    if (!isKnown || values.has(name)) throw new IntegrationError("usage", `--var has ${problem}.`);
    values.set(name, rest.join("="));
  }
  return Object.fromEntries(values);
}

/** Asks until the value fits; without anybody to ask, the default is taken. */
async function askFor(
  definition: VariableDefinition,
  host: FlowHost,
  context: Integration,
): Promise<string> {
  const { default: usual = "", secret = false } = definition;
  const question = { prompt: promptOf(definition), hidden: secret };
  for (let tries = 1; ; tries += 1) {
    const said = await host.ask?.(question);
    const value = said || usual;
    const problem = problemOf(definition, value, context);
    if (said === undefined || problem === undefined || tries === MOST_TRIES) return value;
    host.reportProblem?.(new IntegrationError("usage", problem));
  }
}

function promptOf({ label, description, example, default: usual }: VariableDefinition): string {
  const hint = description === undefined ? "" : ` (${description})`;
  const sample = example === undefined ? "" : ` (for example ${example})`;
  return `${label}${hint}${usual === undefined ? sample : ` [${usual}]`}: `;
}

function problemOf(
  definition: VariableDefinition,
  value: string,
  context: Integration,
): string | undefined {
  const { name, label, pattern, example, optional = false, secret = false } = definition;
  if (value === "" && optional) return undefined;
  if (value === "") return `${label} is missing: say it with --var ${name}=${example ?? "…"}.`;
  if (new RegExp(`^(?:${pattern ?? USUAL_VALUE})$`, "u").test(value))
    return useOf(name, value, context);
  const start = redact(value).slice(0, MOST_SHOWN);
  const shown = secret ? "The value" : `"${start}${value.length > MOST_SHOWN ? "…" : ""}"`;
  const rule = pattern ?? "letters, digits, dots, - and _";
  return `${shown} is no ${label}: it has to look like ${example ?? rule} (--var ${name}=…).`;
}

/** What is wrong with a value where it stands: in an address, in a header. */
function useOf(name: string, value: string, context: Integration): string | undefined {
  try {
    fillIn(context, { [name]: value });
    return undefined;
  } catch (error) {
    if (error instanceof IntegrationError) return error.message;
    throw error;
  }
}
