import type { SaidAnswers } from "../core/answers.js";
import { UserError } from "../core/errors.js";
import type { IntegrationSpec } from "../core/spec.js";
import type { EarlierAnswers } from "../core/questions/question.js";
import { STATE_FILE } from "../core/state.js";
import { type SetRules, TEMPLATE_SETS, type TemplateSetName } from "../core/template-sets.js";
import type { TemplateSet } from "./template-set.js";
import { typescript } from "./typescript.js";

/** Every kind of project that we generate. To add one, write its file, list it here, and its name in `core/template-sets.ts`. */
const loaders: Readonly<Record<TemplateSetName, () => Promise<TemplateSet>>> = {
  typescript: async () => typescript,
  "home-assistant": async () => (await import("./home-assistant.js")).homeAssistant,
};

const loaded: Partial<Record<TemplateSetName, TemplateSet>> = { typescript };

/** Loads a template set, which everything below then has at hand: few runs need one beside the default. */
export async function loadTemplateSet(name: TemplateSetName): Promise<TemplateSet> {
  return (loaded[name] ??= await loaders[name]());
}

/** Loads the template set that answers name. */
export async function loadSaidTemplateSet(said: SaidAnswers): Promise<void> {
  const reading = said.get("templateSet")?.value;
  const name = TEMPLATE_SETS.find((known) => reading?.ok === true && reading.value === known);
  if (name !== undefined) await loadTemplateSet(name);
}

/** A domain made from a name, changed where the chosen set has it taken. One that was said is never changed. */
export function freeDomain(domain: string, { templateSet }: EarlierAnswers): string {
  const { takes } = rulesOf(templateSet as TemplateSetName);
  return takes(domain) ? `${domain}_custom` : domain;
}

/** What a template set demands of the answers. */
export function rulesOf(name: TemplateSetName): SetRules {
  return atHand(name);
}

/**
 * Loads the template set of a state file.
 * @throws {UserError} `state-unreadable` for one that this version does not have
 */
export async function templateSetNamed(name: string): Promise<TemplateSet> {
  const known = TEMPLATE_SETS.find((set) => set === name);
  if (known) return loadTemplateSet(known);
  throw new UserError(
    "state-unreadable",
    `${STATE_FILE} names the template set ${JSON.stringify(name)}, which this version does not have.`,
    "Run npx create-oauth2-integration@latest update, or take the file back from your repository's history.",
    { paths: [STATE_FILE] },
  );
}

/** The template set that a spec asks for. */
export function templateSetFor(spec: IntegrationSpec): TemplateSet {
  return atHand(spec.templateSet);
}

function atHand(name: TemplateSetName): TemplateSet {
  const set = loaded[name];
  if (set) return set;
  throw new Error(`The template set ${name} was not loaded.`);
}
