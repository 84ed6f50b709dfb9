import fs from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { HOOK_KINDS } from "../src/core/known-provider.js";
import { answerKeys, type Question, questions } from "../src/core/questions.js";
import { TEMPLATE_SETS } from "../src/core/template-sets.js";
import { rulesOf } from "../src/template-sets/index.js";
import { parseAnswers } from "../src/template-sets/parse-answers.js";
import { said } from "./support/answers.js";
import { FILES, FOLDER, PROVIDERS } from "./support/known-providers.js";

const schema = JSON.parse(
  fs.readFileSync(path.join(FOLDER, "provider.schema.json"), "utf8"),
) as SchemaOfProviders;
const validate = new Ajv({ allErrors: true, strictSchema: true }).compile(schema);

interface SchemaOfProviders {
  readonly properties: {
    readonly answers: { readonly properties: object };
    readonly hook: { readonly properties: { readonly kind: { readonly enum: readonly string[] } } };
  };
}

/** What Home Assistant cannot link, and why. */
const NOT_IN_HOME_ASSISTANT: Readonly<Record<string, string>> = {
  quickbooks: "it passes nothing on of the redirect, which names the company",
  zoho: "it passes nothing on of the redirect, which names the accounts server",
};

/** These no data can say: they are the owner's, or lead to documents of the owner's. */
const NOT_OF_A_PROVIDER = new Set([
  "provider",
  "resource",
  "openapi",
  "openapiScheme",
  "clientMetadataUrl",
]);

describe("the schema", () => {
  it("knows the keys of the questions about providers", () => {
    const keys = answerKeys.filter(
      (key) => (questions[key] as Question).group === "provider" && !NOT_OF_A_PROVIDER.has(key),
    );
    expect(Object.keys(schema.properties.answers.properties).toSorted()).toEqual(keys.toSorted());
  });

  it("knows the kinds of hooks", () =>
    expect(schema.properties.hook.properties.kind.enum).toEqual(HOOK_KINDS));
});

it("at least 40 providers are verified, and a hundred more are known", () => {
  const verified = PROVIDERS.filter((one) => one.verified).length;
  console.log(`${verified} verified, ${PROVIDERS.length - verified} unverified`);
  expect(verified).toBeGreaterThanOrEqual(40);
  expect(PROVIDERS.length - verified).toBeGreaterThanOrEqual(100);
});

it("no two providers have one name", () => {
  const names = PROVIDERS.map(({ name }) => name.toLowerCase());
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it("the build ships all of them, by id", () => {
  const shipped = fs.readFileSync(path.join(FOLDER, "../../dist/providers.json"), "utf8");
  expect(JSON.parse(shipped)).toEqual(PROVIDERS);
});

describe.each(FILES.map((one) => [one.file, one] as const))(
  "%s",
  (file, { document, provider }) => {
    const { answers, scopes = {}, lacks = {}, hook, sources, pages } = provider;

    it("fits the schema and is named after its id", () => {
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expect(file).toBe(`${provider.id}.json`);
    });

    it("names the page of every value, and no page in vain", () => {
      const keys = new Set(Object.keys(answers));
      if (Object.keys(scopes).length > 0) keys.add("scopes");
      expect(Object.keys(sources).toSorted()).toEqual([...keys].toSorted());
      const named = [
        ...Object.values(sources),
        ...Object.values(lacks).map(({ page }) => page),
        ...(hook ? [hook.page] : []),
      ];
      expect([...new Set(named)].toSorted()).toEqual(Object.keys(pages).toSorted());
    });

    it("describes the scopes that it asks for, and lacks nothing that it has", () => {
      const described = Object.keys(scopes);
      if (described.length > 0)
        expect(described).toEqual(expect.arrayContaining([...(answers.scopes ?? [])]));
      const had = Object.entries(answers).filter(([, value]) => value !== "none");
      expect(had.filter(([key]) => Object.hasOwn(lacks, key))).toEqual([]);
      // Who asks for it all the same is told why.
      if (answers.pkce === "none") expect(lacks).toHaveProperty("pkce");
    });

    it.each(TEMPLATE_SETS)("is enough for the %s set", (templateSet) => {
      const chosen = {
        provider: provider.id,
        templateSet,
        repository: "https://github.com/acme/acme",
      };
      const parse = () => parseAnswers(said(chosen), { year: 2026, provider });
      if (templateSet === "home-assistant" && Object.hasOwn(NOT_IN_HOME_ASSISTANT, provider.id)) {
        expect(parse).toThrow("of which Home Assistant passes nothing on");
        return;
      }
      const { spec, stored, notices } = parse();
      const isUnused = rulesOf(templateSet).unused({ redirect: {} }).length > 0;
      const isTold = !isUnused && provider.lacks?.redirect !== undefined;
      expect(notices.map(({ code }) => code)).toEqual(isTold ? ["redirect-not-taken"] : []);
      expect(stored).toEqual({ ...chosen, year: 2026 });
      expect(spec).toMatchObject({
        ...answers,
        ...(answers.redirect && { redirect: answers.redirect }),
      });
      expect(spec.providerHook).toBe(hook?.kind);
    });
  },
);
