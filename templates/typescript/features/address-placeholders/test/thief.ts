import { createServer } from "node:http";
import { onTestFinished } from "vitest";

/** Another server on this machine that would take any token: who connects to it was led astray. */
export async function startThief(): Promise<{ port: number; visits: string[] }> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`);
    response.end('{"id":"alice","name":"Alice","access_token":"x","token_type":"bearer"}');
  });
  server.on("connection", () => visits.push("a connection"));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, visits };
}
