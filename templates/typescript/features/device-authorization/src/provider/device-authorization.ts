// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { setTimeout as delay } from "node:timers/promises";
import { IntegrationError, redact } from "../errors.js";
import type { FlowHost } from "../oauth/authorization-request.js";
import { capture, fillIn, type Integration, isSafe } from "../oauth/provider.js";
import { type Mechanism, required, secretsOf } from "../oauth/provider.js";
import { parseTokenAnswer, toRefusal } from "../oauth/token-answer.js";
import { authenticateClient, requestGrant, send } from "../oauth/token-endpoint.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    readonly deviceAuthorizationUrl?: string;
  }
}

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
const SLOWER_MS = 5_000;
const LONGEST_MS = 1_800_000;

/** Signs in on any device, where a short code is typed in (RFC 8628). */
export const deviceAuthorization: Mechanism = {
  options: {
    device: { type: "boolean", help: "show a code to enter on another device" },
  },
  readOptions({ device, paste, "no-browser": noBrowser }, canOpenBrowser) {
    const isChosen = paste === undefined && noBrowser === undefined && !canOpenBrowser;
    return { device: device === true || isChosen };
  },
  async authorizeDevice(integration, host, { scopes = [], signal, timeoutMs = LONGEST_MS }) {
    const problem = "The host has no show(): nobody would see the code.";
    if (host.show === undefined) throw new IntegrationError("usage", problem);
    checkNeedsNoRedirect(integration);
    const device = await requestCode(fillIn(integration), scopes);
    show(device, host);
    const life = Math.min(device.lifeMs, timeoutMs);
    // Not with AbortSignal.timeout: what only AbortSignal.any knows, Node 20 may collect.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(expired()), life);
    const end = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
    return poll(integration, device, end).finally(() => clearTimeout(timer));
  },
};

/** What a redirect says cannot be known on this way. Throws `misconfigured`. */
function checkNeedsNoRedirect(context: Integration): void {
  try {
    capture(context, "redirect", {});
  } catch (cause) {
    const message = "This provider says in the redirect what later requests need";
    const advice =
      "so it cannot be linked with a code: use a browser (--no-browser shows the address)";
    throw new IntegrationError("misconfigured", `${message}, ${advice}.`, { cause });
  }
}

interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same, with the code in it. */
  readonly completeUri: string | undefined;
  readonly lifeMs: number;
  readonly intervalMs: number;
}

/** RFC 8628, sections 3.1 and 3.2. */
async function requestCode(context: Integration, scopes: readonly string[]): Promise<DeviceCode> {
  const { deviceAuthorizationUrl, authorizationParams, scopeSeparator = " " } = context.provider;
  const url = new URL(required(deviceAuthorizationUrl, "deviceAuthorizationUrl"));
  const { clientId } = context.credential;
  const parameters = new URLSearchParams({ client_id: clientId });
  if (scopes.length > 0) parameters.set("scope", scopes.join(scopeSeparator));
  // What the access is for is named wherever it is asked for (RFC 8707, section 2).
  const resource = authorizationParams?.["resource"];
  if (resource) parameters.set("resource", resource);
  const headers = new Headers({ accept: "application/json" });
  authenticateClient(context, parameters, headers);
  const subject = "The device authorization endpoint";
  const request = { endpoint: "device_authorization", url, headers, parameters } as const;
  const answer = await send(context, subject, request);
  const { device_code, user_code, ...rest } = parseTokenAnswer(answer);
  // Google says "verification_url".
  const uri = rest["verification_uri"] ?? rest["verification_url"];
  if (!answer.ok || !isSafe(String(uri)) || typeof device_code !== "string" || !user_code) {
    const error = rest["error"] ?? "unreadable";
    const name = redact(String(error), secretsOf(context));
    throw toRefusal("sign-in", `${subject} gave no code (${answer.status})`, name, answer.status);
  }
  const complete = String(rest["verification_uri_complete"]);
  return {
    deviceCode: device_code,
    userCode: redact(String(user_code)),
    verificationUri: new URL(String(uri)).href,
    completeUri: isSafe(complete) ? new URL(complete).href : undefined,
    lifeMs: toMilliseconds(rest["expires_in"], 900),
    intervalMs: toMilliseconds(rest["interval"], 5),
  };
}

function toMilliseconds(said: unknown, usual: number): number {
  const seconds = Number(said) > 0 ? Number(said) : usual;
  return Math.min(Math.ceil(seconds * 1000), LONGEST_MS);
}

function show({ userCode, verificationUri, completeUri }: DeviceCode, host: FlowHost): void {
  const direct = completeUri === undefined ? "" : `\nor open ${completeUri}`;
  const text = `Open ${verificationUri} on any device and enter the code\n\n  ${userCode}\n${direct}`;
  const more = completeUri && { verificationUriComplete: completeUri };
  host.show?.({ event: "user_code", verificationUri, userCode, ...more }, text);
}

/** Asks until the person has decided (RFC 8628, section 3.5). */
async function poll(integration: Integration, device: DeviceCode, end: AbortSignal) {
  let waitMs = device.intervalMs;
  for (;;) {
    await wait(waitMs, end);
    try {
      const grant = { device_code: device.deviceCode };
      return await requestGrant(integration, "sign-in", GRANT_TYPE, grant);
    } catch (error) {
      waitMs = nextWait(error, waitMs);
    }
  }
}

/** How long to wait after a refusal. Throws what ends the waiting. */
function nextWait(error: unknown, waitMs: number): number {
  const { code, reason, retryAfter = 0 } = error instanceof IntegrationError ? error : {};
  if (reason === "authorization_pending") return waitMs;
  if (reason === "slow_down") return waitMs + SLOWER_MS;
  if (reason === "expired_token") throw expired();
  if (code !== "network_error" && code !== "temporarily_unavailable") throw error;
  return Math.max(waitMs * 2, retryAfter);
}

async function wait(milliseconds: number, end: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: end }).catch(() => undefined);
  if (end.reason instanceof IntegrationError) throw end.reason;
  if (end.reason?.name === "TimeoutError") throw expired();
  if (end.aborted) throw new IntegrationError("authorization_failed", "The sign-in was cancelled.");
}

function expired(): IntegrationError {
  const message = "Nobody entered the code in time. Start again.";
  return new IntegrationError("callback_timeout", message);
}
