import http from "node:http";
import net from "node:net";

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly head: string;
  readonly body: string;
}

/** What a server does with a request: it may write anything to the connection, or nothing. */
export type Answer = (connection: net.Socket, request: Arrived) => void;

export interface RawServer {
  readonly origin: string;
  readonly requests: readonly Arrived[];
  /** How many connections came so far. */
  connections(): number;
  close(): Promise<void>;
}

/** A server that knows no protocol: it reads requests and leaves every byte of the answer to `answer`. */
export async function startRawServer(
  answer: Answer,
  greet: (connection: net.Socket) => void = () => undefined,
): Promise<RawServer> {
  const requests: Arrived[] = [];
  const open = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((connection) => {
    count += 1;
    open.add(connection);
    connection.on("close", () => open.delete(connection)).on("error", () => undefined);
    let received = "";
    connection.setEncoding("latin1").on("data", (text: string) => {
      received += text;
      for (let taken = takeRequest(received); taken !== undefined; taken = takeRequest(received)) {
        received = taken.rest;
        requests.push(taken.request);
        answer(connection, taken.request);
      }
    });
    greet(connection);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    requests,
    connections: () => count,
    close: async () => {
      for (const connection of open) connection.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first whole request of what came on a connection, and what came after it. */
function takeRequest(received: string): { request: Arrived; rest: string } | undefined {
  const [head = "", ...after] = received.split("\r\n\r\n");
  if (after.length === 0) return undefined;
  const text = after.join("\r\n\r\n");
  const length = Number(/^content-length: *(\d+)/imu.exec(head)?.[1] ?? 0);
  if (text.length < length) return undefined;
  const [method = "", target = ""] = head.split(" ");
  return {
    request: { method, path: target, head, body: text.slice(0, length) },
    rest: text.slice(length),
  };
}

/** An answer as it should be. */
export function whole(
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body: string | Buffer = "",
): Buffer {
  const content = Buffer.from(body);
  const all = { "content-length": content.length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = http.STATUS_CODES[status] ?? "Odd";
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}\r\n`),
    content,
  ]);
}

export function json(value: unknown, status = 200): Buffer {
  return whole(status, { "content-type": "application/json" }, JSON.stringify(value));
}
