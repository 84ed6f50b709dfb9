/** The API of `call-overhead.js`, in a process of its own: one JSON document for every call with the right token. */
import http from "node:http";

const [, , token] = process.argv;
const devices = Array.from({ length: 10 }, (_, index) => ({
  id: `device-${index}`,
  name: `Lamp ${index}`,
  state: index % 2 === 0 ? "on" : "off",
  changedAt: "2026-01-01T00:00:00Z",
}));
const body = JSON.stringify({ devices });

const server = http.createServer((request, response) => {
  const isKnown = request.headers.authorization === `Bearer ${token}`;
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  if (isKnown) response.writeHead(200, headers).end(body);
  else response.writeHead(401).end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : "");
});
