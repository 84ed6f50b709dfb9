/** One fresh process of `call-overhead.js`: pairs of a call of the project's library and a bare `fetch`; prints the medians. */
const [, , library = "", origin = "", token = ""] = process.argv;

const WARM_UP = 500;
const PAIRS = 1000;

const { setupEntry, Secret } = await import(library);
const entry = {
  version: 2,
  entryId: "bench",
  domain: (await import(library)).DOMAIN,
  title: "Bench",
  uniqueId: "bench",
  clientId: "bench",
  variables: {},
  hidden: {},
  scopes: [],
  token: {
    accessToken: token,
    refreshToken: "unused",
    scopes: [],
    obtainedAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
  },
};
const provider = {
  authorizationUrl: `${origin}/auth`,
  tokenUrl: `${origin}/token`,
  apiBaseUrl: `${origin}/api`,
  scopes: [],
  redirect: { host: "127.0.0.1", port: 0, path: "/callback" },
};
const credential = { clientId: "bench", clientSecret: new Secret("bench") };
const { client } = await setupEntry(entry, { provider, credential, store: {} });

/** The same useful work: the header, the whole body, the parsed JSON. */
async function bare() {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(`${origin}/api/devices`, { headers });
  return JSON.parse(await response.text());
}

async function called() {
  const { body } = await client.request("GET", "/devices");
  return body;
}

/**
 * @param {() => Promise<any>} run
 * @returns {Promise<number>}
 */
async function time(run) {
  const begin = process.hrtime.bigint();
  const body = await run();
  const end = process.hrtime.bigint();
  if (body.devices.length !== 10) throw new Error("This is not the answer.");
  return Number(end - begin) / 1000;
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}

/** @type {{ bare: number[], called: number[] }} */
const times = { bare: [], called: [] };
for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
  // Who comes first changes with each pair.
  /** @type {["bare" | "called", () => Promise<any>][]} */
  const both = [
    ["bare", bare],
    ["called", called],
  ];
  for (const [name, run] of pair % 2 === 0 ? both : both.toReversed()) {
    const took = await time(run);
    if (pair >= 0) times[name].push(took);
  }
}
console.log(JSON.stringify({ bare: median(times.bare), called: median(times.called) }));
