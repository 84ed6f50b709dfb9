import type { UserError } from "./errors.js";
import type { ExplainedRequest } from "./explain.js";
import type { HookKind } from "./known-provider.js";
import type { Conflict } from "./merge/conflicts.js";
import { conflictLines } from "./merge/merge-text.js";
import type { Action, Plan, Reason } from "./plan.js";
import type { Answers } from "./questions.js";
import type { Notice } from "./spec.js";

/** The one JSON object of `--json`: what a command did, as a value. An optional member is absent, never null. */
export interface Report {
  readonly schema: 1;
  readonly command: "create" | "update" | "diff" | "explain" | "providers" | "demo";
  readonly exitCode: number;
  readonly directory?: string;
  readonly templateSet?: string;
  readonly generator?: { readonly from?: string; readonly to: string };
  readonly dryRun?: boolean;
  readonly written?: boolean;
  readonly files?: readonly ReportedFile[];
  readonly conflicts?: readonly ReportedConflict[];
  readonly check?: { readonly outdated: boolean; readonly drift: readonly string[] };
  readonly notices?: readonly Notice[];
  readonly git?: "initialised" | "skipped" | "failed";
  readonly install?: "done" | "skipped" | "failed";
  /** Only where an account was to be linked at once. */
  readonly link?: "done" | "failed";
  readonly answers?: Answers;
  readonly replay?: string;
  readonly nextSteps?: readonly string[];
  readonly providers?: readonly {
    readonly id: string;
    readonly name: string;
    readonly docsUrl?: string;
    readonly verified: boolean;
  }[];
  readonly provider?: {
    readonly id: string;
    readonly name: string;
    readonly verified: boolean;
    readonly answers: Answers;
    readonly scopes?: Readonly<Record<string, string>>;
    readonly lacks?: Readonly<Record<string, ReportedReason>>;
    readonly hook?: ReportedReason & { readonly kind: HookKind };
    readonly sources: Readonly<Record<string, string>>;
  };
  readonly requests?: readonly ExplainedRequest[];
  /** A unified diff. */
  readonly patch?: string;
  readonly steps?: readonly DemoStep[];
  readonly error?: ReportedError;
}

/** A reason, and the page that gives it with the day on which it was read. */
export interface ReportedReason {
  readonly reason: string;
  readonly page: string;
}

export interface ReportedFile {
  readonly path: string;
  readonly action: Action;
  readonly reason: Reason;
  /** Where it lay before, or where the template has it when its owner moved it. */
  readonly from?: string;
}

/** A conflict as the report shows it: where in the file it is, or which values are in dispute. */
export interface ReportedConflict {
  /** The file. */
  readonly path: string;
  /** What is in dispute: lines, a value of JSON, the whole file, or what another file needs. */
  readonly kind: Conflict["kind"];
  /** First and last line of each place, counted from 1. */
  readonly lines?: readonly (readonly [first: number, last: number])[];
  /** The value in JSON that is in dispute (RFC 6901). */
  readonly pointer?: string;
  /** The value that lies there; absent where there is none. */
  readonly yours?: unknown;
  /** The value that the template has; absent where there is none. */
  readonly template?: unknown;
  /** What the file imports, and is gone. */
  readonly missing?: string;
  /** The name that it uses, and had from there. */
  readonly name?: string;
}

/** One step of `demo`. */
export interface DemoStep {
  readonly name: string;
  readonly milliseconds: number;
}

/** An error as `--json` has it. */
export interface ReportedError {
  /** What went wrong, as a word. */
  readonly code: string;
  /** What happened, naming the thing. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
  /** The files and folders that it is about. */
  readonly paths?: readonly string[];
  /** Each answer that cannot be used. */
  readonly problems?: UserError["problems"];
}

/** Files that need no word: they are as they were, and nobody changed them. */
const UNCHANGED: ReadonlySet<Reason> = new Set([
  "identical",
  "unchanged",
  "gone",
  "seed",
  "same-change",
]);

/** The files that a plan touches or spares; the plainly unchanged are left out. */
export function reportedFiles(plan: Plan): readonly ReportedFile[] {
  return plan
    .filter(({ reason }) => !UNCHANGED.has(reason))
    .map(({ path, action, reason, from, trackedAs }) => ({
      path,
      action,
      reason,
      ...((from ?? trackedAs) !== undefined && { from: from ?? trackedAs ?? "" }),
    }));
}

/** A conflict, with its lines in the text that the file has now. */
export function reportedConflict(conflict: Conflict, text: string | undefined): ReportedConflict {
  if (conflict.kind !== "text") return conflict;
  const { path, kind, markerSize } = conflict;
  return { path, kind, lines: text === undefined ? [] : conflictLines(text, markerSize) };
}

/** Conflicts in words, one on each line. */
export function formatConflicts(conflicts: readonly ReportedConflict[]): string {
  return conflicts.map((conflict) => `  ${conflict.path}${placeOf(conflict)}\n`).join("");
}

function placeOf(conflict: ReportedConflict): string {
  const { kind, lines = [], pointer, missing, name } = conflict;
  const value = (side: "yours" | "template"): string =>
    Object.hasOwn(conflict, side) ? JSON.stringify(conflict[side]) : "nothing";
  switch (kind) {
    case "text":
      return lines.map(([first, last]) => `:${first}-${last}`).join(",");
    case "json":
      return ` ${pointer}: yours is ${value("yours")}, the template has ${value("template")}`;
    case "binary":
      return ": no text, and both changed it; yours was kept";
    case "both-added":
      return ": yours was kept, and the template has another file here now";
    case "type":
      return ": a link or a folder of yours stands where the template has a file; move it away, then update --restore";
    case "orphan":
      return name === undefined
        ? `: imports ${missing}, which is gone`
        : `: uses ${name}, which ${missing} provided`;
  }
}

/** An error as the report holds it. */
export function reportedError({ code, message, hint, paths, problems }: UserError): ReportedError {
  return {
    code,
    message,
    hint,
    ...(paths.length > 0 && { paths }),
    ...(problems.length > 0 && { problems }),
  };
}

/** The files of a plan in words, one on each line. */
export function formatFiles(files: readonly ReportedFile[]): string {
  return files.map(({ path, action }) => `  ${action.padEnd(8)} ${path}\n`).join("");
}

/** The requests of `explain` in words, each parameter on a line of its own. */
export function formatRequests(requests: readonly ExplainedRequest[]): string {
  return requests.map(formatRequest).join("\n");
}

function formatRequest(
  { name, method, url, headers, body }: ExplainedRequest,
  index: number,
): string {
  const [address = "", query] = url.split(/\?(.*)/su);
  const asked = query === undefined ? [] : query.split("&").map((pair) => `    ${pair}`);
  const head = Object.entries(headers).map(([header, value]) => `  ${header}: ${value}`);
  const isJson = headers["content-type"] === "application/json";
  const sent = Object.entries(body ?? {}).map(([parameter, value]) =>
    isJson
      ? `    ${JSON.stringify(parameter)}: ${JSON.stringify(value)}`
      : `    ${parameter}=${value}`,
  );
  return `${[`${index + 1}. ${name}`, `  ${method} ${address}`, ...asked, ...head, ...sent].join("\n")}\n`;
}
