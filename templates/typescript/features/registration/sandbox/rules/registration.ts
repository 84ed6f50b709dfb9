/** Programs register themselves at the sandbox (RFC 7591), and end that again (RFC 7592). */
import type { Rule } from "../behaviour.js";
import { CLIENT_SECRET, FILLER_SCOPE } from "../sign-in.js";

export const rule: Rule = {
  announce(definition, origin) {
    if (definition.registrationEndpoint === undefined) return definition;
    return { ...definition, registrationEndpoint: `${origin}/reg` };
  },
  configure(configuration, { registrationEndpoint }) {
    if (registrationEndpoint === undefined) return configuration;
    const features = {
      ...configuration.features,
      registration: { enabled: true, secretFactory: () => CLIENT_SECRET },
      registrationManagement: { enabled: true },
    };
    return { ...configuration, features };
  },
  async serve({ definition, context, request }, next) {
    if (definition.registrationEndpoint === undefined || !request.path.startsWith("/reg"))
      return false;
    if (["POST", "PUT"].includes(request.method)) {
      const { scope, ...metadata } = JSON.parse(request.body);
      // Every sign-in here asks for one scope more than the client knows of.
      const scopes = [scope, FILLER_SCOPE].filter(Boolean).join(" ");
      Object.assign(context.req, { body: { ...metadata, scope: scopes } });
    }
    await next();
    return true;
  },
};
