/** One fresh process of `call-overhead.js`: pairs of a bare `fetch` and a call through the library; prints what they took. */
const [, , address = "", origin = "", token = ""] = process.argv;

const WARM_UP = 500;
const PAIRS = 1_000;

const library = await import(address);
const now = Date.now();
const account = { entryId: "bench", domain: library.DOMAIN, uniqueId: "bench", title: "Bench" };
const entry = {
  version: 2,
  ...account,
  clientId: "bench",
  variables: {},
  hidden: {},
  scopes: [],
  token: {
    accessToken: token,
    refreshToken: "unused",
    scopes: [],
    obtainedAt: now,
    expiresAt: now + 3_600_000,
  },
};
const provider = { ...library.PROVIDER, apiBaseUrl: `${origin}/api` };
const credential = { clientId: "bench", clientSecret: new library.Secret("bench") };
const { client } = await library.setupEntry(entry, { provider, credential, store: {} });

/** The same useful work: the header, the whole body, the parsed JSON. */
async function fetchBare() {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(`${origin}/api/devices`, { headers });
  return JSON.parse(await response.text());
}

async function callLibrary() {
  const { body } = await client.request("GET", "/devices");
  return body;
}

/**
 * Microseconds.
 * @param {() => Promise<{ readonly devices: readonly unknown[] }>} run
 */
async function time(run) {
  const begin = process.hrtime.bigint();
  const { devices } = await run();
  const end = process.hrtime.bigint();
  if (devices.length !== 10) throw new Error("This is not the answer.");
  return Number(end - begin) / 1_000;
}

/**
 * @param {readonly number[]} values
 * @param {number} share
 */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

const pairs = [];
for (let index = -WARM_UP; index < PAIRS; index += 1) {
  const pair = { bare: 0, called: 0 };
  if (index % 2 === 0) pair.bare = await time(fetchBare);
  pair.called = await time(callLibrary);
  if (index % 2 !== 0) pair.bare = await time(fetchBare);
  if (index >= 0) pairs.push(pair);
}
const ratios = pairs.map(({ bare, called }) => called / bare);
const result = {
  bare: quantile(
    pairs.map(({ bare }) => bare),
    0.5,
  ),
  called: quantile(
    pairs.map(({ called }) => called),
    0.5,
  ),
  low: quantile(ratios, 0.25),
  high: quantile(ratios, 0.75),
};
console.log(JSON.stringify(result));
