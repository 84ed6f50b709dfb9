import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { THINGS } from "./api.js";
import type { WireCase } from "./cases.js";
import { CLIENT } from "./declared.js";
import { VERIFICATION_URI } from "./device.js";
import type { Event, Generated, Run } from "./generated.js";
import type { StrictServer } from "./strict-server.js";
import { type Grant, type RequestKind, userOf } from "./wire.js";

/** A case with everything that runs it. */
export interface Stage {
  readonly wireCase: WireCase;
  readonly server: StrictServer;
  readonly project: Generated;
  /** All that any command printed. */
  readonly printed: string[];
}

/** The life of an account: linked, refreshed, called, signed in again, refused a second time, unlinked. */
export async function live(stage: Stage): Promise<void> {
  const linked = await seeLinked(stage, ["link", ...variableWords(stage)], waitsOf(stage));
  await seeStatus(stage, linked);
  await seeCall(stage, ["GET", "/things"], THINGS);
  const works = await seeRefresh(stage, linked);
  if (works) await seeCall(stage, ["POST", "/things", "--data", '{"name":"Lamp"}'], MADE);
  const again = await seeLinked(stage, ["reauth"]);
  expect([again["entryId"], again["uniqueId"]]).toEqual([linked["entryId"], linked["uniqueId"]]);
  await seeAlreadyLinked(stage);
  await seeCall(stage, ["POST", "/things", "--data", '{"name":"Lamp"}'], MADE);
  seeNoSecret(stage, readableFiles(stage));
  await seeUnlinked(stage);
  seeNoSecret(stage, stage.printed);
}

const MADE = { made: { name: "Lamp" } } as const;

/** Runs one command and sees exactly these requests, none of them refused. */
export async function step(
  stage: Stage,
  words: readonly string[],
  requests: readonly RequestKind[],
): Promise<Run> {
  const { server, project, printed } = stage;
  const before = server.wire.log.length;
  const signsIn = ["link", "reauth", "reconfigure"].includes(words[0] ?? "");
  const run = await project.run(
    signsIn ? [...words, ...signInWords(stage)] : words,
    signsIn ? { onEvent: (event) => signIn(stage, event) } : {},
  );
  printed.push(run.stdout, run.stderr);
  const told = `${words.join(" ")}: exit ${run.code}\n${run.stdout}${run.stderr}`;
  expect(server.wire.refusals, told).toEqual([]);
  const seen = server.wire.log.slice(before).map(({ kind }) => kind);
  expect(seen, told).toEqual(requests);
  return run;
}

/** Sees how a command ended, and gives its event of that name. */
export function ended(run: Run, code: number, name: string): Event {
  const told = `${run.stdout}${run.stderr}`;
  expect(run.code, told).toBe(code);
  const found = run.events.filter(({ event }) => event === name);
  expect(found, told).toHaveLength(1);
  return found[0] ?? {};
}

function signInWords({ wireCase: { signIn: way } }: Stage): readonly string[] {
  return { browser: ["--no-browser"], paste: ["--paste"], device: ["--device"] }[way];
}

export const variableWords = ({ server }: Stage): readonly string[] =>
  Object.entries(server.wire.options.variables ?? {}).flatMap(([name, value]) => [
    "--var",
    `${name}=${value}`,
  ]);

/** What a person does at each event: opens the address, and is led back; the code of a device is only read. */
async function signIn({ server, wireCase }: Stage, event: Event): Promise<string | undefined> {
  if (event["event"] === "user_code") {
    expect(event).toMatchObject({
      verificationUri: VERIFICATION_URI,
      userCode: server.wire.devices.at(-1)?.userCode,
    });
    return undefined;
  }
  if (event["event"] !== "authorization_url") return undefined;
  const answer = await fetch(String(event["url"]), { redirect: "manual" });
  const location = answer.headers.get("location") ?? "";
  expect(location, await answer.text()).not.toBe("");
  expect(location.startsWith(`${String(event["redirectUri"])}?`)).toBe(true);
  if (wireCase.signIn === "paste") return location;
  await (await fetch(location)).text();
  return undefined;
}

function waitsOf({ wireCase, server }: Stage): number {
  return wireCase.signIn === "device" ? (server.wire.options.polling ?? []).length : 0;
}

function signInRequests(
  { wireCase: { signIn: way, answers, options } }: Stage,
  waits: number,
): readonly RequestKind[] {
  const { hook } = options;
  const { account = "none" } = answers;
  const asks = account !== "none" && "path" in account;
  const polls = Array.from({ length: waits + 1 }, () => "poll" as const);
  return [
    ...(way === "device" ? (["device", ...polls] as const) : (["authorization", "token"] as const)),
    ...(hook !== undefined && hook !== "secret-as-user-name" ? (["exchange"] as const) : []),
    ...(asks ? (["account"] as const) : []),
  ];
}

/** `link` and `reauth`: the account, and what was granted of what was asked. */
export async function seeLinked(stage: Stage, words: readonly string[], waits = 0): Promise<Event> {
  const run = await step(stage, words, signInRequests(stage, waits));
  const linked = ended(run, 0, "linked");
  const { granted, missing } = grantedScopes(stage);
  expect(sorted(linked["scopes"])).toEqual(sorted(granted));
  expect(sorted(linked["missingScopes"])).toEqual(sorted(missing));
  expect(linked["title"]).toEqual(expect.stringMatching(/./u));
  const { account = "none" } = stage.wireCase.answers;
  if (account !== "none") expect(linked["uniqueId"]).toBe(String(userOf(stage.server.wire).id));
  return linked;
}

function grantedScopes({
  server,
}: Stage): Readonly<Record<"granted" | "missing", readonly string[]>> {
  const granted = server.wire.grants.at(-1)?.scopes ?? [];
  const asked = server.answers.scopes ?? [];
  return { granted, missing: asked.filter((scope) => !granted.includes(scope)) };
}

const sorted = (value: unknown) => (Array.isArray(value) ? value.map(String).toSorted() : value);

async function seeStatus(stage: Stage, linked: Event, state = "ok"): Promise<void> {
  const run = await step(stage, ["status"], []);
  const status = ended(run, state === "ok" ? 0 : 3, "status");
  expect(status["entries"]).toEqual([
    expect.objectContaining({
      entryId: linked["entryId"],
      title: linked["title"],
      uniqueId: linked["uniqueId"],
      scopes: linked["scopes"],
      state,
    }),
  ]);
  const [entry] = status["entries"] as readonly [Event];
  seeVariables(stage, entry);
  if (state === "ok") seeExpiry(entry["expiresAt"], stage.server.wire.grants[0]);
}

/** Values that were given or are defaults; secret ones never show. */
function seeVariables({ server }: Stage, entry: Event): void {
  const shown = JSON.stringify(entry["variables"] ?? {});
  for (const { name, secret } of server.answers.variables ?? []) {
    const value = server.wire.variables[name];
    if (value !== undefined) expect(shown.includes(JSON.stringify(value))).toBe(secret !== true);
  }
}

/** Within ten seconds of what the server told. */
function seeExpiry(shown: unknown, grant: Grant | undefined): void {
  if (grant?.expiresAt === undefined) expect(shown).toBeNull();
  else expect(Math.abs(Date.parse(String(shown)) - grant.expiresAt)).toBeLessThan(10_000);
}

/** One request, or none where tokens never expire. Gives whether the account is still good. */
export async function seeRefresh(stage: Stage, linked: Event): Promise<boolean> {
  const { tokensExpire } = stage.wireCase.answers;
  const fails = stage.server.wire.options.odd?.refresh === "200 with an error";
  const run = await step(stage, ["refresh"], tokensExpire === false ? [] : ["refresh"]);
  if (tokensExpire === false) {
    ended(run, 1, "error");
    return true;
  }
  if (fails) {
    expect(ended(run, 3, "error")).toMatchObject({ code: "reauth_required" });
    await seeStatus(stage, linked, "reauth_required");
    return false;
  }
  const refreshed = ended(run, 0, "refreshed");
  expect(refreshed["entryId"]).toBe(linked["entryId"]);
  seeExpiry(refreshed["expiresAt"], stage.server.wire.grants[0]);
  return true;
}

export async function seeCall(
  stage: Stage,
  words: readonly string[],
  body: unknown,
): Promise<void> {
  const run = await step(stage, ["call", ...words], ["api"]);
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual(body);
}

/** The same account again is refused. Nothing is revoked: many providers would take the linked account's tokens with it. */
async function seeAlreadyLinked(stage: Stage): Promise<void> {
  const run = await step(stage, ["link", ...variableWords(stage)], signInRequests(stage, 0));
  expect(ended(run, 1, "error")).toMatchObject({ code: "already_linked" });
}

async function seeUnlinked(stage: Stage): Promise<void> {
  const revokes = stage.wireCase.answers.revocationUrl !== undefined;
  const run = await step(stage, ["unlink"], revokes ? ["revocation"] : []);
  expect(ended(run, 0, "unlinked")).toMatchObject({ revoked: revokes });
}

function readableFiles({ project }: Stage): readonly string[] {
  return fs
    .readdirSync(project.dataFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "utf8"));
}

/** However it is written: as it is, in a URL, in JSON, in HTTP Basic. */
export function seeNoSecret({ server }: Stage, texts: readonly string[]): void {
  const text = texts.join("\n");
  const basic = (write: (one: string) => string) =>
    Buffer.from(`${write(CLIENT.id)}:${write(CLIENT.secret)}`).toString("base64");
  const written = [...server.wire.secrets].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  for (const secret of [...written, basic(String), basic(encodeURIComponent)])
    expect(text.includes(secret), `${secret} is told`).toBe(false);
}
