import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswers } from "../../src/core/answers.js";
import { SCHEMA_ADDRESS } from "../../src/core/answers-file.js";
import { answersSchema } from "../../src/core/answers-schema.js";
import { exampleOf, fixedDefaultOf } from "../../src/core/question-values.js";
import { answerKeys } from "../../src/core/questions.js";
import { SETS } from "../golden/sets.js";
import { type AnswerDocument, PLAIN, said } from "../support/answers.js";
import { answers } from "../support/arbitrary-answers.js";
import { PROVIDERS } from "../support/known-providers.js";

const schema = answersSchema(SCHEMA_ADDRESS);
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

const bySchema = (document: AnswerDocument): boolean => validate(document);
/** Each answer by itself: rules between answers are not of the schema. */
const byProgram = (document: AnswerDocument): boolean =>
  readAnswers(said(document)).problems.length === 0;

/** What the schema has against a document. */
function faultsOf(document: AnswerDocument): readonly string[] {
  return bySchema(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const SPACES = fc.constantFrom("", " ", "\t ", "\n", "\u00a0");

/** The same answers with space around texts, which the program leaves out where it does not count. */
const padded = fc
  .tuple(answers, SPACES, SPACES)
  .map(([document, before, after]) =>
    Object.fromEntries(
      Object.entries(document).map(([key, value]) => [
        key,
        typeof value === "string" ? before + value + after : value,
      ]),
    ),
  );

/** Anything under one key. */
const anything = fc
  .tuple(
    fc.constantFrom(...answerKeys),
    fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.integer({ min: -1, max: 70_000 }),
      fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })),
      fc.constantFrom(...answerKeys.map(exampleOf)),
    ),
  )
  .map(([key, value]) => ({ [key]: value }));

/** As a file gives them: a sample's objects have no prototype. */
const asRead = (sample: AnswerDocument): AnswerDocument => JSON.parse(JSON.stringify(sample));

describe("the schema takes what the program takes", () => {
  it.each([
    ["answers of any length", answers, 500],
    ["answers with space around them", padded, 500],
    ["anything under any key", anything, 5000],
  ] as const)("%s", (_what, documents, numRuns) => {
    let taken = 0;
    fc.assert(
      fc.property(documents as fc.Arbitrary<AnswerDocument>, (sample) => {
        // Key by key, so that one answer that is refused does not hide the others.
        for (const [key, value] of Object.entries(asRead(sample))) {
          if (!byProgram({ [key]: value })) continue;
          taken++;
          expect(faultsOf({ [key]: value })).toEqual([]);
        }
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns / 20);
  });

  const cases = SETS.flatMap(({ set, cases: all }) =>
    all.map(({ name, answers: document }) => [`${set.folder}: ${name}`, document] as const),
  );
  it.each(cases)("the answers of the golden project %s", (_name, document) =>
    expect(faultsOf(document)).toEqual([]),
  );

  it.each(PROVIDERS.map(({ id, answers: document }) => [id, document] as const))(
    "the answers of the known provider %s",
    (_id, document) => expect(faultsOf(document)).toEqual([]),
  );

  it.each(answerKeys)("the example of %s, and its default", (key) => {
    expect(faultsOf({ [key]: exampleOf(key) })).toEqual([]);
    const fallback = fixedDefaultOf(key);
    if (fallback !== undefined) expect(faultsOf({ [key]: fallback })).toEqual([]);
  });

  it.each<AnswerDocument>([
    {},
    { $schema: SCHEMA_ADDRESS, ...PLAIN },
    { tokenUrl: "HTTPS://auth.acme.com/token" },
    { tokenUrl: "http://127.0.0.1:8080/token" },
    { tokenUrl: "{instance}/token?a={b}" },
    { tokenUrl: "http://{host}:8080/token" },
    { name: "漢".repeat(60) },
    { name: `${" ".repeat(9)}${"x".repeat(60)}\n` },
    { scopes: "read write" },
    { scopes: "" },
    { scopes: [] },
    { year: "2026" },
    { year: 2026 },
    { assumedLifetime: "3600" },
    { scopeSeparator: "   " },
    { account: "none" },
    { account: { claim: "sub", token: "id_token" } },
    { redirect: {} },
    { redirect: { url: "https://acme.com/callback" } },
    { refreshParams: { scope: "" } },
    { packageName: "@acme/acme" },
  ])("%j", (document) => {
    expect(byProgram(document)).toBe(true);
    expect(faultsOf(document)).toEqual([]);
  });
});

describe("both refuse", () => {
  it.each<AnswerDocument>([
    { tokenUlr: PLAIN.tokenUrl },
    { clientId: "x" },
    { name: 5 },
    { name: "" },
    { name: "  " },
    { name: "x".repeat(61) },
    { domain: "Acme" },
    { domain: "d".repeat(51) },
    { domain: false },
    { license: "GPL" },
    { templateSet: "python" },
    { pkce: "plain" },
    { clientAuth: "" },
    { ci: "true" },
    { tokenUrl: "auth.acme.com/token" },
    { tokenUrl: "ftp://auth.acme.com/token" },
    { tokenUrl: "https://auth.acme.com/token#x" },
    { docsUrl: "http://acme.com" },
    { docsUrl: "https://acme.com/{tenant}" },
    { apiBaseUrl: "https://acme.com?a=b" },
    { year: 26 },
    { year: "soon" },
    { assumedLifetime: 0 },
    { assumedLifetime: 1.5 },
    { scopes: { read: true } },
    { scopes: ["read", "read"] },
    { scopes: ["a b"] },
    { scopes: [1] },
    { scopeSeparator: "" },
    { scopeSeparator: ", " },
    { authorizationParams: [] },
    { authorizationParams: { a: 1 } },
    { authorizationParams: { "a b": "c" } },
    { tokenHeaders: { "x y": "z" } },
    { tokenHeaders: { x: " y" } },
    { renameParams: { nothing: "x" } },
    { renameParams: { state: "x" } },
    { variables: {} },
    { variables: [{ name: "tenant" }] },
    { variables: [{ name: "tenant", label: "Tenant", labe: "x" }] },
    { variables: [{ name: "1", label: "Tenant" }] },
    { capture: [{ name: "a", from: "header", key: "b" }] },
    { capture: [{ name: "a", from: "token", key: "b", hostSuffixes: [] }] },
    { sensors: [{ path: "me", field: "a", name: "b" }] },
    { account: "some" },
    { account: {} },
    { account: { claim: "sub", tokenField: "id" } },
    { account: { path: "/me", id: "id", method: "PUT" } },
    { redirect: { port: 65_536 } },
    { redirect: { port: "8080" } },
    { redirect: { url: "https://acme.com", port: 1 } },
  ])("%j", (document) => {
    expect([byProgram(document), bySchema(document)]).toEqual([false, false]);
  });

  it.each(answerKeys)("nothing for %s", (key) => {
    // What YAML reads where a key has no value.
    const document = { [key]: null };
    expect([byProgram(document), bySchema(document)]).toEqual([false, false]);
  });
});

it("every key is explained", () => {
  const { properties } = schema as { properties: Record<string, { description?: string }> };
  for (const key of ["$schema", ...answerKeys]) expect(properties[key]?.description).toMatch(/\w/u);
});
