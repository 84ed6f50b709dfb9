import type http from "node:http";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";

/** The proxy that `HTTPS_PROXY` and `NO_PROXY` name for a URL. A module of its own: few runs need it. */
export function proxyAgent(url: URL): http.Agent | undefined {
  const proxy = getProxyForUrl(url.href);
  return proxy === "" ? undefined : new HttpsProxyAgent(proxy);
}
