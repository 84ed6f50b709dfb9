// Managed by the template: updates carry fixes for this file, so better do not edit it.
import http from "node:http";
import { setTimeout as delay } from "node:timers/promises";
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
  return `<!doctype html><html lang="en">${head}<title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;
}

/** The loopback listener of one sign-in (RFC 8252, section 7.3). Close it on every path. */
export class CallbackServer {
  readonly redirectUri: string;
  readonly #servers: readonly http.Server[];
  readonly #base: URL;
  readonly #redirect = deferred<URL>();
  readonly #outcome = deferred<"linked" | "failed">();
  readonly #pageShown = deferred<void>();
  #accepts: (url: URL) => boolean = () => false;
  #redirected = false;

  /** For `startCallbackServer`, which binds first. */
  constructor(servers: readonly http.Server[], base: URL) {
    this.#servers = servers;
    this.#base = base;
    this.redirectUri = base.href;
    for (const server of servers) server.on("request", this.#answer);
  }

  /** The first redirect that is accepted. Others are refused and end nothing. */
  receive(accepts: (url: URL) => boolean): Promise<URL> {
    this.#accepts = accepts;
    return this.#redirect.promise;
  }

  /** Shows the outcome to a browser that was redirected here, and closes. */
  async close(outcome: "linked" | "failed"): Promise<void> {
    this.#accepts = () => false;
    this.#outcome.resolve(outcome);
    // The timer keeps no process alive.
    const limit = delay(this.#redirected ? LAST_PAGE_MS : 0, undefined, { ref: false });
    await Promise.race([this.#pageShown.promise, limit]);
    await closeAll(this.#servers);
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
    else if (this.#redirected && url.search === "") void this.#showOutcome(response);
    else if (this.#redirected || !this.#accepts(url)) refuse(400);
    else {
      this.#redirected = true;
      // The code leaves the address bar (RFC 9700, section 4.3.1).
      response.writeHead(303, { ...HEADERS, location: this.#base.pathname }).end();
      this.#redirect.resolve(url);
    }
  };

  /** Waits for the end of the sign-in, so that the page never claims more than what happened. */
  async #showOutcome(response: http.ServerResponse): Promise<void> {
    const outcome = await this.#outcome.promise;
    response.once("close", this.#pageShown.resolve);
    response.writeHead(200, HEADERS).end(PAGES[outcome]);
  }
}

/** Binds the loopback addresses. Throws `port_in_use`, which names the variable that changes the port. */
export async function startCallbackServer(
  options: RedirectDefinition & { readonly portVariable: string },
): Promise<CallbackServer> {
  const { host, port, path, portVariable } = options;
  const servers: http.Server[] = [];
  try {
    const isBound = await bind(servers, "127.0.0.1", port);
    // "localhost" may lead to either address: another program on the second would get the code.
    if (!isBound || host === "localhost") await bind(servers, "::1", portOf(servers) || port);
    const name = isBound || host === "localhost" ? host : "[::1]";
    return new CallbackServer(servers, new URL(path, `http://${name}:${portOf(servers)}`));
  } catch (cause) {
    await closeAll(servers);
    const message = `Port ${port} of this machine cannot be used (${errorCode(cause)}).`;
    const advice = `Close the program that uses it, or set ${portVariable} to another port`;
    throw new IntegrationError("port_in_use", `${message} ${advice}.`, { cause });
  }
}

/** Gives false where the machine has no such address. */
function bind(servers: http.Server[], host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = http.createServer(LIMITS);
    server.maxConnections = 32;
    server.once("error", (error) => {
      const isMissing = /^(EADDRNOTAVAIL|EAFNOSUPPORT)$/.test(errorCode(error) ?? "");
      if (isMissing) resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => resolve(servers.push(server) > 0));
  });
}

function portOf([server]: readonly http.Server[]): number {
  const address = server?.address();
  return typeof address === "object" && address !== null ? address.port : 0;
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
