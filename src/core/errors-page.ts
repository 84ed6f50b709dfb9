import { type ErrorCode, EXIT_CODES } from "./errors.js";

/** Why a run ended without its result, and what to do then. */
interface ErrorEntry {
  readonly cause: string;
  readonly cure: string;
}

/** Every word that `error.code` can be: a new one does not compile without its entry. */
export const ERROR_ENTRIES: Readonly<Record<ErrorCode, ErrorEntry>> = {
  "invalid-answers": {
    cause: "Answers are missing, wrong, or contradict each other: all of them at once.",
    cure: "Correct what each line names; the complete example in the hint keeps what was right. [answers.md](answers.md) tells what each takes.",
  },
  "invalid-usage": {
    cause: "A flag is unknown, lacks its value, or does not go together with another.",
    cure: "Read the hint, or run with `--help`.",
  },
  "eaten-flags": {
    cause: "npm took flags for settings of its own, because no `--` stood before them.",
    cure: "Run the command in the hint: it has the `--`.",
  },
  "answers-unreadable": {
    cause: "The answers file is not there, cannot be read, or is neither JSON nor YAML.",
    cure: "Look at the path, or at the line that is named.",
  },
  "unknown-provider": {
    cause: "`providers show` was asked for a provider that is not known.",
    cure: "Take one of the nearest names, or look with `providers <words>`.",
  },
  "discovery-failed": {
    cause: "An issuer or a resource was not found, did not answer in time, or says what cannot be.",
    cure: "Look at the value that is named. With `--no-discovery` and the URLs as flags nothing is looked up.",
  },
  "openapi-unreadable": {
    cause:
      "The OpenAPI document is not there, is not one, or has a fault at the place that is named.",
    cure: "Correct the document there, or say the URLs as flags.",
  },
  "target-not-empty": {
    cause: "The directory holds files that are not part of the project. Nothing was written.",
    cure: "Choose another directory, or move these files away. A project that is there follows by `update`.",
  },
  "target-unusable": {
    cause: "The directory is a file or a link, may not be read, or is gone.",
    cure: "Choose another directory, or mend what is named.",
  },
  "unsafe-path": {
    cause:
      "A path leads out of the project, is a link, or has a name that some system cannot have.",
    cure: "Choose another directory, move away what stands there, or correct the state file from the history of the repository.",
  },
  "changed-meanwhile": {
    cause: "A file changed, or another run was at work, while this one was. Nothing was written.",
    cure: "Run the command again when the other is done.",
  },
  "write-failed": {
    cause: "The system refused a write: a full disk, missing rights. The project is as it was.",
    cure: "Make room, or get the right; then run the command again.",
  },
  "state-unreadable": {
    cause: "`.create-oauth2-integration.json` is missing, damaged, or belongs to another project.",
    cure: "Take it back from the history of the repository, or make it anew with `update --adopt --answers <file>`.",
  },
  "newer-generator": {
    cause: "A newer version of this program wrote the state file.",
    cure: "Run the version that the hint names.",
  },
  "uncommitted-changes": {
    cause: "An update would touch files with changes that nobody committed. Nothing was written.",
    cure: "Commit or stash them, or add `--allow-dirty`.",
  },
  "no-such-path": {
    cause:
      "`--restore` or `--resolved` names a path where there is nothing to bring back or to settle.",
    cure: "Give the path as the report has it, relative to the project.",
  },
  "install-failed": {
    cause: "The project is complete, but its dependencies could not be installed.",
    cure: "Read what the package manager printed, then run its `install` in the project.",
  },
  "link-failed": {
    cause: "The project is complete, but its build or its sign-in did not come to an end.",
    cure: "Read what was printed, then run the script `link` in the project.",
  },
  "step-failed": {
    cause: "A step of the demo, or a program that it started, failed.",
    cure: "Mend what it printed, then run the command again. Nothing was left behind.",
  },
  cancelled: {
    cause: "You pressed Ctrl-C, or said no to the summary.",
    cure: "A project that is there is complete; one that is not was not begun.",
  },
  terminated: {
    cause: "The process was told to end (SIGTERM).",
    cure: "As with Ctrl-C: nothing is half written.",
  },
  hangup: {
    cause: "The terminal was closed (SIGHUP).",
    cure: "As with Ctrl-C: nothing is half written.",
  },
  bug: {
    cause: "A fault of this program. The stack is on stderr.",
    cure: "Report it at the address that is printed, with the command that you ran.",
  },
};

/** The page of all errors, made from them: `docs/errors.md`. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_ENTRIES).map(
    ([code, { cause, cure }]) =>
      `| \`${code}\` | ${EXIT_CODES[code as ErrorCode]} | ${cause} | ${cure} |`,
  );
  return `${HEAD}| code | exit | cause | cure |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

const HEAD = `# Errors

Every error says in one line what happened and names the thing, then what to do next; with \`--json\` it is \`error\`, and its \`code\` is one
of these words. \`npm run docs\` makes this page from the code. An exit code of 3 (conflicts to resolve) or 4 (\`--check\`: outdated) is a
result, not an error: [updates.md](updates.md) explains both.

`;
