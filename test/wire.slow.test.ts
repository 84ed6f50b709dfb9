import fs from "node:fs";
import { afterAll, beforeAll, describe, it } from "vitest";
import { casesAlone, casesInPairs, SEED, type WireCase } from "./wire/cases.js";
import { generate, WORK } from "./wire/generated.js";
import { live, type Stage } from "./wire/life.js";
import { REFUSING, SCENARIOS, seeRefused } from "./wire/scenarios.js";
import { startStrictServer } from "./wire/strict-server.js";

/** Ports of redirects that are declared: below the ports made from a domain, another for each case. */
let redirectPort = 18_000;

const begun = Date.now();
let projects = 0;

beforeAll(() => fs.rmSync(WORK, { recursive: true, force: true }));
afterAll(() => {
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`seed ${SEED}: ${projects} projects proved in ${seconds} s`);
});

type Played = Pick<WireCase, "answers" | "options"> & Partial<WireCase>;

/** Starts the server, makes the project, plays. A project that fails is left where it is, with its answers. */
async function prove(
  domain: string,
  { answers, options, name = "", signIn = "browser" }: Played,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  await using server = await startStrictServer({ ...answers, domain }, options, redirectPort++);
  const project = await generate(server.answers, domain);
  await play({ wireCase: { name, answers, options, signIn }, server, project, printed: [] });
  fs.rmSync(project.folder, { recursive: true, force: true });
  projects++;
}

const numbered = <Item extends object>(items: readonly Item[], prefix: string) =>
  items.map((item, index) => ({ ...item, domain: `${prefix}${index}` }));

describe.concurrent("a value alone", () => {
  it.each(numbered(casesAlone(), "alone_"))("$domain $name", (one) => prove(one.domain, one, live));
});

describe.concurrent("every pair of values", () => {
  it.each(numbered(casesInPairs(), "row_"))("$domain $name", (one) => prove(one.domain, one, live));
});

describe.concurrent("what has to fail", () => {
  it.each(numbered(REFUSING, "refusing_"))("$domain $name", ({ domain, answers, attempts }) =>
    prove(domain, { answers, options: {} }, async (stage) => {
      for (const attempt of attempts) await seeRefused(stage, attempt);
    }),
  );
});

describe.concurrent("what only some projects live through", () => {
  it.each(numbered(SCENARIOS, "scenario_"))(
    "$domain $name",
    ({ domain, answers, options = {}, live: play }) => prove(domain, { answers, options }, play),
  );
});
