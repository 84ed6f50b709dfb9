/** Refuses token requests without the declared headers. */
import { checkDeclared, isTokenRequest, type Rule } from "../behaviour.js";

export const rule: Rule = {
  readParameters(parameters, { definition: { tokenHeaders = {} }, request, context }) {
    if (!isTokenRequest(request)) return parameters;
    checkDeclared((name) => String(request.headers[name.toLowerCase()] ?? ""), tokenHeaders);
    // A declared one does not say who the client is.
    if (Object.keys(tokenHeaders).some((name) => name.toLowerCase() === "authorization")) {
      for (const { headers } of [request, context.req]) delete headers.authorization;
    }
    return parameters;
  },
};
