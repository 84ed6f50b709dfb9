import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

/** What a server on this machine answers: a status and a body, an object as JSON; `null` never answers. */
export interface Page {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Pages by their path with its query, made when the origin is known. What is not there is 404. */
export type Pages = (origin: string) => Readonly<Record<string, Page | null>>;

export interface Web {
  readonly origin: string;
  /** Method and path of each request so far. */
  readonly seen: readonly string[];
  readonly close: () => Promise<void>;
}

const ends: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(ends.map((end) => end())));

/** Serves pages on a free port of 127.0.0.1 until all tests of the file have ended. */
export async function serve(pages: Pages): Promise<Web> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    const { method = "", url = "" } = request;
    seen.push(`${method} ${url}`);
    const page = pages(origin)[url];
    if (page === null) return;
    const { status = page === undefined ? 404 : 200, headers = {}, body = "" } = page ?? {};
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, headers).end(text);
  });
  const { origin, close } = await listen(server);
  return { origin, seen, close };
}

/** Listens on a free port of 127.0.0.1 until all tests of the file have ended. */
export async function listen(
  server: http.Server,
): Promise<{ readonly origin: string; readonly close: () => Promise<void> }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const ended = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    // A tunnel through a proxy is no connection of the server any more.
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 500))]);
  };
  ends.push(close);
  return { origin: `http://127.0.0.1:${port}`, close };
}
