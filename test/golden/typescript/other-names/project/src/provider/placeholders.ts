// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { randomBytes } from "node:crypto";
import { IntegrationError } from "../errors.js";
import type { Integration, Mechanism, ProviderDefinition, Values } from "../oauth/provider.js";

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/g;

/** Puts values in the place of `{name}` in parameters and headers, once. */
export const placeholders: Mechanism = {
  fillIn(context) {
    const all = allValues(context);
    const members = Object.entries(context.provider).map(([name, member]: [string, unknown]) => {
      if (name.endsWith("Headers")) return [name, checkHeaders(fillMembers(Object(member), all))];
      return [name, name.endsWith("Params") ? fillMembers(Object(member), all) : member];
    });
    return { ...context, provider: Object.fromEntries(members) as ProviderDefinition };
  },
};

/** `random` is another one each time: 128 bits. */
function allValues({ credential, values }: Integration): Values {
  const { clientId, clientSecret } = credential;
  const random = randomBytes(16).toString("base64url");
  return { ...values, clientId, clientSecret: clientSecret?.reveal() ?? "", random };
}

/** A parameter or header is left out when one of its placeholders has no value. */
function fillMembers(members: Values, values: Values): Values {
  const whole = Object.entries(members).filter(([, text]) =>
    [...text.matchAll(PLACEHOLDER)].every(([, name = ""]) => values[name]),
  );
  return Object.fromEntries(
    whole.map(([key, text]) => [
      key,
      text.replaceAll(PLACEHOLDER, (_, name: string) => values[name] ?? ""),
    ]),
  );
}

/** Throws `usage` for text that the platform would refuse, and print, when it is sent (RFC 9110, section 5.5). */
function checkHeaders(headers: Values): Values {
  for (const [name, text] of Object.entries(headers)) {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) continue;
    const message = `The header ${name} cannot be sent: a value in it has line breaks or other signs`;
    throw new IntegrationError("usage", `${message} that no header can carry. Give another one.`);
  }
  return headers;
}
