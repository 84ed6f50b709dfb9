import { describe, expect, it } from "vitest";
import { UserError, type Problem } from "../../src/core/errors.js";
import {
  type KnownProvider,
  labelOf,
  nearestProviders,
  sourceOf,
} from "../../src/core/known-provider.js";
import type { World } from "../../src/core/questions.js";
import type { Specification } from "../../src/core/spec.js";
import { parseAnswers } from "../../src/template-sets/parse-answers.js";
import { type AnswerDocument, said, WORLD } from "../support/answers.js";

const ACME: KnownProvider = {
  id: "acme",
  name: "Acme Cloud",
  verified: true,
  answers: {
    authorizationUrl: "https://acme.com/authorize",
    tokenUrl: "https://acme.com/token",
    scopes: ["read"],
    pkce: "none",
  },
  scopes: { read: "read everything" },
  lacks: {
    pkce: { reason: "A challenge is refused.", page: "oauth" },
    deviceAuthorizationUrl: { reason: "There is no device flow.", page: "oauth" },
    redirect: { reason: "Only https is taken.", page: "apps" },
  },
  sources: { authorizationUrl: "oauth", tokenUrl: "oauth", scopes: "list", pkce: "oauth" },
  pages: {
    oauth: { url: "https://acme.com/docs/oauth", read: "2026-11-28" },
    apps: { url: "https://acme.com/docs/apps", read: "2026-11-28" },
    list: { list: "some-list@1.2.3/acme.json" },
  },
};

const HOOKED: KnownProvider = {
  ...ACME,
  hook: { kind: "exchanged-token", reason: "The token is exchanged.", page: "oauth" },
};

function withAcme(
  answers: AnswerDocument,
  provider = ACME,
  world: Partial<World> = {},
): Specification {
  return parseAnswers(said({ provider: "acme", ...answers }), { ...WORLD, provider, ...world });
}

function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.problems;
    throw error;
  }
}

describe("a known provider gives defaults", () => {
  it("its id alone is enough, and it alone is stored", () => {
    const { spec, stored } = withAcme({});
    expect(spec).toMatchObject({ name: "Acme Cloud", domain: "acme_cloud", ...ACME.answers });
    expect(stored).toEqual({ provider: "acme", year: 2026 });
  });

  it("what is said wins, and is stored", () => {
    const { spec, stored } = withAcme({ name: "Mine", scopes: ["write"] });
    expect([spec.name, spec.scopes]).toEqual(["Mine", ["write"]]);
    expect(stored).toEqual({ provider: "acme", name: "Mine", scopes: ["write"], year: 2026 });
  });

  it("what was looked up wins too", () => {
    const found = { tokenUrl: "https://eu.acme.com/token" };
    expect(withAcme({}, ACME, { found }).spec.tokenUrl).toBe(found.tokenUrl);
  });
});

describe("a known provider that needs more than keys", () => {
  it.each([
    ["brings its hooks", {}, HOOKED, true, "exchanged-token"],
    ["goes without when that is said", { hooks: false }, HOOKED, false, undefined],
    ["none that needs none", {}, ACME, false, undefined],
    ["an empty file where it is asked for", { hooks: true }, ACME, true, undefined],
  ] as const)("%s", (_what, answers, provider, hooks, kind) => {
    const { spec, stored } = withAcme(answers, provider);
    expect([spec.hooks, spec.providerHook]).toEqual([hooks, kind]);
    expect(Object.hasOwn(stored, "hooks")).toBe(Object.hasOwn(answers, "hooks"));
  });
});

describe("what a provider does not have is refused, with the reason and the page", () => {
  it.each([
    ["pkce", "S256", "A challenge is refused. See https://acme.com/docs/oauth"],
    [
      "deviceAuthorizationUrl",
      "https://acme.com/device",
      "There is no device flow. See https://acme.com/docs/oauth",
    ],
    ["redirect", { host: "localhost" }, "Only https is taken. See https://acme.com/docs/apps"],
  ] as const)("%s", (key, value, message) => {
    const problems = problemsOf(() => withAcme({ [key]: value }));
    expect(problems.map((problem) => [problem.key, problem.message])).toEqual([
      [key, `cannot be had at Acme Cloud: ${message}`],
    ]);
  });

  it.each([
    ["pkce", "none"],
    ["redirect", { url: "https://mine.com/back" }],
  ] as const)("%s %j asks for nothing", (key, value) =>
    expect(problemsOf(() => withAcme({ [key]: value }))).toEqual([]),
  );
});

describe("a redirect to this machine, which nobody asked for, is told of where the provider takes none", () => {
  it.each([
    ["a package", {}, ["redirect-not-taken"]],
    ["another redirect", { redirect: { url: "https://mine.com/back" } }, []],
    ["Home Assistant", { templateSet: "home-assistant", repository: "https://github.com/a/b" }, []],
  ] as const)("%s", (_what, answers, codes) => {
    const { notices } = withAcme(answers);
    expect(notices.map(({ code }) => code)).toEqual(codes);
    for (const { message } of notices) expect(message).toContain("https://acme.com/docs/apps");
  });
});

it("no example has what the provider refuses, nor what it gives", () => {
  const exampleFor = (answers: AnswerDocument): string => {
    try {
      withAcme(answers);
    } catch (error) {
      if (error instanceof UserError) return error.hint;
    }
    throw new Error("these answers are not refused");
  };
  const example = "npx create-oauth2-integration --provider acme";
  for (const wrong of [{ redirect: { host: "localhost" } }, { pkce: "S256" }])
    expect(exampleFor(wrong)).toBe(`A complete example:\n  ${example}`);
});

describe("a provider that nobody knows", () => {
  const ids = ["github", "gitlab", "gitea", "google", "zoom"];

  it.each([
    ["githb", ["github", "gitea", "gitlab"]],
    ["git", ["gitea", "github", "gitlab"]],
    ["zom", ["zoom"]],
  ])("%s is near to %j", (word, near) =>
    expect(nearestProviders(word, ids)).toEqual(expect.arrayContaining(near)),
  );

  it("is the one thing that is wrong, with the three nearest names", () => {
    const problems = problemsOf(() =>
      parseAnswers(said({ provider: "githb" }), { ...WORLD, providerIds: ids }),
    );
    expect(problems).toEqual([
      expect.objectContaining({
        key: "provider",
        suggestion: "github",
        message: expect.stringContaining("github, gitlab, gitea") as string,
      }),
    ]);
  });
});

it.each([
  ["oauth", "https://acme.com/docs/oauth (read 2026-11-28)"],
  ["list", "some-list@1.2.3/acme.json"],
])("the source %s is %s", (name, text) => expect(sourceOf(name, ACME)).toBe(text));

it("who was not read is called unverified", () => {
  expect(labelOf(ACME)).toBe("Acme Cloud");
  expect(labelOf({ ...ACME, verified: false })).toBe("Acme Cloud (unverified)");
});
