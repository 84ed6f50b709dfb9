// Yours to change: this file is written once, and no update of the template touches it.
import { createHmac } from "node:crypto";
import { defineHooks } from "./provider/hooks.js";

/** Every request is signed, and the client secret itself is never sent. */
export const hooks = defineHooks({
  /** Over the parameters, sorted by their names and written as a form, with the client secret. */
  onTokenRequest(request, { credential }) {
    const parameters = new URLSearchParams(request.parameters);
    parameters.delete("client_secret");
    parameters.set("timestamp", now());
    parameters.sort();
    const secret = credential.clientSecret?.reveal() ?? "";
    parameters.set("signature", sign(secret, parameters.toString()));
    return { ...request, parameters };
  },

  /** Over method, path with query, and time, with the access token. */
  onApiRequest(request, token) {
    const { method, url } = request;
    const timestamp = now();
    const headers = new Headers(request.headers);
    headers.set("x-timestamp", timestamp);
    headers.set(
      "x-signature",
      sign(token, [method, url.pathname + url.search, timestamp].join("\n")),
    );
    return { ...request, headers };
  },
});

/** Seconds since the epoch. */
function now(): string {
  return String(Math.floor(Date.now() / 1000));
}

function sign(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}
