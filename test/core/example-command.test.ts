import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { parseArgv } from "../../src/cli.js";
import {
  firstSaid,
  flagWords,
  readAnswers,
  saidByEnvironment,
  type SaidAnswers,
} from "../../src/core/answers.js";
import { UserError } from "../../src/core/errors.js";
import { exampleCommand } from "../../src/core/example-command.js";
import {
  answerKeys,
  type AnswerKey,
  type Answers,
  environmentNameOf,
  flagOf,
  type Question,
  questions,
} from "../../src/core/questions.js";
import { withDefaults } from "../../src/core/spec.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { type AnswerDocument, PLAIN, said, GITHUB, WORLD } from "../support/answers.js";

const problem = (key: string) => ({ key, flag: flagOf(key), message: "" });

/** What the program is told by words that a shell has read. */
function saidOnCommandLine(words: string): SaidAnswers {
  const split = execFileSync("sh", ["-c", String.raw`printf '%s\0' ` + words], {
    encoding: "utf8",
  });
  const request = parseArgv(split.split("\0").slice(0, -1), "0.0.0");
  return "said" in request ? request.said : new Map();
}

function specOfCommand(command: string) {
  const words = command.replace("npx create-oauth2-integration ", "");
  const { authorizationUrl, tokenUrl } = readAnswers(said(PLAIN)).answers;
  const provider = { ...GITHUB, answers: { authorizationUrl, tokenUrl } as Answers };
  return parseAnswers(saidOnCommandLine(words), { ...WORLD, provider });
}

/** The example that bad answers are refused with. */
function exampleIn(answers: AnswerDocument): string {
  try {
    parseAnswers(said(answers), { ...WORLD, provider: GITHUB });
  } catch (error) {
    if (error instanceof UserError) return error.hint.split("\n")[1]?.trim() ?? "";
  }
  throw new Error("these answers are not refused");
}

describe("the complete example", () => {
  it.each(answerKeys)("works where %s was wrong, and shows how it is written", (key) => {
    const command = exampleCommand([problem(key)], PLAIN);
    const { stored } = specOfCommand(command);
    expect(stored).toMatchObject({ ...PLAIN, ...(key in PLAIN && { [key]: expect.anything() }) });
    // That one needs an issuer.
    if (key !== "issParameter") expect(stored).toHaveProperty(key);
  });

  it("works where everything was wrong", () =>
    expect(specOfCommand(exampleCommand(answerKeys.map(problem), {})).spec.name).toBe(
      questions.name.example,
    ));

  it.each<readonly [string, AnswerDocument, readonly AnswerKey[]]>([
    [
      "declarations are wrong, and URLs and headers lean on them",
      {
        variables: [{ name: "tenant" }],
        tokenUrl: "https://{tenant}.acme.com/token",
        apiBaseUrl: "https://{tenant}.acme.com/api",
        apiHeaders: { a: "{tenant}" },
        scopes: ["a"],
      },
      ["scopes"],
    ],
    [
      "a capture is wrong, and a URL begins with it",
      { capture: [{ name: "tenant", from: "token", key: "" }], apiBaseUrl: "{tenant}/v1" },
      [],
    ],
    [
      "a capture has no hosts",
      { capture: [{ name: "a", from: "token", key: "b" }], apiBaseUrl: "https://{a}/" },
      [],
    ],
    ["a placeholder is declared nowhere", { tokenUrl: "https://{tenant}.acme.com/t" }, []],
    [
      "its example would contradict",
      { pkce: "plain", clientAuth: "none", renameParams: { client_id: "" } },
      ["clientAuth"],
    ],
  ])("works where %s", (_why, changes, kept) => {
    const { stored } = specOfCommand(exampleIn({ ...PLAIN, ...changes }));
    expect(Object.keys(stored)).toEqual(expect.arrayContaining(["name", ...kept]));
  });

  it("shows how an optional answer is written, unless that would contradict another", () => {
    expect(exampleCommand([problem("account")], PLAIN)).toContain('--account \'{"path"');
    expect(exampleCommand([problem("issParameter")], PLAIN)).not.toContain("--iss-parameter");
  });

  it("asks for a domain only where none can be made", () => {
    expect(exampleCommand([problem("name")], {})).not.toContain("--domain");
    expect(exampleCommand([problem("domain")], {})).toContain("--domain");
  });
});

describe("an answer is the same by a flag, in the environment and in a file", () => {
  const odd: Answers = readAnswers(
    said({
      hooks: true,
      keychain: true,
      deviceAuthorizationUrl: "https://{tenant}.acme.com/device",
      clientAuth: "client_secret_basic_raw",
      tokenBodyFormat: "json",
      tokenHeaders: { "X-A": "a=b, 'c' \"d\"", "x-b": "{clientSecret}" },
      tokenPath: "authed_user",
      renameParams: { scope: "scopes" },
      renameAuthorizationParams: { client_id: "client_key" },
      renameTokenParams: { code: "auth_code" },
      renameTokenFields: { access_token: "data.token" },
      codeParam: "auth_code",
      apiAuthHeader: "X-Key: $({token}) `x`",
      apiHeaders: { "x-version": "2" },
      variables: [{ name: "tenant", label: "L'été", pattern: String.raw`\d+"`, optional: false }],
      capture: [{ name: "a", from: "redirect", key: "b", hostSuffixes: ["acme.com"] }],
      assumedLifetime: 3600,
      redirect: { url: "https://acme.com/back" },
    }),
  ).answers;
  const defaults = withDefaults(readAnswers(said(PLAIN)).answers, WORLD);

  it("sees every key of the odd providers", () => expect(Object.keys(odd)).toHaveLength(18));

  it.each<readonly [AnswerKey, unknown]>([
    ...(Object.entries(odd) as [AnswerKey, unknown][]),
    ["variables", []],
    ["capture", []],
    ["scopes", []],
    ...answerKeys.map((key) => [key, readExample(key)] as const),
  ])("%s: %j", (key, value) => {
    const plain = typeof value === "object" ? JSON.stringify(value) : String(value);
    const places = {
      flag: saidOnCommandLine(flagWords(key, value).join(" ")),
      environment: saidByEnvironment({ [environmentNameOf(key)]: plain }),
      file: said({ [key]: value }),
    };
    for (const [place, answers] of Object.entries(places))
      expect([place, readAnswers(firstSaid(answers))]).toEqual([
        place,
        { answers: { [key]: value }, problems: [] },
      ]);
  });

  it("the default of every key is an answer, too", () => {
    for (const [key, value] of Object.entries(defaults))
      expect([key, (questions[key as AnswerKey] as Question).read(value)]).toEqual([
        key,
        { ok: true, value },
      ]);
  });
});

/** The example of a question, as it is read. */
function readExample(key: AnswerKey): unknown {
  const { stored } = specOfCommand(exampleCommand([problem(key)], {}));
  return stored[key] ?? true;
}
