import { ExitCode, type Problem, UserError } from "./errors.js";
import { flagWords, readAnswers, type SaidAnswers, saidByFlag } from "./answers.js";
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
import { shellWord } from "./literals.js";
import { portFromDomain } from "./names.js";

/** Keys that have no default in every case. */
type OpenKey =
  | "repository"
  | "author"
  | "issuer"
  | "refreshUrl"
  | "revocationUrl"
  | "registrationUrl"
  | "docsUrl";

/** The redirect address with every part settled. */
export interface Redirect {
  readonly host: "127.0.0.1" | "localhost";
  readonly port: number;
  readonly path: string;
}

/** Answers that were read, completed and checked against each other: everything after this point may trust them. */
export type IntegrationSpec = {
  readonly [Key in Exclude<AnswerKey, OpenKey | "redirect">]: AnswerOf<Key>;
} & { readonly [Key in OpenKey]?: AnswerOf<Key> } & { readonly redirect: Redirect };

/** A spec, and the answers that the state file keeps: those that were said, and defaults taken from the world. */
export interface Specification {
  readonly spec: IntegrationSpec;
  readonly stored: Answers;
  readonly notices: readonly Notice[];
}

/** Something worth saying that is no error. */
export interface Notice {
  readonly code: "unused-answer" | "no-git";
  readonly key?: string;
  readonly message: string;
}

/**
 * Reads and checks everything that was said.
 * @throws {UserError} `invalid-answers` (exit 2) with all problems at once
 */
export function parseSpec(said: SaidAnswers, world: World): Specification {
  const { answers, problems } = readAnswers(said);
  const complete = withDefaults(answers, world);
  const named = new Set(problems.map(({ key }) => key));
  const all = [
    ...problems,
    ...missing(complete).filter(({ key }) => !named.has(key)),
    ...badDefaults(answers, complete).filter(({ key }) => !named.has(key)),
    ...contradictions(complete).filter(({ key }) => !named.has(key)),
  ];
  if (all.length > 0 || !isComplete(complete)) throw invalidAnswers(all, answers);
  return {
    spec: { ...complete, redirect: settledRedirect(complete) },
    stored: storedAnswers(answers, complete),
    notices: unused(complete),
  };
}

/** Fills in each default that follows from earlier answers and the world. A default can still be wrong: `parseSpec` checks it. */
export function withDefaults(answers: Answers, world: World): Answers {
  const complete: Partial<Record<AnswerKey, unknown>> = { ...answers };
  for (const key of answerKeys) {
    const { fallback }: Question = questions[key];
    if (complete[key] !== undefined || fallback === undefined) continue;
    const value = fallback(complete, world);
    if (value !== undefined) complete[key] = value;
  }
  return complete as Answers;
}

type CompleteAnswers = {
  readonly [Key in Exclude<AnswerKey, OpenKey | "redirect">]: AnswerOf<Key>;
} & {
  readonly [Key in OpenKey | "redirect"]?: AnswerOf<Key>;
};

const open = new Set<AnswerKey>([
  "repository",
  "author",
  "issuer",
  "refreshUrl",
  "revocationUrl",
  "registrationUrl",
  "docsUrl",
  "redirect",
]);

function isComplete(answers: Answers): answers is CompleteAnswers {
  return answerKeys.every((key) => open.has(key) || answers[key] !== undefined);
}

/** A domain is missed only where there is a name to make it from: without one, the name is what is missing. */
function missing(complete: Answers): readonly Problem[] {
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

/** Parameters that the protocol's safety rests on, or that are secrets: no fixed text may stand in for them. */
const NEVER_FIXED: Readonly<Partial<Record<AnswerKey, Readonly<Record<string, string>>>>> = {
  authorizationParams: {
    state: "the state is fresh for each sign-in (RFC 6749, section 10.12)",
    code_challenge: "it is fresh for each sign-in; say --pkce",
    code_challenge_method: "say --pkce",
    redirect_uri: "say --redirect",
    client_id: "the client id is never an answer",
    nonce: "a fixed nonce proves nothing",
  },
  tokenParams: {
    code: "it comes with the redirect",
    code_verifier: "it is fresh for each sign-in; say --pkce",
    redirect_uri: "say --redirect",
    client_id: "the client id is never an answer",
    client_secret: "a secret is never an answer",
  },
  refreshParams: {
    refresh_token: "it comes from the provider",
    client_id: "the client id is never an answer",
    client_secret: "a secret is never an answer",
  },
};
/** Parameters that may not be removed either. */
const NEVER_REMOVED = new Set([
  "state",
  "code_challenge",
  "code_verifier",
  "code",
  "refresh_token",
]);

function contradictions(answers: Answers): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (key: AnswerKey, message: string): void =>
    void problems.push({ key, flag: flagOf(key), message });
  if (answers.pkce === "none" && answers.clientAuth === "none")
    add(
      "pkce",
      "is none and --client-auth is none too: nothing would protect the code. Let one of them be something else.",
    );
  if (answers.issParameter === true && answers.issuer === undefined)
    add("issParameter", "is true, but --issuer is not said: there is nothing to compare with.");
  const { scopes = [], scopeSeparator = " " } = answers;
  const split =
    scopeSeparator.trim() === ""
      ? undefined
      : scopes.find((scope) => scope.includes(scopeSeparator));
  if (split !== undefined)
    add(
      "scopes",
      `holds ${JSON.stringify(split)}, which has the separator of --scope-separator in it.`,
    );
  const listed = scopes.find((scope) => /[,;]$/u.test(scope));
  if (listed !== undefined)
    add(
      "scopes",
      `holds ${JSON.stringify(listed)}: write scopes with spaces between them, and say --scope-separator where the provider wants another.`,
    );
  for (const key of ["authorizationParams", "tokenParams", "refreshParams"] as const) {
    for (const [name, reason] of Object.entries(NEVER_FIXED[key] ?? {})) {
      const value = answers[key]?.[name];
      if (value === undefined || (value === "" && !NEVER_REMOVED.has(name))) continue;
      add(
        key,
        value === "" ? `cannot remove ${name}: ${reason}.` : `cannot set ${name}: ${reason}.`,
      );
    }
  }
  const responseType = answers.authorizationParams?.["response_type"];
  if (responseType !== undefined && responseType !== "" && responseType !== "code")
    add(
      "authorizationParams",
      "can only set response_type to code: no other grant is safe (RFC 9700, section 2.1.2).",
    );
  return problems;
}

function settledRedirect({ domain, redirect }: CompleteAnswers): Redirect {
  return {
    host: redirect?.host ?? "127.0.0.1",
    port: redirect?.port ?? portFromDomain(domain),
    path: redirect?.path ?? "/callback",
  };
}

/** What the state file keeps: what was said, and what was taken from the world, in the order of the questions. */
function storedAnswers(answers: Answers, complete: Answers): Answers {
  const kept = answerKeys.filter(
    (key) =>
      answers[key] !== undefined ||
      ((questions[key] as Question).fromWorld && complete[key] !== undefined),
  );
  return Object.fromEntries(kept.map((key) => [key, complete[key]]));
}

function unused(answers: CompleteAnswers): readonly Notice[] {
  if (answers.tokensExpire) return [];
  const idle: (AnswerKey | false)[] = [
    answers.refreshUrl !== undefined && "refreshUrl",
    Object.keys(answers.refreshParams).length > 0 && "refreshParams",
  ];
  return idle
    .filter((key) => key !== false)
    .map((key) => ({
      code: "unused-answer",
      key,
      message: `${flagOf(key)} is not used: with --tokens-expire false nothing is refreshed.`,
    }));
}

/** One error for all problems, and one complete example that keeps what was right. */
function invalidAnswers(problems: readonly Problem[], answers: Answers): UserError {
  const count = problems.length === 1 ? "1 answer" : `${problems.length} answers`;
  const lines = problems.map(({ flag, message }) => `  ${flag} ${message}`);
  return new UserError(
    "invalid-answers",
    `${count} cannot be used:\n${lines.join("\n")}`,
    `A complete example:\n  ${exampleCommand(problems, answers)}`,
    {
      exitCode: ExitCode.usage,
      problems,
    },
  );
}

/** A command that works: what was said and right, with an example for whatever is missing or wrong. */
export function exampleCommand(problems: readonly Problem[], answers: Answers): string {
  const wrong = new Set(problems.map(({ key }) => key));
  const right = answerKeys.filter((key) => !wrong.has(key) && answers[key] !== undefined);
  const needed = answerKeys.filter((key) => {
    const { required }: Question = questions[key];
    return !right.includes(key) && required && (key !== "domain" || wrong.has(key));
  });
  // An example of each optional answer too, unless it would contradict another one.
  const whole = [...needed, ...answerKeys.filter((key) => wrong.has(key) && !needed.includes(key))];
  const examples = new Set(contradictsNothing(whole, right, answers) ? whole : needed);
  const words = answerKeys.flatMap((key) => {
    if (right.includes(key)) return flagWords(key, answers[key]);
    return examples.has(key) ? flagWords(key, questions[key].example) : [];
  });
  return ["npx create-oauth2-integration", ...words].join(" ");
}

function contradictsNothing(
  examples: readonly AnswerKey[],
  right: readonly AnswerKey[],
  answers: Answers,
): boolean {
  const said = new Map(
    examples.map((key) => [key, saidByFlag(key, [questions[key].example])] as const),
  );
  const kept = Object.fromEntries(right.map((key) => [key, answers[key]]));
  return contradictions({ ...kept, ...readAnswers(said).answers }).length === 0;
}

/** The whole command that gives the same project without a question. */
export function replayCommand(directory: string, said: Answers): string {
  const words = answerKeys
    .filter((key) => said[key] !== undefined)
    .flatMap((key) => flagWords(key, said[key]));
  return ["npx create-oauth2-integration", shellWord(directory), ...words].join(" ");
}
