import path from "node:path";
import fs from "fs-extra";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { showsStack, useSandboxes } from "./support/program.js";
import { readRoot } from "./support/project.js";
import { createProject, lastEvent, type Project } from "./hooks/project.js";
import { CLIENT, type OddServer, type Service, startOddServer } from "./hooks/server.js";
import { LONG_LIVED_TOKENS, SIGNED_REQUESTS } from "./hooks/services.js";

interface Example {
  readonly name: string;
  readonly service: Service;
  readonly api: string;
  readonly call: string;
  readonly answer: object;
  /** What the server is asked from the link to the call. */
  readonly served: readonly string[];
  /** Changes that the server must not let pass: what to replace, and by what. */
  readonly faults: readonly (readonly [fault: string, from: string, to: string])[];
}

const EXAMPLES: readonly Example[] = [
  {
    name: "long-lived-token",
    service: LONG_LIVED_TOKENS,
    api: "/graph",
    call: "/me",
    answer: { id: "17" },
    served: [
      "GET /authorize",
      "POST /token",
      "GET /graph/access_token",
      "GET /graph/me",
      "GET /graph/me",
      "GET /graph/refresh_access_token",
      "GET /graph/me",
    ],
    faults: [
      ["without an exchange", 'step === "refresh"', "step.length > 0"],
      ["with another grant type", "ig_exchange_token", "ig_token"],
    ],
  },
  {
    name: "signed-requests",
    service: SIGNED_REQUESTS,
    api: "/api",
    call: "/things?kind=a%20b",
    answer: { things: ["a b"] },
    served: [
      "GET /authorize",
      "POST /token",
      "GET /api/me",
      "GET /api/things",
      "POST /token",
      "GET /api/things",
    ],
    faults: [
      ["with another hash", '"sha256"', '"sha1"'],
      ["with the secret", 'parameters.delete("client_secret")', ""],
      ["not sorted", "parameters.sort();", 'parameters.append("a", "b");'],
      ["without the query", "url.pathname + url.search", "url.pathname"],
    ],
  },
];

const sandbox = useSandboxes();

/** A project of a service, its hooks file, and the folder with its accounts. */
async function createOddProject(origin: string, api: string) {
  const box = sandbox();
  const data = path.join(box.work, "data");
  const answers = {
    name: "Odd",
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    ...(api === "/graph" && { refreshUrl: `${origin}/graph/refresh_access_token` }),
    apiBaseUrl: origin + api,
    account: { path: "/me", id: "id" },
    hooks: true,
  };
  const project = await createProject(box, answers, {
    ODD_CLIENT_ID: CLIENT.id,
    ODD_CLIENT_SECRET: CLIENT.secret,
    ODD_DATA_DIR: data,
  });
  return { project, data, file: path.join(project.folder, "src/provider-hooks.ts") };
}

describe.each(EXAMPLES)("the example $name", ({ name, service, api, call, answer, ...example }) => {
  const text = readRoot(`test/hooks/examples/${name}.ts`);
  let server: OddServer;
  let project: Project;
  let file: string;
  let data: string;

  beforeAll(async () => {
    server = await startOddServer(service);
    ({ project, file, data } = await createOddProject(server.origin, api));
  });
  beforeEach(() => {
    server.forget();
    fs.removeSync(data);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("is needed: as it comes, the file passes every check and the server refuses", async () => {
    await project.runScripts("typecheck", "lint", "build");
    const { code } = await project.link();
    expect(code).toBe(1);
    expect(server.refusals).toHaveLength(1);
  });

  it.each(example.faults)("the server refuses it %s", async (_fault, from, to) => {
    expect(text).toContain(from);
    fs.writeFileSync(file, text.replace(from, to));
    await project.runScripts("build");
    await project.link();
    const { code } = await project.run(`call GET ${call}`);
    expect(code).toBe(1);
    expect(server.refusals.length).toBeGreaterThan(0);
  });

  describe("in its place", () => {
    it("passes the checks of the project", async () => {
      fs.writeFileSync(file, text);
      await project.runScripts("build", "typecheck", "lint");
    });

    it("links, calls and refreshes", async () => {
      const steps = [
        await project.link(),
        await project.run(`call GET ${call}`),
        await project.run("refresh"),
        await project.run(`call GET ${call}`),
      ];
      expect(steps.map(lastEvent)).toMatchObject([
        { event: "linked" },
        answer,
        { event: "refreshed", expiresAt: expect.any(String) as string },
        answer,
      ]);
      expect(server).toMatchObject({ served: example.served, refusals: [] });
      const shown = JSON.stringify(steps);
      for (const secret of [CLIENT.secret, ...server.state.tokens])
        expect(shown).not.toContain(secret);
    });

    it("asks for a sign-in when the token has ended", async () => {
      await project.link();
      server.state.tokens.clear();
      const refresh = await project.run("refresh");
      expect([refresh.code, lastEvent(refresh)["code"]]).toEqual([3, "reauth_required"]);
    });
  });
});

/** Each hook fails when the variable names it, with everything that it knows in the message. */
const BROKEN = `import type { Integration, ProviderHooks } from "./oauth/provider.js";
import { defineHooks } from "./provider/hooks.js";

function fail(hook: keyof ProviderHooks, { credential }: Integration, value: object): void {
  if (process.env["BROKEN"] !== hook) return;
  const what = [credential.clientSecret?.reveal(), String(value), JSON.stringify(value)].join();
  throw new RangeError(what, { cause: value });
}

export const hooks = defineHooks({
  onAuthorizationUrl(url, context) {
    fail("onAuthorizationUrl", context, url);
    return url;
  },
  async onTokenRequest(request, context) {
    fail("onTokenRequest", context, request.parameters);
    return request;
  },
  onTokenAnswer(answer, context) {
    fail("onTokenAnswer", context, answer);
    return { ...answer, expires_in: 3600, refresh_token: answer["access_token"] };
  },
  async onApiRequest(request, token, context) {
    fail("onApiRequest", context, [token]);
    return request;
  },
});
`;

describe("a hook that throws", () => {
  let server: OddServer;
  let project: Project;
  let secrets: readonly string[];

  beforeAll(async () => {
    server = await startOddServer({
      "POST /token": (_seen, { tokens }) => {
        tokens.add("token-1234567890");
        return { body: { access_token: "token-1234567890", token_type: "bearer" } };
      },
      "GET /api/me": () => ({ body: { id: 1 } }),
    });
    let file: string;
    ({ project, file } = await createOddProject(server.origin, "/api"));
    fs.writeFileSync(file, BROKEN);
    await project.runScripts("typecheck", "lint", "build");
    expect((await project.link()).code).toBe(0);
    secrets = [CLIENT.secret, ...server.state.tokens];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([
    ["onAuthorizationUrl", "reauth --paste"],
    ["onTokenRequest", "refresh"],
    ["onTokenAnswer", "refresh"],
    ["onApiRequest", "call GET /me"],
  ])(
    "%s: ends `%s` with one line that says where, without a stack or a secret",
    async (hook, words) => {
      const result = await project.run(words, { BROKEN: hook });
      const { event, code, message } = lastEvent(result);
      expect([result.code, event, code]).toEqual([1, "error", "misconfigured"]);
      expect(message).toMatch(
        new RegExp(
          `^${hook} in src/provider-hooks.ts failed \\(RangeError, provider-hooks.js:\\d+\\)`,
          "u",
        ),
      );
      expect(showsStack(result)).toBe(false);
      for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret);
    },
  );
});
