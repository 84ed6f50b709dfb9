import fs from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import type { Report } from "../../src/core/report.js";
import { ROOT } from "./program.js";

const validate = new Ajv({ allErrors: true, strictSchema: true }).compile<Report>(
  JSON.parse(fs.readFileSync(path.join(ROOT, "test/fixtures/report.schema.json"), "utf8")),
);

/**
 * The report of `--json`: stdout must be exactly one JSON object on one line, and fit the schema.
 * @throws {Error} that says what does not fit
 */
export function reportOf(stdout: string): Report {
  if (!/^\{[^\n]*\}\n$/u.test(stdout)) throw new Error(`Not one line with one object:\n${stdout}`);
  const report: unknown = JSON.parse(stdout);
  if (validate(report)) return report;
  throw new Error(`${JSON.stringify(validate.errors, undefined, 2)}\n${stdout}`);
}
