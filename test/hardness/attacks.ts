import { randomBytes } from "node:crypto";
import type net from "node:net";
import {
  brotliCompressSync,
  createBrotliCompress,
  createDeflate,
  createGzip,
  gzipSync,
} from "node:zlib";
import { SECRET } from "./desk.js";
import { type Answer, type Arrived, json, whole } from "./server.js";

/** What three commands make of an answer: "ok", or the code of the error. */
export interface Outcomes {
  readonly refresh: string;
  readonly link: string;
  readonly call: string;
}

export interface Attack extends Outcomes {
  readonly name: string;
  readonly answer: Answer;
  /** What a connection gets before it asks. */
  readonly greet?: (connection: net.Socket) => void;
  /** Where the library does better than the program. */
  readonly library?: Partial<Outcomes>;
}

type Content = string | Buffer;
type Body = Content | ((request: Arrived) => Content);

const GB = 2 ** 30;
const MB = 2 ** 20;
const NO_ANSWER: Outcomes = {
  refresh: "network_error",
  link: "network_error",
  call: "network_error",
};
const FINE: Outcomes = { refresh: "ok", link: "ok", call: "ok" };
const DOWN: Outcomes = {
  refresh: "temporarily_unavailable",
  link: "temporarily_unavailable",
  call: "temporarily_unavailable",
};
/** An answer with no token in it. */
const NO_TOKEN: Outcomes = {
  refresh: "temporarily_unavailable",
  link: "authorization_failed",
  call: "ok",
};

export const isToken = ({ path }: Arrived): boolean => path.startsWith("/token");
const TOKEN = {
  access_token: `${SECRET}access-2`,
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: `${SECRET}refresh-2`,
};
/** The answer that was asked for, with more in it. */
export const good = (request: Arrived, more: object = {}): Buffer =>
  json(isToken(request) ? { ...TOKEN, ...more } : { fine: true, ...more });

const send =
  (content: Body): Answer =>
  (connection, request) =>
    void connection.write(typeof content === "function" ? content(request) : content);
const sendAndEnd =
  (content: Body): Answer =>
  (connection, request) =>
    void connection.end(typeof content === "function" ? content(request) : content);
const sendAndReset =
  (content: string): Answer =>
  (connection) =>
    void connection.write(content, () => setTimeout(() => connection.resetAndDestroy(), 20));

/** Writes for ever, as fast as it is read. */
const flood =
  (head: string, part: Content): Answer =>
  (connection) => {
    connection.write(head);
    const more = (): void => {
      while (connection.writable && connection.write(part));
    };
    connection.on("drain", more);
    more();
  };

/** Writes for ever, a little at a time. */
const drip =
  (head: string, part: (index: number) => string): Answer =>
  (connection) => {
    connection.write(head);
    let index = 0;
    const timer = setInterval(() => connection.write(part((index += 1))), 200);
    connection.on("close", () => clearInterval(timer));
  };

const JSON_TYPE = { "content-type": "application/json" };
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const text = (body: Body, more = {}) =>
  send((request) =>
    whole(200, { ...JSON_TYPE, ...more }, typeof body === "function" ? body(request) : body),
  );

/** 1 GB of spaces, packed. */
const bombs = new Map<string, Buffer>();
const packed = (coding: string) =>
  text(() => bombs.get(coding) ?? "", { "content-encoding": coding });

/** Packs the bombs: some seconds. */
export async function makeBombs(): Promise<void> {
  const spaces = Buffer.alloc(16 * MB, " ");
  const packers = { gzip: createGzip(), deflate: createDeflate(), br: createBrotliCompress() };
  const packing = Object.entries(packers).map(async ([coding, packer]) => {
    const chunks: Buffer[] = [];
    packer.on("data", (chunk: Buffer) => chunks.push(chunk));
    for (let bytes = 0; bytes < GB; bytes += spaces.length) {
      if (!packer.write(spaces)) await new Promise((resolve) => packer.once("drain", resolve));
    }
    await new Promise<void>((resolve) => packer.end(resolve));
    bombs.set(coding, Buffer.concat(chunks));
  });
  await Promise.all(packing);
  const gzip = bombs.get("gzip") ?? Buffer.alloc(0);
  bombs.set("gzip, gzip", gzipSync(gzip)).set("gzip, br", brotliCompressSync(gzip));
}

const attack = (outcomes: Outcomes, name: string, answer: Answer): Attack => ({
  ...outcomes,
  name,
  answer,
});
const silent: Answer = () => undefined;

/** What a server may do at once. */
export const ATTACKS: readonly Attack[] = [
  // The connection.
  { ...attack(NO_ANSWER, "reset at once", silent), greet: (one) => one.resetAndDestroy() },
  { ...attack(NO_ANSWER, "closed at once", silent), greet: (one) => one.end() },
  attack(NO_ANSWER, "reset after the request", (one) => one.resetAndDestroy()),
  attack(NO_ANSWER, "closed after the request", (one) => one.end()),
  attack(NO_ANSWER, "reset after the status", sendAndReset("HTTP/1.1 200 OK\r\n")),
  attack(NO_ANSWER, "reset in the headers", sendAndReset(`${HEAD}content-le`)),
  attack(NO_ANSWER, "reset in the body", sendAndReset(`${HEAD}content-length: 99\r\n\r\n{"ac`)),
  attack(NO_ANSWER, "closed in the headers", sendAndEnd(HEAD)),
  // The length.
  attack(NO_ANSWER, "cut off", sendAndEnd(`${HEAD}content-length: 999\r\n\r\n{"access`)),
  attack(NO_ANSWER, "cut off in a chunk", sendAndEnd(`${CHUNKED}20\r\n{"access`)),
  attack(NO_ANSWER, "cut off between chunks", sendAndEnd(`${CHUNKED}2\r\n{}\r\n`)),
  attack(NO_ANSWER, "a chunk of no size", send(`${CHUNKED}zz\r\n{}\r\n0\r\n\r\n`)),
  attack(NO_ANSWER, "a chunk too large to count", send(`${CHUNKED}${"f".repeat(17)}\r\n{}\r\n`)),
  attack(NO_ANSWER, "a negative length", send(`${HEAD}content-length: -1\r\n\r\n{}`)),
  attack(NO_ANSWER, "two lengths", send(`${HEAD}content-length: 2\r\ncontent-length: 9\r\n\r\n{}`)),
  attack(
    NO_ANSWER,
    "a length and chunks",
    send(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  ),
  // The size.
  attack(NO_ANSWER, "chunks without end", flood(CHUNKED, `4000\r\n${" ".repeat(0x4000)}\r\n`)),
  attack(NO_ANSWER, "a body without end", flood(`${HEAD}\r\n`, Buffer.alloc(MB, " "))),
  attack(
    NO_ANSWER,
    "a body of a petabyte",
    flood(`${HEAD}content-length: ${GB * MB}\r\n\r\n`, Buffer.alloc(MB, " ")),
  ),
  attack(
    NO_ANSWER,
    "a chunk with attributes without end",
    flood(`${CHUNKED}2;`, "a=b;".repeat(999)),
  ),
  attack(NO_ANSWER, "trailers without end", flood(`${CHUNKED}0\r\n`, "a: b\r\n".repeat(999))),
  attack(NO_ANSWER, "a status without end", flood("HTTP/1.1 200 ", "O".repeat(9_999))),
  attack(NO_ANSWER, "a header without end", flood(`${HEAD}x: `, "x".repeat(9_999))),
  attack(NO_ANSWER, "headers without end", flood(HEAD, "a: b\r\n".repeat(999))),
  attack(NO_ANSWER, "a header of 1 MB", text("{}", { x: "x".repeat(MB) })),
  attack(FINE, "1,000 headers", (connection, request) => {
    const headers = Array.from({ length: 1_000 }, (_, index) => `a${index}: b\r\n`).join("");
    connection.write(String(good(request)).replace("\r\n", `\r\n${headers}`));
  }),
  attack(NO_ANSWER, "1 GB, gzip", packed("gzip")),
  attack(NO_ANSWER, "1 GB, br", packed("br")),
  attack(NO_ANSWER, "1 GB, deflate", packed("deflate")),
  attack({ ...NO_TOKEN, call: "api_error" }, "1 GB, gzip twice", packed("gzip, gzip")),
  attack({ ...NO_TOKEN, call: "api_error" }, "1 GB, gzip and br", packed("gzip, br")),
  attack(NO_ANSWER, "no gzip", text("{}", { "content-encoding": "gzip" })),
  attack(NO_ANSWER, "no br", text("{}", { "content-encoding": "br" })),
  attack(
    NO_ANSWER,
    "half a gzip",
    text(gzipSync(randomBytes(999)).subarray(0, 500), { "content-encoding": "gzip" }),
  ),
  attack(FINE, "an unknown coding", (connection, request) => {
    connection.write(String(good(request)).replace("\r\n", "\r\ncontent-encoding: none\r\n"));
  }),
  // The protocol.
  attack(NO_ANSWER, "noise", sendAndEnd(randomBytes(9_999))),
  attack(NO_ANSWER, "another protocol", send("SSH-2.0-OpenSSH_9.2\r\n")),
  attack(NO_ANSWER, "an alert of TLS", send(Buffer.from([21, 3, 3, 0, 2, 2, 70]))),
  attack(NO_ANSWER, "only a page", sendAndEnd("<!doctype html><title>Hello</title>")),
  attack(NO_ANSWER, "version 9", send("HTTP/9.9 200 OK\r\n\r\n{}")),
  attack(
    NO_ANSWER,
    "another protocol by upgrade",
    send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
  ),
  attack(FINE, "answers on the way", (connection, request) => {
    connection.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(99));
    connection.write(good(request));
  }),
  attack(FINE, "two answers to one request", (connection, request) => {
    connection.write(Buffer.concat([good(request), json({ error: "second" }, 400)]));
  }),
  // The content.
  attack(NO_TOKEN, "a page", send(whole(200, { "content-type": "text/html" }, "<p>Hello</p>"))),
  attack({ ...NO_TOKEN, call: "api_error" }, "half of the JSON", text('{"access_token": "x')),
  attack(NO_TOKEN, "an empty body", text("")),
  attack(NO_TOKEN, "no content", send("HTTP/1.1 204 No Content\r\n\r\n")),
  attack(NO_TOKEN, "null", text("null")),
  attack(NO_TOKEN, "a list", text("[1]")),
  attack({ ...NO_TOKEN, call: "api_error" }, "UTF-16", (connection, request) => {
    const body = Buffer.from(String(good(request)).split("\r\n\r\n")[1] ?? "", "utf16le");
    connection.write(whole(200, { "content-type": "application/json; charset=utf-16le" }, body));
  }),
  attack(
    { refresh: "authorization_failed", link: "authorization_failed", call: "ok" },
    "broken UTF-8",
    text(Buffer.from('{"access_token": "x\xff\xfe"}', "latin1")),
  ),
  attack(FINE, "a byte order mark", (connection, request) => {
    const body = String(good(request)).split("\r\n\r\n")[1] ?? "";
    connection.write(whole(200, JSON_TYPE, `\uFEFF${body}`));
  }),
  attack({ ...NO_TOKEN, call: "api_error" }, "lists in lists", text(shaped("[", ""))),
  attack({ ...NO_TOKEN, call: "ok" }, "lists in lists, all closed", text(nested(50_000))),
  attack({ ...NO_TOKEN, call: "api_error" }, "many empty objects", text(shaped("{},", "0]"))),
  attack(NO_TOKEN, "many numbers", text(shaped("0,", "0]"))),
  attack(
    NO_TOKEN,
    "many names",
    text((request) => `{${names(request, (name) => `"${name}":0`, ",")}}`),
  ),
  attack(
    { ...NO_TOKEN, call: "api_error" },
    "many names in a form",
    text((request) => `a=b&${names(request, String, "&")}`),
  ),
  attack(FINE, "a token among lists in lists", (connection, request) => {
    const lists = JSON.parse(nested(1_000)) as unknown;
    connection.write(isToken(request) ? good(request, { lists }) : good(request));
  }),
  attack(
    { refresh: "authorization_failed", link: "authorization_failed", call: "ok" },
    "a token among very many lists in lists",
    (connection, request) => {
      const token = JSON.stringify(TOKEN).slice(1);
      const body = Buffer.from(`{"lists":${nested(50_000)},${token}`);
      connection.write(isToken(request) ? whole(200, JSON_TYPE, body) : good(request));
    },
  ),
  attack(FINE, "a large token", (connection, request) => {
    const more = { access_token: `${SECRET}${"x".repeat(200_000)}` };
    connection.write(isToken(request) ? good(request, more) : good(request));
  }),
  attack(
    { refresh: "authorization_failed", link: "authorization_failed", call: "api_error" },
    "an error of 1 MB",
    send((request) => {
      const length = largest(request) / 2 - 99;
      const error = { error: "e".repeat(length), error_description: "d".repeat(length) };
      return json(error, 400);
    }),
  ),
  // Nothing of what was sent is shown, wherever it comes back.
  ...[400, 401, 403, 404, 500].flatMap((status) => [
    attack(
      refusal(status, "a page"),
      `${status} with the request as a page`,
      (connection, request) => {
        connection.write(whole(status, { "content-type": "text/html" }, echo(request)));
      },
    ),
    attack(
      refusal(status, "JSON"),
      `${status} with the request as the error`,
      (connection, request) => {
        connection.write(json({ error: echo(request), error_description: echo(request) }, status));
      },
    ),
  ]),
  attack(DOWN, "429", send(json({}, 429))),
  attack(DOWN, "503", send(json({}, 503))),
  attack(DOWN, "999", send(json({}, 999))),
];

/** The largest body that is read. */
const largest = (request: Arrived): number => (isToken(request) ? MB / 4 : MB);

/** As much JSON as is read. */
function shaped(part: string, end: string): Body {
  return (request) => `[${part.repeat((largest(request) - 9) / part.length)}${end}`;
}

/** As many names as are read. */
function names(request: Arrived, print: (name: string) => string, separator: string): string {
  const all = Array.from({ length: largest(request) / 10 }, (_, index) =>
    print(index.toString(36)),
  );
  return all.join(separator);
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

/** All that the client sent: the form's values each by itself, and the headers. */
function echo({ head, body }: Arrived): string {
  const secrets = [...new URLSearchParams(body)].filter(([name]) => name !== "grant_type");
  return `${secrets.map(([, value]) => value).join(" ")} ${body} ${head}`;
}

function refusal(status: number, kind: string): Outcomes {
  if (status >= 500) return DOWN;
  const call = status === 401 ? "temporarily_unavailable" : "api_error";
  if (status === 401) {
    const code = kind === "JSON" ? "authorization_failed" : "misconfigured";
    return {
      refresh: code,
      link: code,
      call: kind === "JSON" ? "authorization_failed" : "misconfigured",
    };
  }
  if (kind === "JSON")
    return { refresh: "authorization_failed", link: "authorization_failed", call };
  return { ...NO_TOKEN, call };
}

/** What a server may do for ever. */
export const SLOW_ATTACKS: readonly Attack[] = [
  attack(NO_ANSWER, "silence", silent),
  attack(
    NO_ANSWER,
    "a status by drips",
    drip("", (index) => "HTTP/1.1 200 OK"[index - 1] ?? "O"),
  ),
  attack(
    NO_ANSWER,
    "headers by drips",
    drip(HEAD, (index) => `a${index}: b\r\n`),
  ),
  attack(
    NO_ANSWER,
    "a body by drips",
    drip(`${HEAD}content-length: 99999\r\n\r\n`, () => " "),
  ),
  attack(
    NO_ANSWER,
    "chunks by drips",
    drip(CHUNKED, () => "1\r\n \r\n"),
  ),
  attack(NO_ANSWER, "a body that stops", send(`${HEAD}content-length: 9\r\n\r\n{`)),
  attack(
    NO_ANSWER,
    "answers on the way, for ever",
    drip("", () => "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(999)),
  ),
];
