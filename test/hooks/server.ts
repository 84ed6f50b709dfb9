import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export const CLIENT = { id: "client-7", secret: "hush+hush/42==" } as const;

/** One request, as it came. */
export interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly location?: string;
  readonly body?: object;
}

/** What makes one service an odd one. */
export type Service = Readonly<Record<string, (seen: Seen, state: State) => Answer>>;

/** What the server remembers, and forgets when it is spent. */
export interface State {
  /** Challenges of PKCE by their codes. */
  readonly codes: Map<string, string>;
  readonly shortTokens: Set<string>;
  readonly tokens: Set<string>;
}

export interface OddServer extends AsyncDisposable {
  readonly origin: string;
  readonly state: State;
  /** What was refused, with the reason. */
  readonly refusals: readonly string[];
  /** What was answered with success. */
  readonly served: readonly string[];
  /** Begins anew. */
  readonly forget: () => void;
}

class Refused extends Error {
  readonly given: Answer;
  constructor(reason: string, given: Answer) {
    super(reason);
    this.given = given;
  }
}

const INVALID = { status: 400, body: { error: "invalid_request" } };

export function demand(isSo: boolean, reason: string, given: Answer = INVALID): asserts isSo {
  if (!isSo) throw new Refused(reason, given);
}

/** A server on loopback that serves what is exactly as its service wants it, and refuses everything else. */
export async function startOddServer(service: Service): Promise<OddServer> {
  const [refusals, served]: [string[], string[]] = [[], []];
  const state: State = { codes: new Map(), shortTokens: new Set(), tokens: new Set() };
  const http = createServer((message, response) => {
    void respond(message, response, (seen) => answer(service, seen, state, { refusals, served }));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    state,
    refusals,
    served,
    forget: () => {
      refusals.length = 0;
      served.length = 0;
      for (const known of Object.values(state)) known.clear();
    },
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function respond(
  message: IncomingMessage,
  response: ServerResponse,
  serve: (seen: Seen) => Answer,
): Promise<void> {
  const url = new URL(message.url ?? "/", "http://127.0.0.1");
  const { method = "", headers } = message;
  const {
    status = 200,
    location,
    body = {},
  } = serve({
    method,
    url,
    headers,
    body: await text(message),
  });
  response.writeHead(status, {
    "content-type": "application/json",
    ...(location !== undefined && { location }),
  });
  response.end(JSON.stringify(body));
}

function answer(
  service: Service,
  seen: Seen,
  state: State,
  log: { readonly refusals: string[]; readonly served: string[] },
): Answer {
  const name = `${seen.method} ${seen.url.pathname}`;
  try {
    const serve = name === "GET /authorize" ? authorize : service[name];
    demand(serve !== undefined, "there is no such thing here", { status: 404 });
    const given = serve(seen, state);
    log.served.push(name);
    return given;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    log.refusals.push(`${name}: ${error.message}`);
    return error.given;
  }
}

/** Everybody agrees at once. */
function authorize({ url }: Seen, { codes }: State): Answer {
  const query = url.searchParams;
  demand(query.get("client_id") === CLIENT.id, "another client");
  demand(query.get("code_challenge_method") === "S256", "no PKCE");
  const code = randomUUID();
  codes.set(code, query.get("code_challenge") ?? "");
  const redirect = new URL(query.get("redirect_uri") ?? "");
  redirect.searchParams.set("code", code);
  redirect.searchParams.set("state", query.get("state") ?? "");
  return { status: 302, location: redirect.href };
}
