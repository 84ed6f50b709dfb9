import { type Problem, UserError } from "./errors.js";
import { flagWords, readAnswers, type SaidAnswers } from "./answers.js";
import { contradictions, unusedAnswers, withFlags } from "./contradictions.js";
import { exampleCommand } from "./example-command.js";
import {
  answerKeys,
  type AnswerKey,
  type AnswerOf,
  type Answers,
  flagOf,
  type Question,
  questions,
  type World,
} from "./questions.js";
import { type HookKind, lacking, refusedRedirect, unknownProvider } from "./known-provider.js";
import { shellWord } from "./literals.js";
import { portFromDomain } from "./names.js";
import type { Rule } from "./rules/rule.js";
import { type SetRules, TEMPLATE_SETS, type TemplateSetName } from "./template-sets.js";

/** Keys that nobody has to say, and that have no default in every case. */
export const OPEN_KEYS = [
  "repository",
  "author",
  "provider",
  "issuer",
  "resource",
  "openapi",
  "openapiScheme",
  "registrationEndpoint",
  "clientMetadataUrl",
  "refreshUrl",
  "revocationUrl",
  "deviceAuthorizationUrl",
  "tokenPath",
  "apiAuthHeader",
  "assumedLifetime",
  "registrationUrl",
  "docsUrl",
] as const satisfies readonly AnswerKey[];

type OpenKey = (typeof OPEN_KEYS)[number];

/** The redirect address with every part settled: on this machine, or one whose address the person pastes. */
export type Redirect =
  | {
      readonly host: "127.0.0.1" | "localhost";
      readonly port: number;
      readonly path: string;
      readonly url?: never;
    }
  | { readonly url: string; readonly host?: never; readonly port?: never; readonly path?: never };

/** Answers that were read, completed and checked against each other: everything after this point may trust them. */
export type IntegrationSpec = {
  readonly [Key in Exclude<AnswerKey, OpenKey | "redirect">]: AnswerOf<Key>;
} & { readonly [Key in OpenKey]?: AnswerOf<Key> } & {
  readonly redirect: Redirect;
  /** The hooks that a known provider ships, where the project has hooks. */
  readonly providerHook?: HookKind;
};

/** A spec, and the answers that the state file keeps: those that were said, and defaults taken from the world. */
export interface Specification {
  readonly spec: IntegrationSpec;
  readonly stored: Answers;
  /** The OpenAPI document that the answers name, as JSON text: part of the project. */
  readonly openapi?: string;
  readonly notices: readonly Notice[];
}

/** Something worth saying that is no error. */
export interface Notice {
  /** What it is, as a word. A closed set. */
  readonly code:
    | "unused-answer"
    | "no-git"
    | "kept-deleted"
    | "no-longer-generated"
    | "ambiguous-move"
    | "neutral-brand"
    | "not-for-hacs"
    | "nothing-to-install"
    | "nothing-to-link"
    | "hooks-not-explained"
    | "redirect-not-taken";
  /** The answer that it is about. */
  readonly key?: string;
  /** The file that it is about. */
  readonly path?: string;
  /** A whole sentence. */
  readonly message: string;
}

/**
 * Reads and checks everything that was said, by the rules of the template set that was chosen too.
 * @throws {UserError} `invalid-answers` (exit 2) with all problems at once
 */
export function parseSpec(
  said: SaidAnswers,
  world: World,
  rulesOf: (set: TemplateSetName) => SetRules,
): Specification {
  const { answers, problems } = readAnswers(said);
  const complete = withDefaults(answers, world);
  const { rules, unused } = rulesOf(complete.templateSet ?? TEMPLATE_SETS[0]);
  const named = new Set(problems.map(({ key }) => key));
  // A default must not stand in for an answer that could not be read.
  const known = Object.fromEntries(Object.entries(complete).filter(([key]) => !named.has(key)));
  const all = [
    ...problems,
    ...missing(complete, world).filter(({ key }) => !named.has(key)),
    ...badDefaults(answers, complete).filter(({ key }) => !named.has(key)),
    ...ofProvider(answers, world),
    ...contradictions(known, rules).filter(({ key }) => !named.has(key)),
  ];
  if (all.length > 0 || !isComplete(complete)) {
    const ofThisOne: Rule = (some) => (world.provider ? lacking(world.provider, some) : []);
    throw invalidAnswers(all, answers, [...rules, ofThisOne]);
  }
  return {
    spec: withResource({
      ...complete,
      redirect: settledRedirect(complete),
      ...(complete.hooks && world.provider?.hook && { providerHook: world.provider.hook.kind }),
    }),
    stored: storedAnswers(answers, complete, world),
    ...(world.openapi !== undefined && { openapi: world.openapi }),
    notices: [
      ...[...unusedAnswers(complete), ...withFlags(unused(answers))].map(
        (found) => ({ code: "unused-answer", ...found }) as const,
      ),
      ...redirectNotice(complete, world, unused),
    ],
  };
}

/** Fills in each default that follows from earlier answers and the world. A default can still be wrong: `parseSpec` checks it. */
export function withDefaults(answers: Answers, world: World): Answers {
  const complete: Partial<Record<AnswerKey, unknown>> = { ...answers };
  for (const key of answerKeys) {
    if (complete[key] !== undefined) continue;
    const { fallback }: Question = questions[key];
    const known = world.found?.[key] ?? world.provider?.answers[key];
    const value = known ?? fallback?.(complete, world);
    if (value !== undefined) complete[key] = value;
  }
  return complete as Answers;
}

type CompleteAnswers = {
  readonly [Key in Exclude<AnswerKey, OpenKey | "redirect">]: AnswerOf<Key>;
} & {
  readonly [Key in OpenKey | "redirect"]?: AnswerOf<Key>;
};

const open = new Set<AnswerKey>([...OPEN_KEYS, "redirect"]);

function isComplete(answers: Answers): answers is CompleteAnswers {
  return answerKeys.every((key) => open.has(key) || answers[key] !== undefined);
}

/**
 * A domain is missed only where there is a name to make it from: without one, the name is what is missing. Nothing is where the provider
 * that would give it is not known.
 */
function missing(complete: Answers, { provider }: World): readonly Problem[] {
  if (complete.provider !== undefined && provider === undefined) return [];
  return answerKeys
    .filter((key) => (questions[key] as Question).required && complete[key] === undefined)
    .filter((key) => key !== "domain" || complete.name !== undefined)
    .map((key) => {
      const message =
        key === "domain" ? "is missing: no domain can be made from this name." : "is missing.";
      return { key, flag: flagOf(key), message, suggestion: flagOf(key) };
    });
}

/** A default made from other answers can be wrong where they are odd (a name that gives a reserved word). */
function badDefaults(answers: Answers, complete: Answers): readonly Problem[] {
  return answerKeys.flatMap((key) => {
    if (answers[key] !== undefined || complete[key] === undefined) return [];
    const reading = (questions[key] as Question).read(complete[key]);
    if (reading.ok) return [];
    return [
      {
        key,
        flag: flagOf(key),
        message: `has the default ${JSON.stringify(complete[key])}, which ${reading.message} Say it.`,
        suggestion: flagOf(key),
      },
    ];
  });
}

function settledRedirect({ domain, redirect }: CompleteAnswers): Redirect {
  if (redirect?.url !== undefined) return { url: redirect.url };
  return {
    host: redirect?.host ?? "127.0.0.1",
    port: redirect?.port ?? portFromDomain(domain),
    path: redirect?.path ?? "/callback",
  };
}

/** What is wrong with what was asked of the provider. */
function ofProvider(answers: Answers, { provider, providerIds = [] }: World): readonly Problem[] {
  if (provider !== undefined) return lacking(provider, answers);
  return answers.provider === undefined ? [] : [unknownProvider(answers.provider, providerIds)];
}

/** A redirect to this machine is the default, and no answer asked for it: worth a word, where the template set uses it. */
function redirectNotice(
  { redirect = {} }: Answers,
  { provider }: World,
  unused: SetRules["unused"],
): readonly Notice[] {
  const isUnused = unused({ redirect }).some(({ key }) => key === "redirect");
  const refused = provider && refusedRedirect(provider);
  if (isUnused || redirect.url !== undefined || refused === undefined) return [];
  return [{ code: "redirect-not-taken", ...refused }];
}

/** The resource is named in every request (RFC 8707, section 2), unless a parameter of that name was said. */
function withResource(spec: IntegrationSpec): IntegrationSpec {
  if (spec.resource === undefined) return spec;
  const named = { resource: spec.resource };
  return {
    ...spec,
    authorizationParams: { ...named, ...spec.authorizationParams },
    tokenParams: { ...named, ...spec.tokenParams },
    refreshParams: { ...named, ...spec.refreshParams },
  };
}

/** What the state file keeps: what was said, and what was taken from the world, in the order of the questions. */
function storedAnswers(answers: Answers, complete: Answers, { found }: World): Answers {
  const kept = answerKeys.filter(
    (key) =>
      answers[key] !== undefined ||
      found?.[key] !== undefined ||
      ((questions[key] as Question).fromWorld && complete[key] !== undefined),
  );
  return Object.fromEntries(kept.map((key) => [key, complete[key]]));
}

/** One error for all problems, and one complete example that keeps what was right. */
function invalidAnswers(
  problems: readonly Problem[],
  answers: Answers,
  rules: SetRules["rules"],
): UserError {
  const count = problems.length === 1 ? "1 answer" : `${problems.length} answers`;
  const lines = problems.map(({ flag, message }) =>
    // What a file says wrongly is named as the file has it.
    message.startsWith("(in ") ? `  ${message}` : `  ${flag} ${message}`,
  );
  return new UserError(
    "invalid-answers",
    `${count} cannot be used:\n${lines.join("\n")}`,
    `A complete example:\n  ${exampleCommand(problems, answers, rules)}`,
    {
      problems,
    },
  );
}

/** The whole command that gives the same project without a question. */
export function replayCommand(directory: string, said: Answers): string {
  const words = answerKeys
    .filter((key) => said[key] !== undefined)
    .flatMap((key) => flagWords(key, said[key]));
  return ["npx create-oauth2-integration", shellWord(directory), ...words].join(" ");
}
