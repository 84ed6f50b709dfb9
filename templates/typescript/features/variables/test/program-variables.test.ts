import { beforeAll, expect, it, vi } from "vitest";
import { type Run, status } from "../src/commands.js";
import { PROVIDER } from "../src/const.js";
import { variables } from "../src/provider/variables.js";
import { openStorage } from "../src/storage/entries.js";
import { buildProgram, createDesk, createFolder, ENTRY, environmentOf, run } from "./support.js";

const [own] = PROVIDER.variables ?? [];
const name = own?.name ?? "";

// Processes take their time.
vi.setConfig({ testTimeout: 30_000 });
beforeAll(buildProgram, 60_000);

it("keeps what --var says until --var says something else, and shows no secret", async () => {
  const { folder } = await createDesk();
  const steps: [string, string][] = [
    [`link --var ${name}=said-1`, "said-1"],
    ["reauth", "said-1"],
    [`reconfigure --var ${name}=said-2=`, "said-2="],
  ];
  for (const [step, said] of steps) {
    const line = [...step.split(" "), "--sandbox", "--no-browser"];
    expect(await run(folder, line), step).toMatchObject({ code: 0, last: { event: "linked" } });
    const { shown } = await run(folder, ["status", "--sandbox"]);
    const isShown = shown.includes(JSON.stringify({ [name]: said }).slice(1, -1));
    expect([isShown, shown.includes("said-")]).toEqual(own?.secret ? [false, false] : [true, true]);
  }
});

const wrong = [["typed=1"], ["typed"], ["typed-secret=="], ["=1"], [`${name}=1`, `${name}=1`]];
it.each(wrong.map((said) => [said]))(
  "takes --var %j for a mistake, and sends nothing",
  async (said) => {
    const { sandbox, folder } = await createDesk();
    const options = said.flatMap((each) => ["--var", each]);
    const line = ["link", ...options, "--sandbox", "--no-browser"];
    const { code, last, shown } = await run(folder, line);
    expect([code, last?.["code"], sandbox.requestsTo("")]).toEqual([2, "usage", []]);
    expect(shown).not.toContain("typed");
  },
);

it("takes what is behind the first = as it is", () => {
  const said = variables.readOptions?.({ var: [`${name}= a=b `] }, true);
  expect(said).toEqual({ variables: { [name]: " a=b " } });
  expect(variables.readOptions?.({}, true)).toEqual({ variables: {} });
});

it("tells the accounts of a table apart", async () => {
  const storage = openStorage(environmentOf(await createFolder()));
  for (const entryId of ["one", "two"]) {
    await storage.entries.save({ ...ENTRY, entryId, variables: { [name]: `said-${entryId}` } });
  }
  const show = vi.fn();
  await status({ ...({} as Run), options: {}, storage, show });
  const isShown = ["said-one", "said-two"].map((said) => show.mock.calls[0]?.[1].includes(said));
  expect(isShown).toEqual([!own?.secret, !own?.secret]);
  expect(show.mock.calls[0]?.[1]).toContain(PROVIDER.tokensExpire === false ? "never" : "unknown");
});
