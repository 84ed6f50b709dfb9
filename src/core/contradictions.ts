import type { Problem } from "./errors.js";
import { type AnswerKey, type Answers, flagOf } from "./questions.js";
import { headersRule } from "./rules/headers.js";
import {
  clientParametersRule,
  fixedParametersRule,
  renamedParametersRule,
} from "./rules/parameters.js";
import { placeholdersRule, unusedPlaceholders } from "./rules/placeholders.js";
import { protocolRule, scopesRule } from "./rules/protocol.js";
import { type Finding, findIf, type Rule } from "./rules/rule.js";

/** Every rule between answers. */
const rules: readonly Rule[] = [
  protocolRule,
  scopesRule,
  fixedParametersRule,
  renamedParametersRule,
  clientParametersRule,
  headersRule,
  placeholdersRule,
];

/** Answers that are right one by one and cannot all hold: each problem names both keys and the way out. */
export function contradictions(
  answers: Answers,
  setRules: readonly Rule[] = [],
): readonly Problem[] {
  return [...rules, ...setRules]
    .flatMap((rule) => rule(answers))
    .map((found) => ({ ...found, flag: flagOf(found.key) }));
}

/** Answers that were said and change nothing. */
export function unusedAnswers(answers: Answers): readonly Finding[] {
  return withFlags([
    ...(answers.tokensExpire === false ? withoutRefresh(answers) : []),
    ...(answers.pkce === "none" ? withoutPkce(answers) : []),
    ...withoutRegistration(answers),
    ...(answers.hooks === true ? [] : unusedPlaceholders(answers)),
  ]);
}

/** Findings whose message begins with the flag of their key. */
export function withFlags(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((found) => ({ ...found, message: `${flagOf(found.key)} ${found.message}` }));
}

function withoutRefresh(answers: Answers): readonly Finding[] {
  const idle: (AnswerKey | false)[] = [
    answers.refreshUrl !== undefined && "refreshUrl",
    Object.keys(answers.refreshParams ?? {}).length > 0 && "refreshParams",
  ];
  return idle
    .filter((key) => key !== false)
    .map((key) => ({
      key,
      message: "is not used: with --tokens-expire false nothing is refreshed.",
    }));
}

function withoutRegistration({
  clientMetadataUrl,
  registrationEndpoint,
}: Answers): readonly Finding[] {
  return findIf(
    clientMetadataUrl !== undefined && registrationEndpoint !== undefined,
    "registrationEndpoint",
    "is not used: with --client-metadata-url nothing has to be registered.",
  );
}

/** RFC 7636, sections 4.3 and 4.5. */
const PKCE_PARAMETERS = ["code_challenge", "code_challenge_method", "code_verifier"];

function withoutPkce(answers: Answers): readonly Finding[] {
  return (["renameParams", "renameAuthorizationParams", "renameTokenParams"] as const).flatMap(
    (key) =>
      PKCE_PARAMETERS.filter((name) => Object.hasOwn(answers[key] ?? {}, name)).map((name) => ({
        key,
        message: `renames ${name}, which is not sent: --pkce is none.`,
      })),
  );
}
