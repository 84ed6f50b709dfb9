import fs from "node:fs";
import { addAbortSignal } from "node:stream";
import { UserError, WRITE_ANSWERS } from "../core/errors.js";
import { errnoOf } from "./errors.js";

/**
 * Reads an answers file (`-`: stdin) as JSON or YAML 1.2.
 * @throws {UserError} `answers-unreadable` naming the file and, where it cannot be parsed, the place
 */
export async function readAnswersFile(file: string, signal: AbortSignal): Promise<unknown> {
  const name = file === "-" ? "standard input" : file;
  const text = await readText(file, name, signal);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (file.endsWith(".json")) throw notParsed(name, cause);
  }
  const { parseYaml } = await import("./parse-yaml.js");
  try {
    return parseYaml(text);
  } catch (cause) {
    throw notParsed(name, cause);
  }
}

async function readText(file: string, name: string, signal: AbortSignal): Promise<string> {
  try {
    const text = file === "-" ? await readStandardInput(signal) : fs.readFileSync(file, "utf8");
    return text.replace(/^\ufeff/u, "");
  } catch (cause) {
    signal.throwIfAborted();
    const reason =
      errnoOf(cause) === "ENOENT"
        ? "is not there"
        : `cannot be read (${errnoOf(cause) ?? String(cause)})`;
    throw new UserError(
      "answers-unreadable",
      `${name} ${reason}.`,
      "Give the path of a JSON or YAML file to --answers, or - for standard input.",
      {
        cause,
        paths: [file],
      },
    );
  }
}

/** As a stream: whoever writes may be slow, and reading a pipe synchronously then fails with EAGAIN. */
async function readStandardInput(signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const chunk of addAbortSignal(signal, process.stdin.setEncoding("utf8")))
    text += String(chunk);
  return text;
}

function notParsed(name: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  return new UserError(
    "answers-unreadable",
    `${name} is neither JSON nor YAML: ${reason}`,
    WRITE_ANSWERS,
    {
      cause,
      paths: [name],
    },
  );
}
