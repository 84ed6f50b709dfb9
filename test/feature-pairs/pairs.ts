import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../src/core/errors.js";
import type { IntegrationSpec } from "../../src/core/spec.js";
import type { TemplateSetName } from "../../src/core/template-sets.js";
import { commonFeatures } from "../../src/template-sets/common-features.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { SETS } from "../golden/sets.js";
import { type AnswerDocument, GITHUB, PLAIN, said, WORLD } from "../support/answers.js";
import { allowedPairs, coveringRows, type Fits } from "../wire/covering.js";
import { type Factor, FACTORS, type Level } from "./factors.js";
import { nameOf } from "./never.js";

export const SEED = 20_261_128;

/** One project: the levels that it has, and its spec. */
export interface Project {
  readonly levels: readonly Level[];
  readonly spec: IntegrationSpec;
}

/** Two levels that no project has together, and the rule that says so. */
export interface Refused {
  readonly levels: readonly [Level, Level];
  readonly reason: string;
}

const BASE = {
  ...PLAIN,
  scopes: ["read", "write"],
  author: "Ada Lovelace",
} as const;

/** Maps and lists of several levels are put together; of anything else the last one holds. */
function joined(documents: readonly AnswerDocument[]): AnswerDocument {
  const all: Record<string, unknown> = {};
  for (const [key, value] of documents.flatMap((one) => Object.entries(one))) {
    const before = all[key];
    const isMap = /(?:Params|Headers)$/u.test(key) && typeof before === "object";
    const isList = (key === "variables" || key === "capture") && Array.isArray(before);
    if (isMap) all[key] = { ...before, ...(value as object) };
    else all[key] = isList ? [...before, ...(value as readonly unknown[])] : value;
  }
  return all;
}

/** The spec of some levels together, or the rule that refuses them. */
function specified(set: TemplateSetName, levels: readonly Level[]): IntegrationSpec | string {
  const repository = set === "home-assistant" && { repository: "https://github.com/acme/acme" };
  const base = { templateSet: set, ...BASE, ...repository };
  const kind = levels.find(({ hook }) => hook !== undefined)?.hook;
  const hook = kind && { hook: { kind, reason: "It differs.", page: "page" } };
  const answers = joined([base, ...levels.map((one) => one.answers)]);
  try {
    return parseAnswers(said(answers), {
      ...WORLD,
      ...(hook && { provider: { ...GITHUB, ...hook } }),
    }).spec;
  } catch (error) {
    if (error instanceof UserError)
      return error.problems.map(({ flag, message }) => `${flag} ${message}`).join(" ");
    throw error;
  }
}

/** Whether two levels go together is asked of the rules themselves. */
function rulesOf(
  set: TemplateSetName,
): Fits<Level> & { readonly reason: (one: Level, other: Level) => string | undefined } {
  const known = new Map<string, string | undefined>();
  const reason = (one: Level, other: Level): string | undefined => {
    const key = [one.name, other.name].toSorted().join(" and ");
    if (!known.has(key)) {
      const found = specified(set, [one, other]);
      known.set(key, typeof found === "string" ? found : undefined);
    }
    return known.get(key);
  };
  return Object.assign((one: Level, other: Level) => reason(one, other) === undefined, { reason });
}

export interface Pairs {
  readonly projects: readonly Project[];
  readonly count: number;
  readonly refused: readonly Refused[];
}

/** Projects that hold every pair of levels that the rules allow. */
export function projectsInPairs(set: TemplateSetName): Pairs {
  const factors = FACTORS[set];
  const rules = rulesOf(set);
  const projects = coveringRows(factors, SEED, rules).map((row) => {
    const levels = factors.flatMap(({ levels: all }, index) => all[row[index] ?? 0] ?? []);
    const spec = specified(set, levels);
    if (typeof spec === "string")
      throw new Error(`${levels.map(({ name }) => name).join(", ")}: ${spec}`);
    return { levels, spec };
  });
  const refused = pairsOf(factors).flatMap(([one, other]) => {
    const reason = rules.reason(one, other);
    return reason === undefined ? [] : [{ levels: [one, other] as const, reason }];
  });
  return { projects, count: allowedPairs(factors, rules).length, refused };
}

function pairsOf(factors: readonly Factor[]): readonly (readonly [Level, Level])[] {
  return factors.flatMap(({ levels }, index) =>
    factors
      .slice(index + 1)
      .flatMap((other) => levels.flatMap((one) => other.levels.map((two) => [one, two] as const))),
  );
}

type Features = readonly (readonly [name: string, when: (spec: IntegrationSpec) => boolean])[];

/** Every feature of a set, and when it is part of a project. */
function featuresOf(set: TemplateSetName): Features {
  const own = SETS.find((one) => one.set.folder === set)?.set.features;
  return Object.entries({ ...own, ...commonFeatures });
}

const togetherIn = (features: Features, spec: IntegrationSpec): readonly string[] => {
  const on = features.filter(([, when]) => when(spec)).map(([name]) => name);
  return on.flatMap((one, index) => on.slice(index + 1).map((other) => nameOf(one, other)));
};

/**
 * Features that follow from several answers meet in no pair of levels: any three levels are tried for those that are still missing.
 * What is missing after that, as `one + other`, no project has together.
 */
export function completed(
  set: TemplateSetName,
  projects: readonly Project[],
): {
  readonly more: readonly Project[];
  readonly count: number;
  readonly never: readonly string[];
} {
  const features = featuresOf(set);
  const names = features.map(([name]) => name);
  const all = names.flatMap((one, index) =>
    names.slice(index + 1).map((other) => nameOf(one, other)),
  );
  const open = new Set(all);
  const close = (spec: IntegrationSpec): boolean =>
    togetherIn(features, spec).filter((pair) => open.delete(pair)).length > 0;
  for (const { spec } of projects) close(spec);
  const more: Project[] = [];
  const guess = guesser(set);
  for (const levels of threeLevels(FACTORS[set])) {
    if (!togetherIn(features, guess(levels)).some((pair) => open.has(pair))) continue;
    const spec = specified(set, levels);
    if (typeof spec !== "string" && close(spec)) more.push({ levels, spec });
  }
  return { more, count: all.length - open.size, never: [...open] };
}

/** The spec of some levels as far as it can be told from each of them alone: reading and checking them takes a hundred times as long. */
function guesser(set: TemplateSetName): (levels: readonly Level[]) => IntegrationSpec {
  const base = specified(set, []);
  if (typeof base === "string") throw new Error(base);
  const changes = new Map<Level, AnswerDocument>();
  for (const one of FACTORS[set].flatMap(({ levels }) => levels)) {
    const spec = specified(set, [one]);
    if (typeof spec === "string") throw new Error(`${one.name}: ${spec}`);
    const other = Object.entries(spec).filter(
      ([key, value]) => !isDeepStrictEqual(value, base[key as keyof IntegrationSpec]),
    );
    changes.set(one, Object.fromEntries(other));
  }
  return (levels) =>
    joined([base, ...levels.map((one) => changes.get(one) ?? {})]) as unknown as IntegrationSpec;
}

/** Any three levels of three factors, with those among them that say nothing. */
function* threeLevels(factors: readonly Factor[]): Generator<readonly Level[]> {
  for (const [a, one] of factors.entries())
    for (const [b, two] of factors.entries())
      for (const three of b > a ? factors.slice(b + 1) : [])
        for (const x of one.levels)
          for (const y of two.levels) for (const z of three.levels) yield [x, y, z];
}
