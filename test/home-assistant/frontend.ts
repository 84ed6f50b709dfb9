import { WebSocket } from "ws";
import type { HomeAssistant } from "./process.js";

/** Home Assistant as its frontend in a browser talks to it, for an owner who has just been made. */
export interface Frontend extends Disposable {
  readonly origin: string;
  readonly request: <Answer>(method: string, path: string, body?: object) => Promise<Answer>;
  /** A command over the websocket, and its result. */
  readonly command: <Result>(type: string, members?: object) => Promise<Result>;
  /** Calls for each event of a type, from now on. */
  readonly onEvent: <Data>(type: string, take: (data: Data) => void) => Promise<void>;
}

export const OWNER = { username: "ada", password: "a-password-of-a-test" } as const;

/** Makes the owner and signs in. */
export async function onboard({ origin }: HomeAssistant): Promise<Frontend> {
  const clientId = `${origin}/`;
  const { auth_code: code } = await send<{ readonly auth_code: string }>(
    `POST ${origin}/api/onboarding/users`,
    { ...OWNER, name: "Ada", language: "en", client_id: clientId },
  );
  const answer = await fetch(`${origin}/auth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "authorization_code", code, client_id: clientId }),
  });
  const { access_token: token } = (await answer.json()) as { readonly access_token: string };
  const request: Frontend["request"] = (method, path, body) =>
    send(`${method} ${origin}${path}`, body, token);
  await request("POST", "/api/onboarding/analytics");
  await request("POST", "/api/onboarding/integration", {
    client_id: clientId,
    redirect_uri: `${origin}/?auth_callback=1`,
  });
  return { origin, request, ...(await connect(origin, token)) };
}

async function send<Answer>(what: string, body?: object, token?: string): Promise<Answer> {
  const [method = "", url = ""] = what.split(" ");
  const answer = await fetch(url, {
    method,
    headers: {
      // What makes the redirect URI, where My Home Assistant does not.
      "HA-Frontend-Base": new URL(url).origin,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${what} gave ${answer.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

type Message =
  | { readonly type: "auth_required" }
  | { readonly type: "auth_ok" }
  | { readonly type: "auth_invalid"; readonly message: string }
  | { readonly type: "event"; readonly id: number; readonly event: { readonly data: unknown } }
  | {
      readonly type: "result";
      readonly id: number;
      readonly success: boolean;
      readonly result: unknown;
      readonly error?: unknown;
    };

type Socket = Pick<Frontend, "command" | "onEvent"> & Disposable;

async function connect(origin: string, token: string): Promise<Socket> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/api/websocket`, { origin });
  const results = new Map<number, (message: Message & { readonly type: "result" }) => void>();
  const events = new Map<number, (data: unknown) => void>();
  let id = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (text) => {
      const message = JSON.parse(String(text)) as Message;
      if (message.type === "auth_required")
        socket.send(JSON.stringify({ type: "auth", access_token: token }));
      else if (message.type === "auth_ok") resolve();
      else if (message.type === "auth_invalid") reject(new Error(message.message));
      else if (message.type === "event") events.get(message.id)?.(message.event.data);
      else results.get(message.id)?.(message);
    });
  });
  const command = <Result>(type: string, members: object = {}) =>
    new Promise<Result>((resolve, reject) => {
      results.set(++id, ({ success, result, error }) => {
        if (success) resolve(result as Result);
        else reject(new Error(`${type}: ${JSON.stringify(error)}`));
      });
      socket.send(JSON.stringify({ id, type, ...members }));
    });
  return {
    command,
    onEvent: async (type, take) => {
      events.set(id + 1, (data) => take(data as Parameters<typeof take>[0]));
      await command("subscribe_events", { event_type: type });
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
