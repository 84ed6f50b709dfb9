import { CLIENT } from "../wire/declared.js";

/** One record of Home Assistant's log, with the lines that belong to it. */
interface LogRecord {
  readonly level: string;
  readonly text: string;
}

const BEGIN = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\S* ([A-Z]+) /u;

function recordsOf(printed: string): readonly LogRecord[] {
  const records: LogRecord[] = [];
  for (const line of printed.split("\n")) {
    const [, level] = BEGIN.exec(line) ?? [];
    const last = level === undefined ? records.pop() : undefined;
    records.push({
      level: level ?? last?.level ?? "ERROR",
      text: last === undefined ? line : `${last.text}\n${line}`,
    });
  }
  return records;
}

const QUIET = new Set(["DEBUG", "INFO"]);

/** What the log says about a domain (a regular expression) that a user would see as a fault of it: errors, warnings, deprecations. */
export function complaintsAbout(domain: string, printed: string): readonly string[] {
  const name = new RegExp(`(?<![a-z_])${domain}(?![a-z_])`, "u");
  return recordsOf(printed)
    .filter(({ level, text }) => !QUIET.has(level) && name.test(text))
    .map(({ text }) => text.replace(BEGIN, "$1 "));
}

/** Secrets that a text tells: as they are, in an address however it is encoded, in JSON, or in HTTP Basic. */
export function secretsIn(text: string, secrets: Iterable<string>): readonly string[] {
  const basic = (write: (one: string) => string) =>
    Buffer.from(`${write(CLIENT.id)}:${write(CLIENT.secret)}`).toString("base64");
  const written = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const all = [...new Set([...written, basic(String), basic(encodeURIComponent)])];
  const decoded = text.replaceAll(/%([0-9A-Fa-f]{2})/gu, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
  return all.filter((secret) => text.includes(secret) || decoded.includes(secret));
}
