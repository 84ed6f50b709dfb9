import { randomBytes } from "node:crypto";
import {
  clientHeaders,
  clientParameters,
  expectParameters,
  readForm,
  requireHeaders,
  requireMethod,
} from "./client-requests.js";
import { compare, type WireRequest } from "./requests.js";
import { exactly, Refused } from "./texts.js";
import {
  clientOf,
  type DeviceFlow,
  endpointOf,
  json,
  keepSecret,
  type Wire,
  type WireAnswer,
} from "./wire.js";

/** Timers fire a little early. */
const SLACK = 30;

export const VERIFICATION_URI = "https://device.example/activate";

/** The device authorization request (RFC 8628, section 3.1): always a form, with the client's id and its authentication. */
export function authorizeDevice(wire: Wire, request: WireRequest): WireAnswer {
  const url = endpointOf(wire, "deviceAuthorizationUrl");
  if (url === undefined) throw new Refused("there is no device authorization endpoint");
  requireMethod(request, "POST");
  requireHeaders(wire, request, { own: clientHeaders(wire) });
  const { scopes = [], scopeSeparator = " " } = wire.answers;
  const standard = {
    client_id: exactly(clientOf(wire).id),
    ...clientParameters(wire),
    ...(scopes.length > 0 && { scope: exactly(scopes.join(scopeSeparator)) }),
  };
  compare("parameter", readForm(request, url), expectParameters(wire, { standard }));
  return json(200, newDevice(wire));
}

/** RFC 8628, section 3.2. */
function newDevice(wire: Wire): Readonly<Record<string, unknown>> {
  const device: DeviceFlow = {
    deviceCode: keepSecret(wire, `device-${randomBytes(16).toString("hex")}`),
    userCode: `WDJB-${String(1000 + wire.devices.length)}`,
    waits: wire.devices.length === 0 ? [...(wire.options.polling ?? [])] : [],
    interval: 1,
    spent: false,
  };
  wire.devices.push(device);
  return {
    device_code: device.deviceCode,
    user_code: device.userCode,
    verification_uri: VERIFICATION_URI,
    expires_in: 600,
    interval: device.interval,
  };
}

/** What a poll has to wait for (RFC 8628, section 3.5); `undefined`: the token is there. */
export function pollDevice(wire: Wire, code: string | undefined): string | undefined {
  const device = wire.devices.find(({ deviceCode }) => deviceCode === code);
  if (device === undefined) throw new Refused("the device code is unknown");
  if (device.spent) throw new Refused("the device code came twice");
  const now = Date.now();
  if (now - (device.lastPoll ?? 0) < device.interval * 1000 - SLACK)
    throw new Refused("polled before the interval was over");
  device.lastPoll = now;
  const wait = device.waits.shift();
  if (wait === "slow_down") device.interval += 5;
  device.spent = wait === undefined;
  return wait;
}
