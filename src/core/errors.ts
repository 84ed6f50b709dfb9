/** The exit codes of every command. They are documented in the README and tested on the built program. */
export const ExitCode = {
  /** Done. */
  done: 0,
  /** Something that the person can mend. */
  failed: 1,
  /** A bad or missing answer or flag. */
  usage: 2,
  /** Updated, with conflicts to resolve. */
  conflicts: 3,
  /** An update would change something. */
  outdated: 4,
  /** A bug of this program. */
  bug: 70,
  /** After SIGHUP. */
  hangup: 129,
  /** Ended by the person. */
  cancelled: 130,
  /** After SIGTERM. */
  terminated: 143,
} as const;

/** What a command that fails like that ends with. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

function exits<Word extends string>(codes: Readonly<Record<Word, ExitCode>>) {
  return codes;
}

/** How a run ends, by what went wrong. */
export const EXIT_CODES = exits({
  "invalid-answers": ExitCode.usage,
  "invalid-usage": ExitCode.usage,
  "eaten-flags": ExitCode.usage,
  "answers-unreadable": ExitCode.usage,
  "unknown-provider": ExitCode.failed,
  "discovery-failed": ExitCode.failed,
  "openapi-unreadable": ExitCode.failed,
  "target-not-empty": ExitCode.failed,
  "target-unusable": ExitCode.failed,
  "unsafe-path": ExitCode.failed,
  "changed-meanwhile": ExitCode.failed,
  "write-failed": ExitCode.failed,
  "state-unreadable": ExitCode.failed,
  "newer-generator": ExitCode.failed,
  "uncommitted-changes": ExitCode.failed,
  "no-such-path": ExitCode.failed,
  "install-failed": ExitCode.failed,
  "link-failed": ExitCode.failed,
  "step-failed": ExitCode.failed,
  cancelled: ExitCode.cancelled,
  terminated: ExitCode.terminated,
  hangup: ExitCode.hangup,
  bug: ExitCode.bug,
});

/** What went wrong, as a word that a script can compare. A closed set. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** One answer that cannot be used, and what to do about it. */
export interface Problem {
  /** The key of answers, or `undefined` where no single key is to blame. */
  readonly key: string;
  /** How the command line says it. */
  readonly flag: string;
  /** A whole sentence, without the flag in front. */
  readonly message: string;
  /** What was probably meant, ready to paste. */
  readonly suggestion?: string;
}

/** What an error may have beside its words. */
export interface UserErrorOptions {
  /** What it came from. */
  readonly cause?: unknown;
  /** Each answer that cannot be used. */
  readonly problems?: readonly Problem[];
  /** The files and folders that it is about. */
  readonly paths?: readonly string[];
}

/**
 * Something that the person can mend. `message` says what happened and names the thing, `hint` says what to do next.
 * It is printed without a stack.
 */
export class UserError extends Error {
  /** Tells it from other errors. */
  override readonly name = "UserError";
  /** What went wrong, as a word. */
  readonly code: ErrorCode;
  /** What to do next. */
  readonly hint: string;
  /** What a command ends with that fails like this. */
  readonly exitCode: ExitCode;
  /** Each answer that cannot be used. */
  readonly problems: readonly Problem[];
  /** The files and folders that it is about. */
  readonly paths: readonly string[];

  /** An error of this kind; commands throw it. */
  constructor(code: ErrorCode, message: string, hint: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = EXIT_CODES[code];
    this.problems = options.problems ?? [];
    this.paths = options.paths ?? [];
  }
}

/** What to do where answers stand in no form that can be read. */
export const WRITE_ANSWERS =
  "Write one `key: value` for each answer; npx create-oauth2-integration --print-answers prints a file to start from.";
