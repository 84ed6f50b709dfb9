import { beforeAll, expect, it, vi } from "vitest";
import { PROVIDER } from "../src/const.js";
import { variables } from "../src/provider/variables.js";
import { buildProgram, createDesk, run } from "./support.js";

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
    const status = await run(folder, ["status", "--sandbox"]);
    const isShown = status.shown.includes(JSON.stringify({ [name]: said }).slice(1, -1));
    expect([isShown, status.shown.includes("said-")]).toEqual(
      own?.secret ? [false, false] : [true, true],
    );
  }
});

it.each([[["nonsense=1"]], [["nonsense"]], [["=1"]], [[`${name}=1`, `${name}=1`]]])(
  "takes --var %j for a mistake, and sends nothing",
  async (said) => {
    const { sandbox, folder } = await createDesk();
    const options = said.flatMap((each) => ["--var", each]);
    const { code, last } = await run(folder, ["link", ...options, "--sandbox", "--no-browser"]);
    expect([code, last?.["code"], sandbox.requestsTo("")]).toEqual([2, "usage", []]);
  },
);

it("takes what is behind the first = as it is", () => {
  const said = variables.readOptions?.({ var: [`${name}= a=b `] }, true);
  expect(said).toEqual({ variables: { [name]: " a=b " } });
  expect(variables.readOptions?.({}, true)).toEqual({ variables: {} });
});
