import { expect } from "vitest";
import { THINGS } from "./api.js";
import type { Capture, ServerOptions, WireAnswers } from "./declared.js";
import { ended, seeCall, seeLinked, type Stage, step } from "./life.js";
import type { RequestKind } from "./wire.js";

/** One attempt to link that has to fail, and the requests that it may send. */
export interface Attempt {
  readonly does: string;
  readonly options?: ServerOptions;
  readonly words?: readonly string[];
  readonly code: "authorization_failed" | "usage";
  readonly requests: readonly RequestKind[];
}

/** Attempts at one project. */
export interface Refusing {
  readonly name: string;
  readonly answers: WireAnswers;
  readonly attempts: readonly Attempt[];
}

const BASE = {
  name: "Wire",
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
} as const;

const failing = (
  does: string,
  requests: readonly RequestKind[],
  options: ServerOptions = {},
): Attempt => ({
  does,
  options,
  code: "authorization_failed",
  requests,
});

const misused = (does: string, ...words: readonly string[]): Attempt => ({
  does,
  words: words.flatMap((word) => ["--var", word]),
  code: "usage",
  requests: [],
});

const REDIRECTED = ["authorization"] as const;
const EXCHANGED = ["authorization", "token"] as const;

/** Values that must not become the address of anything, though each looks a little like 127.0.0.1 or acme.test. */
const EVIL_URLS = [
  "http://localhost:OTHER_PORT",
  "https://evilacme.test",
  "https://acme.test.evil.test",
  "http://api.acme.test",
  "https://127.0.0.1.evil.example",
  "http://127.0.0.1@localhost:OTHER_PORT",
  "http://user:password@127.0.0.1:OTHER_PORT",
  "http://2130706433:OTHER_PORT",
  "http://127.1:OTHER_PORT",
  "http://0x7f.0.0.1:OTHER_PORT",
  "http://127.0.0.1:OTHER_PORT/?a=b",
  "http://127.0.0.1:OTHER_PORT/#a",
  "http://127.0.0.1:OTHER_PORT/a/../b",
  String.raw`http://127.0.0.1:OTHER_PORT\@localhost:OTHER_PORT`,
  "ftp://127.0.0.1:OTHER_PORT",
  "127.0.0.1:OTHER_PORT",
  "",
] as const;

const suffixed = (capture: Omit<Capture, "hostSuffixes">): Capture => ({
  ...capture,
  hostSuffixes: ["127.0.0.1", "acme.test"],
});

/** What has to fail, with nothing sent that tells a secret. */
export const REFUSING: readonly Refusing[] = [
  {
    name: "a captured API",
    answers: {
      ...BASE,
      apiBaseUrl: "{api}/v1",
      account: { path: "/me", id: "id" },
      capture: [suffixed({ name: "api", from: "token", key: "api" })],
    },
    attempts: [
      failing("no value", EXCHANGED),
      ...EVIL_URLS.map((api) => failing(api, EXCHANGED, { captured: { api } })),
    ],
  },
  {
    name: "a captured token URL",
    answers: {
      ...BASE,
      tokenUrl: "{accounts}/token",
      apiBaseUrl: "http://127.0.0.1:PORT/v1",
      capture: [suffixed({ name: "accounts", from: "redirect", key: "accounts-server" })],
    },
    attempts: [
      failing("no value", REDIRECTED),
      ...EVIL_URLS.map((accounts) => failing(accounts, REDIRECTED, { captured: { accounts } })),
    ],
  },
  {
    name: "a captured host",
    answers: {
      ...BASE,
      apiBaseUrl: "http://{api}:OTHER_PORT/v1",
      account: { path: "/me", id: "id" },
      capture: [suffixed({ name: "api", from: "token", key: "api" })],
    },
    attempts: [
      "localhost",
      "2130706433",
      "127.1",
      "127.0.0.1.evil.example",
      "localhost#127.0.0.1",
      "localhost/127.0.0.1",
      "a@127.0.0.1",
      "127.0.0.1:80",
    ].map((api) => failing(api, EXCHANGED, { captured: { api } })),
  },
  {
    name: "a captured path",
    answers: {
      ...BASE,
      apiBaseUrl: "http://127.0.0.1:PORT/{company}/v1",
      account: { path: "/me", id: "id" },
      capture: [{ name: "company", from: "token", key: "company" }],
    },
    attempts: ["..", ".", "a/b", "a?b", "a#b", "%2e%2e", "a b", "."].map((company) =>
      failing(company, EXCHANGED, { captured: { company } }),
    ),
  },
  {
    name: "a known issuer",
    answers: { ...BASE, issuer: "http://127.0.0.1:PORT", issParameter: true },
    attempts: [
      failing("a wrong iss", REDIRECTED, { odd: { redirect: "wrong iss" } }),
      failing("no iss", REDIRECTED, { odd: { redirect: "no iss" } }),
    ],
  },
  {
    name: "an issuer that announces nothing",
    answers: { ...BASE, issuer: "http://127.0.0.1:PORT" },
    attempts: [failing("a wrong iss", REDIRECTED, { odd: { redirect: "wrong iss" } })],
  },
  {
    name: "token answers",
    answers: { ...BASE, account: { tokenField: "user.id" } },
    attempts: [
      failing("200 with an error", EXCHANGED, { odd: { link: "200 with an error" } }),
      failing("an unknown token_type", EXCHANGED, { odd: { tokenType: "MAC" } }),
    ],
  },
  {
    name: "variables",
    answers: {
      ...BASE,
      authorizationUrl: "http://127.0.0.1:PORT/{tenant}/authorize",
      tokenUrl: "http://{host}:PORT/oauth/token",
      variables: [
        { name: "tenant", label: "Tenant" },
        { name: "host", label: "Host" },
      ],
    },
    attempts: [
      misused("none"),
      misused("one is missing", "tenant=a"),
      misused("an unknown one", "tenant=a", "host=127.0.0.1", "other=1"),
      misused("an empty one", "tenant=", "host=127.0.0.1"),
      misused("no name", "tenant=a", "host=127.0.0.1", "=1"),
      ...["..", ".a", "a.", "a/b", "a?b", "a#b", "a b", "a@b", "a:b", "a..b", "-a", "ä"].map(
        (tenant) => misused(`tenant ${tenant}`, `tenant=${tenant}`, "host=127.0.0.1"),
      ),
      ...[
        "evil.example",
        "2130706433",
        "127.1",
        "0x7f000001",
        "127.0.0.1#",
        "127.0.0.1@evil.example",
        "[::1]",
      ].map((host) => misused(`host ${host}`, "tenant=a", `host=${host}`)),
    ],
  },
];

/** Runs one attempt. */
export async function seeRefused(
  stage: Stage,
  { options = {}, words = [], code, requests }: Attempt,
): Promise<void> {
  stage.server.become(options);
  const run = await step(stage, ["link", ...words], requests);
  expect(ended(run, code === "usage" ? 2 : 1, "error")).toMatchObject({ code });
}

/** What only some projects live through. */
export interface Scenario {
  readonly name: string;
  readonly answers: WireAnswers;
  readonly options?: ServerOptions;
  readonly live: (stage: Stage) => Promise<void>;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "signing in again with another account revokes what it got and keeps what was",
    answers: {
      ...BASE,
      revocationUrl: "http://127.0.0.1:PORT/oauth/revoke",
      account: { tokenField: "user.id" },
    },
    live: seeWrongAccount,
  },
  {
    name: "reconfiguring changes a variable, of the same account",
    answers: {
      ...BASE,
      apiBaseUrl: "http://127.0.0.1:PORT/{tenant}/v1",
      account: { path: "/me", id: "id" },
      variables: [{ name: "tenant", label: "Tenant" }],
    },
    options: { variables: { tenant: "one" } },
    live: seeReconfigured,
  },
];

async function seeWrongAccount(stage: Stage): Promise<void> {
  await seeLinked(stage, ["link"]);
  stage.server.become({ user: { id: "somebody-else", name: "Eve" } });
  const run = await step(stage, ["reauth"], [...EXCHANGED, "revocation"]);
  expect(ended(run, 1, "error")).toMatchObject({ code: "wrong_account" });
  expect(stage.server.wire.grants.map(({ alive }) => alive)).toEqual([true, false]);
  await seeCall(stage, ["GET", "/things"], THINGS);
}

async function seeReconfigured(stage: Stage): Promise<void> {
  const linked = await seeLinked(stage, ["link", "--var", "tenant=one"]);
  await seeCall(stage, ["GET", "/things"], THINGS);
  stage.server.become({ variables: { tenant: "two" } });
  const again = await seeLinked(stage, ["reconfigure", "--var", "tenant=two"]);
  expect(again["entryId"]).toBe(linked["entryId"]);
  await seeCall(stage, ["GET", "/things"], THINGS);
}
