/** The exit codes of every command. They are documented in the README and tested on the built program. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  conflicts: 3,
  outdated: 4,
  bug: 70,
  hangup: 129,
  cancelled: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What went wrong, as a word that a script can compare. A closed set. */
export type ErrorCode =
  | "invalid-answers"
  | "invalid-usage"
  | "eaten-flags"
  | "answers-unreadable"
  | "unknown-provider"
  | "discovery-failed"
  | "openapi-unreadable"
  | "target-not-empty"
  | "target-unusable"
  | "unsafe-path"
  | "changed-meanwhile"
  | "write-failed"
  | "state-unreadable"
  | "newer-generator"
  | "uncommitted-changes"
  | "no-such-path"
  | "install-failed"
  | "link-failed"
  | "step-failed"
  | "cancelled"
  | "terminated"
  | "hangup"
  | "bug";

/** One answer that cannot be used, and what to do about it. */
export interface Problem {
  /** The key of answers, or `undefined` where no single key is to blame. */
  readonly key: string;
  readonly flag: string;
  /** A whole sentence, without the flag in front. */
  readonly message: string;
  /** What was probably meant, ready to paste. */
  readonly suggestion?: string;
}

export interface UserErrorOptions {
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
  readonly problems?: readonly Problem[];
  readonly paths?: readonly string[];
}

/**
 * Something that the person can mend. `message` says what happened and names the thing, `hint` says what to do next.
 * It is printed without a stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];
  readonly paths: readonly string[];

  constructor(code: ErrorCode, message: string, hint: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = options.exitCode ?? ExitCode.failed;
    this.problems = options.problems ?? [];
    this.paths = options.paths ?? [];
  }
}
