import type { Request } from "../cli.js";
import { ExitCode, UserError, WRITE_ANSWERS } from "../core/errors.js";
import { formatFiles, type Report, type ReportedFile } from "../core/report.js";
import { sortedPaths } from "../core/files.js";
import { sameFile } from "../core/merge/line-ends.js";
import { isRecord } from "../core/readers.js";
import { parseState, STATE_FILE } from "../core/state.js";
import { readAnswersFile } from "../io/read-answers.js";
import { readProject } from "../io/read-project.js";
import { readStateText, unpackBaseline } from "../io/state-file.js";
import { readEntry, writeProject } from "../io/write-project.js";
import type { Context, Outcome } from "./context.js";
import { renderProject, stateFor } from "./render-project.js";
import { specifyLost } from "./specify-project.js";

/**
 * Makes a lost state file anew: what is as the templates have it today was generated, and every other file is yours. Nothing but the
 * state file is written.
 */
export async function adopt(target: string, request: Request, context: Context): Promise<Outcome> {
  const text = readStateText(target);
  if (isUsable(text))
    throw new UserError(
      "invalid-usage",
      `${STATE_FILE} can be read: there is nothing to adopt.`,
      "Run npx create-oauth2-integration update without --adopt; to change an answer, with --set key=value.",
    );
  const given = await givenAnswers(request, context);
  const specification = await specifyLost(
    target,
    { ...rememberedAnswers(text), ...given },
    request.set,
    context,
  );
  const { tree } = await renderProject(specification);
  const disk = readProject(target, tree.keys(), tree);
  if (disk.size === 0)
    throw new UserError(
      "no-such-path",
      `Not one of the ${tree.size} files of this project is in ${target}.`,
      "Nothing was written. Run the command in the project's folder, or make a new project with npx create-oauth2-integration.",
      { paths: [target] },
    );
  const files = sortedPaths(tree).flatMap((file): readonly ReportedFile[] => {
    const found = disk.get(file);
    if (found === undefined) return [{ path: file, action: "keep", reason: "kept-deleted" }];
    const isGenerated = found !== "other" && sameFile(found, tree.get(file));
    return isGenerated ? [] : [{ path: file, action: "keep", reason: "kept-yours" }];
  });
  const state = stateFor(specification, tree, [], context.version);
  if (!request.dryRun)
    writeProject(target, [
      {
        path: STATE_FILE,
        before: readEntry(`${target}/${STATE_FILE}`),
        after: { content: state, executable: false },
      },
    ]);
  const report: Report = {
    schema: 1,
    command: "update",
    exitCode: ExitCode.done,
    directory: target,
    templateSet: specification.spec.templateSet,
    generator: { to: context.version },
    dryRun: request.dryRun,
    written: !request.dryRun,
    files,
    conflicts: [],
    notices: specification.notices,
    answers: specification.stored,
  };
  const yours = files.length === 0 ? "" : `Yours, or deleted by you:\n${formatFiles(files)}`;
  const done = request.dryRun ? "Would make" : "Made";
  return {
    report,
    text: `${done} ${STATE_FILE} anew: ${tree.size - files.length} files are as they were generated.\n${yours}`,
  };
}

function isUsable(text: string | undefined): boolean {
  try {
    if (text === undefined) return false;
    unpackBaseline(parseState(text).baseline);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code !== "newer-generator") return false;
    throw error;
  }
}

async function givenAnswers({ answersFile }: Request, { signal }: Context) {
  if (answersFile === undefined) return {};
  const answers = await readAnswersFile(answersFile, signal);
  if (isRecord(answers)) return answers;
  throw new UserError(
    "invalid-answers",
    `${answersFile} does not hold a map of answers.`,
    WRITE_ANSWERS,
    { paths: [answersFile] },
  );
}

/** The answers of a state file that lost only its baseline. */
function rememberedAnswers(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const state: unknown = JSON.parse(text ?? "");
    return isRecord(state) && isRecord(state["answers"]) ? state["answers"] : {};
  } catch {
    return {};
  }
}
