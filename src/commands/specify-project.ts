import type { SaidAnswers } from "../core/answers.js";
import { UserError } from "../core/errors.js";
import { type FileTree, projectPath } from "../core/files.js";
import { sameJson } from "../core/merge/conflicts.js";
import { OPENAPI_FILE } from "../core/openapi.js";
import { isAnswerKey, questions, type World } from "../core/questions.js";
import type { EarlierAnswers } from "../core/questions/question.js";
import type { Specification } from "../core/spec.js";
import { readEntry } from "../io/write-project.js";
import { loadSaidTemplateSet } from "../template-sets/index.js";
import type { Context } from "./context.js";
import { changedAnswers, type Project, specified } from "./open-project.js";
import { bareWorld, lookUp, readSaid, usableOf } from "./read-world.js";

/**
 * The answers of a project, with some changed, read by the rules of today. An OpenAPI document comes from the project itself: the file
 * or the URL may be gone. It is read anew where it is said anew.
 * @throws {UserError} `invalid-answers` (exit 2), `openapi-unreadable` (exit 1)
 */
export async function specifyProject(
  { state, baseline }: Project,
  changes: readonly string[],
  context: Context,
): Promise<Specification> {
  const before = changedAnswers(state.answers, []);
  const said = changedAnswers(state.answers, changes);
  if (readSaid("openapi", said) === undefined) return specified(said, bareWorld(said));
  const changed = new Set(changes.map((change) => change.split("=", 1)[0] ?? ""));
  const kept = documentIn(baseline);
  if (changed.has("openapi")) {
    // Where the old document is not kept, the addresses of the new one count; where there was none, what was said stays.
    const isLost = kept === undefined && readSaid("openapi", before) !== undefined;
    const open = isLost
      ? withoutKeys(said, (key) => ADDRESSES.has(key) && !changed.has(key))
      : without(said, await oldAnswers(before, kept), changed);
    const world = await lookUp(open, bareWorld(open), { discovery: true }, context);
    const rest = isLost ? withoutKeys(said, (key) => world.found?.[key] !== undefined) : open;
    return specified(rest, { ...bareWorld(rest), ...world });
  }
  if (kept === undefined) return specified(said, bareWorld(said));
  if (!changed.has("openapiScheme")) return specified(said, { ...bareWorld(said), openapi: kept });
  const open = without(said, await oldAnswers(before, kept), changed);
  return specified(open, await worldOf(kept, open));
}

/**
 * The answers of a project that lost its state. The document that lies there is the one that it was made from.
 * @throws {UserError} as `specifyProject`
 */
export async function specifyLost(
  target: string,
  answers: Readonly<Record<string, unknown>>,
  changes: readonly string[],
  context: Context,
): Promise<Specification> {
  const said = changedAnswers(answers, changes);
  await loadSaidTemplateSet(said);
  if (readSaid("openapi", said) === undefined) return specified(said, bareWorld(said));
  const kept = documentAt(target);
  if (kept !== undefined) return specified(said, await worldOf(kept, said));
  return specified(said, {
    ...bareWorld(said),
    ...(await lookUp(said, bareWorld(said), { discovery: true }, context)),
  });
}

function documentIn(tree: FileTree): string | undefined {
  const content = tree.get(projectPath(OPENAPI_FILE))?.content;
  return typeof content === "string" ? content : undefined;
}

function documentAt(target: string): string | undefined {
  const content = readEntry(`${target}/${OPENAPI_FILE}`)?.content;
  if (content === undefined) return undefined;
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  try {
    return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
  } catch {
    return undefined;
  }
}

/** The world with what a document of the project says. */
async function worldOf(text: string, said: SaidAnswers): Promise<World> {
  const place = readSaid("openapi", said) ?? "";
  const { openApiAnswers } = await import("../io/read-openapi.js");
  const source = { scheme: readSaid("openapiScheme", said), said: new Set(said.keys()) };
  const document = openApiAnswers(JSON.parse(text), place, source);
  return {
    ...bareWorld(said),
    found: usableOf(document, place, said),
    scopes: document.scopes,
    openapi: text,
  };
}

/** What the document said that the project was made from, where it still can be read. */
async function oldAnswers(before: SaidAnswers, kept: string | undefined): Promise<EarlierAnswers> {
  if (kept === undefined) return {};
  const { openApiAnswers } = await import("../io/read-openapi.js");
  const source = { scheme: readSaid("openapiScheme", before), said: new Set<string>() };
  try {
    return openApiAnswers(JSON.parse(kept), readSaid("openapi", before) ?? "", source).answers;
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}

/** Answers that are what the old document said follow the new one; those that somebody gave stay. */
function without(
  said: SaidAnswers,
  old: EarlierAnswers,
  changed: ReadonlySet<string>,
): SaidAnswers {
  const isOld = (key: string): boolean => {
    if (changed.has(key) || old[key] === undefined || !isAnswerKey(key)) return false;
    const now = said.get(key)?.value;
    const reading = questions[key].read(old[key]);
    return now?.ok === true && reading.ok && sameJson(now.value, reading.value);
  };
  return withoutKeys(said, isOld);
}

function withoutKeys(said: SaidAnswers, isLeftOut: (key: string) => boolean): SaidAnswers {
  return new Map([...said].filter(([key]) => !isLeftOut(key)));
}

const ADDRESSES: ReadonlySet<string> = new Set([
  "authorizationUrl",
  "tokenUrl",
  "refreshUrl",
  "apiBaseUrl",
  "variables",
]);
