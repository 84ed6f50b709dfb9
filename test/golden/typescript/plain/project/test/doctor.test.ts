import { once } from "node:events";
import fs from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { beforeAll, expect, it, vi } from "vitest";
import { announce } from "../sandbox/server.js";
import { VARIABLES } from "../src/application-credentials.js";
import { MECHANISMS } from "../src/provider/index.js";
import { openStorage } from "../src/storage/entries.js";
import { answerWith, buildProgram, createDesk, environmentOf, run } from "./support.js";
import { sentSecrets, start, type World } from "./support.js";

beforeAll(buildProgram, 60_000);
vi.setConfig({ testTimeout: 30_000 }); // Processes take their time.

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly request?: readonly string[];
}

const LINK = ["link", "--sandbox", "--no-browser"];

async function diagnose({ folder }: World) {
  const { code, last, shown } = await run(folder, ["doctor", "--sandbox"]);
  const findings = Object(last).findings as readonly Finding[];
  return { code, shown, bad: findings.filter(({ state }) => state !== "ok"), findings };
}

it("finds nothing wrong with a linked account, and shows no secret", async () => {
  const desk = await createDesk();
  await run(desk.folder, LINK);
  const { code, findings, shown } = await diagnose(desk);
  expect(findings.map(({ check, state }) => [check, state])).toEqual(
    "storage,credentials,redirect port,network,clock,sign-in page,token endpoint,account"
      .split(",")
      .map((check) => [check, "ok"]),
  );
  expect(code).toBe(0);
  expect(sentSecrets(desk.sandbox).filter((secret) => shown.includes(secret))).toEqual([]);
});

type Case = readonly [name: string, check: string, says: RegExp, spoil: (desk: World) => unknown];

const HOUR_AGO = new Date(Date.now() - 3_600_000).toUTCString();
const isSpoiled: Case[] = [
  ["another redirect URI", "sign-in page", /not take the redirect URI.*Register/, mistakeRedirect],
  [
    "a scope that is not allowed",
    "sign-in page",
    /not take the scopes/,
    ({ sandbox, context }) => {
      const { host, port } = Object(context.provider).redirect;
      const location = `http://${host}:${port}/callback?error=invalid_scope`;
      answerWith(sandbox, "/auth", { status: 302, headers: { location } });
    },
  ],
  [
    "another secret",
    "token endpoint",
    /invalid_client.*client id and secret/,
    ({ sandbox }) =>
      answerWith(sandbox, "/token", { status: 401, body: { error: "invalid_client" } }),
  ],
  [
    "a wrong clock",
    "clock",
    /36\d\d s ahead of the provider's/,
    ({ sandbox }) => {
      sandbox.hooks.intercept = (_, response) => {
        response.setHeader("date", HOUR_AGO);
        return false;
      };
    },
  ],
  ["no server", "network", /ECONNREFUSED/, ({ sandbox }) => sandbox.close()],
  [
    "a file that is no entry",
    "storage",
    /broken\.sealed/,
    async ({ folder }) => {
      const entries = path.join(folder, "sandbox/entries");
      await fs.mkdir(entries, { recursive: true });
      await fs.writeFile(path.join(entries, "broken.sealed"), "");
    },
  ],
];

/** The server knows another path than the one that the program names. */
async function mistakeRedirect({ sandbox, folder }: World): Promise<void> {
  const redirect = { host: "127.0.0.1", port: 0, path: "/other" } as const;
  const provider = { ...sandbox.provider, redirect };
  await announce({ ...sandbox, provider }, environmentOf(folder));
}

it.each(isSpoiled)("recognises %s", async (_, check, says, spoil) => {
  const desk = await createDesk();
  // A program that registers itself has no credentials before.
  if (MECHANISMS.some(({ register }) => register)) await run(desk.folder, LINK);
  await spoil(desk);
  const { code, bad, shown } = await diagnose(desk);
  expect(sentSecrets(desk.sandbox).filter((secret) => shown.includes(secret))).toEqual([]);
  const message = expect.stringMatching(says);
  expect(bad).toContainEqual(expect.objectContaining({ check, state: "problem", message }));
  const sent = bad.filter((each) => each.check === check).flatMap(({ request = [] }) => request);
  expect(sent.length > 0).toBe(["sign-in page", "token endpoint"].includes(check));
  expect(code).toBe(1);
});

it("recognises a port that another program has", async () => {
  const { folder } = await createDesk();
  const other = net.createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = Object(other.address());
  const env = { ...environmentOf(folder), [VARIABLES.redirectPort]: String(port) };
  const child = start(folder, ["doctor", "--sandbox"], env);
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  other.close();
  expect(JSON.parse(line).findings).toContainEqual(
    expect.objectContaining({ check: "redirect port", code: "port_in_use" }),
  );
});

it("exits with 3 when an account has to sign in again", async () => {
  const desk = await createDesk();
  await run(desk.folder, LINK);
  const { entries } = openStorage(environmentOf(desk.folder), { sandbox: true });
  for (const entry of (await entries.list()).entries)
    await entries.save({ ...entry, reauth: { since: 1, reason: "It ended." } });
  const { code, bad } = await diagnose(desk);
  expect([code, bad.map(({ check }) => check)]).toEqual([3, ["account"]]);
});

it("names scopes that an account was never asked for", async () => {
  const desk = await createDesk();
  await run(desk.folder, [...LINK, "--scopes", "read"]);
  const { code, bad } = await diagnose(desk);
  const message = expect.stringMatching(/never asked for write.*--scopes 'read write'/);
  expect(bad).toEqual([{ check: "account", state: "unknown", message, request: [] }]);
  expect(code).toBe(0);
});
