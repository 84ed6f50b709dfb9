import path from "node:path";
import { type SaidAnswers, saidByFile, valueOfText } from "../core/answers.js";
import { type Problem, UserError } from "../core/errors.js";
import type { FileTree } from "../core/files.js";
import { shellWord } from "../core/literals.js";
import { nearest } from "../core/nearest.js";
import { answerKeys, isAnswerKey, questions, type World } from "../core/questions.js";
import { type Specification } from "../core/spec.js";
import { parseState, type ProjectState, STATE_FILE, TAKE_STATE_BACK } from "../core/state.js";
import { isNewer } from "../core/versions.js";
import { foldersOver } from "../io/folders.js";
import { readStateText, unpackBaseline } from "../io/state-file.js";
import { recover, requireFolder } from "../io/write-project.js";
import { templateSetNamed } from "../template-sets/index.js";
import { parseAnswers } from "../template-sets/parse-answers.js";
import type { TemplateSet } from "../template-sets/template-set.js";
import type { Context } from "./context.js";

/** A generated project, and what it remembers. */
export interface Project {
  readonly target: string;
  readonly stateText: string;
  readonly state: ProjectState;
  readonly baseline: FileTree;
  readonly set: TemplateSet;
}

/** The folder that a command works on, after what a killed run left there was put in order. */
export function targetOf(directory: string | undefined, { cwd }: Context): string {
  const target = path.resolve(cwd, directory ?? ".");
  requireFolder(target);
  recover(target);
  return target;
}

/**
 * Opens a generated project.
 * @throws {UserError} `state-unreadable`, `newer-generator`, `unsafe-path`; nothing was read but the state file
 */
export async function openProject(target: string, version: string): Promise<Project> {
  const stateText = readStateText(target);
  if (stateText === undefined) throw noState(target);
  const state = parseState(stateText);
  if (isNewer(state.generator, version))
    throw new UserError(
      "newer-generator",
      `Version ${state.generator} made this project, and this is ${version}.`,
      `Nothing was written. Run npx create-oauth2-integration@${state.generator} update instead.`,
      { paths: [path.join(target, STATE_FILE)] },
    );
  const set = await templateSetNamed(state.templateSet);
  return { target, stateText, state, baseline: unpackBaseline(state.baseline), set };
}

function noState(target: string): UserError {
  const above = foldersOver(target).find((folder) => readStateText(folder) !== undefined);
  return new UserError(
    "state-unreadable",
    `There is no ${STATE_FILE} in ${target}.${above === undefined ? "" : ` There is one in ${above}.`}`,
    `Run the command in a generated project. Was the file lost? ${TAKE_STATE_BACK}`,
    { paths: [path.join(target, STATE_FILE)] },
  );
}

/**
 * The specification that answers of a project give, by the rules of today.
 * @throws {UserError} `invalid-answers` (exit 2), each problem with the `--set` that corrects it
 */
export function specified(said: SaidAnswers, world: World): Specification {
  try {
    return parseAnswers(said, world);
  } catch (error) {
    throw error instanceof UserError && error.code === "invalid-answers"
      ? invalid(error.problems)
      : error;
  }
}

/**
 * The answers of a state file, with some changed.
 * @throws {UserError} as `specified`
 */
export function changedAnswers(
  answers: Readonly<Record<string, unknown>>,
  changes: readonly string[],
): SaidAnswers {
  return withChanges(saidByFile(answers, STATE_FILE), changes);
}

function withChanges(said: SaidAnswers, changes: readonly string[]): SaidAnswers {
  const next = new Map(said);
  const problems: Problem[] = [];
  for (const change of changes) {
    const at = change.indexOf("=");
    const key = change.slice(0, at === -1 ? undefined : at);
    const text = change.slice(key.length + 1);
    const refuse = (message: string, suggestion?: string): void => {
      problems.push({
        key,
        flag: `--set ${key}`,
        message,
        ...(suggestion !== undefined && { suggestion }),
      });
    };
    if (at < 1) refuse("must be written --set key=value.");
    else if (key === "templateSet" && said.has(key) && text !== valueOf(said, key))
      refuse("cannot be changed: make another project for another template set.");
    else if (text === "" && (isAnswerKey(key) || said.has(key))) next.delete(key);
    else if (isAnswerKey(key))
      next.set(key, { from: "answers", value: valueOfText(questions[key], text) });
    else {
      const meant = nearest(key, answerKeys);
      refuse(`is not an answer${meant === undefined ? "." : `; did you mean ${meant}?`}`, meant);
    }
  }
  if (problems.length > 0) throw invalid(problems);
  return next;
}

function valueOf(said: SaidAnswers, key: string): unknown {
  const value = said.get(key)?.value;
  return value?.ok ? value.value : undefined;
}

function invalid(problems: readonly Problem[]): UserError {
  const named = problems.map((problem) => ({ ...problem, flag: `--set ${problem.key}` }));
  const count = named.length === 1 ? "1 answer" : `${named.length} answers`;
  const lines = named.map(({ key, message }) => `  ${key} ${message}`);
  const examples = [...new Set(named.map(exampleOf))].filter((example) => example !== "");
  return new UserError(
    "invalid-answers",
    `${count} cannot be used:\n${lines.join("\n")}`,
    `Nothing was written.${examples.length === 0 ? "" : ` For example:\n  npx create-oauth2-integration update ${examples.join(" ")}`}`,
    { problems: named },
  );
}

/** What was meant, or an answer that is right; an unknown answer of the state file is taken back. */
function exampleOf({ key, suggestion }: Problem): string {
  const meant = suggestion !== undefined && isAnswerKey(suggestion) ? suggestion : key;
  if (meant === "templateSet" || meant === "") return "";
  if (!isAnswerKey(meant)) return `--set ${shellWord(`${meant}=`)}`;
  const { kind, example } = questions[meant];
  const [name = "", ...value] = example.split("=");
  const text = kind === "map" ? JSON.stringify({ [name]: value.join("=") }) : example;
  return `--set ${shellWord(`${meant}=${text}`)}`;
}
