import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { apiPathOf, callApi } from "./api.js";
import { authorize } from "./authorization.js";
import { type ServerOptions, type WireAnswers, withPorts } from "./declared.js";
import { authorizeDevice } from "./device.js";
import { answerHook } from "./hooks.js";
import { readRequest, type WireRequest } from "./requests.js";
import { revoke } from "./revocation.js";
import { Refused, TurnedAway } from "./texts.js";
import { answerTokenRequest } from "./token.js";
import {
  endpointOf,
  endRequest,
  json,
  makeWire,
  type SeenRequest,
  wentTo,
  type Wire,
  type WireAnswer,
} from "./wire.js";

export interface StrictServer extends AsyncDisposable {
  /** With the ports put in. */
  readonly answers: WireAnswers;
  /** Behaves otherwise from now on. */
  readonly become: (options: ServerOptions) => void;
  readonly wire: Wire;
  readonly ports: readonly number[];
}

/**
 * An authorization server with its API, on two ports of loopback, that does what one answers document declares (with PORT and
 * OTHER_PORT for its ports) and refuses everything else. Everybody is signed in there and agrees.
 */
export async function startStrictServer(
  document: WireAnswers,
  options: ServerOptions = {},
  redirectPort = 0,
): Promise<StrictServer> {
  const servers = [createServer(), createServer()] as const;
  const [PORT, OTHER_PORT] = await Promise.all([listen(servers[0]), listen(servers[1])]);
  const ports = { PORT, OTHER_PORT, REDIRECT_PORT: redirectPort };
  const answers = withPorts(document, ports);
  const wire = makeWire(answers, withPorts(options, ports), `http://127.0.0.1:${PORT}`);
  for (const server of servers)
    server.on("request", (message: IncomingMessage, response: ServerResponse) => {
      void respond(wire, message, response);
    });
  return {
    answers,
    become: (other) => {
      wire.options = withPorts(other, ports);
      wire.variables = { ...wire.variables, ...wire.options.variables };
    },
    wire,
    ports: [PORT, OTHER_PORT],
    [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map(close))),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function respond(
  wire: Wire,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = readQuery(wire, await readRequest(message));
  const seen: SeenRequest = { kind: "unknown", method: request.method, path: request.path };
  wire.log.push(seen);
  const { status, headers, body } = answer(wire, request, seen);
  response.writeHead(status, headers).end(body);
}

function readQuery({ options }: Wire, request: WireRequest): WireRequest {
  if (options.queriesOfUris !== true) return request;
  return { ...request, query: new URLSearchParams(request.query).toString() };
}

/** The answer; a request that is not what the answers declare gets a plain error, and stands in the list of refusals. */
function answer(wire: Wire, request: WireRequest, seen: SeenRequest): WireAnswer {
  try {
    return route(wire, request, seen);
  } catch (error) {
    if (error instanceof TurnedAway) return json(error.status, { error: error.message });
    const reason = error instanceof Refused ? error.message : String(error);
    wire.refusals.push({ kind: seen.kind, reason: `${request.method} ${request.path}: ${reason}` });
    return json(400, { error: "invalid_request", error_description: reason });
  } finally {
    endRequest(wire);
  }
}

function route(wire: Wire, request: WireRequest, seen: SeenRequest): WireAnswer {
  const went = (endpoint: Parameters<typeof endpointOf>[1]) =>
    wentTo(request, endpointOf(wire, endpoint));
  const hooked = answerHook(wire, request, seen);
  if (hooked !== undefined) return hooked;
  // One address may be both.
  if (went("authorizationUrl") && !(request.method === "POST" && went("tokenUrl"))) {
    seen.kind = "authorization";
    return authorize(wire, request);
  }
  if (went("tokenUrl") || went("refreshUrl")) return answerTokenRequest(wire, request, seen);
  if (went("deviceAuthorizationUrl")) {
    seen.kind = "device";
    return authorizeDevice(wire, request);
  }
  if (went("revocationUrl")) {
    seen.kind = "revocation";
    return revoke(wire, request);
  }
  if (apiPathOf(wire, request) !== undefined) return callApi(wire, request, seen);
  throw new Refused("there is nothing at this address");
}
