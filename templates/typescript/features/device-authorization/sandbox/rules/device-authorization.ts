/** The sandbox gives codes to devices (RFC 8628), and has a page where a person enters one. */
import { NAME } from "../../src/const.js";
import { readClientRequest, refuse, type Rule, type Visit } from "../behaviour.js";
import { decide, FILLER_SCOPE, signInPage, toStandardScope, USERS } from "../sign-in.js";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
const LIFE_S = 600;
const INTERVAL_S = 1;

export const rule: Rule = {
  announce(definition, origin) {
    if (definition.deviceAuthorizationUrl === undefined) return definition;
    return { ...definition, deviceAuthorizationUrl: `${origin}/device/auth` };
  },
  configure(configuration, { deviceAuthorizationUrl }) {
    if (deviceAuthorizationUrl === undefined) return configuration;
    const clients = configuration.clients?.map(({ grant_types: types = [], ...client }) => ({
      ...client,
      grant_types: [...types, GRANT_TYPE],
    }));
    const features = { ...configuration.features, deviceFlow: { enabled: true } };
    const ttl = { ...configuration.ttl, DeviceCode: LIFE_S };
    return { ...configuration, ...(clients && { clients }), features, ttl };
  },
  async serve(visit, next) {
    const { context, definition, request } = visit;
    if (definition.deviceAuthorizationUrl === undefined) return false;
    if (request.path === "/device") await askForCode(visit);
    if (request.path === "/device/auth") {
      const { resource = "", ...form } = await readClientRequest(visit);
      const declared = definition.authorizationParams?.["resource"] ?? "";
      if (resource !== declared) refuse("resource is not as declared.");
      const scope = toStandardScope(form["scope"] ?? null, definition);
      Object.assign(context.req, { body: { ...form, scope } });
      await next();
      context.body = { ...Object(context.body), interval: INTERVAL_S };
    }
    return request.path.startsWith("/device");
  },
};

/** Shows the sign-in page for a code, and keeps what the person chose there. */
async function askForCode({ server, context, request }: Visit): Promise<void> {
  const entered = request.query.get("user_code") ?? "";
  const code = await server.DeviceCode.findByUserCode(entered.toUpperCase().replaceAll(/\W/g, ""));
  if (code === undefined || code.error !== undefined || code.accountId !== undefined) {
    context.body = page(entered === "" ? "Enter the code" : "This code is not waiting", INPUT);
    return;
  }
  const scopes = String(code.params?.["scope"]).split(" ");
  if (request.method === "GET") {
    const asked = scopes.filter((scope) => scope !== FILLER_SCOPE);
    context.body = signInPage(NAME, USERS, asked);
    return;
  }
  const { login, consent, error } = await decide(server, request.form, scopes, code.clientId ?? "");
  Object.assign(code, { ...login, ...consent, error, scope: scopes.join(" ") });
  await code.save();
  context.body = page("Go back to the program", "<p>It shows the result.</p>");
}

const INPUT = `<form><p><label>Code: <input name="user_code" autofocus></label>
<button>Continue</button></p></form>`;

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${text}</html>`;
}
