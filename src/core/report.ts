import type { UserError } from "./errors.js";
import type { ExplainedRequest } from "./explain.js";
import type { Plan, Reason } from "./plan.js";
import type { Answers } from "./questions.js";
import type { Notice } from "./spec.js";

/** The one JSON object of `--json`: what a command did, as a value. An optional member is absent, never null. */
export interface Report {
  readonly schema: 1;
  readonly command: "create" | "explain" | "demo";
  readonly exitCode: number;
  readonly directory?: string;
  readonly templateSet?: string;
  readonly generator?: { readonly from?: string; readonly to: string };
  readonly dryRun?: boolean;
  readonly written?: boolean;
  readonly files?: readonly ReportedFile[];
  readonly conflicts?: readonly { readonly path: string; readonly kind: "both-added" }[];
  readonly notices?: readonly Notice[];
  readonly git?: "initialised" | "skipped" | "failed";
  readonly install?: "done" | "skipped" | "failed";
  readonly answers?: Answers;
  readonly replay?: string;
  readonly nextSteps?: readonly string[];
  readonly requests?: readonly ExplainedRequest[];
  readonly steps?: readonly DemoStep[];
  readonly error?: ReportedError;
}

export interface ReportedFile {
  readonly path: string;
  readonly action: "create" | "keep" | "conflict";
  readonly reason: Reason;
}

/** One step of `demo`. */
export interface DemoStep {
  readonly name: string;
  readonly milliseconds: number;
}

export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly paths?: readonly string[];
  readonly problems?: UserError["problems"];
}

/** The files that a plan touches; the plainly unchanged are left out. */
export function reportedFiles(plan: Plan): readonly ReportedFile[] {
  return plan
    .filter(({ action }) => action !== "keep")
    .map(({ path, action, reason }) => ({ path, action, reason }));
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

/** An error in words: what happened, what to do next. */
export function formatError({ message, hint }: Pick<UserError, "message" | "hint">): string {
  return `${message}\n${hint}\n`;
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
