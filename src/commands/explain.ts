import path from "node:path";
import type { Request } from "../cli.js";
import { type SaidAnswers, saidByFile } from "../core/answers.js";
import { ExitCode, UserError } from "../core/errors.js";
import { formatPlaceholders } from "../core/explain.js";
import { formatRequests } from "../core/report.js";
import type { IntegrationSpec, Notice } from "../core/spec.js";
import { STATE_FILE } from "../core/state.js";
import { readState } from "../io/state-file.js";
import { recover } from "../io/write-project.js";
import { loadSaidTemplateSet, templateSetFor } from "../template-sets/index.js";
import { parseAnswers } from "../template-sets/parse-answers.js";
import type { Context, Outcome } from "./context.js";
import { bareWorld, readWorld } from "./read-world.js";
import { saidAnswers } from "./said-answers.js";

/** Prints the requests that a project's code sends, from its state file; or those of answers, without a project. */
export async function explain(request: Request, context: Context): Promise<Outcome> {
  const directory = path.resolve(context.cwd, request.directory ?? ".");
  const given = request.said.size > 0 || request.answersFile !== undefined;
  if (given && request.directory !== undefined)
    throw new UserError(
      "invalid-usage",
      "A directory and answers were given, and only one of them can be explained.",
      "Leave one of them out.",
    );
  const project = given ? undefined : answersOfProject(directory);
  const said = project ?? (await saidAnswers(request, context));
  if (said.size === 0) throw noProject(directory);
  await loadSaidTemplateSet(said);
  const { spec, stored, notices } = parseAnswers(
    said,
    project
      ? bareWorld(said)
      : await readWorld(said, { ...request, directory: undefined }, context),
  );
  const requests = templateSetFor(spec).requests(spec);
  const placeholders = formatPlaceholders(spec);
  const hooked = spec.hooks ? [hooksNotice(spec)] : [];
  return {
    report: {
      schema: 1,
      command: "explain",
      exitCode: ExitCode.done,
      ...(project && { directory }),
      templateSet: spec.templateSet,
      generator: { to: context.version },
      notices: [...notices, ...hooked],
      answers: stored,
      requests,
    },
    text: [
      placeholders,
      formatRequests(requests),
      ...hooked.map(({ message }) => `Note: ${message}\n`),
    ]
      .filter((part) => part !== "")
      .join("\n"),
  };
}

/** What is explained is what the answers say. */
function hooksNotice({ providerHook }: IntegrationSpec): Notice {
  const whose =
    providerHook === undefined ? "The project's hooks" : `The project's hooks (${providerHook})`;
  return {
    code: "hooks-not-explained",
    key: "hooks",
    message: `${whose} may change these requests, and send others: what they do is not shown here.`,
  };
}

/** The answers in the state file of a project, or `undefined` where there is none. */
function answersOfProject(directory: string): SaidAnswers | undefined {
  recover(directory);
  const state = readState(directory);
  return state && saidByFile(state.answers, STATE_FILE);
}

function noProject(directory: string): UserError {
  return new UserError(
    "state-unreadable",
    `There is no ${STATE_FILE} in ${directory}.`,
    "Run the command in a generated project, or say answers:\n  npx create-oauth2-integration explain --name … --authorization-url … --token-url …",
    { paths: [path.join(directory, STATE_FILE)] },
  );
}
