import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

/** A page of a real browser, driven over the DevTools protocol. */
export interface Page {
  /** Goes to an address, and waits until it has loaded. */
  readonly open: (url: string) => Promise<void>;
  /** The value of an expression in the page. */
  readonly evaluate: <Value>(expression: string) => Promise<Value>;
  /** Types into what has the focus. */
  readonly type: (text: string) => Promise<void>;
  readonly look: (window: Window) => Promise<void>;
  /** A PNG of what is seen, or of a part of it. */
  readonly picture: (part?: Part) => Promise<Buffer>;
  /** Addresses that were asked for so far. */
  readonly requests: readonly string[];
  /** What the browser complained about: scripts, styles and the policy that refuses them. */
  readonly complaints: readonly string[];
}

/** What the window is like. */
interface Window {
  /** In CSS pixels. */
  readonly width: number;
  readonly height?: number;
  /** The colours that the person likes. */
  readonly colours: "light" | "dark";
  /** Pixels of the screen for each CSS pixel. */
  readonly scale?: number;
}

/** A part of the window, in CSS pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** The id of the last command. */
const CLOSING = 1_000_000;
/** Milliseconds that one command or one page may take. */
const LIMIT = 30_000;

/** Starts Chromium without a window, with a profile of its own and more flags, and opens a page. Dispose of it at the end. */
export async function startBrowser(...more: readonly string[]): Promise<Page & AsyncDisposable> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "browser-"));
  const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"];
  const chromium = spawn(
    "chromium",
    [...flags, ...more, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let address = "";
  for await (const line of createInterface(chromium.stderr)) {
    address = /^DevTools listening on (ws:\S+)$/u.exec(line)?.[1] ?? "";
    if (address !== "") break;
  }
  chromium.stderr.resume();
  const socket = new WebSocket(address);
  await once(socket, "open");
  const page = await openPage(socket);
  return {
    ...page,
    [Symbol.asyncDispose]: async () => {
      // It ends its own processes; killed, they would still write into the profile.
      const ended = once(chromium, "exit");
      const limit = setTimeout(() => chromium.kill("SIGKILL"), LIMIT);
      socket.send(JSON.stringify({ id: CLOSING, method: "Browser.close" }));
      await ended;
      clearTimeout(limit);
      fs.rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

async function openPage(socket: WebSocket): Promise<Page> {
  const waiting = new Map<number, (message: Message) => void>();
  const events = new Map<string, (params: Readonly<Record<string, unknown>>) => void>();
  socket.on("message", (text) => {
    const message = JSON.parse(String(text)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else events.get(message.method ?? "")?.(message.params ?? {});
  });
  let count = 0;
  let session: string | undefined;
  const send = async (method: string, params: object = {}): Promise<Record<string, unknown>> => {
    const id = ++count;
    const answer = new Promise<Message>((resolve, reject) => {
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`${method} had no answer`)), LIMIT).unref();
    });
    socket.send(JSON.stringify({ id, method, params, ...(session && { sessionId: session }) }));
    const { result, error } = await answer;
    waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return { ...result };
  };
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const attached = await send("Target.attachToTarget", { targetId, flatten: true });
  session = String(attached["sessionId"]);

  const requests: string[] = [];
  const complaints: string[] = [];
  const entryOf = ({ entry }: Readonly<Record<string, unknown>>) =>
    entry as { readonly text: string; readonly url?: string };
  events.set("Network.requestWillBeSent", ({ request }) => {
    requests.push((request as { readonly url: string }).url);
  });
  events.set("Log.entryAdded", (params) => {
    const { text, url = "" } = entryOf(params);
    // Every browser asks for an icon by itself.
    if (!url.endsWith("/favicon.ico")) complaints.push(text);
  });
  for (const domain of ["Page", "Network", "Log", "Runtime"]) await send(`${domain}.enable`);
  return {
    requests,
    complaints,
    open: async (url) => {
      const loaded = new Promise<void>((resolve, reject) => {
        events.set("Page.loadEventFired", () => resolve());
        setTimeout(() => reject(new Error(`${url} did not load`)), LIMIT).unref();
      });
      await send("Page.navigate", { url });
      await loaded;
    },
    evaluate: async <Value>(expression: string) => {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
        // What a click of a person may do: open another window.
        userGesture: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value: Value }).value;
    },
    look: async ({ width, height = 640, colours, scale = 1 }) => {
      await send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: scale,
        mobile: width < 600,
      });
      const features = [{ name: "prefers-color-scheme", value: colours }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    type: async (text) => void (await send("Input.insertText", { text })),
    picture: async (part) => {
      const { data } = await send("Page.captureScreenshot", {
        ...(part && { clip: { ...part, scale: 1 } }),
      });
      return Buffer.from(String(data), "base64");
    },
  };
}
