import fs from "node:fs";
import { ExitCode, UserError } from "../core/errors.js";
import { errnoOf } from "./errors.js";

/**
 * Reads an answers file (`-`: stdin) as JSON or YAML 1.2.
 * @throws {UserError} `answers-unreadable` naming the file and, where it cannot be parsed, the place
 */
export async function readAnswersFile(file: string): Promise<unknown> {
  const name = file === "-" ? "standard input" : file;
  const text = readText(file, name);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (file.endsWith(".json")) throw notParsed(name, cause);
  }
  const { parse } = await import("yaml");
  try {
    return parse(text, { version: "1.2", schema: "core", prettyErrors: true, logLevel: "error" });
  } catch (cause) {
    throw notParsed(name, cause);
  }
}

function readText(file: string, name: string): string {
  try {
    return fs.readFileSync(file === "-" ? 0 : file, "utf8").replace(/^\ufeff/u, "");
  } catch (cause) {
    const reason =
      errnoOf(cause) === "ENOENT"
        ? "is not there"
        : `cannot be read (${errnoOf(cause) ?? String(cause)})`;
    throw new UserError(
      "answers-unreadable",
      `${name} ${reason}.`,
      "Give the path of a JSON or YAML file to --answers, or - for standard input.",
      {
        exitCode: ExitCode.usage,
        cause,
        paths: [file],
      },
    );
  }
}

function notParsed(name: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  return new UserError(
    "answers-unreadable",
    `${name} is neither JSON nor YAML: ${reason}`,
    "Write one `key: value` for each answer.",
    {
      exitCode: ExitCode.usage,
      cause,
      paths: [name],
    },
  );
}
