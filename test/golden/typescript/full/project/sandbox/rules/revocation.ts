/** The server has a revocation endpoint; the definition says where. */
import type { Rule } from "../behaviour.js";

export const rule: Rule = {
  announce(definition, origin) {
    if (definition.revocationUrl === undefined) return definition;
    return { ...definition, revocationUrl: `${origin}/revocation` };
  },
};
