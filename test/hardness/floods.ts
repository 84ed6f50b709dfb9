import http from "node:http";
import net from "node:net";
import { randomBytes } from "node:crypto";

/** Puts a listener under fire; what it gives ends the fire. */
export interface Flood {
  readonly name: string;
  readonly start: (listener: URL) => Promise<() => void>;
}

/** Connections, each with something to say; the fire begins when all are open or refused. */
async function open(
  { port }: URL,
  count: number,
  say: (connection: net.Socket, index: number) => void = () => undefined,
): Promise<() => void> {
  const connections = Array.from({ length: count }, () => net.connect(Number(port), "127.0.0.1"));
  const opening = connections.map((connection, index) => {
    connection.on("error", () => undefined).resume();
    return new Promise<void>((resolve) => {
      connection.once("connect", () => {
        say(connection, index);
        resolve();
      });
      connection.once("close", () => resolve());
    });
  });
  await Promise.all(opening);
  return () => {
    for (const connection of connections) connection.destroy();
  };
}

/** Requests one after the other on many connections, a new one each time. */
async function ask(listener: URL, count: number, request: (index: number) => string) {
  const atOnce = 100;
  const fire = Array.from({ length: atOnce }, async (_, lane) => {
    for (let index = lane; index < count; index += atOnce) {
      const close = await open(listener, 1, (connection) => connection.write(request(index)));
      await new Promise((resolve) => setImmediate(resolve));
      close();
    }
  });
  await Promise.all(fire);
  return () => undefined;
}

const head = (listener: URL, target = "/callback?code=1&state=1", method = "GET"): string =>
  `${method} ${target} HTTP/1.1\r\nhost: ${listener.host}\r\n`;

const flood = (name: string, start: Flood["start"]): Flood => ({ name, start });

export const FLOODS: readonly Flood[] = [
  flood("2,000 connections at once, all silent", (listener) => open(listener, 2_000)),
  flood("5,000 requests with a wrong state", (listener) =>
    ask(listener, 5_000, () => `${head(listener)}\r\n`),
  ),
  flood("2,000 requests that never end", async (listener) => {
    const slow: net.Socket[] = [];
    const close = await open(listener, 2_000, (connection) => {
      slow.push(connection);
      connection.write(`${head(listener)}x: `);
    });
    const timer = setInterval(() => {
      for (const connection of slow) if (connection.writable) connection.write("x");
    }, 500);
    return () => {
      clearInterval(timer);
      close();
    };
  }),
  flood("foreign hosts", (listener) =>
    ask(listener, 500, (index) => {
      const hosts = ["evil.invalid", `evil.invalid:${listener.port}`, "localhost", "", "127.0.0.1"];
      return head(listener).replace(listener.host, hosts[index % hosts.length] ?? "") + "\r\n";
    }),
  ),
  flood("long headers", (listener) =>
    open(listener, 100, (one) => one.write(`${head(listener)}cookie: ${"x".repeat(1_000_000)}`)),
  ),
  flood("many headers", (listener) =>
    open(listener, 100, (one) => one.write(head(listener) + "a: b\r\n".repeat(100_000))),
  ),
  flood("long addresses", (listener) =>
    open(listener, 100, (one) => one.write(head(listener, `/callback?${"x".repeat(1_000_000)}`))),
  ),
  flood("long bodies", (listener) =>
    open(listener, 100, (one, index) => {
      const size = index % 2 === 0 ? "content-length: 9999999" : "transfer-encoding: chunked";
      one.write(`${head(listener, "/callback", "POST")}${size}\r\n\r\n`);
      one.write(index % 2 === 0 ? "x".repeat(1_000_000) : `f4240\r\n${"x".repeat(1_000_000)}\r\n`);
    }),
  ),
  flood("1,000 requests in one go, on 20 connections", (listener) =>
    open(listener, 20, (one) => one.write(`${head(listener)}\r\n`.repeat(1_000))),
  ),
  flood("every method", (listener) =>
    ask(listener, http.METHODS.length * 5, (index) => {
      const method = http.METHODS[index % http.METHODS.length];
      return `${head(listener, "/callback?code=1&state=1", method)}\r\n`;
    }),
  ),
  flood("other protocols", (listener) =>
    open(listener, 300, (one, index) => {
      const openings = ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001", randomBytes(999)];
      one.write(openings[index % openings.length] ?? "");
      const more = { 0: "upgrade: websocket\r\nconnection: upgrade", 1: "expect: 100-continue" };
      if (index < 2) one.write(`${head(listener)}${Object(more)[index]}\r\n\r\n`);
    }),
  ),
];

export const ALL_AT_ONCE: Flood = flood("all of these at once", async (listener) => {
  const ends = await Promise.all(FLOODS.map(({ start }) => start(listener)));
  return () => {
    for (const end of ends) end();
  };
});
