import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import { UserError } from "../../src/core/errors.js";
import type { FileTree } from "../../src/core/files.js";
import { isAnswerKey } from "../../src/core/questions.js";
import type { IntegrationSpec, Specification } from "../../src/core/spec.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { said } from "../support/answers.js";
import type { HostileCase } from "./arbitrary-answers.js";
import {
  expectedConst,
  expectedJson,
  expectedPython,
  expectedReadme,
  textsOfPython,
  textsOfSensors,
} from "./expected.js";
import { harmlessTwin } from "./harmless.js";
import { readMarkdown } from "./read-markdown.js";
import type { Python, PythonReading } from "./read-python.js";
import { readTypeScript } from "./read-typescript.js";
import { MARK } from "./texts.js";

/** What became of a case: faults are sentences, none is right. */
export interface Verdict {
  readonly is: "refused" | "rendered";
  readonly faults: readonly string[];
}

export type RenderSpec = (spec: IntegrationSpec) => Promise<FileTree>;

/** Refused with the key named, or rendered so that all is read back. */
export async function checkCase(
  hostile: HostileCase,
  render: RenderSpec,
  python: Python,
): Promise<Verdict> {
  const read = specified(hostile);
  if (read instanceof UserError) return { is: "refused", faults: refusalFaults(hostile, read) };
  const { spec } = read;
  const faults = await render(spec)
    .then((tree) => treeFaults(tree, spec, render, python))
    .catch((error: unknown) => [`is taken, and then: ${String(error)}`]);
  return { is: "rendered", faults: [...heldFaults(hostile, read), ...faults] };
}

function specified({ answers }: HostileCase): Specification | UserError {
  try {
    return parseAnswers(said(answers), { year: 2026 });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw new Error(`Broken by ${JSON.stringify(answers)}`, { cause: error });
  }
}

/** The keys that are blamed: what was said, or what follows from it by default. */
export function refusalFaults(
  { answers }: HostileCase,
  { code, exitCode, problems = [] }: Pick<UserError, "code" | "exitCode" | "problems">,
): readonly string[] {
  if (code !== "invalid-answers" || exitCode !== 2) return [`is refused as ${code}, ${exitCode}`];
  const strangers = problems.filter(
    ({ key }) => !Object.hasOwn(answers, key) && !FOLLOWS[key]?.some((one) => one in answers),
  );
  return [
    ...(problems.length === 0 ? ["is refused without a problem"] : []),
    ...strangers.map(({ key, message }) => `blames ${key}, which nobody said: ${message}`),
  ];
}

/** Defaults that are made from other answers, and may be wrong with them. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  domain: ["name"],
  packageName: ["domain", "name"],
  description: ["name"],
  apiBaseUrl: ["tokenUrl", "resource"],
  pkce: ["clientAuth", "clientMetadataUrl"],
  issuer: ["issParameter"],
};

/** What was read is what was said, without spaces around it. */
function heldFaults({ answers }: HostileCase, { stored }: Specification): readonly string[] {
  return Object.entries(answers)
    .filter(([key]) => isAnswerKey(key))
    .filter(
      ([key, value]) => !isSame(key, value, (stored as Readonly<Record<string, unknown>>)[key]),
    )
    .map(([key, value]) => `read ${key} otherwise than ${JSON.stringify(value)} says it`);
}

function isSame(key: string, value: unknown, read: unknown): boolean {
  if (typeof value === "string" && Array.isArray(read))
    return isDeepStrictEqual(
      read,
      value.startsWith("[") ? JSON.parse(value) : value.trim().split(/\s+/u).filter(Boolean),
    );
  if (typeof value === "string" && typeof read === "number") return String(read) === value;
  if (typeof value === "string") {
    const text = value.trim();
    if (key === "repository") return text.replace(/\/+$/u, "").replace(/\.git$/u, "") === read;
    if (key === "openapi" && !/^https?:\/\//iu.test(text))
      return text.replaceAll("\\", "/") === read;
    return value === read || text === read;
  }
  if (typeof value !== "object" || value === null) return value === read;
  if (typeof read !== "object" || read === null) return false;
  const members = Object.entries(value);
  return (
    members.length === Object.keys(read).length &&
    members.every(
      ([name, member]) =>
        Object.hasOwn(read, name) &&
        isSame("", member, (read as Readonly<Record<string, unknown>>)[name]),
    )
  );
}

/** What is wrong with the files of a project, read back as their languages read them. */
export async function treeFaults(
  tree: FileTree,
  spec: IntegrationSpec,
  render: RenderSpec,
  python: Python,
): Promise<readonly string[]> {
  const twins = await render(harmlessTwin(spec));
  const reads = [...tree].map(async ([file, { content }]) => {
    const text = contentOf(content);
    const twin = contentOf(twins.get(file)?.content ?? "");
    // What no answer changes is read once.
    if (text === twin && seen.has(text)) return [];
    const faults = await fileFaults({ file, text, twin, spec, python });
    if (text === twin && seen.size < 10_000) seen.add(text);
    return faults.map((fault) => `${file} ${fault}`);
  });
  const names = (files: FileTree): readonly string[] => [...files.keys()].toSorted();
  return [
    ...(isDeepStrictEqual(names(tree), names(twins))
      ? []
      : ["has other files than its harmless twin"]),
    ...[...tree.keys()]
      .filter((file) => !isPlainPath(file))
      .map((file) => `${file} is no plain path`),
    ...(isPlainPath(spec.packageName.replaceAll("~", "-"))
      ? []
      : [`has a package of a name that no folder can have: ${spec.packageName}`]),
    ...(MARK in globalThis ? ["ran what an answer says"] : []),
    ...(await Promise.all(reads)).flat(),
  ];
}

const seen = new Set<string>();

const contentOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : Buffer.from(content).toString("latin1");

/** One that stays inside, on every system. */
function isPlainPath(file: string): boolean {
  return file
    .split("/")
    .every(
      (part) =>
        /^[\w@.-]+$/u.test(part) &&
        !/^\.{1,2}$|\.$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu.test(part),
    );
}

interface Subject {
  readonly file: string;
  readonly text: string;
  readonly twin: string;
  readonly spec: IntegrationSpec;
  readonly python: Python;
}

async function fileFaults(subject: Subject): Promise<readonly string[]> {
  const { file, text, twin } = subject;
  try {
    if (file.endsWith(".json")) return jsonFaults(subject);
    if (/\.ya?ml$/u.test(file)) return yamlFaults(subject);
    if (file.endsWith(".toml")) return readingFaults(await subject.python.read("toml", text, twin));
    if (file.endsWith(".md")) return markdownFaults(subject);
    // Python of any version takes what answers change; the rest may be newer than this machine's.
    if (file.endsWith(".py")) return text === twin ? [] : await pythonFaults(subject);
    if (file === "src/const.ts") return await constFaults(subject);
    if (file === "LICENSE") return licenseFaults(subject);
    return text === twin ? [] : ["holds something of an answer, and nothing reads it back"];
  } catch (error) {
    return [`cannot be read: ${String(error)}`];
  }
}

function readingFaults({ fault }: PythonReading): readonly string[] {
  return fault === undefined ? [] : [fault];
}

function jsonFaults({ file, text, twin, spec }: Subject): readonly string[] {
  const document: unknown = JSON.parse(text);
  const other = shapeOf(document) !== shapeOf(JSON.parse(twin));
  return [
    ...(other ? ["has another structure than with harmless answers"] : []),
    ...valueFaults(
      Object.entries(expectedJson(spec)[file] ?? {}).map(([pointer, value]) => [
        pointer,
        value,
        memberAt(document, pointer),
      ]),
    ),
  ];
}

/** Kinds of values and numbers of members, without their names. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.values(value).map(shapeOf).join()}}`;
  return typeof value;
}

function memberAt(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (value, name) =>
        typeof value === "object" && value !== null
          ? (value as Readonly<Record<string, unknown>>)[name]
          : undefined,
      document,
    );
}

type Compared = readonly [where: string, expected: unknown, found: unknown];

function valueFaults(compared: readonly Compared[]): readonly string[] {
  return compared
    .filter(([, expected, found]) => !isDeepStrictEqual(plain(found), plain(expected)))
    .map(
      ([where, expected, found]) =>
        `holds at ${where} ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`,
    );
}

/** Without prototypes and members that are not there. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);

function yamlFaults({ text, twin }: Subject): readonly string[] {
  const [document, harmless] = [text, twin].map((one) => parseDocument(one));
  return [
    ...(document?.errors ?? []).map(({ message }) => `is no YAML: ${message}`),
    ...(shapeOf(document?.toJS()) === shapeOf(harmless?.toJS())
      ? []
      : ["has another structure than with harmless answers"]),
  ];
}

async function constFaults({ text, spec }: Subject): Promise<readonly string[]> {
  return valueFaults([["its exports", expectedConst(spec), await readTypeScript(text)]]);
}

async function pythonFaults({
  file,
  text,
  twin,
  spec,
  python,
}: Subject): Promise<readonly string[]> {
  const reading = await python.read("python", text, twin);
  const { values, texts } = reading;
  const isConst = file.endsWith("/const.py");
  const expected = Object.entries(isConst ? expectedPython(spec) : { NAME: spec.name }).filter(
    ([name]) => name in values,
  );
  const wanted = isConst
    ? textsOfPython(spec)
    : file.endsWith("/sensor.py")
      ? textsOfSensors(spec)
      : [];
  const missing = wanted.filter((one) => !texts.includes(one));
  return [
    ...readingFaults(reading),
    ...valueFaults(expected.map(([name, value]) => [name, value, values[name]])),
    ...missing.map((one) => `does not hold ${JSON.stringify(one)}`),
  ];
}

function licenseFaults({ text, twin, spec }: Subject): readonly string[] {
  const { author = "", license } = spec;
  return [
    ...(text.split("\n").length === twin.split("\n").length ? [] : ["has another number of lines"]),
    ...(license.startsWith("Apache") || text.includes(` ${author}\n`)
      ? []
      : ["does not name its author"]),
  ];
}

function markdownFaults({ file, text, twin, spec }: Subject): readonly string[] {
  const read = readMarkdown(text);
  const isOther = read.markup !== readMarkdown(twin).markup;
  const { lines, codeSpans, links } = expectedReadme(spec);
  const missing =
    file === "README.md"
      ? [
          ...lines.filter((line) => !read.lines.includes(line)),
          ...codeSpans.filter((code) => !read.codeSpans.includes(code)),
          ...links.filter((link) => !read.links.includes(link)),
        ]
      : [];
  return [
    ...(isOther ? ["has other markup than with harmless answers"] : []),
    ...missing.map((one) => `does not show ${JSON.stringify(one)}`),
  ];
}
