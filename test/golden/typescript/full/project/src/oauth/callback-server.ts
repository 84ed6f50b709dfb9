// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { once } from "node:events";
import http from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { VARIABLES } from "../application-credentials.js";
import { errorCode, IntegrationError } from "../errors.js";
import type { RedirectDefinition } from "./provider.js";

const LAST_PAGE_MS = 1_500;
const LONGEST_TARGET = 8_192;
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  connection: "close",
  allow: "GET",
};

/** Constant: nothing that came with a request is ever shown. */
const PAGES = {
  linked: page("Account linked", "You can close this window and go back to the program."),
  failed: page("Not linked", "The program shows the reason. You can close this window."),
  refused: page("Not expected", "This address serves one sign-in of one program."),
};

function page(title: string, text: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width">`;
  const html = `${head}<title>${title}</title><h1>${title}</h1><p>${text}</p>`;
  return `<!doctype html><html lang="en">${html}</html>`;
}

/** The loopback listener of one sign-in (RFC 8252, section 7.3). Close it on every path. */
export class CallbackServer {
  readonly redirectUri: string;
  readonly isListening: boolean;
  readonly #servers: readonly http.Server[];
  readonly #base: URL;
  readonly #redirect = deferred<URL>();
  readonly #lastPage = deferred<http.ServerResponse>();
  #accepts: (url: URL) => boolean = () => false;
  #redirected = false;

  /** The servers are bound already. Without any, the redirect has to be pasted. */
  constructor(servers: readonly http.Server[], base: URL) {
    this.#servers = servers;
    this.#base = base;
    this.redirectUri = base.href;
    this.isListening = servers.length > 0;
    for (const server of servers) server.on("request", this.#answer);
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
    await closeAll(this.#servers);
  }

  async #show(text: string): Promise<void> {
    const limit = delay(LAST_PAGE_MS, undefined, { ref: false });
    const browser = await Promise.race([this.#lastPage.promise, limit]);
    if (browser === undefined || browser.headersSent) return;
    browser.writeHead(200, HEADERS).end(text);
    await Promise.race([once(browser, "close"), limit]);
  }

  #answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const target = request.url ?? "";
    const url = URL.canParse(target, this.redirectUri) ? new URL(target, this.#base) : undefined;
    const isOwn = url?.origin === this.#base.origin && target.startsWith("/");
    const refuse = (status: number) => response.writeHead(status, HEADERS).end(PAGES.refused);
    // A foreign name that leads here by DNS is not us.
    if (request.headers.host !== this.#base.host) refuse(421);
    else if (!isOwn || target.length > LONGEST_TARGET) refuse(400);
    else if (url.pathname !== this.#base.pathname) refuse(404);
    else if (request.method !== "GET") refuse(405);
    else if (this.#redirected && url.search === "") this.#lastPage.resolve(response);
    else if (this.#redirected || !this.#accepts(url)) refuse(400);
    else {
      this.#redirected = true;
      // The code leaves the address bar (RFC 9700, section 4.3.1).
      response.writeHead(303, { ...HEADERS, location: this.#base.pathname }).end();
      this.#redirect.resolve(url);
    }
  };
}

/** Binds the loopback addresses. Throws `port_in_use`, which says what changes the port. */
export async function startCallbackServer(redirect: RedirectDefinition): Promise<CallbackServer> {
  const { host, port, path } = redirect;
  const servers: http.Server[] = [];
  try {
    const first = await bind(servers, "127.0.0.1", port);
    // "localhost" may lead to either address: another program on the second would get the code.
    const isOne = first !== undefined && host === "127.0.0.1";
    const second = isOne ? undefined : await bind(servers, "::1", first ?? port);
    const name = first === undefined && host === "127.0.0.1" ? "[::1]" : host;
    return new CallbackServer(servers, new URL(path, `http://${name}:${first ?? second}`));
  } catch (cause) {
    await closeAll(servers);
    const message = `Port ${port} of this machine cannot be used (${errorCode(cause)}).`;
    const advice = `End the program that uses it, or set ${VARIABLES.redirectPort} to another`;
    throw new IntegrationError("port_in_use", `${message} ${advice}.`, { cause });
  }
}

/** Gives the port, or undefined where the machine has no such address. */
function bind(servers: http.Server[], host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = http.createServer(LIMITS);
    server.once("error", (error) => {
      const isMissing = /^(EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(errorCode(error) ?? "");
      if (isMissing) resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      servers.push(server);
      const address = server.address();
      resolve(typeof address === "object" ? address?.port : undefined);
    });
  });
}

async function closeAll(servers: readonly http.Server[]): Promise<void> {
  const closing = servers.map((server) => new Promise((resolve) => server.close(resolve)));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closing);
}

function deferred<T>() {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value: T) => settle?.(value) };
}
