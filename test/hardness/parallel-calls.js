/** Run with the library's address, a time and a folder: from that time on, 100 calls at once for the account of that data folder. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const [, , address = "", time] = process.argv;
const library = await import(address);
const { entries, folder } = library.openStorage(process.env, { sandbox: true });
const { provider, clientId, clientSecret } = JSON.parse(
  readFileSync(path.join(folder, "server.json"), "utf8"),
);
const context = {
  provider: { ...library.PROVIDER, ...provider },
  credential: { clientId, clientSecret: new library.Secret(clientSecret) },
  store: entries,
  sandbox: true,
};
const entry = await entries.load("one");
await delay(Number(time) - Date.now());

const calls = Array.from({ length: 100 }, async (_, index) => {
  const { client } = await library.setupEntry(entry, context);
  return (await client.request("GET", `/${index}`)).status;
});
console.log(JSON.stringify({ event: "called", statuses: await Promise.all(calls) }));
