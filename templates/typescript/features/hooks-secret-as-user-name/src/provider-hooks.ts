// Yours to change: this file is written once, and no update of the template touches it.
import { defineHooks } from "./provider/hooks.js";

/** The client's secret is a key that says by itself whose it is. */
export const hooks = defineHooks({
  /** The key goes as the user name of HTTP Basic, with an empty password, and nowhere else. */
  onTokenRequest(request, { credential }) {
    const secret = credential.clientSecret?.reveal() ?? "";
    const headers = new Headers(request.headers);
    headers.set("authorization", `Basic ${Buffer.from(`${secret}:`).toString("base64")}`);
    const parameters = new URLSearchParams(request.parameters);
    parameters.delete("client_id");
    parameters.delete("client_secret");
    return { ...request, headers, parameters };
  },
});
