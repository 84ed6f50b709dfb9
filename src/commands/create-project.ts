import path from "node:path";
import type { SaidAnswers } from "../core/answers.js";
import { ExitCode, UserError } from "../core/errors.js";
import type { FileTree } from "../core/files.js";
import type { Plan } from "../core/plan.js";
import { formatFiles, type Report, reportedFiles } from "../core/report.js";
import type { Notice, Specification } from "../core/spec.js";
import { readTarget } from "../io/read-target.js";
import { packageManagerOf } from "../io/surroundings.js";
import { recover, requireFolder, requireNames, writeProject } from "../io/write-project.js";
import { loadSaidTemplateSet, templateSetFor } from "../template-sets/index.js";
import type { TemplateSet } from "../template-sets/template-set.js";
import { askForAnswers, otherAnswers, settle } from "./collect-answers.js";
import { type CreateRequest, type Creation, finish, nextSteps, replayOf } from "./after-create.js";
import { type Context, type Outcome, stopIfInterrupted } from "./context.js";
import { changesOfCreation, planCreation, wholeProject } from "./plan-creation.js";
import { readWorld } from "./read-world.js";
import { renderProject } from "./render-project.js";

/** Makes a project of what was said: answers → spec → files → plan → disk. Asks only what is missing, and only a person. */
export async function createProject(
  said: SaidAnswers,
  request: CreateRequest,
  context: Context,
): Promise<Outcome> {
  await loadSaidTemplateSet(said);
  const world = await readWorld(said, request, context);
  const answers = context.ask
    ? await askForAnswers(said, world, suggestedName(request.directory), context.ask)
    : said;
  const specification = await settle(answers, world, context);
  const { tree } = await renderProject(specification);
  const rendered = wholeProject(specification, tree, context.version);
  const directory = await directoryOf(request, specification, rendered, context);
  const target = path.resolve(context.cwd, directory);
  const plan = planAt(directory, target, rendered);

  const creation: Creation = { request, specification, target, directory };
  const draft = draftReport(creation, plan, context);
  if (request.dryRun)
    return {
      report: { ...draft, written: false, git: "skipped", install: "skipped" },
      text: `Would write ${draft.files?.length ?? 0} files to ${directory}:\n${formatFiles(draft.files ?? [])}`,
    };
  if (context.ask && !(await confirmed(specification, directory, draft, context)))
    throw cancelled();
  // What a person takes to answer is not ours.
  const begin = context.ask ? performance.now() : 0;
  await stopIfInterrupted(context);

  const changes = changesOfCreation(plan);
  if (changes.length > 0) writeProject(target, changes);
  const done = { ...creation, milliseconds: performance.now() - begin };
  return finish({ ...draft, written: changes.length > 0 }, done, context);
}

/** A directory is never taken for the name silently: at a terminal it is the suggestion. */
function suggestedName(directory: string | undefined): string | undefined {
  const name = directory === undefined ? "" : path.basename(path.resolve(directory));
  return /^[\p{L}\p{N}]/u.test(name) ? name : undefined;
}

async function directoryOf(
  { directory }: CreateRequest,
  { spec }: Specification,
  rendered: FileTree,
  { ask, cwd }: Context,
): Promise<string> {
  if (directory !== undefined) return directory;
  const usual = `./${spec.domain}`;
  if (!ask) return usual;
  return ask.text("Directory", usual, (text) => {
    if (text.trim() === "") return { ok: false, message: "must not be empty." };
    try {
      planAt(text, path.resolve(cwd, text), rendered);
      return { ok: true, value: text };
    } catch (error) {
      if (error instanceof UserError) return { ok: false, message: error.message };
      throw error;
    }
  });
}

/** Compares the project with what lies in the target, which a killed run may have left half-way. */
function planAt(directory: string, target: string, rendered: FileTree): Plan {
  requireNames(directory, target);
  requireFolder(target);
  recover(target);
  return planCreation(target, rendered, readTarget(target, new Set(rendered.keys())));
}

function draftReport(creation: Creation, plan: Plan, context: Context): Report {
  const { request, specification, target } = creation;
  const { spec, stored, notices } = specification;
  const installed = request.install === true;
  const set = templateSetFor(spec);
  return {
    schema: 1,
    command: "create",
    exitCode: ExitCode.done,
    directory: target,
    templateSet: spec.templateSet,
    generator: { to: context.version },
    dryRun: request.dryRun,
    files: reportedFiles(plan),
    conflicts: [],
    notices: [
      ...notices,
      ...set.notices(spec),
      ...nothingToInstall(set, installed && request.link !== true),
      ...nothingToLink(set, request),
    ],
    answers: stored,
    replay: replayOf(creation, installed),
    nextSteps: nextSteps(
      creation,
      packageManagerOf(context.surroundings.environment),
      installed,
      context,
    ),
  };
}

function nothingToInstall({ installs }: TemplateSet, wanted: boolean): readonly Notice[] {
  if (installs !== undefined || !wanted) return [];
  const message =
    "--install does nothing: this project has nothing that a package manager installs.";
  return [{ code: "nothing-to-install", message }];
}

function nothingToLink({ program }: TemplateSet, { link }: CreateRequest): readonly Notice[] {
  if (program !== undefined || link !== true) return [];
  const message =
    "--link does nothing: this project has no program of its own that links accounts.";
  return [{ code: "nothing-to-link", message }];
}

/** Shows what will be made, and asks. */
async function confirmed(
  { spec, stored }: Specification,
  directory: string,
  draft: Report,
  { ask, say }: Context,
): Promise<boolean> {
  const rows: readonly (readonly [string, string])[] = [
    ["Name", spec.name],
    ["Domain", spec.domain],
    ["Directory", directory],
    ["Authorization", spec.authorizationUrl],
    ["Token", spec.tokenUrl],
    ["Scopes", spec.scopes.join(" ") || "none"],
    ["API", spec.apiBaseUrl],
  ];
  const shown = ["name", "domain", "authorizationUrl", "tokenUrl", "scopes", "apiBaseUrl"] as const;
  const others = otherAnswers(stored, new Set(shown), process.stderr.columns || 80);
  say(
    `\n${rows.map(([label, value]) => `  ${label.padEnd(14)} ${value}\n`).join("")}${others}\n${formatFiles(draft.files ?? [])}\n`,
  );
  return (await ask?.yesNo(`Write these ${draft.files?.length ?? 0} files?`, true)) ?? true;
}

function cancelled(): UserError {
  return new UserError("cancelled", "Cancelled.", "Nothing was written.");
}
