import { homeAssistant } from "../../src/template-sets/home-assistant.js";
import type { TemplateSet } from "../../src/template-sets/template-set.js";
import { typescript } from "../../src/template-sets/typescript.js";
import { GOLDEN_CASES, type GoldenCase } from "./cases.js";
import { HOME_ASSISTANT_CASES } from "./home-assistant-cases.js";

/** Every template set, its golden projects, and how much of it has to stand in files that are copied as they are. */
export const SETS: readonly {
  readonly set: TemplateSet;
  readonly cases: readonly GoldenCase[];
  readonly copied: number;
}[] = [
  { set: typescript, cases: GOLDEN_CASES, copied: 0.85 },
  { set: homeAssistant, cases: HOME_ASSISTANT_CASES, copied: 0.6 },
];
