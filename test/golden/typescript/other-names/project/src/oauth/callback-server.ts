// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { VARIABLES } from "../application-credentials.js";
import { errorCode, IntegrationError } from "../errors.js";
import type { LoopbackRedirect } from "./provider.js";

const LAST_PAGE_MS = 1_500;
const LONGEST_TARGET = 8_192;
const LONGEST_HEAD = 16_384;
const LONGEST_HEAD_MS = 5_000;
const MOST_CONNECTIONS = 64;

/** For light and dark, a phone and a wide screen; no other file is needed. */
const STYLE = `
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
  body { display: grid; box-sizing: border-box; min-height: 100vh; margin: 0; padding: 1.5rem;
    place-content: center; justify-items: center; text-align: center; }
  svg { width: 4.5rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; }
  h1 { margin: 1rem 0 0.25rem; font-size: 1.75rem; line-height: 1.2; }
  p { max-width: 28rem; margin: 0; opacity: 0.8; }
  .good { color: light-dark(#1a7f37, #4ac26b); }
  .bad { color: light-dark(#bc4c00, #f0883e); }
`;

const MARKS = {
  good: "M7 12.5l3.5 3.5L17 9",
  bad: "M12 7v6M12 16.5v.1",
};

/** Constant: nothing that came with a request is ever shown. */
const PAGES = {
  linked: page("good", "Account linked", "You can close this window and go back to the program."),
  failed: page("bad", "No account was linked", "Go back to the program: it says why."),
  refused: page("bad", "Not expected here", "This address serves one sign-in of one program."),
};

function page(mark: keyof typeof MARKS, title: string, text: string): string {
  const size = '<meta name="viewport" content="width=device-width">';
  const head = `<meta charset="utf-8">${size}<title>${title}</title><style>${STYLE}</style>`;
  const drawing = `<circle cx="12" cy="12" r="10.5"/><path d="${MARKS[mark]}"/>`;
  const picture = `<svg class="${mark}" viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>`;
  const main = `<main>${picture}<h1>${title}</h1><p>${text}</p></main>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body>${main}</body></html>`;
}

/** Only this style, and nothing else (Content Security Policy Level 3, section 6.7). */
const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  connection: "close",
  allow: "GET",
};

/**
 * The loopback listener of one sign-in (RFC 8252, section 7.3). Close it on every path. It reads the
 * head of one request from each connection: the platform's server takes all that come at once, and
 * runs out of memory when another program on this machine wants it to.
 */
export class CallbackServer {
  readonly redirectUri: string;
  readonly isListening: boolean;
  readonly #servers: readonly net.Server[];
  readonly #base: URL;
  readonly #redirect = deferred<URL>();
  readonly #lastPage = deferred<net.Socket>();
  readonly #connections = new Set<net.Socket>();
  #accepts: (url: URL) => boolean = () => false;
  #redirected = false;

  /** The servers are bound already. Without any, the redirect has to be pasted. */
  constructor(servers: readonly net.Server[], base: URL, redirectUri = base.href) {
    this.#servers = servers;
    this.#base = base;
    this.redirectUri = redirectUri;
    this.isListening = servers.length > 0;
    for (const server of servers) server.on("connection", this.#read);
  }

  /** The first redirect that is accepted. Others are refused and end nothing. */
  receive(accepts: (url: URL) => boolean): Promise<URL> {
    this.#accepts = accepts;
    return this.#redirect.promise;
  }

  /** Shows a browser that was redirected here what really happened, and closes. */
  async close(outcome: "linked" | "failed"): Promise<void> {
    this.#accepts = () => false;
    if (this.#redirected) await this.#show(PAGES[outcome]);
    for (const connection of this.#connections) connection.destroy();
    await closeAll(this.#servers);
  }

  async #show(text: string): Promise<void> {
    const limit = delay(LAST_PAGE_MS, undefined, { ref: false });
    const browser = await Promise.race([this.#lastPage.promise, limit]);
    if (browser === undefined || browser.destroyed) return;
    reply(browser, 200, text);
    await Promise.race([once(browser, "close"), limit]);
  }

  #read = (connection: net.Socket): void => {
    let text = "";
    const limit = setTimeout(() => connection.destroy(), LONGEST_HEAD_MS);
    const read = (chunk: Buffer): void => {
      text += chunk.toString("latin1", 0, LONGEST_HEAD - text.length);
      const end = text.indexOf("\r\n\r\n");
      if (end === -1 && text.length < LONGEST_HEAD) return;
      connection.off("data", read);
      clearTimeout(limit);
      if (end === -1) reply(connection, 431, PAGES.refused);
      else this.#answer(connection, parseHead(text.slice(0, end)));
    };
    this.#keep(connection);
    connection.on("data", read).on("error", () => undefined);
    connection.on("close", () => {
      clearTimeout(limit);
      this.#connections.delete(connection);
    });
  };

  /** The one that waits longest goes first: the browser gets in, whoever else is there. */
  #keep(connection: net.Socket): void {
    this.#connections.add(connection);
    const [oldest] = this.#connections;
    if (this.#connections.size <= MOST_CONNECTIONS || oldest === undefined) return;
    this.#connections.delete(oldest);
    oldest.destroy();
  }

  #answer(connection: net.Socket, { method, target, host }: ReturnType<typeof parseHead>): void {
    const url = URL.canParse(target, this.#base.href) ? new URL(target, this.#base) : undefined;
    const isOwn = url?.origin === this.#base.origin && target.startsWith("/");
    const refuse = (status: number) => reply(connection, status, PAGES.refused);
    // A foreign name that leads here by DNS is not us.
    if (host !== this.#base.host) refuse(421);
    else if (!isOwn || target.length > LONGEST_TARGET) refuse(400);
    else if (url.pathname !== this.#base.pathname) refuse(404);
    else if (method !== "GET") refuse(405);
    else if (this.#redirected && url.search === "") this.#lastPage.resolve(connection);
    else if (this.#redirected || !this.#accepts(url)) refuse(400);
    else {
      this.#redirected = true;
      // The code leaves the address bar (RFC 9700, section 4.3.1).
      reply(connection, 303, "", { location: this.#base.pathname });
      this.#redirect.resolve(url);
    }
  }
}

/** RFC 9112, sections 3 and 5. Several hosts are no host of ours. */
function parseHead(text: string) {
  const [line = "", ...fields] = text.split("\r\n");
  const [, method, target = ""] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
  const hosts = fields.filter((field) => /^host:/i.test(field));
  return { method, target, host: hosts.map((field) => field.slice(5).trim()).join() };
}

function reply(connection: net.Socket, status: number, text: string, more = {}): void {
  const headers = { ...HEADERS, ...more, "content-length": Buffer.byteLength(text) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.pause().write(`HTTP/1.1 ${status} \r\n${lines.join("")}\r\n${text}`);
  connection.destroySoon();
}

/** Binds the loopback addresses. Throws `port_in_use`, which says what changes the port. */
export async function startCallbackServer(redirect: LoopbackRedirect): Promise<CallbackServer> {
  const { host, port, path } = redirect;
  const servers: net.Server[] = [];
  try {
    const first = await bind(servers, "127.0.0.1", port);
    // "localhost" may lead to either address: another program on the second would get the code.
    const isOne = first !== undefined && host === "127.0.0.1";
    const second = isOne ? undefined : await bind(servers, "::1", first ?? port);
    const name = first === undefined && host === "127.0.0.1" ? "[::1]" : host;
    return new CallbackServer(servers, new URL(path, `http://${name}:${first ?? second}`));
  } catch (cause) {
    await closeAll(servers);
    const message = `Port ${port} of this machine cannot be used (${errorCode(cause)}). End the program that uses it, or set ${VARIABLES.redirectPort} to another.`;
    throw new IntegrationError("port_in_use", message, { cause });
  }
}

/** Gives the port, or undefined where the machine has no such address. */
async function bind(servers: net.Server[], host: string, port: number) {
  const server = net.createServer((connection) => {
    // Too early: not all is bound yet.
    if (server.listenerCount("connection") === 1) connection.destroy();
  });
  try {
    server.on("error", () => undefined).listen({ port, host, exclusive: true });
    await once(server, "listening");
  } catch (error) {
    if (/^(EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(errorCode(error) ?? "")) return undefined;
    throw error;
  }
  servers.push(server);
  const address = server.address();
  return typeof address === "object" ? address?.port : undefined;
}

async function closeAll(servers: readonly net.Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

function deferred<T>() {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => void (settle = resolve));
  return { promise, resolve: (value: T) => settle?.(value) };
}
