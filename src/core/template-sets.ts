import type { Rule } from "./rules/rule.js";

/** Every kind of project that can be generated; the first is the default. A set of files for each stands under `templates/`. */
export const TEMPLATE_SETS = ["typescript", "home-assistant"] as const;

export type TemplateSetName = (typeof TEMPLATE_SETS)[number];

/** What a template set demands of answers that are each right: only its own rules know its language and its home. */
export interface SetRules {
  /** What the set needs, and what cannot work in it. */
  readonly rules: readonly Rule[];
  /** Answers that were said and change nothing in a project of this set. Only what was said is passed, no defaults. */
  readonly unused: Rule;
  /** Whether a domain has another use there, so that a default is not that. */
  readonly takes: (domain: string) => boolean;
}
